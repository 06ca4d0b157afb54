"""Papers of an application: the number is taken with the move, the paper is made after the commit."""

from functools import partial

from django.db import transaction

from institutes import documents, tasks
from institutes.models import Application, Call
from institutes.selectors import PAPERED, WITH_NOTICE, papers_missing_before
from records import documents as paper_office
from records import numbering
from records.documents import Paper
from records.models import AuditEvent, Document


def paper(application: Application, kind: str, *, year: int, suffix: str = "") -> dict[str, str]:
    """What the register keeps of the paper to come: its kind and its number, taken now and never again."""
    pattern = application.call.edition.terms["numbers"][kind]
    return {"kind": f"{kind}{suffix}", "number": numbering.take_number(kind, pattern=pattern, year=year)}


def papers_of_call(call: Call, kind: str, *, year: int, many: int) -> list[dict[str, str]]:
    """The same for ``many`` applications of one call at once."""
    pattern = call.edition.terms["numbers"][kind]
    numbers = numbering.take_numbers(kind, pattern=pattern, year=year, many=many)
    return [{"kind": kind, "number": number} for number in numbers]


def issue_after_commit(event: AuditEvent) -> None:
    """Have the paper that ``event`` promises made once the move is committed."""
    transaction.on_commit(partial(tasks.issue_paper.delay, event.pk), robust=True)


def issue_paper(*, event: AuditEvent) -> Document:
    """Make the paper that a move promised; a second call returns the one that exists.

    A later version of the book replaces the earlier one, so the earlier is made first.
    """
    application = Application.objects.select_related("host", "division", "call__edition", "agency").get(
        pk=event.subject_id
    )
    return paper_office.issue(promised_paper(application, event))


def promised_paper(application: Application, event: AuditEvent) -> Paper:
    """The paper that a line of the register promises about ``application``, as it is to be made."""
    promised = event.data["paper"]
    spec, is_version = documents.spec_of(promised["kind"]), "version" in promised
    return Paper(
        kind=promised["kind"],
        subject=application,
        # The title stands on the public page: a book says there only which version it is.
        title=f"{spec.title}（第 {promised['version']} 版）"
        if is_version
        else f"{spec.title}：{application}",
        template=spec.template,
        context=spec.context(application, event),
        number=promised["number"],
        by=event.actor,
        at=event.at,
        public=spec.public,
        replaces=_former(application, event) if is_version else None,
    )


def _former(application: Application, event: AuditEvent) -> Document | None:
    """The paper that this one takes the place of; where one before it was not made yet, it is made now."""
    for earlier in papers_missing_before(event):
        issue_paper(event=earlier)
    return paper_office.paper_of(application, event.data["paper"]["kind"])


def print_draft(*, application: Application) -> bytes:
    """The draft of the book as a paper, marked as such on every page and kept nowhere."""
    spec = documents.spec_of("application_book")
    return paper_office.make_pdf(spec.template, documents.book_as_paper(application))


def print_commitment(*, application: Application) -> bytes:
    """The promises of the unit as a letter to be signed and sealed by hand, then handed in as an annex."""
    return paper_office.make_pdf("institutes/print/commitment.html", documents.commitment_letter(application))


def promise_of(*, event_id: int) -> AuditEvent | None:
    """The line of the register under ``event_id``, if it promises a paper of this room that waits for no batch."""
    promises = AuditEvent.objects.filter(subject_type__in=PAPERED, data__has_key="paper")
    return promises.exclude(data__has_key=WITH_NOTICE).filter(pk=event_id).first()
