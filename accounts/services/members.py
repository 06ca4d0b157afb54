"""The people of a unit, looked after by its own administrator."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.enums import LetterKind
from accounts.lifecycle import MEMBERSHIP
from accounts.models import Membership, Organisation, User
from accounts.roles import UNIT_ROLES, Role, fits
from accounts.services.grants import end_membership
from accounts.services.letters import post_letter
from accounts.services.people import new_user, store_password, username_taken
from records import audit, clock
from records.errors import Conflict, Reason
from records.lifecycle import lock


@transaction.atomic
def invite_member(
    *,
    organisation: Organisation,
    username: str,
    name: str,
    email: str,
    mobile: str = "",
    role: str = Role.ENT_FILLER,
    by: User,
    at: datetime | None = None,
) -> Membership:
    """Give a colleague an account with a role in the unit; a link in a mail lets them set their password."""
    at = at or clock.now()
    lock(organisation)
    Conflict.unless_empty(_against(organisation, role) + username_taken(username))
    user = new_user(username=username, name=name, email=email, mobile=mobile, by=by, at=at)
    audit.record("accounts.user.create", user, by=by, at=at, organisation=organisation.pk)
    membership = _enter(user=user, organisation=organisation, role=role, by=by, at=at)
    post_letter(recipient=user, kind=LetterKind.INVITATION, by=by, at=at)
    return membership


def _against(organisation: Organisation, role: str) -> list[Reason]:
    found = []
    if not organisation.is_confirmed:
        found.append(Reason(f"“{organisation}”尚未经归口部门确认，不能邀请成员。"))
    if role not in UNIT_ROLES or not fits(role, organisation.kind):
        found.append(Reason(f"“{Role(role).label}”不能由单位自行授予。", field="role"))
    return found


def _enter(*, user: User, organisation: Organisation, role: str, by: User, at: datetime) -> Membership:
    membership = Membership.objects.create(
        user=user,
        organisation=organisation,
        role=role,
        since=timezone.localdate(at),
        granted_at=at,
        granted_by=by,
    )
    MEMBERSHIP.begin(membership, by=by, at=at, user=user.pk, organisation=organisation.pk, role=role)
    return membership


@transaction.atomic
def accept_invitation(*, user: User, name: str, password: str, at: datetime | None = None) -> User:
    """Set name and first password by the link of the invitation. Raises ``Conflict`` once it was used."""
    at = at or clock.now()
    lock(user)
    if user.has_usable_password():
        raise Conflict("邀请已经使用过，请直接登录；忘记密码可以找回。")
    if not user.is_active or not user.memberships.live().exists():
        raise Conflict("邀请已经撤销，请联系邀请您的单位管理员。")
    user.name = name
    user.save(update_fields=["name"])
    store_password(user, password, by=user, at=at)
    audit.record("accounts.user.accept_invitation", user, by=user, at=at)
    return user


@transaction.atomic
def resend_invitation(*, membership: Membership, by: User, at: datetime | None = None) -> Membership:
    """Mail the link again to somebody who has not used it."""
    lock(membership)
    if membership.user.has_usable_password():
        raise Conflict(f"“{membership.user.name}”已接受邀请，无需再次发送。")
    if membership.ended_at:
        raise Conflict("该授权已终止，不能再发送邀请。")
    post_letter(recipient=membership.user, kind=LetterKind.INVITATION, by=by, at=at)
    audit.record("accounts.membership.resend_invitation", membership, by=by, at=at)
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User, at: datetime | None = None) -> Membership:
    """Give a member of a unit the other role of the unit: the former is ended, the new one begins."""
    at = at or clock.now()
    organisation, user = membership.organisation, membership.user
    lock(organisation)
    reasons = _against(organisation, role)
    if user.memberships.live().filter(organisation=organisation, role=role).exists():
        reasons.append(Reason(f"“{user.name}”已经是{Role(role).label}。", field="role"))
    Conflict.unless_empty(reasons)
    end_membership(membership=membership, reason=f"改任{Role(role).label}", by=by, at=at)
    return _enter(user=user, organisation=organisation, role=role, by=by, at=at)
