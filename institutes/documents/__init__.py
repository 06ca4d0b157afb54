"""What each paper of this room says, as plain data; ``templates/institutes/print/`` lays it out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from institutes import book
from institutes.enums import CheckResult
from institutes.lifecycle import APPLICATION
from institutes.models import Application, ApplicationVersion, CertificateBatch
from institutes.selectors import (
    co_builder_names,
    files_held,
    integrity_items,
    integrity_of,
    move_of,
    plan_of,
)
from notices.selectors import item_of
from records import calendar
from records.amounts import in_wan
from records.models import AuditEvent
from records.words import paragraphs_of

ISSUER = "石家庄市科学技术局"
POLICY = "《关于加快建设市级产业技术研究院 促进主导产业快速发展的实施意见》"
VALIDITY = "有效性以公示名单为准"
ADVICE = "如对本结果有疑问，可在收到本告知书之日起，通过本平台或书面向本局反映。"
COUNTY_ADVICE = (
    "如对本结果有疑问，可通过本平台或书面向{division}科技管理部门反映，也可书面向石家庄市科学技术局反映；"
    "条件成熟后，可在以后的申报通知中重新申报。"
)
# Who says no, on which ground: the result notice in words, by the move that closed the case.
RESULTS: dict[str, str] = {
    "refuse_recommendation": "经{division}科技管理部门审核，对你单位申报的“{name}”不予推荐。",
    "confirm_fail": "经形式审查，你单位申报的“{name}”未通过形式审查。",
    "lapse_supplement": "你单位申报的“{name}”未在规定期限内提交补正材料，按规定视为放弃本次申报。",
    "fail_review": "经第三方机构组织专家评审，你单位申报的“{name}”综合得分 {score} 分，未达到评审合格线。",
    "reject": "经局务会审议（{minute}），你单位申报的“{name}”本次不予认定。",
    "uphold_objection": "公示期间收到对“{name}”的异议，经核实异议成立，本次不予认定。",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """How a kind of paper is made."""

    title: str
    template: str
    context: Callable[[Application, AuditEvent], dict]
    public: bool = False


def in_words(day: date | datetime | None) -> str:
    """``2026年11月23日``, as papers write a day."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = timezone.localdate(day)
    return f"{day.year}年{day.month}月{day.day}日"


def _common(application: Application, event: AuditEvent) -> dict:
    return {
        "issuer": ISSUER,
        "policy": POLICY,
        "number": event.data["paper"]["number"],
        "issued_on": in_words(event.at),
        "application_number": application.number or "",
        "institute": application.institute_name,
        "host": application.host.name,
        "division": application.division.name,
        "call": application.call.title,
        "call_number": application.call.number,
    }


def recommendation(application: Application, event: AuditEvent) -> dict:
    """The county's letter of recommendation: opinion and support."""
    support = application.county_support_amount
    return _common(application, event) | {
        "issuer": f"{application.division.name}科技管理部门",
        "addressee": ISSUER,
        "uscc": application.host.uscc,
        "co_builders": co_builder_names(application),
        "opinion": application.county_opinion,
        "support": application.county_support,
        "support_amount": in_wan(support) if support else "",
        "support_document": application.county_support_document,
        "rank": application.county_rank or "",
        "integrity": _looked_up(application),
        "signed_on": in_words(application.county_signed_at),
    }


def _looked_up(application: Application) -> list[str]:
    """What was looked up about the host, when and with which result, in words."""
    known = integrity_of(application)
    return [
        f"{label}（{in_words(check.checked_on)}，{check.source}）{check.get_result_display()}"
        for code, label in integrity_items(application).items()
        if (check := known.get(code))
    ]


def supplement_notice(application: Application, event: AuditEvent) -> dict:
    """Everything the unit has to mend, once, and until when."""
    labels = {item["code"]: item["label"] for item in application.call.edition.terms["checklist"]}
    unmet = application.formal_checks.filter(round=application.formal_round, result=CheckResult.UNMET)
    limit = application.time_limit("supplement")
    last = calendar.add_working_days(timezone.localdate(event.at), limit) if limit else None
    return _common(application, event) | {
        "addressee": application.host.name,
        "defects": [{"item": labels[check.item], "note": check.note} for check in unmet],
        "opinion": application.formal_opinion,
        "working_days": limit,
        "due_on": in_words(last),
    }


def result_notice(application: Application, event: AuditEvent) -> dict:
    """Why the application ends here."""
    values = {
        "name": application.institute_name,
        "division": application.division.name,
        "score": application.review_score,
        "minute": application.minute_number,
    }
    action = move_of(event)
    by_county = action == "refuse_recommendation"
    labels = {item["code"]: item["label"] for item in application.call.edition.terms["checklist"]}
    unmet = application.formal_checks.filter(round=application.formal_round, result=CheckResult.UNMET)
    defects = [{"item": labels[check.item], "note": check.note} for check in unmet]
    return _common(application, event) | {
        "issuer": f"{application.division.name}科技管理部门" if by_county else ISSUER,
        "addressee": application.host.name,
        "result": APPLICATION.label(event.to_state),
        "sentence": RESULTS[action].format(**values),
        "reasons": paragraphs_of(application.closing_reason),
        "defects": defects if action == "confirm_fail" else [],
        "advice": COUNTY_ADVICE.format(**values) if by_county else ADVICE,
    }


