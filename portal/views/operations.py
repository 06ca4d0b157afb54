"""How the work behind the pages goes, for the system administrator."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import may
from portal.selectors import operations as read
from records import clock

LOOK = "notices.manage_outbox"


@never_cache
@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """One page, drawn anew when asked; it answers while the queue is away."""
    if not may(request.user, LOOK):
        raise PermissionDenied
    now = clock.now()
    return render(request, "portal/operations.html", {"signs": read.signs(at=now), "now": now})
