"""Objections at the two offices that handle them."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices import permissions, selectors, services
from notices.forms import ObjectionFilter
from records import clock
from records.desk import Line, desk_for
from records.models import Attachment
from records.moves import answer_move

PER_PAGE = 25
CARD = "notices/_objection_card.html"


@require_safe
def objection_list(request):
    """Objections, the newest first."""
    _check(request.user)
    form = ObjectionFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = selectors.search_objections(request.user, text=asked.get("q", ""), state=asked.get("state", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = selectors.with_deadlines(page.object_list, on=clock.today())
    return render(request, "notices/objection_list.html", {"form": form, "page": page, "rows": shown})


def _check(user) -> None:
    if not permissions.may_see_objector(user):
        raise PermissionDenied


@never_cache
@require_safe
def objection(request, pk):
    """An objection, without its author."""
    found = get_object_or_404(selectors.objections_visible_to(request.user), pk=pk)
    return render(request, "notices/objection.html", card_context(request, found, _offers(request, found)))


def _offers(request, found) -> list:
    desk = desk_for("notices.objection")
    return desk.offers(request.user, found) if desk else []


def _lines(request, found) -> list[Line]:
    desk = desk_for("notices.objection")
    return desk.lines(request.user, found) if desk else []


def _event(line: Line) -> dict:
    return {"what": line.label, "who": line.actor, "at": line.at, "reason": line.reason}


def card_context(request, subject, offers) -> dict:
    """What the card of an objection shows."""
    first = next((offer for offer in offers if offer.step.primary), offers[0] if offers else None)
    return {
        "subject": subject,
        "offers": offers,
        "first": first,
        "events": [_event(line) for line in _lines(request, subject)],
        **selectors.objection_case(subject, on=clock.today()),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def objection_move(request, pk, action):
    """Take one move of an objection; what follows for the published case its own room does."""
    return answer_move(request, desk_for("notices.objection"), pk, action, card=CARD, context=card_context)


@never_cache
@require_POST
def objection_identity(request, pk):
    """Show who made the objection; that it was looked at stands in the register."""
    found = get_object_or_404(selectors.objections_visible_to(request.user), pk=pk)
    services.open_identity(objection=found, by=request.user)
    context = {**card_context(request, found, _offers(request, found)), "identity": True}
    return render(request, "notices/objection.html", context)


@never_cache
@require_POST
def objection_file(request, pk, file):
    """A paper that came with the objection. It may name its author, so this too stands in the register."""
    found = get_object_or_404(selectors.objections_visible_to(request.user), pk=pk)
    attachment = get_object_or_404(Attachment.objects.about(found).current(), pk=file)
    services.open_identity(objection=found, by=request.user)
    return FileResponse(
        attachment.file.open(),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
