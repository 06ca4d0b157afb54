"""The pool of experts: who is in it, what bars them, when they are away; each change stands in the register."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from evaluation.models import Absence, Expert, Tie
from records import attachments, audit, clock
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import lock
from records.models import Attachment

PROFILE = (
    "field", "other_fields", "title", "employer", "employer_code", "employed_since", "outside_city", "region",
    "languages",
)  # fmt: skip


@transaction.atomic
def enter_expert(
    *,
    user: User,
    seat: str,
    field: str,
    title: str,
    employer: str,
    by: User,
    other_fields: Iterable[str] = (),
    employed_since: date | None = None,
    outside_city: bool = False,
    region: str = "",
    languages: Iterable[str] = ("zh",),
    employer_code: str = "",
) -> Expert:
    """Enter a person who holds the expert's role into the pool."""
    expert = Expert.objects.create(
        user=user,
        seat=seat,
        field=field,
        other_fields=list(other_fields),
        title=title,
        employer=employer,
        employer_code=employer_code,
        employed_since=employed_since,
        outside_city=outside_city,
        region=region,
        languages=list(languages),
    )
    audit.record("evaluation.expert.enter", expert, by=by, seat=seat, field=field)
    return expert


@transaction.atomic
def update_expert(*, expert: Expert, by: User, at: datetime | None = None, **changes: object) -> Expert:
    """Change what the pool says of an expert. A former employer becomes a ground of recusal by itself."""
    at = at or clock.now()
    lock(expert)
    changed = [name for name in PROFILE if name in changes and getattr(expert, name) != changes[name]]
    if not changed:
        return expert
    if "employer" in changed or (expert.employer_code and "employer_code" in changed):
        _leave_employer(expert, by=by, at=at)
    for name in changed:
        setattr(expert, name, changes[name])
    expert.save(update_fields=changed)
    audit.record("evaluation.expert.update", expert, by=by, at=at, fields=changed)
    return expert


def _leave_employer(expert: Expert, *, by: User, at: datetime) -> None:
    today = timezone.localdate(at)
    since = min(expert.employed_since or today, today)
    tie = Tie.objects.create(
        expert=expert,
        kind="employment",
        whom=expert.employer,
        code=expert.employer_code,
        since=since,
        until=today,
        declared_at=at,
        declared_by=by,
    )
    audit.record("evaluation.expert.declare_tie", expert, by=by, at=at, tie=tie.pk, kind=tie.kind)


@transaction.atomic
def declare_tie(
    *,
    expert: Expert,
    kind: str,
    whom: str,
    since: date,
    by: User,
    until: date | None = None,
    note: str = "",
    code: str = "",
    at: datetime | None = None,
) -> Tie:
    """Declare what the expert had to do with a unit or a person; the draw keeps them away from it."""
    at = at or clock.now()
    found = [] if whom.strip() else [Reason("请填写单位或人员名称。", field="whom")]
    if until and until < since:
        found.append(Reason("终止日不能早于起始日。", field="until"))
    if since > timezone.localdate(at):
        found.append(Reason("起始日不能晚于今天。", field="since"))
    Incomplete.unless_empty(found)
    lock(expert)
    tie = Tie.objects.create(
        expert=expert,
        kind=kind,
        whom=whom.strip(),
        code=code,
        note=note.strip(),
        since=since,
        until=until,
        declared_at=at,
        declared_by=by,
    )
    audit.record("evaluation.expert.declare_tie", expert, by=by, at=at, tie=tie.pk, kind=kind)
    return tie


@transaction.atomic
def withdraw_tie(*, tie: Tie, reason: str, by: User, at: datetime | None = None) -> Tie:
    """Take back what was declared in error; it stays on record with its reason."""
    at = at or clock.now()
    lock(tie)
    if tie.withdrawn_at:
        raise Conflict("该回避事项已经撤回。")
    if not reason.strip():
        raise Incomplete(Reason("请说明撤回理由。", field="reason"))
    tie.withdrawn_at, tie.withdrawn_by = at, by
    tie.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record("evaluation.expert.withdraw_tie", tie.expert, by=by, at=at, reason=reason, tie=tie.pk)
    return tie


