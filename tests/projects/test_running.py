"""A running project by its services: stages reported and confirmed, invoices once and within their lines."""

from datetime import timedelta
from decimal import Decimal as D
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from openpyxl import Workbook, load_workbook

from accounts.roles import Role
from notices.models import Notice
from projects import selectors, services
from projects.models import Project, ProjectExpense, ProjectStage
from projects.policy.execution import execution, whole
from projects.services.expense_import import HEAD, template
from projects.services.running import Invoice, open_stages
from records import calendar, clock
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, OverBudget
from records.models import AuditEvent, Deadline
from tests.factories.accounts import person
from tests.factories.records import pdf_upload
from tests.factories.running import ProjectExpenseFactory, RunningFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def running() -> Project:
    project = RunningFactory(state="running")
    open_stages(project, at=clock.now())
    return project


@pytest.fixture
def filler(running):
    return person(Role.ENT_FILLER, organisation=running.host)


def held(project, stage):
    return Deadline.objects.about(project).open().filter(kind=stage.deadline_kind).first()


def report(project, stage, by, **facts):
    given = {"report": "示例：完成小试。", "uploads": [pdf_upload()]} | facts
    return services.report_stage(project=project, stage=stage, **given, by=by)


def an_invoice(project, **facts) -> Invoice:
    given = {
        "line": project.lines.get(code="equipment"),
        "source": "grant",
        "number": "26110001",
        "paid_on": clock.today(),
        "payee": "示例设备公司",
        "purpose": "示例反应釜",
        "amount": D("120000.00"),
    }
    return Invoice(**given | facts)


# --- stages -----------------------------------------------------------------------------------------------------------


def test_a_stage_is_held_by_the_unit_until_its_day_then_by_the_clerk_then_by_nobody(running, filler):
    stage, clerk = running.stages.get(is_midterm=True), person(Role.BUREAU_CLERK)
    county = person(Role.COUNTY_STAFF, division=running.division.code)
    assert (held(running, stage).holder_role, held(running, stage).due_on) == (Role.ENT_FILLER, stage.due_on)

    report(running, stage, filler)

    asked = held(running, stage)
    day = calendar.add_working_days(clock.today(), 10)
    assert (asked.holder_role, asked.due_on) == (Role.BUREAU_CLERK, day)
    reported = Notice.objects.filter(event="projects.project.report_stage")
    assert reported.get(recipient=clerk).body.endswith("请核对后确认或者退回。")
    assert reported.get(recipient=county).body.endswith("由市科技局确认，不需办理。")
    services.confirm_stage(project=running, stage=stage, by=clerk)
    stage.refresh_from_db()
    assert stage.standing(clock.today()) == ("已完成", "done")
    assert held(running, stage) is None
    assert [row.name for row in selectors.stage_files(running)[selectors.proof_kind(stage)]] == [
        "示例材料.pdf"
    ]
    verbs = AuditEvent.objects.about(running).order_by("pk").values_list("verb", flat=True)
    assert [verb for verb in verbs if verb.startswith("projects.")] == [
        "projects.project.report_stage",
        "projects.project.confirm_stage",
    ]


def test_a_report_that_lacks_something_comes_back_with_its_reason_and_its_day(running, filler):
    stage, clerk = running.stages.get(is_midterm=True), person(Role.BUREAU_CLERK)
    report(running, stage, filler)

    with pytest.raises(Incomplete):
        services.return_stage(project=running, stage=stage, finding=" ", by=clerk)
    services.return_stage(project=running, stage=stage, finding="缺检测报告", by=clerk)

    stage.refresh_from_db()
    assert (stage.reported_at, stage.finding) == (None, "缺检测报告")
    assert (held(running, stage).holder_role, held(running, stage).due_on) == (Role.ENT_FILLER, stage.due_on)
    assert "缺检测报告。" in Notice.objects.get(event="projects.project.return_stage", recipient=filler).body
    with pytest.raises(Conflict):
        services.confirm_stage(project=running, stage=stage, by=clerk)
    report(running, stage, filler, uploads=[])  # the proof is there already


