"""What becomes of the money when it does not go the straight way, through the pages of those whose turn it is.

At the end of each walk the trial balance, the budget, the counties' sums and the papers say the same, to the fen.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from funding.models import Award, Clawback, Disbursement, PayeeAccount
from portal.celery import app
from portal.demo.books import sample_pdf
from records.models import Document
from tests.factories.institutes import RecognitionFactory
from tests.journeys.balance import agree
from tests.journeys.money import MoneyWalk
from tests.journeys.papers import content_of, words_of
from tests.journeys.timetable import sweep
from tests.originals import stage

D = Decimal
GRANT, BUDGET = D("200000.00"), D("1000000.00")
SECOND = "6222020000000001"
DAY = "funding.tasks"


@pytest.fixture
def money(city, worker) -> MoneyWalk:
    """A unit whose institute was recognised, and the year's budget: the money begins."""
    return stage("entitled", lambda: entitled(MoneyWalk(city)))


def entitled(walk: MoneyWalk) -> MoneyWalk:
    with walk.hour(8):
        firm = walk.firm.organisation
        recognition = RecognitionFactory(institute__host=firm, institute__division=firm.division)
        walk.institute = recognition.institute
    walk.create_budget()
    walk.pass_days()
    with walk.hour(1):
        sweep(walk, f"{DAY}.propose_awards")
        walk.award_url = walk.admin.open("/awards/").link(r"/awards/\d+/$")
    return walk


def to_the_approval(walk: MoneyWalk) -> None:
    walk.name_account()
    walk.confirm_award()
    walk.check_account()
    walk.approve()


def to_the_issue(walk: MoneyWalk) -> None:
    walk.pass_days()
    walk.draft_plan()
    walk.review_plan()
    walk.cosign()
    walk.issue()


# --- the walks ------------------------------------------------------------------------------------------------------


def test_a_unit_gives_the_money_up_by_a_sealed_paper(money):
    walk = money
    with walk.hour(10):
        page = walk.admin.open(walk.award_url)
        walk.admin.send(page, "/moves/waive/", status=422, statement="已获其他资金支持。")
        walk.admin.send(page, "/moves/waive/", statement="已获其他资金支持。", sealed=sample_pdf("放弃声明"))
        assert walk.filler.post(f"{walk.award_url}moves/waive/", {"statement": "示例"}).status == 403
    walk.pass_days(30)
    with walk.hour(1):
        sweep(walk)
    assert list(Award.objects.values_list("state", flat=True)) == ["waived"]
    agree(walk, 可用=BUDGET, 已批准待下达=D(0))


def test_what_nobody_confirms_in_time_lapses_once_and_stays_in_the_budget(money):
    walk = money
    walk.name_account()
    walk.pass_days(21)
    with walk.hour(10):
        walk.admin.send(
            walk.admin.open(walk.award_url),
            "/moves/confirm/",
            status=409,
            account=str(PayeeAccount.objects.get().pk),
            wish="on",
        )
    for _twice in range(2):
        with walk.hour(23):
            sweep(walk, f"{DAY}.lapse_awards", f"{DAY}.propose_awards")
    award = Award.objects.get()
    assert (award.state, award.ended_by.username) == ("waived", "system")
    with walk.hour(23):
        assert "逾期未确认" in walk.admin.open("/notices/").text
    agree(walk, 可用=BUDGET)


def test_money_that_comes_back_is_ordered_again_to_another_account(money):
    walk = money
    to_the_approval(walk)
    to_the_issue(walk)
    walk.receive()
    county = walk[walk.county.finance.username]
    with walk.hour(11):
        county.take(walk.order_url, "propose_return", reason="户名与账号不符。", slip=sample_pdf("退汇凭证"))
        assert county.post(f"{walk.order_url}moves/pay/", {}).status in (409, 422)
        assert county.post(f"{walk.order_url}moves/return/").status == 403
    with walk.hour(12):
        walk["finance"].take(walk.order_url, "return")
    agree(walk, 已批准待下达=GRANT, 已下达在途=D(0), 县级待拨=D(0))

    walk.pass_days()
    walk.name_account(SECOND)
    walk.check_account()
    with walk.hour(16):
        page = walk.admin.open(walk.award_url)
        account = page.form("/moves/change_account/").choice("account", SECOND[-4:])
        walk.admin.send(page, "/moves/change_account/", account=account)
    walk.pass_days()
    walk.draft_plan()
    walk.review_plan()
    walk.cosign()
    with walk.hour(16):
        walk["finance2"].take(walk.plan_url, "issue", document_number="石财教〔2026〕53号")
    walk.order_url = f"/disbursements/{Disbursement.objects.latest('pk').pk}/"
    with walk.hour(17):
        slip = sample_pdf("到账凭证二")
        on = walk.day.isoformat()
        county.take(walk.order_url, "receive", received_on=on, amount="200000.00", slip=slip)
    walk.pay()
    walk.receipt()
    assert list(Disbursement.objects.order_by("pk").values_list("state", flat=True)) == [
        "returned",
        "receipted",
    ]
    assert Award.objects.get().state == "closed"
    agree(walk, 已到企=GRANT, 已批准待下达=D(0), 可用=BUDGET - GRANT)


