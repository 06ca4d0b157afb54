"""Stopping a project or ending it early: proposed with facts or applied for, the unit heard, the money settled.

Locks: ``Project`` → ``ProjectEnding``. What ends or stops the project itself stands in ``ending_decisions``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from projects import selectors
from projects.enums.ending import EndingFile, EndingKind, EndingState
from projects.lifecycle.ending import ENDING
from projects.lifecycle.project import PROJECT
from projects.models import Project, ProjectEnding
from projects.notifications.endings import tell_of_ending
from projects.services.moving import issue_after_commit
from records import attachments, calendar, clock, numbering
from records.deadlines import day_in_words
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason, TooLate
from records.lifecycle import Stamps, lock
from records.models import AuditEvent

GIVEN_UP = "given_up"
Lines = Mapping[str, tuple[Decimal, str]]
"""By line of the budget: how much of what was listed is recognised, and why where it is less."""


def take(
    ending: ProjectEnding, action: str, *, by: User, at: datetime, reason: str = "", **more: Any
) -> AuditEvent:
    """One move: the table, the register, whoever has to know, the paper it promises."""
    event = ENDING.move(ending, action, by=by, at=at, reason=reason.strip(), **more)
    tell_of_ending(ending, event)
    if "paper" in event.data:
        issue_after_commit(event)
    return event


def promise(ending: ProjectEnding, kind: str, *, at: datetime) -> dict[str, Any]:
    """What the register keeps of a paper to come: its kind and its number, taken now and never again."""
    pattern, year = ending.edition.terms["numbers"][kind], timezone.localdate(at).year
    return {
        "kind": f"project_{kind}",
        "number": numbering.take_number(f"project.{kind}", pattern=pattern, year=year),
    }


def attach(ending: ProjectEnding, files: Sequence[UploadedFile], *, kind: str, by: User) -> None:
    """Keep what was brought with the case, within the edition's limits."""
    limits = ending.edition.upload_limits
    BadFile.unless_empty(
        replace(fault, field="files")
        for upload in files
        for fault in attachments.faults_of(upload, limits=limits)
    )
    for upload in files:
        attachments.attach_file(subject=ending, kind=kind, upload=upload, limits=limits, by=by)


# --- proposed, or applied for -----------------------------------------------------------------------------------------


