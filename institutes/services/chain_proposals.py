"""What counties propose for the map: drafted by one, handed in by another; checked by one, decided by another."""

from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Division, User
from institutes import notifications, selectors
from institutes.enums import ProposalFinding, ProposalKind, ProposalState
from institutes.lifecycle import CHAIN_PROPOSAL
from institutes.models import (
    ChainMember,
    ChainProposal,
    ChainSegment,
    ChainSource,
    IndustryChain,
    RecognitionEdition,
)
from institutes.services.chain_members import Entry, change_role, end_member, enter_member, faults_of_entry
from institutes.services.chains import add_segment
from records import attachments, audit, clock
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock

GROUNDS_FILE = "chain_grounds"
K = ProposalKind
ASKED: dict[str, tuple[tuple[str, str], ...]] = {
    K.ADD_MEMBER: (
        ("segment", "环节"),
        ("name", "企业名称"),
        ("uscc", "统一社会信用代码"),
        ("role", "产业链地位"),
    ),
    K.CHANGE_ROLE: (("member", "企业"), ("role", "变更后的地位")),
    K.END_MEMBER: (("member", "企业"),),
    K.ADD_SEGMENT: (("name", "环节名称"), ("position", "位置")),
}
"""What each kind has to say; what it does not ask for is left empty."""
EMPTY: dict[str, Any] = {"segment": None, "member": None, "position": "", "name": "", "uscc": "", "role": ""}


@transaction.atomic
def draft_proposal(
    *,
    division: Division,
    chain: IndustryChain,
    kind: str,
    effective_on: date,
    grounds: str,
    by: User,
    segment: ChainSegment | None = None,
    member: ChainMember | None = None,
    position: str = "",
    name: str = "",
    uscc: str = "",
    role: str = "",
    file: UploadedFile | None = None,
    at: datetime | None = None,
) -> ChainProposal:
    """Draft one change of the map for a county. Raises ``Incomplete`` or ``Conflict`` with every reason."""
    at = at or clock.now()
    said = {
        "segment": segment,
        "member": member,
        "position": position,
        "name": name,
        "uscc": uscc,
        "role": role,
    }
    proposal = ChainProposal(
        division=division,
        edition=RecognitionEdition.objects.in_force("recognition", timezone.localdate(at)),
        drafted_at=at,
        drafted_by=by,
    )
    _write(proposal, chain=chain, kind=kind, effective_on=effective_on, grounds=grounds, said=said)
    proposal.save()
    event = CHAIN_PROPOSAL.begin(proposal, by=by, at=at, kind=kind)
    _attach(proposal, file, by=by)
    notifications.tell_of_proposal(proposal, event)
    return proposal


def _write(
    proposal: ChainProposal, *, chain: IndustryChain, kind: str, effective_on: date, grounds: str, said: dict
) -> None:
    """Fill in the columns that the kind asks for, and refuse what is missing or contradicts the map."""
    asked = dict(ASKED[K(kind)])
    proposal.chain, proposal.kind = chain, kind
    proposal.effective_on, proposal.grounds = effective_on, grounds.strip()
    for column, empty in EMPTY.items():
        value = said[column] if column in asked else empty
        setattr(proposal, column, value.strip() if isinstance(value, str) else value)
    missing = [
        Reason(f"请填写{label}。", field=column)
        for column, label in asked.items()
        if getattr(proposal, column) in (None, "")
    ]
    if not proposal.grounds:
        missing.append(Reason("请写明理由。", field="grounds"))
    Incomplete.unless_empty(missing)
    Conflict.unless_empty(contradictions(proposal))


def contradictions(proposal: ChainProposal) -> list[Reason]:
    """What the map as it stands now has against the proposal."""
    found = [] if proposal.chain.is_active else [Reason(f"产业链“{proposal.chain}”已停用。", field="chain")]
    match proposal.kind:
        case K.ADD_MEMBER if proposal.segment:
            entry = Entry(
                proposal.segment,
                proposal.name,
                proposal.uscc,
                proposal.division,
                proposal.role,
                proposal.effective_on,
            )
            found += faults_of_entry(proposal.chain, entry)
        case K.ADD_SEGMENT:
            if proposal.chain.segments.filter(name=proposal.name, is_active=True).exists():
                found.append(Reason(f"“{proposal.chain}”已有环节“{proposal.name}”。", field="name"))
        case _:
            found += _against_member(proposal)
    return found


