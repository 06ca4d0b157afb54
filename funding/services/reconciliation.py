"""Settling the lines of the bank: one person of finance proposes what a line is, another confirms.

Locks: ``Budget`` → ``Award`` → ``Disbursement`` → ``BankLine``. From *unknown* an order leaves by these services only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from funding import notifications, selectors
from funding.enums import (
    DEAD_DISBURSEMENT_STATES,
    Direction,
    DisbursementState,
    EntryKind,
    LineFinding,
    LineState,
    LineTreatment,
)
from funding.lifecycle import DISBURSEMENT, LINE
from funding.models import Award, BankLine, BankStatement, Budget, Disbursement, GrantEdition
from funding.services.disbursements import lock_path
from funding.services.endings import end
from funding.services.keys import was_done
from funding.services.ledger import post, shift
from funding.services.statements import NOT_SENT, finding_of, orders_by_number
from records import clock
from records.errors import Conflict, Incomplete, Reason, Refusal
from records.lifecycle import lock

T = LineTreatment
OURS = (T.PAYMENT, T.RETURN)
AGREES = {LineFinding.MATCHED: T.PAYMENT, LineFinding.RETURNED: T.RETURN}
"""What needs no thought: reference, amount and payee all say the same."""


@dataclass(slots=True)
class Outcome:
    """What became of many lines at once: how many were done, and why the others were not."""

    done: int = 0
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def propose_line(
    *,
    line: BankLine,
    treatment: str,
    by: User,
    disbursement: Disbursement | None = None,
    note: str = "",
    at: datetime | None = None,
) -> BankLine:
    """Say what a line is. Where reference, amount or payee do not agree, or it is not ours, a note says why."""
    at = at or clock.now()
    lock(line)
    for refusal in LINE.blocks(line, "propose", by):
        raise refusal
    _check_proposal(line, treatment, disbursement, note.strip())
    stamps: dict[str, Any] = {
        "treatment": treatment,
        "disbursement": disbursement,
        "note": note.strip(),
        "proposed_at": at,
        "proposed_by": by,
    }
    data = {"treatment": treatment, "disbursement": disbursement.number if disbursement else ""}
    event = LINE.move(line, "propose", by=by, at=at, reason=note.strip(), data=data, **stamps)
    notifications.tell_of_line(line, event)
    return line


def propose_matches(*, statement: BankStatement, by: User, at: datetime | None = None) -> Outcome:
    """Propose every open line of a statement in which reference, amount and payee agree."""
    at, outcome = at or clock.now(), Outcome()
    lines = list(statement.lines.filter(state=LineState.OPEN))
    known = orders_by_number(line.reference for line in lines)
    for line in lines:
        order = known.get(line.reference)
        treatment = AGREES.get(finding_of(line, order))
        if treatment is not None:
            _try(outcome, line, propose_line, treatment=treatment, disbursement=order, by=by, at=at)
    return outcome


@transaction.atomic
def return_line(*, line: BankLine, reason: str, by: User, at: datetime | None = None) -> BankLine:
    """Do not confirm what was proposed; the line is open again."""
    at = at or clock.now()
    cleared: dict[str, Any] = {"treatment": "", "disbursement": None, "note": ""}
    cleared |= {"proposed_at": None, "proposed_by": None}
    event = LINE.move(line, "send_back", by=by, at=at, reason=reason.strip(), **cleared)
    notifications.tell_of_line(line, event)
    return line


@transaction.atomic(durable=True)
def confirm_line(*, line: BankLine, key: UUID, by: User, at: datetime | None = None) -> BankLine:
    """Settle a line that another person proposed: a payment is posted, a return frees its order.

    An order that was *unknown* counts as sent once statements show it in full. Safe to repeat by its ``key``.
    """
    at = at or clock.now()
    if was_done(key, "confirm", line, by=by, at=at):
        return line
    order = Disbursement.objects.filter(lines=line.pk).first()
    path = lock_path(order) if order else None
    lock(line)
    for refusal in LINE.blocks(line, "confirm", by):
        raise refusal
    if (order.pk if order else None) != line.disbursement_id:
        raise Conflict("该行的核对结果刚被改动，请刷新页面后再复核。")
    if order and path and line.treatment == T.PAYMENT:
        _settle(line, order, *path, by, at)
    elif order and path and line.treatment == T.RETURN:
        _take_back(line, order, *path, by, at)
    event = LINE.move(line, "confirm", by=by, at=at, settled_at=at, settled_by=by)
    notifications.tell_of_line(line, event)
    return line


def confirm_matches(*, statement: BankStatement, key: UUID, by: User, at: datetime | None = None) -> Outcome:
    """Confirm every line of a statement that another person proposed and in which everything agrees.

    Each in a transaction of its own: a line that is refused waits, and keeps none of the others.
    """
    at, outcome = at or clock.now(), Outcome()
    lines = statement.lines.filter(state=LineState.PROPOSED, finding__in=list(AGREES))
    for line in lines.exclude(proposed_by=by):
        _try(outcome, line, confirm_line, key=uuid5(key, str(line.pk)), by=by, at=at)
    return outcome


@transaction.atomic
def propose_unpaid(
    *, disbursement: Disbursement, statement: BankStatement, by: User, at: datetime | None = None
) -> Disbursement:
    """Say, by a statement, that the bank never paid an order of which nobody knew. Another person confirms it."""
    at = at or clock.now()
    lock(disbursement)
    for refusal in DISBURSEMENT.blocks(disbursement, "propose_unpaid", by):
        raise refusal
    _check_unpaid(disbursement, statement, at)
    stamps: dict[str, Any] = {"unpaid_statement": statement}
    stamps |= {"unpaid_proposed_at": at, "unpaid_proposed_by": by}
    data = {"statement": statement.sha256}
    event = DISBURSEMENT.move(disbursement, "propose_unpaid", by=by, at=at, data=data, **stamps)
    notifications.tell_of_disbursement(disbursement, event)
    return disbursement


@transaction.atomic(durable=True)
def confirm_unpaid(
    *, disbursement: Disbursement, reason: str, key: UUID, by: User, at: datetime | None = None
) -> Disbursement:
    """The bank never paid it: the order ends, and its instalment may be planned anew. It is never sent again."""
    at = at or clock.now()
    if was_done(key, "confirm_unpaid", disbursement, by=by, at=at, reason=reason):
        return disbursement
    budget, award = lock_path(disbursement)
    for refusal in DISBURSEMENT.blocks(disbursement, "confirm_unpaid", by):
        raise refusal
    if disbursement.unpaid_statement is None:
        raise Conflict("须先由另一人凭银行对账单提出“银行未付”。")
    _check_unpaid(disbursement, disbursement.unpaid_statement, at)
    end(disbursement, award, budget, "confirm_unpaid", EntryKind.VOID, reason, by, at)
    return disbursement


# --- what is looked at ----------------------------------------------------------------------------------------------


def _check_proposal(line: BankLine, treatment: str, order: Disbursement | None, note: str) -> None:
    found = []
    if treatment in OURS and order is None:
        found.append(Reason("请填写对应的拨付编号。", field="disbursement"))
    if treatment not in OURS and order is not None:
        found.append(Reason("不属本平台或重复的流水不对应拨付，请清空拨付编号。", field="disbursement"))
    if treatment == T.PAYMENT and line.direction != Direction.OUT:
        found.append(Reason("这是收入流水，不能作为付款。", field="treatment"))
    if treatment == T.RETURN and line.direction != Direction.IN:
        found.append(Reason("这是付出流水，不能作为退汇。", field="treatment"))
    if treatment in OURS and line.repeats is not None:
        found.append(
            Reason(f"该流水已在“{line.repeats.statement}”中出现，只能作为重复行。", field="treatment")
        )
    is_named = order is not None and line.reference == order.number
    agrees = is_named and AGREES.get(finding_of(line, order)) == treatment
    if not agrees and line.repeats_id is None and not note:
        found.append(Reason("编号、金额、户名没有完全相符，请写明依据。", field="note"))
    Incomplete.unless_empty(found)
    if order is not None:
        Conflict.unless_empty(_amount_faults(line, treatment, order))


def _amount_faults(line: BankLine, treatment: str, order: Disbursement) -> list[Reason]:
    """What the amount of a line says against settling ``order`` by it."""
    said = f"流水 {line.amount:,.2f} 元"
    if order.state in NOT_SENT or order.claimed_at is None:
        text = f"“{order.number}”还没有送出，银行不会有这笔流水，请核对拨付编号。"
        return [Reason(text, field="disbursement")]
    if treatment == T.PAYMENT and order.state == DisbursementState.VOIDED:
        text = f"“{order.number}”已作废，银行不应付出。请由银行追回或者更正，写明依据，作“与本平台无关”处理。"
        return [Reason(text, field="disbursement")]
    if treatment == T.PAYMENT and line.amount > order.left_to_settle:
        left = order.left_to_settle
        text = f"“{order.number}”尚有 {left:,.2f} 元未付讫，{said}，多 {line.amount - left:,.2f} 元。请与银行核对。"
        return [Reason(text, field="disbursement")]
    if treatment == T.RETURN and line.amount != order.amount:
        return [Reason(f"退汇须为全额 {order.amount:,.2f} 元，{said}。请与银行核对。", field="disbursement")]
    if treatment == T.RETURN and order.settled < line.amount:
        text = f"“{order.number}”的付出流水尚未对账，须先核对付出，再核对退回。"
        return [Reason(text, field="disbursement")]
    return []


def _settle(
    line: BankLine, order: Disbursement, budget: Budget, award: Award, by: User, at: datetime
) -> None:
    """Post what the bank paid; an order that was unknown, and is now shown in full, counts as sent."""
    Conflict.unless_empty(_amount_faults(line, T.PAYMENT, order))
    shift(order, settled=line.amount)
    _post(EntryKind.SETTLE, line, order, budget, award, by, at)
    if order.state != DisbursementState.UNKNOWN or order.left_to_settle:
        return
    stamps: dict[str, Any] = {"issued_at": at, "issued_by": by, "issued_on": line.booked_on}
    stamps |= {"export_digest": line.statement.sha256}
    stamps |= dict.fromkeys(("unpaid_statement", "unpaid_proposed_at", "unpaid_proposed_by"))
    action = "settle_direct" if order.direct_pay else "settle"
    event = DISBURSEMENT.move(order, action, by=by, at=at, data={"line": line.serial}, **stamps)
    notifications.tell_of_disbursement(order, event)


def _take_back(
    line: BankLine, order: Disbursement, budget: Budget, award: Award, by: User, at: datetime
) -> None:
    """Post what the bank gave back, and free the order unless a county had told of the return before."""
    Conflict.unless_empty(_amount_faults(line, T.RETURN, order))
    if order.state not in DEAD_DISBURSEMENT_STATES:
        for refusal in DISBURSEMENT.blocks(order, "return", by):
            raise refusal
        reason = f"银行退回（流水 {line.serial}）：{line.summary or line.note or '户名、账号不符'}"
        told = {"ending_proposed_at": line.proposed_at, "ending_proposed_by": line.proposed_by}
        end(order, award, budget, "return", EntryKind.RETURN, reason, by, at, ending_reason=reason, **told)
    shift(order, settled=-line.amount)
    _post(EntryKind.REFUND, line, order, budget, award, by, at)


def _post(
    kind: EntryKind, line: BankLine, order: Disbursement, budget: Budget, award: Award, by: User, at: datetime
) -> None:
    amount, on = line.amount, line.booked_on
    post(kind, budget=budget, award=award, disbursement=order, line=line, amount=amount, by=by, at=at, on=on)


def _check_unpaid(order: Disbursement, statement: BankStatement, at: datetime) -> None:
    """Whether the statement can tell that nothing was paid: it covers the days, and no line names the order."""
    days = int(GrantEdition.paying_out(timezone.localdate(at))["bank"]["unpaid_after_days"])
    sent_on = timezone.localdate(order.claimed_at)
    until = sent_on + timedelta(days=days)
    found: list[Reason] = []
    if statement.since > sent_on or statement.until < until:
        text = f"对账单须包含送出日 {sent_on} 至 {until} 的全部流水，所选为 {statement.since} 至 {statement.until}。"
        found.append(Reason(text, field="statement"))
    for line in selectors.lines_naming(order):
        found.append(
            Reason(f"{line.statement} 第 {line.row} 行提到该拨付，请先核对该行。", field="statement")
        )
    if order.settled:
        found.append(Reason(f"银行已付出 {order.settled:,.2f} 元，不能认定未付。", field="statement"))
    Conflict.unless_empty(found)


def _try(outcome: Outcome, line: BankLine, service: Callable, **terms: object) -> None:
    try:
        service(line=line, **terms)
        outcome.done += 1
    except Refusal as refusal:
        outcome.refused.append(f"第 {line.row} 行：{refusal}")
