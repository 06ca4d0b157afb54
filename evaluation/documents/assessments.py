"""The papers of annual assessments: the report, what a year came to with its three opinions, the published list."""

from collections.abc import Sequence
from typing import Any

from evaluation.documents import in_words
from evaluation.models import Assessment, AssessmentList
from evaluation.policy import assessment as policy
from evaluation.selectors.assessments import boxes_of, figures_of, published_rows
from institutes.documents import ISSUER, POLICY
from institutes.documents import in_words as day_in_words
from records.models import AuditEvent
from records.papers import Spec, promised
from records.words import paragraphs_of

REPORT, RESULT, LIST = "assessment_report", "assessment_result", "assessment_list"
FINANCE_OFFICE, TAX_OFFICE = "石家庄市财政局", "国家税务总局石家庄市税务局"


ALL_SIDES = ("unit", "tax", "finance")


def blocks_of(
    assessment: Assessment, *, sides: Sequence[str] = ALL_SIDES, former: Assessment | None = None
) -> list[dict[str, Any]]:
    """The report part by part: each box with its figure in words, where the figure comes from, and last year's.

    Of the boxes that ``sides`` fill in, and of the parts that have any.
    """
    known, found = figures_of(assessment), []
    before = former.values if former else {}
    for block in assessment.edition.terms["blocks"]:
        rows = [
            {
                "code": box["code"],
                "label": box["label"],
                "kind": box["kind"],
                "filled_by": box["filled_by"],
                "value": known.values.get(box["code"], ""),
                "said": policy.said(box, known.values.get(box["code"])),
                "before": policy.said(box, before.get(box["code"])) if former else "",
                "source": known.sources.get(box["code"], {}),
            }
            for box in boxes_of(assessment)
            if box["block"] == block["code"] and box["filled_by"] in sides
        ]
        if rows:
            found.append({"code": block["code"], "label": block["label"], "rows": rows})
    return found


def _common(assessment: Assessment, event: AuditEvent) -> dict[str, Any]:
    institute = assessment.institute
    return {
        "number": event.data["paper"]["number"],
        "issued_on": in_words(event.at),
        "year": assessment.year,
        "report": assessment.number,
        "institute": institute.name,
        "certificate": institute.recognition.certificate_number,
        "host": assessment.host.name,
        "division": assessment.division.name,
        "submitted_on": day_in_words(assessment.submitted_on),
        "due_by": day_in_words(assessment.due_by),
        "days_late": assessment.days_late,
    }


def report(assessment: Assessment, event: AuditEvent) -> dict[str, Any]:
    """What the unit reported, part by part; the boxes of other offices are left for them."""
    blocks = blocks_of(assessment, sides=("unit",))
    return _common(assessment, event) | {"issuer": assessment.host.name, "blocks": blocks}


def result(assessment: Assessment, event: AuditEvent) -> dict[str, Any]:
    """What the year came to, with what county, tax, finance and bureau said and signed (五(一))."""
    boxes = {box["code"]: box for box in boxes_of(assessment)}
    figures = [
        {"label": box["label"], "said": policy.said(box, assessment.values.get(code))}
        for code, box in boxes.items()
        if box["filled_by"] != "unit"
    ]
    return _common(assessment, event) | {
        "issuer": ISSUER,
        "policy": POLICY,
        "addressee": assessment.host.name,
        "grade": assessment.get_grade_display(),
        "county_opinion": paragraphs_of(assessment.county_opinion),
        "opinions": [
            _opinion(ISSUER, assessment.grounds, assessment.confirmed_at),
            _opinion(FINANCE_OFFICE, assessment.finance_opinion, assessment.finance_signed_at),
            _opinion(TAX_OFFICE, assessment.tax_opinion, assessment.tax_signed_at),
        ],
        "figures": figures,
        "next": next_of(assessment),
        "minute": assessment.published_in.minute_number if assessment.published_in else "",
    }


def _opinion(office: str, text: str, at: Any) -> dict[str, Any]:
    return {"office": office, "lines": paragraphs_of(text), "signed_on": in_words(at) if at else ""}


def next_of(assessment: Assessment) -> str:
    """What follows from the grade, for the unit."""
    terms = assessment.edition.terms["consequences"]
    if assessment.grade != policy.FAIL:
        return ""
    held = (
        "尚未拨付的市级资金暂缓拨付，下一次考核合格或者基本合格后恢复；" if terms["suspends_unpaid"] else ""
    )
    return f"{held}连续{terms['failures_to_revoke']}次考核不合格的，按规定启动撤销认定程序。"


def published_list(published: AssessmentList, event: AuditEvent) -> dict[str, Any]:
    """The results of a year as everybody reads them: grades, and who did not report."""
    rows = [row for row in published_rows(published.year) if row.published_in_id == published.pk]
    return {
        "issuer": ISSUER,
        "policy": POLICY,
        "number": event.data["paper"]["number"],
        "issued_on": in_words(event.at),
        "year": published.year,
        "again": published.sequence > 1,
        "minute": published.minute_number,
        "rows": [
            {
                "institute": row.institute.name,
                "certificate": row.institute.recognition.certificate_number,
                "host": row.host.name,
                "division": row.division.name,
                "result": row.get_grade_display() if row.grade and row.is_decided else "未提交年度报告",
                "late": row.days_late > 0,
            }
            for row in rows
        ],
    }


PAPERS = {
    REPORT: Spec("年度考核报告", "evaluation/print/assessment_report.html", report),
    RESULT: Spec("年度考核结果", "evaluation/print/assessment_result.html", result),
    LIST: Spec("年度考核结果公布", "evaluation/print/assessment_list.html", published_list, public=True),
}


def paper_of_assessment(subject: Assessment | AssessmentList, event: AuditEvent) -> dict[str, Any]:
    """Everything by which the promised paper is issued; a report handed in anew is one like the first."""
    named = str(subject.institute) if isinstance(subject, Assessment) else f"{subject.year}年度"
    return promised(PAPERS, subject, event, about=named)
