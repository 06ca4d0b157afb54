"""The table of a chart as a download: read anew, with the rights of whoever asks."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal import charts
from records import sheets

KINDS = ("csv", "xlsx")


@login_not_required
@require_safe
def chart_export(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The figures of a chart in a table; what reads them says who may."""
    drawn = charts.drawn_by(name)
    if drawn is None or kind not in KINDS:
        raise Http404
    head, rows = drawn(request.user, request.GET).sheet()
    return sheets.answer(kind, name=name, head=head, rows=rows)
