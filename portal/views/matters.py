"""What is under way in a county or in the city, for whoever oversees it: with whom it lies, until when."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views.common import listed
from portal.filters import MatterFilter
from portal.selectors import matters
from portal.selectors.oversight import overseen
from records import clock, downloads, exports


@require_safe
def matter_list(request: HttpRequest) -> HttpResponse:
    """Every matter with its holder, the most urgent first."""
    context = listed(request, _asked(request), MatterFilter)
    context["tasks"] = overseen(request.user, context["page"], on=clock.today())
    return render(request, "portal/matter_list.html", context)


@downloads.table("matters", "在办事项")
def matter_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    rows = _asked(request)
    head = [_("事项"), _("环节"), _("当前办理"), _("期限"), _("剩余工作日")]
    found, today = MatterFilter(request.GET, queryset=rows, request=request).qs, clock.today()
    return exports.Sheet(head, found, spread=lambda some: map(_cells, overseen(request.user, some, on=today)))


def _asked(request: HttpRequest):
    if not request.user.holds(*matters.OVERSEERS):
        raise PermissionDenied
    return matters.matters_visible_to(request.user)


def _cells(task) -> list:
    left = "" if task.days_left is None else task.days_left
    return [task.subject, task.label, task.holder, task.due_on or "", left]
