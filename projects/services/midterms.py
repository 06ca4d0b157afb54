"""The mid-term check, the unit's part: opened by the clock, written, handed in with stages and money frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from projects import selectors
from projects.enums.midterm import MidtermFile, MidtermState
from projects.lifecycle.midterm import MIDTERM
from projects.models import Project, ProjectMidterm
from projects.notifications.midterms import tell_of_midterm
from records import attachments, audit, calendar, clock, numbering
from records.errors import BadFile, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock
from records.models import Attachment, AuditEvent

NOT_SAID_YET: Stamps = {
    "outcome": "",
    "grounds": "",
    "proposed_at": None,
    "proposed_by": None,
    "decided_at": None,
    "decided_by": None,
    "score": None,
    "panel_passed": None,
    "panel_opinion": "",
    "reviewed_at": None,
    "reviewed_by": None,
}
"""What was found about a report before it was handed in anew: the register keeps it."""


def take(
    midterm: ProjectMidterm, action: str, *, by: User, at: datetime, reason: str = "", **more: Any
) -> AuditEvent:
    """One move: the table, the register, whoever has to know."""
    event = MIDTERM.move(midterm, action, by=by, at=at, reason=reason.strip(), **more)
    tell_of_midterm(midterm, event)
    return event


def open_midterms(*, at: datetime | None = None) -> int:
    """Open the check of every running project of whose term enough is over. Returns how many."""
    at, opened = at or clock.now(), 0
    for project in selectors.midterms_to_open(timezone.localdate(at)):
        opened += open_midterm(project=project, by=system_user(), at=at) is not None
    return opened


@transaction.atomic
def open_midterm(*, project: Project, by: User, at: datetime | None = None) -> ProjectMidterm | None:
    """Open the mid-term check of a project, once; None where it is open, or the project does not run any more."""
    at = at or clock.now()
    lock(project)
    if project.state != "running" or selectors.midterm_of(project) is not None:
        return None
    days = int(project.edition.terms["midterm"]["report_days"])
    due_by = calendar.add_working_days(timezone.localdate(at), days)
    midterm = ProjectMidterm.objects.create(
        project=project,
        host_id=project.host_id,
        division_id=project.division_id,
        due_by=due_by,
        opened_at=at,
        opened_by=by,
    )
    event = MIDTERM.begin(midterm, by=by, at=at, due_on=due_by, project=project.number)
    tell_of_midterm(midterm, event)
    return midterm


def lapse_midterms(*, at: datetime | None = None) -> int:
    """Close the checks whose project came to its end meanwhile. Returns how many."""
    at, closed = at or clock.now(), 0
    for midterm in selectors.midterms_to_lapse():
        with transaction.atomic():
            lock(midterm)
            if MIDTERM.allows(midterm, "lapse"):
                take(midterm, "lapse", by=system_user(), at=at)
                closed += 1
    return closed


# --- written by the unit ----------------------------------------------------------------------------------------------


def _refuse_unless_prepared(midterm: ProjectMidterm) -> None:
    if midterm.state not in (MidtermState.PREPARING, MidtermState.MENDING):
        raise IllegalMove(f"“{midterm}”现为“{MIDTERM.label(midterm.state)}”，材料不能再改。")


@transaction.atomic
def save_midterm(
    *, midterm: ProjectMidterm, texts: Mapping[str, str], by: User, at: datetime | None = None
) -> ProjectMidterm:
    """Keep the unit's words, part by part."""
    at = at or clock.now()
    lock(midterm)
    _refuse_unless_prepared(midterm)
    terms = midterm.edition.terms
    known, most = {part["code"] for part in terms["midterm_parts"]}, int(terms["midterm"]["text_max_chars"])
    Incomplete.unless_empty(
        Reason(f"每部分最长 {most} 字。", field=f"text_{code}")
        for code, text in texts.items()
        if len(text) > most
    )
    midterm.texts = midterm.texts | {code: text.strip() for code, text in texts.items() if code in known}
    midterm.saved_at, midterm.saved_by = at, by
    midterm.save(update_fields=["texts", "saved_at", "saved_by"])
    audit.record("projects.projectmidterm.save", midterm, by=by, at=at, parts=sorted(texts))
    return midterm


@transaction.atomic
def attach_midterm_files(
    *, midterm: ProjectMidterm, kind: str, uploads: Sequence[UploadedFile], by: User
) -> list[Attachment]:
    """Take in what the unit brings: of the report there is one, a newer stands in its place."""
    lock(midterm)
    _refuse_unless_prepared(midterm)
    if kind not in MidtermFile.values:
        raise Incomplete(Reason("请选择材料类别。", field="kind"))
    limits, single = midterm.edition.upload_limits, kind == MidtermFile.REPORT
    BadFile.unless_empty(
        replace(fault, field="uploads")
        for upload in uploads
        for fault in attachments.faults_of(upload, limits=limits)
    )
    if single and len(uploads) > 1:
        raise Incomplete(Reason("中期报告只上传一份，请合并为一个文件。", field="uploads"))
    former = selectors.midterm_files(midterm).filter(kind=kind).first() if single else None
    return [
        attachments.attach_file(
            subject=midterm, kind=kind, upload=upload, replaces=former, limits=limits, by=by
        )
        for upload in uploads
    ]


# --- handed up, handed in ---------------------------------------------------------------------------------------------


def due_when_returned(midterm: ProjectMidterm, at: datetime) -> date:
    """Until when the unit has it back: its own day, or some working days where that comes later."""
    days = midterm.time_limit("supplement") or 0
    return max(midterm.due_by, calendar.add_working_days(timezone.localdate(at), days))


@transaction.atomic
def hand_up_midterm(*, midterm: ProjectMidterm, by: User, at: datetime | None = None) -> ProjectMidterm:
    """Give the report to the unit's administrator. Raises ``Incomplete`` with all that is missing."""
    take(midterm, "hand_up", by=by, at=at or clock.now())
    Incomplete.unless_empty(selectors.midterm_missing(midterm))
    return midterm


@transaction.atomic
def send_back_midterm(
    *, midterm: ProjectMidterm, reason: str, by: User, at: datetime | None = None
) -> ProjectMidterm:
    """Let the report be mended inside the unit; its day stays."""
    at = at or clock.now()
    take(midterm, "send_back", by=by, at=at, reason=reason, due_on=midterm.due_by)
    return midterm


@transaction.atomic
def hand_in_midterm(*, midterm: ProjectMidterm, by: User, at: datetime | None = None) -> ProjectMidterm:
    """Hand the report in: stages and money of this moment are the ones that are checked."""
    at = at or clock.now()
    lock(midterm)
    for refusal in MIDTERM.blocks(midterm, "hand_in", by):
        raise refusal
    Incomplete.unless_empty(selectors.midterm_missing(midterm))
    pattern, year = midterm.edition.terms["numbers"]["midterm"], timezone.localdate(at).year
    number = midterm.number or numbering.take_number("project.midterm", pattern=pattern, year=year)
    stamps: Stamps = {
        "number": number,
        "stages": selectors.stages_as_reached(midterm.project),
        "budget": selectors.budget_as_spent(midterm.project),
        "handed_in_at": at,
        "handed_in_by": by,
    }
    take(midterm, "hand_in", by=by, at=at, data={"number": number}, **stamps | NOT_SAID_YET)
    return midterm
