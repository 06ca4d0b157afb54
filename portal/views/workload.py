"""Who holds how much, and how long each step takes, for offices and whoever oversees them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.selectors import workload as counted
from portal.selectors import workload_people as people
from records import clock, sheets

KINDS = ("csv", "xlsx")


@require_safe
def workload(request: HttpRequest) -> HttpResponse:
    """Two tables: the offices as they stand today, and the steps of the time that was asked for."""
    divisions, days, today = *_asked(request), clock.today()
    loads = counted.loads(divisions=divisions, on=today)
    paces = counted.paces(divisions=divisions, days=days, on=today)
    context = {
        "days": days,
        "spans": counted.SPANS,
        "loads": loads,
        "paces": paces,
        "missed": sorted((one for one in paces if one.is_missed), key=lambda one: one.share),
        "kept": [one for one in paces if not one.is_missed],
        "open": sum(load.open for load in loads),
        "overdue": sum(load.overdue for load in loads),
        "soon": sum(load.soon for load in loads),
        "leads": bool(people.juniors_of(request.user, on=today)),
    }
    return render(request, "portal/workload.html", context)


@never_cache
@require_safe
def workload_people(request: HttpRequest) -> HttpResponse:
    """Who below the reader holds how much and how late, by name: for superiors alone, and not to be exported."""
    today, days = clock.today(), counted.span_of(request.GET.get("days", ""))
    if not people.juniors_of(request.user, on=today):
        raise PermissionDenied
    found = people.colleagues(request.user, days=days, on=today)
    context = {
        "days": days,
        "spans": counted.SPANS,
        "colleagues": found,
        "reads_offices": request.user.holds(*counted.READERS),
    }
    return render(request, "portal/workload_people.html", context)


@require_safe
def workload_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The steps as the page shows them: what the office may publish of its promise and how often it was kept."""
    divisions, days = _asked(request)
    if kind not in KINDS:
        raise Http404
    head = [
        _("事项"),
        _("环节"),
        _("承诺时限（工作日）"),
        _("办结（件）"),
        _("中位用时（工作日）"),
        _("九成不超过（工作日）"),
        _("按时办结（%）"),
    ]
    rows = counted.paces(divisions=divisions, days=days, on=clock.today())
    return sheets.answer(kind, name="workload", head=head, rows=(_cells(row) for row in rows))


def _asked(request: HttpRequest) -> tuple[list[int] | None, int]:
    if not request.user.holds(*counted.READERS):
        raise PermissionDenied
    return counted.divisions_read_by(request.user), counted.span_of(request.GET.get("days", ""))


def _cells(row: counted.Pace) -> list:
    limit, share = ("" if value is None else value for value in (row.limit, row.share))
    return [row.matter, row.step, limit, row.done, row.median, row.ninth, share]
