"""Workbooks that people fill in and bring back: written with help and lists of choices, read without trust.

A file is measured before anything opens it: a few kilobytes can unfold to gigabytes, and one cell at the far end
of a sheet makes a reader set aside room for all between.
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from records.attachments import MEGABYTE, Limits, faults_of
from records.errors import BadFile, Reason

LIMITS = Limits(file_bytes=5 * MEGABYTE, total_bytes=5 * MEGABYTE, types=("xlsx",))
MOST_ENTRIES = 200
MOST_UNPACKED = 50 * MEGABYTE
MOST_RATIO = 60
RATIO_COUNTS_FROM = MEGABYTE
MOST_CELLS = 200_000
BOOK, SHEETS = "xl/workbook.xml", "xl/worksheets/"
PLACE = re.compile(rb"\sr\s*=\s*[\"']([^\"']*)[\"']")
PLAIN_PLACE = re.compile(rb"([A-Z]{0,3})([0-9]{1,7})")
NOT_PRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f]")
TEXT_FORMAT = "@"
SOFT = PatternFill("solid", fgColor="F2F2F2")
CHOICES = "选项"
WIDEST, NARROWEST = 40, 10


# --- reading --------------------------------------------------------------------------------------------------------


def read(upload: UploadedFile) -> list[list[object]]:
    """The cells of the first sheet that is not hidden, row by row from A1. Raises ``BadFile`` with every fault."""
    BadFile.unless_empty(faults_of(upload, limits=LIMITS))
    upload.seek(0)
    content = upload.read()
    BadFile.unless_empty(Reason(words, field="file") for words in _dangers(content))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        return book.get_sheet_by_name(shown[0]).to_python(skip_empty_area=False) if shown else []
    except (CalamineError, OSError, ValueError) as problem:
        words = _("无法读取这个工作簿；请用表格软件打开，另存为 XLSX 后再传。")
        raise BadFile(Reason(words, field="file")) from problem


def read_table(upload: UploadedFile) -> list[list[object]]:
    """As ``read``, of an XLSX workbook or of a CSV as spreadsheets and banks write it (UTF-8 or GB 18030)."""
    if not (upload.name or "").lower().endswith(".csv"):
        return read(upload)
    if not upload.size or upload.size > LIMITS.file_bytes:
        most = LIMITS.file_bytes // MEGABYTE
        raise BadFile(Reason(_("文件是空的，或超过 {most} MB。").format(most=most), field="file"))
    upload.seek(0)
    text = _decoded(upload.read())
    try:
        rows: list[list[object]] = [
            list(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)
        ]
    except csv.Error as problem:
        raise BadFile(
            Reason(_("CSV 格式有误（引号没有成对）；请重新导出后再传。"), field="file")
        ) from problem
    if sum(len(row) for row in rows) > MOST_CELLS:
        raise BadFile(Reason(_("表格范围过大；请分几次导入。"), field="file"))
    return rows


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadFile(Reason(_("这不是 CSV 文本文件；请另存为 CSV（UTF-8 或 GBK）后再传。"), field="file"))


def _dangers(content: bytes) -> list[str]:
    """What speaks against opening it, found without unpacking more than the limits allow."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            if BOOK not in packed.namelist():
                return [_("这不是 XLSX 工作簿；请用表格软件另存为 XLSX 后再传。")]
            if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_UNPACKED:
                return [_("工作簿内容过多；请只保留要导入的一张表。")]
            if any(_is_bomb(each) for each in entries):
                return [_("工作簿压缩异常；请用表格软件打开，另存为 XLSX 后再传。")]
            places = (_cells(packed.read(each)) for each in entries if each.filename.startswith(SHEETS))
            if max(places, default=0) > MOST_CELLS:
                return [_("表格范围过大；请删除数据区以外的空行、空列后再传。")]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return [_("无法读取这个工作簿（文件损坏或设有密码）；请去掉密码，另存为 XLSX 后再传。")]
    return []


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    unpacked = entry.file_size
    return unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * max(entry.compress_size, 1)


def _cells(sheet: bytes) -> int:
    """How many cells a reader must set aside room for: from A1 to the farthest place named."""
    rows, columns = 1, 1
    for found in PLACE.finditer(sheet):
        place = PLAIN_PLACE.fullmatch(found[1])
        if place is None:
            return MOST_CELLS + 1
        rows, columns = max(rows, int(place[2])), max(columns, _column(place[1]))
    return rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


# --- writing --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A column to fill in: its head, and what may stand in it."""

    head: str
    choices: tuple[str, ...] = ()
    is_number: bool = False
    width: int = 16


def write(
    title: str,
    columns: Sequence[Column],
    leading: Sequence[Sequence[object]],
    rows: Sequence[Sequence[object]],
) -> bytes:
    """A workbook: the head, lines that only explain (``leading``, in grey), and rows. Text stays text."""
    book = Workbook()
    sheet: Worksheet = book.active  # type: ignore[assignment]
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
    sheet.freeze_panes = "B2"
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(column.width, NARROWEST), WIDEST)
    for number, line in enumerate([[column.head for column in columns], *leading, *rows], 1):
        for place, value in enumerate(line, 1):
            _fill(sheet.cell(number, place), value, explains=number <= 1 + len(leading), is_head=number == 1)
    _offer_choices(book, sheet, columns, first=2 + len(leading))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _fill(cell: Cell, value: object, *, explains: bool, is_head: bool) -> None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        cell.value = value
    else:
        cell.value = NOT_PRINTABLE.sub("", "" if value is None else str(value))
        cell.data_type = "s"
        cell.number_format = TEXT_FORMAT
    if explains:
        cell.fill = SOFT
        cell.font = Font(bold=is_head, italic=not is_head)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _offer_choices(book: Workbook, sheet: Worksheet, columns: Sequence[Column], *, first: int) -> None:
    """A list to choose from in each column that has choices, down to the last row that may be filled in."""
    if not any(column.choices for column in columns):
        return
    listed = book.create_sheet(CHOICES)
    listed.sheet_state = "hidden"
    for place, column in enumerate(columns, 1):
        if not column.choices:
            continue
        letter = get_column_letter(place)
        for number, choice in enumerate(column.choices, 1):
            _fill(listed.cell(number, place), choice, explains=False, is_head=False)
        rule = DataValidation(
            type="list", formula1=f"'{CHOICES}'!${letter}$1:${letter}${len(column.choices)}", allow_blank=True
        )
        rule.error, rule.errorTitle = _("请从列表中选择。"), column.head
        rule.add(f"{letter}{first}:{letter}{first + 999}")
        sheet.add_data_validation(rule)
