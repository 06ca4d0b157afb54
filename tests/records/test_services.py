from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from records import audit, calendar, deadlines
from records.errors import Conflict
from records.models import CalendarChange, DayOverride, Deadline
from records.services import DayEntry, change_days, preview_days
from tests.factories.accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2027, 2, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
HOLIDAY = DayEntry(date(2027, 2, 3), False, "示例假日")


def change(*days, by=None):
    return change_days(days=days, source="示例通知", by=by or UserFactory())


def held(working_days=5):
    return deadlines.open_for(
        OrganisationFactory(), label="待办理", role="tax", at=MONDAY, working_days=working_days
    )


def moves(made):
    return list(made.moves.values_list("due_from", "due_to"))


def test_a_holiday_moves_what_was_counted_provisionally_and_both_days_are_kept():
    deadline, by = held(), UserFactory()

    made = change(HOLIDAY, by=by)

    deadline.refresh_from_db()
    line = audit.history(made).get()
    assert (deadline.due_on, deadline.provisional) == (date(2027, 2, 9), False)
    assert moves(made) == [(date(2027, 2, 8), date(2027, 2, 9))]
    assert made.days == [{"day": "2027-02-03", "is": "off", "was": "", "name": "示例假日"}]
    assert (line.verb, line.actor, line.data["moved"]) == ("records.calendarchange.make", by, 1)


def test_a_year_is_entered_at_once_and_each_deadline_moves_once():
    held(), held(40)
    days = [DayEntry(date(2027, 2, day), False, "示例假日") for day in (3, 4)]

    made = change(*days, DayEntry(date(2027, 2, 6), True, "示例假日调休上班"))

    assert DayOverride.objects.count() == 3
    assert moves(made) == [
        (date(2027, 2, 8), date(2027, 2, 9)),
        (date(2027, 3, 29), date(2027, 3, 30)),
    ]


def test_what_would_follow_is_said_and_nothing_is_stored():
    deadline = held()

    preview = preview_days(days=[HOLIDAY])

    assert [(row.pk, former, row.due_on) for row, former in preview.moved] == [
        (deadline.pk, date(2027, 2, 8), date(2027, 2, 9))
    ]
    assert [(one.was_says, one.entry.says) for one in preview.effects] == [("按星期计算", "放假")]
    assert Deadline.objects.get().due_on == date(2027, 2, 8)
    assert not DayOverride.objects.exists()
    assert not CalendarChange.objects.exists()


def test_the_last_day_of_a_year_that_is_taken_back_leaves_it_unpublished():
    change(HOLIDAY)

    assert preview_days(days=[DayEntry(HOLIDAY.day, None)]).provisional == {2027}


def test_a_day_that_is_what_its_weekday_says_is_no_exception_and_every_such_day_is_named():
    with pytest.raises(Conflict) as refusal:
        change(DayEntry(date(2027, 2, 3), True, "x"), DayEntry(date(2027, 2, 6), False, "x"))

    assert [str(reason) for reason in refusal.value.reasons] == [
        "2027-02-03 本来就是工作日，不需要登记。",
        "2027-02-06 本来就是休息日，不需要登记。",
    ]
    assert not DayOverride.objects.exists()


def test_what_stands_already_is_not_entered_again():
    change(HOLIDAY)

    with pytest.raises(Conflict, match="没有变化"):
        change(HOLIDAY)
    with pytest.raises(Conflict, match="没有变化"):
        change(DayEntry(date(2027, 3, 3), None))
    assert CalendarChange.objects.count() == 1


def test_an_exception_that_is_taken_back_counts_no_more():
    change(HOLIDAY)
    assert calendar.is_working_day(HOLIDAY.day) is False
    held()

    made = change(DayEntry(HOLIDAY.day, None))

    assert calendar.is_working_day(HOLIDAY.day) is True
    assert moves(made) == [(date(2027, 2, 9), date(2027, 2, 8))]
    assert made.days == [{"day": "2027-02-03", "is": "", "was": "off", "name": ""}]
    assert not DayOverride.objects.exists()
