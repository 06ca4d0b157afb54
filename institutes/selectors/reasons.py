"""Why applications of a call did not come through, grouped and without a name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, F, OuterRef

from institutes.enums import ApplicationState as S
from institutes.enums import CheckResult, FormalFinding, Outcome
from institutes.models import Application, Call, DecisionItem, FormalCheck

OVERDUE, REVIEW, OTHER = "未在规定期限内补正", "专家评审综合得分未达到合格线", "其他原因"
CALLS_TOLD = 3
"""Of how many calls, the latest, the guide counts common reasons together."""


def causes_of_failure(*calls: Call) -> Counter[str]:
    """How many applications of these calls failed on each ground: what the formal review, the experts and the meeting
    found. What a county refused, a unit withdrew or an objection ended is no common cause."""
    found = Counter[str]()
    labels = _labels(calls, "checklist")
    unmet = FormalCheck.objects.filter(
        application__call__in=calls,
        application__state=S.CLOSED_FORMAL,
        application__formal_finding=FormalFinding.FAIL,
        round=F("application__formal_round"),
        result=CheckResult.UNMET,
    )
    found.update(f"{labels.get(item, item)}：不符合" for item in unmet.values_list("item", flat=True))
    closed = Application.objects.filter(call__in=calls)
    found[OVERDUE] = closed.filter(state=S.CLOSED_FORMAL, formal_finding=FormalFinding.SUPPLEMENT).count()
    found[REVIEW] = closed.filter(state=S.CLOSED_REVIEW).count()
    causes = _labels(calls, "decision_causes")
    refused = DecisionItem.objects.standing().filter(
        outcome=Outcome.REJECT, application__call__in=calls, application__state=S.CLOSED_DECISION
    )
    found.update(causes.get(code, OTHER) for code in refused.values_list("cause", flat=True))
    return +found


def _labels(calls: Iterable[Call], group: str) -> dict[str, str]:
    """The words of a list of the calls' editions, by code; of two editions the later one speaks."""
    editions = sorted({call.edition for call in calls}, key=lambda edition: edition.valid_from)
    return {row["code"]: row["label"] for edition in editions for row in edition.terms[group]}


def grouped_causes(causes: Counter[str], *, least: int) -> list[tuple[str, int]]:
    """The grounds that enough applications share, the most frequent first; the others are counted together.

    A ground of fewer applications than ``least`` could give one of them away, and so could a rest that is as small:
    where nothing else is left to say, nothing is said.
    """
    named = [(label, count) for label, count in causes.most_common() if count >= least and label != OTHER]
    rest = causes.total() - sum(count for _label, count in named)
    return [*named, *([(OTHER, rest)] if rest >= least else [])] if named else []


def decided_calls(*, before: datetime) -> list[Call]:
    """The calls whose window is over and of which no application is under way, the latest first, whose edition lets
    common reasons be published."""
    over = Call.objects.published().filter(closes_at__lte=before).select_related("edition")
    under_way = Application.objects.open().filter(call=OuterRef("pk"))
    decided = over.filter(~Exists(under_way), edition__terms__publicity__common_reasons=True)
    return list(decided.order_by("-closes_at")[:CALLS_TOLD])


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
