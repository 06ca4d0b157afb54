"""Who is told what on every move of money: the unit in its words, whoever holds the case next in the officers'."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.roles import Role
from accounts.selectors import people_holding, people_in, people_in_any
from funding.enums import AwardState, LineState
from funding.lifecycle import ADJUSTMENT, AWARD, DISBURSEMENT, LINE, PAYEE, PLAN
from funding.models import (
    AllocationPlan,
    Award,
    BankLine,
    BankStatement,
    Budget,
    BudgetAdjustment,
    Disbursement,
    PayeeAccount,
    PlanItem,
)
from notices.services.telling import tell
from records import audit, deadlines
from records.lifecycle import Lifecycle
from records.models import AuditEvent, Deadline, LifecycleSubject
from records.words import because, sentence


@dataclass(frozen=True, slots=True)
class Words:
    """A message to the unit. ``{name}`` is the case, ``{amount}`` its yuan, ``{until}`` the day, ``{reason}`` why."""

    title: str
    body: str


AWARD_WORDS: dict[str, Words] = {
    "begin": Words(
        "贵单位可领取一项资金",
        "{name}：{amount} 元（免申即享，无需申请）。请于{until}前登录平台确认领取意愿和收款账户，逾期未确认视为放弃。",
    ),
    "begin_project": Words(
        "联合攻关专项资金待确认账户",
        "{name}：{amount} 元，按任务书分期拨付。请于{until}前登录平台确认领取和收款账户。",
    ),
    "confirm": Words("已确认领取和收款账户", "{name}（{amount} 元）已确认，{account}。"),
    "fail_account": Words(
        "收款账户未通过核对，请重新确认",
        "{name}的收款账户未通过核对。{reason}请于{until}前重新确认收款账户。",
    ),
    "approve": Words("资金已批准", "{name}（{amount} 元）已批准，将列入拨付计划，下达后另行通知。"),
    "instalment_due": Words(
        "后一期资金已到拨付条件", "{name}的后一期资金已到拨付条件，将列入拨付计划，下达后另行通知。"
    ),
    "send_back": Words("请重新确认领取和收款账户", "{name}已退回重新确认。{reason}请于{until}前办理。"),
    "change_account": Words("收款账户已变更", "{name}的收款账户已变更为尾号 {last4} 的账户。"),
    "suspend": Words("资金暂缓拨付", "{name}暂缓拨付。{reason}如有疑问请联系市科技局。"),
    "resume": Words("资金恢复办理", "{name}恢复办理，请于{until}前重新确认领取意愿和收款账户。"),
    "redirect": Words(
        "资金改由贵单位领取",
        "研究院依托单位变更后，{name}（{amount} 元）改由贵单位领取。请于{until}前登录平台确认领取意愿和收款账户，"
        "逾期未确认视为放弃。",
    ),
    "redirect_approved": Words(
        "资金改由贵单位领取",
        "研究院依托单位变更后，已批准的{name}（{amount} 元）改由贵单位领取，"
        "拨付至贵单位尾号 {last4} 的账户，不需办理。",
    ),
    "resume_payment": Words("资金恢复拨付", "{name}恢复拨付。{over}"),
    "waive": Words("已放弃领取", "{name}（{amount} 元）已放弃领取，本事项办结。"),
    "forfeit": Words("逾期未确认，视为放弃", "{name}（{amount} 元）逾期未确认，按规定视为放弃。"),
    "lapse": Words("资金失效", "{name}（{amount} 元）失效。{reason}"),
    "end_with_project": Words("资金失效", "{name}（{amount} 元）失效。{reason}"),
    "free_rest": Words("未下达额度收回", "{name}未下达的 {freed} 元由预算收回，不再拨付。{reason}{over}"),
    "close": Words(
        "资金办结", "{name}（{amount} 元）已全部到账并确认收款，本事项办结。请专款专用、单独核算。"
    ),
}
OVER = "已下达的 {amount} 元已全部到账并确认收款，本事项办结。请专款专用、单独核算。"
PAYEE_WORDS: dict[str, Words] = {
    "reject": Words("收款账户未通过核对", "{name}未通过核对。{reason}请重新提交。"),
    "verify": Words("收款账户已核实", "{name}已由两人核对无误，可用于收款；等待此账户的资金转入审批。"),
    "supersede": Words("收款账户已停用", "{name}已由新核实的账户取代。"),
}
DISBURSEMENT_WORDS: dict[str, Words] = {
    "issue": Words(
        "资金已下达县级财政",
        "{case}第 {instalment} 期 {amount} 元已下达{division}财政，到账后由其拨付贵单位。",
    ),
    "issue_direct": Words("资金已下达", "{case}第 {instalment} 期 {amount} 元由市财政直接拨付贵单位。"),
    "receive": Words(
        "县级财政已收到资金", "{case}第 {instalment} 期 {amount} 元已到{division}财政，待拨付贵单位。"
    ),
    "pay": Words(
        "资金已拨付，请确认收款",
        "{case}第 {instalment} 期 {amount} 元已拨付至贵单位尾号 {last4} 的账户。请于{until}前核对到账并上传收据。",
    ),
    "settle": Words(
        "资金已下达县级财政",
        "{case}第 {instalment} 期 {amount} 元经银行对账单核定，已付{division}财政，到账后由其拨付贵单位。",
    ),
    "settle_direct": Words(
        "资金已付出", "{case}第 {instalment} 期 {amount} 元经银行对账单核定，已由市财政付出。"
    ),
    "return": Words(
        "资金退汇", "{case}第 {instalment} 期 {amount} 元被退汇。{reason}请核对收款账户，必要时变更收款账户。"
    ),
}
# States in which nobody is called to act: only the system ends them, or the account that is to be checked calls itself.
QUIET_STATES = frozenset({"ordered", "sending", "suspended", "account_check"})
SAID = 5  # lines of a statement that a message names


def tell_of_award(award: Award, event: AuditEvent) -> None:
    """Tell the unit, and whoever holds the award next. That its account was verified the account's notice says."""
    checked = award.account_verified_at is not None
    values = {
        "name": award,
        "amount": f"{award.amount - award.freed:,.2f}",
        "last4": event.data.get("last4", ""),
        "freed": f"{award.freed:,.2f}",
        "account": "收款账户已核实，转入审批" if checked else "市科技局将由两人核对收款账户",
    }
    values["over"] = OVER.format(**values) if award.state == AwardState.CLOSED else ""
    table = AWARD_WORDS | {"begin": AWARD_WORDS["begin_project"]} if award.project_id else AWARD_WORDS
    _tell_unit(award, event, table, values)
    _tell_holder(award, event, AWARD, f"{award.host}（{award.division}）的{award}，{award.amount:,.2f} 元")


