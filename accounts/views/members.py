"""The people of a unit, for its own administrator."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import permissions, selectors, services
from accounts.desk import MEMBERSHIP_DESK
from accounts.forms import InvitationForm, MemberFilter, RoleForm
from accounts.views.common import listed, require, show_form


def _managed(user):
    """The unit that this person looks after; 403 for everybody else."""
    units = selectors.organisations_managed_by(user)
    if not units or not permissions.may_manage_members(user, units[0]):
        raise PermissionDenied
    return units[0]


def _member(user, pk: int):
    """A member of a unit within reach whom this person may manage: 404 for others' people, 403 for oneself."""
    require(user, "accounts.manage_members")
    membership = get_object_or_404(selectors.memberships_visible_to(user), pk=pk)
    if not permissions.may_move_membership(user, "end", membership):
        raise PermissionDenied
    return membership


@require_safe
def member_list(request):
    """Who belongs to the unit, in which role, and who has not accepted the invitation yet."""
    unit = _managed(request.user)
    context = listed(request, selectors.members_of(unit), MemberFilter)
    return render(request, "accounts/member_list.html", {**context, "unit": unit})


@require_http_methods(["GET", "HEAD", "POST"])
def member_invite(request):
    """Invite a colleague; the link goes by mail."""
    unit = _managed(request.user)
    form = InvitationForm(request.POST or None)
    if not form.is_valid():
        return show_form(request, "accounts/member_invite.html", form, unit=unit)
    services.invite_member(organisation=unit, by=request.user, **form.cleaned_data)
    messages.success(request, _("邀请已发送到 %s。") % form.cleaned_data["email"])
    return redirect("accounts:member-list")


@require_safe
def member(request, pk: int):
    """One member: role, invitation, and how to end it."""
    membership = _member(request.user, pk)
    return _show(request, membership, RoleForm(initial={"role": membership.role}))


@require_POST
def member_role(request, pk: int):
    membership = _member(request.user, pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _show(request, membership, form)
    changed = services.change_role(membership=membership, by=request.user, **form.cleaned_data)
    messages.success(request, _("角色已修改。"))
    return redirect("accounts:member", changed.pk)


@require_POST
def member_resend(request, pk: int):
    membership = services.resend_invitation(membership=_member(request.user, pk), by=request.user)
    messages.success(request, _("邀请已再次发送到 %s。") % membership.user.email)
    return redirect("accounts:member", membership.pk)


@require_POST
def member_end(request, pk: int):
    """End a role at once."""
    membership = _member(request.user, pk)
    form = MEMBERSHIP_DESK.form("end", subject=membership, user=request.user, data=request.POST)
    if not form.is_valid():
        return _show(request, membership, RoleForm(initial={"role": membership.role}), ending=form)
    services.end_membership(membership=membership, by=request.user, **form.cleaned_data)
    messages.success(request, _("已终止 %s 的角色。") % membership.user.name)
    return redirect("accounts:member-list")


def _show(request, membership, form, *, ending=None):
    ending_form = ending or MEMBERSHIP_DESK.form("end", subject=membership, user=request.user)
    status = 422 if form.is_bound or ending else None
    context = {"membership": membership, "form": form, "ending_form": ending_form}
    return render(request, "accounts/member.html", context, status=status)
