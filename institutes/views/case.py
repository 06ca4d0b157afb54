"""The page of one application, its moves, its papers; the page of one institute."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from institutes import selectors
from institutes.desk import APPLICATION_DESK, CALL_DESK
from institutes.views import calls, casefile, formal_sheet, institutefile
from institutes.views.confirmation import CONFIRMED
from records.moves import answer_move

TAKEN_ELSEWHERE = frozenset({"submit", "resubmit", formal_sheet.PROPOSE})
CARD = "institutes/_application_card.html"


@never_cache
@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one application that this person may read, and what they may do with it."""
    subject = get_object_or_404(selectors.applications_visible_to(request.user), pk=pk)
    offers = APPLICATION_DESK.offers(request.user, subject)
    return render(request, "institutes/application.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of an application shows, on its page and as the answer to a move.

    Handing the book in has a page of its own, which says what is still missing; so has the sheet of the formal
    review.
    """
    shown = [offer for offer in offers if offer.action not in TAKEN_ELSEWHERE]
    return {"subject": subject, "offers": shown, **casefile.of(subject, reader=request.user)}


@require_http_methods(["GET", "HEAD", "POST"])
def application_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of an application."""
    if action == formal_sheet.PROPOSE:
        return formal_sheet.propose(request, pk)
    goes_on = "institutes:application-confirmation" if action in CONFIRMED else ""
    return answer_move(
        request, APPLICATION_DESK, pk, action, card=CARD, context=card_context, confirmation=goes_on
    )


@require_http_methods(["GET", "HEAD", "POST"])
def call_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a call."""
    return answer_move(request, CALL_DESK, pk, action, card="institutes/_call_card.html", context=_call_card)


def _call_card(request: HttpRequest, subject, offers) -> dict:
    return {**calls.call_context(request, subject), "offers": offers}


@require_safe
def institute(request: HttpRequest, pk: int) -> HttpResponse:
    """A recognised institute: its recognition, papers and history."""
    found = get_object_or_404(selectors.institutes_visible_to(request.user), pk=pk)
    return render(
        request,
        "institutes/institute.html",
        {"institute": found, **institutefile.of_institute(found, reader=request.user)},
    )


@require_safe
def institute_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What an institute was called, and who hosted, directed and co-built it, from a day to a day."""
    found = get_object_or_404(selectors.institutes_visible_to(request.user), pk=pk)
    seen = set(
        selectors.changes_visible_to(request.user).filter(institute=found).values_list("pk", flat=True)
    )
    context = {"institute": found, "groups": institutefile.tenures_by_kind(found), "seen": seen}
    return render(request, "institutes/institute_history.html", context)
