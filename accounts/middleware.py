"""Around every request of a person: signed in at all, still there, and with a password of their own."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.sessions import SECOND_STEP_DUE

PASSWORD, SECOND_STEP = "accounts:password-change", "accounts:second-step"
OPEN = frozenset({"accounts:logout", "accounts:login", "display", "healthz", "readyz"})


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Leads to the login page. What saves itself is told so instead, and keeps what was typed until then."""

    def handle_no_permission(self, request, view):
        if request.headers.get("X-Autosave"):
            words = _("登录已过期，内容暂存在本机，重新登录后自动保存。")
            return JsonResponse({"code": "signed-out", "message": words}, status=401)
        return super().handle_no_permission(request, view)


class VisitMiddleware:
    """Writes down that somebody is still there, at most once a minute; who is not, is signed out by the store."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.session.accessed and request.session.wants_a_touch:
            request.session.modified = True
        return response


class FirstThingsMiddleware:
    """Leads to the new password, then to the second step, while they are due. The API refuses in its own form."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.view_name
        if not request.user.is_authenticated or name in OPEN or name.startswith("api:"):
            return None
        first = first_thing(request)
        return HttpResponseRedirect(reverse(first)) if first and first != name else None


def first_thing(request) -> str:
    """The page that comes before all others; none where nothing is due."""
    if request.user.must_change_password:
        return PASSWORD
    return SECOND_STEP if request.session.get(SECOND_STEP_DUE) else ""
