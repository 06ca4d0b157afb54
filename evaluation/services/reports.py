"""Reports of agencies: drafted from the data, handed over with their figures, questioned point by point, accepted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import system_user
from evaluation import documents, tasks
from evaluation.enums import ReportState
from evaluation.lifecycle import REPORT
from evaluation.models import (
    AgencyReport,
    EngagementBatch,
    Panel,
    ReportQuestion,
    ReportVersion,
    ReviewEdition,
)
from evaluation.notifications import visits as notifications
from evaluation.selectors.reports import (
    applications_of,
    batches_due,
    draft_texts,
    drafts_without_clock,
    facts_of,
    finished_batches,
    latest_version,
    questions_open,
    report_papers_missing,
    report_resting_on,
    unfinished_of,
)
from records import audit, calendar, clock, deadlines, numbering
from records import documents as paper_office
from records.errors import Clash, Conflict, IllegalMove, Incomplete, Reason, StaleVersion
from records.lifecycle import Stamps, lock
from records.models import AuditEvent, Document
from records.pdf import RenderFailed


@transaction.atomic
def draft_report(*, batch: EngagementBatch, by: User, at: datetime | None = None) -> AgencyReport:
    """Begin the report on a batch, with what the figures say already.

    One that the portal began, and on which nobody has written yet, is the one that is meant. The clock runs from
    the day on which the last case of the batch has left the agency.
    """
    at = at or clock.now()
    lock(batch)
    _refuse_unless_engaged(batch, at)
    if not applications_of(batch).exists():
        raise Conflict("该批次没有交办的申报，不需要报告。")
    if begun := AgencyReport.objects.select_related("drafted_by").filter(batch=batch).first():
        if begun.drafted_by.is_system and begun.saved_at is None and begun.state == ReportState.DRAFT:
            return begun
        raise Conflict("该批次的评审报告已在起草，请在列表中打开。")
    report = AgencyReport.objects.create(
        batch=batch,
        agency=batch.engagement.agency,
        edition=ReviewEdition.objects.in_force("recognition", timezone.localdate(at)),
        texts=draft_texts(facts_of(batch)),
        drafted_at=at,
        drafted_by=by,
    )
    REPORT.begin(report, by=by, at=at)
    if finished_batches(at).filter(pk=batch.pk).exists():
        _start_clock(report, at=at)
    return report


def _start_clock(report: AgencyReport, *, at: datetime) -> None:
    deadlines.open_for(
        report,
        label=REPORT.label(report.state),
        role=Role.AGENCY,
        at=at,
        working_days=report.time_limit("agency_report"),
    )
    notifications.report_due(report)


def begin_due_reports() -> int:
    """Begin the report on every batch that has come to its end, and start the clock of earlier drafts."""
    by, now = system_user(), clock.now()
    begun = [draft_report(batch=batch, by=by, at=now) for batch in batches_due(now)]
    return len(begun) + sum(_start_late(report, at=now) for report in drafts_without_clock(now))


@transaction.atomic
def _start_late(report: AgencyReport, *, at: datetime) -> bool:
    lock(report)
    if not drafts_without_clock(at).filter(pk=report.pk).exists():
        return False
    _start_clock(report, at=at)
    return True


def _refuse_unless_engaged(batch: EngagementBatch, at: datetime) -> None:
    if not batch.engagement.is_in_force(timezone.localdate(at)):
        raise Conflict("评审委托不在有效期内，不能起草和提交评审报告；请联系市科技局。")


@transaction.atomic
def save_report(
    *,
    report: AgencyReport,
    entries: Mapping[str, str],
    by: User,
    seen: datetime | None = None,
    at: datetime | None = None,
) -> datetime:
    """Keep what was written, part by part (``text_…``), and answers to questions (``answer_…``)."""
    at = at or clock.now()
    lock(report)
    _refuse_unless_open(report)
    _refuse_to_overwrite(report, entries, by, seen)
    known = {part["code"] for part in report.edition.terms["report_parts"]}
    texts = {name.removeprefix("text_"): value for name, value in entries.items() if name[:5] == "text_"}
    report.texts = report.texts | {code: text for code, text in texts.items() if code in known}
    report.saved_at, report.saved_by = at, by
    report.save(update_fields=["texts", "saved_at", "saved_by"])
    for question in questions_open(report):
        if f"answer_{question.pk}" in entries:
            question.answer = entries[f"answer_{question.pk}"].strip()
            question.save(update_fields=["answer"])
    audit.record("evaluation.agencyreport.save", report, by=by, at=at, fields=sorted(entries))
    return at


def _refuse_unless_open(report: AgencyReport) -> None:
    if report.state not in (ReportState.DRAFT, ReportState.RETURNED):
        raise IllegalMove(f"评审报告现为“{REPORT.label(report.state)}”，内容不能再改。")


def _refuse_to_overwrite(
    report: AgencyReport, entries: Mapping[str, str], by: User, seen: datetime | None
) -> None:
    """Show both texts where a colleague saved in between; each decides, nothing is lost."""
    if seen is None or report.saved_at is None or report.saved_at <= seen or report.saved_by_id == by.pk:
        return
    labels = {part["code"]: part["label"] for part in report.edition.terms["report_parts"]}
    clashes = []
    for name, mine in entries.items():
        theirs = report.texts.get(name.removeprefix("text_"), mine)
        if name[:5] == "text_" and theirs != mine:
            who, when = report.saved_by.name, f"{timezone.localtime(report.saved_at):%H:%M:%S}"
            clashes.append(Clash(name, labels.get(name[5:], name), mine, theirs, by=who, at=when))
    if clashes:
        words = "以下内容在您填写期间已被他人修改，请选择保留哪一个。"
        raise StaleVersion(words, clashes=clashes, version=int(report.saved_at.timestamp() * 1000) + 1)


@transaction.atomic
def hand_over_report(*, report: AgencyReport, by: User, at: datetime | None = None) -> AgencyReport:
    """Hand the report over to the bureau, as a version with the figures of this moment."""
    at = at or clock.now()
    lock(report)
    if REPORT.allows(report, "hand_over"):
        _refuse_unless_engaged(report.batch, at)
        Incomplete.unless_empty(_missing(report))
    former = latest_version(report)
    number = former.number + 1 if former else 1
    promised = _promise(report, number, at)
    event = REPORT.move(
        report, "hand_over", by=by, at=at, data={"paper": promised}, handed_at=at, handed_by=by
    )
    for question in questions_open(report):
        question.answered_at, question.answered_by = at, by
        question.save(update_fields=["answered_at", "answered_by"])
    ReportVersion.objects.create(
        report=report,
        number=number,
        texts=report.texts,
        facts=facts_of(report.batch),
        handed_at=at,
        handed_by=by,
    )
    notifications.report_handed_over(report, number=number)
    transaction.on_commit(partial(tasks.issue_report.delay, event.pk), robust=True)
    return report


def _missing(report: AgencyReport) -> list[Reason]:
    found = []
    if left := unfinished_of(report.batch):
        found.append(Reason(f"本批次还有 {left} 项没有完成评审或现场考察，完成后再提交报告。"))
    for part in report.edition.terms["report_parts"]:
        if not report.texts.get(part["code"], "").strip():
            found.append(Reason(f"“{part['label']}”还没有填写。", field=f"text_{part['code']}"))
    for place, question in enumerate(questions_open(report), 1):
        if not question.answer.strip():
            words = f"问题 {place}“{question.text[:30]}”还没有答复。"
            found.append(Reason(words, field=f"answer_{question.pk}"))
    return found


def _promise(report: AgencyReport, number: int, at: datetime) -> dict[str, str | int]:
    """The number of the first version stays with the later ones."""
    first = AuditEvent.objects.about(report).filter(data__has_key="paper").order_by("pk").first()
    if first is None:
        pattern, year = report.edition.terms["numbers"]["agency_report"], timezone.localdate(at).year
        return {
            "kind": "agency_report",
            "number": numbering.take_number("agency_report", pattern=pattern, year=year),
            "version": 1,
        }
    taken = first.data["paper"]["number"]
    return {"kind": f"agency_report_{number}", "number": f"{taken}-{number}", "version": number}


@transaction.atomic
def send_report_back(
    *, report: AgencyReport, questions: Sequence[Mapping[str, str]], by: User, at: datetime | None = None
) -> AgencyReport:
    """Return the report with questions, each to be answered; the version that was handed over is kept."""
    at = at or clock.now()
    if not questions:
        raise Incomplete(Reason("请逐条写明需要答复的问题。", field="questions"))
    REPORT.move(report, "send_back", by=by, at=at, data={"questions": len(questions)})
    ReportQuestion.objects.bulk_create(
        ReportQuestion(
            version=latest_version(report),
            part=one.get("part", ""),
            text=one["text"].strip(),
            asked_at=at,
            asked_by=by,
        )
        for one in questions
    )
    notifications.report_sent_back(report, count=len(questions), at=at)
    return report


def reopen_report(panel: Panel, *, reason: str, by: User, at: datetime) -> None:
    """Have the report on a batch brought up to date whose panel judges a case anew; earlier versions stay as they are.

    The agency answers for it once the panel has concluded again. One whose engagement is over stands as it was.
    """
    report = report_resting_on(panel, on=timezone.localdate(at))
    if report is None:
        return
    days = [panel.time_limit("scoring"), panel.time_limit("conclusion"), report.time_limit("report_answer")]
    due_on = calendar.add_working_days(timezone.localdate(at), sum(day or 0 for day in days))
    cleared: Stamps = {"accepted_at": None, "accepted_by": None, "opinion": ""}
    REPORT.move(report, "reopen", by=system_user(), at=at, reason=reason, due_on=due_on, **cleared)
    ReportQuestion.objects.create(
        version=report.versions.latest("number"),
        text=f"评审组 {panel.code} 正在重新评定。汇总后请更新得分、排序和结论，并说明变化。",
        asked_at=at,
        asked_by=by,
    )
    notifications.report_reopened(report, panel, at=at)


@transaction.atomic
def accept_report(
    *, report: AgencyReport, by: User, opinion: str = "", at: datetime | None = None
) -> AgencyReport:
    """Accept the report: the agency's part in the batch is done."""
    at = at or clock.now()
    stamps: Stamps = {"accepted_at": at, "accepted_by": by, "opinion": opinion.strip()}
    REPORT.move(report, "accept", by=by, at=at, **stamps)
    notifications.report_accepted(report)
    return report


