from celery.schedules import crontab

from portal.celery import TIMETABLE, Doorbell, Queue, app, catch_up, entries


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


def test_a_worker_that_starts_catches_up(monkeypatch):
    rung = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: rung.append(name))

    catch_up()

    assert {
        "notices.tasks.deliver_pending",
        "notices.tasks.remind_due",
        "institutes.tasks.sweep_certificates",
    } <= set(rung)
    assert "funding.tasks.lapse_awards" not in rung