def _against_member(proposal: ChainProposal) -> list[Reason]:
    member = (
        ChainMember.objects.present().filter(pk=proposal.member_id, segment__chain=proposal.chain).first()
    )
    if member is None:
        return [Reason(f"该企业不在“{proposal.chain}”的在列企业中。", field="member")]
    found = []
    if member.division_id != proposal.division_id:
        found.append(Reason(f"“{member.name}”不在本辖区，请由所在地提出。", field="member"))
    if proposal.kind == K.CHANGE_ROLE and member.role == proposal.role:
        found.append(Reason(f"“{member.name}”已是{member.get_role_display()}。", field="role"))
    if proposal.effective_on > clock.today():
        found.append(Reason("生效日期不能晚于今天。", field="effective_on"))
    if proposal.effective_on <= member.since:
        found.append(Reason(f"生效日期须晚于列入日期 {member.since:%Y-%m-%d}。", field="effective_on"))
    return found


def _attach(proposal: ChainProposal, file: UploadedFile | None, *, by: User) -> None:
    if file is not None:
        BadFile.unless_empty(attachments.faults_of(file))
        attachments.attach_file(subject=proposal, kind=GROUNDS_FILE, upload=file, by=by)


@transaction.atomic
def revise_proposal(
    *,
    proposal: ChainProposal,
    chain: IndustryChain,
    kind: str,
    effective_on: date,
    grounds: str,
    by: User,
    segment: ChainSegment | None = None,
    member: ChainMember | None = None,
    position: str = "",
    name: str = "",
    uscc: str = "",
    role: str = "",
    file: UploadedFile | None = None,
    at: datetime | None = None,
) -> ChainProposal:
    """Change a proposal that is still a draft; whoever does it becomes its drafter."""
    lock(proposal)
    if proposal.state != ProposalState.DRAFT:
        raise IllegalMove(f"“{proposal}”现为“{CHAIN_PROPOSAL.label(proposal.state)}”，内容不能再改。")
    said = {
        "segment": segment,
        "member": member,
        "position": position,
        "name": name,
        "uscc": uscc,
        "role": role,
    }
    _write(proposal, chain=chain, kind=kind, effective_on=effective_on, grounds=grounds, said=said)
    proposal.drafted_at, proposal.drafted_by = at or clock.now(), by
    columns = ("chain", "kind", "effective_on", "grounds", "drafted_at", "drafted_by", *EMPTY)
    proposal.save(update_fields=columns)
    audit.record("institutes.chainproposal.revise", proposal, by=by, at=proposal.drafted_at)
    _attach(proposal, file, by=by)
    return proposal


# --- the county -----------------------------------------------------------------------------------------------------


def _take(
    proposal: ChainProposal, action: str, *, by: User, at: datetime, reason: str = "", **stamps: Any
) -> None:
    """One move: the table, the register, whoever has to know."""
    event = CHAIN_PROPOSAL.move(proposal, action, by=by, at=at, reason=reason, **stamps)
    notifications.tell_of_proposal(proposal, event)


@transaction.atomic
def hand_up_proposal(*, proposal: ChainProposal, by: User, at: datetime | None = None) -> ChainProposal:
    """Give the draft to the county's leader."""
    _take(proposal, "hand_up", by=by, at=at or clock.now())
    Conflict.unless_empty(contradictions(proposal))
    return proposal


@transaction.atomic
def send_back_proposal(
    *, proposal: ChainProposal, reason: str, by: User, at: datetime | None = None
) -> ChainProposal:
    """Let the county's clerk change the draft."""
    _take(proposal, "send_back", by=by, at=at or clock.now(), reason=reason)
    return proposal


@transaction.atomic
def submit_proposal(*, proposal: ChainProposal, by: User, at: datetime | None = None) -> ChainProposal:
    """Hand the proposal in to the bureau; another person of the county than who drafted it."""
    at = at or clock.now()
    _take(proposal, "propose", by=by, at=at, proposed_at=at, proposed_by=by)
    Conflict.unless_empty(contradictions(proposal))
    return proposal


