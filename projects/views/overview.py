"""The programme at a glance: for the bureau all of it, for a county and a unit their own."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.roles import Role
from projects import permissions, selectors
from projects.models import ProjectCall, ProjectEdition
from projects.services.calls import KIND
from records import clock


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """By chain, in money, against the ten of a year, and every project on the line of time."""
    user, today = request.user, clock.today()
    if not permissions.may_read_proposals(user) or user.holds(Role.AGENCY):
        raise PermissionDenied
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else today.year
    proposals = selectors.proposals_visible_to(user)
    projects = selectors.projects_visible_to(user)
    context = _figures(user, proposals, projects, year=year, on=today)
    return render(request, "projects/overview.html", context)


def _figures(user, proposals, projects, *, year: int, on: date) -> dict:
    """What the page shows of these proposals and projects, for one year and on the line of time."""
    rows, first, last = selectors.lanes(projects, on=on)
    edition = ProjectEdition.objects.filter(kind=KIND, valid_from__lte=on).order_by("-valid_from").first()
    return {
        "year": year,
        "years": sorted({on.year, year, *projects.values_list("year", flat=True)}, reverse=True),
        "chains": selectors.by_chain(proposals.filter(call__year=year)),
        "figures": selectors.figures_of_year(projects, year),
        "money": selectors.paid_of(projects.filter(year=year)),
        "target": edition.terms["programme"]["projects_per_year_min"] if edition else None,
        "whole": permissions.may_read_ranking(user),
        "lanes": rows,
        "risky": sorted((one for one in rows if one.risks), key=lambda one: one.risks[0].due_on),
        "first": first,
        "last": last,
        "ticks": _ticks(first, last),
        "calls": ProjectCall.objects.published().filter(year=year)
        if permissions.may_read_ranking(user)
        else [],
    }


def _ticks(first, last) -> list[int]:
    """The years that the line of time runs through."""
    return list(range(first.year, last.year + 1)) if first and last else []
