"""What a document gives to a budget or changes of it: 安排, 追加, 调减, 调剂, 结转. One proposes, another enters.

Locks: the turn of the budgets, ``Budget``s in the order of their keys, ``BudgetAdjustment``.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from funding import notifications
from funding.enums import AdjustmentKind, AdjustmentState, EntryKind
from funding.lifecycle import ADJUSTMENT
from funding.models import Budget, BudgetAdjustment, BudgetChange
from funding.policy import to_fen
from funding.services.keys import was_done
from funding.services.ledger import post, shift
from records import attachments, clock
from records.errors import BadFile, Conflict, Incomplete, OverBudget, Reason, Refusal
from records.lifecycle import lock
from records.turns import take_turns

DOCUMENT = "budget_document"
BUDGETS = "funding.budget"
"""Documents about budgets are taken in one by one, so that the second of two equal ones is told in words."""
K = AdjustmentKind
GIVES_TO_IT = (K.APPROPRIATE, K.RAISE)
ENTRIES = {
    K.APPROPRIATE: (EntryKind.APPROPRIATE, None),
    K.RAISE: (EntryKind.RAISE, None),
    K.CUT: (EntryKind.CUT, None),
    K.TRANSFER: (EntryKind.TRANSFER_OUT, EntryKind.TRANSFER_IN),
    K.CARRY_OVER: (EntryKind.CARRY_OUT, EntryKind.CARRY_IN),
}
"""Each kind as entries: in the budget itself, and in the budget that it goes to."""


@transaction.atomic(durable=True)
def propose_adjustment(
    *,
    budget: Budget,
    kind: str,
    amount: Decimal,
    document_number: str,
    document: UploadedFile,
    key: UUID,
    by: User,
    target: Budget | None = None,
    note: str = "",
    at: datetime | None = None,
) -> BudgetAdjustment:
    """Propose a change of ``budget`` with the document that orders it. Nothing moves before another person enters it.

    The same ``key`` with the same terms is the same proposal. Raises every reason at once: what the budget
    does not hold, a document that was used, a target that does not fit.
    """
    at = at or clock.now()
    take_turns(BUDGETS)
    terms: dict[str, Any] = {
        "budget": budget,
        "kind": kind,
        "target": target,
        "amount": amount,
        "document_number": document_number.strip(),
    }
    if earlier := BudgetAdjustment.objects.filter(key=key).first():
        return _same(earlier, terms)
    lock(budget)
    _check_open(budget, kind)
    _check(budget, target, kind, amount, document_number.strip(), at)
    BadFile.unless_empty(attachments.faults_of(document))
    return begin_proposal(document, **terms, note=note.strip(), key=key, proposed_at=at, proposed_by=by)


def begin_proposal(document: UploadedFile, **terms: Any) -> BudgetAdjustment:
    """Keep a proposal with its document, and tell who may enter it. Within the transaction of the caller."""
    adjustment = BudgetAdjustment.objects.create(**terms)
    by, at, amount = adjustment.proposed_by, adjustment.proposed_at, str(adjustment.amount)
    event = ADJUSTMENT.begin(
        adjustment, by=by, at=at, amount=amount, document_number=adjustment.document_number
    )
    attachments.attach_file(subject=adjustment, kind=DOCUMENT, upload=document, by=by)
    notifications.tell_of_adjustment(adjustment, event)
    return adjustment


def _check_open(budget: Budget, kind: str) -> None:
    if kind == K.APPROPRIATE:
        raise Conflict(Reason("预算安排随“建立预算”提出；已建立的预算请办理追加。", field="kind"))
    if not budget.changes.exists():
        raise Conflict(f"{budget}的安排尚未复核入账，入账后才能调整。")


@transaction.atomic(durable=True)
def enter_adjustment(
    *, adjustment: BudgetAdjustment, key: UUID, by: User, at: datetime | None = None
) -> BudgetAdjustment:
    """Enter what another person proposed, if the budget still holds it: its rows, and a balanced entry for each."""
    at = at or clock.now()
    if was_done(key, "enter", adjustment, by=by, at=at):
        return adjustment
    take_turns(BUDGETS)
    target = _locked_budgets(adjustment, by, at)
    lock(adjustment)
    for refusal in ADJUSTMENT.blocks(adjustment, "enter", by):
        raise refusal
    budget = adjustment.budget
    budget.refresh_from_db()
    _check(budget, target, adjustment.kind, adjustment.amount, "", at)
    gives = adjustment.kind not in GIVES_TO_IT
    own, other = ENTRIES[K(adjustment.kind)]
    _move(adjustment, budget, own, -adjustment.amount if gives else adjustment.amount, by, at)
    if target is not None and other is not None:
        _move(adjustment, target, other, adjustment.amount, by, at)
    stamps: dict[str, Any] = {"entered_at": at, "entered_by": by, "target": target}
    event = ADJUSTMENT.move(
        adjustment, "enter", by=by, at=at, data={"amount": str(adjustment.amount)}, **stamps
    )
    notifications.tell_of_adjustment(adjustment, event)
    return adjustment


@transaction.atomic
def reject_adjustment(
    *, adjustment: BudgetAdjustment, reason: str, by: User, at: datetime | None = None
) -> BudgetAdjustment:
    """Do not enter it; its document may be proposed anew. Whoever proposed it takes it back in the same way."""
    at = at or clock.now()
    stamps: dict[str, Any] = {"rejected_at": at, "rejected_by": by}
    event = ADJUSTMENT.move(adjustment, "reject", by=by, at=at, reason=reason.strip(), **stamps)
    notifications.tell_of_adjustment(adjustment, event)
    return adjustment


def _same(earlier: BudgetAdjustment, terms: dict[str, Any]) -> BudgetAdjustment:
    if any(getattr(earlier, name) != value for name, value in terms.items()):
        raise Conflict("该表单已用于提出另一项预算调整，请重新打开页面后再填。")
    return earlier


def _locked_budgets(adjustment: BudgetAdjustment, by: User, at: datetime) -> Budget | None:
    """Lock the budgets in the order of their keys; the next year's budget is opened where there is none yet."""
    budget, target = adjustment.budget, adjustment.target
    if adjustment.kind == K.CARRY_OVER:
        opened = {"item": budget.item, "created_at": at, "created_by": by}
        target, _new = Budget.objects.get_or_create(
            year=budget.year + 1, programme=budget.programme, defaults=opened
        )
    for each in sorted(filter(None, (budget, target)), key=lambda row: row.pk):
        lock(each)
    return target


