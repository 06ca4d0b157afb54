"""Rows as they are sent: CSV and JSON, a few hundred at a time, so that a file of any length needs no more memory."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils import timezone

from portal.selectors.open_data.shape import Cell, Column, Dataset
from records import sheets

LINES_AT_ONCE = 200
BYTE_ORDER_MARK = "\ufeff"

Rows = Iterable[list[Cell]]


def plain(cell: Cell) -> Cell:
    """A cell as text that no program reads otherwise: moments with their offset, truth as ``true`` and ``false``."""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(timespec="seconds")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, date) else cell


def csv_text(dataset: Dataset, rows: Rows, *, in_words: bool = False, mark: bool = True) -> Iterator[str]:
    """The CSV: by the names of the columns; ``in_words`` by their labels, codes in words as well."""
    head = [column.label if in_words else column.name for column in dataset.columns]
    cells = (_said(dataset.columns, row) if in_words else [plain(cell) for cell in row] for row in rows)
    return _together(sheets.csv_lines(head, cells, mark=BYTE_ORDER_MARK if mark else ""))


def _said(columns: tuple[Column, ...], row: list[Cell]) -> list[Cell]:
    return [column.in_words(cell) for column, cell in zip(columns, row, strict=True)]


def json_text(dataset: Dataset, rows: Rows, *, said: dict[str, Any]) -> Iterator[str]:
    """One object with what is ``said`` of the dataset, and its rows last, one a line."""
    return _together(_json_lines(dataset, rows, said))


def _json_lines(dataset: Dataset, rows: Rows, said: dict[str, Any]) -> Iterator[str]:
    about = json.dumps(said, ensure_ascii=False)
    yield f'{about[:-1]}, "rows": ['
    between = "\n"
    for row in rows:
        yield between + json.dumps(dict(zip(dataset.names, map(_json, row), strict=True)), ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def _json(cell: Cell) -> Cell:
    """A cell as JSON holds it without loss: money as text, as everywhere in the API."""
    if isinstance(cell, Decimal):
        return str(cell)
    return cell if isinstance(cell, bool) or cell is None else plain(cell)


def _together(lines: Iterator[str]) -> Iterator[str]:
    while some := "".join(islice(lines, LINES_AT_ONCE)):
        yield some
