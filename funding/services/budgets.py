"""Opening the budget of a programme and a year: one of finance proposes by the document, another enters it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from funding.enums import AdjustmentKind, AdjustmentState, Programme
from funding.models import Budget, BudgetAdjustment
from funding.policy import to_fen
from funding.services.adjustments import BUDGETS, begin_proposal, was_used
from records import attachments, audit, clock
from records.errors import BadFile, Conflict, Incomplete, Reason
from records.turns import take_turns


@transaction.atomic(durable=True)
def create_budget(
    *,
    year: int,
    programme: str,
    item: str,
    amount: Decimal,
    document_number: str,
    document: UploadedFile,
    key: UUID,
    by: User,
    at: datetime | None = None,
) -> Budget:
    """Open the budget of a programme and a year, and propose what the document gives it. It holds nothing before
    another person enters that.

    The same ``key`` with the same terms is the same budget. Raises ``Conflict`` where one exists already, where
    the document was used, or where the key carries other terms. What was not entered may be proposed anew.
    """
    at, item = at or clock.now(), item.strip()
    take_turns(BUDGETS)
    terms: dict[str, Any] = {"amount": amount, "document_number": document_number.strip()}
    if earlier := BudgetAdjustment.objects.filter(key=key).select_related("budget").first():
        return _same(earlier, terms, year, programme, item)
    budget = Budget.objects.filter(year=year, programme=programme).first()
    Conflict.unless_empty(_faults(budget, year, programme, **terms))
    BadFile.unless_empty(attachments.faults_of(document))
    budget = _opened(budget, year, programme, item, by, at)
    begin_proposal(
        document,
        budget=budget,
        kind=AdjustmentKind.APPROPRIATE,
        **terms,
        key=key,
        proposed_at=at,
        proposed_by=by,
    )
    return budget


def _faults(
    budget: Budget | None, year: int, programme: str, *, amount: Decimal, document_number: str
) -> list[Reason]:
    if amount <= 0 or amount != to_fen(amount):
        raise Incomplete(Reason("预算金额须大于 0，最小单位为分。", field="amount"))
    if not document_number:
        raise Incomplete(Reason("请填写预算文号。", field="document_number"))
    found = []
    if was_used(document_number):
        found.append(Reason(f"文号“{document_number}”已登记过，请核对。", field="document_number"))
    if budget is None:
        return found
    name, place = f"{year} 年度{Programme(programme).label}预算", budget.get_absolute_url()
    if budget.changes.exists():
        text = f"{name}已建立，如需增加请在该预算办理“追加”。"
        found.append(Reason(text, field="programme", url=place, link="查看该预算"))
    elif waiting := budget.adjustments.filter(state=AdjustmentState.PROPOSED).first():
        text = f"{name}已由{waiting.proposed_by.name}提出，待另一人复核入账。"
        found.append(Reason(text, field="programme", url=waiting.get_absolute_url(), link="查看待复核的安排"))
    return found


def _opened(budget: Budget | None, year: int, programme: str, item: str, by: User, at: datetime) -> Budget:
    """The budget without its money; one whose document was not entered is taken up again."""
    if budget is not None:
        budget.item = item
        budget.save(update_fields=["item"])
        return budget
    budget = Budget.objects.create(year=year, programme=programme, item=item, created_at=at, created_by=by)
    audit.record("funding.budget.create", budget, by=by, at=at)
    return budget


def _same(earlier: BudgetAdjustment, terms: dict[str, Any], year: int, programme: str, item: str) -> Budget:
    budget = earlier.budget
    same_budget = (budget.year, budget.programme, budget.item) == (year, programme, item)
    if not same_budget or any(getattr(earlier, name) != value for name, value in terms.items()):
        raise Conflict("该表单已用于登记另一笔预算，请重新打开页面后再填。")
    return budget
