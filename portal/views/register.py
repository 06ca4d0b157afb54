"""The register, to read: what was done by whom, and whether its chain holds."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import may
from portal.selectors import register as lines
from records import audit, exports

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


@require_POST
def register_export(request):
    """Order the lines that were searched for as a file."""
    if not lines.TABLE.may(request.user):
        raise PermissionDenied
    job = exports.order_export(table=lines.TABLE, asked={"q": _sought(request.POST)}, by=request.user)
    return redirect(job)


def _sought(asked) -> str:
    return asked.get("q", "").replace("\0", "").strip()
