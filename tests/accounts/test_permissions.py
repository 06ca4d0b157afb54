"""Every role against every reach; the tables of the room, said a second time."""

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.lifecycle import MEMBERSHIP, REGISTRATION
from accounts.permissions import WHO_JOB, WHO_MEMBERSHIP, WHO_REGISTRATION, by, may, whoever
from accounts.roles import ROLES, Reach, Role
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory, person
from tests.factories.records import JobFactory

pytestmark = pytest.mark.django_db
GRANTABLE = [role for role in Role if role != Role.SYSTEM]
WHO = {
    ("registration", "confirm"): {Role.COUNTY_STAFF},
    ("registration", "refuse"): {Role.COUNTY_STAFF},
    ("registration", "resubmit"): set(),
    ("membership", "approve"): {Role.SECADMIN},
    ("membership", "refuse"): {Role.SECADMIN},
    ("membership", "end"): {Role.ENT_ADMIN, Role.SYSADMIN},
    ("job", "start"): {Role.SYSTEM},
    ("job", "finish"): {Role.SYSTEM},
    ("job", "fail"): {Role.SYSTEM},
    ("job", "resume"): {Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.SYSADMIN},
    ("job", "cancel"): {Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.SYSADMIN},
}
TABLES = {"registration": WHO_REGISTRATION, "membership": WHO_MEMBERSHIP, "job": WHO_JOB}


@dataclass
class Case:
    host_id: int | None
    division_id: int | None
    expert_id: int | None = None


def yes(user, subject):
    return True


@pytest.mark.parametrize("role", GRANTABLE)
def test_reach_of_each_role(role):
    user = person(role)
    home = user.organisations[0]
    reach = ROLES[role].reach
    cases = {
        "own": Case(home.pk, None),
        "own division": Case(None, home.division_id) if home.division_id else Case(-1, -1),
        "elsewhere": Case(-1, -1),
        "nobody's": Case(None, None),
    }
    expected = {
        Reach.OWN: {"own"},
        Reach.DIVISION: {"own division"},
        Reach.CITY: set(cases),
        Reach.ASSIGNED: set(cases),  # only through what “also” says, which here says yes
    }[reach]

    assert {name for name, case in cases.items() if by(role, also=yes)(user, case)} == expected


@pytest.mark.parametrize("role", GRANTABLE)
def test_other_roles_are_no_grant(role):
    other = Role.BUREAU_CLERK if role != Role.BUREAU_CLERK else Role.FINANCE

    assert not by(other)(person(role), Case(None, None))


def test_assigned_roles_need_to_say_what_is_assigned():
    with pytest.raises(ValueError, match="only what is assigned"):
        by(Role.EXPERT)


def test_also_narrows_and_grants_add_up():
    expert, clerk = person(Role.EXPERT), person(Role.BUREAU_CLERK)
    grant = by(Role.EXPERT, also=lambda user, case: case.expert_id == user.pk) | by(Role.BUREAU_CLERK)

    assert grant(expert, Case(None, None, expert.pk))
    assert not grant(expert, Case(None, None, clerk.pk))
    assert grant(clerk, Case(None, None, None))
    assert grant.all_roles == (Role.EXPERT, Role.BUREAU_CLERK)
    assert grant.held_by(expert)
    assert not grant.held_by(UserFactory())


def test_system_and_strangers():
    system = person(Role.SYSTEM)

    assert by(Role.SYSTEM)(system, Case(None, None))
    assert not by(Role.BUREAU_CLERK)(system, Case(None, None))
    assert not by(Role.SYSTEM)(person(Role.SYSADMIN), Case(None, None))
    assert not by(Role.BUREAU_CLERK)(AnonymousUser(), Case(None, None))
    assert not whoever(yes)(AnonymousUser(), Case(None, None))
    assert not may(AnonymousUser(), "accounts.manage_users")


def test_every_move_has_someone_who_may_take_it():
    assert set(WHO_REGISTRATION) == set(REGISTRATION.moves)
    assert set(WHO_MEMBERSHIP) == set(MEMBERSHIP.moves)


@pytest.mark.parametrize("role", GRANTABLE)
@pytest.mark.parametrize(("table", "action"), WHO)
def test_who_may_take_which_move(table, action, role):
    organisation = OrganisationFactory(pending=table == "registration")
    subject = {
        "registration": lambda: organisation,
        "membership": lambda: MembershipFactory(organisation=organisation),
        "job": JobFactory,
    }[table]()
    user = (
        person(role, organisation=OrganisationFactory())
        if role in (Role.ENT_ADMIN, Role.ENT_FILLER)
        else None
    )
    if table == "membership" and user:
        user = person(role, organisation=organisation)
    user = user or person(role)

    assert TABLES[table][action](user, subject) is (role in WHO[table, action])


def test_county_staff_of_another_county_and_offices_are_out_of_reach():
    pending, office = OrganisationFactory(pending=True), OrganisationFactory(kind="county_finance")

    assert not WHO_REGISTRATION["confirm"](person(Role.COUNTY_STAFF, division="130104"), pending)
    assert not WHO_REGISTRATION["confirm"](person(Role.COUNTY_STAFF), office)


def test_the_registrant_alone_resubmits():
    refused = OrganisationFactory(refused=True)

    assert WHO_REGISTRATION["resubmit"](refused.applied_by, refused)
    assert not WHO_REGISTRATION["resubmit"](UserFactory(), refused)


@pytest.mark.parametrize("action", WHO_MEMBERSHIP)
def test_nobody_decides_on_their_own_role(action):
    for role in (Role.SECADMIN, Role.SYSADMIN, Role.ENT_ADMIN):
        user = person(role)
        assert not WHO_MEMBERSHIP[action](user, user.memberships.get())
