"""Pages of the blinded package: for the bureau what was found and how it was cleared, for experts their copies."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from evaluation import documents, permissions, selectors
from evaluation.desk import PACKAGE_DESK
from evaluation.enums import OPEN_HITS
from evaluation.lifecycle import PACKAGE
from records import calendar, clock, deadlines
from records.moves import answer_move
from records.views import send_bytes

CARD = "evaluation/_package_card.html"
PER_ROW = ("mask", "ask_waiver", "waive", "ask_file", "open_file", "withhold_file")
"""Moves that are taken beside the place or the annex they are about."""


@never_cache
@require_safe
def package(request: HttpRequest, pk: int) -> HttpResponse:
    """One package: what was found, how each place and annex was settled, its fingerprint."""
    subject = get_object_or_404(selectors.packages_visible_to(request.user), pk=pk)
    offers = PACKAGE_DESK.offers(request.user, subject)
    return render(request, "evaluation/package.html", package_context(request, subject, offers))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def package_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a package; the address says which place or annex it is about."""
    asked = {name: request.GET[name] for name in ("hit", "file", "replacement") if name in request.GET}
    return answer_move(request, PACKAGE_DESK, pk, action, card=CARD, context=package_context, initial=asked)


def package_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of a package shows; what was found only to those who may know whose application it is."""
    deadline = deadlines.current(subject)
    due_on = deadline.due_on if deadline else None
    reads = selectors.reads_findings(request.user)
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    lines = PACKAGE_DESK.lines(request.user, subject)
    hits = list(selectors.hits_of(subject)) if reads else []
    return {
        "subject": subject,
        "offers": [offer for offer in offers if offer.action not in PER_ROW],
        "may": {offer.action: offer.allowed for offer in offers},
        "holder": holders.of_case(subject, PACKAGE),
        "deadline": deadline,
        "days_left": calendar.working_days_left(clock.today(), due_on) if due_on else None,
        "next_step": _next_step(hits, primary),
        "reads": reads,
        "hits": hits,
        "files": list(selectors.files_of(subject)),
        "events": [{"what": x.label, "who": x.actor, "at": x.at, "reason": x.reason} for x in lines],
    }


def _next_step(hits: list, primary: list[str]) -> str:
    waiting = sum(hit.answer in OPEN_HITS for hit in hits)
    if primary and waiting:
        return _("还有 {n} 处待处理").format(n=waiting)
    return primary[0] if primary else ""


@never_cache
@require_safe
def assignment_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """An annex of the package, as a copy with the reader's mark, made for this one answer."""
    assignment = get_object_or_404(selectors.assignments_visible_to(request.user), pk=pk)
    if not permissions.may_read_package(request.user, assignment):
        raise PermissionDenied
    file = get_object_or_404(selectors.released_files(assignment.panel), number=number)
    content = documents.copy_for(file, user=request.user, assignment=assignment)
    return send_bytes(content, name=file.shown_name, content_type=file.attachment.content_type)
