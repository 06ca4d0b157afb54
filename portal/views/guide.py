"""The guide for whoever wants to apply. Open to everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.selectors.guide import guide as guide_on
from records import clock


@login_not_required
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Who can apply, what one gets, step by step, what to bring, why others did not come through."""
    return render(request, "portal/guide.html", guide_on(at=clock.now()))
