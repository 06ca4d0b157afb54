"""Pages of the agency and of the officers who follow it: panels, from opening to conclusion."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation import permissions, selectors, services
from evaluation.desk import PANEL_DESK
from evaluation.enums import PanelState
from records import audit, calendar, clock, deadlines
from records.moves import answer_move

PER_PAGE = 30


@require_safe
def panel_list(request):
    """Panels the person may see, with their progress; what waits for a panel stands on top."""
    rows = selectors.with_progress(selectors.panels_visible_to(request.user))
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    page = Paginator(selectors.search_panels(rows, text=text, state=state), PER_PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "awaiting": selectors.applications_awaiting_panel(request.user),
        "text": text,
        "state": state,
        "states": PanelState.choices,
        "due": deadlines.current_of(page.get_page(request.GET.get("page")).object_list),
    }
    return render(request, "evaluation/panel_list.html", context)


@require_POST
def panel_open(request, pk):
    """Open the panel for an application that was handed to the person's agency."""
    application = get_object_or_404(selectors.applications_engaged(request.user), pk=pk)
    if not permissions.may_open_panel(request.user, application):
        raise PermissionDenied
    return redirect(services.open_panel(application=application, by=request.user))


@require_safe
def panel(request, pk):
    subject = get_object_or_404(selectors.panels_visible_to(request.user), pk=pk)
    offers = PANEL_DESK.offers(request.user, subject)
    return render(request, "evaluation/panel.html", panel_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def panel_move(request, pk, action):
    return answer_move(request, PANEL_DESK, pk, action, card="evaluation/_panel_card.html", context=panel_context)


def panel_context(request, subject, offers) -> dict:
    """What the card of a panel shows. Scores only once it has concluded."""
    deadline = deadlines.current(subject)
    return {
        "subject": subject,
        "offers": offers,
        "deadline": deadline,
        "days_left": calendar.working_days_between(clock.today(), deadline.due_on)
        if deadline and deadline.due_on
        else None,
        "seats": selectors.seats_of(subject),
        "open_scores": selectors.scores_are_open(subject),
        "draw": getattr(subject, "draw", None),
        "events": audit.history(subject).exclude(to_state=""),
    }
