"""Invariants of annual assessments. A finding is an alarm, never a repair."""

from django.db.models import Count, F, Q

from evaluation.enums.assessment import DECIDED, AssessmentState
from evaluation.models import Assessment, AssessmentList
from evaluation.policy import assessment as policy
from evaluation.selectors.assessments import assessments_without_institute, boxes_of
from records.integrity import check


@check("I22", "审定的年度考核，县级、税务、财政、市科技局各由不同的人签署，每栏有数")
def assessments_rest_on_three_signatures() -> list[str]:
    rows = Assessment.objects.filter(state__in=DECIDED).select_related("institute", "edition")
    same = (
        Q(tax_signed_by=F("finance_signed_by"))
        | Q(tax_signed_by=F("confirmed_by"))
        | Q(finance_signed_by=F("confirmed_by"))
        | Q(graded_by=F("confirmed_by"))
    )
    found = [f"{row}：会签、评定、审定中有两项为同一人" for row in rows.filter(same)]
    for row in rows:
        if faults := policy.faults(boxes_of(row), row.values):
            found.append(f"{row}：已审定而有 {len(faults)} 栏缺数或不合规定")
    return found


@check("I22", "研究院每年至多一份年度报告，资格终止的没有在办的报告，公布的都在公布名单上")
def one_assessment_for_each_year_in_force() -> list[str]:
    twice = Assessment.objects.order_by().values("institute", "year").annotate(n=Count("pk")).filter(n__gt=1)
    announced = (AssessmentState.PUBLISHED, AssessmentState.MISSING)
    strange = Assessment.objects.filter(state__in=announced).exclude(published_in__year=F("year"))
    empty = AssessmentList.objects.annotate(n=Count("assessments")).filter(n=0, sequence=1)
    return [
        *(f"研究院 {row['institute']}：{row['year']}年度有 {row['n']} 份报告" for row in twice),
        *(f"{row}：研究院资格已终止，年度考核仍在办" for row in assessments_without_institute()),
        *(f"{row}：公布在另一年度的名单上" for row in strange.select_related("institute")),
        *(f"{row}：公布名单上没有研究院" for row in empty),
    ]
