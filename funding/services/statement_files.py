"""Reading a statement of the bank, as docs/money.md describes it: every fault at its row and column, before anything
is stored. A file that was cut, belongs to another account or does not add up is refused as a whole.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.core.files.uploadedfile import UploadedFile

from funding.enums import Direction
from funding.policy import to_fen
from records import workbooks
from records.errors import BadFile, Reason

TITLE, TOTAL = "对账单", "合计"
HEAD = ("流水号", "交易日期", "收付", "金额（元）", "对方户名", "对方账号", "业务参考号", "摘要")
DIRECTIONS = {"付": Direction.OUT, "付出": Direction.OUT, "借": Direction.OUT}
DIRECTIONS |= {"收": Direction.IN, "收入": Direction.IN, "贷": Direction.IN}
FIRST_SERIAL = date(1899, 12, 30)
MOST_SAID = 20
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the bank wrote it; of the other side's account only the last four digits are kept."""

    row: int
    serial: str
    booked_on: date
    direction: str
    amount: Decimal
    payee: str
    payee_last4: str
    reference: str
    summary: str


@dataclass(slots=True)
class Statement:
    """A statement that adds up."""

    account: str
    since: date
    until: date
    opening: Decimal
    closing: Decimal
    lines: list[Line] = field(default_factory=list)

    def sum_of(self, direction: str) -> Decimal:
        return sum((line.amount for line in self.lines if line.direction == direction), NOTHING)


def read_statement(upload: UploadedFile, *, account: str, most_lines: int, today: date) -> Statement:
    """The statement in a file, CSV or XLSX. Raises ``BadFile`` with every fault that keeps it out."""
    rows = [list(row) for row in workbooks.read_table(upload)]
    while rows and not any(_text(cell) for cell in rows[-1]):
        rows.pop()
    _check_frame(rows, account, most_lines)
    faults: list[str] = []
    found = Statement(
        account=account,
        since=_day_at(rows[0], 4, "第 1 行“起始日期”", faults),
        until=_day_at(rows[0], 5, "第 1 行“截止日期”", faults),
        opening=_amount_at(rows[0], 7, "第 1 行“期初余额”", faults),
        closing=_amount_at(rows[-1], 7, f"第 {len(rows)} 行“期末余额”", faults),
    )
    for number, row in enumerate(rows[2:-1], 3):
        if any(_text(cell) for cell in row):
            _read_line(found, row, number, faults)
    _refuse(faults)
    _refuse(_sums_that_differ(found, rows[-1], today))
    return found


def template_of(account: str, *, today: date) -> bytes:
    """A workbook that shows the format, with one line to write over."""
    first = today.replace(day=1).isoformat()
    head = [TITLE, "账号", account, "起止", first, today.isoformat(), "期初余额", "0.00"]
    line = ["示例0001", today.isoformat(), "付", "200000.00", "示例科技有限公司", "6222000000000001"]
    total = [TOTAL, "1", "付出", "200000.00", "收入", "0.00", "期末余额", "-200000.00"]
    columns = [workbooks.Column(cell, width=20) for cell in head]
    return workbooks.write(
        TITLE, columns, leading=(), rows=[HEAD, [*line, "SJZ-BF-2026-0001", "拨款"], total]
    )


def _check_frame(rows: Sequence[Sequence[object]], account: str, most_lines: int) -> None:
    """Whether it is a statement at all, a whole one, and of our account."""
    if not rows or _text(rows[0][0] if rows[0] else "") != TITLE or len(rows[0]) < 8:
        _refuse(["第 1 行不是“对账单”抬头。请使用本页下载的模板，或请银行按约定格式导出。"])
    if _text(rows[0][2]).replace(" ", "") != account:
        last4 = _text(rows[0][2])[-4:]
        _refuse([f"这是尾号 {last4} 账户的对账单，本平台的付款账户尾号为 {account[-4:]}，不能导入。"])
    if len(rows) < 3 or _text(rows[-1][0] if rows[-1] else "") != TOTAL or len(rows[-1]) < 8:
        _refuse(["文件不完整：最后一行不是“合计”。文件可能在传输中被截断，请重新导出后再传。"])
    if tuple(_text(cell) for cell in rows[1][: len(HEAD)]) != tuple(_text(head) for head in HEAD):
        _refuse([f"第 2 行表头须依次为：{'、'.join(HEAD)}。"])
    if len(rows) - 3 > most_lines:
        _refuse([f"超过 {most_lines} 行，请分期间导出。"])


