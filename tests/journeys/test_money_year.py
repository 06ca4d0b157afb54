"""A year of money, through the pages of those whose turn it is: from every entitlement to the last receipt.

Institutes, grades and provincial results come by the services that propose their money; how they come about is walked
elsewhere. One unit gives its money up, one lets the day pass, one county sends money back, one unit repays in parts,
one recognition is revoked. At the end trial balance, budget, counties' sums and papers say the same, to the fen.
"""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from funding import services
from funding.models import Award, Clawback, Disbursement, PayeeAccount
from institutes.models import Recognition
from portal.demo.books import sample_pdf
from records import clock
from tests.factories.institutes import RecognitionFactory
from tests.funding.services.bank import line_of, lines_text
from tests.journeys.balance import agree
from tests.journeys.conftest import FOUNDED
from tests.journeys.money import CODE, MoneyWalk
from tests.journeys.timetable import sweep

D = Decimal
RECOGNISED, EXCELLENT, PROVINCIAL = 20, 6, 2
CONSTRUCTION, REWARD, UPGRADE = D("200000.00"), D("500000.00"), D("1000000.00")
BUDGET = D("12000000.00")
GIVES_UP, LETS_IT_PASS, SENT_BACK, CLAIMED, REVOKED = 0, 1, 2, 3, 4
SECOND = "6222020000000001"


class Unit(MoneyWalk):
    """One of many units: its own people, the city's officers and the day of the year they share."""

    def __init__(self, year: "Year", firm: int):
        super().__init__(year.world, firm)
        self.people = year.people
        self.number = f"62220212345678{firm:05d}"

    @property
    def awards(self):
        return Award.objects.filter(host=self.firm.organisation).order_by("pk")


class Year(MoneyWalk):
    """The year of all of them."""

    def __init__(self, world):
        super().__init__(world)
        units = [Unit(self, n) for n in range(RECOGNISED)]
        # The zones, which have no county between, come last: what happens at a county happens to the first ones.
        self.units = sorted(units, key=lambda unit: unit.firm.organisation.division.direct_pay)

    def each(self, units, step) -> None:
        """Let every unit take a step on the present day."""
        for unit in units:
            unit.day = self.day
            step(unit)

    def named(self, *places: int) -> list[Unit]:
        return [self.units[n] for n in places]

    def but(self, *places: int) -> list[Unit]:
        return [unit for n, unit in enumerate(self.units) if n not in places]


@pytest.fixture
def year(founding, worker) -> Year:
    """Twenty institutes recognised, six of them graded excellent, two recognised by the province as well."""
    with clock.at(FOUNDED):
        for n in range(1, RECOGNISED + 1):
            founding.register_firm(n)
    year = Year(founding.world)
    with year.hour(8):
        for unit in year.units:
            firm = unit.firm.organisation
            RecognitionFactory(institute__host=firm, institute__division=firm.division)
    year.create_budget(str(BUDGET))
    year.pass_days()
    with year.hour(1):
        sweep(year, "funding.tasks.propose_awards")
        entitle_more(year)
    return year


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


# --- what a unit, the bureau and a county do with each ----------------------------------------------------------------


def name_account(unit: Unit, number: str = "") -> None:
    number = number or unit.number
    with unit.hour(10):
        done = unit.admin.send(
            unit.admin.open("/payees/new/"),
            account_name=unit.firm.organisation.name,
            bank="示例银行",
            branch="石家庄示例支行",
            number=number,
            cnaps=CODE,
            proof=sample_pdf(f"开户证明{number}"),
        )
    unit.payee_url = done.path


def confirm(unit: Unit) -> None:
    account = PayeeAccount.objects.get(organisation=unit.firm.organisation)
    with unit.hour(11):
        for award in unit.awards:
            page = unit.admin.open(award.get_absolute_url())
            unit.admin.send(page, "/moves/confirm/", account=str(account.pk), wish="on")
    unit.check_account()


def approve(unit: Unit) -> None:
    for award in unit.awards:
        unit.award_url = award.get_absolute_url()
        MoneyWalk.approve(unit)


def orders_of(unit: Unit):
    return Disbursement.objects.live().filter(host=unit.firm.organisation).order_by("pk")


def arrive(unit: Unit) -> None:
    """What was issued arrives at the county; the zones have it paid directly."""
    county = unit[unit.county.finance.username]
    with unit.hour(10):
        for order in orders_of(unit).filter(state="issued"):
            county.take(
                order.get_absolute_url(),
                "receive",
                received_on=unit.day.isoformat(),
                amount=str(order.amount),
                slip=sample_pdf(f"到账凭证{order.pk}"),
            )


def pay(unit: Unit) -> None:
    for order in orders_of(unit).filter(state__in=("county_received", "issued_direct")):
        payer = unit["finance2"] if order.direct_pay else unit[unit.county.finance.username]
        if order.ordered_by.username == payer.username:
            payer = unit["finance"]
        with unit.hour(14):
            payer.take(
                order.get_absolute_url(),
                "pay",
                paid_on=unit.day.isoformat(),
                amount=str(order.amount),
                bank_reference=f"示例回单{order.pk:04d}",
                voucher=sample_pdf(f"拨款凭证{order.pk}"),
            )


