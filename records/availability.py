"""When the portal was up, by its own record, and when it was not.

Once a minute somebody proves that the portal answers (:func:`note_up`). Proofs that follow one another closely
are one interval, one row; a silence longer than :data:`SILENCE` ends it, and the next proof begins another. What
lies between two intervals was an outage: no proof of being up is taken as being down, in the units' favour. Of the
time before the first proof nothing is known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import connection, transaction

from records import clock
from records.models import UpInterval

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
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('records.availability'))")
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


def share_up(*, since: datetime, until: datetime) -> float | None:
    """The part of the time between two moments in which the portal was up; None where nothing is known of it."""
    known = first_known()
    since = max(since, known) if known else until
    if since >= until:
        return None
    down = sum((one.ended - one.begun).total_seconds() for one in outages(since=since, until=until))
    return 1 - down / (until - since).total_seconds()