def _read_line(found: Statement, row: Sequence[object], number: int, faults: list[str]) -> None:
    before = len(faults)
    cells = [row[place] if place < len(row) else "" for place in range(len(HEAD))]
    serial, payee, reference = _text(cells[0]), _text(cells[4]), _text(cells[6])
    direction = DIRECTIONS.get(_text(cells[2]), "")
    booked_on = _day_at(cells, 1, f"第 {number} 行“交易日期”", faults)
    amount = _amount_at(cells, 3, f"第 {number} 行“金额（元）”", faults)
    if not serial:
        faults.append(f"第 {number} 行“流水号”：没有填写。")
    if not direction:
        faults.append(f"第 {number} 行“收付”：须为“收”或“付”。")
    if len(faults) == before and amount <= 0:
        faults.append(f"第 {number} 行“金额（元）”：须大于 0，收付方向由“收付”一列表示。")
    if len(faults) == before and not found.since <= booked_on <= found.until:
        faults.append(f"第 {number} 行“交易日期”：{booked_on} 不在对账单期间内。")
    if len(faults) == before:
        last4 = "".join(sign for sign in _text(cells[5]) if sign.isdigit())[-4:]
        summary = _text(cells[7])[:200]
        line = Line(
            number, serial[:64], booked_on, direction, amount, payee[:120], last4, reference[:80], summary
        )
        found.lines.append(line)


def _sums_that_differ(found: Statement, trailer: Sequence[object], today: date) -> list[str]:
    """The trailer against the lines, and the balances against each other: where a line is missing, this tells."""
    faults: list[str] = []
    paid, received = found.sum_of(Direction.OUT), found.sum_of(Direction.IN)
    count = _text(trailer[1])
    if count != str(len(found.lines)):
        faults.append(f"合计行写明 {count} 笔，文件中有 {len(found.lines)} 笔：文件不完整或被改动。")
    for place, name, total in ((3, "付出", paid), (5, "收入", received)):
        said = _amount_at(trailer, place, f"合计行“{name}”", faults)
        if said != total:
            faults.append(
                f"合计行{name} {said:,.2f} 元，各行相加 {total:,.2f} 元，相差 {abs(said - total):,.2f} 元。"
            )
    if found.closing != found.opening + received - paid:
        expected = found.opening + received - paid
        faults.append(
            f"期末余额应为 {expected:,.2f} 元（期初＋收入－付出），文件为 {found.closing:,.2f} 元。"
        )
    if found.since > found.until or found.until > today:
        faults.append("对账单期间有误：截止日期不能早于起始日期，也不能晚于今天。")
    return faults


def _refuse(faults: Sequence[str]) -> None:
    said = list(faults[:MOST_SAID])
    if len(faults) > MOST_SAID:
        said.append(f"另有 {len(faults) - MOST_SAID} 处问题，改正后再传。")
    BadFile.unless_empty(Reason(text, field="file") for text in said)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", str(cell)).strip().lstrip("'") if cell is not None else ""


def _day_at(row: Sequence[object], place: int, where: str, faults: list[str]) -> date:
    cell = row[place]
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and 20_000 < cell < 80_000:
        return FIRST_SERIAL + timedelta(days=int(cell))
    for pattern in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"):
        try:
            return datetime.strptime(_text(cell), pattern).date()
        except ValueError:
            continue
    faults.append(f"{where}：“{_text(cell)}”不是日期，请写成 2026-03-31。")
    return date.min


def _amount_at(row: Sequence[object], place: int, where: str, faults: list[str]) -> Decimal:
    """An amount to the fen, with or without thousands; never rounded."""
    try:
        amount = Decimal(_text(row[place]).replace(",", "").replace("，", ""))
        if amount.is_finite() and abs(amount) < 10**12 and amount == to_fen(amount):
            return to_fen(amount)
    except InvalidOperation:
        pass
    faults.append(f"{where}：“{_text(row[place])}”不是精确到分的金额。")
    return NOTHING
