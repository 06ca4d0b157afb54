"""When the portal was up, by its own record, and when it was not.

Once a minute somebody proves that the portal answers (:func:`note_up`). Proofs that follow one another closely
are one interval, one row; a silence longer than :data:`SILENCE` ends it, and the next proof begins another. What
lies between two intervals was an outage: no proof of being up is taken as being down, in the units' favour. Of the
time before the first proof nothing is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db import transaction
from django.utils import timezone

from records import calendar, clock
from records.models import UpInterval
from records.turns import take_turns

SILENCE = timedelta(minutes=3)
"""How long the record may be silent without the portal counting as down: three missed minutes."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which nothing proves that the portal answered."""

    begun: datetime
    ended: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return int((self.ended - self.begun).total_seconds() // 60)


@transaction.atomic
def note_up(*, at: datetime | None = None) -> UpInterval:
    """Note that the portal answers now: the running interval goes on, or after a silence another begins."""
    take_turns("records.availability")
    at = at or clock.database_now()
    last = UpInterval.objects.order_by("-seen_at").first()
    if last is None or at - last.seen_at > SILENCE:
        return UpInterval.objects.create(begun_at=at, seen_at=at)
    if at > last.seen_at:
        last.seen_at = at
        last.save(update_fields=["seen_at"])
    return last


def outages(*, since: datetime, until: datetime) -> list[Outage]:
    """The outages between two moments, cut off at them, the earliest first. One that still lasts is not over."""
    if since >= until:
        return []
    before = UpInterval.objects.filter(begun_at__lt=since).order_by("-begun_at")[:1]
    inside = UpInterval.objects.filter(begun_at__gte=since).order_by("begun_at")
    after = inside.filter(begun_at__gte=until)[:1]
    rows = [*before, *inside.filter(begun_at__lt=until), *after]
    gaps = [
        Outage(max(earlier.seen_at, since), min(later.begun_at, until)) for earlier, later in pairwise(rows)
    ]
    return [gap for gap in gaps if gap.begun < gap.ended]


def outages_of_last_day(*, last: date, until: datetime, since: datetime | None = None) -> list[Outage]:
    """The outages from the beginning of the last working day up to ``last``, or from ``since`` where later."""
    begins = datetime.combine(calendar.last_working_day(last), time(), timezone.get_current_timezone())
    return outages(since=max(begins, since or begins), until=until)


def falls_on(outage: Outage, day: date, *, before: datetime) -> bool:
    """Whether it fell on that day, and began before the moment at which all was over."""
    first, last = timezone.localdate(outage.begun), timezone.localdate(outage.ended)
    return outage.begun < before and first <= day <= last


def in_words(found: list[Outage], *, what: str) -> str:
    """When the portal was down on the last working day of ``what``, as the reason of a later end begins."""
    day = timezone.localdate(found[0].begun)
    times = "、".join(
        f"{timezone.localtime(one.begun):%H:%M} 至 {timezone.localtime(one.ended):%H:%M}" for one in found
    )
    return (
        f"{day.year}年{day.month}月{day.day}日（{what}最后一个工作日）{times}，平台因系统中断不能办理，"
        f"共 {minutes_of(found)} 分钟，"
    )


def as_kept(found: list[Outage]) -> dict:
    """The outages as a later end keeps them."""
    pairs = [[one.begun.isoformat(), one.ended.isoformat()] for one in found]
    return {"outages": pairs, "outage_minutes": minutes_of(found)}


def minutes_of(found: Iterable[Outage]) -> int:
    """How long they lasted together, in whole minutes."""
    seconds = sum((one.ended - one.begun).total_seconds() for one in found)
    return int(seconds // 60)


def latest() -> UpInterval | None:
    """The interval that runs, or ran last."""
    return UpInterval.objects.order_by("-seen_at").first()


def first_known() -> datetime | None:
    """Since when the record is kept."""
    first = UpInterval.objects.order_by("begun_at").first()
    return first.begun_at if first else None


def is_silent(*, at: datetime) -> bool:
    """Whether the record stands still: what is so may be an outage that is not over."""
    last = latest()
    return last is not None and at - last.seen_at > SILENCE


def share_up(*, since: datetime, until: datetime) -> float | None:
    """The part of the time between two moments in which the portal was up; None where nothing is known of it."""
    known = first_known()
    since = max(since, known) if known else until
    if since >= until:
        return None
    down = sum((one.ended - one.begun).total_seconds() for one in outages(since=since, until=until))
    return 1 - down / (until - since).total_seconds()
