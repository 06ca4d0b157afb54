"""What shared caches and browsers may keep: public pages for a minute, nothing of whoever has signed in."""

import gzip
import hashlib

from django.utils.cache import get_conditional_response, patch_vary_headers

KEPT = frozenset(
    {
        "home",
        "guide",
        "search",
        "calculator",
        "policy",
        "policy-numbers",
        "policy-versions",
        "policy-version",
        "targets",
        "map",
        "chain-picture",
        "open-data",
        "open-data-set",
        "open-data-register",
        "directory",
        "directory-institute",
        "directory-changes",
        "sitemap",
        "sitemap-part",
        "robots",
        "feed-calls",
        "feed-notices",
        "institutes:call-list",
        "institutes:call",
        "institutes:local-policies",
        "institutes:local-policy",
        "institutes:services",
        "institutes:service",
        "institutes:questions",
        "institutes:chain-map",
        "institutes:chain-on-map",
        "projects:project-call-list",
        "projects:project-call",
        "notices:publicity-list",
        "notices:publicity",
        "evaluation:draw-list",
        "evaluation:draw",
        "evaluation:assessment-results",
        "evaluation:assessment-results-of",
    }
)
"""Pages that say the same to every stranger: no form that changes anything, no secret in the address."""
PUBLIC, PRIVATE = "public, max-age=0, s-maxage=60, must-revalidate", "private, no-cache"
WORTH = 1024
"""Shorter answers are sent as they are."""


class PublicPagesMiddleware:
    """Lets public pages be kept and asked for anew cheaply; marks the pages of people as theirs alone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.has_header("Cache-Control"):
            return response
        if _has_signed_in(request):
            response["Cache-Control"] = PRIVATE
            return response
        return _kept(request, response) if _may_be_kept(request, response) else response


def _has_signed_in(request) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def _may_be_kept(request, response) -> bool:
    match = request.resolver_match
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and match is not None
        and match.view_name in KEPT
        and not response.streaming
        and not response.cookies
    )


def _kept(request, response):
    """The answer with its mark; 304 for whoever has it already, compressed for whoever can read that.

    Compression gives nothing away here: no such page carries a token.
    """
    response["Cache-Control"] = PUBLIC
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response)
    if answer is response and _takes_gzip(request) and len(response.content) > WORTH:
        response.content = gzip.compress(response.content, mtime=0)
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
    return answer


def _takes_gzip(request) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")
