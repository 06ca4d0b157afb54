"""Reads that need more than one table, or a person: who sees what, what stands where, what counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KT

from accounts.enums import OrganisationKind
from accounts.models import Division, Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.book.rules import DIRECTOR
from institutes.enums import ApplicationState, CallState
from institutes.lifecycle import APPLICATION
from institutes.models import (
    Application,
    ApplicationVersion,
    Call,
    Institute,
    Recognition,
    RecognitionEdition,
)
from institutes.models.application import HIDDEN_FROM_AGENCY
from notices.models import PublicNoticeItem
from notices.selectors import item_of
from records import audit, clock
from records.models import AuditEvent, Deadline, Document
from records.models.deadline import STATE

UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)
COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_LEAD)
BUREAU = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER)
DECIDERS = (Role.BUREAU_APPROVER,)
DECISION_READERS = (*BUREAU, Role.AUDITOR)
SHORTLISTED = (ApplicationState.PUBLICITY, ApplicationState.OBJECTION_HANDLING)
APPLICATION_TYPE = "institutes.application"
RANKING = ("-review_score", F("review_tie_break").desc(nulls_last=True), "county_signed_at", "pk")
# What officers settle among themselves: not shown to the unit.
INTERNAL_MOVES = frozenset(
    {
        "propose_recommendation",
        "send_back_recommendation",
        "propose_formal",
        "send_back_formal",
    }
)


# --- calls ----------------------------------------------------------------------------------------------------------


def calls_visible_to(user: User) -> QuerySet[Call]:
    """Published calls for everybody who signs in; drafts for the bureau and the auditor."""
    rows = Call.objects.select_related("edition", "drafted_by", "published_by")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*BUREAU, Role.AUDITOR):
        return rows
    return rows.filter(state=CallState.PUBLISHED)


def edition_in_force(on: date) -> RecognitionEdition:
    """The rules of recognition on that day."""
    return RecognitionEdition.objects.in_force("recognition", on)


# --- applications ---------------------------------------------------------------------------------------------------


def applications_visible_to(user: User) -> QuerySet[Application]:
    """A unit sees its own; county and bureau what was handed to them; an agency what it is engaged for.

    Rows that the reader sees as the agency only, before the experts have found for them, are ``is_blinded``.
    """
    if not user.is_authenticated:
        return Application.objects.none()
    rows = with_due(
        Application.objects.select_related("host", "division", "chain", "segment", "agency", "call__edition")
    )
    if user.is_system or user.holds(Role.AUDITOR):
        return rows
    openly = _own(user) | _of_county(user) | _of_bureau(user)
    if not _agencies_of(user):
        return rows.filter(openly)
    blinded = Case(When(~openly & HIDDEN_FROM_AGENCY, then=True), default=False)
    return rows.filter(openly | _engaged(user)).annotate(**{"is_blinded": blinded})


def applications_read_openly_by(user: User) -> QuerySet[Application]:
    """Those of which this person may know whose they are."""
    rows = applications_visible_to(user)
    return rows.filter(_openly(rows))


def _own(user: User) -> Q:
    return Q(host_id__in=sorted(reach_of(user.memberships_active, *UNIT).organisations))


def _of_county(user: User) -> Q:
    divisions = sorted(reach_of(user.memberships_active, *COUNTY).divisions)
    return Q(division_id__in=divisions, received_at__isnull=False)


def _of_bureau(user: User) -> Q:
    return Q(received_at__isnull=False) if user.holds(*BUREAU) else Q(pk__in=[])


def _engaged(user: User) -> Q:
    return Q(agency_id__in=_agencies_of(user))


def _agencies_of(user: User) -> list[int]:
    return sorted({m.organisation_id for m in user.memberships_active if m.role == Role.AGENCY})


def with_due(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Each with the day by which its present state must be left: ``due_on``, ``due_paused_on``, …"""
    deadline = Deadline.objects.filter(
        subject_type=APPLICATION_TYPE, subject_id=OuterRef("pk"), kind=STATE, met_at__isnull=True
    )
    return rows.annotate(
        due_on=Subquery(deadline.values("due_on")[:1]),
        due_paused_on=Subquery(deadline.values("paused_on")[:1]),
        due_provisional=Subquery(deadline.values("provisional")[:1]),
    )


def search_applications(rows: QuerySet[Application], text: str) -> QuerySet[Application]:
    """Those whose name, number or host contains ``text``; blinded ones are found by their number alone."""
    of_host = Q(host__name__icontains=text) | Q(host__uscc__iexact=text)
    return rows.filter(
        Q(number__icontains=text) | (Q(institute_name__icontains=text) | of_host) & _openly(rows)
    )


def of_division(rows: QuerySet[Application], division: Division) -> QuerySet[Application]:
    """Those of one county; of blinded ones nobody learns where they come from."""
    return rows.filter(_openly(rows), division=division)


def _openly(rows: QuerySet[Application]) -> Q:
    return Q(is_blinded=False) if "is_blinded" in rows.query.annotations else Q()


def overdue(rows: QuerySet[Application], *, on: date) -> QuerySet[Application]:
    """Those whose holder is late."""
    return rows.filter(Q(("due_on__lt", on), ("due_paused_on__isnull", True)))


