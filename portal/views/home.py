"""The first page: the workbasket for who is signed in, the public home for strangers."""

from django.contrib.auth.decorators import login_not_required
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from accounts.roles import UNIT_ROLES, Role
from accounts.selectors import registration_of
from evaluation import selectors as review
from portal.boards.kept import Drawn, kept
from portal.selectors import public, upkeep, workbasket
from portal.selectors.dashboard import has_board
from portal.views.dashboard import board_for
from records import clock

LEADERS = (Role.COUNTY_LEAD, Role.COUNTY_FIN, Role.BUREAU_APPROVER, Role.FINANCE, Role.AUDITOR)
"""Who is asked how things stand before they ask what to do: their workbasket begins with the three questions."""


def _calls_for(user) -> dict:
    """What is open and what comes, for whoever applies or tells those that do."""
    if not user.holds(*UNIT_ROLES, Role.COUNTY_STAFF):
        return {"calls": [], "coming": []}
    at = clock.now()
    return {
        "calls": public.open_calls(at=at),
        "coming": public.coming_calls(at=at),
        "applies": user.holds(*UNIT_ROLES),
    }


def _review_of(user) -> dict:
    """An agency's engagements in force, and how far its panels are."""
    if not user.holds(Role.AGENCY):
        return {}
    return {
        "review": review.workspace_of(user),
        "engagements": review.engagements_visible_to(user),
    }


def _glance_of(request, today) -> dict:
    """How the county or the city stands, in six figures, for whoever leads or oversees it."""
    if not request.user.holds(*LEADERS):
        return {}

    def draw() -> Drawn:
        if not has_board(request.user, on=today):
            return Drawn(title="", actions=[], body="")
        board = board_for(request.user, QueryDict())
        body = render_to_string("portal/_glance.html", {"board": board}, request)
        return Drawn(title=str(board.title), actions=[], body=body)

    return {"glance": kept(request.user, ["glance"], on=today, draw=draw)}


@login_not_required
@require_safe
def home(request):
    if not request.user.is_authenticated:
        return render(request, "portal/home.html", public.home(at=clock.now()))
    if not request.user.memberships_active and (registration := registration_of(request.user)):
        return redirect("accounts:registration", registration.pk)
    today = clock.today()
    context = {
        **_basket_of(request.user, today),
        **_calls_for(request.user),
        "today": today,
        **_review_of(request.user),
        **_glance_of(request, today),
        "signs": upkeep.signs_for(request.user, at=clock.now()),
    }
    return render(request, "portal/workbasket.html", context)


def _basket_of(user, today) -> dict:
    """What waits for this person, by urgency, and what they wait for."""
    groups = workbasket.workbasket(user, on=today)
    return {
        "groups": [group for group in groups if group.count],
        "figures": groups,
        "count": workbasket.count_of(groups),
        "waiting": workbasket.waiting_for_others(user, on=today),
    }
