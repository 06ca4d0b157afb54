"""Reads of the room: who sees which panel, which candidates there are, how far a panel is."""

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When

from accounts.models import User
from accounts.roles import Role
from evaluation.enums import LIVE_ASSIGNMENTS, AssignmentState, PanelState, Seat
from evaluation.models import Assignment, Expert, Panel
from evaluation.policy import Candidate, Composition
from institutes.enums import ApplicationState
from institutes.models import Application

OFFICERS = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR)


def agencies_of(user: User) -> list[int]:
    """The agencies for which this person works."""
    return [m.organisation_id for m in user.memberships_active if m.role == Role.AGENCY]


def panels_visible_to(user: User) -> QuerySet[Panel]:
    """An agency sees the panels it is engaged for, the bureau and the auditor all; experts none."""
    rows = Panel.objects.select_related("application__division", "application__chain", "agency", "edition")
    if user.is_system or user.holds(*OFFICERS):
        return rows
    return rows.filter(agency_id__in=agencies_of(user))


def with_progress(panels: QuerySet[Panel]) -> QuerySet[Panel]:
    """Panels with how many sit on them and how many of those have locked their scores."""
    return panels.annotate(
        sitting=Count("assignments", filter=Q(assignments__state__in=LIVE_ASSIGNMENTS)),
        locked=Count("assignments", filter=Q(assignments__state=AssignmentState.LOCKED)),
    )


def search_panels(panels: QuerySet[Panel], *, text: str = "", state: str = "") -> QuerySet[Panel]:
    """Those whose code or application contains ``text``, in ``state`` where it is given."""
    if text:
        panels = panels.filter(
            Q(code__icontains=text)
            | Q(application__institute_name__icontains=text)
            | Q(application__number__icontains=text)
        )
    return panels.filter(state=state) if state in PanelState.values else panels


def applications_engaged(user: User) -> QuerySet[Application]:
    """Applications that this person's agency was engaged to have reviewed."""
    return Application.objects.filter(agency_id__in=agencies_of(user)).select_related("division", "chain")


def applications_awaiting_panel(user: User) -> QuerySet[Application]:
    """Of those, the ones for which no panel was opened yet."""
    return applications_engaged(user).filter(state=ApplicationState.REVIEWING, panel__isnull=True)


def seats_of(panel: Panel) -> QuerySet[Assignment]:
    """Every seat there was on the panel, those who left included, by position."""
    return panel.assignments.select_related("expert__user").prefetch_related("scores").order_by("position")


def assignments_of(user: User) -> QuerySet[Assignment]:
    """An expert's own assignments, the open ones first."""
    rows = Assignment.objects.filter(expert__user=user).select_related("panel__application__chain", "expert__user")
    is_open = Case(When(state__in=[AssignmentState.INVITED, AssignmentState.COMMITTED], then=0), default=1)
    return rows.order_by(is_open, "-pk")


def assignments_visible_to(user: User) -> QuerySet[Assignment]:
    """An expert sees their own; the agency and officers those of the panels they see. Nobody sees scores by this."""
    rows = Assignment.objects.select_related(
        "panel__edition", "panel__agency", "panel__application__chain", "expert__user"
    )
    if user.is_system or user.holds(*OFFICERS):
        return rows
    return rows.filter(Q(expert__user=user) | Q(panel__agency_id__in=agencies_of(user)))


def scores_are_open(panel: Panel) -> bool:
    """Scores are shown once the panel has concluded: to nobody before, the bureau included (domain B1a)."""
    return panel.state == PanelState.CONCLUDED


def experts_visible_to(user: User) -> QuerySet[Expert]:
    """The pool, for agencies and officers; an expert sees themself."""
    rows = Expert.objects.select_related("user")
    if user.holds(*OFFICERS, Role.AGENCY):
        return rows
    return rows.filter(user=user)


def search_experts(experts: QuerySet[Expert], *, text: str = "", seat: str = "") -> QuerySet[Expert]:
    """Those whose name, field or employer contains ``text``, of the kind of ``seat`` where it is given."""
    if text:
        experts = experts.filter(
            Q(user__name__icontains=text) | Q(field__icontains=text) | Q(employer__icontains=text)
        )
    return experts.filter(seat=seat) if seat in Seat.values else experts


def candidates_for(panel: Panel) -> list[Candidate]:
    """The pool as a draw for ``panel`` sees it: available experts who were not on this panel before."""
    before = Assignment.objects.filter(panel=panel, expert=OuterRef("pk"))
    rows = (
        Expert.objects.available()
        .filter(~Exists(before))
        .annotate(
            load=Count(
                "assignments",
                filter=Q(assignments__state__in=[AssignmentState.INVITED, AssignmentState.COMMITTED]),
            )
        )
        .order_by("pk")
    )
    return [candidate_of(expert, load=expert.load) for expert in rows]


def candidate_of(expert: Expert, *, load: int = 0) -> Candidate:
    return Candidate(
        pk=expert.pk,
        seat=expert.seat,
        field=expert.field,
        employer=expert.employer,
        former_employers=tuple(expert.former_employers),
        outside_city=expert.outside_city,
        load=load,
    )


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