def held_by_role(rows: QuerySet[Application], role: str) -> QuerySet[Application]:
    """Those that ``role`` has to act on now."""
    return rows.filter(state__in=[code for code, state in APPLICATION.states.items() if state.role == role])


def ranked_for_decision(user: User) -> QuerySet[Application]:
    """What waits for the decision, best score first; a tie is broken by what the experts gave where the review
    compares first, then by the earlier recommendation of the county."""
    waiting = applications_visible_to(user).filter(state=ApplicationState.PENDING_DECISION)
    return waiting.select_related("visit").order_by(*RANKING)


def compared_first(applications: Iterable[Application]) -> str:
    """In what, in words, the experts' points decide between applications of the same score."""
    labels = dict.fromkeys(one.review_tie_label for one in applications if one.review_tie_label)
    return "、".join(labels)


def places_taken(year: int) -> int:
    """How many of the year's places are given: recognised in it, or shortlisted and not decided otherwise."""
    shortlisted = Application.objects.filter(state__in=SHORTLISTED, decided_at__year=year)
    return Recognition.objects.in_force().filter(year=year).count() + shortlisted.count()


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
    answers = answers_of(application)
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


def latest_version(application: Application) -> ApplicationVersion | None:
    return application.versions.order_by("-number").first()


def last_of(application: Application, moves: Iterable[str]) -> AuditEvent | None:
    """The latest line of the register about one of these moves."""
    verbs = [f"{APPLICATION_TYPE}.{move}" for move in moves]
    return audit.history(application).filter(verb__in=verbs).last()


def move_of(event: AuditEvent) -> str:
    """The move that a line of the register is about."""
    return event.verb.rpartition(".")[2]


def papers_of(application: Application) -> QuerySet[Document]:
    """The papers in force about it, oldest first."""
    return Document.objects.about(application).in_force().order_by("pk")


def papers_missing(*, before: datetime) -> QuerySet[AuditEvent]:
    """Moves before that moment whose paper was not issued."""
    issued = Document.objects.filter(
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        kind=OuterRef("paper_kind"),
    )
    promised = AuditEvent.objects.filter(subject_type=APPLICATION_TYPE, data__has_key="paper", at__lt=before)
    events = promised.annotate(paper_kind=KT("data__paper__kind"))
    return events.filter(~Exists(issued)).order_by("pk")


def is_publicity_over(application: Application, on: date | None = None) -> bool:
    """Whether the days of its public notice have passed; what else stands in the way the service says."""
    item = item_of(application)
    return item is not None and not item.paused_on and item.ends_on < (on or clock.today())


def supplements_run_out(on: date) -> QuerySet[Application]:
    """Applications whose supplement was due before that day and did not come."""
    late = Deadline.objects.running().filter(
        subject_type=APPLICATION_TYPE, subject_id=OuterRef("pk"), kind=STATE, due_on__lt=on
    )
    return Application.objects.filter(Exists(late), state=ApplicationState.SUPPLEMENT_REQUESTED).order_by(
        "pk"
    )


def publicity_run_out(on: date) -> QuerySet[Application]:
    """Applications whose public notice ended before that day; what else stands in the way is asked one by one."""
    over = PublicNoticeItem.objects.period_over(on).filter(
        subject_type=APPLICATION_TYPE, subject_id=OuterRef("pk")
    )
    return Application.objects.filter(Exists(over), state=ApplicationState.PUBLICITY).order_by("pk")


def agencies() -> QuerySet[Organisation]:
    """Third parties that may be engaged."""
    return Organisation.objects.confirmed().filter(kind=OrganisationKind.AGENCY)


# --- institutes -----------------------------------------------------------------------------------------------------


def institutes_visible_to(user: User) -> QuerySet[Institute]:
    """The register: all for the city's offices, a county's for the county, a unit's own."""
    rows = Institute.objects.select_related(
        "host", "division", "chain", "recognition__edition", "recognition__application"
    )
    if not user.is_authenticated:
        return rows.none()
    everywhere = (*BUREAU, Role.AUDITOR, Role.FINANCE, Role.TAX)
    if user.is_system or user.holds(*everywhere):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY, Role.COUNTY_FIN)
    return rows.filter(
        Q(host_id__in=sorted(reach.organisations))
        | Q(division_id__in=sorted(reach.divisions))
        | Q(recognition__application__agency_id__in=_agencies_of(user))
    )


def search_institutes(rows: QuerySet[Institute], text: str) -> QuerySet[Institute]:
    """Those whose name, certificate number or host contains ``text``."""
    return rows.filter(
        Q(name__icontains=text)
        | Q(recognition__certificate_number__icontains=text)
        | Q(host__name__icontains=text)
    )


def recognitions_in_force() -> QuerySet[Recognition]:
    """Recognitions that were not revoked, with whose they are: what entitles to money."""
    return (
        Recognition.objects.in_force()
        .select_related("institute__host", "institute__division", "institute__chain", "edition")
        .order_by("pk")
    )


def active_institutes_of(host: Organisation) -> QuerySet[Institute]:
    """What this host leads now."""
    return Institute.objects.recognised().filter(host=host)
