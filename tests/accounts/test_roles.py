"""The table of roles, said a second time, and the divisions."""

import pytest

from accounts import roles
from accounts.divisions import DIVISIONS
from accounts.enums import OrganisationKind as K
from accounts.models import Division, User
from accounts.reach import ReachSummary, reach_of
from accounts.roles import ROLES, Reach, Role
from tests.factories.accounts import MembershipFactory, OrganisationFactory, person

UNIT = {K.ENTERPRISE, K.UNIVERSITY, K.INSTITUTE}
TABLE = {
    Role.ENT_FILLER: (Reach.OWN, UNIT),
    Role.ENT_ADMIN: (Reach.OWN, UNIT),
    Role.COUNTY_STAFF: (Reach.DIVISION, {K.COUNTY_GOVERNMENT}),
    Role.COUNTY_LEAD: (Reach.DIVISION, {K.COUNTY_GOVERNMENT}),
    Role.COUNTY_FIN: (Reach.DIVISION, {K.COUNTY_FINANCE}),
    Role.BUREAU_CLERK: (Reach.CITY, {K.BUREAU}),
    Role.BUREAU_APPROVER: (Reach.CITY, {K.BUREAU}),
    Role.FINANCE: (Reach.CITY, {K.FINANCE}),
    Role.TAX: (Reach.CITY, {K.TAX}),
    Role.AGENCY: (Reach.ASSIGNED, {K.AGENCY}),
    Role.EXPERT: (Reach.ASSIGNED, {K.EXPERT_POOL}),
    Role.AUDITOR: (Reach.CITY, {K.BUREAU, K.FINANCE}),
    Role.SYSADMIN: (Reach.CITY, {K.BUREAU}),
    Role.SECADMIN: (Reach.CITY, {K.BUREAU}),
    Role.SYSTEM: (Reach.CITY, set()),
}
POWERS = {
    "accounts.manage_members": {Role.ENT_ADMIN},
    "accounts.confirm_organisation": {Role.COUNTY_STAFF},
    "accounts.manage_users": {Role.SYSADMIN},
    "notices.manage_outbox": {Role.SYSADMIN},
    "notices.manage_robots": {Role.SECADMIN, Role.ENT_ADMIN},
    "accounts.manage_organisations": {Role.SYSADMIN},
    "accounts.approve_grants": {Role.SECADMIN},
    "accounts.unlock_logins": {Role.SECADMIN},
    "portal.use_admin": {Role.SYSADMIN},
    "records.view_register": {Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR},
}


def test_table_of_roles():
    assert {role: (spec.reach, set(spec.kinds)) for role, spec in ROLES.items()} == TABLE


@pytest.mark.parametrize("power", POWERS)
def test_powers(power):
    assert {role for role in Role if power in ROLES[role].powers} == POWERS[power]


def test_administrators_and_auditors_hold_nothing_else():
    assert roles.apart(Role.SYSADMIN, [Role.BUREAU_CLERK, Role.SYSADMIN]) == [Role.BUREAU_CLERK]
    assert roles.apart(Role.BUREAU_CLERK, [Role.AUDITOR, Role.BUREAU_APPROVER]) == [Role.AUDITOR]
    assert roles.apart(Role.BUREAU_CLERK, [Role.BUREAU_APPROVER]) == []


@pytest.mark.django_db
def test_divisions_of_the_city():
    stored = Division.objects.values_list("code", "name", "kind", "active", "code_source", "direct_pay")

    assert list(stored) == [tuple(row) for row in DIVISIONS]
    assert len(DIVISIONS) == 24
    assert [row.name for row in DIVISIONS if not row.active] == ["辛集市"]
    assert {row.kind: sum(r.kind == row.kind for r in DIVISIONS) for row in DIVISIONS} == {
        "district": 8,
        "county": 11,
        "city": 3,
        "zone": 2,
    }


@pytest.mark.django_db
def test_system_user_cannot_sign_in():
    system = User.objects.get(username="system")

    assert (system.is_active, system.has_usable_password(), system.is_system) == (False, False, True)
    assert system.holds(Role.SYSTEM)
    assert not system.holds(Role.SYSADMIN)


@pytest.mark.django_db
def test_reach_adds_up_the_memberships():
    user = person(Role.COUNTY_STAFF)
    unit = MembershipFactory(user=user, role=Role.ENT_ADMIN).organisation
    user.refresh_from_db()
    county = user.memberships.get(role=Role.COUNTY_STAFF).organisation

    assert user.reach == ReachSummary(
        divisions=frozenset({county.division_id}), organisations=frozenset({unit.pk})
    )
    assert reach_of(user.memberships_active, Role.ENT_ADMIN).divisions == frozenset()
    assert user.roles == (Role.ENT_ADMIN, Role.COUNTY_STAFF)


@pytest.mark.django_db
def test_what_gives_no_powers():
    pending = MembershipFactory(role=Role.ENT_ADMIN, organisation__pending=True).user
    proposed = MembershipFactory(role=Role.BUREAU_CLERK, state="proposed").user
    over = MembershipFactory(role=Role.ENT_ADMIN, until="2022-02-01").user
    later = MembershipFactory(role=Role.ENT_ADMIN, since="2099-01-01").user
    shut = person(Role.ENT_ADMIN, is_active=False)

    assert [user.memberships_active for user in (pending, proposed, over, later, shut)] == [()] * 5


@pytest.mark.django_db
def test_memberships_are_read_once(django_assert_num_queries):
    user = person(Role.SYSADMIN, organisation=OrganisationFactory(kind="bureau"))

    with django_assert_num_queries(1):
        assert user.can("accounts.manage_users")
        assert user.holds(Role.SYSADMIN)
        assert user.is_staff
        assert user.has_perm("accounts.view_user")
        assert user.has_module_perms("accounts")
        assert str(user.organisations[0])
