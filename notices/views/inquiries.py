"""What a unit is asked about an objection: read and answered by the unit, read by the office that asked."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from notices import selectors
from records import clock
from records.desk import desk_for
from records.moves import answer_move

CARD = "notices/_inquiry_card.html"
DESK = "notices.inquiry"


@never_cache
@require_safe
def inquiry(request, pk):
    """A question to a unit, and its answer."""
    found = get_object_or_404(selectors.inquiries_visible_to(request.user), pk=pk)
    desk = desk_for(DESK)
    offers = desk.offers(request.user, found) if desk else []
    return render(request, "notices/inquiry.html", card_context(request, found, offers))


def card_context(request, subject, offers) -> dict:
    """What the card of a question shows."""
    desk = desk_for(DESK)
    lines = desk.lines(request.user, subject) if desk else []
    seen = selectors.objections_visible_to(request.user).filter(pk=subject.objection_id).first()
    return {
        "subject": subject,
        "offers": offers,
        "objection": seen,
        "inside": seen is None,
        "events": [{"what": each.label, "who": each.actor, "at": each.at} for each in lines],
        **selectors.inquiry_case(subject, on=clock.today()),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def inquiry_move(request, pk, action):
    """Answer a question."""
    return answer_move(request, desk_for(DESK), pk, action, card=CARD, context=card_context)
