"""The unit hands in: the filler hands up, the administrator reviews and passes on, takes back, supplements."""

import hashlib
import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import book as institute_book
from institutes.book.core import Fault
from institutes.services.opinions import NO_WORDS
from projects import book, selectors
from projects.lifecycle import PROPOSAL
from projects.models import BudgetLine, Proposal, ProposalHint, ProposalVersion
from projects.services.calls import window_words
from projects.services.drafting import keep_figures
from projects.services.moving import due_when_returned, promised_book, take
from records import clock, deadlines, numbering
from records.deadlines import day_in_words
from records.errors import Incomplete, NotEligible, Reason, TooLate
from records.lifecycle import Stamps, lock
from records.models import AuditEvent

NOT_SAID_YET: Stamps = {"county_stand": "", **NO_WORDS}
"""What a county said to a proposal that was returned: the next one it judges anew, the register keeps it."""


def missing_of(proposal: Proposal) -> list[Fault]:
    """Everything that keeps the proposal from being handed in, in the order of the book; the leader's number last."""
    declared, setting = book.of_edition(proposal.call.form_edition), book.setting_of(proposal)
    kinds = [file.kind for file in selectors.files_of(proposal)]
    held = {kind: kinds.count(kind) for kind in kinds}
    found = institute_book.faults(declared, book.answers_of_draft(proposal), held, setting)
    if not proposal.leader_mark:
        found.append(Fault("identity", "id_number", "负责人证件号码", "未登记。"))
    return found


def as_reason(proposal: Proposal, fault: Fault) -> Reason:
    """A fault of the book as a reason with the way to its box."""
    return Reason(
        f"{fault.label}：{fault.text}",
        field=f"{fault.section}.{fault.path}",
        url=address_of(proposal, fault),
        clause=fault.clause,
    )


def address_of(proposal: Proposal, fault: Fault) -> str:
    """Where the box is."""
    base = proposal.get_absolute_url()
    if fault.section == "identity":
        return f"{base}leader/"
    if fault.section == institute_book.ANNEXES:
        return f"{base}files/#{fault.path}"
    return f"{base}sections/{fault.section}/#id_{fault.path}"


def _refuse_unless_complete(proposal: Proposal, at: datetime) -> None:
    Incomplete.unless_empty(as_reason(proposal, fault) for fault in missing_of(proposal))
    NotEligible.unless_empty(selectors.barriers(proposal, on=timezone.localdate(at)))


@transaction.atomic
def hand_up_proposal(*, project_proposal: Proposal, by: User, at: datetime | None = None) -> Proposal:
    """Give the proposal to the unit's administrator; from here it is locked. Everything missing is named at once."""
    now = clock.database_now()
    at = at or now
    take(project_proposal, "hand_up", by=by, at=at, handed_up_at=at, handed_up_by=by)
    _refuse_when_over(project_proposal, now)
    _refuse_unless_complete(project_proposal, at)
    return project_proposal


@transaction.atomic
def send_back_proposal(
    *, project_proposal: Proposal, reason: str, by: User, at: datetime | None = None
) -> Proposal:
    """Let it be mended inside the unit."""
    at = at or clock.now()
    due = due_when_returned(project_proposal, at)
    take(project_proposal, "send_back", by=by, at=at, reason=reason, **due)
    return project_proposal


def _refuse_when_over(proposal: Proposal, now: datetime) -> None:
    """The window binds until the proposal was received once; what is then returned may come back."""
    if proposal.number is None and not proposal.call.is_open(now):
        raise TooLate(window_words(proposal.call, now))


@transaction.atomic
def hand_in_proposal(*, project_proposal: Proposal, by: User, at: datetime | None = None) -> Proposal:
    """Propose in the unit's name: number, frozen version, budget lines; likenesses to other proposals are put down.

    Complete, in time by the database's clock, and by a unit and a leader that may have a project.
    """
    now = clock.database_now()
    at = at or now
    lock(project_proposal)
    for refusal in PROPOSAL.blocks(project_proposal, "hand_in", by):
        raise refusal
    _refuse_when_over(project_proposal, now)
    _refuse_unless_complete(project_proposal, at)
    keep_figures(project_proposal)
    version = _freeze(project_proposal, by=by, at=at)
    _enter_budget(project_proposal, version)
    _raise_hints(project_proposal, version, by=by, at=at)
    number = project_proposal.number or _take_number(project_proposal, at)
    take(
        project_proposal,
        "hand_in",
        by=by,
        at=at,
        data={"number": number, "paper": promised_book(number, version.number)},
        number=number,
        handed_in_at=at,
        handed_in_by=by,
        **NOT_SAID_YET,
    )
    return project_proposal


