"""The bank is settled by two people; what nobody knows is never sent again: only the statement settles it."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from funding import integrity, services
from funding.models import BankLine, Disbursement, LedgerEntry
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from tests.factories.funding import (
    GRANT,
    BankStatementFactory,
    a_budget,
    a_disbursement,
    an_approved_award,
    an_issued_plan,
    sent_back,
)
from tests.factories.institutes import a_user
from tests.funding.services.bank import line_of, orders, taken_in
from tests.funding.services.steps import race, receive, sums

D = Decimal
db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


def propose(line, **terms):
    return services.propose_line(line=line, **{"by": a_user("the-finance")} | terms)


def confirm(line, **terms):
    return services.confirm_line(line=line, **{"key": uuid4(), "by": a_user("the-reviewer")} | terms)


def settled(order, **changes):
    """A line about ``order``, proposed by one and confirmed by another."""
    order = Disbursement.objects.get(pk=order.pk)
    statement = taken_in(line_of(order, **changes))
    line = statement.lines.get()
    treatment = "payment" if line.direction == "out" else "return"
    propose(line, treatment=treatment, disbursement=order, note="依据回单")
    return confirm(line)


def an_unknown_order(treasury, award=None):
    """Sent to a bank that neither answered nor says that it has nothing."""
    plan = an_issued_plan(award or an_approved_award(), document_number=f"示财教{uuid4().hex[:6]}")
    treasury.broken, treasury.absence_is_final = True, False
    with pytest.raises(ConnectionError):
        services.export_plan(plan_id=plan.pk)
    treasury.broken = False
    services.ask_treasury(plan_id=plan.pk)
    treasury.absence_is_final = True
    return Disbursement.objects.get(plan=plan)


@db
def test_a_payment_is_settled_by_two_people_once():
    order = a_disbursement("issued")
    line = taken_in(line_of(order)).lines.get()
    propose(line, treatment="payment", disbursement=order)
    with pytest.raises(SamePerson):
        confirm(line, by=a_user("the-finance"))
    key = uuid4()
    for _ in range(2):
        confirm(line, key=key)

    order.refresh_from_db()
    assert (order.settled, line.state) == (GRANT, "settled")
    entry = LedgerEntry.objects.get(kind="settle")
    assert {p.account: p.amount for p in entry.postings.all()} == {"bank": -GRANT, "cleared": GRANT}
    assert integrity.the_bank_agrees() == []


@threads
def test_two_people_confirm_at_once_and_it_is_posted_once():
    order = a_disbursement("issued")
    line = taken_in(line_of(order)).lines.get()
    propose(line, treatment="payment", disbursement=order)
    by = [a_user("the-reviewer"), a_user("the-third")]

    def confirms(who):
        def call(start):
            row = BankLine.objects.get(pk=line.pk)
            start.wait()
            return confirm(row, by=who)

        return call

    found = race(*map(confirms, by))

    assert found.count("IllegalMove") == 1
    assert LedgerEntry.objects.filter(kind="settle").count() == 1


@db
def test_all_that_agree_are_proposed_and_confirmed_together():
    one, two = orders("issued", "issued")
    statement = taken_in(line_of(one), line_of(two), line_of(two, payee="别家"))
    finance, reviewer = a_user("the-finance"), a_user("the-reviewer")

    assert services.propose_matches(statement=statement, by=finance).done == 2
    assert services.confirm_matches(statement=statement, key=uuid4(), by=finance).done == 0
    assert services.confirm_matches(statement=statement, key=uuid4(), by=reviewer).done == 2
    assert sorted(statement.lines.values_list("state", flat=True)) == ["open", "settled", "settled"]


@db
def test_an_order_is_paid_in_parts_and_never_more():
    order = a_disbursement("issued")
    settled(order, amount="150000.00")
    order.refresh_from_db()
    assert order.settled == D("150000.00")
    with pytest.raises(Conflict, match=r"多 50,000\.00 元"):
        settled(order, amount="100000.00")
    settled(order, amount="50000.00")
    order.refresh_from_db()
    assert order.left_to_settle == 0


@db
def test_what_came_back_frees_the_order_and_reverses_the_settlement():
    order = a_disbursement("issued")
    with pytest.raises(Conflict, match="须先核对付出"):
        settled(order, direction="收")
    settled(order)
    settled(order, direction="收")

    order.refresh_from_db()
    assert (order.state, order.settled) == ("returned", D("0.00"))
    assert "银行退回" in order.ended_reason
    assert sums(order.award)["ordered"] == 0
    assert list(
        LedgerEntry.objects.filter(disbursement=order).order_by("pk").values_list("kind", flat=True)
    ) == [
        "order",
        "settle",
        "return",
        "refund",
    ]
    assert integrity.the_bank_agrees() == []


@db
def test_a_return_that_a_county_told_of_is_only_posted():
    order = a_disbursement("county_received")
    settled(order)
    sent_back(order, "户名不符")
    settled(order, direction="收")

    order.refresh_from_db()
    assert (order.state, order.ended_reason, order.settled) == ("returned", "户名不符", D("0.00"))


@db
def test_what_does_not_agree_needs_a_ground_and_what_cannot_be_is_refused():
    order, waiting = orders("issued", "ordered")
    strange = taken_in(line_of(order, payee="别家公司")).lines.get()
    with pytest.raises(Incomplete) as refusal:
        propose(strange, treatment="payment", disbursement=order)
    assert [reason.field for reason in refusal.value.reasons] == ["note"]
    with pytest.raises(Incomplete) as refusal:
        propose(strange, treatment="return", disbursement=order, note="依据")
    assert [reason.field for reason in refusal.value.reasons] == ["treatment"]
    with pytest.raises(Incomplete):
        propose(strange, treatment="payment", note="依据")
    with pytest.raises(Incomplete):
        propose(strange, treatment="not_ours", disbursement=order, note="依据")
    with pytest.raises(Conflict, match="还没有送出"):
        propose(strange, treatment="payment", disbursement=waiting, note="依据")
    propose(strange, treatment="not_ours", note="水电费")
    assert confirm(strange).disbursement is None


@db
def test_a_repetition_moves_nothing():
    order = a_disbursement("issued")
    line = line_of(order)
    first, again = taken_in(line), taken_in(line, opening="5.00").lines.get()
    with pytest.raises(Incomplete, match="只能作为重复行"):
        propose(again, treatment="payment", disbursement=order)
    propose(again, treatment="repeat")
    confirm(again)

    order.refresh_from_db()
    assert (order.settled, first.lines.get().state) == (D("0.00"), "open")


@db
def test_a_proposal_that_was_sent_back_is_open_again():
    order = a_disbursement("issued")
    line = taken_in(line_of(order)).lines.get()
    propose(line, treatment="payment", disbursement=order)
    services.return_line(line=line, reason="请附回单", by=a_user("the-reviewer"))

    assert (line.state, line.treatment, line.disbursement) == ("open", "", None)


@db
def test_unknown_is_never_sent_again(treasury):
    order = an_unknown_order(treasury)
    later = clock.now() + timedelta(days=2)

    assert order.state == "unknown"
    assert services.sweep_exports(at=later) == []
    assert services.export_plan(plan_id=order.plan_id) == []
    assert treasury.files == {}
    assert integrity.unknown_orders_are_looked_after() == []
    with pytest.raises(IllegalMove):
        receive(order)


@db
def test_unknown_becomes_sent_by_the_statement_alone(treasury):
    order = an_unknown_order(treasury)
    settled(order, amount="50000.00")
    order.refresh_from_db()
    assert order.state == "unknown"
    settled(order, amount="150000.00")

    order.refresh_from_db()
    assert (order.state, order.issued_on) == ("issued", clock.today())
    assert audit.history(order).last().verb == "funding.disbursement.settle"
    assert integrity.issued_orders_were_exported() == []


@db
def test_two_people_find_by_a_statement_that_unknown_was_never_paid(treasury):
    budget = a_budget()
    order = an_unknown_order(treasury, an_approved_award(budget))
    short = taken_in()
    terms = {"disbursement": order, "by": a_user("the-finance")}
    with pytest.raises(Conflict, match="对账单须包含"):
        services.propose_unpaid(statement=short, **terms)
    long = BankStatementFactory(since=clock.today(), until=clock.today() + timedelta(days=3))
    services.propose_unpaid(statement=long, **terms)
    again = {"disbursement": order, "reason": "对账单无此付款", "key": uuid4()}
    with pytest.raises(SamePerson):
        services.confirm_unpaid(**again, by=a_user("the-finance"))
    services.confirm_unpaid(**again, by=a_user("the-reviewer"))

    order.refresh_from_db()
    assert (order.state, sums(order.award)["ordered"]) == ("voided", 0)
    assert an_issued_plan(order.award, document_number="示再").disbursements.get().state == "ordered"


@db
def test_a_line_that_names_the_order_speaks_against_unpaid(treasury):
    order = an_unknown_order(treasury)
    taken_in(line_of(order))
    long = BankStatementFactory(since=clock.today(), until=clock.today() + timedelta(days=3))

    with pytest.raises(Conflict, match="请先核对该行"):
        services.propose_unpaid(disbursement=order, statement=long, by=a_user("the-finance"))
