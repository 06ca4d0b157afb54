"""Figures for counties and the bureau: each leads to the rows behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from accounts.models import Division, User
from accounts.reach import reach_of
from accounts.roles import Role
from funding.models import GrantEdition
from funding.models.edition import DISBURSEMENT
from institutes.enums import OPEN_STATES, Standing
from institutes.lifecycle import APPLICATION
from institutes.models import Application
from portal.models import Tallied
from portal.selectors import tallies
from portal.selectors.tallies import Cut
from portal.selectors.workbasket import Task, tasks_of
from records.models import Deadline

COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.COUNTY_FIN)
CITY = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.FINANCE, Role.AUDITOR)
LATE_SHOWN = 20
NET = (Standing.IN_FORCE, Standing.SUSPENDED)
"""How an institute stands that counts: a stop leaves it in, a revocation or a withdrawal does not (I-2)."""


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


def has_board(user: User, *, on: date) -> bool:
    """Whether there is something for this person to read figures of: a county in force, and rules to count by."""
    ruled = GrantEdition.objects.filter(kind=DISBURSEMENT, valid_from__lte=on).exists()
    return ruled and divisions_for(user).exists()


def _within(rows: QuerySet, divisions: Sequence[int], column: str = "division_id") -> QuerySet:
    return rows.filter(**{f"{column}__in": divisions})


def applications_by_state(divisions: Sequence[int], *, on: date) -> list[StateCount]:
    """Applications that were handed in, by state, in the order of the lifecycle."""
    counts = tallies.read(divisions, states=Cut(Tallied.APPLICATIONS, by=("state",)))["states"].counts
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


def under_way(divisions: Sequence[int]) -> int:
    """How many applications were handed in and are not decided."""
    return tallies.read(divisions, open=Cut(Tallied.APPLICATIONS, state=OPEN_STATES))["open"].count


def late(divisions: Sequence[int], *, on: date) -> QuerySet[Deadline]:
    """What is overdue, the longest first."""
    rows = _within(Deadline.objects.overdue(on), divisions)
    return rows.select_related("host", "division", "holder_user", "holder_organisation")


def late_cases(divisions: Sequence[int], *, on: date) -> list[Task]:
    """The longest overdue, and who holds each."""
    return tasks_of(late(divisions, on=on)[:LATE_SHOWN], on=on)
