"""Papers of proposals: promised by a move, made after its commit by a task, or by a sweep."""

import logging
from datetime import datetime

from projects import documents, selectors
from projects.models import Proposal
from records import documents as paper_office
from records.models import AuditEvent, Document
from records.pdf import RenderFailed

log = logging.getLogger(__name__)


def issue_paper(*, event: AuditEvent) -> Document:
    """Make the paper that a move promised; a second call returns the one that exists."""
    rows = Proposal.objects.select_related(
        "call__edition", "call__guide", "host", "division", "institute", "topic__chain"
    )
    proposal, promised = rows.get(pk=event.subject_id), event.data["paper"]
    spec = documents.paper_of(proposal, event)
    return paper_office.issue(
        paper_office.Paper(subject=proposal, number=promised["number"], by=event.actor, at=event.at, **spec)
    )


def promise_of(*, event_id: int) -> AuditEvent | None:
    """The line of the register under ``event_id``, if it promises a paper of this room."""
    rows = AuditEvent.objects.filter(pk=event_id, subject_type=selectors.PROPOSAL_TYPE)
    return rows.filter(data__has_key="paper").first()


def issue_missing_papers(*, before: datetime) -> int:
    """Make the papers promised before that moment that no task made; one failure does not hold up the others."""
    made = 0
    for event in selectors.papers_missing(before=before):
        try:
            issue_paper(event=event)
            made += 1
        except RenderFailed:
            log.exception("the paper promised by line %s was not made; the next sweep tries again", event.pk)
    return made
