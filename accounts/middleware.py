"""Whoever signs in with a password that somebody else chose, or with one grown old, sets their own first."""

from django.http import HttpResponseRedirect
from django.urls import reverse

OPEN = frozenset(
    {"accounts:password-change", "accounts:logout", "accounts:login", "display", "healthz", "readyz"}
)


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
