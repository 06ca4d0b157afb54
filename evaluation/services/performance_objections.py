"""What a decided objection to a published result brings about for its evaluation, and for nobody else's."""

from datetime import date, datetime

from accounts.models import User
from evaluation.enums.performance import EvaluationState
from evaluation.models import Evaluation
from evaluation.services.evaluations import take_step
from evaluation.services.performance_rounds import NOT_GRADED
from notices.models import Objection
from records.lifecycle import Stamps


def find_evaluation(*, pk: int) -> Evaluation:
    """The evaluation that was published, with what its moves need."""
    related = ("institute", "host", "division", "edition", "round", "cycle", "agency")
    return Evaluation.objects.select_related(*related).get(pk=pk)


def correct_evaluation(
    *, case: Evaluation, objection: Objection, due_on: date, by: User, at: datetime
) -> None:
    """Founded in part: it was published again as corrected, and waits for the end of that notice."""
    if case.state == EvaluationState.PUBLICITY:
        data = {"objection": objection.number, "until": due_on.isoformat()}
        take_step(case, "correct_publicity", by=by, at=at, data=data)


def uphold_evaluation(*, case: Evaluation, objection: Objection, by: User, at: datetime) -> None:
    """Founded: it left the notice and is graded anew."""
    if case.state == EvaluationState.PUBLICITY:
        reason = f"公示期间收到的异议（{objection.number}）经核实成立。"
        data = {"objection": objection.number}
        stamps: Stamps = NOT_GRADED | {"confirmed_at": None, "confirmed_by": None}
        take_step(case, "uphold_objection", by=by, at=at, reason=reason, data=data, **stamps)
