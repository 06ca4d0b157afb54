"""What happens around every request: it gets an identifier, and a refusal by the rules becomes an answer."""

import logging
import re
import uuid
from dataclasses import asdict

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render

from records.context import request_id
from records.errors import Refusal

HEADER = "X-Request-ID"
ACCEPTED_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Gives each request an identifier: in the answer's header, in the log, in the register, on the page 500."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.id = identifier_of(request)
        token = request_id.set(request.id)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response[HEADER] = request.id
        return response


def identifier_of(request) -> str:
    """The identifier that our own proxy gave, or a new one."""
    given = request.headers.get(HEADER, "")
    return given if settings.BEHIND_PROXY and ACCEPTED_ID.fullmatch(given) else uuid.uuid4().hex


class RequestIdFilter(logging.Filter):
    """Lets a line of the log name the request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get() or "-"
        return True


class RefusalMiddleware:
    """The one place where a refusal by the rules becomes a page or a fragment, with every reason on it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Refusal):
            return None
        if request.headers.get("X-Autosave"):
            return JsonResponse(as_data(exception), status=409)
        template = "components/refusal.html" if request.htmx else "409.html"
        context = {"refusal": exception, "resend": _resend(request, exception)}
        response = render(request, template, context, status=409)
        if request.htmx:
            response["HX-Retarget"] = "#refusal"
            response["HX-Reswap"] = "innerHTML"
        return response


def _resend(request, refusal: Refusal) -> list[tuple[str, str]]:
    """What was sent, to be sent again once it is said whose values stay; built upon what is stored now."""
    if not getattr(refusal, "clashes", ()):
        return []
    held = {"csrfmiddlewaretoken", "version", *(f"settle-{clash.field}" for clash in refusal.clashes)}
    sent = [(name, value) for name, values in request.POST.lists() if name not in held for value in values]
    return [*sent, ("version", str(refusal.version))]


def as_data(refusal: Refusal) -> dict:
    """A refusal for a program on the page (autosave): the words, and both values where two people collided."""
    return {
        "code": refusal.code,
        "message": str(refusal),
        "version": str(getattr(refusal, "version", "")) or None,
        "clashes": [asdict(clash) for clash in getattr(refusal, "clashes", ())],
    }
