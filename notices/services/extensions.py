"""A later last day for a publicity that an outage cut short: offered, written by one, published by another."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_in
from accounts.services import system_user
from notices import notifications, selectors, tasks
from notices.lifecycle import PUBLICITY_EXTENSION
from notices.models import PublicityExtension, PublicNotice
from notices.models.publicity import PERIOD
from notices.services.telling import tell
from records import audit, availability, calendar, clock, deadlines
from records.deadlines import day_in_words
from records.errors import Conflict, Incomplete, Reason, TooLate
from records.lifecycle import lock
from records.models import AuditEvent

# --- offered by the portal ------------------------------------------------------------------------------------------


def offer_publicity_extensions(*, at: datetime | None = None) -> int:
    """Offer a later day for every publicity whose last working day suffered an outage; returns for how many."""
    now = at or clock.database_now()
    near = selectors.publicities_that_may_be_cut(at=now)
    return sum(_offer(notice, now) for notice in near if selectors.was_publicity_cut(notice, at=now))


@transaction.atomic
def _offer(notice: PublicNotice, now: datetime) -> bool:
    """Look again under the lock, and offer once."""
    lock(notice)
    found = selectors.was_publicity_cut(notice, at=now)
    if not found or notice.extensions.filter(ends_from=notice.last_day).exists():
        return False
    days = int(notice.edition.terms["outage"]["extend_days"])
    later_day = PublicityExtension.objects.create(
        notice=notice,
        ends_from=notice.last_day,
        ends_to=calendar.add_working_days(max(notice.last_day, timezone.localdate(now)), days),
        reason=f"{availability.in_words(found, what='公示')}为保障社会公众提出异议的时间，延长公示期。",
        state="offered",
        offered_at=now,
        offered_by=system_user(),
        **availability.as_kept(found),
    )
    event = PUBLICITY_EXTENSION.begin(
        later_day, by=system_user(), at=now, notice=notice.number, minutes=later_day.outage_minutes
    )
    _tell(later_day, event)
    return True


# --- written by one person ------------------------------------------------------------------------------------------


@transaction.atomic
def take_up_publicity_extension(
    *, later_day: PublicityExtension, ends_to: date, reason: str, by: User, at: datetime | None = None
) -> PublicityExtension:
    """Make the later day that the portal offered one's own; another person publishes it."""
    return _write(later_day, "take_up", ends_to=ends_to, reason=reason, by=by, at=at)


@transaction.atomic
def revise_publicity_extension(
    *, later_day: PublicityExtension, ends_to: date, reason: str, by: User, at: datetime | None = None
) -> PublicityExtension:
    """Change a later day that is not published yet; who changes it does not publish it."""
    return _write(later_day, "revise", ends_to=ends_to, reason=reason, by=by, at=at)


def _write(
    later_day: PublicityExtension, action: str, *, ends_to: date, reason: str, by: User, at: datetime | None
) -> PublicityExtension:
    at = at or clock.database_now()
    lock(later_day.notice)
    lock(later_day)
    for refusal in PUBLICITY_EXTENSION.blocks(later_day, action, by):
        raise refusal
    later_day.ends_to, later_day.reason = ends_to, reason.strip()
    missing = [] if later_day.reason else [Reason("请填写延期理由。", field="reason")]
    Incomplete.unless_empty(missing + _faults_of_day(later_day, at))
    _refuse_unless_extensible(later_day, at)
    event = PUBLICITY_EXTENSION.move(
        later_day,
        action,
        by=by,
        at=at,
        drafted_at=at,
        drafted_by=by,
        ends_to=later_day.ends_to,
        reason=later_day.reason,
    )
    _tell(later_day, event)
    return later_day


def _faults_of_day(later_day: PublicityExtension, at: datetime) -> list[Reason]:
    """The new day is later than the old one, still to come, and one on which people work."""
    day, today = later_day.ends_to, timezone.localdate(at)
    if day <= later_day.ends_from:
        words = f"公示期只能延长：须晚于现在的最后一日 {day_in_words(later_day.ends_from)}。"
        return [Reason(words, field="ends_to")]
    if day < today:
        return [Reason("新的最后一日已过，请另选一个以后的日期。", field="ends_to")]
    if not calendar.is_working_day(day):
        return [Reason(f"{day_in_words(day)}不是工作日，公示最后一日须为工作日。", field="ends_to")]
    return []


