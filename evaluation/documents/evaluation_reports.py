"""The reports of the three-year evaluation: of one institute, with its pictures, and of a whole round."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.documents import in_words
from evaluation.enums.performance import EvaluationGrade
from evaluation.models import Evaluation
from evaluation.policy.performance import rounded
from evaluation.policy.pictures import radar, trend
from evaluation.selectors import explain
from evaluation.selectors.explain import Explanation, Weighed
from institutes.documents import ISSUER, POLICY
from records.amounts import grouped
from records.words import paragraphs_of

SHEET, ROUND_REPORT = "evaluation_sheet", "round_report"
SHEET_TEMPLATE = "evaluation/print/evaluation_sheet.html"
ROUND_TEMPLATE = "evaluation/print/round_report.html"
NONE = "—"


def points(value: Decimal) -> str:
    """Points as a paper shows them, to the hundredth."""
    return str(rounded(Fraction(value)))


def pictures(evaluation: Evaluation, found: Explanation) -> dict[str, Any]:
    """The radar of the dimensions and the trend of the years."""
    shares = [(one.label, one.share) for one in found.standing.sheet.dimensions]
    lines = explain.dimension_trends(evaluation, explain.trends_of(evaluation))
    return {
        "radar": radar(shares, title="各维度得分率"),
        "trend": trend(lines, evaluation.cycle.years, title="各维度逐年达到满分值的程度"),
        "trend_rows": [
            {"label": label, "values": [f"{share}%" for share in values]} for label, values in lines
        ],
    }


def evaluation_sheet(
    evaluation: Evaluation, found: Explanation, *, number: str = "", at: datetime | None = None
) -> dict[str, Any]:
    """The report of one institute: what each indicator came to, where it stands, what follows."""
    institute, sheet = evaluation.institute, found.standing.sheet
    return {
        "issuer": ISSUER,
        "policy": POLICY,
        "number": number,
        "issued_on": in_words(at) if at else "",
        "is_preview": not found.standing.is_frozen,
        "institute": institute.name,
        "certificate": institute.recognition.certificate_number,
        "host": evaluation.host.name,
        "division": evaluation.division.name,
        "chain": institute.chain.name if institute.chain else NONE,
        "kind": found.standing.kind_label,
        "years": evaluation.cycle.years_in_words,
        "again": evaluation.attempt > 1,
        "total": str(sheet.total),
        "points": str(sheet.points),
        "grade": found.label,
        "place": found.place,
        "among": found.among,
        "dimensions": _dimensions(found),
        "deductions": [_deduction(one) for one in sheet.deductions],
        "cap": evaluation.cap_reason if evaluation.cap else "",
        "limited": found.is_limited and not evaluation.cap,
        "opinion": paragraphs_of(evaluation.panel_opinion),
        "consequence": consequence_of(evaluation, found.grade),
        "year_heads": [str(year) for year in evaluation.cycle.years],
        **pictures(evaluation, found),
    }


def _dimensions(found: Explanation) -> list[dict[str, Any]]:
    return [
        {
            "label": one.label,
            "weight": grouped(one.weight),
            "score": str(one.score),
            "share": f"{one.share}%",
            "rows": [_row(row) for row in found.rows if row.line.dimension == one.code],
        }
        for one in found.standing.sheet.dimensions
    ]


def _row(row: explain.Row) -> dict[str, Any]:
    line = row.line
    asks = "专家评分" if line.scale == "expert" else f"{grouped(line.full_mark)}{line.unit}"
    return {
        "label": line.label,
        "value": NONE
        if line.value is None or line.scale == "expert"
        else f"{grouped(line.value)}{line.unit}",
        "full_mark": asks,
        "weight": grouped(line.weight),
        "score": points(line.score),
        "place": row.place or NONE,
        "false": line.is_false,
        "note": row.note,
    }


def _deduction(one: Any) -> str:
    return f"{one.words}，扣{grouped(one.points)}分" if one.points else one.words


def consequence_of(evaluation: Evaluation, grade: str) -> str:
    """What follows from a grade by the policy and the edition."""
    terms = evaluation.edition.terms["grading"]
    if grade == terms["rewarded_grade"]:
        return "按照四(四)享受绩效后补助奖励，免申即享，资金事项另行通知。"
    if grade != EvaluationGrade.FAIL:
        return f"继续纳入市级产业技术研究院管理序列，下一评估周期自{evaluation.cycle.last_year + 1}年起。"
    if evaluation.attempt > 1:
        return "整改后再评仍不合格，按照规定启动撤销认定程序。"
    return f"限期整改{terms['rectify_months']}个月，期满再次评价；再评仍不合格的，按照规定启动撤销认定程序。"


# --- a round ----------------------------------------------------------------------------------------------------------


def round_report(
    found: Weighed, unscored: Sequence[Evaluation], *, number: str = "", at: datetime | None = None
) -> dict[str, Any]:
    """The report of a round: who came to what, by type of chain and county, and where points were lost."""
    round_ = found.round
    return {
        "issuer": ISSUER,
        "policy": POLICY,
        "number": number,
        "issued_on": in_words(at) if at else "",
        "is_preview": any(not one.is_frozen for one in found.standings) or not found.standings,
        "year": round_.year,
        "whole": len(found.standings) + len(unscored),
        "scored": len(found.standings),
        "mean": points(_mean([one.total for one in found.standings])),
        "grades": [
            {"label": label, "count": n, "share": f"{_share(n, len(found.standings))}%"}
            for label, n in found.counts
        ],
        "grade_heads": [label for label, _n in found.counts],
        "kinds": _table(found, lambda one: one.kind_label),
        "counties": _table(found, lambda one: one.evaluation.division.name),
        "dimensions": _round_dimensions(found),
        "indicators": _round_indicators(found),
        "rows": [
            _round_row(found, one) for one in sorted(found.standings, key=lambda one: (-one.total, one.key))
        ],
        "unscored": [
            {
                "institute": str(row.institute),
                "state": str(row.get_state_display()),  # type: ignore[attr-defined]
                "grade": found.label(row.grade),
            }
            for row in unscored
        ],
    }


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values) if values else Decimal(0)


def _share(part: int, whole: int) -> Decimal:
    return rounded(Fraction(100 * part, whole), 1) if whole else Decimal("0.0")


def _table(found: Weighed, group: Any) -> list[dict[str, Any]]:
    """How many of each grade in each group, with the mean of its totals."""
    groups: dict[str, list[explain.Standing]] = {}
    for one in found.standings:
        groups.setdefault(group(one), []).append(one)
    return [
        {
            "label": label,
            "count": len(ones),
            "counts": [sum(found.grades[one.key] == band.code for one in ones) for band in found.rules.bands],
            "mean": points(_mean([one.total for one in ones])),
        }
        for label, ones in groups.items()
    ]


def _round_dimensions(found: Weighed) -> list[dict[str, Any]]:
    return [
        {"label": label, "mean": points(_mean([one.sheet.dimensions[n].score for one in found.standings]))}
        for n, (_code, label) in enumerate(found.rules.dimensions)
    ]


def _round_indicators(found: Weighed) -> list[dict[str, Any]]:
    """By how many per cent of its points the round came up to each indicator, the weakest first."""
    rows: list[tuple[Decimal, str]] = [
        (_reached(one.sheet.lines[n] for one in found.standings), indicator.label)
        for n, indicator in enumerate(found.rules.indicators)
    ]
    return (
        [{"label": label, "share": f"{share}%"} for share, label in sorted(rows)] if found.standings else []
    )


def _reached(lines: Iterable[Any]) -> Decimal:
    shares = [Fraction(line.score) / Fraction(line.weight) for line in lines]
    return rounded(sum(shares, Fraction(0)) / len(shares) * 100, 1) if shares else Decimal(0)


def _round_row(found: Weighed, one: explain.Standing) -> dict[str, Any]:
    place, among = found.places[one.key]
    return {
        "institute": str(one.evaluation.institute),
        "kind": one.kind_label,
        "total": str(one.total),
        "grade": found.label(found.grades[one.key]),
        "place": f"{place}/{among}",
    }
