"""What the portal's own record says: how long it was up, when it was not, and what suffered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from django.db.models import QuerySet
from django.utils import timezone

from institutes.models import Call
from notices.models import PublicNotice
from notices.selectors import end_of_day
from records import availability, calendar
from records.availability import Outage
from records.models import UpInterval

SPANS = (7, 30, 365)
"""Over how many days the page looks back."""


@dataclass(frozen=True, slots=True)
class Line:
    """An outage, with the calls and publicities on whose last working day it fell."""

    outage: Outage
    hit: list[Call | PublicNotice]


def span_of(asked: str) -> int:
    """The number of days that was asked for, the middle one where it makes no sense."""
    return int(asked) if asked.isdecimal() and int(asked) in SPANS else SPANS[1]


def overview(*, days: int, at: datetime) -> dict:
    """The figures above the table."""
    since = at - timedelta(days=days)
    found, last = availability.outages(since=since, until=at), availability.latest()
    share = availability.share_up(since=since, until=at)
    return {
        "share": None if share is None else percent(share),
        "minutes": availability.minutes_of(found),
        "count": len(found),
        "last": last,
        "is_silent": availability.is_silent(at=at),
        "first": availability.first_known(),
    }


def percent(share: float) -> Decimal:
    """Rounded down: what was down is never shown as up."""
    return (Decimal(str(share)) * 100).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def lines(*, days: int, at: datetime) -> list[Line]:
    """The outages of the last ``days`` days, the latest first; in six queries, however many."""
    since = at - timedelta(days=days)
    found = availability.outages(since=since, until=at)
    calls = Call.objects.published().filter(closes_at__gt=since).order_by("pk")
    notices = PublicNotice.objects.filter(last_day__gte=timezone.localdate(since)).order_by("pk")
    ends = [(one, timezone.localdate(one.closes_at), one.closes_at) for one in calls]
    ends += [(one, one.last_day, end_of_day(one.last_day)) for one in notices]
    lasts = [(one, calendar.last_working_day(day), end) for one, day, end in ends]
    return [
        Line(outage, [one for one, day, end in lasts if availability.falls_on(outage, day, before=end)])
        for outage in found[::-1]
    ]


def intervals() -> QuerySet[UpInterval]:
    """The record itself, the latest first."""
    return UpInterval.objects.order_by("-begun_at")
