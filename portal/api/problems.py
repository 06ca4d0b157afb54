"""Faults and refusals as problem JSON (RFC 9457)."""

from dataclasses import asdict

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from records.context import request_id
from records.errors import Reason, Refusal, StaleVersion

CONTENT_TYPE = "application/problem+json"
UNPROCESSABLE = 422
PLAIN = exceptions.PermissionDenied.default_code
WHOLE = "non_field_errors"


class Malformed(exceptions.APIException):
    """Input that does not have the shape asked for; ``errors`` names each field, ``more`` what else is told."""

    status_code = UNPROCESSABLE
    default_detail = _("提交的内容有误，请逐项更正。")

    def __init__(self, errors: dict[str, list[str]], **more: object):
        super().__init__()
        self.errors, self.more = errors, more


def problem(status: int, code: str, title: str, **more) -> Response:
    """A problem document. ``code`` is for machines, ``title`` for people."""
    return Response(body_of(status, code, title, **more), status=status, content_type=CONTENT_TYPE)


def body_of(status: int, code: str, title: str, **more) -> dict[str, object]:
    """What a problem document says."""
    body = {"type": f"urn:portal:problem:{code}", "code": code, "title": title, "status": status, **more}
    if identifier := request_id.get():
        body["request_id"] = identifier
    return body


def exception_handler(error: Exception, context: dict) -> Response | None:
    """The one place where the API turns exceptions into answers. What is our fault passes through as 500."""
    response = _answer(error)
    if response is not None:
        set_rollback()
    return response


def _answer(error: Exception) -> Response | None:
    match error:
        case Refusal():
            return _refused(error)
        case Malformed():
            return problem(UNPROCESSABLE, "malformed", str(error.detail), errors=error.errors, **error.more)
        case exceptions.ValidationError():
            title = str(Malformed.default_detail)
            return problem(UNPROCESSABLE, "malformed", title, errors=_by_field(error.detail))
        case Http404() | exceptions.NotFound():
            return problem(404, "not-found", str(_("没有这条记录，或您无权知悉。")))
        case PermissionDenied() | exceptions.PermissionDenied():
            return _forbidden(error)
        case exceptions.APIException():
            return _other(error)
    return None


def _forbidden(error: Exception) -> Response:
    """Not theirs; or theirs, once they have done what the code names (a new password, a second step)."""
    code = getattr(error, "default_code", PLAIN)
    if code != PLAIN:
        return problem(403, code, _why(error), detail=_why(error))
    return problem(403, "forbidden", str(_("您的角色不能办理此事项。")), detail=_why(error))


def _by_field(detail) -> dict[str, list[str]]:
    if not isinstance(detail, dict):
        return {WHOLE: [str(text) for text in detail]}
    return {name: [str(text) for text in texts] for name, texts in detail.items()}


def _why(error: Exception) -> str:
    """What the framework adds, for instance that the CSRF token is missing."""
    return str(getattr(error, "detail", ""))


def _refused(refusal: Refusal) -> Response:
    more: dict[str, object] = {"reasons": [as_dict(reason) for reason in refusal.reasons]}
    if isinstance(refusal, StaleVersion):
        more["version"] = str(refusal.version)
        more["clashes"] = [asdict(clash) for clash in refusal.clashes]
    return problem(409, refusal.code, str(refusal), **more)


def as_dict(reason: Reason) -> dict[str, str]:
    """A reason as a program reads it."""
    said = {"text": str(reason.text), "field": reason.field, "clause": reason.clause, "url": reason.url}
    return said | ({"link": reason.link} if reason.link else {})


def _other(error: exceptions.APIException) -> Response:
    code = getattr(error, "default_code", "error").replace("_", "-")
    response = problem(error.status_code, code, str(error.detail))
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    return response
