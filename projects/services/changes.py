"""Changes of a running project, the unit's part: drafted, proved, handed in, or carried out alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from projects import selectors
from projects.enums.changes import ProjectChangeFile as F
from projects.enums.changes import ProjectChangeKind as K
from projects.enums.changes import ProjectChangeState
from projects.lifecycle.change import PROJECT_CHANGE
from projects.models import Project, ProjectChange
from projects.notifications.changes import tell_of_project_change
from projects.policy import changes as rules
from projects.services.amending import carry_out
from projects.services.change_faults import change_faults, is_the_units_own
from projects.services.moving import issue_after_commit
from records import attachments, audit, clock, numbering
from records.amounts import grouped
from records.crypto import blind_index
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock
from records.models import AuditEvent

Files = Mapping[str, UploadedFile | None]
EVIDENCE: dict[K, tuple[F, ...]] = {
    K.LEADER: (F.CONSENT,),
    K.PARTNER: (F.AGREEMENT,),
    K.BUDGET: (),
    K.TERM: (F.BASIS,),
}
"""What has to be brought with each kind; a basis may be brought with all of them."""
NOT_SAID_YET: Stamps = {
    "county_position": "",
    "county_opinion": "",
    "opined_at": None,
    "opined_by": None,
    "finding": "",
    "opinion": "",
    "proposed_at": None,
    "proposed_by": None,
}
"""What offices said to a request that was returned: they judge the next anew, the register keeps it."""


# --- the draft ------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_project_change(
    *,
    project: Project,
    kind: str,
    asked: Mapping[str, Any],
    grounds: str,
    by: User,
    id_number: str = "",
    files: Files | None = None,
    at: datetime | None = None,
) -> ProjectChange:
    """Draft what is asked for about a running project. Raises ``Incomplete`` or ``Conflict`` with every reason."""
    at = at or clock.now()
    lock(project)
    change = ProjectChange(
        project=project,
        host_id=project.host_id,
        division_id=project.division_id,
        kind=kind,
        drafted_at=at,
        drafted_by=by,
    )
    _write(change, asked=asked, grounds=grounds, id_number=id_number, at=at)
    change.save()
    PROJECT_CHANGE.begin(change, by=by, at=at, kind=kind, project=project.number)
    _attach(change, files or {}, by=by)
    return change


@transaction.atomic
def revise_project_change(
    *,
    project_change: ProjectChange,
    asked: Mapping[str, Any],
    grounds: str,
    by: User,
    id_number: str = "",
    files: Files | None = None,
    at: datetime | None = None,
) -> ProjectChange:
    """Write a draft anew; whoever does it becomes its drafter. Without a number the leader's stays as it was."""
    at, change = at or clock.now(), project_change
    lock(change)
    if change.state != ProjectChangeState.DRAFT:
        raise IllegalMove(f"“{change}”现为“{PROJECT_CHANGE.label(change.state)}”，内容不能再改。")
    _write(change, asked=asked, grounds=grounds, id_number=id_number, at=at)
    change.drafted_at, change.drafted_by = at, by
    written = ["asked", "comparison", "leader_id", "leader_mark", "shifted", "months", "grounds"]
    change.save(update_fields=[*written, "drafted_at", "drafted_by"])
    audit.record("projects.projectchange.revise", change, by=by, at=at)
    _attach(change, files or {}, by=by)
    return change


def _write(change: ProjectChange, *, asked: Mapping, grounds: str, id_number: str, at: datetime) -> None:
    """Fill in what the kind asks for, and refuse what is missing or contradicts what is recorded."""
    change.asked, change.grounds = dict(asked), grounds.strip()
    if change.kind == K.LEADER and (number := "".join(id_number.split()).upper()):
        change.leader_id, change.leader_mark = number, blind_index(number)
    if change.kind == K.TERM:
        change.months = int(asked.get("months") or 0)
    if change.kind == K.BUDGET:
        change.shifted = rules.shifted(selectors.lines_now(change.project), selectors.lines_asked(change))
    Incomplete.unless_empty([] if change.grounds else [Reason("请写明理由。", field="grounds")])
    Conflict.unless_empty(change_faults(change, on=timezone.localdate(at)))
    change.comparison = selectors.compared_change(change)


def _attach(change: ProjectChange, files: Files, *, by: User) -> None:
    given = {kind: upload for kind, upload in files.items() if upload is not None}
    limits = change.edition.upload_limits
    BadFile.unless_empty(
        [
            Reason(fault.text, field=f"file_{kind}", clause=fault.clause)
            for kind, upload in given.items()
            for fault in attachments.faults_of(upload, limits=limits)
        ]
    )
    held = {row.kind: row for row in selectors.change_files(change)}
    for kind, upload in given.items():
        attachments.attach_file(
            subject=change, kind=kind, upload=upload, replaces=held.get(kind), limits=limits, by=by
        )


def missing_evidence(change: ProjectChange) -> list[F]:
    """The files that are still to be brought."""
    held = set(selectors.change_files(change).values_list("kind", flat=True))
    return [kind for kind in EVIDENCE[K(change.kind)] if kind not in held]


