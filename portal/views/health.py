"""Is the process alive, and is it ready? For the supervisor, the container engine and the load balancer."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.readiness import readiness


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing else, so that a slow database does not get the process killed."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations and queue, each by name; 503 if one of them is not ready."""
    found = readiness()
    ready = all(answer == "ok" for answer in found.values())
    return JsonResponse({"ready": ready, **found}, status=200 if ready else 503)
