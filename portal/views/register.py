"""The register, to read: what was done by whom, and whether its chain holds."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import may
from portal.selectors import register as lines
from records import audit

PER_PAGE = 50


@require_safe
def register(request):
    """Lines of the register, the newest first, with search."""
    if not may(request.user, "records.view_register"):
        raise PermissionDenied
    text, before = request.GET.get("q", "").replace("\0", "").strip(), request.GET.get("before", "")
    rows = list(lines.lines(text=text, before=before)[: PER_PAGE + 1])
    context = {
        "rows": [lines.in_words(row) for row in rows[:PER_PAGE]],
        "text": text,
        "older": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "head": audit.head(),
    }
    return render(request, "portal/register.html", context)
