"""Cells of a spreadsheet as people write them, and what is wrong with them, at its row and column."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from records.errors import BadFile, Reason


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a cell, counted as the spreadsheet counts: the head is row 1."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"第 {self.row} 行“{self.column}”：{self.text}"


def text_of(cell: object) -> str:
    """A cell as people read it: no blanks around, full-width signs narrow, a whole number without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", str(cell)).strip() if cell is not None else ""


def places_of(head: Sequence[object], columns: Sequence[str]) -> dict[str, int]:
    """Which column stands where; the order is free. Raises ``BadFile`` where one is missing."""
    said = [text_of(cell).replace("(", "（").replace(")", "）") for cell in head]
    if missing := [column for column in columns if column not in said]:
        words = f"第 1 行缺少列：{'、'.join(missing)}。请使用本页下载的模板，不改动表头。"
        raise BadFile(Reason(words, field="file"))
    return {column: said.index(column) for column in columns}
