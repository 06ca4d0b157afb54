"""The register, to read: what was done by whom, and whether its chain holds."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import may
from portal.selectors import register as lines
from records import audit, downloads, exports

PER_PAGE = 50


@require_safe
def register(request):
    """Lines of the register, the newest first, with search."""
    if not may(request.user, "records.view_register"):
        raise PermissionDenied
    text, before = _sought(request.GET), request.GET.get("before", "")
    rows = list(lines.lines(text=text, before=before)[: PER_PAGE + 1])
    context = {
        "rows": [lines.in_words(row) for row in rows[:PER_PAGE]],
        "text": text,
        "older": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "head": audit.head(),
    }
    return render(request, "portal/register.html", context)


@downloads.table("register", "办理登记簿")
def register_export(request) -> exports.Sheet:
    """The lines that were searched for, in the order in which they were written."""
    if not may(request.user, "records.view_register"):
        raise PermissionDenied
    return exports.Sheet(lines.HEAD, lines.lines(text=_sought(request.GET)).order_by("pk"), lines.cells)


def _sought(asked) -> str:
    return asked.get("q", "").replace("\0", "").strip()
