from datetime import date, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from accounts.models import Organisation
from records import calendar, clock, deadlines
from records.models import Deadline
from tests.factories.accounts import OrganisationFactory
from tests.factories.records import AuditEventFactory, DeadlineFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def subject():
    return OrganisationFactory()


def open_(subject, **kwargs):
    return deadlines.open_for(subject, label="待办理", role="bureau_clerk", at=MONDAY, **kwargs)


def test_open_for_counts_working_days_from_the_next_day(subject):
    deadline = open_(subject, working_days=5)

    assert deadline.due_on == date(2026, 11, 30)
    assert (deadline.working_days, deadline.division_id, deadline.host_id) == (
        5,
        subject.division_id,
        subject.pk,
    )


def test_open_for_takes_a_day_as_it_is(subject):
    deadline = open_(subject, due_on=date(2026, 12, 1), working_days=5)

    assert (deadline.due_on, deadline.working_days) == (date(2026, 12, 1), None)


def test_the_deadline_of_a_state_knows_which_and_a_window_has_none(subject):
    assert open_(subject).subject_state == subject.state
    assert open_(subject, kind="publicity-end").subject_state == ""


def test_open_deadlines_are_told_their_state_by_the_register(subject):
    for at, state in (
        (MONDAY - timedelta(days=2), "pending"),
        (MONDAY, "confirmed"),
        (MONDAY + timedelta(days=1), "refused"),
    ):
        AuditEventFactory(subject=subject, at=at, to_state=state)
    AuditEventFactory(subject=subject, at=MONDAY)
    opened = DeadlineFactory(subject=subject, opened_at=MONDAY)
    met = DeadlineFactory(subject=subject, opened_at=MONDAY, met_at=MONDAY)
    window = DeadlineFactory(subject=subject, opened_at=MONDAY, kind="publicity-end")
    unknown = DeadlineFactory(opened_at=MONDAY)

    import_module("records.migrations.0003_deadline_subject_state").fill(apps, None)

    found = dict(Deadline.objects.values_list("pk", "subject_state"))
    assert found == {opened.pk: "confirmed", met.pk: "", window.pk: "", unknown.pk: ""}


def test_a_second_one_of_a_kind_closes_the_first(subject):
    first, second = open_(subject), open_(subject)

    first.refresh_from_db()
    assert first.met_at == MONDAY
    assert deadlines.current(subject) == second


def test_two_open_ones_of_a_kind_cannot_be_stored(subject):
    DeadlineFactory(subject=subject)

    with pytest.raises(IntegrityError, match="records_deadline_one_open_per_kind"), transaction.atomic():
        DeadlineFactory(subject=subject)


def test_a_pause_without_its_days_cannot_be_stored(subject):
    deadline = DeadlineFactory(subject=subject)

    with (
        pytest.raises(IntegrityError, match="records_deadline_paused_on_days_left_when_paused"),
        transaction.atomic(),
    ):
        Deadline.objects.filter(pk=deadline.pk).update(paused_on="2026-11-23")


def test_a_paused_clock_goes_on_with_the_days_that_were_left(subject):
    open_(subject, working_days=5)

    deadlines.pause(subject, on=date(2026, 11, 25))
    assert not Deadline.objects.running().about(subject).exists()
    deadlines.resume(subject, on=date(2026, 12, 7))

    assert deadlines.current(subject).due_on == date(2026, 12, 10)


def test_a_clock_that_goes_on_is_counted_again_from_the_day_on_which_it_went_on(subject):
    open_(subject, working_days=5)
    deadlines.pause(subject, on=date(2026, 11, 25))
    deadlines.resume(subject, on=date(2026, 12, 7))

    calendar.set_days([(date(2026, 12, 9), False, "示例假日", "示例通知")])
    deadlines.recount()

    assert deadlines.current(subject).due_on == date(2026, 12, 11)


def test_close_says_what_was_met_and_nothing_twice(subject):
    deadline = open_(subject)

    assert deadlines.close(subject, at=MONDAY) == deadline
    assert deadlines.close(subject, at=MONDAY) is None


def test_what_was_counted_is_counted_again_and_what_was_given_stays(subject):
    deadline = open_(subject, working_days=40)
    assert (deadline.due_on, deadline.provisional) == (date(2027, 1, 19), True)
    settled = open_(OrganisationFactory(), due_on=date(2027, 1, 19))

    holidays = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 18)]
    calendar.set_days((day, False, "示例假日", "示例通知") for day in holidays)
    changed = deadlines.recount()

    deadline.refresh_from_db()
    settled.refresh_from_db()
    assert [(row.pk, former) for row, former in changed] == [(deadline.pk, date(2027, 1, 19))]
    assert (deadline.due_on, deadline.provisional) == (date(2027, 1, 21), False)
    assert settled.due_on == date(2027, 1, 19)


def test_each_day_of_a_year_that_is_entered_moves_what_it_lies_in(subject):
    deadline = open_(subject, working_days=40)

    moved = []
    for day in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 18)):
        calendar.set_days([(day, False, "示例假日", "示例通知")])
        moved += deadlines.recount()

    deadline.refresh_from_db()
    assert [former for _row, former in moved] == [date(2027, 1, 19), date(2027, 1, 20)]
    assert (deadline.due_on, deadline.provisional) == (date(2027, 1, 21), False)


def test_what_would_move_is_said_and_not_stored(subject):
    calendar.set_days([(date(2026, 11, 25), False, "示例假日", "示例通知")])
    deadline = open_(subject, working_days=5)

    ((moved, former),) = deadlines.moved_by(calendar.load().having({date(2026, 11, 25): None}))

    deadline.refresh_from_db()
    assert (moved.pk, moved.due_on, former) == (deadline.pk, date(2026, 11, 30), date(2026, 12, 1))
    assert deadline.due_on == date(2026, 12, 1)


def test_the_clock_can_be_set(subject):
    with clock.at(MONDAY):
        assert deadlines.open_for(subject, label="待办理", role="tax").opened_at == MONDAY
        assert (clock.today(), clock.database_now()) == (date(2026, 11, 23), MONDAY)
    assert clock.now() != MONDAY


# --- until when, of many at once ------------------------------------------------------------------------------------


def test_each_row_is_told_until_when_it_has_to_move_on(subject):
    other, held = OrganisationFactory(), OrganisationFactory()
    day = clock.today() + timedelta(days=3)
    DeadlineFactory(subject=subject, due_on=day, provisional=True)
    DeadlineFactory(subject=subject, due_on=day - timedelta(days=9), met_at=clock.now())
    DeadlineFactory(subject=subject, due_on=day - timedelta(days=1), kind="window")
    DeadlineFactory(subject=held, due_on=None)

    rows = deadlines.with_due(Organisation.objects.all(), "provisional").in_bulk(
        [subject.pk, other.pk, held.pk]
    )

    assert (rows[subject.pk].due_on, rows[subject.pk].due_provisional) == (day, True)
    assert (rows[other.pk].due_on, rows[held.pk].due_on) == (None, None)


def test_the_day_is_looked_up_and_not_sorted_for():
    """One is open at a time: in an order, a database without statistics would walk along all that is due."""
    sql = str(deadlines.with_due(Organisation.objects.order_by(), "provisional").query)

    assert (sql.count("LIMIT 1"), sql.count("ORDER BY")) == (2, 0)
