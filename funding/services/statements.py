"""Taking in what the bank says, and looking at every line by reference, amount and payee."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from funding import notifications, policy, selectors
from funding.enums import ASTRAY_FINDINGS, Direction, DisbursementState, LineFinding
from funding.lifecycle import LINE
from funding.models import BankLine, BankStatement, Disbursement, GrantEdition
from funding.services.statement_files import Line, Statement, read_statement, template_of
from records import attachments, audit, clock
from records.errors import Conflict, Reason
from records.lifecycle import Taking
from records.turns import take_turns

NOT_SENT = (DisbursementState.ORDERED, DisbursementState.SENDING)


@transaction.atomic(durable=True)
def import_statement(*, upload: UploadedFile, by: User, at: datetime | None = None) -> BankStatement:
    """Take in a statement of the paying account: all of its lines, each with what was found, or nothing.

    Raises ``BadFile`` with every fault of a file that is cut, of another account or does not add up; ``Conflict``
    where this very file was taken in before. A line that an earlier statement told already is kept as its repetition.
    """
    at = at or clock.now()
    digest = attachments.sha256_of(upload)
    take_turns("funding.statement")
    if earlier := BankStatement.objects.filter(sha256=digest).first():
        day = timezone.localdate(earlier.imported_at)
        words = f"同一份文件已于 {day.year}年{day.month}月{day.day}日导入（{earlier}），没有重复导入。"
        raise Conflict(Reason(words, field="upload", url=earlier.get_absolute_url()))
    terms, today = GrantEdition.paying_out(timezone.localdate(at))["bank"], timezone.localdate(at)
    read = read_statement(upload, account=terms["account"], most_lines=int(terms["lines_max"]), today=today)
    statement = BankStatement.objects.create(
        account=read.account,
        since=read.since,
        until=read.until,
        opening=read.opening,
        closing=read.closing,
        paid=read.sum_of(Direction.OUT),
        received=read.sum_of(Direction.IN),
        line_count=len(read.lines),
        file_name=attachments.clean_name(upload.name or ""),
        sha256=digest,
        imported_at=at,
        imported_by=by,
    )
    _enter(statement, read, by, at)
    said: dict[str, Any] = {"sha256": digest, "lines": len(read.lines), "paid": str(statement.paid)}
    event = audit.record("funding.bankstatement.import", statement, by=by, at=at, **said)
    astray = list(statement.lines.filter(finding__in=ASTRAY_FINDINGS))
    if astray:
        notifications.warn_of_astray(statement, astray, event)
    return statement


def statement_template(*, at: datetime | None = None) -> bytes:
    """The workbook that shows how a statement has to look, with the account that it has to be of."""
    today = timezone.localdate(at or clock.now())
    return template_of(GrantEdition.paying_out(today)["bank"]["account"], today=today)


def _enter(statement: BankStatement, read: Statement, by: User, at: datetime) -> None:
    """Look at each line beside those that came before it, and store many at once that say nothing of each other."""
    known = orders_by_number(line.reference for line in read.lines)
    told = _told_before(statement.account, read.lines)
    rows, said = list[BankLine](), set[tuple[str, str]]()
    for line in read.lines:
        names = {("serial", line.serial)} | (
            {("order", line.reference)} if line.reference in known else set()
        )
        if names & said:
            _store(rows, by, at)
            rows, said = [], set()
        row = _row_of(statement, line, told.get(line.serial))
        row.finding = finding_of(row, known.get(line.reference))
        told.setdefault(line.serial, row)
        rows.append(row)
        said |= names
    _store(rows, by, at)


def _row_of(statement: BankStatement, line: Line, first: BankLine | None) -> BankLine:
    return BankLine(
        statement=statement,
        account=statement.account,
        row=line.row,
        serial=line.serial,
        booked_on=line.booked_on,
        direction=line.direction,
        amount=line.amount,
        reference=line.reference,
        payee=line.payee,
        payee_last4=line.payee_last4,
        summary=line.summary,
        repeats=first,
    )


def _store(rows: list[BankLine], by: User, at: datetime) -> None:
    begun = [Taking(row, data={"finding": row.finding, "amount": str(row.amount)}) for row in rows]
    LINE.begin_all(begun, by=by, at=at)


def _told_before(account: str, lines: Iterable[Line]) -> dict[str, BankLine]:
    serials = [line.serial for line in lines]
    rows = BankLine.objects.filter(account=account, serial__in=serials, repeats__isnull=True)
    return {row.serial: row for row in rows}


def orders_by_number(references: Iterable[str]) -> dict[str, Disbursement]:
    """The orders that references name."""
    rows = Disbursement.objects.filter(number__in={each for each in references if each})
    return {row.number: row for row in rows.select_related("account", "division").defer("account__number")}


def finding_of(line: BankLine, order: Disbursement | None) -> LineFinding:
    """What a look at the line says, beside the order that it names and what the bank has said of it before."""
    is_known = order is not None and order.state not in NOT_SENT and order.claimed_at is not None
    is_payee = order is not None and policy.payee_agrees(
        line.payee,
        account_name=order.account.account_name,
        division=order.division.name,
        direct=order.direct_pay,
    )
    seen = {"is_known": is_known, "is_payee": is_payee, "is_repeat": line.repeats_id is not None}
    if line.direction == Direction.IN:
        ordered = order.amount if order else line.amount
        astray = selectors.paid_astray(order, line) if order else Decimal(0)
        return LineFinding(policy.finding_of_return(line.amount, ordered=ordered, astray=astray, **seen))
    left = order.left_to_settle - selectors.waiting_to_settle(order, line) if order else line.amount
    is_void = order is not None and order.state == DisbursementState.VOIDED
    return LineFinding(policy.finding_of_payment(line.amount, left=left, is_void=is_void, **seen))
