"""The papers of an evaluation: what the unit reported, and the letter that says what it came to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from evaluation.documents import in_words
from evaluation.enums.performance import EvaluationGrade, EvaluationState
from evaluation.models import Evaluation
from evaluation.policy.rules import bands_of
from evaluation.selectors.performance import evidence_of
from institutes.documents import ISSUER, POLICY
from institutes.documents import in_words as day_in_words
from institutes.documents.standing import REMEDY
from records.amounts import grouped
from records.models import AuditEvent
from records.papers import Spec, promised
from records.words import paragraphs_of

REPORT, RESULT = "evaluation_report", "evaluation_result"
TITLE = "关于{year}年度市级产业技术研究院三年绩效评价结果的公示"
BASIS = (
    "根据《关于加快建设市级产业技术研究院 促进主导产业快速发展的实施意见》四(四)，"
    "经{minute}审议，现将{year}年度三年绩效评价拟定等次予以公示。"
)


OFFICES = {"tax": "税务部门填报", "finance": "财政部门填报"}


def rows_of_figures(evaluation: Evaluation, figures: Iterable[Mapping[str, Any]]) -> list[dict]:
    """The figures dimension by dimension, with how many rows each rests on and what the unit objects to."""
    terms = evaluation.edition.terms
    indicators = {one["code"]: one for one in terms["indicators"]}
    labels = {one["code"]: one["label"] for one in terms["dimensions"]}
    offices = {code: one.get("filled_by", "") for code, one in indicators.items()}
    return [
        {
            "code": row["code"],
            "label": indicators[row["code"]]["label"],
            "dimension": labels[indicators[row["code"]]["dimension"]],
            "unit": row["unit"],
            "is_expert": indicators[row["code"]]["scale"] == "expert",
            "value": said(row.get("value")),
            "sources": row.get("sources", []),
            # Of what an office fills in there are no rows that could be lacking.
            "note": "" if offices[row["code"]] else row.get("note", ""),
            "office": OFFICES.get(row.get("filled_by") or offices[row["code"]], ""),
            "doubt": evaluation.doubts.get(row["code"], {}).get("note", ""),
            "answer": evaluation.doubts.get(row["code"], {}).get("answer", ""),
        }
        for row in figures
        if row["code"] in indicators
    ]


def said(value: str | None) -> str:
    """A figure as people read it; a dash where nothing says one."""
    return "—" if value in (None, "") else grouped(Decimal(str(value)))


def parts_of_report(evaluation: Evaluation) -> list[dict]:
    """The unit's words, dimension by dimension."""
    return [
        {
            "code": part["code"],
            "label": part["label"],
            "lines": paragraphs_of(evaluation.texts.get(part["code"], "")),
        }
        for part in evaluation.edition.terms["dimensions"]
    ]


def words_of_result(terms: Mapping[str, Any], rows: Sequence[Evaluation]) -> str:
    """How many of each grade are shown, in one sentence."""
    counted = Counter(one.grade for one in rows)
    said_of = [f"{band.label}{counted[band.code]}家" for band in bands_of(terms) if counted[band.code]]
    return f"本次公示{len(rows)}家研究院的拟定等次：{'、'.join(said_of)}。"


def _common(evaluation: Evaluation, event: AuditEvent) -> dict:
    institute = evaluation.institute
    return {
        "number": event.data["paper"]["number"],
        "issued_on": in_words(event.at),
        "institute": institute.name,
        "certificate": institute.recognition.certificate_number,
        "host": evaluation.host.name,
        "division": evaluation.division.name,
        "years": evaluation.cycle.years_in_words,
        "round": evaluation.round.year,
        "report_number": evaluation.number or "",
        "again": evaluation.attempt > 1,
    }


def report(evaluation: Evaluation, event: AuditEvent) -> dict:
    """What the unit handed in: the prefilled figures, its words, the list of its files."""
    return _common(evaluation, event) | {
        "issuer": evaluation.host.name,
        "chain": evaluation.institute.chain.name if evaluation.institute.chain else "",
        "director": evaluation.institute.director,
        "rows": [
            row | {"sources": len(row["sources"])}
            for row in rows_of_figures(evaluation, evaluation.figures)
            if not row["is_expert"]
        ],
        "parts": parts_of_report(evaluation),
        "files": [{"name": file.name, "sha256": file.sha256[:16]} for file in evidence_of(evaluation)],
    }


def result(evaluation: Evaluation, event: AuditEvent) -> dict:
    """The grade, what it rests on dimension by dimension, and what comes next."""
    sheet = evaluation.sheet
    return _common(evaluation, event) | {
        "issuer": ISSUER,
        "policy": POLICY,
        "addressee": evaluation.host.name,
        "minute": event.data.get("minute") or evaluation.round.minute_number,
        "grade": evaluation.grade_label,
        "deemed": evaluation.is_deemed,
        "total": str(evaluation.total) if evaluation.total is not None else "",
        "dimensions": [
            {"label": row["label"], "score": row["score"], "weight": row["weight"]}
            for row in sheet.get("dimensions", [])
        ],
        "deducted": sheet.get("deducted", "0"),
        "deductions": [one["words"] for one in evaluation.deductions],
        "cap": evaluation.cap_reason,
        "opinion": paragraphs_of(evaluation.panel_opinion),
        "next": next_step(evaluation, event),
        "remedy": REMEDY if evaluation.grade == EvaluationGrade.FAIL else "",
    }


def next_step(evaluation: Evaluation, event: AuditEvent) -> str:
    """What the unit has to do, or to expect, after this result."""
    if evaluation.grade == evaluation.edition.terms["grading"]["rewarded_grade"]:
        return "按照规定，我局将商财政部门安排绩效后补助奖励，由系统直接提出，不需另行申请；请在系统中确认收款账户。"
    if event.to_state == EvaluationState.RECTIFY:
        day = day_in_words(date.fromisoformat(event.data["rectify_by"]))
        return (
            f"请于{day}前完成整改，重新提交自评报告参加再评，再评只有一次；"
            "逾期未提交或者再评仍不合格的，按规定启动撤销认定程序。"
        )
    if event.to_state == EvaluationState.FAILED:
        return "按照规定，我局将启动撤销认定程序，并在作出决定前听取你单位的陈述和申辩。"
    return "请继续按照功能定位和主要任务做好建设运行，按时提交年度报告。"


PAPERS = {
    REPORT: Spec("绩效评价自评报告", "evaluation/print/evaluation_report.html", report),
    RESULT: Spec("绩效评价结果通知书", "evaluation/print/evaluation_result.html", result),
}


def paper_of_evaluation(evaluation: Evaluation, event: AuditEvent) -> dict:
    """Everything by which the promised paper is issued; a report handed in anew is one like the first."""
    return promised(PAPERS, evaluation, event, about=str(evaluation.institute))
