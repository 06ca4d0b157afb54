"""Where one is signed in, and ending that."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import selectors, services
from accounts.enums import VisitEnd
from accounts.views.common import require


@require_safe
def visit_list(request):
    """Every browser in which I am signed in just now."""
    context = {"visits": selectors.visits_of(request.user), "here": request.session.session_key}
    return render(request, "accounts/visit_list.html", context)


@require_POST
def visit_end(request, pk: int):
    """End one of my other visits; this one ends by signing out."""
    mine = selectors.visits_of(request.user).exclude(session_key=request.session.session_key)
    services.end_visit(visit=get_object_or_404(mine, pk=pk), by=request.user)
    messages.success(request, _("已结束该处的登录。"))
    return redirect("accounts:visit-list")


@require_POST
def visit_end_others(request):
    """Stay signed in here alone."""
    user = request.user
    ended = services.end_other_visits(user=user, key=request.session.session_key, by=user)
    messages.success(request, _("已结束其他 %d 处登录。") % ended)
    return redirect("accounts:visit-list")


@require_POST
def user_visits_end(request, pk: int):
    """Sign somebody out everywhere, as a security administrator; they may sign in again."""
    require(request.user, "accounts.end_visits")
    person = get_object_or_404(selectors.users_visible_to(request.user), pk=pk)
    ended = services.end_other_visits(user=person, key=None, why=VisitEnd.OFFICER, by=request.user)
    messages.success(request, _("已结束 %d 处登录。") % ended)
    return redirect("accounts:user", person.pk)
