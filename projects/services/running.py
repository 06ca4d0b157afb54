"""A running project: stages reported with proof and confirmed; invoices listed once, on their lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from projects import selectors
from projects.enums.running import ProjectState, RunningFile, Source
from projects.lifecycle.project import PROJECT
from projects.models import Project, ProjectExpense, ProjectLine, ProjectStage
from projects.notifications.running import tell_of_stage
from records import attachments, audit, clock, deadlines
from records.amounts import grouped
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, OverBudget, Reason
from records.lifecycle import lock
from records.turns import take_turns


def refuse_unless_running(project: Project, deed: str) -> None:
    """Raise ``IllegalMove`` where the project does not run (yet, or any more)."""
    if project.state != ProjectState.RUNNING:
        raise IllegalMove(f"“{project}”现为“{PROJECT.label(project.state)}”，不能{deed}。")


def refuse_unless_spending(project: Project, deed: str) -> None:
    """The same for invoices: a stopped project brings what is missing while its unit is heard about its end, none does
    while its money is settled and waits for the decision.
    """
    heard = project.state == ProjectState.SUSPENDED and selectors.may_still_list(project)
    if not heard:
        refuse_unless_running(project, deed)
    if selectors.is_settled(project):
        raise Conflict(f"“{project}”终止的经费已经核定，待审定，不能{deed}；需要补列的，请联系市科技局退回。")


def open_stages(project: Project, *, at: datetime) -> None:
    """Start the clock of every stage that is not reported: the unit holds each until its day."""
    for stage in project.stages.filter(reported_at__isnull=True):
        _open_stage(project, stage, at=at)


def _open_stage(project: Project, stage: ProjectStage, *, at: datetime) -> None:
    label = f"{'中期节点' if stage.is_midterm else '阶段目标'}：{stage.title}"[:100]
    deadlines.open_for(
        project, label=label, role=Role.ENT_FILLER, at=at, kind=stage.deadline_kind, due_on=stage.due_on
    )


# --- stages -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def report_stage(
    *,
    project: Project,
    stage: ProjectStage,
    report: str,
    uploads: Sequence[UploadedFile],
    by: User,
    at: datetime | None = None,
) -> ProjectStage:
    """The unit says how a stage was reached, with proof; the bureau's clerk is called to confirm it."""
    at = at or clock.now()
    lock(project)
    refuse_unless_running(project, "报告阶段目标")
    lock(stage)
    if stage.confirmed_at:
        raise Conflict("该阶段目标已经确认，不能再改。")
    limits, kind = project.edition.upload_limits, selectors.proof_kind(stage)
    found = [] if report.strip() else [Reason("请写明完成情况。", field="report")]
    if not uploads and not selectors.stage_files(project).get(kind):
        found.append(Reason("请上传证明材料。", field="uploads"))
    Incomplete.unless_empty(found)
    BadFile.unless_empty(
        replace(fault, field="uploads")
        for upload in uploads
        for fault in attachments.faults_of(upload, limits=limits)
    )
    for upload in uploads:
        attachments.attach_file(subject=project, kind=kind, upload=upload, by=by, limits=limits)
    stage.report, stage.reported_at, stage.reported_by = report.strip(), at, by
    stage.save(update_fields=["report", "reported_at", "reported_by"])
    days = project.time_limit("stage_check")
    label = f"确认阶段目标：{stage.title}"[:100]
    deadlines.open_for(
        project, label=label, role=Role.BUREAU_CLERK, at=at, kind=stage.deadline_kind, working_days=days
    )
    event = audit.record("projects.project.report_stage", project, by=by, at=at, stage=stage.title)
    tell_of_stage(project, stage, event)
    return stage


@transaction.atomic
def confirm_stage(
    *, project: Project, stage: ProjectStage, by: User, finding: str = "", at: datetime | None = None
) -> ProjectStage:
    """The bureau finds a stage reached."""
    at = at or clock.now()
    _lock_reported(project, stage, "确认阶段目标")
    stage.finding, stage.confirmed_at, stage.confirmed_by = finding.strip(), at, by
    stage.save(update_fields=["finding", "confirmed_at", "confirmed_by"])
    deadlines.close(project, kind=stage.deadline_kind, at=at)
    event = audit.record(
        "projects.project.confirm_stage", project, by=by, at=at, reason=finding, stage=stage.title
    )
    tell_of_stage(project, stage, event)
    return stage


@transaction.atomic
def return_stage(
    *, project: Project, stage: ProjectStage, finding: str, by: User, at: datetime | None = None
) -> ProjectStage:
    """Have a stage reported anew, with what is lacking; its day stays what it was."""
    at = at or clock.now()
    if not finding.strip():
        raise Incomplete(Reason("请写明退回的理由。", field="finding"))
    _lock_reported(project, stage, "退回阶段报告")
    stage.finding, stage.reported_at, stage.reported_by = finding.strip(), None, None
    stage.save(update_fields=["finding", "reported_at", "reported_by"])
    _open_stage(project, stage, at=at)
    event = audit.record(
        "projects.project.return_stage", project, by=by, at=at, reason=finding, stage=stage.title
    )
    tell_of_stage(project, stage, event)
    return stage


