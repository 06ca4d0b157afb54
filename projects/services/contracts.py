"""The contract of a project: unit and bureau change clauses in turns until both agree; then all parties sign."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from projects import selectors
from projects.documents.contracts import CONTRACT
from projects.enums.running import NEGOTIATING, ContractFile, ContractSide, PartyRole, ProjectState
from projects.lifecycle.project import PROJECT
from projects.models import ClauseChange, ContractClause, ContractParty, ContractVersion, Project
from projects.notifications.projects import tell_of_project
from projects.policy.contract import digest
from projects.services.finals import open_final
from projects.services.moving import issue_after_commit
from projects.services.running import open_stages
from records import attachments, audit, clock, numbering
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock
from records.models import Attachment, AuditEvent

TURNS = {ProjectState.CONTRACT_UNIT: ContractSide.UNIT, ProjectState.CONTRACT_BUREAU: ContractSide.BUREAU}
SCANS = ("pdf", "jpg", "jpeg", "png")
NOT_AGREED: Stamps = dict.fromkeys(
    (
        "unit_agreed_at",
        "unit_agreed_by",
        "bureau_agreed_at",
        "bureau_agreed_by",
        "contract_version",
        "copies_handed_in_at",
        "copies_handed_in_by",
        "copies_checked_at",
        "copies_checked_by",
    )
)
"""What falls away when the text is opened again; the register keeps it."""


def take(
    project: Project, action: str, *, by: User, at: datetime, reason: str = "", **more: Any
) -> AuditEvent:
    """One move of a project: the table, the register, whoever has to know."""
    event = PROJECT.move(project, action, by=by, at=at, reason=reason.strip(), **more)
    tell_of_project(project, event)
    return event


# --- the text ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def change_clause(
    *,
    project: Project,
    clause: ContractClause,
    text: str,
    reason: str,
    by: User,
    seen: int | None = None,
    at: datetime | None = None,
) -> ClauseChange:
    """Change one clause in the turn of one's side; what it said before stays beside it, with who and why.

    ``seen`` is how many changes of the clause its editor knew of. Raises ``IllegalMove`` outside the turns,
    ``Conflict`` for a clause that says what was approved, or that somebody changed meanwhile.
    """
    at = at or clock.now()
    lock(project)
    if project.state not in NEGOTIATING:
        raise IllegalMove(f"“{project}”现为“{PROJECT.label(project.state)}”，任务书条款不能再改。")
    lock(clause)
    known, text = clause.changes.count(), _tidied(text)
    if clause.is_fixed:
        words = f"“{clause}”写明立项批准的内容，不在协商中修改；确需调整的，实施中按变更程序办理。"
        raise Conflict(Reason(words, field="text"))
    if seen is not None and seen != known:
        raise Conflict(Reason(f"“{clause}”已被他人修改，请刷新页面，看过最新内容再改。", field="text"))
    Incomplete.unless_empty(_faults_of_change(project, clause, text, reason))
    change = ClauseChange.objects.create(
        clause=clause,
        number=known + 1,
        side=TURNS[ProjectState(project.state)],
        before=clause.text,
        after=text,
        reason=reason.strip(),
        changed_at=at,
        changed_by=by,
    )
    clause.text = text
    clause.save(update_fields=["text"])
    audit.record("projects.project.change_clause", project, by=by, at=at, reason=reason, clause=clause.code)
    return change


def _tidied(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _faults_of_change(project: Project, clause: ContractClause, text: str, reason: str) -> list[Reason]:
    most, found = int(project.edition.terms["contract"]["clause_max_chars"]), list[Reason]()
    if not text:
        found.append(Reason("条款内容不能为空。", field="text"))
    elif text == clause.text:
        found.append(Reason("内容没有变化。", field="text"))
    elif len(text) > most:
        found.append(Reason(f"一条条款最长 {most} 字，现有 {len(text)} 字。", field="text"))
    if not reason.strip():
        found.append(Reason("请写明修改的理由，对方据此核对。", field="reason"))
    return found


@transaction.atomic
def hand_over_contract(*, project: Project, by: User, at: datetime | None = None) -> Project:
    """The unit stands by the text as it is now and gives it to the bureau."""
    at = at or clock.now()
    lock(project)
    version = freeze_text(project, ContractSide.UNIT, by=by, at=at)
    stamps: Stamps = {"unit_agreed_at": at, "unit_agreed_by": by, "turn_began_at": at, "turn_began_by": by}
    take(project, "hand_over", by=by, at=at, data={"version": version.number}, **stamps)
    return project


@transaction.atomic
def hand_back_contract(*, project: Project, reason: str, by: User, at: datetime | None = None) -> Project:
    """The bureau gives the text back, with its changes or with what it asks for."""
    at = at or clock.now()
    lock(project)
    version = freeze_text(project, ContractSide.BUREAU, by=by, at=at)
    stamps: Stamps = {"turn_began_at": at, "turn_began_by": by}
    take(project, "hand_back", by=by, at=at, reason=reason, data={"version": version.number}, **stamps)
    return project


@transaction.atomic
def agree_contract(*, project: Project, by: User, at: datetime | None = None) -> Project:
    """The bureau agrees to the very text that the unit stands by: it is made as a paper, for all to sign.

    Raises ``Conflict`` where the bureau changed a clause in this turn: the unit has not seen it yet.
    """
    at = at or clock.now()
    lock(project)
    if project.state == ProjectState.CONTRACT_BUREAU:
        Conflict.unless_empty(
            Reason(f"本轮修改了“{clause}”，须先送单位核对，双方确认同一文本后才能签署。")
            for clause in selectors.clauses_changed_since(project, project.turn_began_at, ContractSide.BUREAU)
        )
    for refusal in PROJECT.blocks(project, "agree", by):
        raise refusal
    version = freeze_text(project, ContractSide.BUREAU, by=by, at=at)
    number, again = _number(project, at), selectors.times_agreed(project)
    suffix = f"-{again + 1}" if again else ""
    paper = {"kind": f"{CONTRACT}{suffix.replace('-', '_')}", "number": f"{number}{suffix}"}
    stamps: Stamps = {"bureau_agreed_at": at, "bureau_agreed_by": by, "contract_version": version.number}
    data = {"paper": paper | {"version": version.number}}
    due_on = max(project.sign_by, timezone.localdate(at))
    event = take(project, "agree", by=by, at=at, due_on=due_on, data=data, contract_number=number, **stamps)
    issue_after_commit(event)
    return project


def _number(project: Project, at: datetime) -> str:
    pattern = project.edition.terms["numbers"]["contract"]
    year = timezone.localdate(at).year
    return project.contract_number or numbering.take_number("project.contract", pattern=pattern, year=year)


def freeze_text(project: Project, side: str, *, by: User, at: datetime) -> ContractVersion:
    """Keep the whole text as it is now; a text that did not change is the version it was."""
    clauses = [
        {"code": one.code, "title": one.title, "text": one.text} for one in project.clauses.order_by("order")
    ]
    mark, last = digest(clauses), project.contract_versions.order_by("-number").first()
    if last is not None and last.digest == mark:
        return last
    return ContractVersion.objects.create(
        project=project,
        number=last.number + 1 if last else 1,
        side=side,
        clauses=clauses,
        digest=mark,
        frozen_at=at,
        frozen_by=by,
    )


@transaction.atomic
def reopen_contract(*, project: Project, reason: str, by: User, at: datetime | None = None) -> Project:
    """Open the text again before all have signed; what was signed so far holds no more."""
    at = at or clock.now()
    stamps: Stamps = NOT_AGREED | {"turn_began_at": at, "turn_began_by": by}
    take(project, "reopen", by=by, at=at, reason=reason, **stamps)
    nothing = dict.fromkeys(("signed_on", "copy", "recorded_at", "recorded_by"))
    project.parties.update(signatory="", **nothing)
    return project


# --- signed by all parties --------------------------------------------------------------------------------------------


@transaction.atomic
def record_copy(
    *,
    project: Project,
    party: ContractParty,
    signatory: str,
    signed_on: date,
    copy: UploadedFile | None,
    by: User,
    at: datetime | None = None,
) -> ContractParty:
    """Keep the copy that a party signed: of the unit and its partners while it signs, of the bureau while it checks.

    A later copy of the same party stands in the place of the former; both stay on record.
    """
    at = at or clock.now()
    lock(project)
    own = ProjectState.COPIES_CHECK if party.role == PartyRole.BUREAU else ProjectState.SIGNING
    if project.state != own:
        raise IllegalMove(f"“{project}”现为“{PROJECT.label(project.state)}”，不能登记{party}的签署文本。")
    lock(party)
    faults, limits = _faults_of_copy(project, signatory, signed_on, at), project.edition.upload_limits
    if copy is None:
        raise Incomplete(*faults, Reason("请上传签字盖章的任务书扫描件。", field="copy"))
    found = attachments.faults_of(copy, among=SCANS, limits=limits)
    Incomplete.unless_empty([*faults, *(replace(fault, field="copy") for fault in found)])
    party.copy = _keep(project, party, copy, by=by)
    party.signatory, party.signed_on = signatory.strip(), signed_on
    party.recorded_at, party.recorded_by = at, by
    party.save(update_fields=["copy", "signatory", "signed_on", "recorded_at", "recorded_by"])
    said = {"party": party.name, "signed_on": signed_on.isoformat(), "sha256": party.copy.sha256}
    audit.record("projects.project.record_copy", project, by=by, at=at, **said)
    return party


def _keep(project: Project, party: ContractParty, copy: UploadedFile, *, by: User) -> Attachment:
    """Parties may sign one and the same sheet: the same file is kept once for all of them."""
    held = Attachment.objects.about(project).current().filter(kind=ContractFile.COPY)
    twin = held.filter(sha256=attachments.sha256_of(copy)).first()
    limits = project.edition.upload_limits
    return twin or attachments.attach_file(
        subject=project, kind=ContractFile.COPY, upload=copy, by=by, limits=limits
    )


def _faults_of_copy(project: Project, signatory: str, signed_on: date, at: datetime) -> list[Reason]:
    found = list[Reason]()
    if not signatory.strip():
        found.append(Reason("请填写签字人。", field="signatory"))
    if signed_on > timezone.localdate(at):
        found.append(Reason("签署日期不能晚于今天。", field="signed_on"))
    agreed = project.bureau_agreed_at and timezone.localdate(project.bureau_agreed_at)
    if agreed and signed_on < agreed:
        found.append(
            Reason(f"双方于{agreed:%Y年%-m月%-d日}确认文本，签署日期不能早于该日。", field="signed_on")
        )
    return found


@transaction.atomic
def hand_in_copies(*, project: Project, by: User, at: datetime | None = None) -> Project:
    """The unit hands in what it and its partners signed. Raises ``Incomplete`` naming who has not."""
    at = at or clock.now()
    lock(project)
    if project.state == ProjectState.SIGNING:
        Incomplete.unless_empty(selectors.unsigned_of(project, bureau=False))
    stamps: Stamps = {"copies_handed_in_at": at, "copies_handed_in_by": by}
    take(project, "hand_in_copies", by=by, at=at, **stamps)
    return project


@transaction.atomic
def return_copies(*, project: Project, reason: str, by: User, at: datetime | None = None) -> Project:
    """Have the unit bring better copies."""
    at = at or clock.now()
    due_on = max(project.sign_by, timezone.localdate(at))
    take(project, "return_copies", by=by, at=at, reason=reason, due_on=due_on)
    return project


@transaction.atomic
def check_copies(*, project: Project, by: User, at: datetime | None = None) -> Project:
    """Find the copies the same as the text agreed on, signed by all, the bureau too."""
    at = at or clock.now()
    lock(project)
    if project.state == ProjectState.COPIES_CHECK:
        Incomplete.unless_empty(selectors.unsigned_of(project, bureau=True))
    take(project, "check_copies", by=by, at=at, copies_checked_at=at, copies_checked_by=by)
    return project


@transaction.atomic
def return_check(*, project: Project, reason: str, by: User, at: datetime | None = None) -> Project:
    """Have the copies checked anew; the period goes on."""
    take(project, "return_check", by=by, at=at or clock.now(), reason=reason)
    return project


@transaction.atomic
def confirm_contract(*, project: Project, by: User, at: datetime | None = None) -> Project:
    """Confirm the contract, another than who checked it: the project runs, its first instalment falls due (四(六))."""
    at = at or clock.now()
    lock(project)
    days = [party.signed_on for party in project.parties.all() if party.signed_on]
    signed_on = max(days) if days else timezone.localdate(at)
    stamps: Stamps = {
        "contract_confirmed_at": at,
        "contract_confirmed_by": by,
        "contract_signed_on": signed_on,
    }
    data = {"signed_on": signed_on.isoformat(), "contract": project.contract_number}
    take(project, "confirm_contract", by=by, at=at, data=data, **stamps)
    open_stages(project, at=at)
    open_final(project, due_by=project.ends_on, by=system_user(), at=at)
    return project
