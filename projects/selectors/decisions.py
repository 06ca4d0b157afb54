"""Reads of decisions: what waits for one, what they bind, whose publicity is over, whose papers are lacking."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from notices.models import PublicNoticeItem
from notices.selectors import awaits_correction, way_blockers
from projects.enums import DecisionState, ProposalState
from projects.models import Project, ProjectCall, ProjectDecision, ProjectDecisionItem, Proposal
from projects.selectors.changes import CHANGE_TYPE
from projects.selectors.endings import ENDING_TYPE
from projects.selectors.finals import FINAL_TYPE
from projects.selectors.midterms import MIDTERM_TYPE
from projects.selectors.projects import PROJECT_TYPE
from projects.selectors.proposals import _RELATED, PROPOSAL_TYPE
from projects.selectors.sides import OFFICERS
from records.deadlines import with_due
from records.desk import carrying
from records.models import AuditEvent, Document
from records.models.subject import subject_type

PAPERED = (PROPOSAL_TYPE, PROJECT_TYPE, FINAL_TYPE, CHANGE_TYPE, ENDING_TYPE, MIDTERM_TYPE)
"""Cases about which this room issues papers."""


def decisions_visible_to(user: User) -> QuerySet[ProjectDecision]:
    """Decisions are the bureau's and the auditor's; everybody else reads the public notice."""
    rows = with_due(ProjectDecision.objects.select_related("call__edition", "notice"), "provisional")
    inside = user.is_authenticated and (user.is_system or user.holds(*OFFICERS))
    return rows if inside else rows.none()


def to_decide(call: ProjectCall) -> QuerySet[Proposal]:
    """The proposals of a call that wait for a meeting and stand in no decision yet, the best first."""
    taken = ProjectDecisionItem.objects.filter(dropped_at__isnull=True).values("proposal")
    rows = Proposal.objects.filter(call=call, state=ProposalState.DECISION).exclude(pk__in=taken)
    return rows.select_related(*_RELATED).ranked()


def items_of(decision: ProjectDecision) -> QuerySet[ProjectDecisionItem]:
    """What the decision says of each proposal, the supported ones first, then by rank."""
    rows = decision.items.select_related("proposal__host", "proposal__division", "proposal__topic__chain")
    return rows.order_by("-outcome", "-proposal__score", "pk")


def committed_of(call: ProjectCall) -> Decimal:
    """What the decisions of a call have bound, summed up anew: publicity runs, or the project is approved."""
    rows = Proposal.objects.filter(call=call, state__in=(ProposalState.PUBLICITY, ProposalState.APPROVED))
    return rows.aggregate(all=Sum("grant"))["all"] or Decimal(0)


def yearly_count(year: int) -> int:
    """How many projects were approved in that year."""
    return Project.objects.filter(year=year).count()


def _published() -> QuerySet[Proposal]:
    return Proposal.objects.filter(state=ProposalState.PUBLICITY).select_related(*_RELATED).order_by("pk")


def publicities_over(*, on: date) -> list[Proposal]:
    """Those whose days have run and whose way is clear."""
    return [one for one in _published() if not way_blockers(one, on=on)]


def _item(proposal: Proposal) -> PublicNoticeItem | None:
    rows = PublicNoticeItem.objects.about(proposal).select_related("notice")
    return rows.order_by("-pk").first()


def publicities_upheld() -> Iterable[tuple[Proposal, PublicNoticeItem]]:
    """Those taken out of their notice because an objection was founded."""
    for proposal in _published():
        item = _item(proposal)
        if item and item.withdrawn_at and item.objections.upheld().exists():
            yield proposal, item


def publicities_to_correct() -> Iterable[tuple[Proposal, PublicNoticeItem]]:
    """Those to be published again because an objection was founded in part."""
    for proposal in _published():
        item = _item(proposal)
        if item and awaits_correction(item):
            yield proposal, item


def papers_missing(*, before: datetime) -> QuerySet[AuditEvent]:
    """Lines of the register that promise a paper of a proposal or a project which nobody made."""
    promises = AuditEvent.objects.filter(
        subject_type__in=PAPERED, data__has_key="paper", at__lt=before
    ).select_related("actor")
    made = Document.objects.filter(subject_type__in=PAPERED).values_list("subject_type", "subject_id", "kind")
    known = set(made)
    lacking = [
        event.pk
        for event in promises.select_related(None).only("pk", "subject_type", "subject_id", "data")
        if (event.subject_type, event.subject_id, event.data["paper"]["kind"]) not in known
    ]
    return promises.filter(Q(pk__in=lacking)).order_by("pk")


def carried_by_decisions() -> QuerySet:
    """The proposals that a draft decides on, each with the draft."""
    rows = ProjectDecisionItem.objects.filter(dropped_at__isnull=True, decision__state=DecisionState.DRAFT)
    decision = subject_type(ProjectDecision)
    return carrying(rows, case_type=PROPOSAL_TYPE, work_type=decision, case="proposal", work="decision")
