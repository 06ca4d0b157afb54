"""A year of money, through the pages of those whose turn it is: from every entitlement to the last receipt.

Institutes, grades, provincial results and joint projects come by rows or by the services that propose their money; how
they come about is walked elsewhere. Each of ten projects is paid in two instalments, the second once its final
acceptance is passed. One unit gives its money up, one lets the day pass, one county sends money back, one unit repays
in parts, one recognition is revoked. At the end trial balance, budget, counties' sums and papers say the same, to the
fen.
"""

from collections import Counter
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from funding import services
from funding.models import Award, Clawback
from institutes.models import Recognition
from portal.demo.books import sample_pdf
from projects.models import ProjectFinal
from projects.services import pass_final
from records import clock
from tests.factories.projects import ProposalFactory
from tests.factories.running import ProjectFinalFactory, RunningFactory
from tests.journeys.balance import agree
from tests.journeys.conftest import FOUNDED
from tests.journeys.timetable import sweep
from tests.journeys.units import (
    Unit,
    Year,
    approve,
    arrive,
    close_claim,
    confirm,
    decide_claim,
    issue,
    name_account,
    orders_of,
    pay,
    pay_out,
    receipt,
    repay,
    settle,
)

D = Decimal
RECOGNISED, EXCELLENT, PROVINCIAL = 20, 6, 2
CONSTRUCTION, REWARD, UPGRADE = D("200000.00"), D("500000.00"), D("1000000.00")
BUDGET = D("12000000.00")
GIVES_UP, LETS_IT_PASS, SENT_BACK, CLAIMED, REVOKED = 0, 1, 2, 3, 4
WITH_PROJECT = range(REVOKED + 1, REVOKED + 11)
GRANTS = tuple(D("987654.33") + n * D("1111.11") for n in range(10))
FIRST = tuple((grant * 7 / 10).quantize(D("0.01"), ROUND_HALF_UP) for grant in GRANTS)
FOR_PROJECTS = D("10500000.00")
SECOND = "6222020000000001"


@pytest.fixture
def year(founding, worker, monkeypatch) -> Year:
    """Twenty institutes recognised, six of them graded excellent, two recognised by the province as well."""
    monkeypatch.setattr(
        "projects.tasks.issue_paper.delay", lambda pk: None
    )  # certificates are looked at elsewhere
    with clock.at(FOUNDED):
        for n in range(1, RECOGNISED + 1):
            founding.register_firm(n)
    year = Year(founding.world)
    with year.hour(8):
        year.recognise()
        for grant, unit in zip(GRANTS, year.named(*WITH_PROJECT), strict=True):
            under_contract(unit, grant)
    year.create_budget(str(BUDGET))
    year.create_budget(str(FOR_PROJECTS), programme="联合攻关", document_number="石财预〔2026〕9号")
    year.pass_days()
    with year.hour(1):
        sweep(year, "funding.tasks.propose_awards")
        entitle_more(year)
    return year


def under_contract(unit: Unit, grant: D) -> None:
    """A joint project of this unit whose contract is confirmed, with the file of its final acceptance."""
    proposal = ProposalFactory(state="approved", institute=unit.institute, grant=grant)
    ProjectFinalFactory(state="confirmation", project=RunningFactory(proposal=proposal, state="running"))


def accept_the_projects(year: Year) -> None:
    """The bureau confirms that each has passed; what waited for that is due."""
    with year.hour(9):
        for final in ProjectFinal.objects.select_related("project").order_by("pk"):
            pass_final(final=final, by=year.world["bureau_approver"])
        sweep(year, "funding.tasks.make_instalments_due")


def entitle_more(year: Year) -> None:
    """What evaluation and province add, by the services that their rooms call; asked twice, given once."""
    today = clock.today()
    for unit in year.units[-EXCELLENT:] * 2:
        recognition = Recognition.objects.get(institute__host=unit.firm.organisation)
        services.propose_performance_award(
            recognition=recognition,
            cycle=today.year - 1,
            grade="excellent",
            accepted_on=today - timedelta(days=1200),
            graded_on=today,
        )
    for unit in year.units[-PROVINCIAL:] * 2:
        recognition = Recognition.objects.get(institute__host=unit.firm.organisation)
        services.propose_provincial_award(
            recognition=recognition,
            filed_on=recognition.recognised_on + timedelta(days=1),
            inspected_on=recognition.recognised_on + timedelta(days=2),
            provincial_on=recognition.recognised_on + timedelta(days=3),
        )


# --- those with whom it does not go the straight way -----------------------------------------------------------------


def give_up(unit: Unit) -> None:
    with unit.hour(11):
        page = unit.admin.open(unit.awards.get().get_absolute_url())
        unit.admin.send(page, "/moves/waive/", statement="已获其他资金支持。", sealed=sample_pdf("放弃声明"))


def send_back(unit: Unit) -> None:
    """The county tells of the wrong account with the bank's slip; another person of finance confirms."""
    order = orders_of(unit).get()
    with unit.hour(11):
        unit[unit.county.finance.username].take(
            order.get_absolute_url(), "propose_return", reason="户名与账号不符。", slip=sample_pdf("退汇凭证")
        )
    with unit.hour(12):
        unit["finance"].take(order.get_absolute_url(), "return")


