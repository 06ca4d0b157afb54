"""After the decision: served, late by the clock, listed, enforced, published, and closed by two signatures.

Locks: ``Budget`` → ``Award`` → ``Clawback``.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from funding.enums import ClawbackState, EntryKind, Finality
from funding.lifecycle import CLAWBACK
from funding.models import Clawback
from funding.notifications.clawbacks import tell_of_clawback
from funding.selectors import clawbacks as reads
from funding.services.clawback_papers import issue_after_commit, promise
from funding.services.clawbacks import (
    attach,
    lapse_clawback_statements,
    suspect_candidates,
    suspect_ended_projects,
)
from funding.services.ended_projects import free_rests_of_ended_projects
from funding.services.keys import was_done
from funding.services.ledger import locked_budget, post
from institutes.policy import add_years
from institutes.services import list_unit
from records import audit, clock, deadlines
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import lock

SERVICE_PROOF = "service_proof"
COURT_PAPER = "court_paper"


@transaction.atomic
def serve_clawback(
    *,
    clawback: Clawback,
    served_on: date,
    proof: UploadedFile,
    by: User,
    at: datetime | None = None,
) -> Clawback:
    """The decision reached the unit: from that day its days for repaying are counted."""
    at = at or clock.now()
    lock(clawback)
    for refusal in CLAWBACK.blocks(clawback, "serve", by):
        raise refusal
    found = []
    if served_on > timezone.localdate(at):
        found.append(Reason("送达日期不能晚于今天。", field="served_on"))
    if clawback.decided_at and served_on < timezone.localdate(clawback.decided_at):
        found.append(Reason("送达日期不能早于决定日期。", field="served_on"))
    Incomplete.unless_empty(found)
    repay_by = served_on + timedelta(days=int(clawback.edition.terms["repayment"]["due_days"]))
    stamps: dict[str, Any] = {"served_on": served_on, "served_at": at, "served_by": by, "repay_by": repay_by}
    event = CLAWBACK.move(clawback, "serve", by=by, at=at, due_on=repay_by, **stamps)
    attach(clawback, [proof], kind=SERVICE_PROOF, by=by)
    tell_of_clawback(clawback, event)
    return clawback


def let_fall_due(*, at: datetime | None = None) -> int:
    """Mark what was not repaid in time; returns how many."""
    at = at or clock.now()
    due = reads.repayments_run_out(timezone.localdate(at))
    return sum(_fall_due(clawback=clawback, at=at) for clawback in due)


@transaction.atomic
def _fall_due(*, clawback: Clawback, at: datetime) -> bool:
    lock(clawback)
    waiting = (ClawbackState.REPAY_DUE, ClawbackState.PARTIALLY_REPAID)
    last = clawback.repay_by
    if clawback.state not in waiting or last is None or timezone.localdate(at) <= last:
        return False
    event = CLAWBACK.move(clawback, "fall_due", by=system_user(), at=at, data={"left": str(clawback.left)})
    tell_of_clawback(clawback, event)
    return True


@transaction.atomic
def list_credit(
    *, clawback: Clawback, years: int, reason: str, by: User, at: datetime | None = None
) -> Clawback:
    """List the unit for dishonesty until a day within the bounds of the edition: the formal review sees it."""
    at = at or clock.now()
    lock(clawback)
    for refusal in CLAWBACK.blocks(clawback, "list_credit", by):
        raise refusal
    terms, day = clawback.edition.terms["repayment"], timezone.localdate(at)
    least, most = int(terms["ban_years_min"]), int(terms["ban_years_max"])
    if not least <= years <= most:
        raise Incomplete(Reason(f"限制申报为 {least} 至 {most} 年（系统默认，待确认）。", field="years"))
    until = add_years(day, years)
    stamps: dict[str, Any] = {"listed_until": until, "listed_at": at, "listed_by": by}
    event = CLAWBACK.move(
        clawback,
        "list_credit",
        by=by,
        at=at,
        reason=reason.strip(),
        data={"until": until.isoformat()},
        **stamps,
    )
    list_unit(
        organisation=clawback.host,
        reason=f"财政资金追回逾期未退还：{clawback.ground_label}",
        source=clawback.number,
        until=until,
        by=by,
        at=at,
    )
    tell_of_clawback(clawback, event)
    return clawback


@transaction.atomic
def enforce_clawback(
    *,
    clawback: Clawback,
    enforcement_number: str,
    paper: UploadedFile,
    by: User,
    at: datetime | None = None,
) -> Clawback:
    """The court was asked to enforce the decision, under its number."""
    at = at or clock.now()
    if not enforcement_number.strip():
        raise Incomplete(Reason("请填写法院受理文号。", field="enforcement_number"))
    stamps: dict[str, Any] = {
        "enforcement_number": enforcement_number.strip(),
        "enforced_at": at,
        "enforced_by": by,
    }
    event = CLAWBACK.move(clawback, "enforce", by=by, at=at, **stamps)
    attach(clawback, [paper], kind=COURT_PAPER, by=by)
    tell_of_clawback(clawback, event)
    return clawback


@transaction.atomic
def publish_clawback(
    *, clawback: Clawback, finality: str, note: str, by: User, at: datetime | None = None
) -> Clawback:
    """Let everybody know of a decision that can no longer be contested. Publishing it again changes nothing."""
    at = at or clock.now()
    lock(clawback)
    if clawback.published_at is not None:
        return clawback
    found, from_day = [], reads.final_from(clawback)
    if finality not in Finality.values:
        found.append(Reason("请选择决定为何已经终局。", field="finality"))
    if finality == Finality.UPHELD and not note.strip():
        found.append(Reason("请填写复议决定书或者判决书文号。", field="note"))
    if from_day is None:
        found.append(Reason("决定书尚未送达，不能公开。"))
    elif finality == Finality.UNCONTESTED and timezone.localdate(at) < from_day:
        day = deadlines.day_in_words(from_day)
        found.append(Reason(f"复议和诉讼期限届满（{day}）前不能公开。", field="finality"))
    Conflict.unless_empty(found)
    clawback.published_at, clawback.published_by = at, by
    clawback.finality, clawback.finality_note = finality, note.strip()
    clawback.save(update_fields=["published_at", "published_by", "finality", "finality_note"])
    audit.record("funding.clawback.publish", clawback, by=by, at=at, finality=finality, note=note.strip())
    return clawback


# --- two signatures -------------------------------------------------------------------------------------------------


@transaction.atomic
def sign_closing(*, clawback: Clawback, note: str, by: User, at: datetime | None = None) -> Clawback:
    """The approver signs that all came back; finance signs next."""
    return _sign(clawback, "sign_closing", by, at, closing_note=note.strip())


@transaction.atomic
def end_enforcement(
    *,
    clawback: Clawback,
    ruling_number: str,
    note: str,
    paper: UploadedFile,
    by: User,
    at: datetime | None = None,
) -> Clawback:
    """The court ended the enforcement: the approver signs, with the ruling; the close writes off what is left."""
    if not ruling_number.strip():
        raise Incomplete(Reason("请填写终结执行裁定书文号。", field="ruling_number"))
    signed = {"ruling_number": ruling_number.strip(), "closing_note": note.strip()}
    _sign(clawback, "end_enforcement", by, at, **signed)
    attach(clawback, [paper], kind=COURT_PAPER, by=by)
    return clawback


def _sign(clawback: Clawback, action: str, by: User, at: datetime | None, **said: str) -> Clawback:
    at = at or clock.now()
    if not said["closing_note"]:
        raise Incomplete(Reason("请写明结案意见。", field="note"))
    stamps: dict[str, Any] = {**said, "signed_at": at, "signed_by": by}
    event = CLAWBACK.move(clawback, action, by=by, at=at, reason=said["closing_note"], **stamps)
    tell_of_clawback(clawback, event)
    return clawback


@transaction.atomic(durable=True)
def close_clawback(*, clawback: Clawback, key: UUID, by: User, at: datetime | None = None) -> Clawback:
    """Finance signs too: the case is closed, and what a ruling left unpaid is written off by an entry."""
    at = at or clock.now()
    if was_done(key, "close", clawback, by=by, at=at):
        return clawback
    award = clawback.award
    budget = locked_budget(award)
    lock(award)
    lock(clawback)
    for refusal in CLAWBACK.blocks(clawback, "close", by):
        raise refusal
    day, left = timezone.localdate(at), clawback.left
    if left and not clawback.ruling_number:
        raise Conflict(f"尚有 {left:,.2f} 元未退还，没有终结执行裁定不能结案，请退回。")
    _refuse_while_reported(clawback)
    data = {"paper": promise(clawback, "clawback_closing", on=day), "written_off": str(left)}
    stamps: dict[str, Any] = {"closed_at": at, "closed_by": by, "written_off": left}
    event = CLAWBACK.move(clawback, "close", by=by, at=at, data=data, **stamps)
    if left:
        post(
            EntryKind.WRITE_OFF,
            budget=budget,
            award=award,
            clawback=clawback,
            amount=left,
            by=by,
            at=at,
            on=day,
        )
    tell_of_clawback(clawback, event)
    issue_after_commit(event)
    return clawback


def _refuse_while_reported(clawback: Clawback) -> None:
    waiting = reads.repayments_reported(clawback)
    if waiting:
        raise Conflict(f"有 {waiting:,.2f} 元退还款项待核对到账，核对后才能结案。")


@transaction.atomic
def refuse_closing(*, clawback: Clawback, reason: str, by: User, at: datetime | None = None) -> Clawback:
    """Finance does not sign: the approver looks again."""
    lock(clawback)
    if clawback.left:
        raise Conflict("该案尚未全额退还，请办理“退回，继续执行”。")
    return _unsign(clawback, "refuse_closing", reason, by, at)


@transaction.atomic
def resume_enforcement(*, clawback: Clawback, reason: str, by: User, at: datetime | None = None) -> Clawback:
    """Finance does not sign what is still unpaid: the enforcement goes on."""
    lock(clawback)
    if not clawback.left:
        raise Conflict("该案已全额退还，请办理“退回结案”。")
    return _unsign(clawback, "resume_enforcement", reason, by, at, ruling_number="")


def _unsign(
    clawback: Clawback, action: str, reason: str, by: User, at: datetime | None, **cleared: Any
) -> Clawback:
    cleared = {**cleared, "signed_at": None, "signed_by": None, "closing_note": ""}
    event = CLAWBACK.move(clawback, action, by=by, at=at or clock.now(), reason=reason.strip(), **cleared)
    tell_of_clawback(clawback, event)
    return clawback


def sweep_clawbacks(*, at: datetime | None = None) -> None:
    """What time alone brings on: cases to look at, statements that did not come, money that did not come back."""
    at = at or clock.now()
    suspect_candidates(at=at)
    suspect_ended_projects(at=at)
    free_rests_of_ended_projects(at=at)
    lapse_clawback_statements(at=at)
    let_fall_due(at=at)
