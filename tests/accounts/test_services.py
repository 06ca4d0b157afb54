"""What each verb does, and that a refusal leaves no trace."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.enums import LetterKind, MembershipState, OrganisationState
from accounts.models import Division, Letter, Membership, Organisation, User
from accounts.roles import Role
from records import audit, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from records.models import AuditEvent, Deadline
from tests.factories.accounts import (
    PASSWORD,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    make_uscc,
    person,
    system_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limits", "rung")]


@pytest.fixture
def facts():
    return {
        "name": "示例新材料有限公司",
        "uscc": make_uscc(),
        "division": Division.objects.get(code="130102"),
        "address": "示例大街 8 号",
        "username": "material_admin",
        "person": "示例管理员",
        "email": "admin@mail.example",
        "mobile": "13900000001",
        "password": PASSWORD,
    }


def traces():
    """How many rows there are of everything that a service writes."""
    models = (User, Organisation, Membership, Letter, AuditEvent, Deadline)
    return [model.objects.count() for model in models]


def reasons(refusal):
    return [reason.field for reason in refusal.value.reasons]


def test_register_enterprise(facts):
    unit = services.register_enterprise(**facts)

    administrator = unit.applied_by
    begun = audit.history(unit).get()
    held = deadlines.current(unit)
    assert unit.state == OrganisationState.PENDING
    assert administrator.check_password(PASSWORD)
    assert administrator.memberships.get().role == Role.ENT_ADMIN
    assert administrator.memberships_active == ()
    assert (begun.actor, begun.to_state, begun.data["uscc"]) == (administrator, "pending", unit.uscc)
    assert (held.holder_role, held.division_id, held.host_id) == (
        Role.COUNTY_STAFF,
        unit.division_id,
        unit.pk,
    )
    assert held.due_on


def test_register_enterprise_says_everything_that_stands_against_it(facts):
    taken = OrganisationFactory()
    UserFactory(username="material_admin")
    facts |= {"name": taken.name, "uscc": taken.uscc, "division": Division.objects.get(code="130181")}
    before = traces()

    with pytest.raises(Conflict) as refusal:
        services.register_enterprise(**facts, kind="bureau")

    assert reasons(refusal) == ["kind", "division", "uscc", "name", "username"]
    assert traces() == before


def test_register_enterprise_checks_the_code(facts):
    before = traces()

    with pytest.raises(Conflict, match="校验位不符"):
        services.register_enterprise(**facts | {"uscc": "91130104000000011X"})
    assert traces() == before


def test_confirm_organisation(facts):
    unit, staff = services.register_enterprise(**facts), person(Role.COUNTY_STAFF)

    services.confirm_organisation(organisation=unit, by=staff)

    unit.refresh_from_db()
    unit.applied_by.refresh_from_db()
    assert (unit.state, unit.confirmed_by) == (OrganisationState.CONFIRMED, staff)
    assert audit.history(unit).last().data["applied_by"] == unit.applied_by_id
    assert deadlines.current(unit) is None
    assert unit.applied_by.holds(Role.ENT_ADMIN)


def test_confirm_twice_is_refused_and_leaves_no_trace(facts):
    unit, staff = services.register_enterprise(**facts), person(Role.COUNTY_STAFF)
    services.confirm_organisation(organisation=unit, by=staff)
    before = traces()

    with pytest.raises(IllegalMove):
        services.confirm_organisation(organisation=unit, by=staff)
    assert traces() == before


def test_refuse_and_resubmit(facts):
    unit, staff = services.register_enterprise(**facts), person(Role.COUNTY_STAFF)
    with pytest.raises(Incomplete):
        services.refuse_organisation(organisation=unit, reason="", by=staff)
    services.refuse_organisation(organisation=unit, reason="名称与执照不符", by=staff)
    assert (unit.state, unit.refusal_reason) == (OrganisationState.REFUSED, "名称与执照不符")

    mended = {
        "name": "示例新材料股份有限公司",
        "uscc": unit.uscc,
        "division": Division.objects.get(code="130104"),
        "address": "示例路",
        "legal_rep": "示例法人",
        "registered_on": None,
    }
    services.resubmit_organisation(organisation=unit, by=unit.applied_by, **mended)

    unit.refresh_from_db()
    assert (unit.name, unit.state) == ("示例新材料股份有限公司", OrganisationState.PENDING)
    assert (unit.refused_at, unit.refusal_reason) == (None, "")
    assert deadlines.current(unit).division.code == "130104"
    assert [event.to_state for event in audit.history(unit)] == ["pending", "refused", "pending"]


def test_resubmit_under_a_code_taken_meanwhile_is_refused():
    refused, taken = OrganisationFactory(refused=True), OrganisationFactory()
    before = traces()

    with pytest.raises(Conflict) as refusal:
        services.resubmit_organisation(
            organisation=refused,
            name=refused.name,
            uscc=taken.uscc,
            division=refused.division,
            address="",
            legal_rep="",
            registered_on=None,
            by=refused.applied_by,
        )
    assert reasons(refusal) == ["uscc"]
    assert traces() == before


@pytest.fixture
def admin():
    return person(Role.ENT_ADMIN)


def invite(admin, **changes):
    facts = {"username": "colleague1", "name": "示例同事", "email": "c@mail.example"} | changes
    return services.invite_member(organisation=admin.organisations[0], by=admin, **facts)


def test_invite_member(admin, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        membership = invite(admin)

    letter = Letter.objects.get()
    assert (membership.state, membership.role) == (MembershipState.ACTIVE, Role.ENT_FILLER)
    assert not membership.user.has_usable_password()
    assert (letter.recipient, letter.kind, letter.asked_by) == (membership.user, LetterKind.INVITATION, admin)
    assert rung == [letter.pk]
    assert [event.verb for event in audit.history(membership.user)] == ["accounts.user.create"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [({"username": "granter"}, ["username"]), ({"role": Role.COUNTY_STAFF}, ["role"])],
)
def test_invite_member_refused(admin, changes, fields):
    before = traces()

    with pytest.raises(Conflict) as refusal:
        invite(admin, **changes)
    assert reasons(refusal) == fields
    assert traces() == before


def test_units_that_wait_for_confirmation_invite_nobody():
    waiting = MembershipFactory(role=Role.ENT_ADMIN, organisation__pending=True)

    with pytest.raises(Conflict, match="尚未经归口部门确认"):
        services.invite_member(
            organisation=waiting.organisation,
            username="somebody",
            name="某",
            email="s@mail.example",
            by=waiting.user,
        )


def test_accept_invitation_once(admin):
    user = invite(admin).user

    services.accept_invitation(user=user, name="示例本名", password=PASSWORD)

    user.refresh_from_db()
    assert (user.name, user.password_changed_by) == ("示例本名", user)
    assert user.check_password(PASSWORD)
    before = traces()
    with pytest.raises(Conflict, match="已经使用过"):
        services.accept_invitation(user=user, name="别人", password=PASSWORD)
    assert traces() == before


def test_withdrawn_invitation_is_void(admin):
    membership = invite(admin)
    services.end_membership(membership=membership, reason="误邀", by=admin)

    with pytest.raises(Conflict, match="已经撤销"):
        services.accept_invitation(user=membership.user, name="示例", password=PASSWORD)
    with pytest.raises(Conflict, match="已终止"):
        services.resend_invitation(membership=membership, by=admin)


def test_resend_invitation(admin):
    membership = invite(admin)

    services.resend_invitation(membership=membership, by=admin)
    assert Letter.objects.filter(recipient=membership.user).count() == 2

    services.accept_invitation(user=membership.user, name="示例", password=PASSWORD)
    membership.refresh_from_db()
    with pytest.raises(Conflict, match="已接受邀请"):
        services.resend_invitation(membership=membership, by=admin)


def test_change_role(admin):
    member = MembershipFactory(organisation=admin.organisations[0])

    changed = services.change_role(membership=member, role=Role.ENT_ADMIN, by=admin)

    member.refresh_from_db()
    assert (member.state, member.ended_by) == (MembershipState.ENDED, admin)
    assert (changed.role, changed.granted_by) == (Role.ENT_ADMIN, admin)
    before = traces()
    with pytest.raises(Conflict) as refusal:
        services.change_role(membership=changed, role=Role.BUREAU_CLERK, by=admin)
    assert reasons(refusal) == ["role"]
    with pytest.raises(Conflict, match="已经是单位管理员"):
        services.change_role(membership=changed, role=Role.ENT_ADMIN, by=admin)
    assert traces() == before


@pytest.fixture
def administrators():
    return person(Role.SYSADMIN), person(Role.SECADMIN)


@pytest.fixture
def office():
    return OrganisationFactory(kind="bureau")


def test_grant_role_and_approve(administrators, office):
    sysadmin, secadmin = administrators
    user = services.create_user(username="newclerk", name="示例经办", email="k@mail.example", by=sysadmin)

    grant = services.grant_role(user=user, organisation=office, role=Role.BUREAU_CLERK, by=sysadmin)
    assert grant.state == MembershipState.PROPOSED
    assert deadlines.current(grant).holder_role == Role.SECADMIN
    assert not user.holds(Role.BUREAU_CLERK)

    services.approve_grant(membership=grant, by=secadmin)
    user.refresh_from_db()
    assert user.holds(Role.BUREAU_CLERK)
    assert Letter.objects.get().recipient == user
    assert [event.to_state for event in audit.history(grant)] == ["proposed", "active"]


def test_grant_role_refused_with_every_reason(administrators, office):
    sysadmin, _ = administrators
    auditor = person(Role.AUDITOR, organisation=office)
    auditor.is_active = False
    auditor.save(update_fields=["is_active"])
    waiting = OrganisationFactory(pending=True)
    before = traces()

    with pytest.raises(Conflict) as refusal:
        services.grant_role(user=auditor, organisation=waiting, role=Role.BUREAU_CLERK, by=sysadmin)
    assert reasons(refusal) == ["role", "organisation", "user", "role"]
    with pytest.raises(Conflict, match="已有或正在申请"):
        services.grant_role(user=auditor, organisation=office, role=Role.AUDITOR, by=sysadmin)
    assert traces() == before


def test_nobody_approves_what_they_proposed_or_receive(administrators, office):
    sysadmin, secadmin = administrators
    user = UserFactory()
    grant = services.grant_role(user=user, organisation=office, role=Role.BUREAU_CLERK, by=sysadmin)
    before = traces()

    for by in (sysadmin, user):
        with pytest.raises(SamePerson):
            services.approve_grant(membership=grant, by=by)
    assert traces() == before
    services.refuse_grant(membership=grant, reason="岗位不符", by=secadmin)
    assert (grant.state, grant.ended_by) == (MembershipState.REFUSED, secadmin)


def test_create_organisation(administrators):
    sysadmin, _ = administrators

    created = services.create_organisation(kind="agency", name="示例评审中心", by=sysadmin)

    assert (created.state, created.confirmed_by) == (OrganisationState.CONFIRMED, sysadmin)
    assert audit.history(created).get().to_state == "confirmed"
    before = traces()
    with pytest.raises(Conflict) as refusal:
        services.create_organisation(kind="enterprise", name="示例评审中心", by=sysadmin)
    assert reasons(refusal) == ["uscc", "name"]
    assert traces() == before


def test_deactivate_and_reactivate(administrators):
    sysadmin, _ = administrators
    user = person(Role.BUREAU_CLERK)

    services.deactivate_user(user=user, reason="调离", by=sysadmin)
    assert (user.is_active, user.holds(Role.BUREAU_CLERK)) == (False, False)
    with pytest.raises(IllegalMove):
        services.deactivate_user(user=user, reason="调离", by=sysadmin)

    services.reactivate_user(user=user, reason="返回", by=sysadmin)
    assert user.holds(Role.BUREAU_CLERK)
    with pytest.raises(SamePerson):
        services.deactivate_user(user=sysadmin, reason="误", by=sysadmin)
    with pytest.raises(IllegalMove):
        services.reactivate_user(user=system_user(), reason="误", by=sysadmin)
    assert [event.verb for event in audit.history(user)] == [
        "accounts.user.deactivate",
        "accounts.user.reactivate",
    ]


def test_update_profile_records_fields_without_content():
    user = UserFactory()

    services.update_profile(user=user, name=user.name, email=user.email, mobile="13911112222", by=user)

    user.refresh_from_db()
    assert user.mobile == "13911112222"
    assert audit.history(user).get().data == {"fields": ["mobile"]}
    services.update_profile(user=user, name=user.name, email=user.email, mobile=user.mobile, by=user)
    assert audit.history(user).count() == 1


def test_change_password_by_another_must_be_changed_again():
    user, other = UserFactory(), person(Role.SYSADMIN)

    services.change_password(user=user, password="Given-by-other-1", by=other)
    assert (user.must_change_password, user.password_changed_by) == (True, other)

    services.change_password(user=user, password="Chosen-myself-1", by=user)
    assert (user.must_change_password, user.password_changed_by) == (False, user)


def test_ask_password_reset_writes_to_each_account_once():
    one, other = UserFactory(email="shared@mail.example"), UserFactory(email="Shared@mail.example")
    UserFactory(email="shared@mail.example", is_active=False)
    invited = UserFactory(email="shared@mail.example")
    invited.set_unusable_password()
    invited.save(update_fields=["password"])

    letters = services.ask_password_reset(email="SHARED@mail.example")

    assert [(letter.recipient, letter.kind) for letter in letters] == [
        (one, LetterKind.PASSWORD_RESET),
        (other, LetterKind.PASSWORD_RESET),
        (invited, LetterKind.INVITATION),
    ]
    assert [letter.kind for letter in services.ask_password_reset(email="shared@mail.example")] == [
        LetterKind.INVITATION
    ]
    assert services.ask_password_reset(email="nobody@mail.example") == []
    assert services.ask_password_reset(email="") == []


def test_finish_password_reset_ends_other_sessions():
    user, browser = UserFactory(), Client()
    browser.force_login(user)
    assert browser.get(reverse("accounts:account")).status_code == 200

    services.finish_password_reset(user=user, password="Chosen-myself-1")

    assert browser.get(reverse("accounts:account")).status_code == 302
    user.is_active = False
    user.save(update_fields=["is_active"])
    with pytest.raises(Conflict, match="已停用"):
        services.finish_password_reset(user=user, password="Chosen-myself-2")


def test_found_administration_once():
    people = {
        "sysadmin": {"username": "chief", "name": "甲", "email": "a@mail.example", "password": PASSWORD},
        "secadmin": {"username": "guard", "name": "乙", "email": "b@mail.example", "password": PASSWORD},
    }

    sysadmin, secadmin = services.found_administration(bureau="示例市科技局", **people)

    assert (sysadmin.roles, secadmin.roles) == ((Role.SYSADMIN,), (Role.SECADMIN,))
    assert sysadmin.memberships.get().approved_by == secadmin
    before = traces()
    with pytest.raises(Conflict, match="已经设立"):
        services.found_administration(bureau="另一局", **people)
    assert traces() == before
