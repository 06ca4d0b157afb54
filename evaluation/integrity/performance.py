"""Invariants of cycles and evaluations. A finding is an alarm, never a repair."""

from django.db.models import Exists, OuterRef

from evaluation.enums.performance import GRADED_STATES, EvaluationState
from evaluation.models import Evaluation
from evaluation.policy import performance as policy
from evaluation.selectors.cycles import evaluations_without_institute, faults_of_cycles
from evaluation.selectors.performance import rules_for
from notices.models import PublicNoticeItem
from records.integrity import check


@check("I15", "每个通过验收的研究院恰有一个进行中的评估周期，周期首尾相接")
def accepted_institutes_have_one_open_cycle() -> list[str]:
    return faults_of_cycles()


@check("I15", "已公布的评价公示过、评定和审定是两人，冻结的得分按评价办法重算一致")
def results_were_shown_and_can_be_worked_out_again() -> list[str]:
    shown = PublicNoticeItem.objects.filter(
        subject_type="evaluation.evaluation", subject_id=OuterRef("pk"), concluded_at__isnull=False
    )
    found = []
    rows = Evaluation.objects.filter(state__in=GRADED_STATES).select_related("edition", "institute", "cycle")
    for row in rows.annotate(shown=Exists(shown)):
        if not row.shown:
            found.append(f"{row}：结果已公布，没有办结的公示")
        if row.graded_by_id == row.confirmed_by_id:
            found.append(f"{row}：评定和审定为同一人")
        if row.total is not None and worked_out(row) != row.total:
            found.append(f"{row}：记录总分 {row.total}，重算 {worked_out(row)}")
        if row.sheet and policy.sheet_from(row.sheet).total != row.total:
            found.append(f"{row}：得分表与总分不一致")
    return found


def worked_out(evaluation: Evaluation):
    """The total by the frozen figures, marks and deductions."""
    facts = policy.facts_of(evaluation.figures, evaluation.marks, evaluation.deductions, cap=evaluation.cap)
    return policy.total_of(rules_for(evaluation), facts)


@check("I15", "限期整改的有后续的再评，资格终止的没有在办的评价")
def evaluations_follow_their_institutes() -> list[str]:
    again = Evaluation.objects.filter(former=OuterRef("pk"))
    mending = Evaluation.objects.filter(~Exists(again), state=EvaluationState.RECTIFY)
    return [
        *(f"{row}：限期整改，没有再评的案卷" for row in mending.select_related("institute", "cycle")),
        *(f"{row}：研究院资格已终止，评价仍在办" for row in evaluations_without_institute()),
    ]
