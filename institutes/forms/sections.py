"""The pages of the application book as forms, made from its declaration. Box names are the book's paths."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _

from institutes import book, policy
from institutes.book.helping import columns_told, help_of, help_with_clause
from institutes.book.kinds import Date, Entry, Field, Grid, LongText, Rows, Text
from institutes.book.values import Setting
from institutes.forms.boxes import ChoiceBox, DayBox, TextBox, TickBox
from institutes.models import ApplicationSection

MOST_BLANK_ROWS = 8
LONG = 1000
WIDE, CODE, PARAGRAPH = 80, 9, 200
"""From how many characters on a text in a table wraps within its box, a code keeps its room, a box has two lines."""
_WIDGETS = {
    "text": TextBox,
    "textarea": forms.Textarea,
    "number": TextBox,
    "date": DayBox,
    "select": ChoiceBox,
    "radio": forms.RadioSelect,
    "checkboxes": forms.CheckboxSelectMultiple,
    "tick": forms.CheckboxInput,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its boxes, and the box that removes it."""

    key: str
    cells: list[forms.BoundField]
    delete: forms.BoundField | None
    is_blank: bool = False
    is_complete: bool = False

    @property
    def title(self) -> str:
        """By what the row is known: its first box."""
        return str(self.cells[0].value() or "")

    @property
    def is_open(self) -> bool:
        """Whether there is something to do in the row: a card in order shows its name alone."""
        return not self.is_complete or any(cell.errors or cell.remarks for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a grid: what is asked, in which unit, what counts, and its boxes with the heads of their columns."""

    label: str
    unit: str
    help: str
    help_id: str
    cells: list[tuple[str, forms.BoundField]]


@dataclass(frozen=True, slots=True)
class Block:
    """What the page shows of one entry: a field, a table with rows, or a grid."""

    kind: str
    entry: Entry
    bound: forms.BoundField | None = None
    rows: tuple[Row, ...] = ()
    shape: Row | None = None
    total: int = 0
    heads: tuple[str, ...] = ()
    columns: Sequence[tuple[str, str, str]] = ()
    lines: tuple[Line, ...] = ()
    totals: tuple[tuple[str, Decimal], ...] = ()
    remarks: Sequence[str] = ()
    help: str = ""
    explains: bool = False
    """Whether the columns are explained at once: while a table that must be filled in is empty."""

    @property
    def short(self) -> bool:
        """Whether the box holds so little that a wide one would mislead."""
        return isinstance(self.entry, Date)


class SectionForm(forms.Form):
    """A section of the book. What is missing is no error here: a draft may be saved at any time.

    ``only`` names the boxes that were sent (autosave); otherwise the whole section was. After ``is_valid()``,
    ``changes`` holds what may be stored, also where other boxes are in error.
    """

    use_required_attribute = False

    def __init__(
        self,
        data=None,
        *,
        section: book.Section,
        setting: Setting,
        row: ApplicationSection | None = None,
        only: list[str] | None = None,
    ):
        self.section, self.setting, self.only = section, setting, only
        self.stored = row.answers if row else {}
        self.seen = str(data.get("version", "0")) if data else str(row.version if row else 0)
        self.changes: dict[str, object] = {}
        self.remarks: Mapping[str, Sequence[str]] = {}
        super().__init__(data)
        self.flat = book.flatten(section, self.stored)
        for path, cell in self._boxes() if only is None else self._boxes_named(only):
            self.fields[path] = self._field(path, cell)

    # --- boxes ---

    def _boxes(self) -> Iterator[tuple[str, Field | None]]:
        for entry in self.section.entries:
            match entry:
                case Rows():
                    for key in self._keys(entry):
                        yield from ((f"{entry.code}-{key}-{c.code}", c) for c in entry.columns)
                        yield f"{entry.code}-{key}-DELETE", None
                case Grid():
                    for line in entry.lines:
                        yield from (
                            (f"{entry.code}-{line.code}-{c}", line) for c, _l in entry.columns(self.setting)
                        )
                case _:
                    yield entry.code, entry

    def _boxes_named(self, paths: Iterable[str]) -> Iterator[tuple[str, Field | None]]:
        """Only these: a long table is not drawn up anew for each box that is saved."""
        for path in dict.fromkeys(paths):
            code, _sep, rest = path.partition("-")
            entry, column = self.section.entry(code), rest.rpartition("-")[2]
            if isinstance(entry, Grid) and column not in dict(entry.columns(self.setting)):
                continue
            removes, cell = book.is_removal(self.section, path), book.cell_of(self.section, path)
            if (removes or cell) and "__prefix__" not in path:
                yield path, None if removes else cell

    def _keys(self, entry: Rows) -> list[str]:
        """Rows that are stored, rows that were posted, blank ones, and the shape from which pages make new ones."""
        stored = [row["key"] for row in book.rows_of(self.stored, entry.code)]
        posted = book.row_keys(entry.code, self.data) if self.is_bound else []
        return [*dict.fromkeys([*stored, *posted]), *self._blank_keys(entry, stored, posted), "__prefix__"]

    def _blank_keys(self, entry: Rows, stored: list[str], posted: list[str]) -> list[str]:
        if posted:
            return []
        least, most = entry.bounds(self.setting)
        wanted = min(max(least - len(stored), 1), MOST_BLANK_ROWS, max(most - len(stored), 0))
        first = book.next_key(self.section, self.stored, entry.code)
        return [str(first + n) for n in range(1 if entry.stacked and wanted else wanted)]

    def _field(self, path: str, cell: Field | None) -> forms.Field:
        if cell is None:
            return forms.BooleanField(required=False, label=_("删除本行"), widget=TickBox)
        widget = self._widget(cell, in_table=path.count("-") > 0)
        if path.count("-"):
            widget.attrs["aria-label"] = book.label_of(self.section, path, self.stored, self.setting)
        field = forms.Field(
            label=cell.label,
            help_text=self._help(path, cell),
            widget=widget,
            required=self._is_asked(path, cell),
            initial=cell.text(self.flat.get(path)),
        )
        field.unit = cell.unit
        field.room = self._room(cell) if path.count("-") else ""
        return field

    def _help(self, path: str, cell: Field) -> str:
        """A box by itself says its clause too; in a table the table says it once."""
        return help_of(cell, self.setting) if path.count("-") else help_with_clause(cell, self.setting)

    def _is_asked(self, path: str, cell: Field) -> bool:
        """Whether the box must be filled in as the section stands; in a table, whether it may have to be."""
        return cell.required is not False if path.count("-") else cell.is_required(self.stored, self.setting)

    def _widget(self, cell: Field, *, in_table: bool = False) -> forms.Widget:
        kind = _WIDGETS[cell.widget]
        if in_table and isinstance(cell, Text) and cell.longest >= WIDE:
            return forms.Textarea(attrs={"rows": 2 if cell.longest > PARAGRAPH else 1})
        match cell.widget:
            case "select":
                attrs = {"data-searchable": ""} if len(cell.choices(self.setting)) > 12 else {}
                return kind(choices=[("", _("请选择")), *cell.choices(self.setting)], attrs=attrs)
            case "radio" | "checkboxes":
                return kind(choices=cell.choices(self.setting))
            case "date":
                return kind(format="%Y-%m-%d", attrs={"type": "date"})
            case "number":
                return kind(attrs={"inputmode": "decimal", "autocomplete": "off"})
            case "textarea":
                return kind(attrs={"rows": 6 if self._longest(cell) > LONG else 3})
        return kind()

    def _room(self, cell: Field) -> str:
        """How much room the column has in a table: sentences most, long names wrap, numbers of papers stay whole."""
        if not isinstance(cell, Text):
            return ""
        example = str(cell.example)
        if cell.longest >= WIDE:
            return "long" if cell.longest > PARAGRAPH else "wide"
        return "code" if example.isascii() and len(example) >= CODE else ""

    def _longest(self, cell: Field) -> int:
        """How much a box of paragraphs may hold. No box cuts off what is pasted: too much is said, never lost."""
        limit = self.setting.limits["text_max_chars"]
        return cell.longest or limit if isinstance(cell, LongText) else limit

    # --- reading ---

    def full_clean(self):
        super().full_clean()
        if not self.is_bound:
            return
        posted = {name: self.data.getlist(name) for name in self.data}
        only = None if self.only is None else [p for p in self.only if p in self.fields]
        parsed = book.parse(self.section, posted, self.setting, only=only)
        values = parsed.values if self.only is not None else book.changed_since(self._marks(), parsed.values)
        self.changes = {path: value for path, value in values.items() if path not in self.given_up}
        for path, texts in parsed.errors.items():
            self.add_error(path, texts)

    def _clean_fields(self):
        """The book reads the boxes; Django's own fields only draw them."""

    @property
    def given_up(self) -> set[str]:
        """The boxes in which, after a clash, the person chose what somebody else had saved."""
        start = "settle-"
        chosen = {name for name in self.data if name.startswith(start) and self.data.get(name) == "theirs"}
        return {name.removeprefix(start) for name in chosen}

    def _marks(self) -> dict[str, str]:
        """The marks that went out with the form; what makes no sense counts as none."""
        try:
            marks = json.loads(self.data.get("was") or "{}")
        except ValueError:
            return {}
        return marks if isinstance(marks, dict) else {}

    @property
    def marks(self) -> str:
        """What stood in the form when it was drawn; a form that is shown again keeps the first."""
        if self.is_bound:
            return self.data.get("was", "")
        return json.dumps(book.fingerprints(self.section, self.stored), separators=(",", ":"))

    # --- showing ---

    def blocks(self, remarks: Mapping[str, Sequence[str]] | None = None) -> list[Block]:
        """What the page shows, with the ``remarks`` of the book at their boxes."""
        self.remarks = remarks or {}
        return [self._block(entry) for entry in self.section.entries]

    def _bound(self, path: str) -> forms.BoundField:
        bound = self[path]
        bound.remarks = self.remarks.get(path, ())
        return bound

    def _block(self, entry: Entry) -> Block:
        match entry:
            case Rows():
                keys = self._keys(entry)
                stored = {row["key"] for row in book.rows_of(self.stored, entry.code)}
                offered = not self.is_bound  # what was sent is no blank row, stored or not
                rows = [self._row(entry, key, is_blank=offered and key not in stored) for key in keys]
                numbers = [int(key) + 1 for key in keys if key.isdecimal()]
                heads = tuple(f"{c.label}{f'（{c.unit}）' if c.unit else ''}" for c in entry.columns)
                kind = "cards" if entry.stacked else "rows"
                return Block(
                    kind,
                    entry,
                    rows=tuple(rows[:-1]),
                    shape=rows[-1],
                    total=max(numbers, default=0),
                    heads=heads,
                    remarks=self.remarks.get(entry.code, ()),
                    help=help_with_clause(entry, self.setting),
                    columns=() if entry.stacked else columns_told(entry.columns, self.setting),
                    explains=not stored and entry.bounds(self.setting)[0] > 0,
                )
            case Grid():
                columns = entry.columns(self.setting)
                lines = tuple(self._line(entry.code, line, columns) for line in entry.lines)
                heads = tuple(str(label) for _c, label in columns)
                return Block(
                    "grid",
                    entry,
                    heads=heads,
                    lines=lines,
                    totals=self._totals(entry, columns),
                    remarks=self.remarks.get(entry.code, ()),
                    help=help_with_clause(entry, self.setting),
                )
        return Block("field", entry, bound=self._bound(entry.code))

    def _totals(self, entry: Grid, columns) -> tuple[tuple[str, Decimal], ...]:
        """What is stored of each column, in yuan; the page adds up what is typed."""
        cells = (self.stored.get(entry.code) or {}).values()
        shown = columns if entry.sums else ()
        return tuple((str(label), policy.total(line.get(code) for line in cells)) for code, label in shown)

    def _line(self, code: str, line: Field, columns) -> Line:
        help_id = f"id_{code}-{line.code}-help"
        cells = [(str(label), self._bound(f"{code}-{line.code}-{column}")) for column, label in columns]
        for _label, bound in cells:
            bound.field.widget.attrs["aria-describedby"] = help_id
        return Line(str(line.label), str(line.unit), help_of(line, self.setting), help_id, cells)

    def _row(self, entry: Rows, key: str, *, is_blank: bool) -> Row:
        cells = [self._bound(f"{entry.code}-{key}-{column.code}") for column in entry.columns]
        stored = next((row for row in book.rows_of(self.stored, entry.code) if row["key"] == key), None)
        complete = (
            entry.stacked
            and stored is not None
            and all(
                stored.get(c.code) is not None or not c.is_required(stored, self.setting)
                for c in entry.columns
            )
        )
        return Row(key, cells, self[f"{entry.code}-{key}-DELETE"], is_blank, is_complete=complete)
