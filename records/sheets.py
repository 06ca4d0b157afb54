"""Tables to download, exactly as shown: CSV that Windows opens rightly, and XLSX. Every cell is text or a number.

A text that a spreadsheet might take for a formula gets an apostrophe in CSV; in XLSX it is stored as text.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone

Row = Sequence[object]
MOST_ROWS = 1_048_575
"""What a sheet of a workbook holds below its head."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class _Echo:
    """A file that hands every line straight on."""

    def write(self, value: str) -> str:
        return value


def answer(kind: str, *, name: str, head: Row, rows: Iterable[Row]) -> HttpResponse | StreamingHttpResponse:
    """The table as a download: ``csv`` or ``xlsx``."""
    if kind == "xlsx":
        response = HttpResponse(xlsx(head, rows), content_type=XLSX)
    else:
        response = StreamingHttpResponse(csv_lines(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def csv_lines(head: Row, rows: Iterable[Row], *, mark: str = "\ufeff") -> Iterator[str]:
    """The lines of the CSV, with the mark by which a spreadsheet knows that it is UTF-8."""
    writer = csv.writer(_Echo())
    yield mark + writer.writerow([str(cell) for cell in head])
    for row in rows:
        yield writer.writerow([_safe(cell) for cell in row])


def csv_text(rows: Iterable[Row]) -> str:
    """The lines of rows alone, to be put behind others."""
    writer = csv.writer(_Echo())
    return "".join(writer.writerow([_safe(cell) for cell in row]) for row in rows)


def _safe(cell: object) -> str:
    text = _text(cell)
    return text if _is_number(cell) or not text.startswith(_FORMULA) else f"'{text}"


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def _text(cell: object) -> str:
    """A cell in words: moments by the clock on the wall, to the minute."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell) if timezone.is_aware(cell) else cell:%Y-%m-%d %H:%M}"
    return "" if cell is None else str(cell)


class _Sink(io.RawIOBase):
    """A file that can only be written on: what was written is handed out as soon as it is asked for."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def taken(self) -> bytes:
        found = bytes(self.waiting)
        self.waiting.clear()
        return found


def xlsx(head: Row, rows: Iterable[Row]) -> bytes:
    """The table as a workbook with one sheet, its head frozen."""
    return b"".join(xlsx_parts(head, [rows_xml(rows)]))


def xlsx_parts(head: Row, bodies: Iterable[str]) -> Iterator[bytes]:
    """The same as bytes that come one after the other, of rows that were written by :func:`rows_xml`."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
        '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
    }
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as book:
        for path, content in parts.items():
            book.writestr(path, content)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for text in chain([_SHEET_BEGINS, rows_xml([head])], bodies, [_SHEET_ENDS]):
                sheet.write(text.encode())
                yield sink.taken()
    yield sink.taken()


def _content_types() -> str:
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'
    )


def _relations(kind: str, target: str) -> str:
    return (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/{kind}" Target="{target}"/></Relationships>'
    )


_SHEET_BEGINS = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_SHEET_ENDS = "</sheetData></worksheet>"


def rows_xml(rows: Iterable[Row]) -> str:
    """Rows alone, to be put behind others in a workbook."""
    return "".join(f"<row>{''.join(_cell(cell) for cell in row)}</row>" for row in rows)


def _cell(cell: object) -> str:
    if _is_number(cell):
        return f"<c><v>{cell}</v></c>"
    text = _text(cell)
    clean = "".join(c for c in text if c in "\t\n" or ord(c) >= 32)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(clean)}</t></is></c>'
