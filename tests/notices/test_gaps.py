"""The clock at its corners, and a timetable that stood still: the days of each reminder, worked out by hand."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.roles import Role
from notices import services
from notices.models import Notice
from records import clock
from tests.factories.accounts import person
from tests.factories.records import DayOverrideFactory, DeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
CITY = ZoneInfo("Asia/Shanghai")
NEW_YEAR = [date(2027, 1, 1)]

# Due day, holidays that are published, and on which day each offset is told where the timetable runs every day.
CORNERS = {
    "over the year's end": (
        "2027-01-04",
        NEW_YEAR,
        {5: "2026-12-25", 2: "2026-12-30", 0: "2027-01-04", -1: "2027-01-05"},
    ),
    "into a year not published yet, of which 1 January is known": (
        "2027-01-04",
        [],
        {5: "2026-12-25", 2: "2026-12-30", 0: "2027-01-04", -1: "2027-01-05"},
    ),
    "over an October not published yet, of which three days are known": (
        "2027-10-06",
        [],
        {5: "2027-09-28", 2: "2027-10-04", 0: "2027-10-06", -1: "2027-10-07"},
    ),
    "over an October that is published": (
        "2027-10-08",
        [date(2027, 10, day) for day in range(1, 8)],
        {5: "2027-09-24", 2: "2027-09-29", 0: "2027-10-08", -1: "2027-10-11"},
    ),
    "on 29 February": (
        "2028-02-29",
        [],
        {5: "2028-02-22", 2: "2028-02-25", 0: "2028-02-29", -1: "2028-03-01"},
    ),
    "the day after 29 February": (
        "2028-03-01",
        [],
        {5: "2028-02-23", 2: "2028-02-28", 0: "2028-03-01", -1: "2028-03-02"},
    ),
    "on 28 February of a common year": (
        "2027-02-26",
        [],
        {5: "2027-02-19", 2: "2027-02-24", 0: "2027-02-26", -1: "2027-03-01"},
    ),
}


@pytest.fixture
def clerk():
    return person(Role.BUREAU_CLERK)


def lives_through(due: date, *, without: range = range(0)) -> None:
    """Every hour's sweep from before the first reminder until after the last, but not on days ``without``."""
    for n in range(-15, 8):
        if n not in without:
            with clock.at(
                datetime.combine(due + timedelta(days=n), datetime.min.time(), CITY) + timedelta(hours=9)
            ):
                services.remind_due(on=clock.today())
                services.remind_due(on=clock.today())


def told() -> dict[int, str]:
    """Each offset with the day on which it was told; an offset twice would be one row too many."""
    rows = [
        (notice.offset, str(notice.created_at.astimezone(CITY).date()))
        for notice in Notice.objects.order_by("pk")
    ]
    assert len(dict(rows)) == len(rows)
    return dict(rows)


@pytest.mark.parametrize("corner", CORNERS)
def test_each_reminder_comes_on_its_day_once(clerk, corner):
    due, holidays, expected = CORNERS[corner]
    for day in holidays:
        DayOverrideFactory(day=day)
    deadline = DeadlineFactory(opened_at=datetime(2026, 11, 2, 9, tzinfo=CITY), due_on=due)

    lives_through(date.fromisoformat(due))

    assert told() == expected
    assert set(Notice.objects.values_list("recipient", "deadline")) == {(clerk.pk, deadline.pk)}


@pytest.mark.parametrize("corner", CORNERS)
def test_after_three_days_without_a_timetable_the_latest_alone_is_told(clerk, corner):
    due, holidays, expected = CORNERS[corner]
    for day in holidays:
        DayOverrideFactory(day=day)
    DeadlineFactory(opened_at=datetime(2026, 11, 2, 9, tzinfo=CITY), due_on=due)
    day, missed = date.fromisoformat(due), date.fromisoformat(expected[2])

    lives_through(day, without=range((missed - day).days, 0))

    assert told() == {offset: when for offset, when in expected.items() if offset != 2}


def test_three_days_without_a_timetable_cost_everybody_one_mail(clerk):
    """Of nine things that fell due meanwhile there is one message each in the portal, and one mail for all."""
    other = person(Role.BUREAU_CLERK)
    days = (24, 24, 24, 25, 25, 25, 26, 26, 26)
    for day in days:
        DeadlineFactory(opened_at=datetime(2026, 11, 2, 9, tzinfo=CITY), due_on=date(2026, 11, day))

    with clock.at(datetime(2026, 11, 26, 9, tzinfo=CITY)):
        services.remind_due(on=clock.today())
        sent = services.deliver_pending()
        again = services.remind_due(on=clock.today())

    assert (Notice.objects.count(), sent, again) == (18, 18, 0)
    assert sorted(message.to[0] for message in mail.outbox) == sorted([clerk.email, other.email])
    assert all(message.subject.startswith("【产研院平台】已逾期：") for message in mail.outbox)
    assert all(message.subject.endswith("，另有 8 条消息") for message in mail.outbox)
