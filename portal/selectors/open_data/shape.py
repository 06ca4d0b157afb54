"""What a dataset is: which rows everybody may have, in which columns, and what each column means.

A column that is not named here is not published: rows are read column by column, never as whole objects.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model, Q, QuerySet, TextChoices
from django.utils import timezone

from records import audit
from records.audit import Latest
from records.models import AuditEvent

CHUNK = 2_000
JOINT = "；"
"""Between several names in one cell."""
KINDS = {
    "string": "文本",
    "integer": "整数",
    "number": "小数",
    "year": "年份",
    "date": "日期",
    "datetime": "时间",
    "boolean": "真假",
}
"""The types of the table schema, in words."""
DIGESTS = ("seal", "fingerprint", "commitment")
"""Columns of which a page shows only the beginning."""

Cell = Any
Make = Callable[[Any], Cell]
Cells = Callable[[date, datetime | None, int | None], Iterator[list[Cell]]]
"""Rows that are worked out: on a day, since a moment, and how many at most."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for programs and for people, what it means, and from where it comes.

    ``source`` is the path in the rows; ``make`` turns what is found there into what is published. ``clause`` is the
    clause of the policy on which the figure rests.
    """

    name: str
    label: str
    kind: str = "string"
    source: str = ""
    meaning: str = ""
    unit: str = ""
    clause: str = ""
    choices: type[TextChoices] | None = None
    required: bool = True
    make: Make | None = None

    @property
    def path(self) -> str:
        return self.source or self.name

    @property
    def kind_label(self) -> str:
        """Its type in words."""
        return KINDS[self.kind]

    @property
    def is_number(self) -> bool:
        return self.kind in ("integer", "number")

    @property
    def is_address(self) -> bool:
        return self.name == "url" or self.name.endswith("_url")

    @property
    def is_digest(self) -> bool:
        return self.name in DIGESTS

    def cell(self, value: Any) -> Cell:
        """What is published of a value of the database."""
        return self.make(value) if self.make else value

    def in_words(self, cell: Cell) -> Cell:
        """The same for people: codes by their labels, moments as one reads them."""
        if cell is None or cell == "":
            return ""
        if self.choices:
            return str(self.choices(cell).label)
        if isinstance(cell, bool):
            return "是" if cell else "否"
        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else cell


@dataclass(frozen=True, slots=True)
class State:
    """How a dataset stands: as which version, and when it changed last."""

    version: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Touch:
    """Lines of the register about ``model`` may change rows: those that reach its subject by ``path``."""

    model: type[Model]
    path: str = "pk"

    @property
    def kind(self) -> str:
        return str(self.model._meta.label_lower)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Rows that are published together, under one address.

    ``rows`` gives what may be read on a day; ``cells`` takes its place where rows are worked out, not read. ``touches``
    names every kind of case whose lines in the register may have changed a row: from there comes the last change, or
    from ``changed`` where the register does not know it. ``tells_news``: whether it can be asked what is new since a
    moment; a sum cannot.
    """

    name: str
    title: str
    about: str
    keywords: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[date], QuerySet] | None = None
    cells: Cells | None = None
    touches: tuple[Touch, ...] = ()
    changed: Callable[[], State] | None = None
    clause: str = ""
    tells_news: bool = True
    follows_the_day: bool = False

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def read(
        self, *, on: date, since: datetime | None = None, most: int | None = None
    ) -> Iterator[list[Cell]]:
        """Its rows, a few at a time, however many there are; with ``since`` those that the register has touched."""
        if self.rows is None:
            yield from self.cells(on, since, most) if self.cells else ()
            return
        rows = self.rows(on)
        if since:
            rows = rows.filter(self._touched(rows, since))
        paths = list(dict.fromkeys(column.path for column in self.columns))
        places = [(column, paths.index(column.path)) for column in self.columns]
        for found in rows.values_list(*paths)[:most].iterator(chunk_size=CHUNK):
            yield [column.cell(found[place]) for column, place in places]

    def _touched(self, rows: QuerySet, since: datetime) -> Q:
        found = Q(pk__in=[])
        for touch in self.touches:
            lines = AuditEvent.objects.filter(subject_type=touch.kind, at__gte=since).order_by()
            about = {f"{touch.path}__in": lines.values("subject_id")}
            found |= Q(pk__in=rows.model._base_manager.filter(**about).order_by().values("pk"))
        return found

    def state(self, latest: dict[str, Latest], *, on: date) -> State:
        """How it stands: a version that changes whenever its rows may have changed, and the last change."""
        if self.changed is not None:
            return self.changed()
        lines = [latest[touch.kind] for touch in self.touches if touch.kind in latest]
        place = max((line.position for line in lines), default=0)
        parts = [
            self.name,
            *self.names,
            str(place),
            str(on) if self.follows_the_day else "",
        ]
        return State(fingerprint_of(*parts), max((line.at for line in lines), default=None))


def fingerprint_of(*parts: str) -> str:
    """A short name for a version."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def states_of(datasets: Iterable[Dataset], *, on: date) -> dict[str, State]:
    """Version and last change of each of these; one query for all that the register knows of."""
    datasets = list(datasets)
    latest = audit.latest({touch.kind for dataset in datasets for touch in dataset.touches})
    return {dataset.name: dataset.state(latest, on=on) for dataset in datasets}


def joined(names: list[str] | str | None) -> str:
    """Several names in one cell."""
    parts = names.splitlines() if isinstance(names, str) else list(names or ())
    return JOINT.join(part for part in parts if part)