def test_a_stage_needs_words_and_proof_and_a_project_that_runs(running, filler):
    stage = running.stages.first()

    for facts in ({"report": " "}, {"uploads": []}):
        with pytest.raises(Incomplete):
            report(running, stage, filler, **facts)
    with pytest.raises(BadFile):
        report(running, stage, filler, uploads=[pdf_upload("示例.exe")])
    waiting = RunningFactory(state="signing")
    with pytest.raises(IllegalMove):
        report(waiting, waiting.stages.first(), filler)
    assert not Deadline.objects.about(running).filter(holder_role=Role.BUREAU_CLERK).exists()


def test_late_stages_are_found_and_said(running):
    stage = running.stages.get(is_midterm=True)
    later = stage.due_on + timedelta(days=1)

    assert stage.standing(later) == ("逾期未报告", "refused")
    assert stage.standing(stage.due_on) == ("未到期", "wait")
    assert list(selectors.with_late_stage(Project.objects.all(), later)) == [running]
    assert not selectors.with_late_stage(Project.objects.all(), stage.due_on).exists()


def test_whoever_reports_a_stage_does_not_confirm_it(running, filler):
    stage = running.stages.first()
    report(running, stage, filler)
    rows = ProjectStage.objects.filter(pk=stage.pk)

    with pytest.raises(IntegrityError, match="reported_by_not_confirmed_by"), transaction.atomic():
        rows.update(confirmed_at=clock.now(), confirmed_by=filler)
    other = person(Role.BUREAU_CLERK)
    with pytest.raises(IntegrityError, match="confirmed_as_reported"), transaction.atomic():
        rows.update(reported_at=None, reported_by=None, confirmed_at=clock.now(), confirmed_by=other)
    with pytest.raises(IntegrityError, match="reported_in_words"), transaction.atomic():
        rows.update(report="")


# --- expenses ---------------------------------------------------------------------------------------------------------


def test_the_budget_says_per_line_and_source_what_was_spent_and_is_left():
    rows = execution(
        [("a", "设备费", D(600), D(700)), ("b", "材料费", D(400), D(0))],
        {("a", "grant"): D(150), ("a", "own"): D(900), ("b", "grant"): D(400)},
    )

    assert [(row.grant_left, row.own_left, row.share) for row in rows] == [
        (D(450), D(0), D("25.00")),
        (D(0), D(0), D("100.00")),
    ]
    everything = whole(rows)
    assert (everything.grant, everything.grant_spent, everything.own_spent) == (D(1000), D(550), D(900))


def test_an_invoice_counts_once_in_all_projects(running, filler):
    services.enter_expenses(project=running, invoices=[an_invoice(running)], proof=pdf_upload(), by=filler)
    other = RunningFactory(state="running")

    with pytest.raises(Conflict, match="只能列支一次"):
        services.enter_expenses(project=other, invoices=[an_invoice(other)], by=filler)
    twice = [an_invoice(other, number="x"), an_invoice(other, number="x")]
    with pytest.raises(Conflict, match="列了两次"):
        services.enter_expenses(project=other, invoices=twice, by=filler)
    row = ProjectExpense.objects.get()
    assert (row.line.code, row.amount, row.proof.name) == ("equipment", D("120000.00"), "示例材料.pdf")
    assert selectors.spent_of(running, "grant") == D("120000.00")
    with pytest.raises(IntegrityError, match="invoice_counts_once"), transaction.atomic():
        ProjectExpenseFactory(number=row.number)


