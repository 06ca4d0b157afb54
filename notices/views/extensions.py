"""Later ends: one of a publicity with its moves, and what the card of any later end shows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from notices import selectors
from notices.models import LaterEnd
from records import calendar, clock, deadlines
from records.availability import Outage
from records.desk import Desk, desk_for
from records.moves import answer_move

CARD = "notices/_extension_card.html"
DESK = "notices.publicityextension"


def later_end_context(
    desk: Desk, request: HttpRequest, subject: LaterEnd, offers, *, inside: bool
) -> dict[str, Any]:
    """What the card of a later end shows, on its page and as the answer to a move.

    ``inside`` is whether this person reads what the public does not: the outages and who did what.
    """
    deadline = deadlines.current(subject)
    due_on = deadline.due_on if deadline else None
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    lines = desk.lines(request.user, subject) if inside else []
    return {
        "subject": subject,
        "offers": offers,
        "holder": holders.of_case(subject, desk.lifecycle),
        "due_on": due_on,
        "days_left": calendar.working_days_left(clock.today(), due_on) if due_on else None,
        "next_step": primary[0] if primary else "",
        "outages": [Outage(*map(parse_datetime, pair)) for pair in subject.outages],
        "inside": inside,
        "events": [
            {"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines
        ],
    }


@require_safe
def publicity_extension(request: HttpRequest, pk: int) -> HttpResponse:
    """One later last day: from which day to which, why, and what the portal's record says."""
    subject = get_object_or_404(selectors.publicity_extensions_visible_to(request.user), pk=pk)
    desk = desk_for(DESK)
    offers = desk.offers(request.user, subject) if desk else []
    return render(request, "notices/extension.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict[str, Any]:
    """What the card of a publicity's later day shows."""
    inside = selectors.reads_waiting_extensions(request.user)
    context = later_end_context(desk_for(DESK), request, subject, offers, inside=inside)
    items = list(subject.notice.items.all())
    return context | {"notice": subject.notice, "minutes_max": _minutes_max(subject), "items": items}


def _minutes_max(subject) -> int:
    return subject.notice.edition.terms["outage"]["minutes_max"]


@require_http_methods(["GET", "HEAD", "POST"])
def publicity_extension_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a later day."""
    return answer_move(request, desk_for(DESK), pk, action, card=CARD, context=card_context)
