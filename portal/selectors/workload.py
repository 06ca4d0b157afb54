"""Who holds how much and how late, and how long each step takes: by office, never by name.

Working days are counted as deadlines count them: from the day after a step began to the day on which it was done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone

from accounts.holders import Holder
from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import ROLES, Reach, Role
from records import calendar, deadlines
from records.desk import desk_for
from records.models import Deadline
from records.models.deadline import STATE

SPANS = (90, 365)
"""Over how many days the page looks back."""
READERS = (
    Role.COUNTY_STAFF,
    Role.COUNTY_LEAD,
    Role.BUREAU_CLERK,
    Role.BUREAU_APPROVER,
    Role.AUDITOR,
)
SOON = 5


@dataclass(frozen=True, slots=True)
class Load:
    """What an office holds now; ``latest``: for how many working days the one that is late the longest has been."""

    holder: str
    open: int
    overdue: int
    soon: int
    latest: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a step took in working days, at the median and in nine of ten; how often its limit was kept."""

    matter: str
    step: str
    done: int
    limit: int | None
    median: float
    ninth: float
    bound: int
    kept: int

    @property
    def share(self) -> int | None:
        """How often the limit was kept, in whole percent, rounded down; None where there was none."""
        return self.kept * 100 // self.bound if self.bound else None

    @property
    def is_missed(self) -> bool:
        """Whether the limit was not kept at least once."""
        return self.kept < self.bound


def span_of(asked: str) -> int:
    """The number of days that was asked for, the longest where it makes no sense."""
    return int(asked) if asked.isdecimal() and int(asked) in SPANS else SPANS[-1]


def divisions_read_by(user: User) -> list[int] | None:
    """The counties whose steps this person reads; None for all of them."""
    reach = reach_of(user.memberships_active, *READERS)
    return None if reach.city else sorted(reach.divisions)


def loads(*, divisions: Iterable[int] | None, on: date) -> list[Load]:
    """Office by office, the one with the most late ones first. One query."""
    rows = Deadline.objects.running().exclude(holder_role__in=["", Role.SYSTEM])
    if divisions is not None:
        rows = rows.filter(division__in=divisions)
    soon = calendar.add_working_days(on, SOON)
    counted = rows.values("holder_role", "division__name").annotate(
        open=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=on)),
        soon=Count("pk", filter=Q(due_on__gte=on, due_on__lte=soon)),
        earliest=Min("due_on", filter=Q(due_on__lt=on)),
    )
    offices: dict[str, list[dict[str, Any]]] = {}
    for row in counted.order_by():
        offices.setdefault(_office(row["holder_role"], row["division__name"] or ""), []).append(row)
    found = [_load(holder, parts, on) for holder, parts in offices.items()]
    return sorted(found, key=lambda load: (-load.overdue, -load.open, load.holder))


def _office(role: str, division: str) -> str:
    """A county's offices one by one; units, experts and the city's offices each together."""
    return str(Holder(Role(role), division if ROLES[Role(role)].reach is Reach.DIVISION else ""))


def _load(holder: str, parts: list[dict[str, Any]], on: date) -> Load:
    earliest = min((part["earliest"] for part in parts if part["earliest"]), default=None)
    return Load(
        holder=holder,
        open=sum(part["open"] for part in parts),
        overdue=sum(part["overdue"] for part in parts),
        soon=sum(part["soon"] for part in parts),
        latest=calendar.working_days_between(earliest, on) if earliest else 0,
    )


def paces(*, divisions: Iterable[int] | None, days: int, on: date) -> list[Pace]:
    """Step by step what was done in the last ``days`` days, matter by matter. Two queries."""
    since = datetime.combine(on - timedelta(days=days), time(), timezone.get_current_timezone())
    numbered = days_counted(kind=STATE, since=since, on=on)
    if not numbered:
        return []
    values: dict[str, Any] = numbered | {
        "since": since,
        "kind": STATE,
        "system": Role.SYSTEM.value,
        "periods": list(deadlines.PERIODS),
        "divisions": None if divisions is None else list(divisions),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PACES, values)
        return [_pace(*row) for row in cursor.fetchall()]


def days_counted(*, kind: str, since: datetime, on: date) -> dict[str, Any]:
    """The days over which what was met ``since`` then was held, as two lists for SQL; empty where nothing was."""
    first = Deadline.objects.filter(kind=kind, met_at__gte=since).aggregate(first=Min("opened_at"))["first"]
    if first is None:
        return {}
    numbered = _numbered(timezone.localdate(first), on)
    return {"days": [day for day, _ in numbered], "numbers": [number for _, number in numbered]}


def _numbered(first: date, last: date) -> list[tuple[date, int]]:
    """Each day with how many working days there were up to it: two of them differ by the days between."""
    days, every = calendar.load(), [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return list(zip(every, accumulate(int(days.is_working_day(day)) for day in every), strict=True))


def _pace(subject_type: str, step: str, done: int, limit: int | None, *figures: Any) -> Pace:
    desk = desk_for(subject_type)
    matter = str(desk.model._meta.verbose_name) if desk else subject_type
    median, ninth, bound, kept = figures
    return Pace(matter, step, done, limit, float(median), float(ninth), bound, kept)


_PACES = """
WITH days AS (SELECT * FROM unnest(%(days)s::date[], %(numbers)s::int[]) AS t (day, n)),
done AS (
    SELECT d.subject_type, d.label, d.working_days, d.due_on, met.day AS met_on, met.n - opened.n AS took,
           d.due_on IS NOT NULL AND d.subject_state <> ALL(%(periods)s::text[]) AS bound
    FROM records_deadline d
    JOIN days opened ON opened.day = (d.opened_at AT TIME ZONE 'Asia/Shanghai')::date
    JOIN days met ON met.day = (d.met_at AT TIME ZONE 'Asia/Shanghai')::date
    WHERE d.kind = %(kind)s AND d.met_at >= %(since)s AND d.holder_role NOT IN ('', %(system)s)
      AND (%(divisions)s::bigint[] IS NULL OR d.division_id = ANY(%(divisions)s::bigint[]))
)
SELECT subject_type, label, count(*), max(working_days),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.9) WITHIN GROUP (ORDER BY took),
       count(*) FILTER (WHERE bound), count(*) FILTER (WHERE bound AND met_on <= due_on)
FROM done GROUP BY subject_type, label ORDER BY subject_type, count(*) DESC, label
"""
