"""What the portal's own record says: how long it was up, when it was not, and whether a call suffered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from django.db.models import QuerySet
from django.utils import timezone

from institutes.models import Call
from institutes.selectors import last_working_day
from records import availability
from records.availability import Outage
from records.models import UpInterval

SPANS = (7, 30, 365)
"""Over how many days the page looks back."""


@dataclass(frozen=True, slots=True)
class Line:
    """An outage, with the calls on whose last working day it fell."""

    outage: Outage
    calls: list[Call]


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
        "is_silent": last is not None and at - last.seen_at > availability.SILENCE,
        "first": availability.first_known(),
    }


def percent(share: float) -> Decimal:
    """Rounded down: what was down is never shown as up."""
    return (Decimal(str(share)) * 100).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def lines(*, days: int, at: datetime) -> list[Line]:
    """The outages of the last ``days`` days, the latest first; in five queries, however many."""
    since = at - timedelta(days=days)
    found = availability.outages(since=since, until=at)
    calls = list(Call.objects.published().filter(closes_at__gt=since).order_by("pk"))
    ends = {call: last_working_day(call) for call in calls}
    return [Line(one, [call for call in calls if _falls_on(one, call, ends[call])]) for one in found[::-1]]


def _falls_on(outage: Outage, call: Call, day: date) -> bool:
    begun, ended = timezone.localdate(outage.begun), timezone.localdate(outage.ended)
    return outage.begun < call.closes_at and begun <= day <= ended


def intervals() -> QuerySet[UpInterval]:
    """The record itself, the latest first."""
    return UpInterval.objects.order_by("-begun_at")
