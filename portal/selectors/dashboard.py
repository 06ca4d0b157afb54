"""Figures for counties and the bureau: each leads to the rows behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from accounts.models import Division, User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.enums import OPEN_STATES
from institutes.lifecycle import APPLICATION, CULTIVATION
from institutes.models import Application, CultivationEntry, Institute
from portal.selectors.workbasket import Task, task_of
from records import calendar
from records.models import Deadline

COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.COUNTY_FIN)
CITY = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.FINANCE, Role.AUDITOR)
LATE_SHOWN = 20
# Net of what was revoked or withdrew (I-2).
IN_FORCE = Q(
    institutes__recognition__isnull=False,
    institutes__recognition__revoked_at__isnull=True,
    institutes__recognition__withdrawn_at__isnull=True,
)


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many applications stand in a state, and how many of them are late."""

    state: str
    label: str
    count: int
    overdue: int


def divisions_for(user: User) -> QuerySet[Division]:
    """The divisions whose figures this person may see: their own county, or all of the city."""
    rows = Division.objects.active()
    if user.holds(*CITY):
        return rows
    return rows.filter(pk__in=reach_of(user.memberships_active, *COUNTY).divisions)


def _within(rows: QuerySet, divisions: Sequence[int], column: str = "division_id") -> QuerySet:
    return rows.filter(**{f"{column}__in": divisions})


def applications_by_state(divisions: Sequence[int], *, on: date) -> list[StateCount]:
    """Applications that were handed in, by state, in the order of the lifecycle."""
    rows = _within(Application.objects.received(), divisions)
    counts = dict(rows.values_list("state").annotate(n=Count("pk")).order_by())
    late = dict(
        _within(Deadline.objects.overdue(on), divisions)
        .filter(subject_type=Application._meta.label_lower)
        .values_list("subject_state")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return [
        StateCount(code, str(state.label), counts[code], late.get(code, 0))
        for code, state in APPLICATION.states.items()
        if code in counts
    ]


def pool_by_stage(divisions: Sequence[int], *, on: date) -> list[StateCount]:
    """Enterprises in the pool by stage, in the order of the lifecycle."""
    rows = _within(CultivationEntry.objects.all(), divisions)
    counts = dict(rows.values_list("state").annotate(n=Count("pk")).order_by())
    late = dict(
        _within(Deadline.objects.overdue(on), divisions)
        .filter(subject_type=CultivationEntry._meta.label_lower)
        .values_list("subject_state")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return [
        StateCount(code, str(state.label), counts[code], late.get(code, 0))
        for code, state in CULTIVATION.states.items()
        if code in counts
    ]


def under_way(divisions: Sequence[int]) -> int:
    return _within(Application.objects.received(), divisions).filter(state__in=OPEN_STATES).count()


def late(divisions: Sequence[int], *, on: date) -> QuerySet[Deadline]:
    """What is overdue, the longest first."""
    rows = _within(Deadline.objects.overdue(on), divisions)
    return rows.select_related("host", "division", "holder_user", "holder_organisation")


def late_cases(divisions: Sequence[int], *, on: date) -> list[Task]:
    """The longest overdue, and who holds each."""
    days = calendar.load()
    return [task_of(deadline, days, on=on) for deadline in late(divisions, on=on)[:LATE_SHOWN]]


def institutes_of(divisions: Sequence[int]) -> QuerySet[Institute]:
    """Recognised institutes of these divisions, the newest first."""
    rows = _within(Institute.objects.recognised(), divisions)
    return rows.select_related("host", "division", "chain", "recognition")


def by_division(divisions: QuerySet[Division], *, year: int) -> QuerySet[Division]:
    """Each division with its applications of the year and its institutes, for the city's table."""
    return divisions.annotate(
        applied=Count(
            "applications",
            filter=Q(applications__received_at__isnull=False, applications__call__year=year),
            distinct=True,
        ),
        recognised=Count("institutes", filter=IN_FORCE, distinct=True),
        recognised_this_year=Count(
            "institutes", filter=IN_FORCE & Q(institutes__recognition__year=year), distinct=True
        ),
    ).order_by(F("applied").desc(), "code")