def tell_of_payee(account: PayeeAccount, event: AuditEvent) -> None:
    """Tell the unit what came of its account, and the bureau that one waits."""
    _tell_unit(account, event, PAYEE_WORDS, {"name": f"尾号 {account.last4} 的账户"})
    _tell_holder(account, event, PAYEE, f"{account.organisation}的收款账户（尾号 {account.last4}）")


def tell_of_plan(plan: AllocationPlan, event: AuditEvent) -> None:
    """Tell whoever holds the plan next."""
    _tell_holder(plan, event, PLAN, f"《{plan}》（{plan.number}）")


def tell_of_struck_item(item: PlanItem, event: AuditEvent) -> None:
    """Tell the bureau's clerks that finance sent one line back, and that the plan goes on without it."""
    tell(
        recipients=people_in(Role.BUREAU_CLERK),
        event=event.verb,
        subject=item.plan,
        title=f"财政退回一项资金：{item.award}",
        body=f"市财政局从《{item.plan}》中退回{item.award.host}的{item}（{item.amount:,.2f} 元），其余各项继续办理。"
        f"{sentence(event.reason)}处理后可列入其他方案。",
        occasion=str(event.pk),
        at=event.at,
    )


def tell_of_disbursement(disbursement: Disbursement, event: AuditEvent) -> None:
    """Tell the unit where its money is, and the county or finance what to do."""
    values = {
        "case": disbursement.award,
        "instalment": disbursement.instalment,
        "amount": f"{disbursement.amount:,.2f}",
        "division": disbursement.division,
        "last4": disbursement.account.last4,
    }
    _tell_unit(disbursement, event, DISBURSEMENT_WORDS, values)
    _tell_holder(disbursement, event, DISBURSEMENT, said_of(disbursement))


def said_of(disbursement: Disbursement) -> str:
    """An instalment as messages to officers name it."""
    said = f"{disbursement.award}第 {disbursement.instalment} 期，{disbursement.amount:,.2f} 元"
    return f"{said}（{disbursement.host}）"


def tell_of_adjustment(adjustment: BudgetAdjustment, event: AuditEvent) -> None:
    """Tell the other person of finance that one waits, and whoever proposed it what came of it."""
    said = f"{adjustment}，{adjustment.amount:,.2f} 元，"
    _tell_holder(adjustment, event, ADJUSTMENT, said)
    if event.actor_id != adjustment.proposed_by_id:
        _tell_proposer(adjustment, event, ADJUSTMENT, adjustment.proposed_by)


def tell_of_line(line: BankLine, event: AuditEvent) -> None:
    """Tell whoever proposed what a line is that it was not confirmed; that lines wait the workbasket says."""
    if line.state == LineState.OPEN:
        earlier = audit.history(line).filter(verb="funding.bankline.propose").last()
        if earlier is not None and earlier.actor_id != event.actor_id:
            _tell_proposer(line, event, LINE, earlier.actor)


def _tell_proposer(subject: LifecycleSubject, event: AuditEvent, lifecycle: Lifecycle, person) -> None:
    label = lifecycle.moves[event.verb.rpartition(".")[2]].label
    tell(
        recipients=[person],
        event=f"{event.verb}.proposer",
        subject=subject,
        title=f"{label}：{subject}",
        body=f"{subject}：{label}。{sentence(event.reason)}",
        occasion=str(event.pk),
        at=event.at,
    )


