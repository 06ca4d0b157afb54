"""Giving the city's money to a programme and a year. Later changes are adjustments, by two people."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from funding.enums import EntryKind, Programme
from funding.models import Budget, BudgetChange
from funding.policy import to_fen
from funding.services.ledger import post
from records import audit, clock
from records.errors import Conflict, Incomplete, Reason


@transaction.atomic(durable=True)
def create_budget(
    *,
    year: int,
    programme: str,
    item: str,
    amount: Decimal,
    document_number: str,
    key: UUID,
    by: User,
    at: datetime | None = None,
) -> Budget:
    """Open the budget of a programme and a year by the document that gives it money.

    The same ``key`` with the same terms is the same budget. Raises ``Conflict`` where one exists already, where
    the document was used, or where the key carries other terms.
    """
    at = at or clock.now()
    take_turns()
    if earlier := BudgetChange.objects.filter(key=key).select_related("budget").first():
        same = (earlier.budget.year, earlier.budget.programme, earlier.budget.item) == (year, programme, item)
        return _same(earlier, amount, document_number, also=same).budget
    found = _faults(amount, document_number)
    if Budget.objects.filter(year=year, programme=programme).exists():
        name = Programme(programme).label
        found.append(
            Reason(f"{year} 年度{name}预算已建立，如需增加请在该预算办理“追加”。", field="programme")
        )
    Conflict.unless_empty(found)
    budget = Budget.objects.create(
        year=year, programme=programme, item=item.strip(), total=amount, created_at=at, created_by=by
    )
    change = BudgetChange.objects.create(
        budget=budget,
        amount=amount,
        document_number=document_number.strip(),
        key=key,
        made_at=at,
        made_by=by,
    )
    on = timezone.localdate(at)
    post(EntryKind.APPROPRIATE, budget=budget, change=change, amount=amount, by=by, at=at, on=on)
    said = {"amount": str(amount), "document_number": change.document_number}
    audit.record("funding.budget.create", budget, by=by, at=at, **said)
    return budget


def _faults(amount: Decimal, document_number: str) -> list[Reason]:
    if amount <= 0 or amount != to_fen(amount):
        raise Incomplete(Reason("预算金额须大于 0，最小单位为分。", field="amount"))
    if not document_number.strip():
        raise Incomplete(Reason("请填写预算文号。", field="document_number"))
    if BudgetChange.objects.filter(document_number=document_number.strip()).exists():
        return [Reason(f"文号“{document_number.strip()}”已登记过，请核对。", field="document_number")]
    return []


def _same(change: BudgetChange, amount: Decimal, document_number: str, *, also: bool) -> BudgetChange:
    if not also or change.amount != amount or change.document_number != document_number.strip():
        raise Conflict("该表单已用于登记另一笔预算，请重新打开页面后再填。")
    return change


def take_turns() -> None:
    """Documents about budgets are entered one by one, so that the second of two equal ones is told in words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('funding.budget'))")
