"""Long work: in small committed steps, taken up where it was left, never done twice."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from records import audit, jobs, tasks
from records.errors import Conflict, IllegalMove, Incomplete
from records.lifecycle import JOB
from records.models import Job
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.records import JobFactory

pytestmark = pytest.mark.django_db
KIND = "sample"
OURS = "系统内部错误（RuntimeError），详情已记入运行日志，请联系系统管理员。"
MOVES = {
    "start": ({"queued"}, "running"),
    "finish": ({"running"}, "done"),
    "fail": ({"queued", "running"}, "failed"),
    "resume": ({"failed"}, "queued"),
    "cancel": ({"queued", "running", "failed"}, "cancelled"),
}


@pytest.fixture
def made():
    """What a job of two at a time has made; ``made.breaks_at`` makes one step fail."""

    class Made(list):
        breaks_at = 0
        wrong = RuntimeError("示例：字体读不出")

    found = Made()

    def step(job):
        left = range(job.position + 1, min(job.position + 2, job.total) + 1)
        for number in left:
            if number == found.breaks_at:
                raise found.wrong
            found.append(number)
        return jobs.Progress(len(left), left[-1] if left else job.position)

    jobs.register(KIND, step)
    yield found
    del jobs._WORK[KIND]


@pytest.fixture
def rung(monkeypatch):
    found = []
    monkeypatch.setattr(tasks.run_job, "delay", found.append)
    return found


def ordered(total=5) -> Job:
    return jobs.order(
        kind=KIND, subject=OrganisationFactory(), title="示例任务", total=total, by=UserFactory()
    )


def test_the_table():
    assert {name: (set(move.sources), move.target) for name, move in JOB.moves.items()} == MOVES


def test_an_order_rings_after_its_commit(made, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = ordered()
        assert rung == []

    assert rung == [job.pk]


def test_a_job_is_done_step_by_step(made):
    job = ordered(5)

    steps = [jobs.take_step(job.pk) for _ in range(4)]

    job.refresh_from_db()
    assert steps == [True, True, True, False]
    assert (job.state, job.done, job.position, list(made)) == ("done", 5, 5, [1, 2, 3, 4, 5])
    assert job.finished_at is not None
    verbs = [event.verb.rpartition(".")[2] for event in audit.history(job)]
    assert verbs == ["begin", "start", "finish"]


def test_what_is_over_is_not_taken_up(made):
    job = ordered(1)
    tasks.run_job(job.pk)

    assert jobs.take_step(job.pk) is False
    assert list(made) == [1]


def test_a_failed_step_keeps_what_was_committed_and_goes_on_behind_it(made):
    job = ordered(5)
    made.breaks_at = 4

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.done, job.position, job.error) == ("failed", 2, 2, OURS)
    assert jobs.run_waiting() == 0
    made.breaks_at = 0
    jobs.resume_job(job=job, by=person(Role.BUREAU_CLERK))
    assert tasks.sweep_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.error) == ("done", 5, "")


def test_a_refusal_is_told_in_its_own_words(made):
    job = ordered(1)
    made.breaks_at, made.wrong = 1, Conflict("示例：证书编号不一致")

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "示例：证书编号不一致")


def test_a_job_that_is_stopped_stays_where_it_is(made):
    job = ordered(5)
    jobs.take_step(job.pk)

    jobs.cancel_job(job=job, reason="示例原因", by=person(Role.BUREAU_CLERK))

    assert jobs.take_step(job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.done) == ("cancelled", 2)


def test_stopping_needs_a_reason_and_something_to_stop(made):
    job = ordered(1)
    with pytest.raises(Incomplete):
        jobs.cancel_job(job=job, reason=" ", by=UserFactory())
    jobs.run(job.pk)

    with pytest.raises(IllegalMove):
        jobs.cancel_job(job=job, reason="示例原因", by=UserFactory())


def test_nobody_orders_what_nobody_does():
    with pytest.raises(LookupError):
        jobs.order(kind="unknown", subject=UserFactory(), title="示例", total=1, by=UserFactory())


@pytest.mark.django_db(transaction=True)
def test_a_job_in_another_workers_hands_is_left_alone(made):
    job = ordered(5)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute("SELECT 1 FROM records_job WHERE id = %s FOR NO KEY UPDATE", [job.pk])

        assert jobs.take_step(job.pk) is False
        assert list(made) == []
        other.rollback()
        assert jobs.take_step(job.pk) is True
    finally:
        other.close()


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("records_job_state_known", {"state": "lost"}),
        ("records_job_finished_when_over", {"state": "done"}),
        ("records_job_done_not_above_total", {"done": 4, "total": 3}),
        ("records_job_failed_says_why", {"state": "failed"}),
    ],
)
def test_the_database_refuses(name, fields):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        JobFactory(**fields)


def test_one_job_of_a_kind_at_a_time():
    subject = OrganisationFactory()
    JobFactory(subject=subject)

    with pytest.raises(IntegrityError, match="records_job_one_at_work"), transaction.atomic():
        JobFactory(subject=subject)


def test_the_page_shows_how_far_it_is_and_asks_again(client):
    job = JobFactory(done=1)
    client.force_login(person(Role.BUREAU_CLERK))

    page = client.get(job.get_absolute_url()).content.decode()

    assert "已生成 1 份，共 3 份" in page
    assert f'hx-get="/jobs/{job.pk}/progress/"' in page
    assert "刷新进度" in page


def test_progress_that_stands_still_has_the_page_drawn_anew(client):
    job = JobFactory(state="failed", error="示例原因")
    client.force_login(person(Role.BUREAU_CLERK))
    url = f"/jobs/{job.pk}/progress/"

    by_htmx, without = client.get(url, headers={"HX-Request": "true"}), client.get(url)

    assert by_htmx.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in without.content.decode()


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.ENT_ADMIN, 404), (Role.AGENCY, 404)])
def test_who_reads_a_job(client, role, status):
    job = JobFactory()
    client.force_login(person(role))

    assert client.get(job.get_absolute_url()).status_code == status


def test_whoever_ordered_a_job_reads_it(client):
    job = JobFactory(begun_by=person(Role.ENT_ADMIN))
    client.force_login(job.begun_by)

    assert client.get(job.get_absolute_url()).status_code == 200