@transaction.atomic
def propose_termination(
    *,
    project: Project,
    ground: str,
    facts: str,
    by: User,
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> ProjectEnding:
    """Propose to end a project early for one of the grounds of its edition; the unit is heard first."""
    return _open(project, EndingKind.TERMINATE, ground, facts, by=by, at=at, files=files)


@transaction.atomic
def propose_project_suspension(
    *,
    project: Project,
    ground: str,
    facts: str,
    until: date,
    by: User,
    measures: str = "",
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> ProjectEnding:
    """Propose to stop a project until a day, with what the unit has to mend; the unit is heard first."""
    more = {"until": until, "measures": measures.strip()}
    return _open(project, EndingKind.SUSPEND, ground, facts, by=by, at=at, files=files, **more)


@transaction.atomic
def apply_for_termination(
    *,
    project: Project,
    facts: str,
    files: Sequence[UploadedFile],
    by: User,
    at: datetime | None = None,
) -> ProjectEnding:
    """The unit gives a project up itself, by a sealed application: it need not be heard, its money is settled."""
    if not files:
        raise Incomplete(Reason("请上传加盖公章的终止申请。", field="files"))
    more = {"by_unit": True, "state": EndingState.APPLIED}
    return _open(project, EndingKind.TERMINATE, GIVEN_UP, facts, by=by, at=at, files=files, **more)


def _open(
    project: Project,
    kind: str,
    ground: str,
    facts: str,
    *,
    by: User,
    at: datetime | None,
    files: Sequence[UploadedFile],
    **more: Any,
) -> ProjectEnding:
    at = at or clock.now()
    lock(project)
    refuse_unless_endable(project, kind)
    day, edition = timezone.localdate(at), project.edition
    found = (
        []
        if ground in {one["code"] for one in edition.terms["ending_grounds"]}
        else [Reason("请选择中止、终止情形。", field="ground")]
    )
    if not facts.strip():
        found.append(Reason("请写明事实和依据。", field="facts"))
    if kind == EndingKind.SUSPEND:
        found += faults_of_period(project, more["until"], day)
    Incomplete.unless_empty(found)
    if other := project.endings.live().filter(kind=kind).first():
        words = f"该项目已有一件{other.title}在办。"
        raise Conflict(Reason(words, field="project", url=other.get_absolute_url(), link="查看在办案件"))
    pattern = edition.terms["numbers"]["ending"]
    ending = ProjectEnding.objects.create(
        project=project,
        host_id=project.host_id,
        division_id=project.division_id,
        number=numbering.take_number("project.ending", pattern=pattern, year=day.year),
        kind=kind,
        ground=ground,
        facts=facts.strip(),
        proposed_at=at,
        proposed_by=by,
        **more,
    )
    event = ENDING.begin(ending, by=by, at=at, ground=ground, project=project.number)
    attach(ending, files, kind=EndingFile.APPLICATION if ending.by_unit else EndingFile.EVIDENCE, by=by)
    tell_of_ending(ending, event)
    return ending


def refuse_unless_endable(project: Project, kind: str) -> None:
    """Raises ``IllegalMove`` where the project does not stand so that it may be stopped or ended, ``Conflict`` while
    its final acceptance is being judged: that comes to a conclusion of its own.
    """
    action = "suspend" if kind == EndingKind.SUSPEND else "terminate"
    if not PROJECT.allows(project, action):
        word = EndingKind(kind).label
        raise IllegalMove(f"“{project}”现为“{PROJECT.label(project.state)}”，不能{word}。")
    if final := selectors.final_under_way(project, applied=True):
        words = "该项目已申请结题验收，由结题验收作出结论。"
        raise Conflict(Reason(words, field="project", url=final.get_absolute_url(), link="查看结题验收"))


def faults_of_period(project: Project, until: date, today: date) -> list[Reason]:
    """What is wrong with the day until which a project is to be stopped."""
    longest = int(project.edition.terms["ending"]["suspension_days_max"])
    if until <= today:
        return [Reason("中止期限须晚于今天。", field="until")]
    if (until - today).days > longest:
        return [Reason(f"一次中止最长 {longest} 日（系统默认，待确认）；期满可继续中止。", field="until")]
    return []


# --- the unit is heard ------------------------------------------------------------------------------------------------


@transaction.atomic
def notify_ending(*, ending: ProjectEnding, by: User, at: datetime | None = None) -> ProjectEnding:
    """Send the notice of intent, another than who proposed it: the unit has its days to state its case and to list
    what it has spent.
    """
    at = at or clock.now()
    _lock(ending)
    refuse_unless_endable(ending.project, ending.kind)
    days = ending.time_limit("ending_statement") or 0
    until = calendar.add_working_days(timezone.localdate(at), days)
    for refusal in ENDING.blocks(ending, "notify", by):
        raise refusal
    data = {"paper": promise(ending, "ending_intent", at=at), "statement_until": until.isoformat()}
    stamps: Stamps = {"noticed_at": at, "noticed_by": by, "statement_until": until}
    take(ending, "notify", by=by, at=at, data=data, due_on=until, **stamps)
    return ending


def _lock(ending: ProjectEnding) -> None:
    """The project first, then its case."""
    project = Project.objects.select_for_update(of=("self",), no_key=True).get(pk=ending.project_id)
    lock(ending)
    ending.project = project


@transaction.atomic
def state_ending(
    *,
    ending: ProjectEnding,
    statement: str,
    by: User,
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> ProjectEnding:
    """The unit states its case, once, within its days by the database's clock."""
    at = at or clock.database_now()
    if not statement.strip():
        raise Incomplete(Reason("请填写陈述申辩意见；没有异议的，请写明“无异议”。", field="statement"))
    lock(ending)
    for refusal in ENDING.blocks(ending, "state", by):
        raise refusal
    if ending.statement_until and ending.is_late(timezone.localdate(at)):
        last = day_in_words(ending.statement_until)
        raise TooLate(f"陈述申辩期限为{last}，现已超过，按规定视为放弃。如有新的情况请书面联系市科技局。")
    take(ending, "state", by=by, at=at, statement=statement.strip(), stated_at=at, stated_by=by)
    attach(ending, files, kind=EndingFile.STATEMENT, by=by)
    return ending


def lapse_ending_statements(*, at: datetime | None = None) -> int:
    """Let go on what the unit let its days run out for; returns how many."""
    at = at or clock.now()
    due = selectors.ending_statements_run_out(timezone.localdate(at))
    return sum(_lapse_statement(ending=ending, at=at) for ending in due)


@transaction.atomic
def _lapse_statement(*, ending: ProjectEnding, at: datetime) -> bool:
    lock(ending)
    if ending.state != EndingState.STATEMENT or not ending.is_late(timezone.localdate(at)):
        return False
    take(ending, "lapse_statement", by=system_user(), at=at)
    return True


@transaction.atomic
def withdraw_ending(
    *, ending: ProjectEnding, reason: str, by: User, at: datetime | None = None
) -> ProjectEnding:
    """The unit goes on with the project after all, before anything was settled."""
    take(ending, "withdraw", by=by, at=at or clock.now(), reason=reason)
    return ending


# --- the money is settled ---------------------------------------------------------------------------------------------


@transaction.atomic
def settle_ending(
    *,
    ending: ProjectEnding,
    finding: str,
    by: User,
    lines: Lines | None = None,
    at: datetime | None = None,
) -> ProjectEnding:
    """Say what was found, and of a project to be ended by line how much of what was spent is recognised.

    What was received and is not recognised has to come back. From here no invoice is entered or taken back, until the
    case is returned. Another person decides.
    """
    at = at or clock.now()
    _lock(ending)
    for refusal in ENDING.blocks(ending, "settle", by):
        raise refusal
    found = [] if finding.strip() else [Reason("请写明核查情况和处理意见。", field="finding")]
    rows, faults = _settled(ending.project, lines or {}) if ending.is_termination else ([], [])
    Incomplete.unless_empty([*found, *faults])
    stamps: Stamps = {"finding": finding.strip(), "settled_at": at, "settled_by": by, "lines": rows}
    data: dict[str, Any] = {}
    if ending.is_termination:
        received = selectors.received_of(ending.project)
        recognised = sum((Decimal(row["recognised"]) for row in rows), Decimal(0))
        balance = max(received - recognised, Decimal(0))
        stamps |= {"received": received, "recognised": recognised, "balance": balance}
        data = {"received": str(received), "recognised": str(recognised), "balance": str(balance)}
    take(ending, "settle", by=by, at=at, data=data, **stamps)
    return ending


def _settled(project: Project, lines: Lines) -> tuple[list[dict[str, str]], list[Reason]]:
    """The lines as they are kept, and what is wrong with them."""
    rows, found = [], list[Reason]()
    for row in selectors.execution_of(project):
        recognised, note = lines.get(row.code, (row.grant_spent, ""))
        if recognised is None or not 0 <= recognised <= row.grant_spent:
            words = f"“{row.label}”认定金额应在 0 至已列支的 {row.grant_spent:,.2f} 元之间。"
            found.append(Reason(words, field="lines"))
            continue
        if recognised < row.grant_spent and not note.strip():
            found.append(Reason(f"“{row.label}”有支出不予认定的，须写明理由。", field="lines"))
        rows.append(
            {
                "code": row.code,
                "label": row.label,
                "grant": str(row.grant),
                "listed": str(row.grant_spent),
                "recognised": str(recognised),
                "note": note.strip()[:500],
            }
        )
    return rows, found


@transaction.atomic
def return_settlement(
    *, ending: ProjectEnding, reason: str, by: User, at: datetime | None = None
) -> ProjectEnding:
    """Have it settled anew; the unit may bring invoices again."""
    take(ending, "return_settlement", by=by, at=at or clock.now(), reason=reason)
    return ending


@transaction.atomic
def drop_ending(*, ending: ProjectEnding, reason: str, by: User, at: datetime | None = None) -> ProjectEnding:
    """Let the project go on. A unit that knows of the case gets a letter; one that does not hears nothing."""
    at = at or clock.now()
    lock(ending)
    for refusal in ENDING.blocks(ending, "drop", by):
        raise refusal
    known = bool(reason.strip()) and (ending.by_unit or ending.noticed_at is not None)
    data = {"paper": promise(ending, "ending_closing", at=at)} if known else {}
    take(ending, "drop", by=by, at=at, reason=reason, data=data)
    return ending
