"""Letters about an objection: numbered with the move, made after the commit, and without its author.

What is stored names nobody. The copy with the author's name is made anew each time its author asks for it.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.services import system_user
from notices import documents, selectors, tasks
from notices.models import Objection
from records import audit, clock, numbering
from records import documents as papers
from records.models import AuditEvent, Document


def promise_letter(objection: Objection, kind: str, *, at: datetime) -> dict[str, str]:
    """What the register keeps of the letter to come: its kind and its number, taken now and never again."""
    pattern = objection.edition.terms["numbers"]["letter"]
    year = timezone.localdate(at).year
    return {"kind": kind, "number": numbering.take_number("objection_letter", pattern=pattern, year=year)}


def issue_after_commit(event: AuditEvent) -> None:
    """Have the letter that ``event`` promises made once the move is committed."""
    transaction.on_commit(partial(tasks.issue_letter.delay, event.pk), robust=True)


def issue_letter(*, event: AuditEvent) -> Document:
    """Make the letter that a move promised; a second call returns the one that exists."""
    objection = selectors.objections_with_item().get(pk=event.subject_id)
    kind, number = event.data["paper"]["kind"], event.data["paper"]["number"]
    letter = documents.LETTERS[kind]
    return papers.issue(
        papers.Paper(
            kind=kind,
            subject=objection,
            title=f"{letter.title}：{objection.number}",
            template=letter.template,
            context=letter.context(objection, number, event.at),
            number=number,
            by=event.actor,
            at=event.at,
        )
    )


def issue_missing_letters() -> int:
    """Make the letters that no task made; returns how many."""
    return len([issue_letter(event=event) for event in selectors.letters_missing().select_related("actor")])


def draw_addressed(*, objection: Objection, document: Document, at: datetime | None = None) -> bytes:
    """The letter with its author's name on it, for the author alone: drawn now, stored nowhere.

    That it was drawn stands in the register.
    """
    context = {**document.context, "addressee": objection.name}
    content = papers.make_pdf(document.template, context, code=document.code)
    audit.record(
        "notices.objection.fetch_letter",
        objection,
        by=system_user(),
        at=at or clock.now(),
        kind=document.kind,
        number=document.number,
    )
    return content
