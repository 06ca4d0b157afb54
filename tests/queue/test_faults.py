"""What the queue suffers: killed workers, lost messages, messages that come three times, no queue at all.

What was due is told, each once, and what is told is mailed, each once.
"""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from redis import Redis

from accounts.roles import Role
from notices import tasks
from notices.models import Delivery, Notice
from notices.models.edition import REMINDERS
from portal.celery import INTERACTIVE, app
from records import clock, exports, jobs
from records.models import AuditEvent, Job
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.notices import TERMS, ReminderEditionFactory
from tests.factories.records import AuditEventFactory, DeadlineFactory
from tests.queue.processes import keeper, wait_until, worker

pytestmark = pytest.mark.django_db(transaction=True)
UNITS, EACH = 8, 2
ORIGIN = re.compile(r"gen(\d+)@")
PAGES = ("/", "/operations/", "/directory/", "/notices/", "/calendar/", "/workload/", "/jobs/")


@pytest.fixture
def due(queue):
    """Every unit has so many things due today; returns how many reminders that makes."""
    terms = TERMS[REMINDERS]
    ReminderEditionFactory(kind=REMINDERS, terms=terms | {"mail": terms["mail"] | {"gather_from": 99}})
    today = clock.today()
    opened = clock.now() - timedelta(days=40)
    for _ in range(UNITS):
        unit = OrganisationFactory(division__code="130102")
        person(Role.ENT_FILLER, organisation=unit)
        place = {"host": unit, "division": unit.division, "holder_role": Role.ENT_FILLER}
        DeadlineFactory.create_batch(EACH, due_on=today, opened_at=opened, **place)
    return UNITS * EACH


def sent() -> int:
    return Delivery.objects.filter(status="sent").count()


def everything_came_once(mailbox, due: int, *, twice: int = 0) -> None:
    """Reminders told = reminders due; each mailed once, but for those over which a worker died: one message, twice."""
    assert Notice.objects.count() == due == sent()
    came = [reference for reference in mailbox.received if reference.startswith("<delivery-")]
    assert len(set(came)) == due
    assert len(came) - due == twice


def test_a_worker_that_is_killed_over_its_batch_loses_nothing(redis, queue, due, mailbox):
    assert tasks.remind_due() == due
    with worker(mail=mailbox.url, broker=f"{redis.url}/0") as killed:
        mailbox.at_message = (5, killed.kill)
        wait_until(lambda: killed.poll() is not None)
    assert sent() == 4
    assert Delivery.objects.filter(claimed_at__isnull=False).count() == due - 4

    minutes_go_by()
    with worker(mail=mailbox.url, broker=f"{redis.url}/0"):
        wait_until(lambda: sent() == due)
    everything_came_once(mailbox, due, twice=1)


def test_long_work_goes_on_behind_what_a_killed_worker_had_done(redis, queue, mailbox):
    """Killed while it writes the second piece of a file: the first stays, the rest follows, no line comes twice."""
    auditor = person(Role.AUDITOR)
    lines = AuditEventFactory.build_batch(2 * exports.ROWS_PER_STEP + 5, subject=auditor, actor=auditor)
    AuditEvent.objects.bulk_create(lines)
    order = exports.Order(exports.tables()["register"], asked=QueryDict("q=records.sample"))
    job = exports.order_export(order=order, by=auditor)
    assert jobs.take_step(job.pk)

    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor, worker(mail=mailbox.url, broker=f"{redis.url}/0") as killed:
        cursor.execute("LOCK TABLE records_jobpiece IN EXCLUSIVE MODE")
        wait_until(lambda: somebody_waits_for(cursor, "records_jobpiece"))
        killed.kill()
        killed.wait()
    other.rollback()
    other.close()
    job.refresh_from_db()
    assert (job.state, job.done) == ("running", exports.ROWS_PER_STEP)

    with worker(mail=mailbox.url, broker=f"{redis.url}/0"):
        wait_until(lambda: Job.objects.get().state == "done")
    written = b"".join(exports.content_of(job)).decode().splitlines()[1:]
    places = [line.split(",")[0] for line in written]
    assert len(places) == len(set(places)) == len(lines)


