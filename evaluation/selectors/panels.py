"""Reads of the room: who sees which panel, which candidates there are, how far a panel is."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.lookups import LessThan

from accounts.models import User
from accounts.roles import Role
from evaluation.enums import (
    LIVE_ASSIGNMENTS,
    OPEN_ASSIGNMENTS,
    OPEN_PANELS,
    UNSIGNED_ASSIGNMENTS,
    AssignmentState,
    PanelState,
)
from evaluation.kinds import Kind, all_kinds
from evaluation.models import Assignment, Engagement, Expert, Panel, ReviewEdition
from evaluation.policy import Composition
from institutes.selectors import agencies_of, tie_order
from records import clock
from records.deadlines import with_due
from records.desk import carrying
from records.models import AuditEvent, Document
from records.models.subject import subject_type

OFFICERS = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR)
POOL_READERS = (*OFFICERS, Role.AGENCY)
BUREAU = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER)
PANEL_TYPE = "evaluation.panel"
ASSIGNMENT_TYPE = "evaluation.assignment"
PAPER_TYPES = (
    PANEL_TYPE,
    ASSIGNMENT_TYPE,
    "evaluation.acceptance",
    "evaluation.assessment",
    "evaluation.assessmentlist",
    "evaluation.evaluation",
)
LOAD = Count("assignments", filter=Q(assignments__state__in=OPEN_ASSIGNMENTS))


def panels_visible_to(user: User) -> QuerySet[Panel]:
    """An agency sees the panels it is engaged for, the bureau and the auditor all; experts none.

    The day the engagement is over the agency sees none of them any more.
    """
    rows = with_due(Panel.objects.select_related("chain", "agency", "edition", "engagement"), "provisional")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*OFFICERS):
        return rows
    engaged = Q(agency_id__in=agencies_of(user), engagement__in=Engagement.objects.in_force(clock.today()))
    return rows.filter(engaged).annotate(read_by_agency=Value(True))


def with_progress(panels: QuerySet[Panel]) -> QuerySet[Panel]:
    """Panels with how many sit on them and how many have locked their scores; what is due first stands first."""
    return panels.annotate(
        sitting=Count("assignments", filter=Q(assignments__state__in=LIVE_ASSIGNMENTS)),
        locked=Count("assignments", filter=Q(assignments__state=AssignmentState.LOCKED)),
    ).order_by(F("due_on").asc(nulls_last=True), "-pk")


def search_panels(panels: QuerySet[Panel], text: str) -> QuerySet[Panel]:
    """Those whose code or case contains ``text``; nobody finds by a name what they must not know by it."""
    named = Q(title__icontains=text)
    if "read_by_agency" in panels.query.annotations:
        named &= Q(passed=True) | Q(edition__terms__panel__blind=False)
    return panels.filter(Q(code__icontains=text) | Q(number__icontains=text) | named)


def overdue(panels: QuerySet[Panel]) -> QuerySet[Panel]:
    """Those whose day has passed."""
    return panels.filter(LessThan(F("due_on"), clock.today()))


def awaiting_of_kind(kind: Kind, user: User) -> QuerySet:
    """The cases of a kind that were handed to this person's agency and for which no panel was opened yet."""
    opened = Panel.objects.filter(kind=kind.code, case_type=kind.case_type, case_id=OuterRef("pk"))
    rows = kind.handed_to(user).filter(kind.under_review).filter(~Exists(opened))
    return with_due(rows, "provisional").order_by(F("due_on").asc(nulls_last=True), "pk")


def cases_awaiting_panel(user: User) -> list[tuple[Kind, Model]]:
    """All that this person's agency has to open a panel for, kind by kind, what is due first standing first."""
    return [(kind, case) for kind in all_kinds() for case in awaiting_of_kind(kind, user)]


def seats_of(panel: Panel) -> QuerySet[Assignment]:
    """Every seat there was on the panel, those who left included, by position."""
    return panel.assignments.select_related("expert__user").prefetch_related("scores").order_by("position")


def assignments_of(user: User) -> QuerySet[Assignment]:
    """An expert's own assignments: the open ones first, by due date."""
    rows = Assignment.objects.filter(expert__user=user).select_related("panel__chain", "expert__user")
    is_open = Case(When(state__in=OPEN_ASSIGNMENTS, then=0), default=1, output_field=IntegerField())
    return with_due(rows, "provisional").order_by(is_open, F("due_on").asc(nulls_last=True), "-pk")


def open_assignments_of(user: User) -> list[Assignment]:
    """Those still to be signed or scored, in the order of the list."""
    return list(assignments_of(user).filter(state__in=OPEN_ASSIGNMENTS))


def assignments_visible_to(user: User) -> QuerySet[Assignment]:
    """An expert sees their own; the agency and officers those of the panels they see. Nobody sees scores by this."""
    rows = Assignment.objects.select_related(
        "panel__edition", "panel__agency", "panel__chain", "expert__user"
    )
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*OFFICERS):
        return rows
    in_force = Engagement.objects.in_force(clock.today())
    engaged = Q(panel__agency_id__in=agencies_of(user), panel__engagement__in=in_force)
    return rows.filter(Q(expert__user=user) | engaged)


def experts_visible_to(user: User) -> QuerySet[Expert]:
    """The pool, for officers, and for agencies as long as an engagement of theirs is in force; experts see themselves.

    Lists, exports, an expert's page, its files and the API all read by this: the day the last engagement is over
    they close.
    """
    rows = with_load(Expert.objects.select_related("user")).order_by("pk")
    if user.holds(*OFFICERS) or is_engaged_at_all(user):
        return rows
    return rows.filter(user=user)


