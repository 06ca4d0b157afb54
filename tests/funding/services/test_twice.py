"""A bank that answers twice: the same line in two files, one order paid twice, an answer after the order was voided."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.roles import Role
from funding import integrity, selectors, services
from funding.models import Award, BankLine, Disbursement, LedgerEntry
from notices.models import Notice
from records import clock
from records.errors import Conflict
from tests.factories.accounts import person
from tests.factories.funding import a_disbursement, a_plan_ready, an_issued_plan
from tests.factories.institutes import a_user
from tests.funding.services.bank import line_of, taken_in
from tests.funding.services.test_reconciliation import an_unknown_order, confirm, propose, settled

D = Decimal
pytestmark = pytest.mark.django_db


def findings(statement):
    return list(statement.lines.order_by("row").values_list("finding", flat=True))


def entries(order):
    rows = LedgerEntry.objects.filter(disbursement=order).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def both(statement):
    """Propose and confirm, at once, whatever agrees."""
    proposed = services.propose_matches(statement=statement, by=a_user("the-finance"))
    done = services.confirm_matches(statement=statement, key=uuid4(), by=a_user("the-reviewer"))
    return proposed.done, done.done


def a_voided_order(treasury):
    """Nobody knew of it; a statement without it, and two people, found it unpaid."""
    order, at = an_unknown_order(treasury), clock.now() + timedelta(days=8)
    until = (clock.today() + timedelta(days=7)).isoformat()
    statement = taken_in(line_of(order, reference="其他", payee="别家公司"), until=until, at=at)
    services.propose_unpaid(disbursement=order, statement=statement, by=a_user("the-finance"), at=at)
    services.confirm_unpaid(
        disbursement=order, reason="银行未付", key=uuid4(), by=a_user("the-reviewer"), at=at
    )
    return order


# --- the same line in two files -------------------------------------------------------------------------------------


def test_the_same_line_in_two_files_counts_once():
    order = a_disbursement("issued")
    line = line_of(order)
    first, again = taken_in(line), taken_in(line, opening="5.00")

    assert (findings(first), findings(again)) == (["matched"], ["repeated"])
    assert (both(first), both(again)) == ((1, 1), (0, 0))
    order.refresh_from_db()
    assert (order.settled, entries(order)) == (order.amount, ["order", "settle"])
    assert integrity.the_bank_agrees() == []


# --- one order paid twice -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [1, 2])
def test_an_order_that_the_bank_paid_twice_is_settled_once_and_the_rest_is_said(files):
    order, finance = a_disbursement("issued"), person(Role.FINANCE)
    lines = [line_of(order), line_of(order)]
    statements = [taken_in(*lines)] if files == 1 else [taken_in(each) for each in lines]
    found = [finding for each in statements for finding in findings(each)]

    assert found == ["matched", "paid_before"]
    told = Notice.objects.get(event="funding.bankstatement.paid_astray", recipient=finance)
    assert (order.number in told.body, "此前已付讫" in told.body) == (True, True)
    assert sum(both(each)[1] for each in statements) == 1
    order.refresh_from_db()
    assert (order.settled, entries(order)) == (order.amount, ["order", "settle"])
    with pytest.raises(Conflict, match=r"尚有 0\.00 元未付讫"):
        propose(
            BankLine.objects.get(finding="paid_before"), treatment="payment", disbursement=order, note="-"
        )


def test_two_proposals_of_one_payment_are_confirmed_once():
    order = a_disbursement("issued")
    first, second = taken_in(line_of(order), line_of(order)).lines.order_by("row")
    for line in (first, second):
        propose(line, treatment="payment", disbursement=order, note="示例依据")
    confirm(second)
    with pytest.raises(Conflict, match=r"多 200,000\.00 元"):
        confirm(first)
    order.refresh_from_db()
    assert (order.settled, entries(order)) == (order.amount, ["order", "settle"])


def test_what_the_bank_gives_back_of_a_double_payment_frees_no_order():
    order = a_disbursement("issued")
    settled(order)
    double = taken_in(line_of(order)).lines.get()
    back = taken_in(line_of(order, direction="收"))
    assert (double.finding, findings(back)) == ("paid_before", ["given_back"])
    assert both(back) == (0, 0)
    for line in (double, back.lines.get()):
        propose(line, treatment="not_ours", note="银行重复付款，已由银行退回")
        confirm(line)

    order.refresh_from_db()
    assert (order.state, order.settled, entries(order)) == ("issued", order.amount, ["order", "settle"])
    after = taken_in(line_of(order, direction="收"))
    assert findings(after) == ["returned"]
    assert integrity.the_bank_agrees() == []


def test_two_parts_of_one_payment_are_a_part_and_the_rest():
    order = a_disbursement("issued")
    half = f"{order.amount / 2:.2f}"
    statement = taken_in(line_of(order, amount=half), line_of(order, amount=half))
    assert findings(statement) == ["partial", "matched"]


# --- an answer after the order was voided -----------------------------------------------------------------------------


def test_what_the_bank_pays_after_the_void_is_no_payment_of_ours_and_stops_the_award(treasury, client):
    order = a_voided_order(treasury)
    award = Award.objects.get()
    services.draft_plan(budget=award.budget, title="再次", awards=[award], by=a_user("the-clerk"))
    line = taken_in(line_of(order)).lines.get()
    words = f"银行流水显示已作废的拨付 {order.number} 又已付出，尚未核定"

    assert line.finding == "voided"
    assert both(line.statement) == (0, 0)
    with pytest.raises(Conflict, match="已作废，银行不应付出"):
        propose(line, treatment="payment", disbursement=order, note="依据")
    assert Award.objects.get().barrier == words
    assert not selectors.standing.awards_that_stand(Award.objects.all()).exists()
    finance = person(Role.FINANCE)
    client.force_login(finance)
    assert "银行付出了不应付的款项" in client.get(line.statement.get_absolute_url()).text
    assert "可能作废后又被付出" in client.get(line.get_absolute_url()).text


def test_a_second_order_is_not_sent_until_two_people_know_what_the_first_one_was(treasury):
    first = a_voided_order(treasury)
    award = Award.objects.get()
    plan = an_issued_plan(award, document_number="示财教〔2026〕9号")
    line = taken_in(line_of(first)).lines.get()
    assert services.export_plan(plan_id=plan.pk) == []
    propose(line, treatment="not_ours", note="银行误付，已更正退回")
    assert services.export_plan(plan_id=plan.pk) == []
    confirm(line)

    assert [row.state for row in services.export_plan(plan_id=plan.pk)] == ["issued"]
    assert Disbursement.objects.get(pk=first.pk).settled == D("0.00")
    assert integrity.the_bank_agrees() == []


def test_a_plan_is_not_issued_meanwhile(treasury):
    first = a_voided_order(treasury)
    award = Award.objects.get()
    plan = a_plan_ready(award)
    taken_in(line_of(first))
    with pytest.raises(Conflict, match="又已付出，尚未核定"):
        services.issue_plan(
            plan=plan, document_number="示财教〔2026〕9号", key=uuid4(), by=a_user("the-finance")
        )