@transaction.atomic
def enter_absence(
    *, expert: Expert, first_day: date, last_day: date, by: User, note: str = "", at: datetime | None = None
) -> Absence:
    """Note days on which the expert cannot review: a draw whose review touches them passes the expert by."""
    at = at or clock.now()
    found = []
    if last_day < first_day:
        found.append(Reason("结束日不能早于开始日。", field="last_day"))
    if last_day < timezone.localdate(at):
        found.append(Reason("请假日期已过。", field="last_day"))
    Incomplete.unless_empty(found)
    absence = Absence.objects.create(
        expert=expert,
        first_day=first_day,
        last_day=last_day,
        note=note.strip(),
        entered_at=at,
        entered_by=by,
    )
    audit.record("evaluation.expert.absence", expert, by=by, at=at, first=str(first_day), last=str(last_day))
    return absence


@transaction.atomic
def cancel_absence(*, absence: Absence, by: User, at: datetime | None = None) -> Absence:
    """The expert is there after all."""
    at = at or clock.now()
    lock(absence)
    if absence.cancelled_at is None:
        absence.cancelled_at, absence.cancelled_by = at, by
        absence.save(update_fields=["cancelled_at", "cancelled_by"])
        audit.record("evaluation.expert.absence_cancelled", absence.expert, by=by, at=at, absence=absence.pk)
    return absence


@transaction.atomic
def set_availability(*, expert: Expert, available: bool, by: User) -> Expert:
    """The expert says whether they can be drawn at present."""
    expert.is_available = available
    expert.save(update_fields=["is_available"])
    audit.record("evaluation.expert.availability", expert, by=by, available=available)
    return expert


@transaction.atomic
def suspend_expert(*, expert: Expert, reason: str, by: User, at: datetime | None = None) -> Expert:
    """Bar an expert from being drawn, for a reason; seats they hold stay theirs."""
    at = at or clock.now()
    lock(expert)
    if not reason.strip():
        raise Incomplete(Reason("请说明暂停理由。", field="reason"))
    if expert.suspended_at:
        raise Conflict("该专家已暂停参加抽取。")
    expert.suspended_at, expert.suspended_by, expert.suspension_reason = at, by, reason.strip()
    expert.save(update_fields=["suspended_at", "suspended_by", "suspension_reason"])
    audit.record("evaluation.expert.suspend", expert, by=by, at=at, reason=reason)
    return expert


@transaction.atomic
def reinstate_expert(*, expert: Expert, reason: str, by: User, at: datetime | None = None) -> Expert:
    """Let a suspended expert be drawn again."""
    at = at or clock.now()
    lock(expert)
    if not reason.strip():
        raise Incomplete(Reason("请说明恢复理由。", field="reason"))
    if not expert.suspended_at:
        raise Conflict("该专家没有被暂停。")
    expert.suspended_at = expert.suspended_by = None
    expert.suspension_reason = ""
    expert.save(update_fields=["suspended_at", "suspended_by", "suspension_reason"])
    audit.record("evaluation.expert.reinstate", expert, by=by, at=at, reason=reason)
    return expert


def attach_qualification(*, expert: Expert, file: UploadedFile, by: User) -> Attachment:
    """Take in a proof of the expert's title or qualification."""
    return attachments.attach_file(subject=expert, kind="qualification", upload=file, by=by)


@transaction.atomic
def reveal_phone(*, expert: Expert, reason: str, by: User, at: datetime | None = None) -> str:
    """The whole phone number, to whoever may call; the register keeps who asked, and why."""
    if not reason.strip():
        raise Incomplete(Reason("请说明查看理由。", field="reason"))
    audit.record("evaluation.expert.reveal_phone", expert, by=by, at=at, reason=reason)
    return expert.user.mobile
