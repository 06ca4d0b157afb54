"""Working days of 2026 as published, and beyond."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command

from records import calendar
from records.models import DayOverride
from tests.factories.records import DayOverrideFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    call_command("load_day_overrides")
    calendar.forget()


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
    ],
)
def test_days_of_2026(day, working):
    assert calendar.is_working_day(day) is working
    assert calendar.is_provisional(day) is False


@pytest.mark.usefixtures("published")
def test_past_the_published_years_the_count_goes_on_provisionally():
    assert calendar.is_provisional(date(2027, 3, 1)) is True
    assert calendar.is_working_day(date(2027, 1, 1)) is False
    assert calendar.is_working_day(date(2027, 3, 1)) is True
    assert calendar.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2024, 11, 13), 5, date(2024, 11, 19)),
        (date(2023, 9, 7), 5, date(2023, 9, 13)),
        (date(2026, 9, 29), 5, date(2026, 10, 10)),
        (date(2026, 11, 21), 5, date(2026, 11, 27)),
    ],
    ids=["real-notice-2024", "real-notice-2023", "over-the-national-day", "posted-on-a-saturday"],
)
def test_a_public_period_counts_its_first_day(start, days, last):
    assert calendar.last_day_counting_first(start, days) == last


@pytest.mark.usefixtures("published")
def test_between_is_the_inverse_of_add():
    start = date(2026, 9, 15)
    for days in range(30):
        assert calendar.working_days_between(start, calendar.add_working_days(start, days)) == days
    assert calendar.working_days_between(date(2026, 11, 23), date(2026, 11, 19)) == -2


@pytest.mark.parametrize(
    ("on", "due_on", "left"),
    [
        ("2026-11-26", "2026-11-27", 1),
        ("2026-11-27", "2026-11-27", 0),
        ("2026-11-28", "2026-11-27", -1),  # a Saturday: less than a working day late, and late all the same
        ("2026-11-30", "2026-11-27", -1),
        ("2026-12-01", "2026-11-27", -2),
        ("2026-11-28", "2026-11-30", 1),
        ("2026-11-27", "2026-11-28", 1),  # a Saturday's publicity is not over on Friday
    ],
)
def test_nothing_is_left_on_the_due_day_alone(on, due_on, left):
    assert calendar.working_days_left(date.fromisoformat(on), date.fromisoformat(due_on)) == left


@pytest.mark.usefixtures("published")
def test_loading_again_keeps_what_an_official_edited():
    DayOverride.objects.filter(day=date(2026, 10, 10)).update(is_working=False, source="市政府通知")

    call_command("load_day_overrides")

    assert DayOverride.objects.get(day=date(2026, 10, 10)).source == "市政府通知"


@pytest.mark.usefixtures("published")
def test_where_a_loaded_day_comes_from_is_said_in_words():
    loaded = DayOverride.objects.first().source
    DayOverride.objects.update(source="chinesecalendar 1.11.0")

    import_module("records.migrations.0004_source_of_days").say(apps, None)

    assert loaded.startswith("国务院办公厅放假安排（程序库 chinesecalendar ")
    words = "国务院办公厅放假安排（程序库 chinesecalendar 1.11.0 收录）"
    assert set(DayOverride.objects.values_list("source", flat=True)) == {words}


def test_an_edit_counts_at_once():
    assert calendar.is_working_day(date(2026, 11, 24)) is True
    calendar.set_days([(date(2026, 11, 24), False, "临时放假", "示例通知")])
    assert calendar.is_working_day(date(2026, 11, 24)) is False


def test_set_days_tells_how_many_changed():
    row = DayOverrideFactory()
    day = date.fromisoformat(row.day)
    same = (day, row.is_working, row.name, row.source)

    assert calendar.set_days([same]) == 0
    assert calendar.set_days([(day, True, "改为上班", row.source)]) == 1
