"""Reads of cycles and of what time brings about: who needs a cycle, whose is over, which round is due."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from evaluation.enums.performance import UNWRITTEN_EVALUATIONS, EvaluationState
from evaluation.models import Cycle, Evaluation, ReviewEdition, Round
from evaluation.models.performance import NOT_COUNTED
from evaluation.selectors.acceptances import accepted
from institutes.models import Institute
from institutes.selectors import BUREAU, COUNTY, UNIT
from records import clock

KIND = "performance"


def cycles_visible_to(user: User) -> QuerySet[Cycle]:
    """All for the bureau, finance, tax and the auditor; a county's, a unit's own by whoever has the institute now."""
    rows = Cycle.objects.select_related(
        "institute__host", "institute__division", "institute__chain", "edition"
    )
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*BUREAU, Role.FINANCE, Role.TAX, Role.AUDITOR):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    return rows.filter(
        Q(institute__host_id__in=sorted(reach.organisations))
        | Q(institute__division_id__in=sorted(reach.divisions))
    )


def search_cycles(rows: QuerySet[Cycle], text: str) -> QuerySet[Cycle]:
    """Those of an institute or a unit whose name contains ``text``."""
    named = Institute.objects.named(text).order_by().values("pk")
    return rows.filter(Q(institute__in=named) | Q(institute__host__name__icontains=text))


def by_stage(rows: QuerySet[Cycle], stage: str) -> QuerySet[Cycle]:
    """Open, due, evaluated or closed."""
    if stage == "closed":
        return rows.filter(closed_at__isnull=False)
    rows = rows.filter(closed_at__isnull=True)
    if stage == "evaluated":
        return rows.filter(evaluated_at__isnull=False)
    return rows.filter(evaluated_at__isnull=True, ended_at__isnull=stage == "open")


# --- sweeps ---------------------------------------------------------------------------------------------------------


def institutes_without_cycle() -> QuerySet[Institute]:
    """Accepted institutes in force that have no cycle yet."""
    return accepted().filter(cycles__isnull=True).order_by("pk")


def cycles_over(year: int) -> QuerySet[Cycle]:
    """Open ones whose last year is over."""
    return Cycle.objects.open().filter(last_year__lt=year).select_related("institute").order_by("pk")


def cycles_without_institute() -> QuerySet[Cycle]:
    """Not evaluated yet, while the recognition has ended."""
    over = Q(institute__recognition__revoked_at__isnull=False)
    over |= Q(institute__recognition__withdrawn_at__isnull=False)
    return Cycle.objects.filter(over, evaluated_at__isnull=True, closed_at__isnull=True).order_by("pk")


def evaluations_without_institute() -> QuerySet[Evaluation]:
    """Open ones whose recognition has ended."""
    over = Q(institute__recognition__revoked_at__isnull=False)
    over |= Q(institute__recognition__withdrawn_at__isnull=False)
    return Evaluation.objects.open().filter(over).select_related("institute__recognition").order_by("pk")


def evaluations_out_of_step() -> QuerySet[Evaluation]:
    """With their unit, while another unit or county has the institute now."""
    moved = ~Q(host_id=F("institute__host_id")) | ~Q(division_id=F("institute__division_id"))
    rows = Evaluation.objects.filter(moved, state=EvaluationState.SELF_REPORT)
    return rows.select_related("institute", "round").order_by("pk")


def due_cycles(year: int) -> QuerySet[Cycle]:
    """Over before that year, with an institute in force, without an evaluation that counts, or one in that round."""
    mine = Evaluation.objects.filter(cycle=OuterRef("pk"))
    counted, there = mine.exclude(state__in=NOT_COUNTED), mine.filter(round__year=year)
    rows = Cycle.objects.due(year).filter(~Exists(counted), ~Exists(there))
    rows = rows.filter(institute__in=Institute.objects.recognised())
    return rows.select_related("institute__host", "institute__chain", "institute__division").order_by("pk")


def opening_day(year: int) -> date:
    """The day on which the round of that year opens, by the edition in force when the year begins."""
    edition = ReviewEdition.objects.in_force(KIND, date(year, 1, 1))
    return date.fromisoformat(f"{year}-{edition.terms['schedule']['opens_on']}")


def is_round_due(on: date) -> bool:
    """Whether the round of this year should be open by now, and somebody is due."""
    if Round.objects.filter(year=on.year).exists():
        return False
    return on >= opening_day(on.year) and due_cycles(on.year).exists()


def evaluations_overdue(on: date) -> list[Evaluation]:
    """Whose self-report should be there by now and is not."""
    rows = Evaluation.objects.filter(state__in=UNWRITTEN_EVALUATIONS).exclude(state=EvaluationState.EXEMPTION)
    rows = rows.select_related("round__edition", "institute", "host", "division", "cycle", "edition")
    return [row for row in rows.order_by("pk") if row.is_overdue(on)]


def faults_of_cycles(institutes: Iterable[Institute] | None = None) -> list[str]:
    """What is not as it must be: of every accepted institute exactly one cycle is open, and its cycles abut."""
    rows: dict[int, list[Cycle]] = {}
    for cycle in Cycle.objects.order_by("institute", "number"):
        rows.setdefault(cycle.institute_id, []).append(cycle)
    found = []
    for institute in accepted() if institutes is None else institutes:
        cycles = rows.get(institute.pk, [])
        running = [one for one in cycles if one.stage == "open"]
        if len(running) != 1:
            found.append(f"研究院 {institute}：进行中的评估周期 {len(running)} 个")
        for former, following in pairwise(cycles):
            if following.first_year != former.last_year + 1:
                found.append(f"研究院 {institute}：第{former.number}、{following.number}个评估周期不相接")
    return found


def accepted_but_late(on: date | None = None) -> list[Institute]:
    """Accepted institutes whose open cycle should have ended by now: the sweep has not been."""
    on = on or clock.today()
    return list(accepted().filter(cycles__in=cycles_over(on.year)))
