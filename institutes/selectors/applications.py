"""Who sees which application, how much of it, and how lists of them are searched and filtered."""

from datetime import date
from decimal import Decimal

from django.db.models import Case, Q, QuerySet, Sum, When

from accounts.models import Division, User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.lifecycle import APPLICATION
from institutes.models import (
    Application,
)
from institutes.models.application import HIDDEN_FROM_AGENCY
from institutes.selectors.sides import BUREAU, COUNTY, UNIT, agencies_of, covered
from records import clock
from records.deadlines import with_due

APPLICATION_TYPE = "institutes.application"


def applications_visible_to(user: User) -> QuerySet[Application]:
    """A unit sees its own; county and bureau what was handed to them; an agency what it is engaged for.

    Rows that the reader sees as the agency only, before the experts have found for them, are ``is_blinded``.
    """
    if not user.is_authenticated:
        return Application.objects.none()
    related = ("host", "division", "chain", "segment", "agency", "call__edition")
    rows = with_due(Application.objects.select_related(*related), "paused_on", "provisional")
    if user.is_system or user.holds(Role.AUDITOR):
        return rows
    openly = _own(user) | _of_county(user) | _of_bureau(user)
    if not agencies_of(user):
        return rows.filter(openly)
    blinded = Case(When(~openly & HIDDEN_FROM_AGENCY, then=True), default=False)
    return rows.filter(openly | _engaged(user)).annotate(**{"is_blinded": blinded})


def applications_read_openly_by(user: User) -> QuerySet[Application]:
    """Those of which this person may know whose they are."""
    rows = applications_visible_to(user)
    return rows.filter(_openly(rows))


def applications_with_book(user: User) -> QuerySet[Application]:
    """Those whose book this person may keep as a paper: who reads a case for the review alone gets no copy."""
    rows = applications_visible_to(user)
    if not user.is_authenticated or user.is_system or user.holds(Role.AUDITOR):
        return rows
    return rows.filter(_own(user) | _of_county(user) | _of_bureau(user))


def _own(user: User) -> Q:
    return Q(host_id__in=sorted(reach_of(user.memberships_active, *UNIT).organisations))


def _of_county(user: User) -> Q:
    divisions = sorted(reach_of(user.memberships_active, *COUNTY).divisions)
    return Q(division_id__in=divisions, received_at__isnull=False)


def _of_bureau(user: User) -> Q:
    return Q(received_at__isnull=False) if user.holds(*BUREAU) else Q(pk__in=[])


def _engaged(user: User) -> Q:
    """An agency reads what it was handed for as long as its engagement covers the call."""
    return Q(agency_id__in=agencies_of(user)) & Q(covered(clock.today()))


def search_applications(rows: QuerySet[Application], text: str) -> QuerySet[Application]:
    """Those whose name, number or host contains ``text``; blinded ones are found by their number alone."""
    of_host = Q(host__name__icontains=text) | Q(host__uscc__iexact=text)
    return rows.filter(
        Q(number__icontains=text) | (Q(institute_name__icontains=text) | of_host) & _openly(rows)
    )


def of_division(rows: QuerySet[Application], division: Division) -> QuerySet[Application]:
    """Those of one county; of blinded ones nobody learns where they come from."""
    return rows.filter(_openly(rows), division=division)


def _openly(rows: QuerySet[Application]) -> Q:
    return Q(is_blinded=False) if "is_blinded" in rows.query.annotations else Q()


def with_county_promise(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Those for which the county said at its recommendation with how much it stands by them (五(二))."""
    return rows.filter(_openly(rows), county_support_amount__isnull=False)


def promised_by_county(rows: QuerySet[Application]) -> Decimal:
    """What counties promised for these applications, in yuan."""
    total = rows.order_by().aggregate(total=Sum("county_support_amount"))["total"]
    return total or Decimal(0)


def overdue(rows: QuerySet[Application], *, on: date) -> QuerySet[Application]:
    """Those whose holder is late."""
    return rows.filter(Q(("due_on__lt", on), ("due_paused_on__isnull", True)))


def held_by_role(rows: QuerySet[Application], role: str) -> QuerySet[Application]:
    """Those that ``role`` has to act on now."""
    return rows.filter(state__in=[code for code, state in APPLICATION.states.items() if state.role == role])