def test_a_payment_of_which_nobody_knows_is_cleared_by_the_banks_statement(money, treasury):
    walk = money
    to_the_approval(walk)
    app.conf.task_always_eager = False
    to_the_issue(walk)
    app.conf.task_always_eager = True
    treasury.broken, treasury.absence_is_final = True, False
    for hour in (17, 20):
        with walk.hour(hour):
            sweep(walk, f"{DAY}.sweep_exports")
        treasury.broken = False
    order = Disbursement.objects.get()
    assert order.state == "unknown"
    walk.order_url = f"/disbursements/{order.pk}/"
    agree(walk, 已下达在途=GRANT, 国库存款=D(0))

    walk.pass_days()
    with walk.hour(9):
        assert "本平台不再重送" in walk["finance"].open(walk.order_url).text
    walk.settle()
    order.refresh_from_db()
    assert (order.state, order.settled, treasury.files) == ("issued", GRANT, {})
    walk.receive()
    walk.pay()
    walk.receipt()
    agree(walk, 已到企=GRANT, 国库存款=-GRANT, 银行已付=GRANT)


def test_money_is_claimed_back_and_repaid_in_two_parts_one_of_them_late(money):
    walk = money
    to_the_approval(walk)
    to_the_issue(walk)
    walk.receive()
    walk.pay()
    walk.receipt()
    url, amount = claimed(walk, D("80000.37"))
    agree(walk, 已到企=GRANT, 应收退还=amount)

    repaid(walk, url, D("30000.15"), "示例退还0001")
    walk.day = walk.day + timedelta(days=40)
    walk.pass_days()
    with walk.hour(1):
        sweep(walk, f"{DAY}.sweep_clawbacks")
    assert Clawback.objects.get().state == "overdue"
    agree(walk, 应收退还=amount - D("30000.15"), 已收退还=D("30000.15"))
    with walk.hour(9):
        walk["bureau_approver"].take(url, "list_credit", years="2", reason="逾期未退还。")
    repaid(walk, url, D("50000.22"), "示例退还0002")
    with walk.hour(16):
        walk["bureau_approver"].take(url, "sign_closing", note="全额退还，同意结案。")
        walk["finance"].take(url, "close")
    assert Clawback.objects.get().state == "closed"
    agree(walk, 已到企=GRANT, 应收退还=D(0), 已收退还=amount)
    decision = Document.objects.filter(kind="clawback_decision").get()
    assert "80,000.37" in words_of(content_of(decision))


def claimed(walk: MoneyWalk, amount: D) -> tuple[str, D]:
    """Suspected, investigated, notified, stated upon, decided and served."""
    clerk, approver = walk["bureau_clerk"], walk["bureau_approver"]
    walk.pass_days()
    with walk.hour(9):
        page = clerk.open("/clawbacks/new/")
        award = str(Award.objects.get().pk)
        facts = "设备费转入关联单位账户，未用于研究院建设。"
        url = clerk.send(page, award=award, ground="misuse", facts=facts, files=[sample_pdf("核查记录")]).path
        clerk.take(url, "investigate")
        clerk.take(url, "propose", ground="misuse", facts=facts, amount=str(amount))
    with walk.hour(10):
        approver.take(url, "notify")
    with walk.hour(11):
        walk.admin.take(url, "state", statement="已知悉，愿意退还。")
    walk.pass_days()
    with walk.hour(9):
        approver.take(
            url,
            "decide",
            amount=str(amount),
            minute_number="石科党组纪要〔2026〕12号",
            decision="追回挪用部分。",
        )
    with walk.hour(15):
        clerk.take(url, "serve", served_on=walk.day.isoformat(), proof=sample_pdf("送达回证"))
    return url, amount


def repaid(walk: MoneyWalk, url: str, amount: D, number: str) -> None:
    with walk.hour(10):
        walk.admin.send(
            walk.admin.open(f"{url}repay/"),
            amount=str(amount),
            paid_on=walk.day.isoformat(),
            bank_reference=number,
            voucher=sample_pdf(f"退还凭证{number}"),
        )
    with walk.hour(14):
        part = walk["finance"].open("/repayments/").link(r"/repayments/\d+/$")
        walk["finance"].take(part, "confirm")


def test_nothing_is_paid_once_the_recognition_was_revoked(money):
    walk = money
    to_the_approval(walk)
    to_the_issue(walk)
    walk.receive()
    revoked(walk)
    county = walk[walk.county.finance.username]
    with walk.hour(16):
        refused = county.send(
            county.open(walk.order_url),
            "/moves/pay/",
            status=409,
            paid_on=walk.day.isoformat(),
            amount="200000.00",
            bank_reference="示例回单0009",
            voucher=sample_pdf("拨款凭证"),
        )
        assert "认定已撤销" in refused.text
        county.take(
            walk.order_url, "propose_return", reason="认定已撤销，退回。", slip=sample_pdf("退回凭证")
        )
        walk["finance2"].take(walk.order_url, "return")
    assert Disbursement.objects.get().state == "returned"
    agree(walk, 已批准待下达=GRANT, 县级待拨=D(0), 已到企=D(0))

    walk.day = date(2027, 1, 4)
    with walk.hour(2):
        sweep(walk, f"{DAY}.lapse_awards")
    assert Award.objects.get().state == "lapsed"
    agree(walk, 可用=BUDGET, 已批准待下达=D(0))


def revoked(walk: MoneyWalk) -> None:
    clerk, approver = walk["bureau_clerk2"], walk["bureau_approver"]
    walk.pass_days()
    with walk.hour(9):
        page = clerk.open(f"/revocations/new/?institute={walk.institute.pk}")
        typed = {"cause": "false_material", "facts": "人员名单与社会保险缴纳记录不符。"}
        url = clerk.send(page, "/revocations/new/", files=[sample_pdf("社会保险记录")], **typed).path
        approver.take(url, "notify")
    with walk.hour(10):
        walk.admin.take(url, "state", statement="无异议。")
    walk.pass_days(5)
    with walk.hour(10):
        approver.take(url, "revoke", minute_number="石科党组纪要〔2026〕11号", decision="撤销认定。")
