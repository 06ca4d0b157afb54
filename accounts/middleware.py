"""Around every request of a person: signed in at all, still there, and with a password of their own."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

OPEN = frozenset(
    {"accounts:password-change", "accounts:logout", "accounts:login", "display", "healthz", "readyz"}
)


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


class PasswordDueMiddleware:
    """Leads to the page of the new password until it is set. The API refuses for itself, in its own form."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        due = request.user.is_authenticated and request.user.must_change_password
        name = request.resolver_match.view_name
        if not due or name in OPEN or name.startswith("api:"):
            return None
        return HttpResponseRedirect(reverse("accounts:password-change"))
