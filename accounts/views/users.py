"""Accounts and roles, for the two administrators."""

from axes.models import AccessAttempt
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions, selectors, services
from accounts.desk import MEMBERSHIP_DESK
from accounts.forms import GrantForm, MemberFilter, ReasonForm, UserFilter, UserForm
from accounts.views.common import case_context, listed, require, show_form, take
from records import clock


def _either_administrator(user) -> None:
    if not (
        permissions.may(user, "accounts.manage_users") or permissions.may(user, "accounts.approve_grants")
    ):
        raise PermissionDenied


@require_safe
def user_list(request):
    """Everybody who has an account."""
    _either_administrator(request.user)
    rows = selectors.users_visible_to(request.user).prefetch_related("memberships__organisation")
    context = listed(request, rows, UserFilter)
    may_manage = request.user.can("accounts.manage_users")
    return render(request, "accounts/user_list.html", {**context, "may_manage": may_manage})


@require_http_methods(["GET", "HEAD", "POST"])
def user_create(request):
    """Open an account; roles follow, and with the first of them an invitation."""
    require(request.user, "accounts.manage_users")
    form = UserForm(request.POST or None)
    if not form.is_valid():
        return show_form(request, "accounts/user_create.html", form)
    created = services.create_user(by=request.user, **form.cleaned_data)
    messages.success(request, _("账户已建立，请为其授予角色。"))
    return redirect("accounts:user", created.pk)


@require_safe
def user(request, pk: int):
    """One account with its roles."""
    _either_administrator(request.user)
    person = get_object_or_404(selectors.users_visible_to(request.user), pk=pk)
    return _show(request, person, GrantForm(initial={"since": clock.today()}), ReasonForm())


@require_POST
def user_grant(request, pk: int):
    """Propose a role for somebody; another administrator approves it."""
    require(request.user, "accounts.manage_users")
    person = get_object_or_404(selectors.users_visible_to(request.user), pk=pk)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _show(request, person, form, ReasonForm())
    services.grant_role(user=person, by=request.user, **form.cleaned_data)
    messages.success(request, _("授权已提出，等待安全管理员批准。"))
    return redirect("accounts:user", person.pk)


@require_POST
def user_activity(request, pk: int, action: str):
    """Shut an account, or open it again, with a reason."""
    require(request.user, "accounts.manage_users")
    person = get_object_or_404(selectors.users_visible_to(request.user), pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, person, GrantForm(initial={"since": clock.today()}), form)
    verb = {"deactivate": services.deactivate_user, "reactivate": services.reactivate_user}[action]
    verb(user=person, by=request.user, **form.cleaned_data)
    messages.success(request, _("账户状态已修改。"))
    return redirect("accounts:user", person.pk)


def _show(request, person, grant_form, reason_form):
    memberships = person.memberships.select_related("organisation", "granted_by", "approved_by")
    context = {
        "person": person,
        "memberships": memberships,
        "grant_form": grant_form,
        "reason_form": reason_form,
        "may_manage": request.user.can("accounts.manage_users"),
        "resettable": request.user.can("accounts.reset_second_factor")
        and selectors.has_second_factor(person),
        "visits": selectors.visits_of(person) if request.user.can("accounts.end_visits") else None,
    }
    status = 422 if grant_form.is_bound or reason_form.is_bound else None
    return render(request, "accounts/user.html", context, status=status)


@require_safe
def grant_list(request):
    """Roles that wait for approval first, then all others."""
    _either_administrator(request.user)
    rows = selectors.grants_to_look_at(request.user)
    return render(request, "accounts/grant_list.html", listed(request, rows, MemberFilter))


@require_safe
def grant(request, pk: int):
    """One grant: who proposed it, for whom, and the decision."""
    _either_administrator(request.user)
    subject = get_object_or_404(MEMBERSHIP_DESK.visible(request.user), pk=pk)
    return _show_grant(request, subject, {}, 200)


@require_POST
def grant_move(request, pk: int, action: str):
    return take(request, MEMBERSHIP_DESK, pk, action, show=_show_grant)


def _show_grant(request, subject, forms: dict, status: int):
    template = "_grant_card" if request.htmx else "grant"
    context = case_context(request, MEMBERSHIP_DESK, subject, forms)
    return render(request, f"accounts/{template}.html", context, status=status)


@require_safe
def lockout_list(request):
    """Who is shut out by wrong passwords just now."""
    require(request.user, "accounts.unlock_logins")
    return render(request, "accounts/lockout_list.html", {"attempts": selectors.lockouts()})


@require_POST
def lockout_end(request, pk: int):
    require(request.user, "accounts.unlock_logins")
    attempt = get_object_or_404(AccessAttempt, pk=pk)
    services.unlock_login(attempt=attempt, by=request.user)
    messages.success(request, _("已解除登录限制。"))
    return redirect("accounts:lockout-list")
