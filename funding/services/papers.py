"""The papers of an issued plan, made after the commit by a task; a sweep finds what is missing."""

import logging
from datetime import datetime, timedelta

from accounts.services import system_user
from funding import documents, selectors
from funding.enums import PlanState
from funding.models import AllocationPlan
from funding.services.account_papers import issue_missing_account_papers
from funding.services.clawback_papers import issue_missing_clawback_papers
from records import clock
from records.documents import Paper, issue
from records.models import Document
from records.pdf import RenderFailed

log = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=5)


def issue_plan_papers(*, plan_id: int) -> list[Document]:
    """The approval form and the public notice of a plan that was issued; those that exist are returned as they are."""
    plan = AllocationPlan.objects.select_related(
        "budget", "proposed_by", "submitted_by", "reviewed_by", "cosigned_by", "issued_by"
    ).get(pk=plan_id)
    if plan.state != PlanState.ISSUED or plan.issued_at is None:
        return []
    papers = (documents.approval_form(plan), documents.issue_notice(plan))
    return [issue(Paper(subject=plan, by=system_user(), at=plan.issued_at, **paper)) for paper in papers]


def sweep_papers(*, at: datetime | None = None) -> list[Document]:
    """Make the papers that have been missing for five minutes; one failure does not hold up the others."""
    at = at or clock.now()
    made: list[Document] = []
    for plan in selectors.plans_without_papers(at - PATIENCE):
        try:
            made += issue_plan_papers(plan_id=plan.pk)
        except RenderFailed:
            log.exception("the papers of plan %s were not made; the next sweep tries again", plan.number)
    made += issue_missing_account_papers(before=at - PATIENCE)
    return made + issue_missing_clawback_papers(before=at - PATIENCE)
