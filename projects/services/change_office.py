"""Changes of a running project, the offices' part: the county opines, two people of the bureau decide."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes.services.opinions import GROUNDS, faults_of_opinion, opined
from projects import selectors
from projects.documents.changes import REFUSAL, REPLY
from projects.enums.changes import ProjectChangeFinding
from projects.lifecycle.change import PROJECT_CHANGE
from projects.models import ProjectChange
from projects.services.change_faults import change_faults
from projects.services.changes import conclude, lock_with_project, take
from projects.services.moving import issue_after_commit
from records import clock, deadlines, numbering
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import Stamps, lock


@transaction.atomic
def county_return_project_change(
    *, project_change: ProjectChange, reason: str, by: User, at: datetime | None = None
) -> ProjectChange:
    """The county has the unit mend it; the unit hands it in anew."""
    take(project_change, "county_return", by=by, at=at or clock.now(), reason=reason)
    return project_change


@transaction.atomic
def give_project_change_opinion(
    *, project_change: ProjectChange, position: str, opinion: str, by: User, at: datetime | None = None
) -> ProjectChange:
    """The county says how it sees the matter; the bureau decides."""
    Incomplete.unless_empty(faults_of_opinion(position, opinion, GROUNDS))
    at = at or clock.now()
    take(project_change, "give_opinion", by=by, at=at, **opined(position, opinion, by=by, at=at))
    return project_change


# --- the bureau -----------------------------------------------------------------------------------------------------


@transaction.atomic
def return_project_change(
    *, project_change: ProjectChange, reason: str, by: User, at: datetime | None = None
) -> ProjectChange:
    """The bureau has the unit mend it; it is handed in anew."""
    take(project_change, "return", by=by, at=at or clock.now(), reason=reason)
    return project_change


@transaction.atomic
def propose_project_change(
    *, project_change: ProjectChange, finding: str, opinion: str, by: User, at: datetime | None = None
) -> ProjectChange:
    """The first of two people of the bureau finds for or against it."""
    at, change = at or clock.now(), project_change
    found = [] if finding in ProjectChangeFinding.values else [Reason("请选择核查意见。", field="finding")]
    if not opinion.strip():
        found.append(Reason("请写明核对了哪些材料。", field="opinion"))
    Incomplete.unless_empty(found)
    stamps: Stamps = {"finding": finding, "opinion": opinion.strip(), "proposed_at": at, "proposed_by": by}
    take(change, "propose", by=by, at=at, data={"finding": finding}, **stamps)
    if finding == ProjectChangeFinding.APPROVE:
        Conflict.unless_empty(change_faults(change, on=_day_asked(change, at)))
    return change


def _day_asked(change: ProjectChange, at: datetime) -> date:
    """A unit that asked in time is not refused because offices took theirs."""
    return timezone.localdate(change.handed_in_at or at)


@transaction.atomic
def return_project_change_proposal(
    *, project_change: ProjectChange, reason: str, by: User, at: datetime | None = None
) -> ProjectChange:
    """Have it checked anew; the period goes on."""
    held = deadlines.current(project_change)
    due_on = held.due_on if held else None
    take(project_change, "return_proposal", by=by, at=at or clock.now(), reason=reason, due_on=due_on)
    return project_change


@transaction.atomic
def approve_project_change(
    *, project_change: ProjectChange, by: User, at: datetime | None = None
) -> ProjectChange:
    """Approve what is asked for, and carry it out, another person than who proposed it; the unit gets a paper.

    Raises ``Conflict`` where something recorded in the meantime forbids it.
    """
    at, change = at or clock.now(), project_change
    project = lock_with_project(change)
    for refusal in PROJECT_CHANGE.blocks(change, "approve", by):
        raise refusal
    _refuse_unless_found(change, ProjectChangeFinding.APPROVE)
    Conflict.unless_empty(change_faults(change, on=_day_asked(change, at)))
    data = {"paper": _promise(change, "change_reply", REPLY, at)}
    return conclude(change, project, "approve", by=by, at=at, data=data, decided_at=at, decided_by=by)


@transaction.atomic
def refuse_project_change(
    *, project_change: ProjectChange, reason: str, by: User, at: datetime | None = None
) -> ProjectChange:
    """Refuse it with the reasons, which the unit gets on a paper; the project stays what it is."""
    at, change = at or clock.now(), project_change
    lock(change)
    for refusal in PROJECT_CHANGE.blocks(change, "refuse", by):
        raise refusal
    _refuse_unless_found(change, ProjectChangeFinding.REFUSE)
    Incomplete.unless_empty([] if reason.strip() else [Reason("请写明理由。", field="reason")])
    data = {"paper": _promise(change, "change_refusal", REFUSAL, at)}
    event = take(
        change,
        "refuse",
        by=by,
        at=at,
        reason=reason,
        data=data,
        decided_at=at,
        decided_by=by,
        comparison=selectors.compared_change(change),
    )
    issue_after_commit(event)
    return change


@transaction.atomic
def withdraw_project_change(
    *, project_change: ProjectChange, reason: str, by: User, at: datetime | None = None
) -> ProjectChange:
    """The unit takes its request back before it was decided."""
    change = project_change
    lock(change)
    compared = selectors.compared_change(change)
    take(change, "withdraw", by=by, at=at or clock.now(), reason=reason, comparison=compared)
    return change


def _refuse_unless_found(change: ProjectChange, finding: str) -> None:
    if change.finding != finding:
        said = ProjectChangeFinding(change.finding).label
        raise Conflict(f"核查意见为“{said}”，与本决定不一致；请退回经办复核。")


def _promise(change: ProjectChange, series: str, kind: str, at: datetime) -> dict[str, str]:
    pattern, year = change.edition.terms["numbers"][series], timezone.localdate(at).year
    number = numbering.take_number(f"project.{series}", pattern=pattern, year=year)
    return {"kind": kind, "number": number}
