"""A field that holds a small table: reasons of a return, people at a visit, the checklist of a review.

Each column is a box that repeats by row under one name (``reasons_text``). A program sends a list of objects
under the field's own name instead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

BLANK_ROWS = 3
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: text, or one of ``choices`` (pairs, or headings with pairs). ``wide`` takes the room left."""

    code: str
    label: str
    choices: Choices = ()
    required: bool = True
    longest: int = 200
    wide: bool = False

    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The choices under their headings; those without one under an empty heading."""
        return [
            (str(key), list(label)) if isinstance(label, list | tuple) else ("", [(str(key), str(label))])
            for key, label in self.choices
        ]

    def known(self) -> set[str]:
        """The values that may be chosen."""
        return {value for _heading, options in self.groups() for value, _label in options}


class RowsWidget(forms.Widget):
    """Draws the table. ``fixed`` rows are given by the house and cannot be added to."""

    template = "institutes/widgets/rows.html"

    def __init__(self, columns: Sequence[Column], fixed: Choices = (), attrs=None):
        self.columns, self.fixed = columns, fixed
        super().__init__(attrs)

    def id_for_label(self, id_):
        return f"{id_}_0_{self.columns[0].code}" if id_ else ""

    def value_from_datadict(self, data, files, name):
        if not hasattr(data, "getlist") or name in data:
            return data.get(name) or []
        boxes = [data.getlist(f"{name}_{column.code}") for column in self.columns]
        rows = [
            dict(zip([column.code for column in self.columns], values, strict=True))
            for values in zip(*boxes, strict=False)
        ]
        if not self.fixed:
            return rows
        return [{"item": item} | row for item, row in zip(data.getlist(f"{name}_item"), rows, strict=False)]

    def render(self, name, value, attrs=None, renderer=None):
        rows = self._rows(value or [])
        context = {
            "name": name,
            "id": (attrs or {}).get("id", ""),
            "described_by": (attrs or {}).get("aria-describedby", ""),
            "columns": self.columns,
            "fixed": bool(self.fixed),
            "rows": [self._boxes(row) for row in rows],
            "blank": self._boxes({}),
        }
        return render_to_string(self.template, context)

    def _rows(self, value: Iterable[dict]) -> list[dict]:
        if not self.fixed:
            return [*value, *({} for _row in range(BLANK_ROWS))]
        typed = {row.get("item"): row for row in value}
        return [{"item": code, "label": label} | typed.get(code, {}) for code, label in self.fixed]

    def _boxes(self, row: dict) -> dict:
        boxes = [
            {"column": column, "value": str(row.get(column.code, "")), "groups": column.groups()}
            for column in self.columns
        ]
        return {"item": row.get("item", ""), "label": row.get("label", ""), "boxes": boxes}


class RowsField(forms.Field):
    """A list of ``{column: value}``; blank rows do not count. At least ``least`` rows."""

    def __init__(self, *, columns: Sequence[Column], fixed: Choices = (), least: int = 1, **kwargs):
        self.columns, self.fixed, self.least = columns, fixed, least
        super().__init__(widget=RowsWidget(columns, fixed), **kwargs)

    def set_choices(self, code: str, choices: Choices) -> None:
        """Give a column the choices that depend on the case."""
        self.columns = [
            Column(c.code, c.label, choices, c.required, c.longest, c.wide) if c.code == code else c
            for c in self.columns
        ]
        self.widget.columns = self.columns

    def set_fixed(self, fixed: Choices) -> None:
        """Give the table its rows."""
        self.fixed = self.widget.fixed = fixed

    def to_python(self, value) -> list[dict[str, str]]:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise forms.ValidationError(_("须为一组记录。"))
        codes = [*(["item"] if self.fixed else []), *(column.code for column in self.columns)]
        rows = [{code: str(row.get(code) or "").strip() for code in codes} for row in value]
        return rows if self.fixed else [row for row in rows if any(row.values())]

    def validate(self, rows) -> None:
        if len(rows) < self.least:
            raise forms.ValidationError(_("至少填写 {n} 行。").format(n=self.least))
        if found := [fault for place, row in enumerate(rows, 1) for fault in self._faults(place, row)]:
            raise forms.ValidationError(found)

    def _faults(self, place: int, row: dict[str, str]) -> Iterable[str]:
        where = dict(self.fixed).get(row.get("item", "")) or _("第 {n} 行").format(n=place)
        for column in self.columns:
            value = row[column.code]
            if column.required and not value:
                yield _("{where}：请填写{label}。").format(where=where, label=column.label)
            elif value and column.choices and value not in column.known():
                yield _("{where}：{label}不在可选范围内。").format(where=where, label=column.label)
            elif len(value) > column.longest:
                yield _("{where}：{label}最多 {n} 字。").format(
                    where=where, label=column.label, n=column.longest
                )
