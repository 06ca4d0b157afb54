"""The policy's own text, cut into the clauses that citations name (``四(三)``, ``二(三)1``)."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PREAMBLE, CLOSING = "序", "末"

_NUMERALS = "一二三四五六七八九十"
_SECTION = re.compile(rf"^([{_NUMERALS}])、")
_CLAUSE = re.compile(rf"^[（(]([{_NUMERALS}])[）)]")
_ITEM = re.compile(r"^(\d)\. ?")
_CLOSING = re.compile(r"^本(意见|办法|规定|措施|通知)自.*(实施|施行)")


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered piece of the text. ``paragraphs`` are printed as they stand, the numeral included."""

    number: str
    level: int
    paragraphs: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """An address inside the page that survives in any link: ``clause-4-3``."""
        if self.number in (PREAMBLE, CLOSING):
            return "clause-preamble" if self.number == PREAMBLE else "clause-closing"
        digits = [str(_NUMERALS.index(char) + 1) if char in _NUMERALS else char for char in self.number]
        return "-".join(["clause", *(digit for digit in digits if digit.isdigit())])

    @property
    def title(self) -> str:
        """The heading, numeral included; empty where the clause begins with its text."""
        return "" if self.paragraphs[0].endswith("。") else self.paragraphs[0]

    @property
    def heading(self) -> str:
        """What the clause is called where it stands alone, also one that begins with its text."""
        return self.title or {PREAMBLE: "序言", CLOSING: "施行日期"}.get(self.number, f"第 {self.number} 条")

    @property
    def body(self) -> tuple[str, ...]:
        return self.paragraphs[1:] if self.title else self.paragraphs


@cache
def clauses_of(path: Path) -> tuple[Clause, ...]:
    """The clauses of a text file, in order. Paragraphs are separated by empty lines."""
    found: list[tuple[str, int, list[str]]] = []
    section = clause = ""
    for paragraph in filter(None, (part.strip() for part in path.read_text(encoding="utf-8").split("\n\n"))):
        if mark := _SECTION.match(paragraph):
            section, clause = mark[1], ""
            found.append((section, 1, [paragraph]))
        elif mark := _CLAUSE.match(paragraph):
            clause = f"{section}({mark[1]})"
            found.append((clause, 2, [paragraph]))
        elif mark := _ITEM.match(paragraph):
            found.append((f"{clause}{mark[1]}", 3, [paragraph]))
        elif _CLOSING.match(paragraph):
            found.append((CLOSING, 1, [paragraph]))
        elif not found:
            found.append((PREAMBLE, 1, [paragraph]))
        else:
            found[-1][2].append(paragraph)
    return tuple(Clause(number, level, tuple(paragraphs)) for number, level, paragraphs in found)
