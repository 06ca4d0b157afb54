"""The county: looks the leading unit up, answers what reads alike, opines, signs."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes.services.lookups import lookup_columns
from institutes.services.opinions import signed
from projects import selectors
from projects.enums import CountyStand, HintFinding, ProjectFile, ProposalState
from projects.lifecycle import PROPOSAL
from projects.models import Proposal, ProposalCheck
from projects.services.moving import close, due_when_returned, take
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete, NotEligible, Reason
from records.lifecycle import Stamps, lock

Answers = Mapping[int, tuple[str, str]]
"""For each hint, by its key: the finding, and why."""


@transaction.atomic
def record_project_lookup(
    *,
    proposal: Proposal,
    item: str,
    result: str,
    checked_on: date,
    source: str,
    evidence: UploadedFile | None,
    by: User,
    note: str = "",
    at: datetime | None = None,
) -> ProposalCheck:
    """Enter what a look-up of the leading unit brought. A later one of the same list stands in its place."""
    at = at or clock.now()
    lock(proposal)
    if proposal.state != ProposalState.COUNTY_REVIEW:
        raise IllegalMove(f"“{proposal}”现为“{PROPOSAL.label(proposal.state)}”，不能登记信用查询。")
    columns = lookup_columns(
        proposal,
        items={one["code"] for one in proposal.call.edition.terms["lookups"]},
        kind=ProjectFile.LOOKUP,
        limits=proposal.call.edition.upload_limits,
        item=item,
        result=result,
        checked_on=checked_on,
        source=source,
        evidence=evidence,
        note=note,
        by=by,
        at=at,
    )
    check = ProposalCheck.objects.create(proposal=proposal, **columns)
    said = {"item": item, "result": result, "checked_on": checked_on.isoformat()}
    audit.record("projects.proposal.record_lookup", proposal, by=by, at=at, **said)
    return check


def answer_hints(proposal: Proposal, answers: Answers, *, side: str, by: User, at: datetime) -> list[Reason]:
    """Put down what ``side`` (county, bureau) finds about each likeness; every one needs an answer and its ground.

    Returns what follows from an answer that both are the same: the caller says what cannot be done then.
    """
    missing, same, hints = list[Reason](), list[Reason](), list(selectors.hints_to_answer(proposal))
    for hint in hints:
        finding, note = answers.get(hint.pk, ("", ""))
        if finding not in HintFinding.values:
            missing.append(Reason(f"请判断与“{hint.other}”是否同一内容。", field=f"hint_{hint.pk}"))
        elif not note.strip():
            missing.append(Reason(f"请写明与“{hint.other}”比对的依据。", field=f"note_{hint.pk}"))
        else:
            if finding == HintFinding.SAME:
                same.append(Reason(f"与“{hint.other}”系同一内容，一项内容只能申报一次。", clause="四(七)"))
            setattr(hint, f"{side}_finding", finding)
            setattr(hint, f"{side}_note", note.strip()[:500])
            setattr(hint, f"{side}_answered_at", at)
            setattr(hint, f"{side}_answered_by", by)
    Incomplete.unless_empty(missing)
    for hint in hints:
        hint.save(
            update_fields=[f"{side}_{name}" for name in ("finding", "note", "answered_at", "answered_by")]
        )
    return same


@transaction.atomic
def county_return_proposal(
    *, project_proposal: Proposal, reason: str, by: User, at: datetime | None = None
) -> Proposal:
    """The county has the unit mend it; the unit hands it in anew."""
    at = at or clock.now()
    due = due_when_returned(project_proposal, at)
    take(project_proposal, "county_return", by=by, at=at, reason=reason, **due)
    return project_proposal


@transaction.atomic
def give_project_opinion(
    *,
    project_proposal: Proposal,
    stand: str,
    opinion: str,
    by: User,
    hints: Answers | None = None,
    at: datetime | None = None,
) -> Proposal:
    """The county's clerk says whether to recommend, and why; its leader signs.

    A recommendation needs fresh and clean look-ups, and an answer to everything that reads alike.
    """
    at, least = at or clock.now(), _least_chars(project_proposal)
    lock(project_proposal)
    for refusal in PROPOSAL.blocks(project_proposal, "give_opinion", by):
        raise refusal
    found = [] if stand in CountyStand.values else [Reason("请选择是否推荐。", field="stand")]
    if len(opinion.strip()) < least:
        words = f"意见不少于 {least} 字（系统默认，待确认），现有 {len(opinion.strip())} 字。"
        found.append(Reason(words, field="opinion"))
    Incomplete.unless_empty(found)
    if stand == CountyStand.RECOMMEND:
        Incomplete.unless_empty(selectors.lookups_missing(project_proposal, on=timezone.localdate(at)))
    same = answer_hints(project_proposal, hints or {}, side="county", by=by, at=at)
    if stand == CountyStand.RECOMMEND:
        NotEligible.unless_empty(same)
    stamps: Stamps = {"county_stand": stand, "county_opinion": opinion.strip()}
    data = {"stand": stand}
    take(project_proposal, "give_opinion", by=by, at=at, data=data, opined_at=at, opined_by=by, **stamps)
    return project_proposal


def _least_chars(proposal: Proposal) -> int:
    return int(proposal.call.edition.terms["limits"]["opinion_min_chars"])


@transaction.atomic
def return_project_opinion(
    *, project_proposal: Proposal, reason: str, by: User, at: datetime | None = None
) -> Proposal:
    """The county's leader has the opinion written anew."""
    take(project_proposal, "return_opinion", by=by, at=at or clock.now(), reason=reason)
    return project_proposal


@transaction.atomic
def sign_project_opinion(*, project_proposal: Proposal, by: User, at: datetime | None = None) -> Proposal:
    """Sign the recommendation and send it on to the bureau. Another than who drafted it."""
    at = at or clock.now()
    _must_say(project_proposal, CountyStand.RECOMMEND)
    take(project_proposal, "sign", by=by, at=at, **signed(by=by, at=at))
    return project_proposal


@transaction.atomic
def refuse_project_opinion(*, project_proposal: Proposal, by: User, at: datetime | None = None) -> Proposal:
    """Sign that it is not recommended: the proposal ends, the unit gets the reasons."""
    at = at or clock.now()
    _must_say(project_proposal, CountyStand.REFUSE)
    reason = project_proposal.county_opinion or "县级不予推荐。"
    close(project_proposal, "refuse", by=by, at=at, reason=reason, **signed(by=by, at=at))
    return project_proposal


def _must_say(proposal: Proposal, stand: str) -> None:
    """A signature follows the drafted opinion."""
    lock(proposal)
    if proposal.state == ProposalState.COUNTY_SIGNING and proposal.county_stand != stand:
        said = CountyStand(proposal.county_stand).label
        raise Conflict(f"经办意见为“{said}”，与本签发不一致；请退回经办重拟。")
