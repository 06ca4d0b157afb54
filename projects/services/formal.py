"""The formal review: a clerk goes through the checklist and answers likenesses, an approver confirms."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.services import system_user
from projects import selectors
from projects.enums import FormalFinding, ProposalState
from projects.lifecycle import PROPOSAL
from projects.models import Proposal
from projects.services.county import Answers, answer_hints
from projects.services.moving import close, take
from records import clock
from records.errors import Conflict, Incomplete, NotEligible, Reason, Refusal
from records.lifecycle import Stamps, lock
from records.models import Deadline

log = logging.getLogger(__name__)
MET, UNMET = "met", "unmet"
Marks = Mapping[str, tuple[str, str]]
"""For each item of the checklist, by its code: met or unmet, and what was found."""


@transaction.atomic
def propose_project_formal(
    *,
    project_proposal: Proposal,
    marks: Marks,
    finding: str,
    by: User,
    opinion: str = "",
    hints: Answers | None = None,
    at: datetime | None = None,
) -> Proposal:
    """Put the checklist, the answers to likenesses, and a finding before the approver.

    All defects are named at once: what is unmet here is what a supplement asks for.
    """
    at = at or clock.now()
    lock(project_proposal)
    for refusal in PROPOSAL.blocks(project_proposal, "propose_formal", by):
        raise refusal
    Incomplete.unless_empty(_faults(project_proposal, marks, finding, opinion))
    same = answer_hints(project_proposal, hints or {}, side="bureau", by=by, at=at)
    if finding == FormalFinding.PASS:
        NotEligible.unless_empty([*same, *selectors.barriers(project_proposal, on=timezone.localdate(at))])
    stamps: Stamps = {
        "formal_marks": [
            {"code": code, "met": mark == MET, "note": note.strip()} for code, (mark, note) in marks.items()
        ],
        "formal_finding": finding,
        "formal_opinion": opinion.strip(),
        "checked_at": at,
        "checked_by": by,
        "confirmed_at": None,
        "confirmed_by": None,
    }
    take(project_proposal, "propose_formal", by=by, at=at, data={"finding": finding}, **stamps)
    return project_proposal


def _faults(proposal: Proposal, marks: Marks, finding: str, opinion: str) -> list[Reason]:
    """Whether the checklist is whole, and the finding follows from it."""
    labels = {item["code"]: item["label"] for item in proposal.call.edition.terms["checklist"]}
    found = [
        Reason(f"“{label}”尚未审查。", field="marks")
        for code, label in labels.items()
        if marks.get(code, ("", ""))[0] not in (MET, UNMET)
    ]
    unmet = [code for code, (mark, _note) in marks.items() if mark == UNMET]
    found += [
        Reason(f"“{labels.get(code, code)}”不符合，须写明情况。", field="marks")
        for code in unmet
        if not marks[code][1].strip()
    ]
    return found + _faults_of_finding(proposal, finding, opinion, len(unmet))


def _faults_of_finding(proposal: Proposal, finding: str, opinion: str, unmet: int) -> list[Reason]:
    if finding not in FormalFinding.values:
        return [Reason("请选择审查意见：通过、补正或不通过。", field="finding")]
    if finding == FormalFinding.PASS:
        return [Reason(f"有 {unmet} 项不符合，不能提出通过。", field="finding")] if unmet else []
    found, most = [], int(proposal.call.edition.terms["limits"]["supplements_max"])
    if not opinion.strip():
        found.append(Reason("须写明审查意见，将告知申报单位。", field="opinion"))
    if finding == FormalFinding.SUPPLEMENT and not unmet:
        found.append(Reason("各项均无不符合，不能要求补正。", field="finding"))
    if finding == FormalFinding.SUPPLEMENT and proposal.supplements >= most:
        words = f"补正以 {most} 次为限（系统默认，待确认），本件已补正 {proposal.supplements} 次。"
        found.append(Reason(words, field="finding"))
    return found


@transaction.atomic
def return_project_formal(
    *, project_proposal: Proposal, reason: str, by: User, at: datetime | None = None
) -> Proposal:
    """Let the clerk look again; the period goes on."""
    take(project_proposal, "return_formal", by=by, at=at or clock.now(), reason=reason)
    return project_proposal


def _must_find(proposal: Proposal, finding: str) -> None:
    lock(proposal)
    if proposal.state == ProposalState.FORMAL_CONFIRMATION and proposal.formal_finding != finding:
        said = FormalFinding(proposal.formal_finding).label
        raise Conflict(f"经办意见为“{said}”，与本审定不一致；请退回经办复核。")


@transaction.atomic
def confirm_project_pass(
    *, project_proposal: Proposal, agency: Organisation, by: User, at: datetime | None = None
) -> Proposal:
    """Confirm that it passes, and entrust an agency with the experts' and the budget review."""
    at = at or clock.now()
    _must_find(project_proposal, FormalFinding.PASS)
    day = timezone.localdate(at)
    if not selectors.agencies_for_review(day).filter(pk=agency.pk).exists():
        words = f"“{agency}”没有覆盖联合攻关项目评审的有效评审委托，请先办理委托。"
        raise Incomplete(Reason(words, field="agency"))
    stamps: Stamps = {"confirmed_at": at, "confirmed_by": by, "agency": agency}
    take(project_proposal, "confirm_pass", by=by, at=at, data={"agency": agency.name}, **stamps)
    return project_proposal


@transaction.atomic
def confirm_project_supplement(
    *, project_proposal: Proposal, by: User, at: datetime | None = None
) -> Proposal:
    """Ask the unit, once, for everything that is lacking."""
    at = at or clock.now()
    _must_find(project_proposal, FormalFinding.SUPPLEMENT)
    take(
        project_proposal,
        "confirm_supplement",
        by=by,
        at=at,
        reason=project_proposal.formal_opinion,
        supplements=project_proposal.supplements + 1,
        confirmed_at=at,
        confirmed_by=by,
    )
    return project_proposal


@transaction.atomic
def confirm_project_fail(*, project_proposal: Proposal, by: User, at: datetime | None = None) -> Proposal:
    """Confirm that it fails: the proposal ends, the unit gets the reasons."""
    at = at or clock.now()
    _must_find(project_proposal, FormalFinding.FAIL)
    reason = project_proposal.formal_opinion or "形式审查未通过。"
    close(project_proposal, "confirm_fail", by=by, at=at, reason=reason, confirmed_at=at, confirmed_by=by)
    return project_proposal


def lapse_project_supplements(*, at: datetime | None = None) -> int:
    """Close proposals whose supplement did not come in time; returns how many."""
    at = at or clock.now()
    late = Deadline.objects.open().filter(
        subject_type=selectors.PROPOSAL_TYPE, due_on__lt=timezone.localdate(at)
    )
    rows = Proposal.objects.filter(state=ProposalState.SUPPLEMENT, pk__in=late.values("subject_id"))
    done = 0
    for proposal in rows.select_related("call__edition", "host", "division").order_by("pk"):
        try:
            _lapse(proposal, at)
            done += 1
        except Refusal:
            log.info("proposal %s came back before its supplement lapsed", proposal.pk)
    return done


@transaction.atomic
def _lapse(proposal: Proposal, at: datetime) -> None:
    reason = "未在规定期限内提交补正材料，按规定视为放弃本次申报。"
    close(proposal, "lapse_supplement", by=system_user(), at=at, reason=reason)
