"""Deciding that a project is stopped, goes on, or ends early: each by another than who proposed and settled it.

Locks: ``Project`` → its final acceptance → ``ProjectEnding``.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from projects import selectors
from projects.enums.ending import EndingFile, EndingKind
from projects.enums.final import WITH_THE_UNIT, FinalState
from projects.lifecycle.ending import ENDING
from projects.lifecycle.project import PROJECT
from projects.models import Project, ProjectEnding
from projects.services import changes, finals
from projects.services.endings import attach, faults_of_period, promise, refuse_unless_endable, take
from projects.services.running import open_stages
from records import audit, clock, deadlines
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import Stamps, lock


def _ready(ending: ProjectEnding, action: str, minute_number: str, *, by: User) -> Project:
    """The project and its case, locked in this order. Raises what speaks against the decision."""
    project = Project.objects.select_for_update(of=("self",), no_key=True).get(pk=ending.project_id)
    lock(ending)
    ending.project = project
    for refusal in ENDING.blocks(ending, action, by):
        raise refusal
    if not minute_number.strip():
        raise Incomplete(Reason("请填写会议纪要号。", field="minute_number"))
    if action != ending.kind:
        raise Conflict(f"本案拟处理为“{EndingKind(ending.kind).label}”，与本决定不一致；请退回经办复核。")
    refuse_unless_endable(project, ending.kind)
    return project


@transaction.atomic
def terminate_project(
    *, ending: ProjectEnding, minute_number: str, by: User, at: datetime | None = None
) -> ProjectEnding:
    """End the project early: nothing more is paid for it, and what was received and not recognised has to come back.

    Raises ``Conflict`` where more was paid since the money was settled.
    """
    at = at or clock.now()
    project = _ready(ending, "terminate", minute_number, by=by)
    received = selectors.received_of(project)
    if received != ending.received:
        words = f"核定后已拨付金额由 {ending.received:,.2f} 元变为 {received:,.2f} 元，请退回经办重新核定。"
        raise Conflict(words)
    data: dict[str, Any] = {
        "paper": promise(ending, "ending_termination", at=at),
        "minute": minute_number.strip(),
        "balance": str(ending.balance),
    }
    stamps: Stamps = {"minute_number": minute_number.strip(), "decided_at": at, "decided_by": by}
    take(ending, "terminate", by=by, at=at, data=data, **stamps)
    PROJECT.move(
        project,
        "terminate",
        by=by,
        at=at,
        data={"ending": ending.number},
        ended_at=at,
        ended_by=by,
        suspended_at=None,
        suspended_by=None,
    )
    _end_what_is_open(project, at=at)
    return ending


def _end_what_is_open(project: Project, *, at: datetime) -> None:
    """No stage is awaited any more, no final acceptance, and no other case about it goes on."""
    for stage in project.stages.filter(confirmed_at__isnull=True):
        deadlines.close(project, kind=stage.deadline_kind, at=at)
    for final in project.finals.filter(state__in=WITH_THE_UNIT):
        finals.take(final, "lapse", by=system_user(), at=at)
    overtake_endings(project, at=at)


def overtake_endings(project: Project, *, at: datetime) -> None:
    """Close whatever else was to be decided about a project that has ended, changes that were asked for too."""
    for other in project.endings.live():
        take(other, "overtake", by=system_user(), at=at)
    for change in project.changes.open():
        changes.take(change, "lapse", by=system_user(), at=at)


# --- stopped for a time -----------------------------------------------------------------------------------------------


@transaction.atomic
def suspend_project(
    *, ending: ProjectEnding, minute_number: str, by: User, at: datetime | None = None
) -> ProjectEnding:
    """Stop the project until a day: nothing is paid, listed or reported meanwhile; its clocks stand still."""
    at = at or clock.now()
    project, day = _ready(ending, "suspend", minute_number, by=by), timezone.localdate(at)
    if ending.until is not None:
        Incomplete.unless_empty(faults_of_period(project, ending.until, day))
    data = {
        "paper": promise(ending, "ending_suspension", at=at),
        "minute": minute_number.strip(),
        "until": ending.until.isoformat() if ending.until else "",
    }
    stamps: Stamps = {"minute_number": minute_number.strip(), "decided_at": at, "decided_by": by}
    take(ending, "suspend", by=by, at=at, data=data, due_on=ending.until, **stamps)
    PROJECT.move(
        project,
        "suspend",
        by=by,
        at=at,
        data={"ending": ending.number},
        suspended_at=at,
        suspended_by=by,
    )
    for stage in project.stages.filter(confirmed_at__isnull=True):
        deadlines.pause(project, on=day, kind=stage.deadline_kind)
    for final in project.finals.filter(state__in=WITH_THE_UNIT):
        deadlines.pause(final, on=day)
    return ending


@transaction.atomic
def propose_resumption(
    *,
    ending: ProjectEnding,
    checked: str,
    by: User,
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> ProjectEnding:
    """Say what was found of what had to be mended; another person lets the project go on, or not yet."""
    at = at or clock.now()
    if not checked.strip():
        raise Incomplete(Reason("请写明整改核查情况。", field="checked"))
    take(ending, "propose_resumption", by=by, at=at, checked=checked.strip(), checked_at=at, checked_by=by)
    attach(ending, files, kind=EndingFile.CHECK, by=by)
    return ending


@transaction.atomic
def extend_project_suspension(
    *, ending: ProjectEnding, until: date, reason: str, by: User, at: datetime | None = None
) -> ProjectEnding:
    """Keep the project stopped until another day: what had to be mended is not."""
    at = at or clock.now()
    lock(ending)
    Incomplete.unless_empty(faults_of_period(ending.project, until, timezone.localdate(at)))
    stamps: Stamps = {"until": until, "checked_at": None, "checked_by": None}
    data = {"until": until.isoformat()}
    take(ending, "extend", by=by, at=at, reason=reason, due_on=until, data=data, **stamps)
    return ending


@transaction.atomic
def resume_project(*, ending: ProjectEnding, by: User, at: datetime | None = None) -> ProjectEnding:
    """Let the project go on. Where the edition does not count the stop, its end and its stages move on by its days."""
    at = at or clock.now()
    project = Project.objects.select_for_update(of=("self",), no_key=True).get(pk=ending.project_id)
    lock(ending)
    ending.project = project
    for refusal in ENDING.blocks(ending, "resume", by):
        raise refusal
    shift = _days_stopped(project, at)
    ends_on = project.ends_on + shift
    data = {
        "paper": promise(ending, "ending_resumption", at=at),
        "days": shift.days,
        "ends_on": ends_on.isoformat(),
    }
    take(ending, "resume", by=by, at=at, data=data, resumed_at=at, resumed_by=by)
    PROJECT.move(
        project,
        "resume",
        by=by,
        at=at,
        data={"ending": ending.number, "days": shift.days},
        suspended_at=None,
        suspended_by=None,
        ends_on=ends_on,
    )
    _go_on(project, shift, at=at)
    return ending


def _days_stopped(project: Project, at: datetime) -> timedelta:
    """By how many days everything moves on."""
    if project.suspended_at is None or project.edition.terms["ending"]["suspension_counts"]:
        return timedelta(0)
    return timezone.localdate(at) - timezone.localdate(project.suspended_at)


def _go_on(project: Project, shift: timedelta, *, at: datetime) -> None:
    """Start the clocks again, each on its day moved on."""
    day = timezone.localdate(at)
    for stage in project.stages.filter(reported_at__isnull=True):
        stage.due_on += shift
        stage.save(update_fields=["due_on"])
    for stage in project.stages.filter(reported_at__isnull=False, confirmed_at__isnull=True):
        deadlines.resume(project, on=day, kind=stage.deadline_kind)
    open_stages(project, at=at)
    for final in project.finals.filter(state__in=WITH_THE_UNIT):
        final.due_by += shift
        final.save(update_fields=["due_by"])
        audit.record("projects.projectfinal.move_on", final, by=system_user(), at=at, days=shift.days)
        deadlines.resume(final, on=day)
        if final.state == FinalState.PREPARING:
            deadlines.move(final, due_on=max(final.due_by, day))
