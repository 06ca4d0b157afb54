"""Accounts and roles across the city: one administrator proposes, another approves."""

from datetime import date, datetime

from axes.models import AccessAttempt
from django.db import transaction
from django.utils import timezone

from accounts import policy
from accounts.enums import LetterKind, MembershipState, OrganisationKind, OrganisationState
from accounts.lifecycle import MEMBERSHIP, REGISTRATION
from accounts.models import Division, Membership, Organisation, User
from accounts.roles import Role, apart, fits
from accounts.selectors import registered_as, registered_under
from accounts.services.letters import post_letter
from accounts.services.people import new_user, system_user, username_taken
from records import audit, clock
from records.errors import Conflict, IllegalMove, Reason, SamePerson
from records.lifecycle import lock


@transaction.atomic
def create_organisation(
    *,
    kind: str,
    name: str,
    short_name: str = "",
    division: Division | None = None,
    uscc: str = "",
    address: str = "",
    by: User,
    at: datetime | None = None,
) -> Organisation:
    """Enter an office, an agency or a university that need not register itself; it stands confirmed."""
    at = at or clock.now()
    uscc = policy.normalised_uscc(uscc)
    reasons = [Reason(fault, field="uscc") for fault in policy.uscc_faults(uscc)] if uscc else []
    if kind == OrganisationKind.ENTERPRISE and not uscc:
        reasons.append(Reason("企业必须填写统一社会信用代码。", field="uscc"))
    if registered_under(uscc) or registered_as(name):
        reasons.append(Reason(f"“{name}”或其统一社会信用代码已在平台登记。", field="name"))
    Conflict.unless_empty(reasons)
    organisation = Organisation.objects.create(
        kind=kind,
        name=name,
        short_name=short_name,
        division=division,
        uscc=uscc,
        address=address,
        state=OrganisationState.CONFIRMED,
        confirmed_at=at,
        confirmed_by=by,
    )
    REGISTRATION.begin(organisation, by=by, at=at, kind=kind)
    return organisation


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    email: str,
    mobile: str = "",
    password: str = "",
    by: User,
    at: datetime | None = None,
) -> User:
    """Give a person an account without any role. Without ``password`` the first role brings an invitation."""
    at = at or clock.now()
    Conflict.unless_empty(username_taken(username))
    user = new_user(username=username, name=name, email=email, mobile=mobile, password=password, by=by, at=at)
    audit.record("accounts.user.create", user, by=by, at=at)
    return user


@transaction.atomic
def grant_role(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    since: date | None = None,
    until: date | None = None,
    by: User,
    at: datetime | None = None,
) -> Membership:
    """Propose a role; it takes effect when another administrator approves it. Raises ``Conflict``."""
    at = at or clock.now()
    lock(user)
    Conflict.unless_empty(_against(user=user, organisation=organisation, role=role))
    membership = Membership.objects.create(
        user=user,
        organisation=organisation,
        role=role,
        since=since or timezone.localdate(at),
        until=until,
        state=MembershipState.PROPOSED,
        granted_at=at,
        granted_by=by,
    )
    MEMBERSHIP.begin(membership, by=by, at=at, user=user.pk, organisation=organisation.pk, role=role)
    return membership


def _against(*, user: User, organisation: Organisation, role: str) -> list[Reason]:
    """Everything that stands against this person holding this role there."""
    found = []
    if not fits(role, organisation.kind):
        text = f"{organisation.get_kind_display()}的人员不能担任“{Role(role).label}”。"
        found.append(Reason(text, field="role"))
    if not organisation.is_confirmed:
        found.append(Reason(f"“{organisation}”尚未确认，不能授权。", field="organisation"))
    if not user.is_active:
        found.append(Reason(f"“{user.name}”的账户已停用。", field="user"))
    held = list(user.memberships.live().values_list("organisation_id", "role"))
    if (organisation.pk, role) in held:
        found.append(Reason(f"“{user.name}”已有或正在申请这一角色。", field="role"))
    if clash := apart(role, [other for _, other in held]):
        labels = "、".join(str(Role(other).label) for other in clash)
        found.append(Reason(f"三员分立：“{Role(role).label}”不能与“{labels}”由同一人担任。", field="role"))
    return found