def change_account(unit: Unit) -> None:
    name_account(unit, SECOND)
    unit.check_account()
    with unit.hour(16):
        page = unit.admin.open(unit.awards.get().get_absolute_url())
        account = page.form("/moves/change_account/").choice("account", SECOND[-4:])
        unit.admin.send(page, "/moves/change_account/", account=account)


def revoke(unit: Unit) -> None:
    clerk, approver = unit["bureau_clerk2"], unit["bureau_approver"]
    institute = unit.awards.get().institute_id
    with unit.hour(9):
        typed = {"cause": "false_material", "facts": "人员名单与社会保险缴纳记录不符。"}
        page = clerk.open(f"/revocations/new/?institute={institute}")
        url = clerk.send(page, "/revocations/new/", files=[sample_pdf("社会保险记录")], **typed).path
        approver.take(url, "notify")
    with unit.hour(10):
        unit.admin.take(url, "state", statement="无异议。")
    unit.pass_days(5)
    with unit.hour(10):
        approver.take(url, "revoke", minute_number="石科党组纪要〔2026〕11号", decision="撤销认定。")


def claim(unit: Unit, amount: D) -> str:
    """Suspected, and walked to its decision."""
    clerk, award = unit["bureau_clerk"], unit.awards.get()
    facts = "设备费转入关联单位账户，未用于研究院建设。"
    with unit.hour(9):
        page = clerk.open("/clawbacks/new/")
        typed = {
            "award": str(award.pk),
            "ground": "misuse",
            "facts": facts,
            "files": [sample_pdf("核查记录")],
        }
        url = clerk.send(page, **typed).path
    decide_claim(unit, url, ground="misuse", facts=facts, amount=amount)
    return url


# --- the year ---------------------------------------------------------------------------------------------------------


def test_a_year_of_money_agrees_to_the_fen(year):
    kinds = Counter(Award.objects.values_list("kind", flat=True))
    projects = {"joint_project": len(GRANTS)}
    assert kinds == projects | {
        "construction": RECOGNISED,
        "performance": EXCELLENT,
        "provincial": PROVINCIAL,
    }
    granted = CONSTRUCTION * RECOGNISED + REWARD * EXCELLENT + UPGRADE * PROVINCIAL
    taking = year.but(GIVES_UP, LETS_IT_PASS)
    institutes, first, second = granted - 2 * CONSTRUCTION, sum(FIRST), sum(GRANTS) - sum(FIRST)
    committed, left = institutes + first + second, BUDGET + FOR_PROJECTS - institutes - first - second

    year.each(taking, name_account)
    year.each(taking, confirm)
    year.each(year.named(GIVES_UP), give_up)
    year.each(taking, approve)
    agree(year, 可用=left, 已批准待下达=committed)

    issue(year, "石财教〔2026〕52号")
    issue(year, "石财教〔2026〕53号", programme="joint_research")
    settle(year)
    year.each(taking, arrive)
    year.each(year.named(SENT_BACK), send_back)
    agree(year, 已批准待下达=CONSTRUCTION + second, 银行已付=institutes + first)

    year.pass_days()
    year.each(year.named(REVOKED), revoke)
    year.pass_days(6)
    year.each(year.but(GIVES_UP, LETS_IT_PASS, SENT_BACK, REVOKED), pay)
    year.each(year.but(GIVES_UP, LETS_IT_PASS, SENT_BACK, REVOKED), receipt)
    agree(year, 已到企=institutes + first - 2 * CONSTRUCTION, 已批准待下达=CONSTRUCTION + second)

    year.pass_days()
    year.each(year.named(SENT_BACK), change_account)
    issue(year, "石财教〔2026〕54号")
    accept_the_projects(year)
    issue(year, "石财教〔2026〕55号", programme="joint_research")
    settle(year)
    year.pass_days()
    pay_out(year, year.named(SENT_BACK, *WITH_PROJECT))
    agree(year, 已到企=committed - CONSTRUCTION, 银行已付=committed + CONSTRUCTION, 可用=left)
    owed = D("80000.37")
    debtor = year.units[CLAIMED]
    debtor.day = year.day
    url = claim(debtor, owed)
    repay(debtor, url, D("30000.15"), "示例退还0001")
    debtor.pass_days()
    repay(debtor, url, owed - D("30000.15"), "示例退还0002")
    year.day = debtor.day
    close_claim(year, url)
    year.pass_days(25)
    with year.hour(23):
        sweep(year, "funding.tasks.lapse_awards", "funding.tasks.propose_awards")

    states = Counter(Award.objects.values_list("kind", "state"))
    assert states == {
        ("construction", "waived"): 2,
        ("construction", "approved"): 1,
        ("construction", "closed"): RECOGNISED - 3,
        ("performance", "closed"): EXCELLENT,
        ("provincial", "closed"): PROVINCIAL,
        ("joint_project", "closed"): len(GRANTS),
    }
    assert Clawback.objects.get().state == "closed"
    agree(
        year,
        可用=left,
        县级待拨=CONSTRUCTION,
        已到企=committed - CONSTRUCTION,
        应收退还=D(0),
        已收退还=owed,
    )