def test_what_was_taken_back_counts_no_more_and_may_be_listed_anew(running, filler):
    (row,) = services.enter_expenses(project=running, invoices=[an_invoice(running)], by=filler)

    with pytest.raises(Incomplete):
        services.void_expense(project=running, expense=row, reason=" ", by=filler)
    services.void_expense(project=running, expense=row, reason="金额有误", by=filler)
    with pytest.raises(Conflict):
        services.void_expense(project=running, expense=row, reason="再撤", by=filler)

    services.enter_expenses(project=running, invoices=[an_invoice(running, amount=D(5))], by=filler)
    assert selectors.spent_of(running, "grant") == D("5.00")
    assert selectors.expenses_of(running).count() == 2


def test_of_the_grant_no_line_is_overdrawn_and_of_own_money_more_may_be_spent(running, filler):
    left = running.lines.get(code="equipment").grant

    over = an_invoice(running, amount=left + D("0.01"))
    with pytest.raises(OverBudget, match=r"超出 0\.01 元"):
        services.enter_expenses(project=running, invoices=[over], by=filler)
    own = an_invoice(running, source="own", amount=left * 3)
    services.enter_expenses(project=running, invoices=[own], by=filler)
    services.enter_expenses(
        project=running, invoices=[an_invoice(running, number="2", amount=left)], by=filler
    )

    row = next(one for one in selectors.execution_of(running) if one.code == "equipment")
    assert (row.grant_left, row.own_spent) == (D("0.00"), left * 3)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"number": " "}, "number"),
        ({"payee": ""}, "payee"),
        ({"purpose": ""}, "purpose"),
        ({"source": "gift"}, "source"),
        ({"amount": D(0)}, "amount"),
        ({"amount": D("1.005")}, "amount"),
        ({"paid_on": clock.today() + timedelta(days=1)}, "paid_on"),
        ({"paid_on": clock.today() - timedelta(days=31)}, "paid_on"),
    ],
)
def test_what_an_invoice_lacks_is_said_at_its_field(running, filler, facts, field):
    with pytest.raises(Incomplete) as said:
        services.enter_expenses(project=running, invoices=[an_invoice(running, **facts)], by=filler)

    assert [reason.field for reason in said.value.reasons] == [field]
    assert not ProjectExpense.objects.exists()


def a_sheet(*rows) -> SimpleUploadedFile:
    book = Workbook()
    book.active.append(HEAD)
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("支出.xlsx", out.getvalue())


GOOD = ("设备费", "财政资金", "A001", "2026-11-20", "示例公司", "示例仪器", "1000.50")


def test_a_spreadsheet_of_invoices_is_listed_whole_or_not_at_all(running, filler):
    day = clock.today().isoformat()
    good = (*GOOD[:3], day, *GOOD[4:])
    bad = a_sheet(
        good,
        ("招待费", "财政资金", "A002", day, "示例公司", "示例", "1"),
        ("材料费", "捐赠", "A001", "昨天", "", "示例", "很多"),
    )

    with pytest.raises(BadFile) as said:
        services.import_expenses(project=running, upload=bad, by=filler)
    words = "".join(reason.text for reason in said.value.reasons)
    for place in (
        "第 3 行“科目”",
        "第 4 行“资金来源”",
        "第 4 行“支付日期”",
        "第 4 行“金额（元）”",
        "第 4 行“收款单位”",
        "与第 2 行重复",
    ):
        assert place in words
    assert not ProjectExpense.objects.exists()

    found = services.import_expenses(
        project=running, upload=a_sheet(good, ("材料费", "自筹资金", "A003", *good[3:6], 20)), by=filler
    )
    assert [(row.number, row.source, row.amount) for row in found] == [
        ("A001", "grant", D("1000.50")),
        ("A003", "own", D("20")),
    ]


def test_the_template_has_the_columns_that_are_read(running):
    book = load_workbook(BytesIO(template(running)))

    assert tuple(str(cell.value).rstrip("*") for cell in book.worksheets[0][1]) == HEAD
    with pytest.raises(BadFile, match="没有支出"):
        services.read_expenses(project=running, upload=a_sheet())
