"""Lists as files: at once where they are short, else a piece at a time, each row once, for whoever ordered it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import QueryDict
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.enums import OrganisationKind
from accounts.permissions import WHO_JOB
from accounts.roles import Role
from notices.models import Notice
from records import clock, exports, jobs, sheets, tasks
from records.errors import Conflict
from records.models import AuditEvent, Job, JobPiece
from tests.factories.accounts import MembershipFactory, OrganisationFactory, person
from tests.factories.records import AuditEventFactory, JobFactory, JobPieceFactory
from tests.house.addresses import addresses

pytestmark = pytest.mark.django_db
EXPORT = "/register-book/export/csv/?q=示例第"
ROLES = (Role.AUDITOR, Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.FINANCE, Role.SYSADMIN)
FEW_BY_NATURE = {
    "chart-export": "the figures of one picture",
    "counties-export": "a line for each county",
    "dashboard-export": "the figures of one page",
    "availability-export": "a line for each time that the portal was down",
    "workload-export": "a line for each step",
    "institutes:summary-export": "a list that was signed as a paper",
    "institutes:recommendation-export": "what one county recommends in one call",
    "evaluation:assessment-results-export": "what was published of one year, for strangers too",
    "evaluation:panel-analysis-export": "the figures of one panel",
    "evaluation:call-analysis-export": "the figures of one call's panels",
    "what-if-export": "one round",
    "funding:balance-export": "a line for each account of the ledger",
}
"""Files that are never long, and why: these are sent at once."""


@pytest.fixture(autouse=True)
def small_steps(monkeypatch, settings):
    settings.EXPORT_DIRECT_ROWS = 4
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


def of(name="register", query="q=示例第", kind="csv") -> exports.Order:
    return exports.Order(exports.tables()[name], kind, QueryDict(query))


def lines_of(answer) -> list[str]:
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def leave(somebody) -> None:
    somebody.memberships.update(since="2020-01-01", until="2020-02-01")
    somebody.refresh_from_db()


def test_a_long_list_is_ordered_written_and_fetched(client, auditor, five):
    AuditEventFactory(subject_label="别的")
    asked = client.get(EXPORT)
    assert "共 5 条，不能直接下载" in asked.text
    assert not Job.objects.exists()
    page = client.post(EXPORT, follow=True)

    job = Job.objects.get()
    assert (job.title, job.total, job.state, job.begun_by) == ("导出办理登记簿", 5, "queued", auditor)
    assert "已生成 0 条，共 5 条" in page.text
    assert client.post(f"/jobs/{job.pk}/file/").status_code == 404
    AuditEventFactory(subject_label="示例第后来案")
    jobs.run(job.pk)

    assert "下载文件（CSV）" in client.get(job.get_absolute_url()).text
    found = lines_of(client.post(f"/jobs/{job.pk}/file/"))
    assert [line.split(",")[5] for line in found] == ["事项", *(event.subject_label for event in five)]
    assert found[4].split(",")[8] == "'=1+1"
    assert list(job.pieces.values_list("position", flat=True)) == [1, 2, 3]
    fetched = AuditEvent.objects.get(verb="records.job.fetch")
    assert (fetched.actor, fetched.subject_id) == (auditor, job.pk)


def test_a_short_list_is_sent_at_once(client, auditor, five):
    sheet = lines_of(client.get("/register-book/export/csv/?q=示例第1"))

    assert (len(sheet), Job.objects.count()) == (2, 0)
    assert client.get("/register-book/export/pdf/").status_code == 404


def test_rows_stand_in_the_order_that_was_asked_for_and_in_a_workbook_too(client):
    names = ["乙厂", "甲厂", "丙厂", "丁厂", "戊厂"]
    for name in names:
        OrganisationFactory(name=name, kind=OrganisationKind.ENTERPRISE)
    officer = person(Role.BUREAU_CLERK)
    client.force_login(officer)
    asked = f"sort=name&kind={OrganisationKind.ENTERPRISE}&format=xlsx"
    client.post(f"/organisations/export/?{asked}")
    jobs.run(Job.objects.get().pk)

    answer = client.post(f"/jobs/{Job.objects.get().pk}/file/")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    listed = client.get(f"/organisations/?{asked}").context["page"].paginator.object_list
    assert answer["Content-Type"] == sheets.XLSX
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()[1:]] == [one.name for one in listed]
    assert set(names) <= {one.name for one in listed}


def test_a_job_that_was_broken_off_goes_on_and_writes_no_line_twice(auditor, five):
    job = exports.order_export(order=of(), by=auditor)
    assert jobs.take_step(job.pk)
    assert tasks.sweep_jobs() == 1

    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 5)
    text = b"".join(exports.content_of(job)).decode()
    assert [text.count(f"示例第{n}案") for n in range(5)] == [1] * 5


def test_who_ordered_it_stops_it_and_what_was_written_cannot_be_fetched(client, auditor, five):
    job = exports.order_export(order=of(), by=auditor)
    jobs.take_step(job.pk)

    client.post(f"/jobs/{job.pk}/moves/cancel/", {"reason": "示例原因"})

    job.refresh_from_db()
    assert (job.state, job.done) == ("cancelled", 2)
    assert client.post(f"/jobs/{job.pk}/file/").status_code == 404
    assert exports.order_export(order=of(), by=auditor).pk != job.pk


def test_one_at_a_time_and_nothing_of_nothing(client, auditor, five, monkeypatch):
    exports.order_export(order=of(), by=auditor)

    second = client.post(EXPORT)
    assert second.status_code == 409
    assert "上一次导出还没有完成" in second.text
    other = person(Role.AUDITOR)
    with pytest.raises(Conflict, match="没有符合条件的内容"):
        exports.order_export(order=of(query="q=没有这样的案"), by=other)
    monkeypatch.setattr(sheets, "MOST_ROWS", 4)
    with pytest.raises(Conflict, match="Excel 一张表最多 4 行"):
        exports.order_export(order=of(kind="xlsx"), by=other)


def test_nobody_else_fetches_it_and_a_right_that_was_lost_is_lost(client, auditor, five):
    job = exports.order_export(order=of(), by=auditor)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert exports.may_fetch(auditor, job)
    client.force_login(person(Role.BUREAU_CLERK))

    assert (
        client.get(job.get_absolute_url()).status_code == 200
    )  # that there is such a job the bureau may know
    assert client.post(f"/jobs/{job.pk}/file/").status_code == 404

    leave(auditor)
    assert not exports.may_fetch(auditor, job)


def test_an_officer_who_moved_to_another_office_does_not_take_the_old_ones_file(client):
    officer = person(Role.BUREAU_CLERK)
    job = exports.order_export(order=of("organisations", ""), by=officer)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert exports.may_fetch(officer, job)
    leave(officer)
    MembershipFactory(user=officer, role=Role.BUREAU_CLERK, organisation=OrganisationFactory(kind="bureau"))
    officer.refresh_from_db()

    assert officer.holds(Role.BUREAU_CLERK)
    assert not exports.may_fetch(officer, job)
    with pytest.raises(Conflict, match="文件不可下载"):
        exports.fetch_file(job=job, by=officer)


def test_a_right_that_is_lost_while_it_is_written_breaks_it_off(auditor, five):
    job = exports.order_export(order=of(), by=auditor)
    jobs.take_step(job.pk)
    leave(auditor)

    jobs.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.done, job.error) == ("failed", 2, exports.LOST)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.AUDITOR, 302), (Role.BUREAU_CLERK, 302), (Role.COUNTY_LEAD, 403)]
)
def test_who_may_order(client, role, status):
    AuditEventFactory()
    client.force_login(person(role))

    assert client.post("/register-book/export/csv/").status_code == status


def test_whoever_ordered_it_is_told_until_it_is_fetched(client, auditor, five):
    job = exports.order_export(order=of(), by=auditor)
    jobs.run(job.pk)

    told = Notice.objects.get()
    assert (told.recipient, told.title, told.link) == (
        auditor,
        "导出办理登记簿：已完成",
        job.get_absolute_url(),
    )
    assert "共 5 条。请打开任务下载文件，保留至" in told.body
    assert list(Notice.objects.calling()) == [told]
    client.post(f"/jobs/{job.pk}/file/")
    assert not Notice.objects.calling().exists()


def test_whoever_ordered_it_is_told_why_it_broke_off_until_it_goes_on(auditor, five, monkeypatch):
    job = exports.order_export(order=of(), by=auditor)
    monkeypatch.setattr(sheets, "csv_text", None)
    jobs.run(job.pk)

    told = Notice.objects.get()
    assert (told.title, told.is_calling) == ("导出办理登记簿：已中断", True)
    assert "已完成 0 条，共 5 条。原因：系统内部错误（TypeError）" in told.body
    jobs.resume_job(job=job, by=auditor)
    assert not Notice.objects.calling().exists()
    jobs.run(job.pk)
    assert Notice.objects.calling().count() == 1  # once more, for it broke off again


def test_a_program_orders_and_fetches_like_the_page(client, auditor, five):
    def ordered(**asked):
        return client.post("/api/v1/jobs/export/", asked, content_type="application/json")

    job = ordered(table="register", query="q=示例第")
    assert (job.status_code, job.json()["total"]) == (201, 5)
    address = f"/api/v1/jobs/{job.json()['id']}/file/"
    assert client.post(address).status_code == 404
    jobs.run(job.json()["id"])

    assert len(lines_of(client.post(address))) == 6
    named = {each["name"]: each["title"] for each in client.get("/api/v1/jobs/tables/").json()}
    assert named["applications"] == "认定申报"
    assert ordered(table="unknown").status_code == 422
    assert ordered(table="project-expenses", within={}).status_code == 422
    assert ordered(table="project-expenses", within={"pk": 7}).status_code == 404
    client.force_login(person(Role.ENT_ADMIN))
    assert ordered(table="register").status_code == 403


def test_a_job_is_moved_by_the_bureau_and_by_whoever_ordered_it():
    mine = JobFactory(begun_by=person(Role.AUDITOR))

    for move in ("resume", "cancel"):
        assert WHO_JOB[move](mine.begun_by, mine)
        assert not WHO_JOB[move](person(Role.AUDITOR), mine)


def test_files_are_kept_for_as_long_as_the_installation_says(settings):
    settings.EXPORTS_KEPT_DAYS = 7
    old = JobFactory(state="done", done=3, finished_at=clock.now() - timedelta(days=8))
    new = JobFactory(state="done", done=3, finished_at=clock.now())
    JobPieceFactory(job=old)
    JobPieceFactory(job=new)

    assert tasks.forget_old_files() == 1
    assert [piece.job for piece in JobPiece.objects.all()] == [new]
    assert Job.objects.count() == 2
    assert exports.kept_until(new) == clock.today() + timedelta(days=7)


def test_every_list_that_may_grow_can_be_ordered(client):
    """Each address of an export is one of the tables, or is known to be short; every table has a name of its own."""
    found = {a.name for a in addresses() if a.name.endswith("-export") and not a.name.startswith("api:")}
    views = {a.name: a.pattern.callback for a in addresses() if a.name in found}
    drawn = {table.drawn.__qualname__ + table.drawn.__module__ for table in exports.tables().values()}
    direct = {name for name, view in views.items() if view.__qualname__ + view.__module__ not in drawn}

    assert direct == set(FEW_BY_NATURE)
    assert len(exports.tables()) == len(drawn) >= 55
    assert max(map(len, exports.tables())) <= Job._meta.get_field("kind").max_length - len(exports.PREFIX)


def test_every_table_is_drawn_for_somebody_and_written_by_keys(settings):
    settings.EXPORT_DIRECT_ROWS = 100
    call_command("load_policy", verbosity=0)
    people, refused = [person(role) for role in ROLES], {}
    for table in exports.tables().values():
        if not table.fits({}):
            continue
        sheets_drawn = (drawn_for(one, table) for one in people)
        sheet = next((sheet for sheet in sheets_drawn if sheet), None)
        if sheet is None:
            refused[table.name] = table
            continue
        assert not sheet.is_long, table.name
        assert list(sheet.lines(sheet.rows.filter(pk__in=[]))) == []
        assert list(sheet.rows.values_list("pk", flat=True)) == [row.pk for row in sheet.rows]
    assert refused == {}


def drawn_for(user, table: exports.Table) -> exports.Sheet | None:
    try:
        return exports.Order(table).sheet_for(user)
    except PermissionDenied:
        return None


def test_strangers_read_published_tables_at_once_however_long(client, five):
    asked = reverse("directory-export", args=["csv"])

    assert client.get(asked).status_code == 200
    assert client.post(asked).status_code == 200
    assert not Job.objects.exists()