def warn_of_budget(budget: Budget, event: AuditEvent, *, line: int) -> None:
    """Tell finance and the approvers that a budget is nearly committed."""
    tell(
        recipients=people_in_any((Role.FINANCE, Role.BUREAU_APPROVER)),
        event="funding.budget.nearly_used",
        subject=budget,
        title=f"预算将用完：{budget}",
        body=f"{budget}安排 {budget.total:,.2f} 元，已批准 {budget.committed:,.2f} 元，占 {budget.used_percent}%"
        f"（预警线 {line}%），可用 {budget.left:,.2f} 元。需要继续批准的，请先办理追加或调剂。",
        occasion=str(event.pk),
        at=event.at,
    )


def warn_of_retention(disbursement: Disbursement, days: int, *, is_red: bool, at: datetime) -> None:
    """Tell the county's leader and finance, the bureau and the city's finance that money is kept too long."""
    roles = (Role.COUNTY_LEAD, Role.COUNTY_FIN, Role.BUREAU_CLERK, Role.FINANCE)
    word = "警示" if is_red else "提示"
    tell(
        recipients=people_in_any(roles, division_id=disbursement.division_id),
        event=f"funding.disbursement.retained_{'red' if is_red else 'amber'}",
        subject=disbursement,
        title=f"县级滞留{word}：{disbursement.division} {disbursement.number}",
        body=f"{disbursement.host}的 {disbursement.amount:,.2f} 元到{disbursement.division}财政已 {days} 日，"
        "尚未拨付到企。"
        "请县级财政尽快拨付，不得截留、挪用；已拨付的请登记拨付日期和凭证。",
        at=at,
    )


def warn_of_stop(disbursement: Disbursement, event: AuditEvent) -> None:
    """Tell whoever can bring it back that money on its way stopped, as its account was replaced by ``event``."""
    roles = (Role.FINANCE, Role.BUREAU_CLERK, Role.COUNTY_FIN)
    tell(
        recipients=people_in_any(roles, division_id=disbursement.division_id),
        event="funding.disbursement.stopped",
        subject=disbursement,
        title=f"拨付已停：{disbursement.number}",
        body=f"{disbursement.host}的 {disbursement.amount:,.2f} 元尚未拨付到企，{disbursement.account_barrier}。"
        "未送国库的请作废列支，已下达的请办理退汇；变更收款账户后重新列入拨付计划。",
        occasion=str(event.pk),
        at=event.at,
    )


def warn_of_astray(statement: BankStatement, lines: Sequence[BankLine], event: AuditEvent) -> None:
    """Tell finance and the bureau that the bank paid twice, or what was withdrawn, as a statement shows."""
    said = "；".join(
        f"{line.reference} {line.amount:,.2f} 元（第 {line.row} 行，{line.get_finding_display()}）"
        for line in lines[:SAID]
    )
    more = f"等 {len(lines)} 笔" if len(lines) > SAID else ""
    tell(
        recipients=people_in_any((Role.FINANCE, Role.BUREAU_CLERK)),
        event="funding.bankstatement.paid_astray",
        subject=statement,
        title=f"银行重复付款或者付出已作废的拨付：{len(lines)} 笔",
        body=f"{statement}：{said}{more}。请立即与银行核实追回。付出已作废拨付的，两人核定前，有关资金不再列支、送国库和拨付。",
        occasion=str(event.pk),
        at=event.at,
    )


def _tell_unit(subject: LifecycleSubject, event: AuditEvent, table: dict[str, Words], values: dict) -> None:
    words = table.get(event.verb.rpartition(".")[2])
    if words is None:
        return
    values = {**values, "until": _until(deadlines.current(subject)), "reason": sentence(event.reason)}
    tell(
        recipients=people_in(Role.ENT_ADMIN, host_id=subject.host_id),
        event=event.verb,
        subject=subject,
        title=f"{words.title}：{subject}",
        body=words.body.format(**values),
        occasion=str(event.pk),
        at=event.at,
    )


def _tell_holder(subject: LifecycleSubject, event: AuditEvent, lifecycle: Lifecycle, said: str) -> None:
    deadline = deadlines.current(subject)
    if subject.state != event.to_state:
        return  # it went on at once, and whoever has it now was told so
    if deadline is None or subject.state in QUIET_STATES or deadline.holder_role == Role.ENT_ADMIN:
        return
    label = lifecycle.states[subject.state].label
    until = f"，请于{_until(deadline)}前办理" if deadline.due_on else ""
    tell(
        recipients=[one for one in people_holding(deadline) if one.pk != event.actor_id],
        event=f"{event.verb}.holder",
        subject=subject,
        title=f"{label}：{subject}",
        body=f"{said}{label}{until}。{because(event.reason)}",
        occasion=str(event.pk),
        at=event.at,
    )


def _until(deadline: Deadline | None) -> str:
    if deadline is None or deadline.due_on is None:
        return ""
    return f"{deadline.due_on.year}年{deadline.due_on.month}月{deadline.due_on.day}日"
