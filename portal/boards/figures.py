"""A figure and the way to the rows behind it; lines and tables of figures; the three questions of a board."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode

from accounts.models import Division
from accounts.roles import Role
from portal import navigation, words
from portal.tilemap import TileMap
from records.amounts import WAN

NARROW, HALF_PAGE = 3, 6
"""How many columns a phone shows side by side, and how many half of a page."""
HEAD_LINES = 3
"""How many lines of a table its heading is as high as."""
YUAN = "万元"
"""The unit of figures that are money: they are kept in yuan and shown in 万元."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its unit, and the address of the list whose rows it counts or adds up.

    ``more`` is what belongs to it: how much of it is new, or what it is measured by. Without an address the reader
    may know the number, and not the rows.
    """

    code: str
    label: str | Promise
    value: int | Decimal
    unit: str | Promise = ""
    url: str = ""
    tone: str = ""
    note: str | Promise = ""
    more: "Figure | None" = None

    @property
    def is_money(self) -> bool:
        return self.unit == YUAN

    @property
    def written(self) -> int | Decimal:
        """The number as it stands in a table to take along: amounts in 万元."""
        return Decimal(self.value) / WAN if self.is_money else self.value

    @property
    def short(self) -> str:
        """The number where there is little room: of 万元 no more than two decimals."""
        return words.grouped(round(self.written, 2)) if self.is_money else self.shown

    @property
    def shown(self) -> str:
        """The number as it is read."""
        return words.in_wan(self.value) if self.is_money else f"{self.value:,}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: what it is about, and a figure for each column; None where there is nothing to say."""

    label: str | Promise
    figures: tuple[Figure | None, ...]
    url: str = ""
    note: str | Promise = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Lines under their heads; ``empty`` says why there are none."""

    code: str
    title: str | Promise
    heads: tuple[str | Promise, ...]
    lines: list[Line] = field(default_factory=list)
    note: str | Promise = ""
    empty: str | Promise = ""
    url: str = ""
    url_label: str | Promise = ""

    @property
    def rows(self) -> list[tuple[Line, list[tuple[str | Promise, Figure | None]]]]:
        """Each line with its figures under the heads of their columns."""
        return [(line, list(zip(self.heads[1:], line.figures, strict=True))) for line in self.lines]

    @property
    def is_broad(self) -> bool:
        """Whether half of a page is too narrow for it."""
        return len(self.heads) > HALF_PAGE

    @property
    def is_wide(self) -> bool:
        """Whether it has more columns than a phone shows side by side."""
        return len(self.heads) > NARROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One of the three questions of whoever leads, answered by two figures, a short table and words."""

    code: str
    title: str | Promise
    figures: tuple[Figure, ...]
    table: Table
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CountyMap:
    """A figure of each county, with the map on which they are drawn."""

    code: str
    figures: list[tuple[Division, Figure]]
    drawn: TileMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that one page of figures shows: its questions, its maps where it has any, then its tables."""

    title: str
    questions: list[Question]
    tables: list[Table]
    maps: list[CountyMap] = field(default_factory=list)
    actions: list[tuple[str | Promise, str]] = field(default_factory=list)

    @property
    def wide(self) -> list[Table]:
        """Tables that take the whole width of the page, as they have many columns."""
        return [table for table in self.tables if table.is_broad]

    @property
    def stacks(self) -> list[list[Table]]:
        """The other tables in two stacks side by side, each put on the one that is shorter by then."""
        stacks: tuple[list[Table], list[Table]] = ([], [])
        heights = [0, 0]
        for table in self.tables:
            if not table.is_broad:
                at = heights.index(min(heights))
                stacks[at].append(table)
                heights[at] += len(table.lines) + HEAD_LINES
        return [stack for stack in stacks if stack]

    def figures(self) -> Iterator[tuple[str, str, Figure]]:
        """Every figure with what it stands under and its line, those that belong to others among them."""
        for question in self.questions:
            for one in question.figures:
                yield from _with_more(str(question.title), str(one.label), one)
            yield from _of(question.table)
        for each in self.maps:
            for county, one in each.figures:
                yield str(each.drawn.title), str(county), one
        for table in self.tables:
            yield from _of(table)


def _of(table: Table) -> Iterator[tuple[str, str, Figure]]:
    for line in table.lines:
        for one in line.figures:
            if one is not None:
                yield from _with_more(str(table.title), str(line.label), one)


def _with_more(title: str, label: str, one: Figure) -> Iterator[tuple[str, str, Figure]]:
    yield title, label, one
    if one.more is not None:
        yield title, label, one.more


@dataclass(frozen=True, slots=True)
class Ways:
    """How a reader comes from figures to rows: ``base`` is what narrows every list (a county, a chain).

    A list that the reader's roles do not open has no address.
    """

    roles: frozenset[str]
    base: tuple[tuple[str, int], ...] = ()

    def __call__(self, url_name: str, **asked: object) -> str:
        if not navigation.is_open_to(url_name, self.roles):
            return ""
        given = {name: value for name, value in asked.items() if value not in ("", None)}
        query = urlencode(dict(self.base) | given)
        return f"{reverse(url_name)}?{query}" if query else reverse(url_name)


def in_order(questions: list[Question], roles: frozenset[str]) -> list[Question]:
    """The questions as their reader asks them: whoever looks after money alone begins with the money."""
    if roles <= {Role.COUNTY_FIN, Role.FINANCE}:
        return sorted(questions, key=lambda one: one.code != "money")
    return questions


def readable(figures: "list[Figure]") -> tuple[Figure, ...]:
    """Those whose rows the reader can open."""
    return tuple(one for one in figures if one.url)
