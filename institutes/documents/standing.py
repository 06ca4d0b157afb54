"""Papers about what follows recognition: approvals, stops, revocations, and certificates of a later edition."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from institutes.documents import ADVICE, ISSUER, POLICY, VALIDITY, in_words
from institutes.enums import ChangeKind as K
from institutes.models import Change, Recognition, Revocation, Suspension
from institutes.selectors import move_of
from records.models import AuditEvent
from records.words import paragraphs_of

LETTER = "institutes/print/standing_letter.html"
REMEDY = (
    "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，"
    "或者自收到本决定书之日起六个月内依法向人民法院提起行政诉讼。"
)
LABELS: dict[str, tuple[str, str]] = {
    K.NAME: ("原研究院名称", "现研究院名称"),
    K.HOST_NAME: ("原依托单位名称", "现依托单位名称"),
    K.HOST: ("原依托单位", "现依托单位"),
    K.DIRECTOR: ("原院长", "现任院长"),
    K.ADD_CO_BUILDER: ("原共建单位", "增加的共建单位"),
    K.DROP_CO_BUILDER: ("原共建单位", "退出的共建单位"),
    K.EXTENSION: ("原建设期截止日期", "延长后的建设期截止日期"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """How a kind of paper is made."""

    title: str
    context: Callable[[Any, AuditEvent], dict]
    template: str = LETTER
    public: bool = False


def _letter(
    case: Change | Suspension | Revocation,
    event: AuditEvent,
    *,
    heading: str,
    paragraphs: list[str],
    facts: list[tuple[str, str]] | None = None,
    closing: list[str] | None = None,
) -> dict:
    return {
        "issuer": ISSUER,
        "number": event.data["paper"]["number"],
        "issued_on": in_words(event.at),
        "heading": heading,
        "addressee": case.host.name,
        "paragraphs": [line for text in paragraphs for line in paragraphs_of(text)],
        "facts": [list(pair) for pair in facts or []],
        "closing": closing or [],
        "institute": case.institute.name,
    }


def _certificate_of(case: Change | Suspension | Revocation) -> str:
    return case.institute.recognition.certificate_number


def change_decision(change: Change, event: AuditEvent) -> dict:
    """What became of what the unit asked for, with what held before and what holds now."""
    refused = move_of(event) == "refuse"
    certificate = _certificate_of(change)
    if change.kind == K.WITHDRAWAL:
        return _of_withdrawal(change, event, certificate, refused=refused)
    about = f"你单位关于石家庄市市级产业技术研究院（证书编号{certificate}）“{change.get_kind_display()}”的申请收悉。"
    former, value = LABELS[change.kind]
    stood, stands = event.data["former"], event.data["value"]
    if change.kind == K.EXTENSION:
        stood, stands = (in_words(date.fromisoformat(day)) for day in (stood, stands))
    facts = [(former, stood), (value, stands)]
    if refused:
        paragraphs = [f"{about}经核查，不予批准。理由如下：", event.reason]
        return _letter(
            change, event, heading="不予变更告知书", paragraphs=paragraphs, facts=facts, closing=[ADVICE]
        )
    closing = ["请按照本批复办理有关手续，妥善做好衔接，研究院建设任务和目标不变。"]
    if change.kind != K.DIRECTOR:
        closing.append("认定编号不变，认定证书换发，原证书自本批复印发之日起作废。")
    if change.kind == K.HOST:
        closing.append("现依托单位承继原依托单位在研究院建设中的权利和义务。")
    paragraphs = [f"{about}经县（市、区）科技管理部门提出意见、我局核查，同意下列变更："]
    return _letter(
        change, event, heading="关于研究院变更的批复", paragraphs=paragraphs, facts=facts, closing=closing
    )


def _of_withdrawal(change: Change, event: AuditEvent, certificate: str, *, refused: bool) -> dict:
    name = change.institute.name
    about = f"你单位关于“{name}”（证书编号{certificate}）退出市级产业技术研究院的申请收悉。"
    if refused:
        paragraphs = [f"{about}经核查，不予批准。理由如下：", event.reason]
        return _letter(change, event, heading="不予退出告知书", paragraphs=paragraphs, closing=[ADVICE])
    paragraphs = [
        f"{about}经县（市、区）科技管理部门提出意见、我局核查，同意退出。",
        "自本批复印发之日起，该研究院不再享有市级产业技术研究院资格，认定证书作废，不得再以市级产业技术研究院名义开展活动。",
        "尚未拨付的扶持资金不再拨付；已拨付的资金按照有关规定接受核查。",
    ]
    return _letter(change, event, heading="关于研究院退出的批复", paragraphs=paragraphs)


def suspension_notice(suspension: Suspension, event: AuditEvent) -> dict:
    """From when until when an institute is stopped, why, and what it has to mend."""
    until = in_words(date.fromisoformat(event.data["until"]))
    name, certificate = suspension.institute.name, _certificate_of(suspension)
    paragraphs = [
        f"因下列事由，决定自{in_words(event.at)}起至{until}止，暂停“{name}”（证书编号{certificate}）的市级产业技术研究院资格：",
        suspension.grounds,
    ]
    if suspension.measures:
        paragraphs += ["请完成下列整改：", suspension.measures]
    closing = [
        "暂停期间，不批准、不拨付扶持资金。期满不自动恢复，请在期满前提交整改报告，经核查合格后恢复；逾期未整改的，按规定处理。",
        ADVICE,
    ]
    return _letter(suspension, event, heading="暂停资格通知书", paragraphs=paragraphs, closing=closing)


def restoration_notice(suspension: Suspension, event: AuditEvent) -> dict:
    """From when on an institute stands again."""
    name, certificate = suspension.institute.name, _certificate_of(suspension)
    paragraphs = [
        f"经核查，“{name}”（证书编号{certificate}）已按要求完成整改。自{in_words(event.at)}起恢复其市级产业技术研究院资格。",
        f"核查情况：{suspension.findings}",
    ]
    return _letter(suspension, event, heading="恢复资格通知书", paragraphs=paragraphs)


def revocation_intent(revocation: Revocation, event: AuditEvent) -> dict:
    """What the bureau means to do and why, and until when the unit may state its case."""
    until = in_words(date.fromisoformat(event.data["statement_until"]))
    name, certificate = revocation.institute.name, _certificate_of(revocation)
    days = revocation.time_limit("revocation_statement")
    paragraphs = [
        f"经查，“{name}”（证书编号{certificate}）存在“{revocation.cause_label}”的情形，我局拟撤销其市级产业技术研究院认定。",
        "事实和依据：",
        revocation.facts,
        f"你单位有权陈述、申辩。请于{until}24时前（{days}个工作日内）登录本平台提交陈述申辩意见和证据；逾期未提交的，视为放弃陈述、申辩的权利。",
    ]
    return _letter(revocation, event, heading="拟撤销认定告知书", paragraphs=paragraphs)


def revocation_decision(revocation: Revocation, event: AuditEvent) -> dict:
    """The decision, public: facts, what became of the statement, the meeting, and the way to appeal."""
    name, certificate = revocation.institute.name, _certificate_of(revocation)
    heard = (
        f"你单位于{in_words(revocation.stated_at)}提交了陈述申辩意见，我局已经复核。"
        if revocation.stated_at
        else f"你单位在{in_words(revocation.statement_until)}前未提交陈述申辩意见，视为放弃。"
    )
    paragraphs = [
        f"经查，“{name}”（证书编号{certificate}）存在“{revocation.cause_label}”的情形。",
        revocation.facts,
        f"我局于{in_words(revocation.noticed_at)}发出拟撤销认定告知书。{heard}",
        revocation.decision,
        f"根据{POLICY}和认定管理有关规定，经局务会研究（{event.data['minute']}），决定：撤销“{name}”的石家庄市市级产业技术研究院认定，"
        "认定证书自本决定书印发之日起作废。",
    ]
    closing = ["尚未拨付的扶持资金不再拨付；已拨付资金的处理，按照有关规定另行决定。", REMEDY]
    return _letter(revocation, event, heading="撤销认定决定书", paragraphs=paragraphs, closing=closing)


def revocation_closing(revocation: Revocation, event: AuditEvent) -> dict:
    """That the institute goes on: what was meant to be done is not."""
    name, certificate = revocation.institute.name, _certificate_of(revocation)
    paragraphs = [
        f"我局于{in_words(revocation.noticed_at)}向你单位发出拟撤销认定告知书，拟撤销“{name}”（证书编号{certificate}）的认定。"
        "经复核，决定不予撤销，案件终结。理由如下：",
        event.reason,
    ]
    return _letter(revocation, event, heading="不予撤销告知书", paragraphs=paragraphs)


def certificate(recognition: Recognition, event: AuditEvent) -> dict:
    """A certificate of a later edition: the number of recognition as before, the words of the day it was replaced."""
    data, institute = event.data, recognition.institute
    return {
        "issuer": ISSUER,
        "policy": POLICY,
        "number": recognition.certificate_number,
        "issued_on": in_words(event.at),
        "recognised_on": in_words(recognition.recognised_on),
        "institute": data["institute"],
        "host": data["host"],
        "division": data["division"],
        "chain": data["chain"],
        "co_builders": data["co_builders"],
        "build_from": in_words(institute.build_from),
        "build_to": in_words(institute.build_to),
        "year": timezone.localdate(recognition.recognised_at).year,
        "validity": VALIDITY,
        "edition": data["edition"],
        "reissued_on": in_words(event.at),
        "because": data["because"],
    }


_SPECS = {
    "change_decision": Letter("变更、退出批复", change_decision),
    "suspension_notice": Letter("暂停资格通知书", suspension_notice),
    "restoration_notice": Letter("恢复资格通知书", restoration_notice),
    "revocation_intent": Letter("拟撤销认定告知书", revocation_intent),
    "revocation_decision": Letter("撤销认定决定书", revocation_decision, public=True),
    "revocation_closing": Letter("不予撤销告知书", revocation_closing),
    "certificate": Letter("认定证书", certificate, template="institutes/print/certificate.html", public=True),
}


def spec_of(kind: str) -> Letter:
    """How papers of ``kind`` are made."""
    return _SPECS[kind]
