"""Reads of yearly rounds: who is in, how far they are, what they would be graded, who stands in the way."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from evaluation.enums.performance import (
    GRADED_STATES,
    OPEN_EVALUATIONS,
    EvaluationState,
    RoundState,
)
from evaluation.models import Evaluation, Round
from evaluation.policy import performance as policy
from evaluation.policy.rules import bands_of, rules_of
from evaluation.selectors.performance import OFFICES, deductions_of, sheet_of
from evaluation.selectors.reported import late_by_institute
from notices.models import Objection
from notices.selectors import way_blockers
from records.deadlines import with_due
from records.desk import carrying
from records.errors import Reason
from records.models.subject import subject_type

BEFORE_GRADING = tuple(
    state
    for state in OPEN_EVALUATIONS
    if state not in (EvaluationState.GRADING, EvaluationState.CONFIRMATION, EvaluationState.PUBLICITY)
)


def rounds_visible_to(user: User) -> QuerySet[Round]:
    """All of them for the offices of the city; nobody else works with rounds."""
    rows = with_due(Round.objects.select_related("edition", "notice"), "provisional")
    if not user.is_authenticated or not (user.is_system or user.holds(*OFFICES)):
        return rows.none()
    counted = Count("evaluations", distinct=True)
    ended = Count("evaluations", filter=Q(evaluations__state__in=GRADED_STATES), distinct=True)
    return rows.annotate(evaluation_count=counted, graded_count=ended).order_by("-year")


def evaluations_of(evaluation_round: Round) -> QuerySet[Evaluation]:
    """Everybody in the round, by county and name."""
    rows = Evaluation.objects.filter(round=evaluation_round)
    related = (
        "institute__chain",
        "institute__recognition",
        "host",
        "division",
        "cycle",
        "edition",
        "agency",
        "round",
    )
    return rows.select_related(*related).order_by("division__code", "institute__name", "attempt")


def progress_of(evaluation_round: Round) -> list[dict[str, Any]]:
    """How many stand in each state, in the order of the table; states with nobody are left out."""
    rows = evaluation_round.evaluations.order_by().values_list("state").annotate(n=Count("pk"))
    counted = dict(rows)
    return [
        {"state": state.value, "label": state.label, "count": counted[state.value]}
        for state in EvaluationState
        if counted.get(state.value)
    ]


@dataclass(frozen=True, slots=True)
class Graded:
    """One evaluation with what it would be graded; deemed ones have no points of their own.

    ``deductions``: everything taken off, as it would be frozen.
    """

    evaluation: Evaluation
    deductions: list[dict[str, Any]]
    sheet: policy.Sheet | None
    total: Decimal | None
    grade: str
    place: tuple[int, int] | None


def to_grade(evaluation_round: Round) -> list[Evaluation]:
    """Those that are graded together now: scored or deemed."""
    rows = evaluations_of(evaluation_round).filter(state=EvaluationState.GRADING)
    return list(rows.order_by("pk"))


def preview_of(evaluation_round: Round) -> list[Graded]:
    """What everybody who is ready would be graded, with the cap over all that were graded in the round.

    As many queries for a hundred as for one.
    """
    ready = to_grade(evaluation_round)
    terms = evaluation_round.edition.terms
    late = late_by_institute([one.institute for one in ready])
    scored = {one.pk: sheet_of(one, late.get(one.institute_id, ())) for one in ready if not one.is_deemed}
    entries = [
        policy.Entry(one.pk, scored[one.pk].total, one.cap, one.chain_kind)
        for one in ready
        if one.pk in scored
    ]
    entries += [
        policy.Entry(one.pk, one.total, one.cap, one.chain_kind)
        for one in evaluation_round.evaluations.exclude(state=EvaluationState.GRADING)
        if one.total is not None and one.grade
    ]
    grades = policy.graded(entries, rules_of(terms))
    places = policy.ranks_in_kinds(entries)
    deemed = str(terms["cycle"]["provincial_counts_as"])
    found = []
    for one in ready:
        deductions = deductions_of(one, late.get(one.institute_id, ()))
        if sheet := scored.get(one.pk):
            found.append(Graded(one, deductions, sheet, sheet.total, grades[one.pk], places[one.pk]))
        else:
            found.append(Graded(one, deductions, None, None, deemed, None))
    return sorted(found, key=lambda row: (row.total is None, -(row.total or Decimal(0)), row.evaluation.pk))


def places_in(rows: Iterable[Evaluation], preview: Iterable[Graded]) -> dict[int, tuple[int, int]]:
    """The place of each within its type of chain, and among how many: of the last evaluation of every institute."""
    rows = list(rows)
    totals = {one.pk: one.total for one in rows if one.grade} | {
        one.evaluation.pk: one.total for one in preview
    }
    former = {one.former_id for one in rows}
    entries = [
        policy.Entry(one.pk, total, one.cap, one.chain_kind)
        for one in rows
        if (total := totals.get(one.pk)) is not None and one.pk not in former
    ]
    return policy.ranks_in_kinds(entries)


def grade_counts(evaluation_round: Round, grades: list[str]) -> list[dict[str, Any]]:
    """How many have each grade of the scale, with their share."""
    counted, whole = Counter(grades), len(grades)
    return [
        {
            "code": band.code,
            "label": band.label,
            "count": counted.get(band.code, 0),
            "share": round(100 * counted.get(band.code, 0) / whole) if whole else 0,
        }
        for band in bands_of(evaluation_round.edition.terms)
    ]


def not_ready(evaluation_round: Round) -> list[Evaluation]:
    """First evaluations that are neither scored nor decided otherwise: the round cannot be graded without them."""
    rows = evaluations_of(evaluation_round).filter(state__in=BEFORE_GRADING, attempt=1)
    return list(rows)


def in_the_way_of_grading(evaluation_round: Round) -> list[Reason]:
    """Why the round cannot be graded now, case by case."""
    if not evaluation_round.evaluations.filter(state=EvaluationState.GRADING).exists():
        return [Reason("没有待评定等次的研究院。")]
    return [
        Reason(
            f"“{one.institute}”现为“{one.get_state_display()}”，尚不能评定等次。",
            url=one.get_absolute_url(),
        )
        for one in not_ready(evaluation_round)
    ]


def in_the_way_of_closing(evaluation_round: Round) -> list[Reason]:
    """Why the round is not over without a result: whoever still goes through it, or was graded."""
    rows = evaluations_of(evaluation_round).filter(state__in=(*OPEN_EVALUATIONS, *GRADED_STATES))
    return [
        Reason(
            f"“{one.institute}”现为“{one.get_state_display()}”，本年度评价不能结束。",
            url=one.get_absolute_url(),
        )
        for one in rows
    ]


def rounds_without_anybody() -> QuerySet[Round]:
    """Open rounds in which nobody is left to grade, and nobody was graded."""
    going = Evaluation.objects.filter(round=OuterRef("pk"), state__in=(*OPEN_EVALUATIONS, *GRADED_STATES))
    return Round.objects.filter(~Exists(going), state=RoundState.OPEN).order_by("pk")


def released_now(evaluation_round: Round, on: date) -> tuple[list[Evaluation], list[Reason]]:
    """Those whose public notice is over with a clear way, and why the others have to wait."""
    free, waiting = [], []
    rows = evaluations_of(evaluation_round).filter(state=EvaluationState.PUBLICITY).order_by("pk")
    for one in rows:
        blockers = way_blockers(one, on=on)
        if blockers:
            waiting += blockers
        else:
            free.append(one)
    return free, waiting


def is_everybody_released(evaluation_round: Round) -> bool:
    """Whether nothing of the round is before the public any more."""
    return not evaluation_round.evaluations.filter(state=EvaluationState.PUBLICITY).exists()


def rounds_shown_out() -> QuerySet[Round]:
    """Rounds before the public of which nothing is before the public any more."""
    shown = Evaluation.objects.filter(round=OuterRef("pk"), state=EvaluationState.PUBLICITY)
    return Round.objects.filter(~Exists(shown), state=RoundState.PUBLICITY).order_by("pk")


def round_that_collects(year: int) -> Round | None:
    """The round that whoever is due now still joins."""
    return Round.objects.filter(year=year, state=RoundState.OPEN).first()


def carried_by_rounds() -> QuerySet:
    """The evaluations of which several are confirmed and published together, each with its round."""
    together = Q(state=EvaluationState.CONFIRMATION, round__state=RoundState.GRADING)
    together |= Q(state=EvaluationState.PUBLICITY, round__state=RoundState.PUBLICITY)
    rows = Evaluation.objects.filter(together)
    return carrying(rows, case_type=subject_type(Evaluation), work_type=subject_type(Round), work="round")


def held_up_by_objections() -> QuerySet:
    """The rounds that cannot be published while an objection to one of their evaluations is open, each with it."""
    disputed = Evaluation.objects.filter(pk=OuterRef("item__subject_id")).values("round")
    rows = Objection.objects.open().filter(item__subject_type=subject_type(Evaluation))
    rows = rows.annotate(round=Subquery(disputed))
    return carrying(
        rows, case_type=subject_type(Round), work_type=subject_type(Objection), case="round", rests=True
    )
