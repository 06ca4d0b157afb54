"""Later ends of calls: one extension with its moves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from institutes import selectors
from institutes.desk import EXTENSION_DESK
from institutes.models import CallExtension
from notices.views.extensions import later_end_context
from records.moves import answer_move

CARD = "institutes/_extension_card.html"


@require_safe
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """One extension: from when to when, why, and what the portal's record says of the last day."""
    subject = get_object_or_404(selectors.extensions_visible_to(request.user), pk=pk)
    offers = EXTENSION_DESK.offers(request.user, subject)
    return render(request, "institutes/extension.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject: CallExtension, offers) -> dict:
    """What the card of an extension shows, on its page and as the answer to a move."""
    inside = selectors.handles_calls(request.user)
    context = later_end_context(EXTENSION_DESK, request, subject, offers, inside=inside)
    minutes_max = subject.call.edition.terms["outage"]["minutes_max"]
    return context | {"call": subject.call, "minutes_max": minutes_max}


@require_http_methods(["GET", "HEAD", "POST"])
def extension_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of an extension."""
    return answer_move(request, EXTENSION_DESK, pk, action, card=CARD, context=card_context)