def _move(
    adjustment: BudgetAdjustment, budget: Budget, kind: EntryKind, signed: Decimal, by: User, at: datetime
) -> None:
    """One side: the sum of the budget, the row of the document, the entry."""
    shift(budget, total=signed)
    change = BudgetChange.objects.create(
        budget=budget,
        kind=kind,
        adjustment=adjustment,
        amount=signed,
        document_number=adjustment.document_number,
        note=adjustment.note,
        key=uuid5(adjustment.key, kind),
        made_at=at,
        made_by=by,
    )
    day = timezone.localdate(at)
    post(kind, budget=budget, change=change, amount=abs(signed), by=by, at=at, on=day)


def _check(
    budget: Budget, target: Budget | None, kind: str, amount: Decimal, document_number: str, at: datetime
) -> None:
    """Raise what speaks against it: the heaviest refusal, with all reasons. Without a number that is not asked."""
    found: list[Refusal] = []
    if amount <= 0 or amount != to_fen(amount):
        found.append(Incomplete(Reason("金额须大于 0，最小单位为分。", field="amount")))
    if kind not in GIVES_TO_IT and amount > budget.left:
        text = f"{budget}可用额度 {budget.left:,.2f} 元，不足以{K(kind).label} {amount:,.2f} 元。已批准的资金不能调出。"
        found.append(OverBudget(Reason(text, field="amount")))
    if document_number and was_used(document_number):
        found.append(Conflict(Reason(f"文号“{document_number}”已登记过，请核对。", field="document_number")))
    found += _target_faults(budget, target, kind, at)
    if found:
        raise type(found[0])(*(reason for refusal in found for reason in refusal.reasons))


def _target_faults(budget: Budget, target: Budget | None, kind: str, at: datetime) -> list[Refusal]:
    if kind == K.TRANSFER and (target is None or target.pk == budget.pk):
        return [Incomplete(Reason("请选择调入的另一项预算。", field="target"))]
    if kind in (K.RAISE, K.CUT) and target is not None:
        return [Conflict(Reason("追加和调减只涉及本预算，请不要选择调入预算。", field="target"))]
    if kind == K.TRANSFER and target is not None and target.year != budget.year:
        return [
            Conflict(Reason("调剂只能在同一年度的预算之间办理；跨年度请办理“结转下年”。", field="target"))
        ]
    if kind == K.CARRY_OVER and budget.year >= timezone.localdate(at).year:
        return [Conflict(Reason(f"{budget.year} 年度尚未结束，年度终了后才能结转。", field="kind"))]
    return []


def was_used(document_number: str) -> bool:
    """Whether a document with this number moved money already, or is proposed to."""
    changes = BudgetChange.objects.filter(document_number=document_number)
    proposals = BudgetAdjustment.objects.filter(document_number=document_number)
    return changes.exists() or proposals.exclude(state=AdjustmentState.REJECTED).exists()
