"""The portal's own record of being up, for whoever runs it and whoever decides on a later end because of it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.navigation import RUNNING
from portal.selectors import availability as record
from records import clock, sheets

PER_PAGE = 25
KINDS = ("csv", "xlsx")


def reads_availability(user) -> bool:
    """Administrators, the bureau, the auditor."""
    return user.holds(*RUNNING)


@require_safe
def availability(request: HttpRequest) -> HttpResponse:
    """How long the portal was up, and every outage with the calls and publicities whose last day it hit."""
    lines, days = _lines(request)
    context = {
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        "days": days,
        "spans": record.SPANS,
        **record.overview(days=days, at=clock.now()),
    }
    return render(request, "portal/availability.html", context)


@require_safe
def availability_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Exactly what the table shows, all pages of it."""
    lines, _days = _lines(request)
    if kind not in KINDS:
        raise Http404
    head = [_("中断开始"), _("恢复"), _("分钟"), _("影响的申报通知和公示")]
    return sheets.answer(kind, name="availability", head=head, rows=(_cells(line) for line in lines))


def _lines(request: HttpRequest) -> tuple[list[record.Line], int]:
    if not reads_availability(request.user):
        raise PermissionDenied
    days = record.span_of(request.GET.get("days", ""))
    return record.lines(days=days, at=clock.now()), days


def _cells(line: record.Line) -> list:
    times = [f"{localtime(at):%Y-%m-%d %H:%M}" for at in (line.outage.begun, line.outage.ended)]
    return [*times, line.outage.minutes, "、".join(str(one) for one in line.hit)]
