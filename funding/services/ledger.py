"""Entries of the ledger: written with the deed, in its transaction, by fixed pairs of accounts."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import F

from accounts.models import User
from funding.enums import Account, DisbursementState, EntryKind
from funding.models import (
    Award,
    BankLine,
    Budget,
    BudgetChange,
    Clawback,
    Disbursement,
    LedgerEntry,
    LedgerPosting,
    Repayment,
)
from records.errors import Conflict

PAIRS = {
    EntryKind.APPROPRIATE: (Account.APPROPRIATED, Account.AVAILABLE),
    EntryKind.COMMIT: (Account.AVAILABLE, Account.COMMITTED),
    EntryKind.RELEASE: (Account.COMMITTED, Account.AVAILABLE),
    EntryKind.FREE: (Account.COMMITTED, Account.AVAILABLE),
    EntryKind.ORDER: (Account.COMMITTED, Account.ORDERED),
    EntryKind.RECEIVE: (Account.ORDERED, Account.AT_COUNTY),
    EntryKind.VOID: (Account.ORDERED, Account.COMMITTED),
    EntryKind.RAISE: (Account.APPROPRIATED, Account.AVAILABLE),
    EntryKind.CUT: (Account.AVAILABLE, Account.APPROPRIATED),
    EntryKind.TRANSFER_OUT: (Account.AVAILABLE, Account.APPROPRIATED),
    EntryKind.TRANSFER_IN: (Account.APPROPRIATED, Account.AVAILABLE),
    EntryKind.CARRY_OUT: (Account.AVAILABLE, Account.APPROPRIATED),
    EntryKind.CARRY_IN: (Account.APPROPRIATED, Account.AVAILABLE),
    EntryKind.SETTLE: (Account.BANK, Account.CLEARED),
    EntryKind.REFUND: (Account.CLEARED, Account.BANK),
    EntryKind.CLAIM: (Account.CLAIMS, Account.RECEIVABLE),
    EntryKind.REPAY: (Account.RECEIVABLE, Account.RECOVERED),
    EntryKind.WRITE_OFF: (Account.RECEIVABLE, Account.CLAIMS),
}
PLACES = {
    DisbursementState.COUNTY_RECEIVED: Account.AT_COUNTY,
    DisbursementState.PAID: Account.PAID,
}


def locked_budget(award: Award) -> Budget:
    """The budget of an approved award, locked: the first lock of every command that moves its money."""
    if award.budget_id is None:
        raise Conflict(f"“{award}”尚未批准，没有列支预算。")
    return Budget.objects.select_for_update(of=("self",), no_key=True).get(pk=award.budget_id)


def shift(row: Award | Budget | Clawback | Disbursement, **changes: Decimal) -> None:
    """Add to the running sums of ``row``, in the database: were its lock ever missing, the constraint still saw it."""
    type(row)._base_manager.filter(pk=row.pk).update(
        **{name: F(name) + value for name, value in changes.items()}
    )
    row.refresh_from_db(fields=list(changes))


def release_commitment(
    kind: EntryKind, *, budget: Budget, award: Award, amount: Decimal, by: User, at: datetime, on: date
) -> None:
    """Give back to ``budget`` what it had promised for ``award`` and will not be asked for; both are locked."""
    shift(budget, committed=-amount)
    post(kind, budget=budget, award=award, amount=amount, by=by, at=at, on=on)


def post(
    kind: EntryKind,
    *,
    budget: Budget,
    amount: Decimal,
    by: User,
    at: datetime,
    on: date,
    award: Award | None = None,
    disbursement: Disbursement | None = None,
    change: BudgetChange | None = None,
    line: BankLine | None = None,
    clawback: Clawback | None = None,
    repayment: Repayment | None = None,
    pair: tuple[Account, Account] | None = None,
) -> LedgerEntry:
    """Move ``amount`` from one account of ``budget`` to another; the pair follows from ``kind`` where it is fixed."""
    source, target = pair or PAIRS[kind]
    entry = LedgerEntry.objects.create(
        kind=kind,
        budget=budget,
        award=award,
        disbursement=disbursement,
        change=change,
        line=line,
        clawback=clawback,
        repayment=repayment,
        amount=amount,
        occurred_on=on,
        posted_at=at,
        posted_by=by,
    )
    LedgerPosting.objects.bulk_create(
        [
            LedgerPosting(entry=entry, account=source, amount=-amount),
            LedgerPosting(entry=entry, account=target, amount=amount),
        ]
    )
    return entry


def place_of(disbursement: Disbursement) -> Account:
    """The account in which the money of a disbursement stands now."""
    return PLACES.get(DisbursementState(disbursement.state), Account.ORDERED)
