"""Later ends of calls: one extension with its moves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from institutes import selectors
from institutes.desk import EXTENSION_DESK
from institutes.lifecycle import EXTENSION
from institutes.models import CallExtension
from records import calendar, clock, deadlines
from records.availability import Outage
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
    deadline = deadlines.current(subject)
    due_on = deadline.due_on if deadline else None
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    inside = selectors.handles_calls(request.user)
    lines = EXTENSION_DESK.lines(request.user, subject) if inside else []
    return {
        "subject": subject,
        "call": subject.call,
        "offers": offers,
        "holder": holders.of_case(subject, EXTENSION),
        "due_on": due_on,
        "days_left": calendar.working_days_between(clock.today(), due_on) if due_on else None,
        "next_step": primary[0] if primary else "",
        "outages": [Outage(*map(parse_datetime, pair)) for pair in subject.outages],
        "inside": inside,
        "events": [
            {"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def extension_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of an extension."""
    return answer_move(request, EXTENSION_DESK, pk, action, card=CARD, context=card_context)
