"""How open data answers: to every page of the web, with a version to ask for again, and refusals that programs read."""

import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

FRESH_SECONDS = 300
MALFORMED = 422
PROBLEM = "application/problem+json"

View = Callable[..., HttpResponseBase]


def for_programs(view: View) -> View:
    """Lets everybody ask, pages of other sites too; shared caches may keep what no visitor's own request brought."""

    @login_not_required
    @require_safe
    @wraps(view)
    def answered(request: HttpRequest, *args: object, **blanks: object) -> HttpResponseBase:
        response = view(request, *args, **blanks)
        if response.status_code == HTTPStatus.OK and not response.streaming:
            response = unless_known(request, response)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Last-Modified"
        if response.status_code < HTTPStatus.BAD_REQUEST:
            reach = "private" if settings.SESSION_COOKIE_NAME in request.COOKIES else "public"
            response["Cache-Control"] = f"{reach}, max-age={FRESH_SECONDS}"
        return response

    return answered


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """304 where the asker has this very answer already; else the answer with its version."""
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:24])
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response)


def malformed(form: Form) -> HttpResponse:
    """A question that cannot be read, as problem JSON (RFC 9457) like everywhere in the API."""
    errors = {name: list(words) for name, words in form.errors.items()}
    said = {"type": "urn:portal:problem:malformed", "code": "malformed", "status": MALFORMED}
    said |= {"title": " ".join(words[0] for words in errors.values()), "errors": errors}
    return JsonResponse(
        said, status=MALFORMED, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
    )


def as_json(said: object) -> JsonResponse:
    return JsonResponse(said, safe=False, json_dumps_params={"ensure_ascii": False, "indent": 1})
