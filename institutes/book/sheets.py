"""Rows of a table as people bring them from a spreadsheet: pasted, or in the workbook that the portal made.

What people mean is understood (other units, other ways to write a day, labels instead of codes); what cannot be
is a problem at its row and column. Nothing is stored here: the outcome is shown first.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes.book.core import rows_of
from institutes.book.helping import help_of
from institutes.book.kinds import Choice, Date, Field, Money, MultiChoice, Rows, YesNo
from institutes.book.meaning import name_of, plain, typed
from institutes.book.values import Malformed, Setting
from institutes.book.written import UNITS
from records import workbooks

Grid_ = Sequence[Sequence[object]]
MARK, EXPLAINS, EXAMPLE = "行标识", "说明", "示例"
"""The first column of our workbook: the key of a row, or that a line only explains."""
LINE_NUMBER = "序号"
UNBROKEN = 12
"""Up to how many characters, a day among them, a cell of the preview keeps on one line."""
VERSION = re.compile(r"第\s*([0-9]{1,9}(?:\.[0-9]{1,9})*)\s*版")
QUOTED, PLAIN = re.compile(r'"((?:[^"]|"")*)"(?=[\t\n]|$)'), re.compile(r"[^\t\n]*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be taken over: at a line and a column, or (line 0) about the table as a whole."""

    text: str
    line: int = 0
    column: str = ""
    label: str = ""

    @property
    def where(self) -> str:
        if not self.line:
            return self.label
        return _("第 %(n)s 行") % {"n": self.line} + (f" · {self.label}" if self.label else "")


@dataclass(frozen=True, slots=True)
class Box:
    """A cell as the preview shows it."""

    label: str
    text: str
    problem: str = ""
    is_missing: bool = False
    is_number: bool = False

    @property
    def stays(self) -> bool:
        """Whether the cell is so short that no line should end within it."""
        return len(self.text) <= UNBROKEN


@dataclass(frozen=True, slots=True)
class Line:
    """A row that was read. ``key`` is that of the stored row it came from; ``values`` are ready to be stored."""

    number: int
    key: str
    values: dict[str, object]
    boxes: tuple[Box, ...]

    @property
    def is_wrong(self) -> bool:
        return any(box.problem for box in self.boxes)


@dataclass(frozen=True, slots=True)
class Table:
    """What was read. ``version`` is that of the section when the workbook was made; empty where nobody knows."""

    lines: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    version: str = ""

    @property
    def missing(self) -> int:
        return sum(box.is_missing for line in self.lines for box in line.boxes)


@dataclass(slots=True)
class _Heads:
    """Which column of the table stands where, in which unit; and what the head line says beside."""

    columns: dict[int, Field]
    units: dict[int, str] = field(default_factory=dict)
    mark: int | None = None
    passed_over: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    version: str = ""


# --- reading --------------------------------------------------------------------------------------------------------


def pasted(text: str) -> list[list[object]]:
    """The cells of what was copied from a spreadsheet: tabs between cells, cells with breaks in quotes."""
    rows: list[list[object]] = [[]]
    place, text = 0, text.replace("\r\n", "\n").replace("\r", "\n")
    while place <= len(text):
        quoted, plain = QUOTED.match(text, place), PLAIN.match(text, place)
        found = quoted if quoted and re.search(r'[\t\n]|""', quoted[1]) else plain
        assert found is not None  # PLAIN matches anything
        rows[-1].append(found[1].replace('""', '"') if found is quoted else found[0])
        place = found.end() + 1
        if text[found.end() : place] == "\n":
            rows.append([])
    return rows


