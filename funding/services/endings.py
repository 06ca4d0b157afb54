"""Ending an order: what the bank sent back, what is withdrawn before it left. One proposes, another confirms.

While a proposal waits, nothing else becomes of the order: it is not sent, received, paid or receipted.
Locks: Budget → PayeeAccount → Award → Disbursement.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from funding.enums import DisbursementFile, DisbursementState, EntryKind
from funding.lifecycle import DISBURSEMENT
from funding.models import Award, Budget, Disbursement, PlanItem
from funding.notifications.endings import tell_of_proposal, tell_proposer
from funding.services.disbursements import check_file, lock_path, post_of
from funding.services.keys import was_done
from funding.services.ledger import place_of, shift
from funding.services.orders import move_planning_clock
from records import attachments, clock, deadlines
from records.errors import Conflict
from records.lifecycle import lock

WINDOW = "ending"
LIMIT = "ending_check"
UNPROPOSED: dict[str, Any] = {"ending_reason": "", "ending_proposed_at": None, "ending_proposed_by": None}


@transaction.atomic
def propose_return(
    *,
    disbursement: Disbursement,
    reason: str,
    by: User,
    slip: UploadedFile | None = None,
    at: datetime | None = None,
) -> Disbursement:
    """Tell that the bank sent the money back; it counts once another person has confirmed it."""
    check_file(slip)
    _propose(disbursement, "propose_return", reason, by, at or clock.now())
    if slip is not None:
        attachments.attach_file(subject=disbursement, kind=DisbursementFile.RETURN, upload=slip, by=by)
    return disbursement


@transaction.atomic
def propose_void(
    *, disbursement: Disbursement, reason: str, by: User, at: datetime | None = None
) -> Disbursement:
    """Ask for an order to be withdrawn that has not gone to the treasury: until it is decided, it does not go."""
    return _propose(disbursement, "propose_void", reason, by, at or clock.now())


@transaction.atomic(durable=True)
def return_disbursement(
    *, disbursement: Disbursement, key: UUID, by: User, at: datetime | None = None
) -> Disbursement:
    """Confirm what another person told: the money is back, the order is free, the instalment may be planned anew."""
    return _confirm(disbursement, "return", EntryKind.RETURN, key, by, at or clock.now())


@transaction.atomic(durable=True)
def void_disbursement(
    *, disbursement: Disbursement, key: UUID, by: User, at: datetime | None = None
) -> Disbursement:
    """Withdraw an order that has not gone to the treasury, as another person has proposed."""
    return _confirm(disbursement, "void", EntryKind.VOID, key, by, at or clock.now())


@transaction.atomic
def keep_disbursement(
    *, disbursement: Disbursement, reason: str, by: User, at: datetime | None = None
) -> Disbursement:
    """Do not confirm what was proposed, or take it back: the order goes on as it stands."""
    at = at or clock.now()
    lock(disbursement)
    for refusal in DISBURSEMENT.blocks(disbursement, "keep", by):
        raise refusal
    proposer = disbursement.ending_proposed_by
    if proposer is None:
        raise Conflict(f"“{disbursement}”没有待复核的退汇或者作废。")
    event = DISBURSEMENT.move(disbursement, "keep", by=by, at=at, reason=reason.strip(), **UNPROPOSED)
    deadlines.close(disbursement, kind=WINDOW, at=at)
    tell_proposer(disbursement, event, proposer)
    return disbursement


def end(
    disbursement: Disbursement,
    award: Award,
    budget: Budget,
    action: str,
    kind: EntryKind,
    reason: str,
    by: User,
    at: datetime,
    **proposed: Any,
) -> None:
    """Free what was ordered (and paid), release the item of the plan, and record where the money came back from.

    Within the transaction of the caller, who holds the locks of all three. ``proposed`` says who had proposed it,
    where that was done elsewhere (with a line of the bank).
    """
    source = place_of(disbursement)
    was_paid = source == "paid"
    if was_paid:
        _refuse_claimed(disbursement, award)
    stamps: dict[str, Any] = {"ended_at": at, "ended_by": by, "ended_reason": reason.strip(), **proposed}
    event = DISBURSEMENT.move(disbursement, action, by=by, at=at, reason=reason.strip(), **stamps)
    deadlines.close(disbursement, kind=WINDOW, at=at)
    for row in (award, budget):
        shift(row, ordered=-disbursement.amount, paid=-disbursement.amount if was_paid else Decimal(0))
    move_planning_clock(award, at=at)
    items = PlanItem.objects.filter(key=disbursement.key, released_at__isnull=True)
    items.update(released_at=at, released_by=by)
    day = timezone.localdate(at)
    post_of(kind, disbursement, award, budget, by=by, at=at, on=day, pair=(source, "committed"))
    tell_proposer(disbursement, event, disbursement.ending_proposed_by)


def _propose(disbursement: Disbursement, action: str, reason: str, by: User, at: datetime) -> Disbursement:
    """Note the proposal and give it to finance; the same by the same person again changes nothing."""
    _, award = lock_path(disbursement)
    for refusal in DISBURSEMENT.blocks(disbursement, action, by):
        raise refusal
    if disbursement.ending_proposed_by_id is not None:
        if (disbursement.ending_proposed_by_id, disbursement.ending_reason) == (by.pk, reason.strip()):
            return disbursement
        raise Conflict(f"“{disbursement}”{disbursement.ending_words}，不能重复提出。")
    if action == "propose_void":
        _refuse_sent(disbursement)
    if disbursement.state == DisbursementState.PAID:
        _refuse_claimed(disbursement, award)
    stamps: dict[str, Any] = {"ending_reason": reason.strip()}
    stamps |= {"ending_proposed_at": at, "ending_proposed_by": by}
    event = DISBURSEMENT.move(disbursement, action, by=by, at=at, reason=reason.strip(), **stamps)
    label, days = disbursement.ending_label, disbursement.time_limit(LIMIT)
    deadlines.open_for(disbursement, kind=WINDOW, label=label, role=Role.FINANCE, at=at, working_days=days)
    tell_of_proposal(disbursement, event)
    return disbursement


def _confirm(
    disbursement: Disbursement, action: str, kind: EntryKind, key: UUID, by: User, at: datetime
) -> Disbursement:
    if was_done(key, action, disbursement, by=by, at=at):
        return disbursement
    budget, award = lock_path(disbursement)
    for refusal in DISBURSEMENT.blocks(disbursement, action, by):
        raise refusal
    if disbursement.ending_proposed_by_id is None:
        raise Conflict(f"“{disbursement}”须先由另一人提出，再办理复核。")
    if action == "void":
        _refuse_sent(disbursement)
    end(disbursement, award, budget, action, kind, disbursement.ending_reason, by, at)
    return disbursement


def _refuse_sent(disbursement: Disbursement) -> None:
    if disbursement.claimed_at is not None:
        raise Conflict("国库文件正在生成，不能作废；请待下达后办理退汇。")


def _refuse_claimed(disbursement: Disbursement, award: Award) -> None:
    if award.paid - disbursement.amount < award.claimed:
        raise Conflict("该项资金已决定追回，不能再办理退汇；请在追回案件中登记退还。")
