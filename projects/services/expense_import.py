"""Invoices from a spreadsheet: every fault at its row and column; all of them are listed, or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from institutes.services.tables import Fault, places_of, text_of
from projects.enums.running import Source
from projects.models import Project, ProjectExpense, ProjectLine
from projects.services.running import Invoice, enter_expenses, faults_of
from records import clock, workbooks
from records.errors import BadFile, Reason

HEAD: tuple[str, ...] = ("科目", "资金来源", "发票号码", "支付日期", "收款单位", "用途", "金额（元）")
LINE, SOURCE, NUMBER, DAY, PAYEE, PURPOSE, AMOUNT = HEAD
COLUMN_OF = {
    "line": LINE,
    "source": SOURCE,
    "number": NUMBER,
    "paid_on": DAY,
    "payee": PAYEE,
    "purpose": PURPOSE,
    "amount": AMOUNT,
}
LONGEST = {NUMBER: 40, PAYEE: 100, PURPOSE: 200}
SOURCES = {str(one.label): one.value for one in Source}
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a spreadsheet says: the invoices, or what keeps them from being listed."""

    invoices: list[Invoice]
    faults: list[Fault]


def template(project: Project) -> bytes:
    """The table to fill in, with the lines of this project to choose from."""
    lines = tuple(project.lines.order_by("pk").values_list("label", flat=True))
    choices = {LINE: lines, SOURCE: tuple(SOURCES)}
    columns = [workbooks.Column(head, choices=choices.get(head, ()), width=20) for head in HEAD]
    return workbooks.write("项目支出", columns, leading=(), rows=())


def read_expenses(*, project: Project, upload: UploadedFile) -> Sheet:
    """Read a list of invoices. Stores nothing. Raises ``BadFile`` where the file cannot be read at all."""
    rows, at = workbooks.read(upload), clock.now()
    if len(rows) > MOST_ROWS:
        raise BadFile(Reason(f"表格超过 {MOST_ROWS} 行，请分几次导入。", field="file"))
    places = places_of(rows[0] if rows else [], HEAD)
    lines = {row.label: row for row in project.lines.all()}
    invoices, faults, seen = list[Invoice](), list[Fault](), dict[str, int]()
    for number, row in enumerate(rows[1:], 2):
        cells = {column: _said(row[place]) if place < len(row) else "" for column, place in places.items()}
        if not any(cells.values()):
            continue
        invoice, found = _read(project, cells, number, lines, at)
        if cells[NUMBER] and cells[NUMBER] in seen:
            found.append(Fault(number, NUMBER, f"与第 {seen[cells[NUMBER]]} 行重复。"))
        seen.setdefault(cells[NUMBER], number)
        faults += found
        invoices += [invoice] if invoice and not found else []
    if not invoices and not faults:
        raise BadFile(Reason("表格中没有支出，请在表头下方逐行填写。", field="file"))
    return Sheet(invoices, faults)


def _said(cell: object) -> str:
    if isinstance(cell, datetime):
        cell = cell.date()
    return cell.isoformat() if isinstance(cell, date) else text_of(cell)


def _read(
    project: Project, cells: Mapping[str, str], row: int, lines: Mapping[str, ProjectLine], at: datetime
) -> tuple[Invoice | None, list[Fault]]:
    found = [Fault(row, column, f"请填写{column}。") for column in HEAD if not cells[column]]
    found += [
        Fault(row, column, f"不超过 {most} 字。")
        for column, most in LONGEST.items()
        if len(cells[column]) > most
    ]
    if cells[LINE] and cells[LINE] not in lines:
        found.append(Fault(row, LINE, f"预算中没有“{cells[LINE]}”；可填：{'、'.join(lines)}。"))
    if cells[SOURCE] and cells[SOURCE] not in SOURCES:
        found.append(Fault(row, SOURCE, f"请填：{'、'.join(SOURCES)}。"))
    day, amount = _day(cells[DAY]), _amount(cells[AMOUNT])
    if cells[DAY] and day is None:
        found.append(Fault(row, DAY, "请按 2026-11-23 的样式填写日期。"))
    if cells[AMOUNT] and amount is None:
        found.append(Fault(row, AMOUNT, "请只填数字，最多两位小数。"))
    if found or day is None or amount is None:
        return None, found
    invoice = Invoice(
        line=lines[cells[LINE]],
        source=SOURCES[cells[SOURCE]],
        number=cells[NUMBER],
        paid_on=day,
        payee=cells[PAYEE],
        purpose=cells[PURPOSE],
        amount=amount,
    )
    faults = [Fault(row, COLUMN_OF[one.field], one.text) for one in faults_of(project, invoice, at)]
    return invoice, faults


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10].replace("/", "-"))
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def import_expenses(
    *, project: Project, upload: UploadedFile, by: User, at: datetime | None = None
) -> list[ProjectExpense]:
    """Read and list in one go. Raises ``BadFile`` with every fault of every row."""
    sheet = read_expenses(project=project, upload=upload)
    BadFile.unless_empty(Reason(str(fault), field="file") for fault in sheet.faults)
    return enter_expenses(project=project, invoices=sheet.invoices, by=by, at=at)
