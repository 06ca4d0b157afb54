"""The book: sections of fields, the annexes, and everything that is worked out from that declaration.

A value stands at a *path* inside its section: ``institute_name`` for a field, ``partners-2-name`` for a cell of
a table with rows (row key in the middle), ``finance-revenue-2025`` for a cell of a grid. The path is also the
name of the box on the page, the key of its version, and what a reason for returning a case points to.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from institutes.book.kinds import Entry, Field, Grid, Rows
from institutes.book.values import Answers, Fault, Malformed, Setting

Rule = Callable[[Answers, Setting], Iterable[Fault]]
DELETE = "DELETE"
NEW_ROW = "__prefix__"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the book. ``rules`` say what does not add up, ``hints`` what looks odd but may stand.

    ``optional``: nothing in it is asked for. ``confidential``: the unit's word to the bureau alone, read by nobody
    else and left out wherever the book is read unless it is asked for.
    """

    code: str
    number: str
    title: str | Promise
    entries: tuple[Entry, ...]
    intro: str | Promise = ""
    rules: tuple[Rule, ...] = ()
    hints: tuple[Rule, ...] = ()
    optional: bool = False
    confidential: bool = False

    def entry(self, code: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """A kind of file that belongs to the book; ``needed`` says how many are asked for now (0: as one likes)."""

    code: str
    label: str | Promise
    section: str
    needed: Callable[[Answers, Setting], int]
    help: str | Promise = ""
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """An edition of the application book."""

    edition: str
    title: str | Promise
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...]

    def section(self, code: str) -> Section | None:
        return next((section for section in self.sections if section.code == code), None)

    def annex(self, code: str) -> Annex | None:
        return next((annex for annex in self.annexes if annex.code == code), None)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was posted for a section: values by path, and for each box that cannot be read, why."""

    values: dict[str, object] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)


# --- paths ----------------------------------------------------------------------------------------------------------


def cell_of(section: Section, path: str) -> Field | None:
    """The field that is asked at ``path``; None where this section has no such box."""
    code, _sep, rest = path.partition("-")
    match section.entry(code):
        case Rows(columns=columns) if rest.count("-") == 1:
            return _named(columns, rest.partition("-")[2])
        case Grid(lines=lines) if rest.count("-") == 1:
            return _named(lines, rest.partition("-")[0])
        case Field() as found if not rest:
            return found
    return None


def _named(fields: Sequence[Field], code: str) -> Field | None:
    return next((found for found in fields if found.code == code), None)


def is_removal(section: Section, path: str) -> bool:
    """Whether ``path`` is the box that removes a row."""
    code, _sep, rest = path.partition("-")
    return isinstance(section.entry(code), Rows) and rest.endswith(f"-{DELETE}") and rest.count("-") == 1


def label_of(section: Section, path: str, stored: Mapping, setting: Setting) -> str:
    """The box at ``path`` in words: “共建单位 第 2 行 · 单位名称”."""
    code, _sep, rest = path.partition("-")
    first, _sep, second = rest.partition("-")
    entry = section.entry(code)
    if isinstance(entry, Rows) and rest:
        place = next((n for n, row in enumerate(rows_of(stored, code), 1) if row["key"] == first), None)
        column = _named(entry.columns, second)
        where = _("第 %(n)s 行") % {"n": place} if place else _("新增一行")
        return f"{entry.label} {where}{f' · {column.label}' if column else ''}"
    if isinstance(entry, Grid) and rest:
        line, column_label = _named(entry.lines, first), dict(entry.columns(setting)).get(second, second)
        return f"{entry.label} · {line.label if line else first}（{column_label}）"
    return str(entry.label) if entry else path


def rows_of(stored: Mapping, code: str) -> list[dict]:
    return list(stored.get(code) or ())


def flatten(section: Section, stored: Mapping) -> dict[str, object]:
    """Every stored value of a section by its path."""
    found: dict[str, object] = {}
    for entry in section.entries:
        value = stored.get(entry.code)
        match entry:
            case Rows():
                for row in value or ():
                    cells = {f"{entry.code}-{row['key']}-{c.code}": row.get(c.code) for c in entry.columns}
                    found |= {path: cell for path, cell in cells.items() if cell is not None}
            case Grid():
                for line, cells in (value or {}).items():
                    found |= {f"{entry.code}-{line}-{column}": cell for column, cell in cells.items()}
            case _ if value is not None:
                found[entry.code] = value
    return found


# --- reading what was posted ----------------------------------------------------------------------------------------


def parse(
    section: Section,
    posted: Mapping[str, Sequence[str]],
    setting: Setting,
    *,
    only: Iterable[str] | None = None,
) -> Parsed:
    """Read the boxes of a section: all of them, or ``only`` those named (what autosave says has changed)."""
    parsed = Parsed()
    for path in _paths_posted(section, posted, setting) if only is None else only:
        if is_removal(section, path):
            if any(posted.get(path, ())):
                parsed.values[path] = True
        elif cell := cell_of(section, path):
            try:
                parsed.values[path] = cell.clean(posted.get(path, ()), setting)
            except Malformed as problem:
                parsed.errors[path] = [str(problem)]
    return parsed


def _paths_posted(section: Section, posted: Mapping[str, Sequence[str]], setting: Setting) -> Iterator[str]:
    for entry in section.entries:
        match entry:
            case Rows():
                for key in row_keys(entry.code, posted):
                    yield from (f"{entry.code}-{key}-{column.code}" for column in entry.columns)
                    yield f"{entry.code}-{key}-{DELETE}"
            case Grid():
                columns = [code for code, _label in entry.columns(setting)]
                yield from (
                    f"{entry.code}-{line.code}-{column}" for line in entry.lines for column in columns
                )
            case _:
                yield entry.code


def row_keys(code: str, names: Iterable[str]) -> list[str]:
    """The keys of the rows of table ``code`` among names of boxes, in their order."""
    parts = (name.split("-") for name in names)
    return list(
        dict.fromkeys(part[1] for part in parts if len(part) == 3 and part[0] == code and part[1] != NEW_ROW)
    )


def checked(section: Section, values: Mapping[str, object], setting: Setting, stored: Mapping) -> Parsed:
    """Values that did not come from a form, read as if they had been typed; unknown boxes are errors."""
    parsed = Parsed()
    for path, value in values.items():
        cell = cell_of(section, path)
        if is_removal(section, path):
            parsed.values[path] = bool(value)
        elif cell is None:
            parsed.errors[path] = [_("申报书中没有“%(path)s”这一项。") % {"path": path}]
        else:
            text = cell.text(value)
            posted = text if isinstance(text, list) else ["on"] if text is True else [str(text or "")]
            read = parse(section, {path: posted}, setting, only=[path])
            parsed.values.update(read.values)
            parsed.errors.update(read.errors)
    return parsed


def fingerprint(value: object) -> str:
    """A short mark by which a value is recognised as unchanged."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:8]