def somebody_waits_for(cursor, table: str) -> bool:
    """Whether a process is at the step that this test holds up. One that died is noticed when it has its turn."""
    cursor.execute(
        "SELECT pid FROM pg_locks WHERE NOT granted AND relation = %s::regclass AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())",
        [table],
    )
    return cursor.fetchone() is not None


def minutes_go_by() -> None:
    """What a dead worker had claimed is free again after five minutes."""
    claimed = Delivery.objects.filter(claimed_at__isnull=False)
    claimed.update(claimed_at=F("claimed_at") - timedelta(minutes=6))


def test_every_message_three_times_and_two_timetables_tell_and_mail_once(at_work, settled, due, mailbox):
    settled()
    for name in ("notices.tasks.remind_due", "notices.tasks.deliver_pending") * 3:
        app.send_task(name)

    wait_until(lambda: sent() == due)
    settled()
    everything_came_once(mailbox, due)


def test_of_two_timetables_one_rings_and_the_other_takes_over_when_it_is_killed(redis, queue, due, tmp_path):
    """Nobody takes the messages here, so that each shows who rang; then all of them are taken."""
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    broker = f"{redis.url}/2"
    with keeper(folders[0], broker=broker) as first:
        wait_until(lambda: rung(redis))
        with keeper(folders[1], broker=broker) as second:
            wait_until((folders[1] / "timetable-waits").exists)
            wait_until(lambda: len(rung(redis)) > 3)
            assert set(rung(redis)) == {first.pid}
            first.kill()
            wait_until(lambda: second.pid in rung(redis), "the other does not take over")

    messages = rung(redis)
    assert set(messages) == {first.pid, second.pid}
    told = [tasks.remind_due() for _message in messages]
    assert sum(told) == due == Notice.objects.count()


def rung(redis) -> list[int]:
    """Which process rang for each of the messages that wait."""
    waiting = Redis(port=redis.port, db=2).lrange(INTERACTIVE, 0, -1)
    return [int(ORIGIN.search(json.loads(message)["headers"]["origin"])[1]) for message in waiting]


def test_an_emptied_queue_costs_one_turn_of_the_timetable(at_work, queue, settled, due, mailbox):
    settled()
    app.control.cancel_consumer(INTERACTIVE, reply=True)
    for _ in range(3):
        app.send_task("notices.tasks.remind_due")
    assert queue.client.llen(INTERACTIVE) == 3
    queue.client.flushall()
    app.control.add_consumer(INTERACTIVE, reply=True)
    assert Notice.objects.count() == 0

    for name in ("notices.tasks.remind_due", "notices.tasks.deliver_pending"):  # the next turn
        app.send_task(name)

    wait_until(lambda: sent() == due)
    settled()
    everything_came_once(mailbox, due)


def test_without_a_queue_pages_answer_and_what_is_to_be_sent_waits(
    at_work, queue, settled, due, mailbox, client
):
    admin = person(Role.SYSADMIN)
    client.force_login(admin)
    settled()
    queue.stop()

    assert tasks.remind_due() == due  # rings, and nobody hears
    answers = {path: client.get(path).status_code for path in PAGES}
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    assert "任务队列无法连接" in client.get("/operations/").text
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert (Delivery.objects.open().count(), sent()) == (due, 0)

    queue.start()
    wait_until(lambda: heard_after_the_silence(), "the worker did not find Redis again")
    wait_until(lambda: sent() == due)
    settled()
    everything_came_once(mailbox, due)


def heard_after_the_silence() -> bool:
    """The timetable rings on; whether the worker hears it yet."""
    app.send_task("notices.tasks.deliver_pending", expires=5)
    return sent() > 0
