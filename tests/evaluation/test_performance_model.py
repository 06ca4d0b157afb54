"""Cycles, rounds and evaluations: what the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction

from evaluation.enums.performance import EvaluationState as S
from evaluation.enums.performance import RoundState
from evaluation.models import Cycle, Evaluation, Round
from tests.factories.accounts import system_user
from tests.factories.performance import CycleFactory, EvaluationFactory, RoundFactory

pytestmark = pytest.mark.django_db

BROKEN = {
    "state_known": ("self_report", {"state": "lost"}),
    "grade_known": ("confirmation", {"grade": "best"}),
    "cap_known": ("checking", {"cap": "best"}),
    "handed_in_under_a_number": ("county_review", {"number": None}),
    "handed_in_by_somebody": ("self_report", {"state": S.COUNTY_REVIEW}),
    "handed_in_with_figures": ("county_review", {"figures": []}),
    "opined_by_somebody": ("county_review", {"state": S.COUNTY_SIGNING}),
    "county_takes_a_position": ("county_signing", {"county_position": ""}),
    "signed_by_somebody": ("county_signing", {"state": S.TAX_FILL}),
    "signed_by_another": ("tax_fill", {"signed_by_id": "opined_by_id"}),
    "tax_filled_by_somebody": ("tax_fill", {"state": S.FINANCE_FILL}),
    "finance_filled_by_somebody": ("finance_fill", {"state": S.CHECKING}),
    "entrusted_to_somebody": ("checking", {"state": S.PANEL_REVIEW}),
    "scored_or_exempted": ("panel_review", {"state": S.GRADING}),
    "reviewed_with_a_result": ("grading", {"panel_score": None}),
    "exemption_by_somebody": ("self_report", {"state": S.EXEMPTION}),
    "exempted_for_a_reason": ("exemption", {"exemption_reason": ""}),
    "exempted_by_another": ("deferred", {"exempted_by_id": "exemption_proposed_by_id"}),
    "deferred_by_somebody": ("exemption", {"state": S.DEFERRED}),
    "capped_for_a_reason": ("checking", {"cap": "pass"}),
    "graded_by_somebody": ("grading", {"state": S.CONFIRMATION}),
    "graded_with_a_grade": ("confirmation", {"grade": ""}),
    "confirmed_by_somebody": ("confirmation", {"state": S.PUBLICITY}),
    "four_eyes": ("publicity", {"confirmed_by_id": "graded_by_id"}),
    "released_by_somebody": ("publicity", {"state": S.FINAL}),
    "ends_with_a_good_grade": ("final", {"grade": "fail"}),
    "mends_a_first_failure": ("rectify", {"grade": "good"}),
    "fails_for_the_second_time": ("failed", {"grade": "good"}),
    "second_after_a_first": ("self_report", {"attempt": 2}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_state_without_its_evidence_cannot_be_stored(name):
    state, broken = BROKEN[name]
    row = EvaluationFactory(state=state)
    broken = {k: getattr(row, v) if str(v).endswith("_by_id") else v for k, v in broken.items()}

    with pytest.raises(IntegrityError, match=f"evaluation_evaluation_{name}"), transaction.atomic():
        Evaluation.objects.filter(pk=row.pk).update(**broken)


def test_a_deferred_evaluation_leaves_room_for_another_of_its_cycle():
    put_off = EvaluationFactory(state="deferred")
    again = EvaluationFactory(cycle=put_off.cycle, round=RoundFactory(year=2027))

    with pytest.raises(IntegrityError, match="evaluation_evaluation_attempt_once"), transaction.atomic():
        EvaluationFactory(cycle=again.cycle, round=RoundFactory(year=2028), state="final")


@pytest.mark.parametrize(
    ("years", "what"),
    [
        ((2025, 2027), "evaluation_cycle_no_overlap"),
        ((2022, 2023), "evaluation_cycle_no_overlap"),
        ((2024, 2024), "evaluation_cycle_no_overlap"),
        ((2027, 2029), "evaluation_cycle_abuts"),
        ((2020, 2022), "evaluation_cycle_abuts"),
    ],
)
def test_cycles_of_an_institute_abut(years, what):
    first = CycleFactory()

    with pytest.raises(IntegrityError, match=what), transaction.atomic():
        CycleFactory(institute=first.institute, number=2, first_year=years[0], last_year=years[1])


def test_one_cycle_is_open():
    first = CycleFactory(running=True)
    following = CycleFactory(institute=first.institute, number=2, first_year=2029, last_year=2031)

    with pytest.raises(IntegrityError, match="evaluation_cycle_one_open"), transaction.atomic():
        Cycle.objects.filter(pk=following.pk).update(ended_at=None, ended_by=None)


def test_a_cycle_is_evaluated_after_its_end():
    row = CycleFactory(running=True)

    with (
        pytest.raises(IntegrityError, match="evaluation_cycle_evaluated_after_its_end"),
        transaction.atomic(),
    ):
        Cycle.objects.filter(pk=row.pk).update(evaluated_at=row.opened_at, evaluated_by=system_user())


ROUNDS = {
    "state_known": ("open", {"state": "lost"}),
    "graded_by_somebody": ("open", {"state": RoundState.GRADING}),
    "graded_by_a_meeting": ("grading", {"minute_number": ""}),
    "confirmed_by_somebody": ("grading", {"state": RoundState.PUBLICITY}),
    "confirmed_with_a_notice": ("publicity", {"notice": None}),
    "four_eyes": ("publicity", {"confirmed_by_id": "graded_by_id"}),
    "closed_by_somebody": ("open", {"state": RoundState.CLOSED, "closing_reason": "示例"}),
    "closed_for_a_reason": ("closed", {"closing_reason": ""}),
    "closed_at_closed_by": ("closed", {"closed_by": None}),
}


@pytest.mark.parametrize("name", ROUNDS)
def test_a_round_without_its_evidence_cannot_be_stored(name):
    state, broken = ROUNDS[name]
    row = RoundFactory(state=state)
    broken = {k: getattr(row, v) if str(v).endswith("_by_id") else v for k, v in broken.items()}

    with pytest.raises(IntegrityError, match=f"evaluation_round_{name}"), transaction.atomic():
        Round.objects.filter(pk=row.pk).update(**broken)
