"""The papers of this room: promised by a move, made after its commit by a task, or by a sweep."""

import logging
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from evaluation import documents, tasks
from evaluation.documents.acceptances import paper_of_acceptance
from evaluation.documents.assessments import paper_of_assessment
from evaluation.documents.performance import paper_of_evaluation
from evaluation.models import Acceptance, Assessment, AssessmentList, Assignment, Evaluation, Panel
from evaluation.selectors import ASSIGNMENT_TYPE, PAPER_TYPES, papers_missing
from evaluation.selectors.acceptances import ACCEPTANCE_TYPE
from evaluation.selectors.assessments import ASSESSMENT_TYPE, LIST_TYPE
from evaluation.selectors.performance import EVALUATION_TYPE
from records import documents as paper_office
from records import numbering
from records.models import AuditEvent, Document
from records.pdf import RenderFailed

log = logging.getLogger(__name__)


def paper(panel: Panel, kind: str, *, at: datetime, suffix: str = "") -> dict[str, str]:
    """What the register keeps of the paper to come: its kind and its number, taken now and never again."""
    pattern, year = panel.edition.terms["numbers"][kind], timezone.localdate(at).year
    return {"kind": f"{kind}{suffix}", "number": numbering.take_number(kind, pattern=pattern, year=year)}


def issue_after_commit(event: AuditEvent) -> None:
    """Have the paper that ``event`` promises made once the move is committed."""
    transaction.on_commit(partial(tasks.issue_paper.delay, event.pk), robust=True)


def issue_paper(*, event: AuditEvent) -> Document:
    """Make the paper that a move promised; a second call returns the one that exists."""
    promised = event.data["paper"]
    subject: Panel | Assignment | Acceptance | Assessment | AssessmentList | Evaluation
    if event.subject_type == ACCEPTANCE_TYPE:
        subject = _acceptance_of(event)
        spec = paper_of_acceptance(subject, event)
    elif event.subject_type in (ASSESSMENT_TYPE, LIST_TYPE):
        subject = _assessed(event)
        spec = paper_of_assessment(subject, event)
    elif event.subject_type == EVALUATION_TYPE:
        subject = _evaluated(event)
        spec = paper_of_evaluation(subject, event)
    else:
        subject = _subject_of(event)
        spec = documents.paper_of(subject, promised)
    return paper_office.issue(
        paper_office.Paper(subject=subject, number=promised["number"], by=event.actor, at=event.at, **spec)
    )


def _acceptance_of(event: AuditEvent) -> Acceptance:
    rows = Acceptance.objects.select_related("institute__recognition", "host", "division", "edition")
    return rows.get(pk=event.subject_id)


def _assessed(event: AuditEvent) -> Assessment | AssessmentList:
    """One year of one institute, or the list of what was published together."""
    if event.subject_type == LIST_TYPE:
        return AssessmentList.objects.select_related("edition").get(pk=event.subject_id)
    rows = Assessment.objects.select_related(
        "institute__recognition", "host", "division", "edition", "published_in"
    )
    return rows.get(pk=event.subject_id)


def _evaluated(event: AuditEvent) -> Evaluation:
    related = ("institute__recognition", "institute__chain", "host", "division", "edition", "round", "cycle")
    return Evaluation.objects.select_related(*related).get(pk=event.subject_id)


def _subject_of(event: AuditEvent) -> Panel | Assignment:
    """The panel, or the seat on it, that a promised paper is about."""
    if event.subject_type == ASSIGNMENT_TYPE:
        rows = Assignment.objects.select_related("panel__agency", "panel__edition", "expert__user")
        return rows.get(pk=event.subject_id)
    return Panel.objects.select_related("agency", "edition").get(pk=event.subject_id)


def promise_of(*, event_id: int) -> AuditEvent | None:
    """The line of the register under ``event_id``, if it promises a paper of this room."""
    return AuditEvent.objects.filter(pk=event_id, subject_type__in=PAPER_TYPES, data__has_key="paper").first()


def issue_missing_papers(*, before: datetime) -> int:
    """Make the papers promised before that moment that no task made; one failure does not hold up the others."""
    made = 0
    for event in papers_missing(before=before).select_related("actor"):
        try:
            issue_paper(event=event)
            made += 1
        except RenderFailed:
            log.exception("the paper promised by line %s was not made; the next sweep tries again", event.pk)
    return made
