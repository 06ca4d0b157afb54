"""All counties side by side, for the city's offices: each number opens its rows; those that lack something apart."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.boards.counties import columns_of, table_of
from portal.boards.forms import CountiesForm
from portal.boards.looking import CityLook
from portal.selectors.dashboard import CITY
from portal.views.dashboard import KINDS, city_asked
from records import clock, sheets


@require_safe
def counties(request: HttpRequest) -> HttpResponse:
    """The table as it was asked for."""
    look, form = _asked(request)
    table = table_of(look, **form.asked)
    context = {
        "table": table,
        "columns": columns_of(look),
        "filter": form,
        "total": len(table.lines),
        "year": look.asked.year,
        "today": clock.today(),
    }
    return render(request, "portal/counties.html", context)


@require_safe
def counties_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Exactly what the page shows."""
    look, form = _asked(request)
    if kind not in KINDS:
        raise Http404
    table = table_of(look, **form.asked)
    rows = [[line.label, *(one.written if one else "" for one in line.figures)] for line in table.lines]
    return sheets.answer(kind, name="counties", head=[_("县（市、区）"), *table.heads[1:]], rows=rows)


def _asked(request: HttpRequest) -> tuple[CityLook, CountiesForm]:
    if not request.user.holds(*CITY):
        raise PermissionDenied
    look, _form = city_asked(request.user, request.GET, by_county=True)
    return look, CountiesForm(request.GET, year=clock.today().year)
