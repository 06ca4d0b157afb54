"""The papers of an acceptance: what the unit applied with, and the notice of what it came to."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from evaluation.documents import in_words
from evaluation.enums import AcceptanceFile, AcceptanceOutcome
from evaluation.models import Acceptance
from evaluation.selectors.acceptances import unit_files_of, verdict_of
from institutes.documents import ISSUER, POLICY
from institutes.documents import in_words as day_in_words
from institutes.documents.standing import REMEDY
from records.amounts import grouped, in_wan
from records.models import AuditEvent
from records.papers import Spec, promised
from records.words import paragraphs_of

APPLICATION, NOTICE = "acceptance_application", "acceptance_notice"


def said(value: str, *, is_amount: bool) -> str:
    """A figure as people read it, without idle zeros; amounts, kept in yuan, in 万元."""
    number = Decimal(value)
    return in_wan(number) if is_amount else grouped(number)


def rows_of(figures: Iterable[Mapping[str, Any]]) -> list[dict]:
    """Planned and reached, line by line."""
    return [
        {
            "label": one["label"],
            "code": one["code"],
            "unit": "万元" if one["is_amount"] else one["unit"],
            "base": said(one["base"], is_amount=one["is_amount"]),
            "planned": said(one["planned"], is_amount=one["is_amount"]),
            "actual": said(one["actual"], is_amount=one["is_amount"]),
            "share": one["share"],
            "verified": said(one["verified"], is_amount=one["is_amount"]) if one["verified"] else "",
            "is_verified": one.get("is_verified", False),
            "report": one.get("report"),
            "mandatory": one["mandatory"],
            "counted": one["mandatory"] and Decimal(one["planned"]) > 0,
            "met": one["met"],
        }
        for one in figures
    ]


def parts_of(acceptance: Acceptance) -> list[dict]:
    """The unit's words, part by part."""
    return [
        {
            "code": part["code"],
            "label": part["label"],
            "guide": part.get("guide", ""),
            "lines": paragraphs_of(acceptance.texts.get(part["code"], "")),
        }
        for part in acceptance.edition.terms["summary_parts"]
    ]


def _common(acceptance: Acceptance, event: AuditEvent) -> dict:
    institute, verdict = acceptance.institute, verdict_of(acceptance.comparison, acceptance.edition)
    return {
        "number": event.data["paper"]["number"],
        "issued_on": in_words(event.at),
        "institute": institute.name,
        "certificate": institute.recognition.certificate_number,
        "host": acceptance.host.name,
        "division": acceptance.division.name,
        "build_from": day_in_words(institute.build_from),
        "build_to": day_in_words(institute.build_to),
        "rows": rows_of(acceptance.comparison),
        "met": verdict.met,
        "counted": verdict.counted,
        "share": str(verdict.share),
        "least": str(verdict.least),
        "enough": verdict.enough,
    }


def application(acceptance: Acceptance, event: AuditEvent) -> dict:
    """What the unit applied with: its targets beside what was reached, its words, the list of its files."""
    labels = dict(AcceptanceFile.choices)
    return _common(acceptance, event) | {
        "issuer": acceptance.host.name,
        "application": acceptance.number,
        "again": acceptance.attempt > 1,
        "rectify_by": day_in_words(acceptance.rectify_by),
        "director": acceptance.institute.director,
        "co_builders": "、".join(acceptance.institute.co_builders),
        "parts": parts_of(acceptance),
        "files": [
            {"kind": str(labels[file.kind]), "name": file.name, "sha256": file.sha256[:16]}
            for file in unit_files_of(acceptance)
        ],
    }


def notice(acceptance: Acceptance, event: AuditEvent) -> dict:
    """What the acceptance came to, on what it rests, and what comes next."""
    return _common(acceptance, event) | {
        "issuer": ISSUER,
        "policy": POLICY,
        "addressee": acceptance.host.name,
        "application": acceptance.number,
        "outcome": acceptance.outcome,
        "result": str(AcceptanceOutcome(acceptance.outcome).label),
        "score": str(acceptance.score),
        "pass_mark": str(acceptance.edition.terms["scoring"]["pass_mark"]),
        "opinion": paragraphs_of(acceptance.panel_opinion),
        "minute": acceptance.minute_number,
        "grounds": paragraphs_of(acceptance.grounds),
        "requirements": paragraphs_of(acceptance.requirements),
        "next": next_of(acceptance, event),
        "remedy": REMEDY if acceptance.outcome == AcceptanceOutcome.FAILED else "",
    }


def next_of(acceptance: Acceptance, event: AuditEvent) -> str:
    """What the unit has to do, or to expect, after this result."""
    if acceptance.outcome == AcceptanceOutcome.PASSED:
        year = event.at.year + 1
        return f"自本通知书印发之日起纳入市级产业技术研究院管理序列；绩效评价周期从{year}年起计算。"
    if acceptance.outcome == AcceptanceOutcome.CONDITIONAL:
        day = event.data["rectify_by"]
        return (
            f"请于{day}前完成整改并重新申请验收，重新验收只有一次；"
            "逾期未申请或者重新验收仍未通过的，按规定启动撤销认定程序。"
        )
    return "按照规定，我局将启动撤销认定程序，并在作出决定前听取你单位的陈述和申辩。"


PAPERS = {
    APPLICATION: Spec("验收申请表", "evaluation/print/acceptance_application.html", application),
    NOTICE: Spec("验收通知书", "evaluation/print/acceptance_notice.html", notice),
}


def paper_of_acceptance(acceptance: Acceptance, event: AuditEvent) -> dict:
    """Everything by which the promised paper is issued; an application handed in anew is one like the first."""
    return promised(PAPERS, acceptance, event, about=str(acceptance.institute))
