"""The first page: the workbasket for who is signed in, the public home for strangers."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.roles import UNIT_ROLES, Role
from accounts.selectors import registration_of
from evaluation import selectors as review
from portal.selectors import public, workbasket
from records import clock


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


@login_not_required
@require_safe
def home(request):
    if not request.user.is_authenticated:
        return render(request, "portal/home.html", public.home(at=clock.now()))
    if not request.user.memberships_active and (registration := registration_of(request.user)):
        return redirect("accounts:registration", registration.pk)
    today = clock.today()
    groups = workbasket.workbasket(request.user, on=today)
    context = {
        "groups": [group for group in groups if group.count],
        "figures": groups,
        "count": workbasket.count_of(groups),
        "waiting": workbasket.waiting_for_others(request.user, on=today),
        **_calls_for(request.user),
        "today": today,
        **_review_of(request.user),
    }
    return render(request, "portal/workbasket.html", context)
