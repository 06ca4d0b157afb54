"""Papers about money that is claimed back (GB/T 9704): the notice of intent, the decision, the letter that ends it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from funding.enums import ClawbackState
from funding.models import Clawback
from funding.selectors import clawbacks as reads
from institutes.documents import ISSUER, in_words
from institutes.documents.standing import REMEDY
from records.amounts import in_capitals
from records.models import AuditEvent

LETTER = "funding/print/clawback_letter.html"


@dataclass(frozen=True, slots=True)
class Letter:
    """How a kind of paper is made."""

    title: str
    context: Callable[[Clawback, AuditEvent], dict]
    template: str = LETTER


def _letter(
    clawback: Clawback,
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
        "addressee": clawback.host.name,
        "paragraphs": [line.strip() for text in paragraphs for line in text.splitlines() if line.strip()],
        "facts": [list(pair) for pair in facts or []],
        "closing": closing or [],
        "case": clawback.number,
        "institute": clawback.institute.name,
    }


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f} 元（人民币{in_capitals(amount)}）"


def _granted(clawback: Clawback) -> str:
    award = clawback.award
    paid_on = reads.last_paid_on(award)
    when = f"（最后一次拨付日期{in_words(paid_on)}）" if paid_on else ""
    return (
        f"你单位牵头建设的“{clawback.institute.name}”经批准取得{award.get_kind_display()}"
        f"（事项编号{award.number}），已拨付 {_money(award.paid)}{when}。"
    )


def clawback_intent(clawback: Clawback, event: AuditEvent) -> dict:
    """What is meant to be claimed and why, and until when the unit may state its case."""
    until, amount = in_words(date.fromisoformat(event.data["statement_until"])), Decimal(event.data["amount"])
    days = clawback.time_limit("statement")
    paragraphs = [
        f"{_granted(clawback)}经查，存在“{clawback.ground_label}”的情形。",
        "事实：",
        clawback.facts,
        f"依据{clawback.ground_basis}，我局拟追回上述资金中的 {_money(amount)}。",
        f"你单位有权陈述、申辩。请于{until}24时前（{days}个工作日内）登录本平台提交陈述申辩意见和证据；"
        "逾期未提交的，视为放弃陈述、申辩的权利。",
    ]
    return _letter(clawback, event, heading="拟追回财政资金告知书", paragraphs=paragraphs)


def clawback_decision(clawback: Clawback, event: AuditEvent) -> dict:
    """The decision: facts, basis, amount in capitals, deadline, account, remedy (domain E14)."""
    amount, interest = Decimal(event.data["amount"]), Decimal(event.data["interest"])
    terms = clawback.edition.terms["repayment"]
    heard = (
        f"你单位于{in_words(clawback.stated_at)}提交了陈述申辩意见，我局已经复核。"
        if clawback.stated_at
        else f"你单位在{in_words(clawback.statement_until)}前未提交陈述申辩意见，视为放弃。"
    )
    more = f"，并计收利息 {_money(interest)}" if interest else ""
    paragraphs = [
        f"{_granted(clawback)}经查，存在“{clawback.ground_label}”的情形。",
        clawback.facts,
        f"我局于{in_words(clawback.noticed_at)}发出拟追回财政资金告知书。{heard}",
        clawback.decision,
        f"依据{clawback.ground_basis}，经局务会研究（{event.data['minute']}），"
        f"决定追回上述资金中的 {_money(amount)}{more}。",
        f"请自收到本决定书之日起 {terms['due_days']} 日内，将应退还的资金缴入下列账户，并在本平台登记退还凭证；"
        "可以分次退还。",
    ]
    facts = [
        ("应退还金额", _money(amount + interest)),
        ("收款户名", terms["account_name"]),
        ("开户银行", terms["account_bank"]),
        ("收款账号", terms["account_number"]),
        ("缴款附言", clawback.number),
    ]
    closing = [
        "逾期未退还的，依法列入失信记录，限制申报本市科技项目和资金，并申请人民法院强制执行。"
        "应退还资金未退还前，你单位其他在办扶持资金暂停批准、下达和拨付。",
        REMEDY,
    ]
    return _letter(
        clawback, event, heading="财政资金追回决定书", paragraphs=paragraphs, facts=facts, closing=closing
    )


def clawback_closing(clawback: Clawback, event: AuditEvent) -> dict:
    """That the case is over: repaid, ended by the court, or not to be claimed at all."""
    if event.to_state == ClawbackState.NOT_FOUNDED:
        paragraphs = [
            f"我局于{in_words(clawback.noticed_at)}向你单位发出拟追回财政资金告知书（案件编号{clawback.number}）。"
            "经复核，决定不予追回，案件终结。理由如下：",
            event.reason,
        ]
        return _letter(clawback, event, heading="不予追回告知书", paragraphs=paragraphs)
    written_off = Decimal(event.data["written_off"])
    done = (
        f"其中 {_money(written_off)} 经人民法院裁定终结执行（{clawback.ruling_number}），按规定核销。"
        if written_off
        else "应退还的资金已全部退还。"
    )
    paragraphs = [
        f"关于“{clawback.institute.name}”资金追回一案（案件编号{clawback.number}），我局于{in_words(clawback.decided_at)}"
        f"决定追回资金 {_money(clawback.total)}，已收到退还资金 {_money(clawback.repaid)}。{done}",
        "经市科技局和市财政局共同审核，同意结案。因本案暂停办理的其他扶持资金恢复办理；已列入失信记录的，至登记的期限届满为止。",
    ]
    return _letter(clawback, event, heading="财政资金追回结案通知书", paragraphs=paragraphs)


_SPECS = {
    "clawback_intent": Letter("拟追回告知书", clawback_intent),
    "clawback_decision": Letter("追回决定书", clawback_decision),
    "clawback_closing": Letter("追回结案文书", clawback_closing),
}


def spec_of(kind: str) -> Letter:
    """How papers of ``kind`` are made."""
    return _SPECS[kind]