# --- papers ---------------------------------------------------------------------------------------------------------


def issue_report(*, event: AuditEvent) -> Document:
    """Make the paper of the version that a move promised; a second call returns the one that exists."""
    report = AgencyReport.objects.select_related("batch__call", "agency", "edition").get(pk=event.subject_id)
    promised = event.data["paper"]
    version = report.versions.get(number=promised["version"])
    return paper_office.issue(
        paper_office.Paper(
            kind=promised["kind"],
            number=promised["number"],
            subject=report,
            title=f"评审报告（第 {version.number} 版）",
            template=documents.AGENCY_REPORT,
            context=documents.agency_report(report, version.texts, version.facts)
            | {"number": promised["number"], "version": version.number},
            by=event.actor,
            at=event.at,
        )
    )


def report_promise(*, event_id: int) -> AuditEvent | None:
    """The line of the register under ``event_id``, if it promises the paper of a report."""
    rows = report_papers_missing(before=clock.now()).filter(pk=event_id)
    return rows.select_related("actor").first()


def issue_missing_reports(*, before: datetime) -> int:
    """Make the papers that no task made; one failure does not hold up the others."""
    made = 0
    for event in report_papers_missing(before=before).select_related("actor"):
        try:
            issue_report(event=event)
            made += 1
        except RenderFailed:
            continue
    return made
