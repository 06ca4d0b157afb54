"""The book laid out for reading: by section, as facts and tables of plain text, with what must be hidden hidden."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from institutes import policy
from institutes.book.core import Book, Section, rows_of
from institutes.book.kinds import Field, Grid, LongText, Rows
from institutes.book.values import Answers, Setting
from records.crypto import masked


@dataclass(frozen=True, slots=True)
class Item:
    """One fact or one table of a section. ``notes`` are the reasons for which it was returned; what is not asked of
    this unit (``is_asked``) may stay empty."""

    path: str
    label: str | Promise
    text: str = ""
    is_long: bool = False
    head: tuple[tuple[str, bool], ...] = ()
    rows: tuple[tuple["Cell", ...], ...] = ()
    notes: tuple[str, ...] = ()
    is_stacked: bool = False
    is_asked: bool = True

    @property
    def is_table(self) -> bool:
        return bool(self.head)


@dataclass(frozen=True, slots=True)
class Cell:
    path: str
    label: str | Promise
    text: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section as it is read."""

    code: str
    number: str
    title: str | Promise
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the book is laid out: ``blind`` for experts, ``discreet`` where personal data are masked."""

    setting: Setting
    blind: bool = False
    discreet: bool = False

    def say(self, field: Field, value: object) -> str:
        if value is None:
            return ""
        if self.blind and field.identifying:
            return _("（评审时隐去）")
        text = field.say(value, self.setting)
        if self.discreet and field.private:
            return _masked(field, text)
        return text


def _masked(field: Field, text: str) -> str:
    if field.code == "mobile":
        return masked(text)
    if "@" in text:
        name, _sep, domain = text.partition("@")
        return f"{name[:1]}****@{domain}"
    return f"{text[:1]}{'*' * max(1, len(text) - 1)}"


def read(
    book: Book,
    answers: Answers,
    setting: Setting,
    *,
    blind: bool = False,
    discreet: bool = False,
    confidential: bool = False,
    notes: dict[tuple[str, str], list[str]] | None = None,
) -> list[Chapter]:
    """The whole book for a reader; ``notes`` are open reasons by section and path.

    Confidential sections are left out unless they are asked for.
    """
    reader, notes = Reader(setting, blind, discreet), notes or {}
    return [
        Chapter(
            section.code,
            section.number,
            section.title,
            tuple(_items(section, answers.get(section.code, {}), reader, notes)),
        )
        for section in book.sections
        if confidential or not section.confidential
    ]


def _items(section: Section, stored: dict, reader: Reader, notes: dict):
    for entry in section.entries:
        about = tuple(
            text
            for (code, path), texts in notes.items()
            if code == section.code and path.split("-")[0] == entry.code
            for text in texts
        )
        match entry:
            case Rows():
                yield _table_of_rows(entry, rows_of(stored, entry.code), reader, about)
            case Grid():
                yield _table_of_grid(entry, stored.get(entry.code) or {}, reader, about)
            case _:
                text = reader.say(entry, stored.get(entry.code))
                yield Item(
                    entry.code,
                    entry.label,
                    text,
                    isinstance(entry, LongText),
                    notes=about,
                    is_asked=entry.is_required(stored, reader.setting),
                )


def _table_of_rows(entry: Rows, rows: list[dict], reader: Reader, notes: tuple[str, ...]) -> Item:
    """A table; who reads blind is told once which columns are hidden, instead of in every row."""
    columns = [column for column in entry.columns if not (reader.blind and column.identifying)]
    hidden = [str(column.label) for column in entry.columns if column not in columns]
    label = _("%(label)s（%(hidden)s评审时隐去）") % {"label": entry.label, "hidden": "、".join(hidden)}
    head = tuple((str(column.label), column.is_number) for column in columns)
    body = tuple(
        tuple(
            Cell(f"{entry.code}-{row['key']}-{c.code}", c.label, reader.say(c, row.get(c.code)), c.is_number)
            for c in columns
        )
        for row in rows
    )
    return Item(
        entry.code,
        label if hidden and rows else entry.label,
        head=head,
        rows=body,
        notes=notes,
        is_stacked=entry.stacked,
    )


def _table_of_grid(entry: Grid, cells: dict, reader: Reader, notes: tuple[str, ...]) -> Item:
    columns = entry.columns(reader.setting)
    head = ((_("项目"), False), *((str(label), True) for _code, label in columns))
    body = [
        (
            Cell(f"{entry.code}-{line.code}", _("项目"), str(line.label)),
            *(
                Cell(
                    f"{entry.code}-{line.code}-{code}",
                    label,
                    reader.say(line, cells.get(line.code, {}).get(code)),
                    is_number=True,
                )
                for code, label in columns
            ),
        )
        for line in entry.lines
    ]
    if entry.sums and cells:
        body.append(_sum_line(entry, cells, columns, reader))
    return Item(entry.code, entry.label, head=head, rows=tuple(body), notes=notes)


def _sum_line(entry: Grid, cells: dict, columns, reader: Reader) -> tuple[Cell, ...]:
    sums: list[tuple[str, Decimal]] = [
        (code, policy.total(line.get(code) for line in cells.values())) for code, _label in columns
    ]
    return (
        Cell(f"{entry.code}-sum", _("项目"), _("合计")),
        *(
            Cell(f"{entry.code}-sum-{code}", _("合计"), entry.lines[0].say(str(amount), reader.setting), True)
            for code, amount in sums
        ),
    )
