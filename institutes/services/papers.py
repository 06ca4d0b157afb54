"""Papers of an application: the number is taken with the move, the paper is made after the commit."""

from datetime import datetime
from functools import partial

from django.db import transaction

from institutes import documents, tasks
from institutes.models import Application
from institutes.selectors import APPLICATION_TYPE, papers_missing
from records import documents as paper_office
from records import numbering
from records.models import AuditEvent, Document


def paper(application: Application, kind: str, *, year: int, suffix: str = "") -> dict[str, str]:
    """What the register keeps of the paper to come: its kind and its number, taken now and never again."""
    pattern = application.call.edition.terms["numbers"][kind]
    return {"kind": f"{kind}{suffix}", "number": numbering.take_number(kind, pattern=pattern, year=year)}


def issue_after_commit(event: AuditEvent) -> None:
    """Have the paper that ``event`` promises made once the move is committed."""
    transaction.on_commit(partial(tasks.issue_paper.delay, event.pk), robust=True)


def issue_paper(*, event: AuditEvent) -> Document:
    """Make the paper that a move promised; a second call returns the one that exists."""
    application = Application.objects.select_related("host", "division", "call__edition", "agency").get(
        pk=event.subject_id
    )
    promised = event.data["paper"]
    spec = documents.spec_of(promised["kind"])
    return paper_office.issue(
        kind=promised["kind"],
        subject=application,
        title=f"{spec.title}：{application}",
        template=spec.template,
        context=spec.context(application, event),
        number=promised["number"],
        by=event.actor,
        at=event.at,
        public=spec.public,
    )


def promise_of(*, event_id: int) -> AuditEvent | None:
    """The line of the register under ``event_id``, if it promises a paper of this room."""
    return AuditEvent.objects.filter(
        pk=event_id, subject_type=APPLICATION_TYPE, data__has_key="paper"
    ).first()


def issue_missing_papers(*, before: datetime) -> int:
    """Make the papers promised before that moment that no task made; returns how many."""
    return len([issue_paper(event=event) for event in papers_missing(before=before).select_related("actor")])