@transaction.atomic
def withdraw_proposal(
    *, proposal: ChainProposal, reason: str, by: User, at: datetime | None = None
) -> ChainProposal:
    """Give the proposal up; it stays on record with its reason."""
    _take(proposal, "withdraw", by=by, at=at or clock.now(), reason=reason)
    return proposal


# --- the bureau -----------------------------------------------------------------------------------------------------


@transaction.atomic
def check_proposal(
    *, proposal: ChainProposal, finding: str, opinion: str, by: User, at: datetime | None = None
) -> ChainProposal:
    """The first of two people of the bureau finds for or against it."""
    at = at or clock.now()
    if finding not in ProposalFinding.values:
        raise Incomplete(Reason("请选择审核意见。", field="finding"))
    if not opinion.strip():
        raise Incomplete(Reason("请写明审核意见的依据。", field="opinion"))
    stamps: Stamps = {"finding": finding, "opinion": opinion.strip(), "checked_at": at, "checked_by": by}
    _take(proposal, "check", by=by, at=at, **stamps)
    if finding == ProposalFinding.ADOPT:
        Conflict.unless_empty(contradictions(proposal))
    return proposal


@transaction.atomic
def return_proposal_check(
    *, proposal: ChainProposal, reason: str, by: User, at: datetime | None = None
) -> ChainProposal:
    """Have the proposal checked anew; the period goes on."""
    at = at or clock.now()
    due_on = selectors.due_on_of(proposal)
    event = CHAIN_PROPOSAL.move(proposal, "return_check", by=by, at=at, reason=reason, due_on=due_on)
    notifications.tell_of_proposal(proposal, event)
    return proposal


@transaction.atomic
def accept_proposal(*, proposal: ChainProposal, by: User, at: datetime | None = None) -> ChainProposal:
    """Change the map as proposed, with the proposal as its document; another person than who checked it.

    The chain is taken before the proposal. Raises ``Conflict`` where the map has moved on in the meantime.
    """
    at = at or clock.now()
    lock(proposal.chain)
    lock(proposal)
    _must_find(proposal, ProposalFinding.ADOPT, "审核意见为拟不采纳，不能采纳；请退回经办复核。")
    _take(proposal, "accept", by=by, at=at, decided_at=at, decided_by=by)
    Conflict.unless_empty(contradictions(proposal))
    _change_map(proposal, by=by, at=at)
    return proposal


def _must_find(proposal: ChainProposal, finding: str, words: str) -> None:
    """The decision follows the check. In another state the table of moves has the better answer."""
    if proposal.state == ProposalState.CHECKED and proposal.finding != finding:
        raise Conflict(words)


def _change_map(proposal: ChainProposal, *, by: User, at: datetime) -> None:
    chain = proposal.chain
    if proposal.kind == K.ADD_SEGMENT:
        add_segment(
            chain=chain, position=proposal.position, name=proposal.name, proposal=proposal.pk, by=by, at=at
        )
        return
    if proposal.kind == K.END_MEMBER and proposal.member:
        end_member(
            chain=chain,
            member=proposal.member,
            until=proposal.effective_on,
            reason=f"{proposal.division}建议：{proposal.grounds}"[:500],
            by=by,
            at=at,
        )
        return
    source = ChainSource.objects.create(
        title=f"{proposal.division}产业链图谱调整建议", number=f"第 {proposal.pk} 号", proposal=proposal
    )
    if proposal.kind == K.ADD_MEMBER and proposal.segment:
        enter_member(
            chain=chain,
            segment=proposal.segment,
            name=proposal.name,
            uscc=proposal.uscc,
            division=proposal.division,
            role=proposal.role,
            since=proposal.effective_on,
            source=source,
            by=by,
            at=at,
        )
    elif proposal.member:
        change_role(
            chain=chain,
            member=proposal.member,
            role=proposal.role,
            since=proposal.effective_on,
            source=source,
            by=by,
            at=at,
        )


@transaction.atomic
def refuse_proposal(
    *, proposal: ChainProposal, reason: str, by: User, at: datetime | None = None
) -> ChainProposal:
    """Leave the map as it is; the county reads why."""
    at = at or clock.now()
    lock(proposal)
    _must_find(proposal, ProposalFinding.REFUSE, "审核意见为拟采纳，不能不予采纳；请退回经办复核。")
    _take(proposal, "refuse", by=by, at=at, reason=reason, decided_at=at, decided_by=by)
    return proposal
