"""Papers of proposals and projects: promised by a move, made after its commit by a task, or by a sweep."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet

from projects import documents, selectors
from projects.documents.changes import paper_of_change
from projects.documents.contracts import paper_of_project
from projects.documents.endings import paper_of_ending
from projects.documents.finals import paper_of_final
from projects.documents.midterms import paper_of_midterm
from projects.models import Project, ProjectChange, ProjectEnding, ProjectFinal, ProjectMidterm, Proposal
from records import documents as paper_office
from records.models import AuditEvent, Document
from records.pdf import RenderFailed

log = logging.getLogger(__name__)


def _proposals() -> QuerySet[Proposal]:
    return Proposal.objects.select_related(
        "call__edition", "call__guide", "host", "division", "institute", "topic__chain"
    )


def _projects() -> QuerySet[Project]:
    return Project.objects.select_related("proposal__call__edition", "host", "division", "institute", "chain")


def _finals() -> QuerySet[ProjectFinal]:
    return ProjectFinal.objects.select_related("project__institute", "host", "division")


def _changes() -> QuerySet[ProjectChange]:
    return ProjectChange.objects.select_related("project__proposal__call__edition", "host", "division")


def _endings() -> QuerySet[ProjectEnding]:
    related = ("project__proposal__call__edition", "project__institute", "host", "division")
    return ProjectEnding.objects.select_related(*related)


def _midterms() -> QuerySet[ProjectMidterm]:
    return ProjectMidterm.objects.select_related("project__proposal__call__edition", "host", "division")


MAKERS: dict[str, tuple[Callable[[], QuerySet], Callable[..., dict]]] = {
    selectors.PROPOSAL_TYPE: (_proposals, documents.paper_of),
    selectors.PROJECT_TYPE: (_projects, paper_of_project),
    selectors.FINAL_TYPE: (_finals, paper_of_final),
    selectors.CHANGE_TYPE: (_changes, paper_of_change),
    selectors.ENDING_TYPE: (_endings, paper_of_ending),
    selectors.MIDTERM_TYPE: (_midterms, paper_of_midterm),
}
"""By kind of case: how its row is read for a paper, and what the paper says."""


def issue_paper(*, event: AuditEvent) -> Document:
    """Make the paper that a move promised; a second call returns the one that exists."""
    rows, spec_of = MAKERS[event.subject_type]
    subject, promised = rows().get(pk=event.subject_id), event.data["paper"]
    spec = spec_of(subject, event)
    return paper_office.issue(
        paper_office.Paper(subject=subject, number=promised["number"], by=event.actor, at=event.at, **spec)
    )


def promise_of(*, event_id: int) -> AuditEvent | None:
    """The line of the register under ``event_id``, if it promises a paper of this room."""
    rows = AuditEvent.objects.filter(pk=event_id, subject_type__in=MAKERS)
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
