"""Money that comes back: reported with its voucher, confirmed by another person, an entry for each part.

Locks: ``Budget`` → ``Award`` → ``Clawback`` → ``Repayment``.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from funding import policy
from funding.enums import REPAYABLE_STATES, EntryKind, RepaymentState
from funding.lifecycle import CLAWBACK, REPAYMENT
from funding.models import Award, Budget, Clawback, Repayment
from funding.notifications.clawbacks import tell_of_clawback, tell_of_repayment
from funding.selectors import clawbacks as reads
from funding.services.clawbacks import attach
from funding.services.keys import was_done
from funding.services.ledger import locked_budget, post, shift
from records import attachments, clock
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import lock

VOUCHER = "repayment_voucher"


@transaction.atomic(durable=True)
def report_repayment(
    *,
    clawback: Clawback,
    amount: Decimal,
    paid_on: date,
    bank_reference: str,
    voucher: UploadedFile,
    key: UUID,
    by: User,
    at: datetime | None = None,
) -> Repayment:
    """Say that a part was paid back, with the bank's voucher. It counts once another person has confirmed it.

    The same ``key`` with the same terms is the same report.
    """
    at = at or clock.now()
    terms: dict[str, Any] = {
        "clawback": clawback,
        "amount": amount,
        "paid_on": paid_on,
        "bank_reference": bank_reference.strip(),
    }
    lock(clawback)
    if earlier := Repayment.objects.filter(key=key).first():
        return _same(earlier, terms)
    if clawback.state not in REPAYABLE_STATES:
        raise IllegalMove(f"“{clawback}”现为“{CLAWBACK.label(clawback.state)}”，不能登记退还。")
    Incomplete.unless_empty(_faults(clawback, terms, at))
    BadFile.unless_empty(attachments.faults_of(voucher))
    repayment = Repayment.objects.create(
        **terms,
        host_id=clawback.host_id,
        division_id=clawback.division_id,
        key=key,
        reported_at=at,
        reported_by=by,
    )
    event = REPAYMENT.begin(repayment, by=by, at=at, amount=str(amount))
    attach(repayment, [voucher], kind=VOUCHER, by=by)
    tell_of_repayment(repayment, event)
    return repayment


def _same(earlier: Repayment, terms: dict[str, Any]) -> Repayment:
    if any(getattr(earlier, name) != value for name, value in terms.items()):
        raise Conflict("该表单已用于登记另一笔退还，请重新打开页面后再填。")
    return earlier


def _faults(clawback: Clawback, terms: dict[str, Any], at: datetime) -> list[Reason]:
    left = clawback.left - reads.repayments_reported(clawback)
    found = [Reason(fault, field="amount") for fault in policy.repayment_faults(terms["amount"], left=left)]
    if terms["paid_on"] > timezone.localdate(at):
        found.append(Reason("退还日期不能晚于今天。", field="paid_on"))
    if clawback.decided_at and terms["paid_on"] < timezone.localdate(clawback.decided_at):
        found.append(Reason("退还日期不能早于追回决定日期。", field="paid_on"))
    reference = terms["bank_reference"]
    if not reference:
        found.append(Reason("请填写银行回单编号。", field="bank_reference"))
    elif Repayment.objects.filter(bank_reference=reference).exclude(state=RepaymentState.REJECTED).exists():
        found.append(Reason("该银行回单编号已登记在另一笔退还上，请核对。", field="bank_reference"))
    return found


@transaction.atomic(durable=True)
def confirm_repayment(*, repayment: Repayment, key: UUID, by: User, at: datetime | None = None) -> Repayment:
    """The money is on the treasury's account: an entry, and with the last part the case is repaid.

    Another than who reported it.
    """
    at = at or clock.now()
    if was_done(key, "confirm", repayment, by=by, at=at):
        return repayment
    budget, award, clawback = _lock_path(repayment)
    for refusal in REPAYMENT.blocks(repayment, "confirm", by):
        raise refusal
    if clawback.state not in REPAYABLE_STATES:
        raise IllegalMove(f"“{clawback}”现为“{CLAWBACK.label(clawback.state)}”，请先退回结案，再确认到账。")
    if repayment.amount > clawback.left:
        raise Conflict(f"超出尚未退还的 {clawback.left:,.2f} 元，请退回，由单位核对后重新登记。")
    event = REPAYMENT.move(repayment, "confirm", by=by, at=at, confirmed_at=at, confirmed_by=by)
    shift(clawback, repaid=repayment.amount)
    post(
        EntryKind.REPAY,
        budget=budget,
        award=award,
        clawback=clawback,
        repayment=repayment,
        amount=repayment.amount,
        by=by,
        at=at,
        on=repayment.paid_on,
    )
    if not _move_case_on(clawback, repayment, by, at):
        tell_of_repayment(repayment, event)
    return repayment


def _lock_path(repayment: Repayment) -> tuple[Budget, Award, Clawback]:
    clawback = Clawback.objects.select_related("award", "edition").get(pk=repayment.clawback_id)
    award = clawback.award
    budget = locked_budget(award)
    lock(award)
    lock(clawback)
    lock(repayment)
    repayment.clawback = clawback
    return budget, award, clawback


def _move_case_on(clawback: Clawback, repayment: Repayment, by: User, at: datetime) -> bool:
    """With what is left, the case is repaid, repaid in part, or stays as late as it was; whether it moved on."""
    action = policy.after_repayment(clawback.state, left=clawback.left)
    if not action:
        return False
    due_on = clawback.repay_by if action == "part" else None
    data = {"repaid": str(clawback.repaid), "left": str(clawback.left), "part": str(repayment.amount)}
    event = CLAWBACK.move(clawback, action, by=by, at=at, due_on=due_on, data=data)
    tell_of_clawback(clawback, event)
    return True


@transaction.atomic
def reject_repayment(*, repayment: Repayment, reason: str, by: User, at: datetime | None = None) -> Repayment:
    """The money did not arrive: the report does not count, and its voucher may be brought anew."""
    at = at or clock.now()
    stamps: dict[str, Any] = {"rejected_at": at, "rejected_by": by}
    event = REPAYMENT.move(repayment, "reject", by=by, at=at, reason=reason.strip(), **stamps)
    tell_of_repayment(repayment, event)
    return repayment
