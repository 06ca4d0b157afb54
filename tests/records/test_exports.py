"""Long tables as files: a piece at a time, each row once, for whoever ordered it and as long as they may read it."""

from datetime import timedelta

import pytest

from accounts.permissions import WHO_JOB
from accounts.roles import Role
from portal.selectors.register import TABLE
from records import clock, exports, jobs, tasks
from records.errors import Conflict
from records.models import Job, JobPiece
from tests.factories.accounts import person
from tests.factories.records import AuditEventFactory, JobFactory, JobPieceFactory

pytestmark = pytest.mark.django_db
ORDER = "/register-book/export/"


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(exports, "ROWS_PER_STEP", 2)
    monkeypatch.setattr(tasks.run_job, "delay", lambda _pk: None)


@pytest.fixture
def auditor(client):
    found = person(Role.AUDITOR)
    client.force_login(found)
    return found


@pytest.fixture
def five():
    return [
        AuditEventFactory(subject_label=f"示例第{n}案", reason="=1+1" if n == 3 else "") for n in range(5)
    ]


def lines_of(answer) -> list[str]:
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def test_the_lines_that_were_searched_for_are_ordered_written_and_fetched(client, auditor, five):
    AuditEventFactory(subject_label="别的")
    page = client.post(ORDER, {"q": "示例第"}, follow=True)

    job = Job.objects.get()
    assert (job.title, job.total, job.state, job.begun_by) == ("导出办理登记簿", 5, "queued", auditor)
    assert "已生成 0 条，共 5 条" in page.text
    assert client.get(f"/jobs/{job.pk}/file/").status_code == 404
    AuditEventFactory(subject_label="示例第后来案")
    jobs.run(job.pk)

    found = lines_of(client.get(f"/jobs/{job.pk}/file/"))
    assert [line.split(",")[5] for line in found] == ["事项", *(event.subject_label for event in five)]
    assert found[4].split(",")[8] == "'=1+1"
    assert "下载文件" in client.get(job.get_absolute_url()).text
    assert JobPiece.objects.count() == 3


def test_a_job_that_was_broken_off_goes_on_and_writes_no_line_twice(auditor, five):
    job = exports.order_export(table=TABLE, asked={"q": "示例第"}, by=auditor)
    assert jobs.take_step(job.pk)
    assert tasks.sweep_jobs() == 1

    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 5)
    text = "".join(exports.content_of(job))
    assert [text.count(f"示例第{n}案") for n in range(5)] == [1] * 5


def test_who_ordered_it_stops_it_and_what_was_written_cannot_be_fetched(client, auditor, five):
    job = exports.order_export(table=TABLE, asked={"q": "示例第"}, by=auditor)
    jobs.take_step(job.pk)

    client.post(f"/jobs/{job.pk}/moves/cancel/", {"reason": "示例原因"})

    job.refresh_from_db()
    assert (job.state, job.done) == ("cancelled", 2)
    assert client.get(f"/jobs/{job.pk}/file/").status_code == 404
    assert exports.order_export(table=TABLE, asked={"q": "示例第"}, by=auditor).pk != job.pk


def test_one_at_a_time_and_nothing_of_nothing(client, auditor, five):
    exports.order_export(table=TABLE, asked={"q": "示例第"}, by=auditor)

    second = client.post(ORDER, {"q": "示例第"})
    assert second.status_code == 409
    assert "上一次导出还没有完成" in second.text
    with pytest.raises(Conflict, match="没有符合条件的内容"):
        exports.order_export(table=TABLE, asked={"q": "没有这样的案"}, by=person(Role.AUDITOR))


def test_nobody_else_fetches_it_and_a_right_that_was_lost_is_lost(client, auditor, five):
    job = exports.order_export(table=TABLE, asked={}, by=auditor)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert exports.may_fetch(auditor, job)
    client.force_login(person(Role.BUREAU_CLERK))

    assert (
        client.get(job.get_absolute_url()).status_code == 200
    )  # that there is such a job the bureau may know
    assert client.get(f"/jobs/{job.pk}/file/").status_code == 404

    auditor.memberships.update(since="2020-01-01", until="2020-02-01")
    del auditor.memberships_active
    assert not exports.may_fetch(auditor, job)


def test_a_right_that_is_lost_while_it_is_written_breaks_it_off(auditor, five):
    job = exports.order_export(table=TABLE, asked={}, by=auditor)
    jobs.take_step(job.pk)
    auditor.memberships.update(since="2020-01-01", until="2020-02-01")

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.done, job.error) == ("failed", 2, "下达人已无权查看这些内容，导出中断。")


@pytest.mark.parametrize(
    ("role", "status"), [(Role.AUDITOR, 302), (Role.BUREAU_CLERK, 302), (Role.COUNTY_LEAD, 403)]
)
def test_who_may_order(client, role, status):
    AuditEventFactory()
    client.force_login(person(role))

    assert client.post(ORDER).status_code == status
    assert client.get(ORDER).status_code == 405


def test_a_program_orders_and_fetches_like_the_page(client, auditor, five):
    ordered = client.post("/api/v1/register/export/", {"q": "示例第"}, content_type="application/json")
    assert (ordered.status_code, ordered.json()["total"]) == (201, 5)
    address = f"/api/v1/jobs/{ordered.json()['id']}/file/"
    assert client.get(address).status_code == 404
    jobs.run(ordered.json()["id"])

    assert len(lines_of(client.get(address))) == 6
    client.force_login(person(Role.ENT_ADMIN))
    assert client.post("/api/v1/register/export/", {}, content_type="application/json").status_code in (
        403,
        404,
    )


def test_a_job_is_moved_by_the_bureau_and_by_whoever_ordered_it():
    mine = JobFactory(begun_by=person(Role.AUDITOR))

    for move in ("resume", "cancel"):
        assert WHO_JOB[move](mine.begun_by, mine)
        assert not WHO_JOB[move](person(Role.AUDITOR), mine)


def test_files_are_kept_for_a_while():
    old = JobFactory(state="done", done=3, finished_at=clock.now() - exports.KEPT - timedelta(days=1))
    new = JobFactory(state="done", done=3, finished_at=clock.now())
    JobPieceFactory(job=old)
    JobPieceFactory(job=new)

    assert tasks.forget_old_files() == 1
    assert [piece.job for piece in JobPiece.objects.all()] == [new]
    assert Job.objects.count() == 2
