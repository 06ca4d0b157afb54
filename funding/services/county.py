"""What counties set aside themselves (五(二)): recorded by them with the document, never part of the city's sums."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Division, User
from funding.models import CountyBudget
from funding.policy import to_fen
from records import attachments, audit, clock
from records.errors import BadFile, Conflict, Incomplete, Reason
from records.lifecycle import lock

DOCUMENT = "county_budget"


@transaction.atomic
def record_county_budget(
    *,
    division: Division,
    year: int,
    amount: Decimal,
    document_number: str,
    document: UploadedFile,
    by: User,
    note: str = "",
    at: datetime | None = None,
) -> CountyBudget:
    """Record what a county's own budget holds for institutes in a year, with the document. Once per year."""
    at = at or clock.now()
    found = _faults(amount, Decimal(0), None, document_number, timezone.localdate(at))
    Incomplete.unless_empty(found)
    if earlier := CountyBudget.objects.filter(division=division, year=year).first():
        words = f"{division}{year} 年度已登记，请在该条记录中更改。"
        raise Conflict(Reason(words, field="year", url=earlier.get_absolute_url()))
    BadFile.unless_empty(attachments.faults_of(document))
    row = CountyBudget.objects.create(
        division=division,
        year=year,
        amount=amount,
        document_number=document_number.strip(),
        note=note.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    attachments.attach_file(subject=row, kind=DOCUMENT, upload=document, by=by)
    said = {"amount": str(amount), "document_number": row.document_number}
    audit.record("funding.countybudget.record", row, by=by, at=at, **said)
    return row


@transaction.atomic
def revise_county_budget(
    *,
    county_budget: CountyBudget,
    amount: Decimal,
    document_number: str,
    paid: Decimal,
    by: User,
    paid_until: date | None = None,
    document: UploadedFile | None = None,
    note: str = "",
    at: datetime | None = None,
) -> CountyBudget:
    """Bring it up to date: what was paid until a day, or another amount by another document; the register keeps all."""
    at = at or clock.now()
    lock(county_budget)
    found = _faults(amount, paid, paid_until, document_number, timezone.localdate(at))
    if amount != county_budget.amount and document is None:
        found.append(Reason("更改预算金额须上传新的预算文件。", field="document"))
    Incomplete.unless_empty(found)
    values: dict[str, Any] = {
        "amount": amount,
        "document_number": document_number.strip(),
        "paid": paid,
        "paid_until": paid_until,
        "note": note.strip(),
    }
    before = {name: _said(getattr(county_budget, name)) for name in values}
    for name, value in {**values, "recorded_at": at, "recorded_by": by}.items():
        setattr(county_budget, name, value)
    county_budget.save(update_fields=[*values, "recorded_at", "recorded_by"])
    if document is not None:
        BadFile.unless_empty(attachments.faults_of(document))
        attachments.attach_file(subject=county_budget, kind=DOCUMENT, upload=document, by=by)
    after = {name: _said(value) for name, value in values.items()}
    audit.record("funding.countybudget.revise", county_budget, by=by, at=at, before=before, after=after)
    return county_budget


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _faults(
    amount: Decimal, paid: Decimal, paid_until: date | None, document_number: str, today: date
) -> list[Reason]:
    found = []
    if amount <= 0 or amount != to_fen(amount):
        found.append(Reason("预算金额须大于 0，最小单位为分；未安排预算的不必登记。", field="amount"))
    if not document_number.strip():
        found.append(Reason("请填写预算文号。", field="document_number"))
    if not 0 <= paid <= amount:
        found.append(Reason(f"已拨付金额须在 0 和预算金额 {amount:,.2f} 元之间。", field="paid"))
    if paid and paid_until is None:
        found.append(Reason("请填写已拨付金额统计到哪一天。", field="paid_until"))
    if paid_until and paid_until > today:
        found.append(Reason("统计日期不能晚于今天。", field="paid_until"))
    return found
