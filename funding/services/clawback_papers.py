"""Papers of a clawback: promised with the move, made after the commit, found by the sweep."""

import logging
from datetime import date, datetime
from functools import partial

from django.db import transaction

from funding import tasks
from funding.documents.clawbacks import spec_of
from funding.models import Clawback
from funding.selectors.clawbacks import CLAWBACK_TYPE, RELATED, clawback_papers_missing
from records import numbering
from records.documents import Paper, issue
from records.models import AuditEvent, Document
from records.pdf import RenderFailed

log = logging.getLogger(__name__)


def promise(clawback: Clawback, kind: str, *, on: date) -> dict[str, str]:
    """What the register keeps of the paper to come: its kind and its number, taken now and never again."""
    pattern = clawback.edition.terms["numbers"][kind]
    return {"kind": kind, "number": numbering.take_number(kind, pattern=pattern, year=on.year)}


def issue_after_commit(event: AuditEvent) -> None:
    """Have the paper that ``event`` promises made once the deed is committed."""
    transaction.on_commit(partial(tasks.issue_clawback_paper.delay, event.pk), robust=True)


def issue_clawback_paper(*, event_id: int) -> Document | None:
    """Make the paper that a line of the register promises; a second call returns it."""
    event = AuditEvent.objects.filter(pk=event_id, subject_type=CLAWBACK_TYPE, data__has_key="paper")
    found = event.select_related("actor").first()
    return _issue(found) if found else None


def issue_missing_clawback_papers(*, before: datetime) -> list[Document]:
    """Make the papers promised before that moment that no task made."""
    made: list[Document] = []
    for event in clawback_papers_missing(before=before).select_related("actor"):
        try:
            made.append(_issue(event))
        except RenderFailed:
            log.exception("the paper of event %s was not made; the next sweep tries again", event.pk)
    return made


def _issue(event: AuditEvent) -> Document:
    clawback = Clawback.objects.select_related(*RELATED, "award__recognition").get(pk=event.subject_id)
    promised = event.data["paper"]
    spec = spec_of(promised["kind"])
    return issue(
        Paper(
            kind=promised["kind"],
            subject=clawback,
            title=f"{spec.title}：{clawback.institute}",
            template=spec.template,
            context=spec.context(clawback, event),
            number=promised["number"],
            by=event.actor,
            at=event.at,
        )
    )
