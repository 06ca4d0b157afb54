from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from records import audit, calendar, deadlines
from records.errors import Conflict
from records.models import DayOverride
from records.services import enter_day, remove_day
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2027, 2, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def enter(day, *, is_working=False, by=None):
    return enter_day(
        day=day, is_working=is_working, name="示例假日", source="示例通知", by=by or UserFactory()
    )


def test_a_holiday_moves_what_was_counted_provisionally():
    subject, by = OrganisationFactory(), UserFactory()
    deadlines.open_for(subject, label="待办理", role="tax", at=MONDAY, working_days=5)

    entered = enter(date(2027, 2, 3), by=by)

    line = audit.history(entered.day).get()
    assert [(row.due_on, former) for row, former in entered.moved] == [(date(2027, 2, 9), date(2027, 2, 8))]
    assert (line.verb, line.actor, line.data["moved"]) == ("records.day.enter", by, 1)


def test_a_day_that_is_what_its_weekday_says_is_no_exception():
    with pytest.raises(Conflict, match="本来就是工作日"):
        enter(date(2027, 2, 3), is_working=True)
    with pytest.raises(Conflict, match="本来就是休息日"):
        enter(date(2027, 2, 6))
    assert not DayOverride.objects.exists()


def test_an_exception_that_is_taken_back_counts_no_more():
    row, by = enter(date(2027, 2, 3)).day, UserFactory()
    assert calendar.is_working_day(date(2027, 2, 3)) is False
    deadlines.open_for(OrganisationFactory(), label="待办理", role="tax", at=MONDAY, working_days=5)

    moved = remove_day(row=row, by=by)

    line = audit.history(row).last()
    assert calendar.is_working_day(date(2027, 2, 3)) is True
    assert [(one.due_on, former) for one, former in moved] == [(date(2027, 2, 8), date(2027, 2, 9))]
    assert (line.verb, line.actor, line.data["moved"]) == ("records.day.remove", by, 1)
    assert not DayOverride.objects.exists()
