"""Days of a demo that pass within minutes: which minute rings for what, and that nobody else's clock can be moved."""

from datetime import datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.utils import timezone

from notices.models import Delivery
from portal.demo import living
from records import clock
from tests.factories.notices import DeliveryFactory

CITY = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 27, 8, 29, 30, tzinfo=CITY)
POST = list(living.POST)


def at(hour, minute):
    return FRIDAY.replace(hour=hour, minute=minute, second=0)


@pytest.fixture
def demo(settings, tmp_path):
    """A portal whose clock may be ahead."""
    settings.DEMO, settings.CLOCK_AHEAD = True, tmp_path / "clock-ahead"


@pytest.mark.parametrize(
    ("moment", "runs", "rests"),
    [
        (
            at(8, 30),
            {"notices.tasks.remind_due", "records.tasks.sweep_jobs"},
            {"funding.tasks.warn_retention"},
        ),
        (
            at(8, 20),
            {"funding.tasks.warn_retention"},
            {"notices.tasks.remind_due", "records.tasks.sweep_jobs"},
        ),
        (at(9, 5), {"notices.tasks.remind_due"}, {"notices.tasks.post_bulletins"}),
        (at(2, 30), {"portal.tasks.check_integrity"}, {"portal.tasks.note_availability"}),
    ],
)
def test_a_minute_rings_for_what_the_timetable_says(moment, runs, rests):
    tasks = living.due_at(moment)

    assert runs <= set(tasks)
    assert not rests & set(tasks)
    assert tasks[-2:] == POST, "and what it tells is carried off at once"


def test_nobody_is_reminded_in_the_night():
    """The day's reminders are written when it begins, at half past eight; what was missed then, later on that day."""
    day = [FRIDAY.replace(hour=hour, minute=minute, second=0) for hour in range(24) for minute in range(60)]

    rung = [f"{moment:%H:%M}" for moment in day if "notices.tasks.remind_due" in living.due_at(moment)]

    assert rung == ["08:30", *(f"{hour:02}:05" for hour in range(9, 24))]


def test_a_minute_without_an_hour_of_anything_rings_for_nothing():
    assert living.due_at(at(8, 31)) == []


def test_between_two_moments_every_task_has_its_minutes_and_signs_of_life_lie_between():
    found = list(living.rings(FRIDAY, at(8, 36)))

    assert [(f"{moment:%H:%M}", bool(tasks)) for moment, tasks in found] == [
        ("08:30", True),
        ("08:32", False),
        ("08:34", False),
        ("08:35", True),  # at that minute of every hour
        ("08:36", False),
    ]


def test_time_passes_task_by_task_and_goes_on_from_there(demo, monkeypatch):
    now, seen = clock.now(), []
    monkeypatch.setattr(living.availability, "note_up", lambda: None)
    monkeypatch.setattr(living, "let_others_finish", lambda: None)
    monkeypatch.setattr(living, "due_at", lambda moment: ["quiet", "loud"] if moment.minute == 0 else [])

    class Tasks(dict):
        def __missing__(self, name):
            return lambda: seen.append(clock.now()) if name == "quiet" else 1 / 0

    monkeypatch.setattr(living, "current_app", SimpleNamespace(tasks=Tasks(), loader=current_app.loader))
    days: list[str] = []
    faults = living.live(now + timedelta(days=1), say=days.append)

    assert len(seen) == len(faults) == 24
    assert all(moment.minute == 0 for moment in seen)
    assert seen == sorted(seen)
    assert "loud: ZeroDivisionError" in faults[0]
    assert len(days) == 1
    assert timedelta(0) <= clock.now() - now - timedelta(days=1) < timedelta(minutes=1)


@pytest.mark.django_db
def test_time_waits_while_somebody_else_sends(monkeypatch):
    """A message that a worker is at would count as abandoned after a jump, and leave twice."""
    row = DeliveryFactory(status="sending", claimed_at=timezone.now())
    waited: list[float] = []

    def done(seconds):
        waited.append(seconds)
        if len(waited) == 3:
            Delivery.objects.filter(pk=row.pk).update(status="sent", claimed_at=None, sent_at=timezone.now())

    monkeypatch.setattr(living, "sleep", done)
    living.let_others_finish()
    living.let_others_finish()

    assert len(waited) == 3


@pytest.mark.django_db
def test_the_database_tells_the_time_of_the_demo_as_well(demo):
    clock.go_to(timezone.now() + timedelta(days=3))

    assert abs(clock.database_now() - clock.now()) < timedelta(seconds=5)
    assert clock.today() == timezone.localdate(timezone.now() + timedelta(days=3))


def test_a_clock_does_not_go_back(demo):
    clock.go_to(timezone.now() + timedelta(hours=2))
    with pytest.raises(ValueError, match="later"):
        clock.go_to(timezone.now() + timedelta(hours=1))
    with pytest.raises(CommandError, match="already"):
        call_command("live_days", "0", stdout=StringIO())
    with pytest.raises(CommandError, match="no time of day"):
        call_command("live_days", "1", "--at", "noon", stdout=StringIO())


def test_nobody_else_is_ahead_of_the_world(settings):
    assert settings.CLOCK_AHEAD is None
    assert clock.ahead() == timedelta(0)
    with pytest.raises(ValueError, match="Only a demo"):
        clock.go_to(timezone.now() + timedelta(days=1))
    with pytest.raises(CommandError, match="only a demo"):
        call_command("live_days", "1", stdout=StringIO())
