"""The map of the city's counties by one measure: public ones for everybody, internal ones for who reads the rows."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from portal import charts
from portal.charts import Chart, Series
from portal.forms import MapForm
from portal.selectors import measures, public
from records import clock


@login_not_required
@require_safe
def county_map(request: HttpRequest) -> HttpResponse:
    """The map and the table of one measure; whoever is not signed in and asks for an internal one signs in first."""
    asked = request.GET.get("measure", "")
    if asked in measures.MEASURES and not measures.MEASURES[asked].open_to(request.user):
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())
    return render(request, "portal/county_map.html", _context(request.user, request.GET))


def _context(user: User, query: QueryDict) -> dict:
    form, today = _form(user, query), clock.today()
    code, year = form.asked()
    measure = measures.MEASURES[code]
    return {
        "form": form,
        "measure": measure,
        "year": year if measure.by_year else None,
        "years": _years(),
        "map": measures.map_of(user, code, year=year, on=today),
        "today": today,
    }


def _form(user: User, query: QueryDict) -> MapForm:
    return MapForm(query, measures=measures.measures_open_to(user), years=_years()[::-1])


def _years() -> list[int]:
    """The years to choose from: from the first recognition to this one."""
    today = clock.today().year
    return list(range(min([today, *public.years()]), today + 1))


@charts.registered("map")
def figures_of_the_map(user: User, query: QueryDict) -> Chart:
    """The same figures as a chart, the highest first, for the download of the table."""
    asked = query.get("measure", "")
    if asked in measures.MEASURES and not measures.MEASURES[asked].open_to(user):
        raise PermissionDenied
    code, year = _form(user, query).asked()
    found = measures.map_of(user, code, year=year, on=clock.today())
    figures = [figure for _rank, figure in found.ranking]
    return Chart(
        "map",
        found.title,
        found.unit,
        "hbar",
        tuple(figure.name for figure in figures),
        (
            Series(
                found.title,
                tuple(figure.value for figure in figures),
                tuple(figure.url for figure in figures),
            ),
        ),
        head=_("县（市、区）"),
    )