def understand(entry: Rows, grid: Grid_, setting: Setting, *, first: int = 1) -> Table:
    """The rows in ``grid``, with every problem at its line and column. Lines count as in the sheet, from ``first``."""
    lines = [(number, row) for number, row in enumerate(grid, first) if any(plain(cell) for cell in row)]
    heads = _heads(entry, lines[0][1]) if lines else None
    body = lines[1:] if heads else lines
    if heads is None and lines and _is_of_another_table(lines[0][1]):
        words = _("这是另一张表的工作簿，表头与“%(table)s”不符；请用本页下载的模板。") % {
            "table": entry.label
        }
        return Table(problems=(Problem(words),))
    heads = heads or _Heads(dict(enumerate(entry.columns)))
    body = [(number, row) for number, row in body if _mark_of(row, heads) not in {EXPLAINS, EXAMPLE}]
    most = entry.bounds(setting)[1]
    if not body:
        words = _("没有可以加入的内容：请从表格中复制数据行，或在模板的示例行下面填写。")
        return Table(problems=(*heads.problems, Problem(words)), notes=tuple(heads.notes))
    if len(body) > most:
        words = _("共 %(m)d 行，“%(table)s”最多 %(n)d 行。") % {
            "m": len(body),
            "n": most,
            "table": entry.label,
        }
        return Table(problems=(*heads.problems, Problem(words)), notes=tuple(heads.notes))
    problems, found, used = list(heads.problems), [], set[str]()
    for number, row in body:
        line = _line(number, row, heads, setting, used)
        found.append(line)
        problems += _problems_of(line, row, heads)
    return Table(tuple(found), tuple(problems), tuple(heads.notes), heads.version)


def _heads(entry: Rows, row: Sequence[object]) -> _Heads | None:
    """The columns as the first line names them; None where it does not look like a head."""
    by_name = {name_of(str(word)): column for column in entry.columns for word in (column.code, column.label)}
    heads, named = _Heads({}), [(place, plain(cell)) for place, cell in enumerate(row) if plain(cell)]
    strange = []
    for place, text in named:
        name, unit = _named(text, by_name)
        if name.startswith(name_of(MARK)):
            heads.mark, heads.version = place, (VERSION.findall(text) or [""])[0]
        elif name == LINE_NUMBER:
            heads.passed_over.add(place)
        elif column := by_name.get(name):
            if column in heads.columns.values():
                words = _("表头有两列“%(label)s”，请只保留一列。") % {"label": column.label}
                heads.problems.append(Problem(words, column=column.code, label=str(column.label)))
            heads.columns[place], heads.units[place] = column, unit
        else:
            heads.passed_over.add(place)
            strange.append(text)
    least = 1 if heads.mark is not None else min(2, len(entry.columns))
    if len(heads.columns) < least or len(heads.columns) * 2 < len(named):
        return None
    if strange:
        heads.notes.append(_("不属于本表的列不会加入：%(names)s。") % {"names": "、".join(strange)})
    absent = [str(column.label) for column in entry.columns if column not in heads.columns.values()]
    if absent:
        heads.notes.append(_("没有的列留空，可以以后再填：%(names)s。") % {"names": "、".join(absent)})
    heads.problems += [
        problem
        for place, column in heads.columns.items()
        if (problem := _wrong_unit(column, heads.units[place]))
    ]
    return heads


def _is_of_another_table(row: Sequence[object]) -> bool:
    """Whether a head that is not ours begins as the heads of our workbooks do."""
    return any(name_of(plain(cell)).startswith(name_of(MARK)) for cell in row)


def _named(text: str, by_name: Mapping[str, Field]) -> tuple[str, str]:
    """A head as the name of a column and the unit behind it: ``原值（元）*``."""
    name = name_of(text)
    if name in by_name:
        return name, ""
    found = re.fullmatch(r"(.+)\(([^()]*)\)", name)
    return (found[1], found[2]) if found else (name, "")


def _wrong_unit(column: Field, unit: str) -> Problem | None:
    known = set(UNITS) if isinstance(column, Money) else {name_of(str(column.unit))}
    if not unit or not column.unit or unit in known:
        return None
    words = _("表头的单位是“%(found)s”，应为“%(unit)s”。") % {"found": unit, "unit": column.unit}
    return Problem(words, column=column.code, label=str(column.label))


def _mark_of(row: Sequence[object], heads: _Heads) -> str:
    return plain(row[heads.mark]) if heads.mark is not None and heads.mark < len(row) else ""


