"""Large text, high contrast, nothing that moves: a choice of the reader, kept in a cookie for a year."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.context_processors import CONTRAST, MOTION, TEXT

YEAR = 365 * 24 * 60 * 60


@csrf_exempt  # how large letters are is nobody's secret, and without a token public pages can be kept
@login_not_required
@require_POST
def set_display(request):
    """Keep the choice and go back to the page it was made on."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if safe else "/")
    for name, allowed in {"contrast": CONTRAST, "text": TEXT, "motion": MOTION}.items():
        if request.POST.get(name) in allowed:
            response.set_cookie(
                f"display_{name}", request.POST[name], max_age=YEAR, samesite="Lax", httponly=True
            )
    return response
