"""Figures of one county, or of the city."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from funding.enums import MoneyLeg
from funding.selectors import money_by_leg, retained_in, with_own_budget
from institutes.selectors import POOL_READERS
from portal.selectors import dashboard as figures
from records import clock

KEY_LEGS = (MoneyLeg.WAITING, MoneyLeg.AT_COUNTY, MoneyLeg.PAID)
"""Whose sums stand on top."""
LATE_FIRST = 5
INSTITUTES_SHOWN = 20


@require_safe
def dashboard(request):
    """The person's own county; for the city's offices all of it, with the way into each county."""
    divisions = figures.divisions_for(request.user)
    if not divisions.exists():
        raise PermissionDenied
    return render(request, "portal/dashboard.html", _context(request.user, divisions))


@require_safe
def dashboard_of_division(request, code):
    """One county, for whoever may see it."""
    division = get_object_or_404(figures.divisions_for(request.user), code=code)
    divisions = figures.divisions_for(request.user).filter(pk=division.pk)
    return render(request, "portal/dashboard.html", _context(request.user, divisions))


def _context(user, divisions) -> dict:
    today = clock.today()
    rows = list(with_own_budget(divisions, year=today.year))
    keys, one = [division.pk for division in rows], rows[0] if len(rows) == 1 else None
    late = figures.late_cases(keys, on=today)
    legs = money_by_leg(keys)
    return {
        "division": one,
        "within": f"&division={one.pk}" if one else "",
        "divisions": figures.by_division(divisions, year=today.year) if one is None else [],
        "states": figures.applications_by_state(keys, on=today),
        "reads_pool": user.holds(*POOL_READERS),
        "stages": figures.pool_by_stage(keys, on=today),
        "under_way": figures.under_way(keys),
        "late": late[:LATE_FIRST],
        "late_more": late[LATE_FIRST:],
        "late_count": figures.late(keys, on=today).count(),
        "institutes": figures.institutes_of(keys)[:INSTITUTES_SHOWN],
        "institute_count": figures.institutes_of(keys).count(),
        "retained": retained_in(keys, on=today),
        "without_budget": [each for each in rows if not each.has_budget],
        "legs": legs,
        "key_legs": [standing for standing in legs if standing.leg in KEY_LEGS],
        "today": today,
    }
