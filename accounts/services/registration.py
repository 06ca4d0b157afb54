"""A unit registers itself; its county confirms it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts import policy
from accounts.enums import UNIT_KINDS, OrganisationKind
from accounts.lifecycle import MEMBERSHIP, REGISTRATION
from accounts.models import Division, Membership, Organisation, User
from accounts.roles import Role
from accounts.selectors import registered_as, registered_under
from accounts.services.people import new_user, username_taken
from records import audit, clock, deadlines
from records.errors import Conflict, Reason
from records.lifecycle import lock
from records.turns import take_turns


@transaction.atomic
def register_enterprise(
    *,
    name: str,
    uscc: str,
    division: Division,
    address: str,
    username: str,
    person: str,
    email: str,
    mobile: str,
    password: str,
    legal_rep: str = "",
    registered_on: date | None = None,
    short_name: str = "",
    kind: str = OrganisationKind.ENTERPRISE,
    at: datetime | None = None,
) -> Organisation:
    """Enter a unit and its first administrator, and put it before its county.

    The administrator may sign in at once to see what becomes of it; the role takes effect with the county's
    confirmation. Raises ``Conflict`` with everything that stands against it.
    """
    at = at or clock.now()
    uscc = policy.normalised_uscc(uscc)
    take_turns(f"accounts.uscc.{uscc}")
    Conflict.unless_empty(
        _faults(name=name, uscc=uscc, division=division, kind=kind) + username_taken(username)
    )
    user = new_user(
        username=username, name=person, email=email, mobile=mobile, password=password, by=None, at=at
    )
    organisation = Organisation.objects.create(
        kind=kind,
        name=name,
        short_name=short_name,
        uscc=uscc,
        division=division,
        address=address,
        legal_rep=legal_rep,
        registered_on=registered_on,
        contact_name=person,
        contact_mobile=mobile,
        contact_email=email,
        applied_at=at,
        applied_by=user,
    )
    membership = Membership.objects.create(
        user=user,
        organisation=organisation,
        role=Role.ENT_ADMIN,
        since=timezone.localdate(at),
        granted_at=at,
        granted_by=user,
    )
    MEMBERSHIP.begin(
        membership, by=user, at=at, user=user.pk, organisation=organisation.pk, role=membership.role
    )
    REGISTRATION.begin(organisation, by=user, at=at, uscc=uscc, division=division.code, applied_by=user.pk)
    return organisation


def _faults(
    *, name: str, uscc: str, division: Division, kind: str, besides: int | None = None
) -> list[Reason]:
    """Everything that stands against registering a unit with these facts."""
    found = [Reason(fault, field="uscc") for fault in policy.uscc_faults(uscc)]
    if kind not in UNIT_KINDS:
        found.append(Reason("只有企业、高等院校和科研院所可以自行注册。", field="kind"))
    if not division.active:
        found.append(Reason(f"{division}不在本市推荐范围内，不能选择。", field="division"))
    if other := registered_under(uscc, besides=besides):
        text = f"该统一社会信用代码已由“{other}”注册，请联系贵单位管理员开通账户。"
        found.append(Reason(text, field="uscc"))
    if registered_as(name, besides=besides):
        found.append(Reason(f"单位名称“{name}”已注册，请核对名称是否与营业执照一致。", field="name"))
    return found


@transaction.atomic
def confirm_organisation(*, organisation: Organisation, by: User, at: datetime | None = None) -> Organisation:
    """The county has checked the licence: from here the unit's people may act."""
    at = at or clock.now()
    data = {"applied_by": organisation.applied_by_id, "division": organisation.division_id}
    REGISTRATION.move(organisation, "confirm", by=by, at=at, confirmed_at=at, confirmed_by=by, data=data)
    return organisation


@transaction.atomic
def refuse_organisation(
    *, organisation: Organisation, reason: str, by: User, at: datetime | None = None
) -> Organisation:
    """The county refuses, with a reason; the applicant may mend it and hand it in again."""
    at = at or clock.now()
    data = {"applied_by": organisation.applied_by_id, "division": organisation.division_id}
    REGISTRATION.move(
        organisation,
        "refuse",
        by=by,
        at=at,
        reason=reason.strip(),
        data=data,
        refused_at=at,
        refused_by=by,
        refusal_reason=reason.strip(),
    )
    return organisation


@transaction.atomic
def resubmit_organisation(
    *,
    organisation: Organisation,
    name: str,
    uscc: str,
    division: Division,
    address: str,
    legal_rep: str,
    registered_on: date | None,
    by: User,
    at: datetime | None = None,
) -> Organisation:
    """Hand a refused registration in again, mended. Raises ``Conflict`` like the first registration."""
    at = at or clock.now()
    uscc = policy.normalised_uscc(uscc)
    take_turns(f"accounts.uscc.{uscc}")
    faults = _faults(name=name, uscc=uscc, division=division, kind=organisation.kind, besides=organisation.pk)
    Conflict.unless_empty(faults)
    REGISTRATION.move(
        organisation,
        "resubmit",
        by=by,
        at=at,
        data={"applied_by": by.pk, "division": division.pk, "uscc": uscc},
        division=division,
        applied_at=at,
        applied_by=by,
        refused_at=None,
        refused_by=None,
        refusal_reason="",
        name=name,
        uscc=uscc,
        address=address,
        legal_rep=legal_rep,
        registered_on=registered_on,
    )
    return organisation


@transaction.atomic
def rename_organisation(
    *, organisation: Organisation, name: str, by: User, at: datetime | None = None
) -> Organisation:
    """Give a unit the name that its licence bears now; the former one stays in the register.

    The code stays: another code is another legal person. Raises ``Conflict`` where another unit bears the name.
    """
    lock(organisation)
    if registered_as(name, besides=organisation.pk):
        raise Conflict(Reason(f"“{name}”已由另一家单位注册，请核对营业执照上的名称。", field="value"))
    former, organisation.name = organisation.name, name
    organisation.save(update_fields=["name"])
    audit.record("accounts.organisation.rename", organisation, by=by, at=at, former=former, name=name)
    deadlines.relabel(organisation)
    return organisation