def _refuse_unless_extensible(later_day: PublicityExtension, at: datetime) -> None:
    """While something of it is undecided, and only for some days after its end."""
    notice = later_day.notice
    if notice.last_day != later_day.ends_from:
        raise Conflict("公示最后一日在拟写后已变更，请不予延期。")
    if not notice.items.standing().exists():
        raise Conflict("公示事项均已办结或撤下，不能再延长公示期。")
    last = selectors.last_day_to_extend(notice)
    if timezone.localdate(at) > last:
        raise TooLate(f"公示期满后须在{day_in_words(last)}前因系统中断延期，现已逾期，请不予延期。")


# --- published by another -------------------------------------------------------------------------------------------


@transaction.atomic
def publish_publicity_extension(
    *, later_day: PublicityExtension, by: User, at: datetime | None = None
) -> PublicityExtension:
    """Let the publicity end later: its items, their cases and deadlines follow, and the paper is issued again."""
    at = at or clock.database_now()
    notice = later_day.notice
    lock(notice)
    event = PUBLICITY_EXTENSION.move(later_day, "publish", by=by, at=at, published_at=at, published_by=by)
    later_day.notice = notice
    Conflict.unless_empty(_faults_of_day(later_day, at))
    _refuse_unless_extensible(later_day, at)
    notice.last_day = later_day.ends_to
    notice.provisional = calendar.is_provisional(notice.last_day)
    notice.save(update_fields=["last_day", "provisional"])
    days = {"from": str(later_day.ends_from), "until": str(later_day.ends_to)}
    audit.record("notices.publicnotice.extend", notice, by=by, at=at, reason=later_day.reason, **days)
    _move_items(notice)
    transaction.on_commit(partial(tasks.issue_public_notice.delay, notice.pk), robust=True)
    _tell(later_day, event)
    return later_day


def _move_items(notice: PublicNotice) -> None:
    """What still stands in the notice ends with it. A clock that stands still keeps the days left to it."""
    early = notice.items.standing().filter(paused_on__isnull=True, ends_on__lt=notice.last_day)
    for item in early.order_by("pk"):
        lock(item)
        if item.paused_on or item.withdrawn_at or item.concluded_at:
            continue
        item.ends_on = notice.last_day
        item.save(update_fields=["ends_on"])
        deadlines.move(item, due_on=notice.last_day, kind=PERIOD)
        deadlines.move_open([item], due_on=notice.last_day)


@transaction.atomic
def discard_publicity_extension(
    *, later_day: PublicityExtension, reason: str, by: User, at: datetime | None = None
) -> PublicityExtension:
    """Leave the last day as it is; the row stays on record with its reason."""
    event = PUBLICITY_EXTENSION.move(later_day, "discard", by=by, at=at or clock.now(), reason=reason)
    _tell(later_day, event)
    return later_day


# --- who hears of it ------------------------------------------------------------------------------------------------


def _tell(later_day: PublicityExtension, event: AuditEvent) -> None:
    """Whoever acts next; once it is published the units in the notice and who wrote it; who wrote what is given up."""
    match event.to_state:
        case "offered":
            _say(later_day, event, people_in(Role.BUREAU_CLERK), notifications.publicity_extension_offered)
        case "draft":
            _say(later_day, event, people_in(Role.BUREAU_APPROVER), notifications.publicity_extension_drafted)
        case "published":
            units = list(selectors.people_of_notice(later_day.notice))
            people = {one.pk: one for one in [*units, *_author(later_day)]}
            _say(later_day, event, people.values(), notifications.publicity_extension_published)
        case _:
            author = _author(later_day) or people_in(Role.BUREAU_CLERK)
            others = [one for one in author if one.pk != event.actor_id]
            _say(later_day, event, others, notifications.publicity_extension_discarded)


def _author(later_day: PublicityExtension) -> list[User]:
    return [later_day.drafted_by] if later_day.drafted_by else []


def _say(later_day: PublicityExtension, event: AuditEvent, people: Iterable[User], words) -> None:  # type: ignore[no-untyped-def]
    tell(
        recipients=people,
        event=event.verb,
        subject=later_day,
        occasion=str(event.pk),
        at=event.at,
        **words(later_day, event),
    )