def fingerprints(section: Section, stored: Mapping) -> dict[str, str]:
    """The mark of every stored value; goes out with the form and tells, when it returns, what was changed."""
    return {path: fingerprint(value) for path, value in flatten(section, stored).items()}


def changed_since(marks: Mapping[str, str], values: Mapping[str, object]) -> dict[str, object]:
    """Those of ``values`` that differ from what stood in the form when it was drawn."""
    nothing = fingerprint(None)
    return {path: value for path, value in values.items() if fingerprint(value) != marks.get(path, nothing)}


def apply_changes(section: Section, stored: Mapping, changes: Mapping[str, object]) -> dict:
    """The section's answers after ``changes`` by path. Rows that are removed or left wholly blank disappear."""
    answers = json.loads(json.dumps(dict(stored)))
    for path, value in changes.items():
        code, _sep, rest = path.partition("-")
        first, _sep, second = rest.partition("-")
        match section.entry(code):
            case Rows():
                _put_cell(answers.setdefault(code, []), first, second, value)
            case Grid():
                _put(answers.setdefault(code, {}).setdefault(first, {}), second, value)
            case Field():
                _put(answers, code, value)
    for entry in section.entries:
        if isinstance(entry, Rows) and entry.code in answers:
            answers[entry.code] = [row for row in answers[entry.code] if _is_kept(row)]
    return answers


def _put(target: dict, key: str, value: object) -> None:
    if value is None:
        target.pop(key, None)
    else:
        target[key] = value


def _put_cell(rows: list[dict], key: str, column: str, value: object) -> None:
    row = next((row for row in rows if row["key"] == key), None)
    if row is None:
        row = {"key": key}
        rows.append(row)
    _put(row, column, value or None if column == DELETE else value)


def _is_kept(row: dict) -> bool:
    return DELETE not in row and any(name != "key" for name in row)


