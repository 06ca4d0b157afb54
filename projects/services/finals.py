"""Final acceptance, the unit's part: opened with the contract, prepared, handed in with targets and money frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes.services.opinions import NO_OPINION
from projects import selectors
from projects.enums.final import FinalFile, FinalState
from projects.enums.running import ProjectState
from projects.lifecycle.final import FINAL
from projects.models import Project, ProjectFinal
from projects.notifications.finals import tell_of_final
from records import attachments, audit, calendar, clock, numbering
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import lock
from records.models import Attachment, AuditEvent


def take(
    final: ProjectFinal, action: str, *, by: User, at: datetime, reason: str = "", **more: Any
) -> AuditEvent:
    """One move: the table, the register, whoever has to know."""
    event = FINAL.move(final, action, by=by, at=at, reason=reason.strip(), **more)
    tell_of_final(final, event)
    return event


def open_final(
    project: Project,
    *,
    due_by: date,
    by: User,
    at: datetime,
    former: ProjectFinal | None = None,
) -> ProjectFinal:
    """Open the file of a project's final acceptance: the unit applies by ``due_by``."""
    final = ProjectFinal.objects.create(
        project=project,
        attempt=former.attempt + 1 if former else 1,
        former=former,
        due_by=due_by,
        host_id=project.host_id,
        division_id=project.division_id,
        texts=former.texts if former else {},
        reached=former.reached if former else {},
        opened_at=at,
        opened_by=by,
    )
    FINAL.begin(final, by=by, at=at, due_on=due_by, project=project.number)
    return final


# --- prepared by the unit ---------------------------------------------------------------------------------------------


def _refuse_unless_prepared(final: ProjectFinal) -> None:
    if final.state != FinalState.PREPARING:
        raise IllegalMove(f"“{final}”现为“{FINAL.label(final.state)}”，材料不能再改。")


@transaction.atomic
def save_final(
    *,
    final: ProjectFinal,
    texts: Mapping[str, str],
    reached: Sequence[Mapping[str, str]],
    by: User,
    at: datetime | None = None,
) -> ProjectFinal:
    """Keep the unit's words, part by part, and what was reached of each target (``item`` is its order)."""
    at = at or clock.now()
    lock(final)
    _refuse_unless_prepared(final)
    terms = final.edition.terms
    known = {part["code"] for part in terms["final_parts"]}
    most = int(terms["final"]["text_max_chars"])
    Incomplete.unless_empty(
        Reason(f"每部分最长 {most} 字。", field=f"text_{code}")
        for code, text in texts.items()
        if len(text) > most
    )
    final.texts = final.texts | {code: text.strip() for code, text in texts.items() if code in known}
    orders = {str(order) for order in final.project.targets.values_list("order", flat=True)}
    final.reached = final.reached | {
        row["item"]: {"reached": row["reached"], "met": row["met"] == "yes", "said": row["said"]}
        for row in reached
        if row["item"] in orders
    }
    final.saved_at, final.saved_by = at, by
    final.save(update_fields=["texts", "reached", "saved_at", "saved_by"])
    audit.record("projects.projectfinal.save", final, by=by, at=at, parts=sorted(texts))
    return final


@transaction.atomic
def attach_final_files(
    *, final: ProjectFinal, kind: str, uploads: Sequence[UploadedFile], by: User
) -> list[Attachment]:
    """Take in what the unit brings: of the report there is one, a newer stands in its place."""
    lock(final)
    _refuse_unless_prepared(final)
    if kind not in FinalFile.values:
        raise Incomplete(Reason("请选择材料类别。", field="kind"))
    limits, single = final.edition.upload_limits, kind == FinalFile.REPORT
    BadFile.unless_empty(
        replace(fault, field="uploads")
        for upload in uploads
        for fault in attachments.faults_of(upload, limits=limits)
    )
    if single and len(uploads) > 1:
        raise Incomplete(Reason("结题报告只上传一份，请合并为一个文件。", field="uploads"))
    former = selectors.final_files(final).filter(kind=kind).first() if single else None
    return [
        attachments.attach_file(
            subject=final, kind=kind, upload=upload, replaces=former, limits=limits, by=by
        )
        for upload in uploads
    ]


@transaction.atomic
def remove_final_file(*, final: ProjectFinal, attachment: Attachment, by: User) -> None:
    """Take a file out again while the material is being prepared."""
    lock(final)
    _refuse_unless_prepared(final)
    if not selectors.final_files(final).filter(pk=attachment.pk).exists():
        raise Incomplete(Reason("该材料已不在案卷中，请刷新页面。", field="file"))
    attachments.remove_file(attachment=attachment, subject=final, by=by)


# --- handed up, handed in ---------------------------------------------------------------------------------------------


def due_when_returned(final: ProjectFinal, at: datetime) -> date:
    """Until when the unit has it back: its own day, or some working days where that comes later."""
    days = final.time_limit("supplement") or 0
    return max(final.due_by, calendar.add_working_days(timezone.localdate(at), days))


def _refuse_unless_running(final: ProjectFinal) -> None:
    """No final acceptance of a project that is stopped, or that is about to be ended."""
    project = Project.objects.select_for_update(of=("self",), no_key=True).get(pk=final.project_id)
    if project.state == ProjectState.SUSPENDED:
        raise Conflict(f"“{project}”中止中，恢复实施后才能申请结题验收。")
    if ending := selectors.termination_under_way(project):
        words = f"“{project}”的{ending.title}正在办理，不能申请结题验收。"
        raise Conflict(Reason(words, url=ending.get_absolute_url(), link="查看案件"))


@transaction.atomic
def hand_up_final(*, final: ProjectFinal, by: User, at: datetime | None = None) -> ProjectFinal:
    """Give the material to the unit's administrator. Raises ``Incomplete`` with all that is missing."""
    _refuse_unless_running(final)
    take(final, "hand_up", by=by, at=at or clock.now())
    Incomplete.unless_empty(selectors.final_missing(final))
    return final


@transaction.atomic
def send_back_final(
    *, final: ProjectFinal, reason: str, by: User, at: datetime | None = None
) -> ProjectFinal:
    """Let the material be mended inside the unit."""
    at = at or clock.now()
    take(final, "send_back", by=by, at=at, reason=reason, due_on=due_when_returned(final, at))
    return final


@transaction.atomic
def hand_in_final(*, final: ProjectFinal, by: User, at: datetime | None = None) -> ProjectFinal:
    """Apply for the final acceptance: targets and money of this moment are the ones that are judged."""
    at = at or clock.now()
    _refuse_unless_running(final)
    lock(final)
    if FINAL.allows(final, "hand_in"):
        Incomplete.unless_empty(selectors.final_missing(final))
    year, pattern = timezone.localdate(at).year, final.edition.terms["numbers"]["final"]
    number = final.number or numbering.take_number("project.final", pattern=pattern, year=year)
    take(
        final,
        "hand_in",
        by=by,
        at=at,
        data={"number": number},
        number=number,
        comparison=selectors.compared_targets(final),
        budget=selectors.budget_as_spent(final.project),
        handed_in_at=at,
        handed_in_by=by,
        **NO_OPINION,
    )
    return final