def _line(number: int, row: Sequence[object], heads: _Heads, setting: Setting, used: set[str]) -> Line:
    key = _mark_of(row, heads)
    key = "" if key in used else key
    used.add(key)
    values: dict[str, object] = {}
    read: list[tuple[Field, str, str]] = []
    for place, column in heads.columns.items():
        raw = row[place] if place < len(row) else ""
        problem, values[column.code] = "", None
        try:
            values[column.code] = column.clean(
                typed(column, raw, setting, heads.units.get(place, "")), setting
            )
        except Malformed as malformed:
            problem = str(malformed)
        read.append((column, plain(raw), problem))
    boxes = tuple(_box(column, raw, problem, values, setting) for column, raw, problem in read)
    return Line(number, key, values, boxes)


def _box(column: Field, raw: str, problem: str, values: dict, setting: Setting) -> Box:
    value = values[column.code]
    return Box(
        str(column.label),
        raw if problem else column.say(value, setting),
        problem,
        is_missing=value is None and not problem and column.is_required(values, setting),
        is_number=column.is_number,
    )


def _problems_of(line: Line, row: Sequence[object], heads: _Heads) -> Iterator[Problem]:
    columns = list(heads.columns.values())
    for column, box in zip(columns, line.boxes, strict=True):
        if box.problem:
            yield Problem(box.problem, line.number, column.code, box.label)
    spoken_for = {*heads.columns, *heads.passed_over, heads.mark}
    spare = [plain(cell) for place, cell in enumerate(row) if place not in spoken_for and plain(cell)]
    if spare:
        words = _("多出 %(n)d 格（“%(text)s”），本表只有 %(m)d 列；请带表头复制，或按表头的顺序排列。")
        yield Problem(words % {"n": len(spare), "text": spare[0][:20], "m": len(columns)}, line.number)


# --- writing --------------------------------------------------------------------------------------------------------


def workbook(entry: Rows, stored: Mapping, setting: Setting, version: object, *, filled: bool) -> bytes:
    """The workbook of a table: head, help, an example that is not read back; with ``filled``, the present rows."""
    columns = [workbooks.Column(f"{MARK}（第 {version} 版，勿改）", width=14)]
    for column in entry.columns:
        unit = f"（{column.unit}）" if column.unit else ""
        mark = "*" if column.required is True else ""
        labels = tuple(str(label) for _value, label in _offered(column, setting))
        columns.append(
            workbooks.Column(f"{column.label}{unit}{mark}", labels, column.is_number, _width(column))
        )
    leading = [
        [EXPLAINS, *(_help(column, setting) for column in entry.columns)],
        [EXAMPLE, *(str(column.example) for column in entry.columns)],
    ]
    rows = [
        [row["key"], *(_cell(column, row.get(column.code), setting) for column in entry.columns)]
        for row in (rows_of(stored, entry.code) if filled else ())
    ]
    return workbooks.write(str(entry.label), columns, leading, rows)


def _offered(column: Field, setting: Setting) -> tuple[tuple[object, object], ...]:
    if isinstance(column, Choice) and not isinstance(column, MultiChoice):
        return tuple(column.choices(setting))
    return ()


def _width(column: Field) -> int:
    longest = getattr(column, "longest", None) or 0
    return 28 if longest >= 80 else 18 if column.is_number or not longest else 20


def _help(column: Field, setting: Setting) -> str:
    """What the line of explanations says: the help of the column, then how such a value is written."""
    return "".join([help_of(column, setting), str(_HINTS.get(type(column), ""))]) or _("按实际填写。")


_HINTS: dict[type[Field], Promise] = {
    Date: gettext_lazy("日期，例如 2024-06-30。"),
    MultiChoice: gettext_lazy("可填多项，用顿号隔开。"),
    YesNo: gettext_lazy("填“是”或“否”。"),
}


def _cell(column: Field, value: object, setting: Setting) -> object:
    """A stored value as it stands in the workbook: numbers as numbers, choices by their labels, all else as text."""
    if value is None:
        return ""
    if isinstance(column, Choice):
        return column.say(value, setting)
    text = column.text(value)
    if isinstance(text, bool):
        return _("是") if text else ""
    return Decimal(str(text)) if column.is_number else str(text)
