"""Who hears of money that is claimed back: the unit in its words and its county, whoever holds the case next."""

from decimal import Decimal

from accounts.roles import Role
from accounts.selectors import people_holding, people_in
from funding.lifecycle import CLAWBACK, REPAYMENT
from funding.models import Clawback, Repayment
from funding.selectors.cases import UNIT
from notices.services.telling import tell, tell_unit
from records import deadlines
from records.deadlines import day_in_words
from records.lifecycle import Lifecycle
from records.models import AuditEvent
from records.words import sentence

PAPER = "文书可在案卷中下载。"
# What the unit hears; {case} is the matter, {amount} what is claimed, {left} what is left, {until} a day.
CLAWBACK_WORDS = {
    "notify": (
        "拟追回资金，请陈述申辩",
        "我局拟追回{case}中的 {amount} 元（{ground}）。请单位管理员于{until}24时前在案卷中提交陈述申辩意见和证据；"
        "逾期未提交的，视为放弃。" + PAPER,
    ),
    "state": ("陈述申辩已提交", "关于{case}的陈述申辩意见已提交，我局将复核后作出决定，不需办理。"),
    "lapse_statement": (
        "陈述申辩期限已过",
        "{case}在期限内未提交陈述申辩意见，视为放弃，我局将作出决定。",
    ),
    "decide": (
        "已决定追回资金",
        "经研究，决定追回{case}中的 {total} 元。决定书送达后 {days} 日内退还；"
        "未退还前，贵单位其他在办扶持资金暂停办理。"
        "决定书可在案卷中下载，其中写明收款账户和救济途径。",
    ),
    "serve": (
        "请按期退还资金",
        "{case}：追回决定书已送达，请于{until}前退还 {left} 元，可以分次退还；退还后在案卷中登记银行凭证。",
    ),
    "part": (
        "部分退还已到账",
        "{case}：本次 {part} 元已到账，累计 {repaid} 元，尚余 {left} 元，请于{until}前退还。",
    ),
    "settle": (
        "资金已全额退还",
        "{case}：已到账 {repaid} 元，全部退还。因本案暂停办理的其他资金即日恢复办理，不需申请。",
    ),
    "fall_due": (
        "退还已逾期",
        "{case}：尚有 {left} 元逾期未退还，请立即退还。继续不退还的，将列入失信记录并申请强制执行。",
    ),
    "list_credit": (
        "已列入失信记录",
        "{case}：因逾期未退还，贵单位列入失信记录至{until}，期间不能申报。仍须退还 {left} 元。",
    ),
    "enforce": ("已申请强制执行", "{case}：已向人民法院申请强制执行，尚余 {left} 元。"),
    "close": ("追回案件已结案", "{case}已结案。" + PAPER),
    "drop": ("不予追回", "经复核，{case}不予追回，案件已结。" + PAPER),
}
REPAYMENT_WORDS = {
    "confirm": ("退还款项已到账", "{case}：{part} 元已确认到账，尚余 {left} 元。"),
    "reject": ("退还款项未到账", "{case}：登记的 {part} 元未到账。{reason}请核对后重新登记。"),
}
COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_LEAD)
COUNTY_HEARS = frozenset({"notify", "decide", "fall_due", "list_credit", "settle", "close", "drop"})


def tell_of_clawback(clawback: Clawback, event: AuditEvent) -> None:
    """Tell the unit and its county, from the notice on, and whoever holds the case next."""
    action = event.verb.rpartition(".")[2]
    words = CLAWBACK_WORDS.get(action) if clawback.noticed_at else None
    if words:
        title, body = f"{words[0]}：{clawback.institute}", words[1].format(**_values(clawback, event))
        tell_unit(
            subject=clawback,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=COUNTY if action in COUNTY_HEARS else (),
            at=event.at,
        )
    _tell_holder(clawback, event, CLAWBACK)


def tell_of_repayment(repayment: Repayment, event: AuditEvent) -> None:
    """Tell finance that a part waits to be checked, and the unit what came of it."""
    words = REPAYMENT_WORDS.get(event.verb.rpartition(".")[2])
    if words:
        clawback = repayment.clawback
        values = {"case": f"“{clawback}”（{clawback.number}）", "part": f"{repayment.amount:,.2f}"}
        values |= {"left": f"{clawback.left:,.2f}"}
        body = words[1].format(**values, reason=sentence(event.reason))
        people = list(people_in(Role.ENT_ADMIN, host_id=repayment.host_id))
        _say(people, repayment, event, event.verb, f"{words[0]}：{clawback.institute}", body)
    _tell_holder(repayment, event, REPAYMENT)


def _values(clawback: Clawback, event: AuditEvent) -> dict[str, object]:
    until = {
        "notify": clawback.statement_until,
        "list_credit": clawback.listed_until,
    }.get(event.verb.rpartition(".")[2], clawback.repay_by)
    return {
        "case": f"“{clawback}”（{clawback.number}）",
        "ground": clawback.ground_label,
        "amount": f"{clawback.amount or 0:,.2f}",
        "total": f"{clawback.total:,.2f}",
        "repaid": f"{clawback.repaid:,.2f}",
        "left": f"{clawback.left:,.2f}",
        "part": f"{Decimal(event.data.get('part', 0)):,.2f}",
        "days": clawback.edition.terms["repayment"]["due_days"],
        "until": day_in_words(until) if until else "",
    }


def _tell_holder(subject: Clawback | Repayment, event: AuditEvent, lifecycle: Lifecycle) -> None:
    """Call whoever of the offices holds it next; the unit's own people have just read what to do."""
    deadline = deadlines.current(subject)
    if deadline is None or subject.state != event.to_state or deadline.holder_role in UNIT:
        return
    label = lifecycle.states[subject.state].label
    until = f"，请于{day_in_words(deadline.due_on)}前办理" if deadline.due_on else ""
    holders = [one for one in people_holding(deadline) if one.pk != event.actor_id]
    body = f"{subject.host}的“{subject}”{label}{until}。{sentence(event.reason)}"
    _say(holders, subject, event, f"{event.verb}.holder", f"{label}：{subject}", body)


def _say(
    people: list, subject: Clawback | Repayment, event: AuditEvent, name: str, title: str, body: str
) -> None:
    tell(
        recipients=people,
        event=name,
        subject=subject,
        title=title,
        body=body,
        occasion=str(event.pk),
        at=event.at,
    )
