"""Charts: what a chart says, as plain data, and the charts that may be downloaded as tables, by name.

A chart is drawn in the browser from the very table that stands below it: the table is the chart, the drawing a
convenience. Whoever shows a chart builds it by a function that is registered here, so that its table can be
downloaded from an address of its own, read anew with the same rights and the same filters.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from portal import words

Value = int | Decimal | None
Words = str | Promise

KINDS = {
    "bar": _("柱状图"),
    "hbar": _("条形图"),
    "line": _("折线图"),
    "stacked": _("堆积柱状图"),
    "funnel": _("漏斗图"),
}
SERIES_SAID = 3
"""How many series the sentence for screen readers speaks of; all of them stand in the table."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of figures, a figure for each category; ``urls``: where the rows behind each figure are."""

    label: Words
    values: tuple[Value, ...]
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the table: the plain number, as it is said, and the way to its rows."""

    series: Words
    value: Value
    said: str
    url: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: what it is about, in which unit, and its figures.

    ``head`` says what the categories are. ``asked``: what the address of the page does not already say of the
    figures shown, such as the county of a county's page.
    """

    name: str
    title: Words
    unit: Words
    kind: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    source: Words = ""
    note: Words = ""
    head: Words = field(default=_("项目"))
    asked: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such kind of chart: {self.kind}")
        for each in self.series:
            if len(each.values) != len(self.categories) or (each.urls and len(each.urls) != len(each.values)):
                raise ValueError(f"{self.name}: as many figures, and addresses, as there are categories")

    @property
    def rows(self) -> list[tuple[str, list[Cell]]]:
        """Category by category, the figure of each series."""
        return [
            (
                category,
                [
                    Cell(one.label, one.values[at], said(one.values[at]), one.urls[at] if one.urls else "")
                    for one in self.series
                ],
            )
            for at, category in enumerate(self.categories)
        ]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw: no category, or nothing but noughts."""
        return not any(value for one in self.series for value in one.values)

    @property
    def sentence(self) -> str:
        """What somebody hears who does not see the drawing; the figures themselves are in the table."""
        parts = [
            _("{title}，{kind}，{count} 项").format(
                title=self.title, kind=KINDS[self.kind], count=len(self.categories)
            )
        ]
        for one in self.series[:SERIES_SAID]:
            known = [(value, name) for value, name in zip(one.values, self.categories, strict=True) if value]
            if known:
                most, where = max(known, key=lambda pair: pair[0])
                parts.append(
                    _("{label}最高为{where} {most} {unit}").format(
                        label=one.label, where=where, most=said(most), unit=self.unit
                    )
                )
        return f"{'；'.join(str(part) for part in parts)}。{_('完整数据见下方数据表。')}"

    def sheet(self) -> tuple[list[str], Iterable[list[object]]]:
        """The head and the rows of the table as they are downloaded."""
        head = [str(self.head), *(f"{one.label}（{self.unit}）" for one in self.series)]
        return head, ([category, *(cell.value for cell in cells)] for category, cells in self.rows)

    def query(self, page: QueryDict) -> str:
        """The address's part that asks for the same figures as the page does."""
        asked = page.copy()
        asked.update(dict(self.asked))
        return asked.urlencode() if page else urlencode(self.asked)


def table_rows(figure: Chart) -> SafeString:
    """The rows of its table as a page shows them; each figure leads to its rows where there is a way."""
    return format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (category, format_html_join("", "{}", ((_cell(cell),) for cell in cells)))
            for category, cells in figure.rows
        ),
    )


def _cell(cell: Cell) -> SafeString:
    shown = format_html('<a href="{}">{}</a>', cell.url, cell.said) if cell.url else cell.said
    value = "" if cell.value is None else str(cell.value)
    return format_html('<td class="num" data-value="{}">{}</td>', value, shown)


def said(value: Value) -> str:
    """A figure as it is read: grouped, without needless zeros; a dash where none is known."""
    return "—" if value is None else words.grouped(value)


# --- the charts that can be downloaded ------------------------------------------------------------------------------

Drawn = Callable[[User, QueryDict], Chart]

_REGISTERED: dict[str, Drawn] = {}


def registered(name: str) -> Callable[[Drawn], Drawn]:
    """Make the chart of this name known: the function reads it for a person by what the address asks.

    It refuses (``PermissionDenied``) whoever may not read these figures: nobody else asks.
    """

    def enter(drawn: Drawn) -> Drawn:
        if name in _REGISTERED:
            raise ValueError(f"two charts are called {name}")
        _REGISTERED[name] = drawn
        return drawn

    return enter


def drawn_by(name: str) -> Drawn | None:
    """What reads the chart of this name, if there is one."""
    return _REGISTERED.get(name)