def next_key(section: Section, stored: Mapping, code: str) -> int:
    """A number that no row of the table has as its key."""
    keys = [int(row["key"]) for row in rows_of(stored, code) if str(row["key"]).isdigit()]
    return max(keys, default=-1) + 1


# --- what is missing, what is wrong ---------------------------------------------------------------------------------


def section_faults(section: Section, answers: Answers, setting: Setting) -> list[Fault]:
    """Everything missing in a section, then everything in it that does not add up."""
    stored = answers.get(section.code, {})
    found = [fault for entry in section.entries for fault in _missing(section, entry, stored, setting)]
    return found + [fault for rule in section.rules for fault in rule(answers, setting)]


def _missing(section: Section, entry: Entry, stored: Mapping, setting: Setting) -> Iterator[Fault]:
    def fault(path: str, text: str, clause: str = "") -> Fault:
        label = label_of(section, path, stored, setting)
        return Fault(section.code, path, label, text, clause or entry.clause)

    match entry:
        case Rows():
            rows, (least, most) = rows_of(stored, entry.code), entry.bounds(setting)
            if len(rows) < least:
                yield fault(
                    entry.code, _("至少填写 %(n)d 行，现有 %(m)d 行。") % {"n": least, "m": len(rows)}
                )
            if len(rows) > most:
                yield fault(entry.code, _("最多填写 %(n)d 行，现有 %(m)d 行。") % {"n": most, "m": len(rows)})
            for row in rows:
                for column in entry.columns:
                    if column.is_required(row, setting) and row.get(column.code) is None:
                        yield fault(f"{entry.code}-{row['key']}-{column.code}", _("未填写。"), column.clause)
        case Grid():
            cells, asked = stored.get(entry.code) or {}, entry.asked(setting, dict(stored))
            for line in entry.lines:
                for column in asked:
                    if line.required and cells.get(line.code, {}).get(column) is None:
                        yield fault(f"{entry.code}-{line.code}-{column}", _("未填写，没有发生额请填 0。"))
        case _:
            if entry.is_required(dict(stored), setting) and stored.get(entry.code) is None:
                yield fault(entry.code, _("未填写。"))


def annex_faults(book: Book, answers: Answers, held: Mapping[str, int], setting: Setting) -> list[Fault]:
    """The annexes still missing; ``held`` counts what there is of each kind."""
    found = []
    for annex in book.annexes:
        needed, have = annex.needed(answers, setting), held.get(annex.code, 0)
        if have < needed:
            text = _("需 %(n)d 份，已上传 %(m)d 份。") % {"n": needed, "m": have}
            found.append(Fault(ANNEXES, f"annex-{annex.code}", str(annex.label), text, annex.clause))
    return found


ANNEXES = "annexes"


def faults(book: Book, answers: Answers, held: Mapping[str, int], setting: Setting) -> list[Fault]:
    """Everything that keeps the book from being handed in, all at once, in the order of the book."""
    found = [fault for section in book.sections for fault in section_faults(section, answers, setting)]
    return found + annex_faults(book, answers, held, setting)


def hints(book: Book, answers: Answers, setting: Setting) -> list[Fault]:
    """What looks odd and may stand: for the applicant to check, for the clerk to see."""
    return [hint for section in book.sections for rule in section.hints for hint in rule(answers, setting)]


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a section is: what is missing, what is wrong."""

    missing: int
    wrong: int
    begun: bool
    optional: bool = False

    @property
    def state(self) -> str:
        if not self.missing and not self.wrong:
            return "done"
        return "errors" if self.wrong and self.begun else "open"

    @property
    def said(self) -> str:
        if self.state == "done":
            return _("选填") if self.optional and not self.begun else _("已完整")
        if not self.begun:
            return _("未填写")
        if self.wrong and self.missing:
            return _("缺 %(n)d 项，%(m)d 处有误") % {"n": self.missing, "m": self.wrong}
        if self.wrong:
            return _("%(m)d 处有误") % {"m": self.wrong}
        return _("缺 %(n)d 项") % {"n": self.missing}


def completeness(section: Section, answers: Answers, setting: Setting) -> Completeness:
    """How complete a section is."""
    stored = answers.get(section.code, {})
    missing = sum(1 for entry in section.entries for _fault in _missing(section, entry, stored, setting))
    wrong = sum(1 for rule in section.rules for _fault in rule(answers, setting))
    begun = bool(flatten(section, stored))
    return Completeness(missing, wrong, begun=begun, optional=section.optional)
