"""A unit with nobody to fill in forms: what its filler would have to do falls to its administrator, everywhere."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.roles import FALLS_TO, Role
from accounts.selectors import held_by, people_holding
from notices import services
from notices.models import Notice
from records.desk import all_desks
from records.models import Deadline
from tests.factories.accounts import MembershipFactory, OrganisationFactory, person
from tests.factories.notices import publish_rules
from tests.factories.records import DeadlineFactory

pytestmark = pytest.mark.django_db
OPENED = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
DUE, LATE, ESCALATED = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 25)


@pytest.fixture
def unit():
    publish_rules()
    return OrganisationFactory()


@pytest.fixture
def admin(unit):
    return person(Role.ENT_ADMIN, organisation=unit)


@pytest.fixture
def deadline(unit):
    return DeadlineFactory(
        subject=unit, holder_role=Role.ENT_FILLER, host=unit, opened_at=OPENED, due_on=DUE, label="自评报告"
    )


def nobody(unit):
    return None


def switched_off(unit):
    return person(Role.ENT_FILLER, organisation=unit, is_active=False)


def gone(unit):
    filler = person(Role.ENT_FILLER, organisation=unit)
    filler.memberships.update(until="2026-11-01")


def of_another_unit(unit):
    return person(Role.ENT_FILLER)


@pytest.mark.parametrize("vacant", [nobody, switched_off, gone, of_another_unit])
def test_without_a_filler_the_administrator_holds_it(unit, admin, deadline, vacant):
    vacant(unit)

    told = {day: services.remind_due(on=day) for day in (DUE, LATE, ESCALATED)}

    assert told == {DUE: 1, LATE: 1, ESCALATED: 0}, (
        "whoever has to act is not told of being late as a superior"
    )
    assert {notice.recipient for notice in Notice.objects.all()} == {admin}
    assert list(people_holding(deadline)) == [admin]
    assert list(held_by(admin, Deadline.objects.open())) == [deadline]


def test_with_a_filler_the_administrator_is_told_as_the_superior_alone(unit, admin, deadline):
    filler = person(Role.ENT_FILLER, organisation=unit)

    for day in (DUE, LATE, ESCALATED):
        services.remind_due(on=day)

    told = [(notice.recipient, notice.offset) for notice in Notice.objects.order_by("pk")]
    assert told == [(filler, 0), (filler, -1), (admin, -3)]
    assert list(people_holding(deadline)) == [filler]
    assert not held_by(admin, Deadline.objects.open()).exists()


def test_who_is_both_is_told_once(unit, admin, deadline):
    MembershipFactory(user=admin, role=Role.ENT_FILLER, organisation=unit)

    assert [services.remind_due(on=day) for day in (DUE, ESCALATED)] == [1, 1]
    assert list(held_by(admin, Deadline.objects.open())) == [deadline]


def test_to_whom_it_falls_may_do_it():
    """Whoever the work falls to finds the button: each move of the first role is open to the second as well."""
    for vacant, instead in FALLS_TO.items():
        for desk in all_desks():
            closed = [
                action
                for action, grant in desk.who.items()
                if vacant in grant.all_roles and instead not in grant.all_roles
            ]
            assert not closed, f"{desk.name}: {instead} must not {closed}"
