"""All counties side by side, each number with the way to its rows; and those that lack something."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Division
from funding.enums import MoneyLeg
from institutes.enums import OPEN_STATES
from portal.boards.figures import YUAN, Figure, Line, Table
from portal.boards.looking import CityLook
from portal.boards.urgent import LATE_STATES
from portal.selectors import cells, matters

WITHOUT: dict[str, str | Promise] = {
    "budget": _("未登记本级预算"),
    "policy": _("没有现行配套政策"),
    "institute": _("还没有研究院"),
}
"""What a county can lack (五(二), 五(三), 三)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A number of every county: how it is counted, and which list has its rows."""

    code: str
    head: str | Promise
    unit: str | Promise
    value: Callable
    url: Callable


COLUMNS = (
    Column(
        "overdue",
        _("逾期事项"),
        _("件"),
        lambda look, pk: look.found.n("matter", division=pk, state=LATE_STATES),
        lambda look, pk: look.to("matters", division=pk, late=matters.LATE),
    ),
    Column(
        "open",
        _("在办申报"),
        _("件"),
        lambda look, pk: look.found.n("application", division=pk, state=OPEN_STATES),
        lambda look, pk: look.to("institutes:application-list", division=pk, standing="open"),
    ),
    Column(
        "applied",
        _("当年报送"),
        _("件"),
        lambda look, pk: look.found.n("application", division=pk, year=look.asked.year),
        lambda look, pk: look.to(
            "institutes:application-list", division=pk, passed="received", year=look.asked.year
        ),
    ),
    Column(
        "recognised",
        _("当年新认定"),
        _("家"),
        lambda look, pk: look.found.n("institute", division=pk, year=look.asked.year),
        lambda look, pk: look.to("institutes:institute-list", division=pk, year=look.asked.year),
    ),
    Column(
        "institutes",
        _("在册研究院"),
        _("家"),
        lambda look, pk: look.found.n("institute", division=pk, state=cells.VALID),
        lambda look, pk: look.to("institutes:institute-list", division=pk, standing="recognised"),
    ),
    Column(
        "at_county",
        _("到账待拨（万元）"),
        YUAN,
        lambda look, pk: look.found.amount("order", division=pk, state=MoneyLeg.AT_COUNTY.value),
        lambda look, pk: look.to("funding:disbursement-list", division=pk, leg=MoneyLeg.AT_COUNTY.value),
    ),
    Column(
        "kept",
        _("超期未拨"),
        _("笔"),
        lambda look, pk: look.found.n("kept", division=pk),
        lambda look, pk: look.to("funding:disbursement-list", division=pk, retained="amber"),
    ),
    Column(
        "own_budget",
        _("本级预算（万元）"),
        YUAN,
        lambda look, pk: look.found.total("own_budget", division=pk, year=look.asked.year),
        lambda look, pk: look.to("funding:county-budget-list", division=pk, year=look.asked.year),
    ),
    Column(
        "policies",
        _("配套政策"),
        _("份"),
        lambda look, pk: look.found.n("policy", division=pk),
        lambda look, pk: look.to("institutes:county-policy-list", division=pk, standing="current"),
    ),
)
ALARMING = frozenset({"overdue", "kept"})
"""Numbers that should be nought."""


def lacking(look: CityLook, what: str) -> list[Division]:
    """The counties that lack it; all of them where nothing is named."""
    if what not in WITHOUT:
        return list(look.divisions.values())
    having = {
        "budget": set(look.found.values("own_budget", "division", year=look.asked.year)),
        "policy": set(look.found.values("policy", "division")),
        "institute": {cell.division for cell in look.found.pick("institute", state=cells.VALID)},
    }[what]
    return [one for one in look.divisions.values() if one.pk not in having]


def columns_of(look: CityLook) -> list[Column]:
    """Those whose rows the reader can open."""
    return [column for column in COLUMNS if column.url(look, 0)]


def table_of(look: CityLook, *, without: str = "", sort: str = "") -> Table:
    """A line for each county; ``sort`` is a column's code, with a minus for the largest first."""
    columns = columns_of(look)
    lines = [_line(look, division, columns) for division in lacking(look, without)]
    codes = [column.code for column in columns]
    if (code := sort.removeprefix("-")) in codes:
        place = codes.index(code)
        lines.sort(key=lambda line: _value(line, place), reverse=sort.startswith("-"))
    return Table(
        code="counties",
        title=_("各县（市、区）"),
        heads=(_("县（市、区）"), *(column.head for column in columns)),
        lines=lines,
    )


def _value(line: Line, place: int):
    figure = line.figures[place]
    return figure.value if figure else 0


def _line(look: CityLook, division: Division, columns: Iterable[Column]) -> Line:
    figures = [_figure(look, division, column) for column in columns]
    return Line(division.name, tuple(figures), url=f"/dashboard/{division.code}/")


def _figure(look: CityLook, division: Division, column: Column) -> Figure:
    found = Figure(
        code=f"{column.code}-{division.code}",
        label=column.head,
        value=column.value(look, division.pk),
        unit=column.unit,
        url=column.url(look, division.pk),
    )
    return replace(found, tone="overdue") if column.code in ALARMING and found.value else found