def receipt(unit: Unit) -> None:
    with unit.hour(16):
        for order in orders_of(unit).filter(state="paid"):
            unit.admin.take(
                order.get_absolute_url(),
                "confirm_receipt",
                receipted_on=unit.day.isoformat(),
                amount=str(order.amount),
                receipt=sample_pdf(f"收款收据{order.pk}"),
            )


def issue(year: Year, number: str) -> None:
    year.pass_days()
    year.draft_plan()
    year.review_plan()
    year.cosign()
    with year.hour(16):
        year["finance2"].take(year.plan_url, "issue", document_number=number)


def settle(year: Year) -> None:
    """One statement of the bank that shows every order: one of finance proposes, another confirms."""
    year.pass_days()
    with year.hour(9):
        lines = [
            line_of(order, account=order.account.number)
            for order in Disbursement.objects.live().filter(settled=0).select_related("account")
        ]
        file = SimpleUploadedFile("对账单.csv", lines_text(lines=lines).encode("utf-8-sig"))
        page = year["finance"].send(year["finance"].open("/statements/import/"), upload=file)
        year["finance"].send(page, "/propose/")
    with year.hour(10):
        year["finance2"].send(year["finance2"].open(page.path), "/confirm/")


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
    """Suspected, investigated, notified, stated upon, decided and served."""
    clerk, approver, award = unit["bureau_clerk"], unit["bureau_approver"], unit.awards.get()
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
        clerk.take(url, "investigate")
        clerk.take(url, "propose", ground="misuse", facts=facts, amount=str(amount))
    with unit.hour(10):
        approver.take(url, "notify")
    with unit.hour(11):
        unit.admin.take(url, "state", statement="已知悉，愿意退还。")
    unit.pass_days()
    minute = "石科党组纪要〔2026〕12号"
    with unit.hour(9):
        approver.take(url, "decide", amount=str(amount), minute_number=minute, decision="追回挪用部分。")
    with unit.hour(15):
        clerk.take(url, "serve", served_on=unit.day.isoformat(), proof=sample_pdf("送达回证"))
    return url


def repay(unit: Unit, url: str, amount: D, number: str) -> None:
    with unit.hour(10):
        page, day = unit.admin.open(f"{url}repay/"), unit.day.isoformat()
        voucher = sample_pdf(f"退还凭证{number}")
        unit.admin.send(page, amount=str(amount), paid_on=day, bank_reference=number, voucher=voucher)
    with unit.hour(14):
        part = unit["finance"].open("/repayments/").link(r"/repayments/\d+/$")
        unit["finance"].take(part, "confirm")


# --- the year ---------------------------------------------------------------------------------------------------------


def test_a_year_of_money_agrees_to_the_fen(year):
    kinds = Counter(Award.objects.values_list("kind", flat=True))
    assert kinds == {"construction": RECOGNISED, "performance": EXCELLENT, "provincial": PROVINCIAL}
    granted = CONSTRUCTION * RECOGNISED + REWARD * EXCELLENT + UPGRADE * PROVINCIAL
    taking = year.but(GIVES_UP, LETS_IT_PASS)
    committed = granted - 2 * CONSTRUCTION

    year.each(taking, name_account)
    year.each(taking, confirm)
    year.each(year.named(GIVES_UP), give_up)
    year.each(taking, approve)
    agree(year, 可用=BUDGET - committed, 已批准待下达=committed)

    issue(year, "石财教〔2026〕52号")
    settle(year)
    year.each(taking, arrive)
    year.each(year.named(SENT_BACK), send_back)
    agree(year, 已批准待下达=CONSTRUCTION, 银行已付=committed)

    year.pass_days()
    year.each(year.named(REVOKED), revoke)
    year.pass_days(6)
    year.each(year.but(GIVES_UP, LETS_IT_PASS, SENT_BACK, REVOKED), pay)
    year.each(year.but(GIVES_UP, LETS_IT_PASS, SENT_BACK, REVOKED), receipt)
    agree(year, 已到企=committed - 2 * CONSTRUCTION, 已批准待下达=CONSTRUCTION)

    year.pass_days()
    year.each(year.named(SENT_BACK), change_account)
    issue(year, "石财教〔2026〕53号")
    year.pass_days()
    for step in (arrive, pay, receipt):
        year.each(year.named(SENT_BACK), step)
    owed = D("80000.37")
    debtor = year.units[CLAIMED]
    debtor.day = year.day
    url = claim(debtor, owed)
    repay(debtor, url, D("30000.15"), "示例退还0001")
    debtor.pass_days()
    repay(debtor, url, owed - D("30000.15"), "示例退还0002")
    year.day = debtor.day
    with year.hour(16):
        year["bureau_approver"].take(url, "sign_closing", note="全额退还，同意结案。")
        year["finance"].take(url, "close")
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
    }
    assert Clawback.objects.get().state == "closed"
    agree(
        year,
        可用=BUDGET - committed,
        县级待拨=CONSTRUCTION,
        已到企=committed - CONSTRUCTION,
        应收退还=D(0),
        已收退还=owed,
    )
