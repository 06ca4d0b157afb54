from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab

from notices.services import delivery
from portal.celery import BULK, INTERACTIVE, TIMETABLE, Doorbell, Queue, app, catch_up, entries
from portal.settings import QUEUE_TRANSPORT
from records import clock, jobs


def test_every_task_of_the_timetable_exists():
    app.loader.import_default_modules()

    assert sorted(set(TIMETABLE) - set(app.tasks)) == []


def test_a_task_may_stand_at_several_times():
    hourly = crontab(minute=5)

    assert entries({"a.b": (30.0, hourly), "c.d": 60.0}) == {
        "a.b#0": {"task": "a.b", "schedule": 30.0, "options": {"expires": 30.0}},
        "a.b#1": {"task": "a.b", "schedule": hourly, "options": {"expires": 3600.0}},
        "c.d#0": {"task": "c.d", "schedule": 60.0, "options": {"expires": 60.0}},
    }


def test_times_are_those_of_the_city():
    assert (app.conf.timezone, app.conf.task_acks_late, app.conf.task_ignore_result) == (
        "Asia/Shanghai",
        True,
        True,
    )


def test_a_page_does_not_fail_because_the_queue_is_away(caplog):
    nobody_listens = Queue("tests", task_cls=Doorbell, set_as_current=False)
    nobody_listens.conf.broker_write_url = "redis://127.0.0.1:9/0"
    nobody_listens.conf.task_publish_retry = False

    @nobody_listens.task(name="tests.ring")
    def ring():
        raise AssertionError("nobody rings")

    assert ring.delay() is None
    assert "tests.ring waits for the timetable" in caplog.text
    caplog.clear()
    assert ring.delay() is None
    assert caplog.text == ""  # it was not even tried: a page waits for the queue once


def test_nobody_s_letter_waits_behind_long_work():
    app.loader.import_default_modules()
    queues = {name: app.amqp.router.route({}, name)["queue"].name for name in app.tasks}

    assert sorted(name for name, queue in queues.items() if queue == BULK) == [
        "evaluation.tasks.sweep_evaluation_reports",
        "evaluation.tasks.sweep_papers",
        "evaluation.tasks.sweep_reports",
        "evaluation.tasks.sweep_visits",
        "funding.tasks.sweep_papers",
        "institutes.tasks.sweep_certificates",
        "notices.tasks.issue_missing_papers",
        "portal.tasks.check_integrity",
        "projects.tasks.sweep_papers",
        "records.tasks.forget_old_files",
        "records.tasks.run_job",
        "records.tasks.sweep_jobs",
    ]
    assert set(queues.values()) == {INTERACTIVE, BULK} == set(app.amqp.queues)
    assert len({(queue.exchange.name, queue.routing_key) for queue in app.amqp.queues.values()}) == 2


def test_whatever_a_task_does_ends_before_its_message_is_taken_for_lost():
    longest = max(jobs.STINT, 2 * delivery.SECONDS_PER_BATCH)

    assert 2 * longest <= QUEUE_TRANSPORT["visibility_timeout"]
    assert delivery.ABANDONED.total_seconds() > delivery.SECONDS_PER_BATCH
    assert (app.conf.task_acks_late, app.conf.task_reject_on_worker_lost) == (True, True)
    assert app.conf.worker_prefetch_multiplier == 1


@pytest.mark.parametrize(("hour", "reminds"), [(10, True), (23, True), (3, False), (8, False)])
def test_a_worker_that_starts_catches_up_and_reminds_nobody_in_the_night(hour, reminds, monkeypatch):
    rung = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: rung.append(name))

    with clock.at(datetime(2026, 11, 24, hour, 10, tzinfo=ZoneInfo("Asia/Shanghai"))):
        catch_up()

    assert {"notices.tasks.deliver_pending", "institutes.tasks.sweep_certificates"} <= set(rung)
    assert "funding.tasks.lapse_awards" not in rung
    assert ("notices.tasks.remind_due" in rung) is reminds
