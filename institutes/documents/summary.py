"""The county's list of its recommendations as a paper."""

from institutes.documents import ISSUER, POLICY, in_words
from institutes.models import RecommendationList

TITLE = "推荐汇总表"
TEMPLATE = "institutes/print/recommendation_list.html"


def recommendation_list(summary: RecommendationList) -> dict:
    """All that a county recommends in a call, in its order: the rows as they were when it was issued."""
    call = summary.call
    return {
        "issuer": f"{summary.division.name}科技管理部门",
        "addressee": ISSUER,
        "policy": POLICY,
        "number": summary.number,
        "issued_on": in_words(summary.issued_at),
        "division": summary.division.name,
        "call": call.title,
        "call_number": call.number,
        "year": call.year,
        "version": summary.version,
        "size": summary.size,
        "rows": summary.rows,
    }