def objection_outcome(application: Application, event: AuditEvent) -> dict:
    """What became of the objections to the unit's case: what was found and why, never by whom they were made."""
    item = item_of(application)
    objected = (item.corrects or item) if item else None
    decided = objected.objections.decided().order_by("decided_at", "pk") if objected else ()
    return _common(application, event) | {
        "addressee": application.host.name,
        "findings": [
            {
                "finding": objection.get_finding_display(),
                "basis": paragraphs_of(objection.reply),
                "correction": objection.correction,
            }
            for objection in decided
        ],
        "again": move_of(event) == "correct_publicity",
        "last_day": in_words(item.ends_on if item else None),
        "advice": ADVICE,
    }


def certificate(application: Application, event: AuditEvent) -> dict:
    """The certificate of recognition. It names no end: whether it holds is what the published list says."""
    plan = plan_of(application)
    return _common(application, event) | {
        "recognised_on": in_words(application.recognised_at),
        "year": timezone.localdate(application.recognised_at).year,
        "chain": application.chain.name if application.chain else "",
        "co_builders": plan.co_builders,
        "build_from": in_words(plan.build_from),
        "build_to": in_words(plan.build_to),
        "validity": VALIDITY,
    }


def application_book(application: Application, event: AuditEvent) -> dict:
    """The application book as it was handed in: the version that the move names, with its fingerprint."""
    version = application.versions.get(number=event.data["paper"]["version"])
    return book_as_paper(application, version) | {"number": event.data["paper"]["number"]}


def book_as_paper(application: Application, version: ApplicationVersion | None = None) -> dict:
    """The whole book as data for its paper: a frozen version, or the draft, which bears no fingerprint."""
    declared = book.of_edition(application.call.form_edition)
    answers = version.answers if version else book.answers_of_draft(application)
    files = version.attachments if version else files_held(application)
    setting = book.with_frozen_names(book.setting_of(application), answers)
    return {
        "title": str(declared.title),
        "form_edition": declared.edition,
        "version": version.number if version else None,
        "data_digest": version.digest if version else "",
        "filed_on": in_words(version.frozen_at) if version else "",
        "application_number": application.number or "",
        "institute": answers.get("basics", {}).get("institute_name", ""),
        "host": application.host.name,
        "uscc": application.host.uscc,
        "division": application.division.name,
        "call": application.call.title,
        "call_number": application.call.number,
        "chapters": book.printed(declared, answers, setting),
        "annexes": book.annex_list(declared, files),
    }


def commitment_letter(application: Application) -> dict:
    """What the unit promises, as the call's edition words it, for the legal representative to sign."""
    answers = book.answers_of_draft(application)
    return {
        "institute": answers.get("basics", {}).get("institute_name", ""),
        "host": application.host.name,
        "uscc": application.host.uscc,
        "call": application.call.title,
        "call_number": application.call.number,
        "promises": [label for _code, label in book.setting_of(application).choices("commitments")],
        "signatory": answers.get("commitment", {}).get("signatory", ""),
    }


def recognition_notice(batch: CertificateBatch) -> dict:
    """The joint notice of a batch: whom it recognises, in the order of the certificates' numbers."""
    rows = batch.recognitions.numbered().select_related(
        "institute__host", "institute__division", "institute__chain"
    )
    return {
        "issuer": batch.issuers[0],
        "issuers": batch.issuers,
        "policy": POLICY,
        "title": batch.title,
        "number": batch.number,
        "issued_on": in_words(batch.ordered_at),
        "size": batch.size,
        "rows": [
            {
                "place": place,
                "number": one.certificate_number,
                "name": one.institute.name,
                "host": one.institute.host.name,
                "co_builders": one.institute.co_builders,
                "division": one.institute.division.name,
            }
            for place, one in enumerate(rows, 1)
        ],
    }


_SPECS = {
    "application_book": Paper("申报书", "institutes/print/application_book.html", application_book),
    "recommendation": Paper("推荐函", "institutes/print/recommendation.html", recommendation),
    "supplement_notice": Paper("补正通知书", "institutes/print/supplement_notice.html", supplement_notice),
    "result_notice": Paper("结果告知书", "institutes/print/result_notice.html", result_notice),
    "objection_outcome": Paper(
        "异议处理结果告知书", "institutes/print/objection_outcome.html", objection_outcome
    ),
    "certificate": Paper("认定证书", "institutes/print/certificate.html", certificate, public=True),
}


def spec_of(kind: str) -> Paper:
    """How papers of ``kind`` are made; a further supplement notice is one like the first."""
    return _SPECS[kind] if kind in _SPECS else _SPECS[kind.rpartition("_")[0]]