def _refuse_unless_complete(change: ProjectChange, at: datetime) -> None:
    url = f"{change.get_absolute_url()}edit/"
    Incomplete.unless_empty(
        [
            Reason(f"请上传{kind.label}。", field=f"file_{kind.value}", url=url, link="补充材料")
            for kind in missing_evidence(change)
        ]
    )
    Conflict.unless_empty(change_faults(change, on=timezone.localdate(at)))


# --- the unit and its county ----------------------------------------------------------------------------------------


def take(
    change: ProjectChange, action: str, *, by: User, at: datetime, reason: str = "", **more: Any
) -> AuditEvent:
    """One move: the table, the register, whoever has to know."""
    event = PROJECT_CHANGE.move(change, action, by=by, at=at, reason=reason.strip(), **more)
    tell_of_project_change(change, event)
    return event


@transaction.atomic
def hand_up_project_change(
    *, project_change: ProjectChange, by: User, at: datetime | None = None
) -> ProjectChange:
    """Give the draft to the unit's administrator, with everything that proves it."""
    at = at or clock.now()
    take(project_change, "hand_up", by=by, at=at)
    _refuse_unless_complete(project_change, at)
    return project_change


@transaction.atomic
def send_back_project_change(
    *, project_change: ProjectChange, reason: str, by: User, at: datetime | None = None
) -> ProjectChange:
    """Let the draft be mended inside the unit."""
    take(project_change, "send_back", by=by, at=at or clock.now(), reason=reason)
    return project_change


def _hand_in(change: ProjectChange, action: str, *, by: User, at: datetime | None) -> ProjectChange:
    at = at or clock.now()
    lock(change)
    for refusal in PROJECT_CHANGE.blocks(change, action, by):
        raise refusal
    if asks_county(change) != (action == "hand_in"):
        to_whom = "变更须先经县级科技管理部门提出意见" if asks_county(change) else "现行办法不要求县级意见"
        raise Conflict(f"{to_whom}，请报送{'县级' if asks_county(change) else '市科技局'}。")
    _refuse_unless_complete(change, at)
    if is_the_units_own(change):
        most = change.edition.terms["change"]["budget_self_share_max"]
        words = (
            f"本次调剂 {grouped(change.shifted)} 元，累计自行调剂不超过财政资金的 {most}%，"
            "由单位自行调剂即可，不需报批。"
        )
        raise Conflict(Reason(words, field="lines"))
    stamps: Stamps = {"handed_in_at": at, "handed_in_by": by, "number": _number(change, at)} | NOT_SAID_YET
    take(change, action, by=by, at=at, data={"number": stamps["number"]}, **stamps)
    return change


def _number(change: ProjectChange, at: datetime) -> str:
    pattern, year = change.edition.terms["numbers"]["change"], timezone.localdate(at).year
    return change.number or numbering.take_number("project.change", pattern=pattern, year=year)


@transaction.atomic
def hand_in_project_change(
    *, project_change: ProjectChange, by: User, at: datetime | None = None
) -> ProjectChange:
    """Hand it in to the county, in the unit's name. What the unit may move by itself is not asked for."""
    return _hand_in(project_change, "hand_in", by=by, at=at)


@transaction.atomic
def hand_in_project_change_to_city(
    *, project_change: ProjectChange, by: User, at: datetime | None = None
) -> ProjectChange:
    """Hand it in to the bureau at once, where the edition asks for no opinion of the county."""
    return _hand_in(project_change, "hand_in_to_city", by=by, at=at)


def asks_county(change: ProjectChange) -> bool:
    """Whether the edition has the county opine before the bureau decides."""
    return bool(change.edition.terms["change"]["county_opinion"])


@transaction.atomic
def note_project_change(
    *, project_change: ProjectChange, by: User, at: datetime | None = None
) -> ProjectChange:
    """Carry out what the unit may move between lines by itself; county and bureau are told."""
    at, change = at or clock.now(), project_change
    project = lock_with_project(change)
    for refusal in PROJECT_CHANGE.blocks(change, "note", by):
        raise refusal
    _refuse_unless_complete(change, at)
    if not is_the_units_own(change):
        most = change.edition.terms["change"]["budget_self_share_max"]
        words = f"单位可以自行调剂的累计不超过财政资金的 {most}%（系统默认，待确认），本次须报批。"
        raise Conflict(Reason(words, field="lines"))
    change.number = _number(change, at)
    stamps: Stamps = {"handed_in_at": at, "handed_in_by": by, "number": change.number}
    return conclude(change, project, "note", by=by, at=at, data={"number": change.number}, **stamps)


def lock_with_project(change: ProjectChange) -> Project:
    """The project first, then what changes it."""
    project = Project.objects.select_for_update(of=("self",), no_key=True).get(pk=change.project_id)
    lock(change)
    change.project = project
    return project


def conclude(
    change: ProjectChange, project: Project, action: str, *, by: User, at: datetime, **more: Any
) -> ProjectChange:
    """Freeze what stood beside what stands now, make the project that, and take the move."""
    compared = selectors.compared_change(change)
    version = carry_out(change, project, by=by, at=at)
    event = take(change, action, by=by, at=at, comparison=compared, contract_version=version, **more)
    if "paper" in event.data:
        issue_after_commit(event)
    return change
