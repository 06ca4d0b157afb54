"""What the experts came to, what the budget review accepts, and proposals whose grounds have gone."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import Organisation, User
from notices.services import withdraw_from_notice
from projects.enums import ProjectFile, ProposalState
from projects.lifecycle import PROPOSAL
from projects.models import Proposal
from projects.services.moving import close, take
from records import attachments, clock
from records.amounts import in_wan
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import Stamps, lock

Lines = Mapping[str, tuple[Decimal | None, str]]
"""For each line of the budget, by its code: what is accepted of the grant, and why where it is less."""


@transaction.atomic
def record_project_review(
    *,
    proposal: Proposal,
    score: Decimal,
    passed: bool,
    opinion: str,
    tie_break: Decimal,
    by: User,
    at: datetime | None = None,
) -> Proposal:
    """Take down what the experts came to: on to the budget review, or the end with their opinion as the reason."""
    at = at or clock.now()
    stamps: Stamps = {
        "score": score,
        "tie_break": tie_break,
        "review_passed": passed,
        "review_opinion": opinion.strip(),
        "reviewed_at": at,
        "reviewed_by": by,
    }
    if passed:
        take(proposal, "pass_review", by=by, at=at, data={"score": str(score)}, **stamps)
    else:
        reason = f"专家评审综合得分 {score} 分，未达到合格线。{opinion.strip()}"
        close(proposal, "fail_review", by=by, at=at, reason=reason, **stamps)
    return proposal


@transaction.atomic
def reopen_project_review(
    *, proposal: Proposal, reason: str, by: User, at: datetime | None = None
) -> Proposal:
    """Take the experts' result back, so that the panel can come to another."""
    stamps: Stamps = dict.fromkeys(("score", "tie_break", "review_passed", "reviewed_at", "reviewed_by"))
    at = at or clock.now()
    take(proposal, "reopen_review", by=by, at=at, reason=reason, review_opinion="", **stamps)
    return proposal


@transaction.atomic
def change_project_agency(
    *, proposal: Proposal, agency: Organisation, reason: str, by: User, at: datetime | None = None
) -> Proposal:
    """Let another agency go on with it where its panel was handed over."""
    at = at or clock.now()
    take(proposal, "change_agency", by=by, at=at, reason=reason, data={"agency": agency.name}, agency=agency)
    return proposal


# --- the budget review ------------------------------------------------------------------------------------------------


@transaction.atomic
def review_budget(
    *,
    project_proposal: Proposal,
    lines: Lines,
    reviewer: str,
    opinion: str,
    by: User,
    evidence: UploadedFile | None = None,
    at: datetime | None = None,
) -> Proposal:
    """Say line by line how much of the grant is justified, and why where it is less; a finance expert is named.

    The experts on the subject do not see it, and it does not change their score (四(六), domain B6).
    """
    at = at or clock.now()
    lock(project_proposal)
    for refusal in PROPOSAL.blocks(project_proposal, "review_budget", by):
        raise refusal
    rows = list(project_proposal.budget_lines.all())
    found = [] if reviewer.strip() else [Reason("请填写评审的财务专家姓名。", field="reviewer")]
    if not opinion.strip():
        found.append(Reason("请写明预算评审意见。", field="opinion"))
    for row in rows:
        accepted, reason = lines.get(row.code, (None, ""))
        if accepted is None:
            found.append(Reason(f"“{row.label}”请填写核定金额。", field="lines"))
        elif not 0 <= accepted <= row.grant:
            words = f"“{row.label}”核定金额应在 0 至申请的 {in_wan(row.grant)} 万元之间。"
            found.append(Reason(words, field="lines"))
        elif accepted < row.grant and not reason.strip():
            found.append(Reason(f"“{row.label}”核减的，须写明理由。", field="lines"))
    Incomplete.unless_empty(found)
    for row in rows:
        row.accepted, row.reason = lines[row.code][0], lines[row.code][1].strip()[:500]
        row.save(update_fields=["accepted", "reason"])
    if evidence is not None:
        limits = project_proposal.call.edition.upload_limits
        attachments.attach_file(
            subject=project_proposal, kind=ProjectFile.BUDGET, upload=evidence, by=by, limits=limits
        )
    total = sum((row.accepted or Decimal(0) for row in rows), Decimal(0))
    stamps: Stamps = {
        "accepted": total,
        "budget_reviewer": reviewer.strip(),
        "budget_opinion": opinion.strip(),
        "budgeted_at": at,
        "budgeted_by": by,
    }
    take(project_proposal, "review_budget", by=by, at=at, data={"accepted": str(total)}, **stamps)
    return project_proposal


@transaction.atomic
def return_budget_review(
    *, project_proposal: Proposal, reason: str, by: User, at: datetime | None = None
) -> Proposal:
    """Have the agency look at the budget once more, before the proposal stands in a decision."""
    at = at or clock.now()
    lock(project_proposal)
    if project_proposal.decision_items.filter(dropped_at__isnull=True).exists():
        raise Conflict("该申报已列入立项审议决定；请先将该决定作废，再退回复核预算。")
    stamps: Stamps = dict.fromkeys(("accepted", "budgeted_at", "budgeted_by"))
    take(project_proposal, "return_budget", by=by, at=at, reason=reason, **stamps)
    return project_proposal


@transaction.atomic
def bar_proposal(
    *, project_proposal: Proposal, reason: str, by: User, at: datetime | None = None
) -> Proposal:
    """End a proposal whose grounds have gone: its institute ended, its unit was listed, its leader is overdue."""
    at = at or clock.now()
    lock(project_proposal)
    if project_proposal.decision_items.filter(dropped_at__isnull=True, decision__state="draft").exists():
        raise Conflict("该申报已列入拟定中的立项审议决定；请先将该决定作废。")
    was_published = project_proposal.state == ProposalState.PUBLICITY
    close(project_proposal, "bar", by=by, at=at, reason=reason)
    if was_published:
        _release_money(project_proposal, by=by, at=at, reason=reason)
    return project_proposal


def _release_money(proposal: Proposal, *, by: User, at: datetime, reason: str) -> None:
    """What a decision had bound for it is free again, and it leaves the public notice."""
    give_back(proposal)
    withdraw_from_notice(subject=proposal, by=by, reason=reason, at=at)


def give_back(proposal: Proposal) -> None:
    """Free in the call what a decision had bound for this proposal."""
    call = proposal.call
    lock(call)
    call.committed -= proposal.grant or Decimal(0)
    call.save(update_fields=["committed"])