@transaction.atomic
def approve_grant(*, membership: Membership, by: User, at: datetime | None = None) -> Membership:
    """Let a proposed role take effect. Raises ``SamePerson`` for whoever proposed it or would receive it."""
    at = at or clock.now()
    MEMBERSHIP.move(membership, "approve", by=by, at=at, approved_at=at, approved_by=by)
    if not membership.user.has_usable_password():
        post_letter(recipient=membership.user, kind=LetterKind.INVITATION, by=by, at=at)
    return membership


@transaction.atomic
def refuse_grant(*, membership: Membership, reason: str, by: User, at: datetime | None = None) -> Membership:
    """Do not let a proposed role take effect, with a reason."""
    at = at or clock.now()
    MEMBERSHIP.move(membership, "refuse", by=by, at=at, reason=reason.strip(), ended_at=at, ended_by=by)
    return membership


@transaction.atomic
def end_membership(
    *, membership: Membership, reason: str = "", by: User, at: datetime | None = None
) -> Membership:
    """Take a role away, at once; what the person did with it stays theirs."""
    at = at or clock.now()
    MEMBERSHIP.move(membership, "end", by=by, at=at, reason=reason.strip(), ended_at=at, ended_by=by)
    return membership


@transaction.atomic
def deactivate_user(*, user: User, reason: str, by: User, at: datetime | None = None) -> User:
    """Shut a person out at once; their roles rest until somebody opens the account again."""
    lock(user)
    if user.pk == by.pk:
        raise SamePerson("不能停用自己的账户，请由另一位管理员办理。")
    if not user.is_active:
        raise IllegalMove(f"“{user.name}”的账户已经停用。")
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record("accounts.user.deactivate", user, by=by, at=at, reason=reason.strip())
    return user


@transaction.atomic
def reactivate_user(*, user: User, reason: str, by: User, at: datetime | None = None) -> User:
    """Open an account again; the clock's own user stays shut."""
    lock(user)
    if user.is_active or user.is_system:
        raise IllegalMove(f"“{user.name}”的账户不需要启用。")
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("accounts.user.reactivate", user, by=by, at=at, reason=reason.strip())
    return user


@transaction.atomic
def unlock_login(*, attempt: AccessAttempt, by: User, at: datetime | None = None) -> None:
    """Let somebody try again who was shut out by wrong passwords, without waiting."""
    audit.record("accounts.login.unlock", attempt, by=by, at=at, username=attempt.username or "")
    AccessAttempt.objects.filter(username=attempt.username, ip_address=attempt.ip_address).delete()


@transaction.atomic
def found_administration(
    *, bureau: str, sysadmin: dict[str, str], secadmin: dict[str, str], at: datetime | None = None
) -> tuple[User, User]:
    """The first two administrators of an empty house, each approved by the other. Refuses where there is one.

    ``bureau`` names the office; the two dictionaries hold ``username``, ``name``, ``email``, ``password``.
    """
    at = at or clock.now()
    if Membership.objects.filter(role__in=[Role.SYSADMIN, Role.SECADMIN]).exists():
        raise Conflict("管理员已经设立，新的管理员请由现有管理员授权。")
    clerk = system_user()
    office = create_organisation(kind=OrganisationKind.BUREAU, name=bureau, by=clerk, at=at)
    people = [create_user(**person, by=clerk, at=at) for person in (sysadmin, secadmin)]
    for person, other, role in zip(people, reversed(people), (Role.SYSADMIN, Role.SECADMIN), strict=True):
        membership = Membership.objects.create(
            user=person,
            organisation=office,
            role=role,
            since=timezone.localdate(at),
            granted_at=at,
            granted_by=clerk,
            approved_at=at,
            approved_by=other,
        )
        MEMBERSHIP.begin(membership, by=clerk, at=at, user=person.pk, organisation=office.pk, role=role)
    return people[0], people[1]
