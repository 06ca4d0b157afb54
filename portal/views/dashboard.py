"""Figures of one county, or of the city."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.selectors import dashboard as figures
from records import clock


@require_safe
def dashboard(request):
    """The person's own county; for the city's offices all of it, with the way into each county."""
    divisions = figures.divisions_for(request.user)
    if not divisions.exists():
        raise PermissionDenied
    return render(request, "portal/dashboard.html", _context(divisions))


@require_safe
def dashboard_of_division(request, code):
    """One county, for whoever may see it."""
    division = get_object_or_404(figures.divisions_for(request.user), code=code)
    divisions = figures.divisions_for(request.user).filter(pk=division.pk)
    return render(request, "portal/dashboard.html", _context(divisions))


def _context(divisions) -> dict:
    today, rows = clock.today(), list(divisions)
    keys = [division.pk for division in rows]
    return {
        "division": rows[0] if len(rows) == 1 else None,
        "divisions": figures.by_division(divisions, year=today.year) if len(rows) > 1 else [],
        "states": figures.applications_by_state(keys, on=today),
        "under_way": figures.under_way(keys),
        "late": figures.late_cases(keys, on=today),
        "late_count": figures.late_count(keys, on=today),
        "institutes": figures.institutes_of(keys)[:20],
        "institute_count": figures.institutes_of(keys).count(),
        "legs": figures.money_by_leg(keys),
        "today": today,
    }