def is_engaged_at_all(user: User) -> bool:
    """Whether an agency of this person's has an engagement in force today."""
    agencies = agencies_of(user)
    return bool(agencies) and Engagement.objects.in_force(clock.today()).filter(agency__in=agencies).exists()


def with_load(experts: QuerySet[Expert]) -> QuerySet[Expert]:
    """Each with how many sheets they still have to hand in: ``load``."""
    return experts.annotate(load=LOAD)


def search_experts(experts: QuerySet[Expert], text: str) -> QuerySet[Expert]:
    """Those whose name, field or employer contains ``text``."""
    return experts.filter(
        Q(user__name__icontains=text) | Q(field__icontains=text) | Q(employer__icontains=text)
    )


def panels_of_expert(expert: Expert, *, reader: User) -> QuerySet[Assignment]:
    """On which panels they sat, as far as the reader sees those panels, and knows who sits there."""
    rows = assignments_visible_to(reader).filter(expert=expert).order_by("-pk")
    return rows.filter(committed_at__isnull=False) if hides_invited(reader) else rows


def hides_invited(user: User) -> bool:
    """The bureau does not learn who was drawn before they have accepted (domain C)."""
    return user.holds(*BUREAU) and not user.holds(Role.AGENCY, Role.AUDITOR)


def sizes_of_kind(code: str) -> list[int]:
    """Of how many experts panels of a kind may be opened today, the usual number first."""
    begun = ReviewEdition.objects.filter(kind=code, valid_from__lte=clock.today())
    edition = begun.order_by("-valid_from").first()
    return edition.sizes if edition else []


def composition_of(panel: Panel) -> Composition:
    """How this panel must be made up, by its edition."""
    terms = panel.edition.terms["panel"]
    return Composition(
        size=panel.size,
        technical_min=terms["technical_min"],
        finance_min=terms["finance_min"],
        management_min=terms["management_min"],
        per_employer_max=terms["per_employer_max"],
        outside_city_min=terms["outside_city_min"],
        load_cap=terms["load_cap"],
    )


def seated_on(panel: Panel) -> list[Assignment]:
    """Who sits on the panel now, by position."""
    return list(panel.assignments.live().select_related("expert__user").order_by("position"))


def tie_order_of(panels: Iterable[Panel]) -> dict[int, int]:
    """The order of panels with equal scores, by their keys: as the decision ranks their applications.

    Cases of other kinds are not ranked by anybody: they follow as their panels were opened.
    """
    rows = sorted(panels, key=lambda panel: panel.pk)
    places = tie_order([row.application_id for row in rows if row.application_id])
    last = len(places)
    rows.sort(key=lambda panel: places.get(panel.application_id or 0, last))
    return {panel.pk: place for place, panel in enumerate(rows)}


def vacant_seats(panel: Panel) -> list[str]:
    """The seats nobody sits on."""
    return composition_of(panel).vacant(panel.assignments.live().values_list("seat", flat=True))


def is_complete(panel: Panel) -> bool:
    """Whether every seat is taken and every sheet handed in."""
    states = list(panel.assignments.live().values_list("state", flat=True))
    return len(states) >= panel.size and set(states) == {AssignmentState.LOCKED}


def papers_of(panel: Panel | Assignment) -> QuerySet[Document]:
    """The papers in force about it, oldest first."""
    return Document.objects.about(panel).in_force().order_by("pk")


def papers_missing(*, before: datetime) -> QuerySet[AuditEvent]:
    """Moves before that moment whose paper was not issued."""
    issued = Document.objects.filter(
        subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id"), kind=OuterRef("paper_kind")
    )
    events = AuditEvent.objects.filter(subject_type__in=PAPER_TYPES, data__has_key="paper", at__lt=before)
    return events.annotate(paper_kind=KT("data__paper__kind")).filter(~Exists(issued)).order_by("pk")


def panels_without_case() -> QuerySet[Panel]:
    """Panels at work on a case that is no longer with the reviewers."""
    with_case = Q(pk__in=[])
    for kind in all_kinds():
        cases = kind.model._default_manager.filter(kind.under_review).order_by().values("pk")
        with_case |= Q(kind=kind.code, case_type=kind.case_type, case_id__in=cases)
    return Panel.objects.filter(state__in=OPEN_PANELS).exclude(with_case).order_by("pk")


def unanswered(on: date) -> QuerySet[Assignment]:
    """Invitations that were neither answered nor signed by their day."""
    rows = with_due(Assignment.objects.filter(state__in=UNSIGNED_ASSIGNMENTS))
    return rows.filter(LessThan(F("due_on"), on)).select_related("panel", "expert__user").order_by("pk")


def workspace_of(user: User) -> dict | None:
    """What an agency's manager sees first: engagements in force, cases to take up, panels, invitations; else None."""
    if not agencies_of(user):
        return None
    seen = panels_visible_to(user).order_by()
    seats = Assignment.objects.filter(panel__in=seen.values("pk"), state__in=UNSIGNED_ASSIGNMENTS)
    by_state = dict(seen.values_list("state").annotate(count=Count("pk")))
    return {
        "awaiting": sum(awaiting_of_kind(kind, user).count() for kind in all_kinds()),
        "panels": [(PanelState(state).label, by_state.get(state, 0)) for state in OPEN_PANELS],
        "concluded": by_state.get(PanelState.CONCLUDED, 0),
        "unsigned": seats.count(),
        "late": overdue(with_due(seats)).count(),
    }


def carried_by_panels() -> QuerySet:
    """The cases that are judged, each with its panel."""
    rows = Panel.objects.filter(concluded_at=None)
    return carrying(rows, case_type=F("case_type"), case="case_id", work_type=subject_type(Panel))
