"""Who sees what, each time with a row that could leak."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts import selectors
from accounts.models import Organisation
from accounts.roles import Role
from records import clock, deadlines
from records.models import Deadline
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory, person
from tests.factories.records import DeadlineFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    """One unit here, one in another county."""
    return OrganisationFactory(), OrganisationFactory(division__code="130104")


def reached(user, *roles, **columns):
    rows = Organisation.objects.units()
    return set(selectors.within_reach(user, rows, roles=roles, host="pk", **columns))


def test_within_reach(units):
    here, elsewhere = units
    own = person(Role.ENT_ADMIN, organisation=here)

    assert reached(own, Role.ENT_ADMIN) == {here}
    assert reached(own, Role.COUNTY_STAFF) == set()
    assert reached(person(Role.COUNTY_STAFF), Role.COUNTY_STAFF) == {here}
    assert reached(person(Role.COUNTY_STAFF), Role.COUNTY_LEAD) == set()
    assert reached(person(Role.BUREAU_CLERK), Role.BUREAU_CLERK, Role.COUNTY_STAFF) == {here, elsewhere}
    assert reached(person(Role.BUREAU_CLERK)) == set()
    assert reached(person(Role.AGENCY), Role.AGENCY) == set()
    assert reached(person(Role.AGENCY), Role.AGENCY, assigned=Q(pk=elsewhere.pk)) == {elsewhere}
    assert reached(person(Role.COUNTY_STAFF), Role.COUNTY_STAFF, assigned=Q(pk=elsewhere.pk)) == {here}
    assert reached(AnonymousUser(), *Role) == set()
    assert reached(UserFactory(), *Role) == set()


def test_people_in(units):
    here, elsewhere = units
    admin, other = (person(Role.ENT_ADMIN, organisation=unit) for unit in units)
    staff, _other_staff = person(Role.COUNTY_STAFF), person(Role.COUNTY_STAFF, division="130104")
    clerk, _gone = person(Role.BUREAU_CLERK), person(Role.BUREAU_CLERK, is_active=False)
    person(Role.EXPERT)

    def people(role, unit=None):
        ids = {"host_id": unit.pk, "division_id": unit.division_id} if unit else {}
        return list(selectors.people_in(role, **ids))

    assert people(Role.ENT_ADMIN, here) == [admin]
    assert people(Role.ENT_ADMIN, elsewhere) == [other]
    assert people(Role.ENT_ADMIN) == []
    assert people(Role.ENT_FILLER, here) == []
    assert people(Role.COUNTY_STAFF, here) == [staff]
    assert people(Role.COUNTY_STAFF) == []
    assert people(Role.BUREAU_CLERK, here) == [clerk]
    assert people(Role.EXPERT, here) == []


def test_people_of_several_roles_come_each_once_with_one_question(units, django_assert_num_queries):
    here, _elsewhere = units
    admin, staff, clerk = (
        person(Role.ENT_ADMIN, organisation=here),
        person(Role.COUNTY_STAFF),
        person(Role.BUREAU_CLERK),
    )
    MembershipFactory(user=clerk, organisation=clerk.organisations[0], role=Role.BUREAU_APPROVER)
    person(Role.COUNTY_STAFF, division="130104")
    roles = (Role.ENT_ADMIN, Role.COUNTY_STAFF, Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.EXPERT)

    with django_assert_num_queries(1):
        found = list(selectors.people_in_any(roles, host_id=here.pk, division_id=here.division_id))

    assert sorted(one.pk for one in found) == sorted([admin.pk, staff.pk, clerk.pk])
    assert list(selectors.people_in_any(roles[:2])) == []
    assert list(selectors.people_in_any([])) == []


def test_held_by(units):
    here, elsewhere = units
    for unit in units:
        for role in (Role.ENT_ADMIN, Role.COUNTY_STAFF, Role.BUREAU_CLERK):
            deadlines.open_for(unit, label="示例", role=role, kind=role)
    named = UserFactory()
    Deadline.objects.filter(subject_id=elsewhere.pk, kind=Role.ENT_ADMIN).update(holder_user=named)

    def held(user):
        rows = selectors.held_by(user, Deadline.objects.open())
        return {(row.subject_id, row.kind) for row in rows}

    assert held(person(Role.ENT_ADMIN, organisation=here)) == {(here.pk, Role.ENT_ADMIN)}
    assert held(person(Role.ENT_ADMIN, organisation=elsewhere)) == set()
    assert held(named) == {(elsewhere.pk, Role.ENT_ADMIN)}
    assert held(person(Role.COUNTY_STAFF)) == {(here.pk, Role.COUNTY_STAFF)}
    assert held(person(Role.BUREAU_CLERK)) == {(unit.pk, Role.BUREAU_CLERK) for unit in units}
    assert held(person(Role.EXPERT)) == set()


def test_organisations_visible_to(units):
    here, elsewhere = units
    admin = person(Role.ENT_ADMIN, organisation=here)

    def visible(user):
        return set(selectors.organisations_visible_to(user).units())

    assert visible(admin) == {here}
    assert visible(person(Role.COUNTY_LEAD)) == {here}
    assert visible(person(Role.FINANCE)) == {here, elsewhere}
    assert visible(person(Role.EXPERT)) == set()


def test_registrations_visible_to():
    here, elsewhere = (
        OrganisationFactory(pending=True),
        OrganisationFactory(pending=True, division__code="130104"),
    )
    OrganisationFactory()  # entered by the administrator, never applied

    assert set(selectors.registrations_visible_to(here.applied_by)) == {here}
    assert set(selectors.registrations_visible_to(person(Role.COUNTY_STAFF))) == {here}
    assert set(selectors.registrations_to_confirm(here.applied_by)) == set()
    assert set(selectors.registrations_to_confirm(person(Role.COUNTY_LEAD))) == set()
    assert selectors.registration_of(elsewhere.applied_by) == elsewhere
    assert selectors.registration_of(UserFactory()) is None


def test_memberships_and_users_visible_to():
    mine = MembershipFactory(role=Role.ENT_FILLER)
    other = MembershipFactory(role=Role.ENT_FILLER)
    admin = person(Role.ENT_ADMIN, organisation=mine.organisation)

    def visible(user):
        return set(selectors.memberships_visible_to(user).filter(role=Role.ENT_FILLER))

    assert visible(admin) == {mine}
    assert visible(mine.user) == set()
    assert visible(person(Role.SYSADMIN)) == visible(person(Role.SECADMIN)) == {mine, other}
    assert list(selectors.users_visible_to(admin)) == [admin]
    assert not selectors.users_visible_to(person(Role.SYSADMIN)).filter(username="system").exists()


def test_grants_that_wait_come_first():
    waiting = MembershipFactory(role=Role.BUREAU_CLERK, state="proposed")
    done = MembershipFactory(role=Role.BUREAU_CLERK)
    secadmin = person(Role.SECADMIN)

    assert list(selectors.grants_to_look_at(secadmin).filter(role=Role.BUREAU_CLERK)) == [waiting, done]
    assert list(selectors.grants_to_look_at(waiting.user)) == []


def test_registrations_that_wait_come_first_oldest_on_top():
    refused = OrganisationFactory(refused=True, applied_at="2026-01-01T00:00Z")
    later = OrganisationFactory(pending=True, applied_at="2026-01-03T00:00Z")
    earlier = OrganisationFactory(pending=True, applied_at="2026-01-02T00:00Z")

    assert list(selectors.registrations_to_confirm(person(Role.COUNTY_STAFF))) == [earlier, later, refused]


def test_registered_under_and_as():
    taken, refused = OrganisationFactory(), OrganisationFactory(refused=True)

    assert selectors.registered_under(taken.uscc) == taken
    assert selectors.registered_under(taken.uscc, besides=taken.pk) is None
    assert selectors.registered_under(refused.uscc) is None
    assert selectors.registered_under("") is None
    assert selectors.registered_as(taken.name) == taken


def test_units_and_divisions_to_choose_from(units):
    OrganisationFactory(pending=True)
    OrganisationFactory(kind="bureau")

    assert set(selectors.units()) == set(units)
    assert selectors.recommending_divisions().count() == 23


def test_case_of_counts_the_working_days_left():
    unit = OrganisationFactory()
    assert selectors.case_of(unit) == {"history": [], "deadline": None, "holder": "", "days_left": None}

    deadline = deadlines.open_for(unit, label="示例", role=Role.COUNTY_STAFF, working_days=5)

    assert selectors.case_of(unit)["days_left"] == 5
    assert selectors.case_of(unit, on=deadline.due_on + timedelta(days=10))["days_left"] < 0
    assert deadline.due_on > clock.today()


def test_the_people_who_hold_a_deadline():
    unit = OrganisationFactory()
    mine = person(Role.ENT_ADMIN, organisation=unit)
    person(Role.ENT_ADMIN, organisation=OrganisationFactory())
    expert = person(Role.EXPERT)
    of_role = DeadlineFactory(holder_role=Role.ENT_ADMIN, host=unit)
    of_person = DeadlineFactory(holder_role=Role.EXPERT, holder_user=expert)

    assert list(selectors.people_holding(of_role)) == [mine]
    assert list(selectors.people_holding(of_person)) == [expert]
