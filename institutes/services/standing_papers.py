"""Papers about what follows recognition: promised with the move, made after the commit, found by the sweep."""

from datetime import date, datetime
from functools import partial

from django.db import models, transaction

from institutes import tasks
from institutes.documents import provincial
from institutes.documents.standing import Letter, spec_of
from institutes.models import Change, ProvincialFiling, Recognition, Revocation, Suspension
from institutes.selectors import first_certificate_of, papers_missing, papers_missing_before
from institutes.services import papers as application_papers
from institutes.services import summaries
from records import documents as paper_office
from records import numbering
from records.documents import Paper
from records.models import AuditEvent, Document

Case = Change | Suspension | Revocation | ProvincialFiling
SUBJECTS: dict[str, type[models.Model]] = {
    model._meta.label_lower: model for model in (Change, Suspension, Revocation, ProvincialFiling)
}
RECOGNITION = Recognition._meta.label_lower


def promise(case: Case, kind: str, *, on: date) -> dict[str, str]:
    """What the register keeps of the paper to come: its kind and its number, taken now and never again."""
    pattern = case.edition.terms["numbers"][kind]
    return {"kind": kind, "number": numbering.take_number(kind, pattern=pattern, year=on.year)}


def issue_after_commit(event: AuditEvent) -> None:
    """Have the paper that ``event`` promises made once the deed is committed."""
    transaction.on_commit(partial(tasks.issue_paper.delay, event.pk), robust=True)


def issue_paper(*, event: AuditEvent) -> Document:
    """Make the paper that a line of the register promises, about whatever case; a second call returns it."""
    if event.subject_type == RECOGNITION:
        return _issue_certificate(event)
    if event.subject_type == summaries.SUBJECT:
        return summaries.issue_paper(event=event)
    if event.subject_type not in SUBJECTS:
        return application_papers.issue_paper(event=event)
    case = _case_of(event)
    promised, spec = event.data["paper"], _spec_of(event.data["paper"]["kind"])
    return paper_office.issue(
        Paper(
            kind=promised["kind"],
            subject=case,
            title=f"{spec.title}：{case.institute}",
            template=spec.template,
            context=spec.context(case, event),
            number=promised["number"],
            by=event.actor,
            at=event.at,
            public=spec.public,
            replaces=_former(case, event),
        )
    )


def _spec_of(kind: str) -> Letter:
    return provincial.SPECS[kind] if kind in provincial.SPECS else spec_of(kind)


def _former(case: Case, event: AuditEvent) -> Document | None:
    """The paper of the kind that this one takes the place of: the notice of another day, the opinion of the first
    inspection. It is made first where no task made it."""
    kind, number = event.data["paper"]["kind"], event.data["paper"]["number"]
    if kind not in provincial.SPECS:
        return None
    for earlier in papers_missing_before(event):
        issue_paper(event=earlier)
    held = Document.objects.about(case).filter(kind=kind)
    if held.filter(number=number).exists():
        return held.get(number=number).replaces
    return paper_office.paper_of(case, kind)


def _case_of(event: AuditEvent) -> Case:
    rows = SUBJECTS[event.subject_type]._default_manager.select_related(
        "institute__recognition", "institute__host", "host", "division", "edition"
    )
    found = rows.get(pk=event.subject_id)
    if not isinstance(found, Change | Suspension | Revocation | ProvincialFiling):
        raise TypeError(f"No case: {event.subject_type}")
    return found


def _issue_certificate(event: AuditEvent) -> Document:
    """The certificate of a later edition. It replaces the one before, so that one is made first."""
    recognition = Recognition.objects.select_related("application", "earlier").get(pk=event.subject_id)
    for earlier in papers_missing_before(event):
        issue_paper(event=earlier)
    spec, basis = spec_of("certificate"), recognition.basis
    former = paper_office.paper_of(basis, "certificate")
    if former is None and (first := first_certificate_of(recognition.application)):
        former = application_papers.issue_paper(event=first)
    return paper_office.issue(
        Paper(
            kind="certificate",
            subject=basis,
            title=f"{spec.title}（第 {event.data['edition']} 版）：{event.data['institute']}",
            template=spec.template,
            context=spec.context(recognition, event),
            number=event.data["paper"]["number"],
            by=event.actor,
            at=event.at,
            public=True,
            replaces=former,
        )
    )


def issue_missing_papers(*, before: datetime) -> int:
    """Make the papers promised before that moment that no task made; returns how many."""
    rows = papers_missing(before=before).select_related("actor")
    return len([issue_paper(event=event) for event in rows])
