"""The page of our own mistakes: calm, without details, and with the identifier to tell us."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from portal.api.problems import CONTENT_TYPE, body_of


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500.html stands alone: neither the person nor the database is asked for anything. Programs get problem JSON."""
    if request.path.startswith("/api/"):
        body = body_of(500, "server-error", str(_("系统出错，已记录。请凭请求编号与我们联系。")))
        return JsonResponse(body, status=500, content_type=CONTENT_TYPE)
    page = loader.get_template("500.html").render({"request_id": getattr(request, "id", "")})
    return HttpResponse(page, status=500)
