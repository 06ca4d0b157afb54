"""What time and other rooms bring about for cycles, rounds and evaluations. Each may run twice without doing twice."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.services import system_user
from evaluation.enums.performance import EvaluationState, RoundState
from evaluation.lifecycle import EVALUATION
from evaluation.models import Evaluation, Round
from evaluation.notifications.performance import (
    tell_nobody_is_left,
    tell_of_evaluation,
    tell_report_is_late,
)
from evaluation.selectors.cycles import (
    evaluations_out_of_step,
    evaluations_overdue,
    evaluations_without_institute,
    is_round_due,
)
from evaluation.selectors.performance_rounds import (
    is_everybody_released,
    round_that_collects,
    rounds_shown_out,
    rounds_without_anybody,
)
from evaluation.services.cycles import keep_cycles
from evaluation.services.performance_rounds import collect_due, finish_round, open_round
from notices.services import withdraw_from_notice
from records import audit, clock
from records.lifecycle import lock


def sweep_performance(*, at: datetime | None = None) -> int:
    """End, keep and open what is due; returns how much was done."""
    at = at or clock.now()
    tell_of_late_reports(at=at)
    tell_of_empty_rounds()
    done = lapse_evaluations(at=at) + keep_cycles(at=at) + open_due_round(at=at)
    return done + follow_evaluations(at=at) + finish_rounds(at=at)


def open_due_round(*, at: datetime | None = None) -> int:
    """Open this year's round once its day has come, or let whoever became due since join it."""
    at = at or clock.now()
    today = timezone.localdate(at)
    if is_round_due(today):
        return open_round(year=today.year, at=at).evaluations.count()
    found = round_that_collects(today.year)
    return len(collect_due(evaluation_round=found, at=at)) if found else 0


def lapse_evaluations(*, at: datetime | None = None) -> int:
    """End the evaluations of institutes that are none any more."""
    at = at or clock.now()
    return sum(_lapse(one, at) for one in evaluations_without_institute())


@transaction.atomic
def _lapse(evaluation: Evaluation, at: datetime) -> bool:
    lock(evaluation)
    if not evaluation.is_open:
        return False
    reason = f"该研究院的{evaluation.institute.recognition.barrier}。"
    withdraw_from_notice(subject=evaluation, by=system_user(), at=at, reason=reason)
    event = EVALUATION.move(evaluation, "lapse", by=system_user(), at=at, reason=reason)
    tell_of_evaluation(evaluation, event)
    return True


def follow_evaluations(*, at: datetime | None = None) -> int:
    """Let what the unit still writes be the case of whoever hosts the institute now."""
    at = at or clock.now()
    return sum(_follow(one, at) for one in evaluations_out_of_step())


@transaction.atomic
def _follow(evaluation: Evaluation, at: datetime) -> bool:
    institute = evaluation.institute
    lock(evaluation)
    if evaluation.state != EvaluationState.SELF_REPORT:
        return False
    evaluation.host_id, evaluation.division_id = institute.host_id, institute.division_id
    evaluation.save(update_fields=["host", "division"])
    said = {"host": institute.host_id, "division": institute.division_id}
    audit.record("evaluation.evaluation.follow", evaluation, by=system_user(), at=at, **said)
    return True


def finish_rounds(*, at: datetime | None = None) -> int:
    """Finish rounds whose last item left the notice otherwise than by a release: objected to and founded, or ended with
    its institute. What is to be graded anew, and whoever mended meanwhile, can be graded again."""
    at = at or clock.now()
    return sum(_finish(one, at) for one in rounds_shown_out())


@transaction.atomic
def _finish(evaluation_round: Round, at: datetime) -> bool:
    lock(evaluation_round)
    if evaluation_round.state != RoundState.PUBLICITY or not is_everybody_released(evaluation_round):
        return False
    finish_round(evaluation_round, by=system_user(), at=at)
    return True


@transaction.atomic
def tell_of_late_reports(*, at: datetime | None = None) -> None:
    """Tell, once for each last day, that a self-report is lacking; telling again tells nobody."""
    for evaluation in evaluations_overdue(timezone.localdate(at or clock.now())):
        tell_report_is_late(evaluation)


@transaction.atomic
def tell_of_empty_rounds() -> None:
    """Tell, once for each round, that nobody is left in it and that it can be closed."""
    for evaluation_round in rounds_without_anybody():
        tell_nobody_is_left(evaluation_round)
