"""A later end for a call: drafted by a clerk or offered after an outage, published by another person."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from institutes import notifications, selectors
from institutes.enums import ApplicationState
from institutes.lifecycle import CALL, EXTENSION
from institutes.models import Application, Call, CallExtension
from records import availability, calendar, clock, deadlines
from records.availability import Outage
from records.errors import Conflict, Incomplete, Reason, TooLate
from records.lifecycle import Stamps, lock
from records.models import Deadline
from records.models.subject import subject_type

# --- drafting -------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_extension(
    *, call: Call, closes_at: datetime, reason: str, number: str, by: User, at: datetime | None = None
) -> CallExtension:
    """Draft a later end of a published call; another person publishes it.

    The call must still be open, or have closed after an outage on its last working day. Never shortens. Raises
    ``Incomplete``, ``Conflict`` or ``TooLate`` with every reason.
    """
    now = clock.database_now()
    at = at or now
    lock(call)
    for refusal in CALL.blocks(call, "draft_extension", by):
        raise refusal
    found = selectors.was_down_too_long(call, at=now)
    extension = CallExtension(
        call=call, closes_from=call.closes_at, drafted_at=at, drafted_by=by, **availability.as_kept(found)
    )
    _write(extension, closes_at=closes_at, reason=reason, number=number, now=now)
    if earlier := call.extensions.waiting().first():
        raise Conflict(
            Reason(f"本通知已有一份延期“{earlier}”尚未发布，请先办理。", url=earlier.get_absolute_url())
        )
    extension.save()
    event = EXTENSION.begin(extension, by=by, at=at, due_on=_due_on(call, now), call=call.number)
    notifications.tell_of_extension(extension, event)
    return extension


@transaction.atomic
def take_up_extension(
    *,
    extension: CallExtension,
    closes_at: datetime,
    reason: str,
    number: str,
    by: User,
    at: datetime | None = None,
) -> CallExtension:
    """Make the extension that the portal offered one's own, with the document it goes out by."""
    return _rewrite(extension, "take_up", closes_at=closes_at, reason=reason, number=number, by=by, at=at)


@transaction.atomic
def revise_extension(
    *,
    extension: CallExtension,
    closes_at: datetime,
    reason: str,
    number: str,
    by: User,
    at: datetime | None = None,
) -> CallExtension:
    """Change an extension that is not published yet; who changes it does not publish it."""
    return _rewrite(extension, "revise", closes_at=closes_at, reason=reason, number=number, by=by, at=at)


def _rewrite(
    extension: CallExtension,
    action: str,
    *,
    closes_at: datetime,
    reason: str,
    number: str,
    by: User,
    at: datetime | None,
) -> CallExtension:
    now = clock.database_now()
    at = at or now
    lock(extension.call)
    lock(extension)
    for refusal in EXTENSION.blocks(extension, action, by):
        raise refusal
    _write(extension, closes_at=closes_at, reason=reason, number=number, now=now)
    stamps: Stamps = {name: getattr(extension, name) for name in ("closes_to", "reason", "number")}
    event = EXTENSION.move(
        extension,
        action,
        by=by,
        at=at,
        due_on=_due_on(extension.call, now),
        drafted_at=at,
        drafted_by=by,
        **stamps,
    )
    notifications.tell_of_extension(extension, event)
    return extension


def _write(extension: CallExtension, *, closes_at: datetime, reason: str, number: str, now: datetime) -> None:
    """Fill in what the person says, and refuse what is missing or would shorten the call."""
    extension.closes_to = closes_at
    extension.reason, extension.number = reason.strip(), number.strip()
    missing = [
        Reason(f"请填写{label}。", field=name)
        for name, label in (("reason", "延期理由"), ("number", "文号"))
        if not getattr(extension, name)
    ]
    missing += _faults_of_end(extension, now)
    Incomplete.unless_empty(missing)
    _refuse_unless_extensible(extension, now)
    taken = CallExtension.objects.exclude(pk=extension.pk).exclude(state="discarded")
    if (
        Call.objects.filter(number=extension.number).exists()
        or taken.filter(number=extension.number).exists()
    ):
        raise Conflict(Reason(f"文号“{extension.number}”已用于另一份通知，请核对。", field="number"))


def _faults_of_end(extension: CallExtension, now: datetime) -> list[Reason]:
    ends = timezone.localtime(extension.closes_from)
    if extension.closes_to <= extension.closes_from:
        words = f"延期只能推迟截止时间：须晚于现在的截止时间 {ends:%Y-%m-%d %H:%M}。"
        return [Reason(words, field="closes_at")]
    if extension.closes_to <= now:
        return [Reason("新的截止时间已过，请另选一个以后的时间。", field="closes_at")]
    return []


