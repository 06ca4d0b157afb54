"""Whoever holds what moved with the working days is told once, of all of it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.roles import Role
from notices import services
from notices.models import Delivery, Notice
from records import clock, deadlines
from records.services import DayEntry
from tests.factories.accounts import OrganisationFactory, UserFactory, person

pytestmark = pytest.mark.django_db
MONDAY = datetime(2027, 2, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
HOLIDAY = DayEntry(date(2027, 2, 3), False, "示例假日")


@pytest.fixture(autouse=True)
def monday():
    with clock.at(MONDAY):
        yield


def held(role, working_days=5, **given):
    subject = OrganisationFactory(**given)
    return deadlines.open_for(subject, label="待办理", role=role, at=MONDAY, working_days=working_days)


def change(*days):
    return services.change_working_days(days=days, source="示例通知", by=UserFactory())


def test_each_holder_is_told_once_of_all_that_moved():
    clerk, county = person(Role.BUREAU_CLERK), person(Role.COUNTY_STAFF)
    for days in range(5, 12):
        held(Role.BUREAU_CLERK, days)
    held(Role.COUNTY_STAFF, name="示例单位", division=county.organisations[0].division)

    made = change(HOLIDAY)

    told = {notice.recipient: notice for notice in Notice.objects.all()}
    assert set(told) == {clerk, county}
    assert told[clerk].title == "工作日历调整，您有 7 项期限改期"
    assert told[clerk].body.count("由2027年2月") == 5
    assert "其余 2 项见期限日历。" in told[clerk].body
    assert "“示例单位”的“待办理”：由2027年2月8日改为2027年2月9日。" in told[county].body
    assert (told[county].subject_id, told[county].link) == (made.pk, "/calendar/")
    assert Delivery.objects.count() == 2


def test_nobody_is_told_where_nothing_moves():
    person(Role.BUREAU_CLERK)
    held(Role.BUREAU_CLERK, working_days=1)

    change(HOLIDAY)

    assert not Notice.objects.exists()


def test_a_second_change_is_told_anew():
    person(Role.BUREAU_CLERK)
    held(Role.BUREAU_CLERK)

    change(HOLIDAY)
    change(DayEntry(date(2027, 2, 4), False, "示例假日"))

    assert Notice.objects.count() == 2
