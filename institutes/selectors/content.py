"""The book as it was handed in, the papers, and the lines of the register about an application."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.db.models.fields.json import KT

from institutes.book.rules import DIRECTOR
from institutes.enums import OFFICE_KINDS
from institutes.models import (
    Application,
    ApplicationVersion,
)
from institutes.selectors.applications import APPLICATION_TYPE
from records import audit
from records.models import Attachment, AuditEvent, Document

# The mark of a promised paper that is made with a joint notice, and not at once.
WITH_NOTICE = "with_notice"
# What the papers of this room are promised about.
PAPERED = (
    APPLICATION_TYPE,
    "institutes.change",
    "institutes.suspension",
    "institutes.revocation",
    "institutes.provincialfiling",
    "institutes.recognition",
    "institutes.recommendationlist",
)
# What officers settle among themselves: not shown to the unit.
INTERNAL_MOVES = frozenset(
    {
        "propose_recommendation",
        "send_back_recommendation",
        "propose_formal",
        "send_back_formal",
    }
)


def answers_of(application: Application) -> dict:
    """The book as it was last handed in, by section; the draft where it never was."""
    version = latest_version(application)
    if version is not None:
        return version.answers
    return {section.code: section.answers for section in application.sections.all()}


@dataclass(frozen=True, slots=True)
class Plan:
    """What an institute takes over from the book it was recognised by."""

    co_builders: list[str]
    director: str
    build_from: date | None
    build_to: date | None


def plan_of(application: Application) -> Plan:
    """Co-builders, director and build period, from the book as it was last handed in."""
    return plan_in(answers_of(application))


def plan_in(answers: Mapping) -> Plan:
    """The same from the book itself."""
    basics, people = answers.get("basics", {}), answers.get("governance", {}).get("people", [])
    partners = answers.get("partners", {}).get("partners", [])
    return Plan(
        co_builders=[partner["name"] for partner in partners if partner.get("name")],
        director=next((person["name"] for person in people if person.get("body") == DIRECTOR), ""),
        build_from=_day(basics.get("build_from")),
        build_to=_day(basics.get("build_to")),
    )


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def co_builder_names(application: Application) -> list[str]:
    """With whom the institute is built, as the book says."""
    return plan_of(application).co_builders


def co_builders_of(applications: Iterable[Application]) -> dict[int, list[str]]:
    """The same of many, by the key of the application, in two queries for all."""
    asked = list(applications)
    rows = ApplicationVersion.objects.filter(application__in=asked).order_by("application_id", "-number")
    answers = {row.application_id: row.answers for row in rows.distinct("application_id")}
    drafts = [one for one in asked if one.pk not in answers]
    prefetch_related_objects(drafts, "sections")
    for one in drafts:
        answers[one.pk] = {section.code: section.answers for section in one.sections.all()}
    return {one.pk: plan_in(answers[one.pk]).co_builders for one in asked}


def latest_version(application: Application) -> ApplicationVersion | None:
    return application.versions.order_by("-number").first()


def last_of(application: Application, moves: Iterable[str]) -> AuditEvent | None:
    """The latest line of the register about one of these moves."""
    verbs = [f"{APPLICATION_TYPE}.{move}" for move in moves]
    return audit.history(application).filter(verb__in=verbs).last()


def move_of(event: AuditEvent) -> str:
    """The move that a line of the register is about."""
    return event.verb.rpartition(".")[2]


FILE_FACTS = ("id", "kind", "name", "size", "sha256", "content_type", "version")


def files_held(application: Application) -> list[dict]:
    """The annexes as they are now, as a version keeps them."""
    rows = Attachment.objects.about(application).current().exclude(kind__in=OFFICE_KINDS)
    return list(rows.order_by("kind", "pk").values(*FILE_FACTS))


def papers_of(application: Application) -> QuerySet[Document]:
    """The papers in force about it, oldest first."""
    return Document.objects.about(application).in_force().order_by("pk")


def book_on_paper(application: Application, version: int) -> QuerySet[Document]:
    """The paper of one version of the book, whether or not a later one replaced it."""
    papers = Document.objects.about(application)
    return papers.filter(kind="application_book", context__version=version)


def papers_missing(*, before: datetime) -> QuerySet[AuditEvent]:
    """Moves before that moment whose paper was not issued, and waits for no batch."""
    issued = Document.objects.filter(kind=OuterRef("paper_kind"), number=OuterRef("paper_number"))
    promised = AuditEvent.objects.filter(
        subject_type__in=PAPERED, data__has_key="paper", at__lt=before
    ).exclude(data__has_key=WITH_NOTICE)
    events = promised.annotate(paper_kind=KT("data__paper__kind"), paper_number=KT("data__paper__number"))
    return events.filter(~Exists(issued)).order_by("pk")


def papers_missing_before(event: AuditEvent) -> QuerySet[AuditEvent]:
    """Earlier moves of the same case whose paper of the same kind was not issued."""
    rows = papers_missing(before=event.at + timedelta(seconds=1))
    kind = event.data["paper"]["kind"]
    rows = rows.filter(subject_type=event.subject_type, subject_id=event.subject_id)
    return rows.filter(data__paper__kind=kind, pk__lt=event.pk)