def _take_number(proposal: Proposal, at: datetime) -> str:
    pattern, year = proposal.call.edition.terms["numbers"]["proposal"], timezone.localdate(at).year
    return numbering.take_number("project.proposal", pattern=pattern, year=year)


def _freeze(proposal: Proposal, *, by: User, at: datetime) -> ProposalVersion:
    """Keep the whole book as it is handed in: answers, the name of the topic, annexes with their hashes."""
    answers: dict[str, dict] = book.answers_of_draft(proposal)
    answers[book.NAMES] = book.frozen_names(answers, book.setting_of(proposal))
    files = selectors.files_held(proposal)
    content = json.dumps([answers, files], ensure_ascii=False, sort_keys=True)
    return ProposalVersion.objects.create(
        proposal=proposal,
        number=proposal.versions.count() + 1,
        answers=answers,
        attachments=files,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        frozen_at=at,
        frozen_by=by,
    )


def _enter_budget(proposal: Proposal, version: ProposalVersion) -> None:
    """The lines of the budget as rows, so that the review can accept each or less."""
    proposal.budget_lines.all().delete()
    BudgetLine.objects.bulk_create(
        BudgetLine(proposal=proposal, code=line.code, label=line.label, grant=line.grant, own=line.own)
        for line in book.budget_of(version.answers, proposal.call.edition.terms)
    )


def _raise_hints(proposal: Proposal, version: ProposalVersion, *, by: User, at: datetime) -> None:
    """Put down every proposal that reads like this one, as it reads now; what was answered before is asked anew."""
    proposal.hints.all().delete()
    ProposalHint.objects.bulk_create(
        ProposalHint(
            proposal=proposal,
            other=other,
            share=found.share,
            passages=[
                {
                    "here": one.here,
                    "there": one.there,
                    "here_in": book.TEXTS[one.here_in],
                    "there_in": book.TEXTS[one.there_in],
                    "length": one.length,
                }
                for one in found.passages
            ],
            raised_at=at,
            raised_by=by,
        )
        for other, found in selectors.resembling(proposal, version.answers, on=timezone.localdate(at))
    )


@transaction.atomic
def recall_proposal(
    *, project_proposal: Proposal, reason: str, by: User, at: datetime | None = None
) -> Proposal:
    """Take the proposal back from the county to mend it, as long as the call is open."""
    now = clock.database_now()
    at = at or now
    lock(project_proposal)
    for refusal in PROPOSAL.blocks(project_proposal, "recall", by):
        raise refusal
    if not project_proposal.call.is_open(now):
        raise TooLate("申报已经截止，不能再撤回修改；确需修改的，请联系县级科技管理部门退回。")
    due = due_when_returned(project_proposal, at)
    take(project_proposal, "recall", by=by, at=at, reason=reason, **due)
    return project_proposal


@transaction.atomic
def resubmit_proposal(*, project_proposal: Proposal, by: User, at: datetime | None = None) -> Proposal:
    """Hand in what the bureau asked to be supplemented; a new version is frozen, the formal review goes on."""
    now = clock.database_now()
    at = at or now
    lock(project_proposal)
    for refusal in PROPOSAL.blocks(project_proposal, "resubmit", by):
        raise refusal
    asked = deadlines.current(project_proposal)
    if asked and asked.due_on and timezone.localdate(now) > asked.due_on:
        raise TooLate(f"补正期限已于{day_in_words(asked.due_on)}届满，逾期未补正视为放弃申报。")
    _refuse_unless_complete(project_proposal, at)
    keep_figures(project_proposal)
    version = _freeze(project_proposal, by=by, at=at)
    _enter_budget(project_proposal, version)
    _raise_hints(project_proposal, version, by=by, at=at)
    paper = promised_book(project_proposal.number or "", version.number)
    take(project_proposal, "resubmit", by=by, at=at, data={"paper": paper})
    return project_proposal


@transaction.atomic
def withdraw_proposal(
    *, project_proposal: Proposal, reason: str, by: User, at: datetime | None = None
) -> AuditEvent:
    """End the proposal on the unit's own wish."""
    at = at or clock.now()
    closed = {"closed_at": at, "closed_by": by, "closing_reason": reason.strip()}
    return take(project_proposal, "withdraw", by=by, at=at, reason=reason, **closed)
