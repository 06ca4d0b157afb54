"""Invariants of acceptances. A finding is an alarm, never a repair."""

from django.db.models import Count, Exists, OuterRef

from evaluation.enums import AcceptanceState, PanelState, ReviewKind
from evaluation.models import Acceptance, Panel
from evaluation.selectors.acceptances import acceptances_without_institute, verdict_of
from records.integrity import check


@check("I20", "通过验收的，评审组已汇总合格、必达目标达到规定，拟定和审定是两人")
def passed_acceptances_rest_on_experts_targets_and_two_people() -> list[str]:
    concluded = Panel.objects.filter(
        kind=ReviewKind.ACCEPTANCE,
        case_type="evaluation.acceptance",
        case_id=OuterRef("pk"),
        state=PanelState.CONCLUDED,
        passed=True,
        score=OuterRef("score"),
    )
    found = []
    rows = Acceptance.objects.filter(state=AcceptanceState.PASSED).select_related("institute", "edition")
    for row in rows.annotate(concluded=Exists(concluded)):
        if not row.concluded:
            found.append(f"{row}：通过验收，没有汇总合格的评审组")
        if not verdict_of(row.comparison, row.edition).enough:
            found.append(f"{row}：通过验收，必达目标未达到规定")
        if row.proposed_by_id == row.decided_by_id:
            found.append(f"{row}：拟定和审定为同一人")
    return found


@check("I20", "每个研究院至多一件在办的验收，资格终止的没有在办的验收，限期整改的有后续的重新验收")
def acceptances_follow_their_institutes() -> list[str]:
    again = Acceptance.objects.filter(former=OuterRef("pk"))
    open_ones = Acceptance.objects.open().order_by().values("institute").annotate(n=Count("pk"))
    conditional = Acceptance.objects.filter(~Exists(again), state=AcceptanceState.CONDITIONAL)
    return [
        *(f"研究院 {row['institute']}：{row['n']} 件验收同时在办" for row in open_ones.filter(n__gt=1)),
        *(f"{row}：研究院资格已终止，验收仍在办" for row in acceptances_without_institute()),
        *(f"{row}：限期整改，没有重新验收的案卷" for row in conditional.select_related("institute")),
    ]
