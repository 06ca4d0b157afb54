"""Why applications of a call did not come through, grouped and without a name."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import F

from institutes.enums import ApplicationState as S
from institutes.enums import CheckResult, FormalFinding, Outcome
from institutes.models import Application, Call, DecisionItem, FormalCheck

OVERDUE, REVIEW, OTHER = "未在规定期限内补正", "专家评审综合得分未达到合格线", "其他原因"


def causes_of_failure(call: Call) -> Counter[str]:
    """How many applications of ``call`` failed on each ground: what the formal review, the experts and the meeting
    found. What a county refused, a unit withdrew or an objection ended is no common cause."""
    found = Counter[str]()
    labels = {item["code"]: item["label"] for item in call.edition.terms["checklist"]}
    unmet = FormalCheck.objects.filter(
        application__call=call,
        application__state=S.CLOSED_FORMAL,
        application__formal_finding=FormalFinding.FAIL,
        round=F("application__formal_round"),
        result=CheckResult.UNMET,
    )
    found.update(f"{labels.get(item, item)}：不符合" for item in unmet.values_list("item", flat=True))
    closed = Application.objects.filter(call=call)
    found[OVERDUE] = closed.filter(state=S.CLOSED_FORMAL, formal_finding=FormalFinding.SUPPLEMENT).count()
    found[REVIEW] = closed.filter(state=S.CLOSED_REVIEW).count()
    causes = {cause["code"]: cause["label"] for cause in call.edition.terms["decision_causes"]}
    refused = DecisionItem.objects.standing().filter(
        outcome=Outcome.REJECT, application__call=call, application__state=S.CLOSED_DECISION
    )
    found.update(causes.get(code, OTHER) for code in refused.values_list("cause", flat=True))
    return +found


def common_reasons(call: Call) -> list[str]:
    """The lines for the public notice; none where the edition does not publish them or nobody failed.

    A ground of fewer applications than the edition names could give one of them away: it is counted with others,
    and where there is no other nothing is said.
    """
    terms: Mapping = call.edition.terms["publicity"]
    causes = causes_of_failure(call)
    if not terms["common_reasons"] or not causes:
        return []
    least = int(terms["common_reasons_min"])
    named = [(label, count) for label, count in causes.most_common() if count >= least and label != OTHER]
    if not named:
        return []
    rest = causes.total() - sum(count for _label, count in named)
    lines = [f"{place}. {label}（{count} 项次）" for place, (label, count) in enumerate(named, 1)]
    if rest:
        lines.append(f"{len(lines) + 1}. {OTHER}（{rest} 项次）")
    return ["本次申报未通过的共性原因如下（同一申报可有多项，不涉及具体单位）：", *lines]