def _lock_reported(project: Project, stage: ProjectStage, deed: str) -> None:
    lock(project)
    refuse_unless_running(project, deed)
    lock(stage)
    if stage.reported_at is None or stage.confirmed_at:
        raise Conflict(f"“{stage.title}”没有待确认的报告，不能{deed}。")


# --- expenses ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice as it is entered."""

    line: ProjectLine
    source: str
    number: str
    paid_on: date
    payee: str
    purpose: str
    amount: Decimal


@transaction.atomic
def enter_expenses(
    *,
    project: Project,
    invoices: Sequence[Invoice],
    by: User,
    proof: UploadedFile | None = None,
    at: datetime | None = None,
) -> list[ProjectExpense]:
    """List invoices, all or none. Raises ``Conflict`` for one that is listed already, ``OverBudget`` where a line
    has not so much of the grant left; of its own money a unit may spend more than it promised.
    """
    at = at or clock.now()
    take_turns("projects.invoices")
    lock(project)
    refuse_unless_spending(project, "登记支出")
    Incomplete.unless_empty([fault for one in invoices for fault in faults_of(project, one, at)])
    Conflict.unless_empty(_twice(invoices))
    OverBudget.unless_empty(_overdrawn(project, invoices))
    kept = None
    if proof is not None:
        limits = project.edition.upload_limits
        BadFile.unless_empty(
            replace(fault, field="proof") for fault in attachments.faults_of(proof, limits=limits)
        )
        kept = attachments.attach_file(
            subject=project, kind=RunningFile.INVOICE, upload=proof, by=by, limits=limits
        )
    found = ProjectExpense.objects.bulk_create(
        ProjectExpense(
            project=project,
            line=one.line,
            source=one.source,
            number=one.number,
            paid_on=one.paid_on,
            payee=one.payee,
            purpose=one.purpose,
            amount=one.amount,
            proof=kept,
            entered_at=at,
            entered_by=by,
        )
        for one in invoices
    )
    total = sum((one.amount for one in invoices), Decimal(0))
    audit.record(
        "projects.project.enter_expenses", project, by=by, at=at, invoices=len(found), total=str(total)
    )
    return found


def faults_of(project: Project, one: Invoice, at: datetime) -> list[Reason]:
    """What is wrong with an invoice by itself."""
    found, today = list[Reason](), timezone.localdate(at)
    for value, field, words in (
        (one.number, "number", "请填写发票号码。"),
        (one.payee, "payee", "请填写收款单位。"),
        (one.purpose, "purpose", "请填写用途。"),
    ):
        if not value.strip():
            found.append(Reason(words, field=field))
    if one.line.project_id != project.pk:
        found.append(Reason("请选择本项目的预算科目。", field="line"))
    if one.source not in Source.values:
        found.append(Reason("请选择资金来源。", field="source"))
    if one.amount <= 0 or one.amount != one.amount.quantize(Decimal("0.01")):
        found.append(Reason("金额须大于零，最多两位小数。", field="amount"))
    if not project.starts_on <= one.paid_on <= today:
        words = f"支付日期应在{project.starts_on:%Y年%-m月%-d日}立项之后，不晚于今天。"
        found.append(Reason(words, field="paid_on"))
    stopped = project.suspended_at and timezone.localdate(project.suspended_at)
    if stopped and one.paid_on > stopped:
        words = f"项目自{stopped:%Y年%-m月%-d日}中止，此后的支出不能列支。"
        found.append(Reason(words, field="paid_on"))
    return found


def _twice(invoices: Sequence[Invoice]) -> list[Reason]:
    numbers = [one.number for one in invoices]
    known, seen, found = selectors.invoices_known(numbers), set[str](), list[Reason]()
    for number in numbers:
        if number in known:
            words = f"发票 {number} 已在“{known[number].project}”列支，同一发票只能列支一次。"
            found.append(Reason(words, field="number"))
        elif number in seen:
            found.append(Reason(f"发票 {number} 列了两次。", field="number"))
        seen.add(number)
    return found


def _overdrawn(project: Project, invoices: Sequence[Invoice]) -> list[Reason]:
    found = list[Reason]()
    for row in selectors.execution_of(project):
        more = sum(
            (one.amount for one in invoices if one.source == Source.GRANT and one.line.code == row.code),
            Decimal(0),
        )
        if more > row.grant_left:
            words = (
                f"“{row.label}”财政资金还剩 {grouped(row.grant_left)} 元，本次列支 {grouped(more)} 元，"
                f"超出 {grouped(more - row.grant_left)} 元；需要调剂的，先办理预算变更。"
            )
            found.append(Reason(words, field="amount"))
    return found


@transaction.atomic
def void_expense(
    *, project: Project, expense: ProjectExpense, reason: str, by: User, at: datetime | None = None
) -> ProjectExpense:
    """Take an invoice back that was entered wrongly; it stays on record and counts no more."""
    at = at or clock.now()
    lock(project)
    refuse_unless_spending(project, "撤销支出")
    lock(expense)
    if expense.voided_at:
        raise Conflict("该笔支出已经撤销。")
    if not reason.strip():
        raise Incomplete(Reason("请写明撤销的理由。", field="reason"))
    expense.voided_at, expense.voided_by, expense.void_reason = at, by, reason.strip()
    expense.save(update_fields=["voided_at", "voided_by", "void_reason"])
    audit.record("projects.project.void_expense", project, by=by, at=at, reason=reason, number=expense.number)
    return expense
