"""What is compared after a history: the bank's side, the cases, the ledger and the sums, to the fen."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import Count, Sum

from funding.enums import Account, DisbursementState, EntryKind
from funding.integrity import (
    budgets_are_not_overdrawn,
    issued_orders_were_exported,
    ledger_agrees_with_the_sums,
    makers_are_not_checkers,
    orders_are_within_awards,
    sums_agree_with_the_cases,
    the_bank_agrees,
    unknown_orders_are_looked_after,
)
from funding.integrity.clawbacks import (
    claims_add_up,
    claims_agree_with_the_ledger,
    claims_are_within_what_was_paid,
    clawbacks_have_two_hands,
)
from funding.models import Award, Budget, Clawback, Disbursement, LedgerEntry, LedgerPosting
from records.audit import verify_chain
from tests.faults.bank import Bank

D = DisbursementState
SENT = (D.ISSUED, D.ISSUED_DIRECT, D.COUNTY_RECEIVED, D.PAID, D.RECEIPTED, D.RETURNED)
ON_THE_WAY = (D.ORDERED, D.SENDING, D.UNKNOWN)
NOTHING = Decimal(0)
CHECKS = (
    budgets_are_not_overdrawn,
    issued_orders_were_exported,
    ledger_agrees_with_the_sums,
    makers_are_not_checkers,
    orders_are_within_awards,
    sums_agree_with_the_cases,
    the_bank_agrees,
    unknown_orders_are_looked_after,
    claims_agree_with_the_ledger,
    claims_are_within_what_was_paid,
    clawbacks_have_two_hands,
    claims_add_up,
)


def invariants() -> list[str]:
    """The nightly checks of money over everything that was lived so far, and the chain of the register."""
    found = [fault for check in CHECKS for fault in check()]
    return found + [f"the register's chain is broken at {position}" for position in verify_chain()]


def sums_of(budget: Budget) -> dict[str, Decimal]:
    """The running sums of a budget as they stand."""
    budget.refresh_from_db()
    return {name: getattr(budget, name) for name in ("committed", "ordered", "paid")}


def differences(award: Award, before: dict[str, Decimal], budget: Budget) -> list[str]:
    """Where the bank, the orders, the ledger and the sums of one award do not say the same."""
    award.refresh_from_db()
    orders = list(Disbursement.objects.filter(award=award))
    cases = list(Clawback.objects.filter(award=award))
    live = sum((order.amount for order in orders if order.state not in (D.VOIDED, D.RETURNED)), NOTHING)
    paid = sum((order.amount for order in orders if order.state in (D.PAID, D.RECEIPTED)), NOTHING)
    freed = award.amount - live if _is_over(award) else NOTHING
    found = [words for order in orders for words in _at_the_bank(order)]
    found += _unlike("the ledger", _ledger_of(award), _expected(award, orders, cases, freed))
    found += _unlike("the entries", _entries_of(award), _expected_entries(orders, cases, freed))
    held = {"committed": award.amount - freed, "ordered": live, "paid": paid}
    after = sums_of(budget)
    found += _unlike("the budget", {name: after[name] - before[name] for name in before}, held)
    claimed = sum((case.amount or NOTHING for case in cases), NOTHING)
    mine = {"ordered": award.ordered, "paid": award.paid, "claimed": award.claimed, "freed": award.freed}
    # What ends without any order lapses as a whole: nothing of it is paid, so nothing is freed of what is paid.
    should = {"ordered": live, "paid": paid, "claimed": claimed, "freed": freed if live else NOTHING}
    return found + _unlike("the award", mine, should)


def _is_over(award: Award) -> bool:
    """Whether it is the grant of a project that ended before its time."""
    return award.project is not None and award.project.ended_at is not None


def _at_the_bank(order: Disbursement) -> list[str]:
    paid, found = Bank().payments(order.number), []
    if len(paid) > 1:
        found.append(f"the bank paid {order.number} {len(paid)} times")
    if paid and paid[0] != order.amount:
        found.append(f"the bank paid {paid[0]} for {order.number}, which is {order.amount}")
    if paid and order.state not in SENT:
        found.append(f"the bank paid {order.number}, which is {order.state}")
    if not paid and order.state in SENT:
        found.append(f"{order.number} counts as {order.state}, the bank never paid it")
    if order.state in ON_THE_WAY:
        found.append(f"{order.number} was lost on its way: {order.state}")
    return found


def _ledger_of(award: Award) -> dict[str, Decimal]:
    rows = LedgerPosting.objects.filter(entry__award=award).order_by().values("account")
    return {row["account"]: row["held"] for row in rows.annotate(held=Sum("amount")) if row["held"]}


def _expected(
    award: Award, orders: list[Disbursement], cases: list[Clawback], freed: Decimal
) -> dict[str, Decimal]:
    """What stands in each account because of this award."""
    held: dict[str, Decimal] = defaultdict(Decimal)
    held[Account.AVAILABLE], held[Account.COMMITTED] = freed - award.amount, award.amount - freed
    for order in orders:
        held[Account.BANK] -= order.settled
        held[Account.CLEARED] += order.settled
        if order.state not in (D.VOIDED, D.RETURNED):
            held[Account.COMMITTED] -= order.amount
            held[_place_of(order)] += order.amount
    for case in cases:
        held[Account.CLAIMS] -= case.total
        held[Account.RECEIVABLE] += case.left
        held[Account.RECOVERED] += case.repaid
    return {str(account): amount for account, amount in held.items() if amount}


def _place_of(order: Disbursement) -> Account:
    if order.paid_at:
        return Account.PAID
    return Account.AT_COUNTY if order.received_at else Account.ORDERED


def _entries_of(award: Award) -> dict[str, int]:
    rows = LedgerEntry.objects.filter(award=award).order_by().values("kind")
    return {row["kind"]: row["many"] for row in rows.annotate(many=Count("pk"))}


def _expected_entries(orders: list[Disbursement], cases: list[Clawback], freed: Decimal) -> dict[str, int]:
    """How many entries of each kind the stamps of the cases ask for."""
    counts = {
        EntryKind.COMMIT: 1,
        EntryKind.FREE: 1 if freed else 0,
        EntryKind.ORDER: len(orders),
        EntryKind.VOID: sum(order.state == D.VOIDED for order in orders),
        EntryKind.RETURN: sum(order.state == D.RETURNED for order in orders),
        EntryKind.RECEIVE: sum(order.received_at is not None for order in orders),
        EntryKind.PAY: sum(order.paid_at is not None for order in orders),
        EntryKind.SETTLE: sum(order.settled > 0 for order in orders),
        EntryKind.CLAIM: len(cases),
        EntryKind.REPAY: sum(case.repayments.filter(state="confirmed").count() for case in cases),
    }
    return {str(kind): many for kind, many in counts.items() if many}


def _unlike(what: str, stands: dict, expected: dict) -> list[str]:
    names = sorted({*stands, *expected})
    return [
        f"{what}: {name} is {stands.get(name, 0)}, should be {expected.get(name, 0)}"
        for name in names
        if stands.get(name, 0) != expected.get(name, 0)
    ]