def _refuse_unless_extensible(extension: CallExtension, now: datetime) -> None:
    """A call that is over opens again only after an outage on its last working day, and only for a while."""
    call = extension.call
    if call.closes_at != extension.closes_from:
        raise Conflict(Reason("申报截止时间在拟写后已变更，请不予延期后重新拟写。", field="closes_at"))
    if now < call.closes_at:
        return
    terms, ended = call.edition.terms["outage"], timezone.localtime(call.closes_at)
    if not extension.outage_minutes:
        words = (
            f"“{call}”已于 {ended:%Y-%m-%d %H:%M} 截止。截止后只有最后一个工作日系统中断超过"
            f" {terms['minutes_max']} 分钟的方可延期，平台运行记录中没有这样的中断。"
        )
        raise TooLate(Reason(words, field="closes_at"))
    last = calendar.add_working_days(ended.date(), int(terms["reopen_days"]))
    if timezone.localdate(now) > last:
        words = f"截止后 {terms['reopen_days']} 个工作日内（{last:%Y-%m-%d} 前）方可因系统中断延期。"
        raise TooLate(Reason(words, field="closes_at"))


def _due_on(call: Call, now: datetime) -> date | None:
    """While the call runs an extension is due by its end; later by the time limit of the state."""
    return timezone.localdate(call.closes_at) if now < call.closes_at else None


# --- publishing -----------------------------------------------------------------------------------------------------


@transaction.atomic
def publish_extension(*, extension: CallExtension, by: User, at: datetime | None = None) -> CallExtension:
    """Let the call end later: its drafts have until then, and units with drafts and counties are told."""
    now = clock.database_now()
    at = at or now
    call = extension.call
    lock(call)
    event = EXTENSION.move(extension, "publish", by=by, at=at, published_at=at, published_by=by)
    extension.call = call
    Conflict.unless_empty(_faults_of_end(extension, now))
    _refuse_unless_extensible(extension, now)
    data = {"from": extension.closes_from.isoformat(), "until": extension.closes_to.isoformat()}
    CALL.move(
        call,
        "extend",
        by=by,
        at=at,
        reason=extension.reason,
        data=data | {"number": extension.number},
        closes_at=extension.closes_to,
    )
    _move_deadlines(call)
    notifications.tell_of_extension(extension, event)
    return extension


def _move_deadlines(call: Call) -> None:
    """Books that are with their units were due on the call's last day: they are due on the new one."""
    day = timezone.localdate(call.closes_at)
    drafts = Application.objects.filter(call=call, state=ApplicationState.DRAFT)
    early = Deadline.objects.open().filter(
        subject_type=subject_type(Application), subject_id__in=drafts.values("pk"), due_on__lt=day
    )
    for application in drafts.filter(pk__in=early.values("subject_id")).order_by("pk"):
        deadlines.move(application, due_on=day)


@transaction.atomic
def discard_extension(
    *, extension: CallExtension, reason: str, by: User, at: datetime | None = None
) -> CallExtension:
    """Leave the call's end as it is; the row stays on record with its reason."""
    event = EXTENSION.move(extension, "discard", by=by, at=at or clock.now(), reason=reason)
    notifications.tell_of_extension(extension, event)
    return extension


# --- offered by the portal ------------------------------------------------------------------------------------------


def offer_extensions(*, at: datetime | None = None) -> int:
    """Offer an extension for every call whose last working day suffered an outage; returns for how many."""
    now = at or clock.database_now()
    suffered = selectors.calls_that_may_have_suffered(at=now)
    return sum(_offer(call, now) for call in suffered if selectors.was_down_too_long(call, at=now))


@transaction.atomic
def _offer(call: Call, now: datetime) -> bool:
    """Look again under the lock, and offer once."""
    lock(call)
    found = selectors.was_down_too_long(call, at=now)
    taken = call.extensions.filter(closes_from=call.closes_at).exclude(state="discarded")
    if not found or taken.exists():
        return False
    extension = CallExtension.objects.create(
        call=call,
        closes_from=call.closes_at,
        closes_to=_suggested_end(call, now),
        reason=reason_of(found),
        state="offered",
        offered_at=now,
        offered_by=system_user(),
        **availability.as_kept(found),
    )
    event = EXTENSION.begin(
        extension, by=system_user(), at=now, call=call.number, minutes=extension.outage_minutes
    )
    notifications.tell_of_extension(extension, event)
    return True


def _suggested_end(call: Call, now: datetime) -> datetime:
    """Some working days on from the end, or from today where that is later, at the same hour."""
    ends, days = timezone.localtime(call.closes_at), int(call.edition.terms["outage"]["extend_days"])
    day = calendar.add_working_days(max(ends.date(), timezone.localdate(now)), days)
    return ends + timedelta(days=(day - ends.date()).days)


def reason_of(found: list[Outage]) -> str:
    """The outages as the reason of an extension."""
    return f"{availability.in_words(found, what='申报')}为不影响申报，延长申报时间。"
