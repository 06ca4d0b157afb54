"""The three questions county by county, on maps of the city: what is late, what is set aside, how many there are."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Division
from portal import tilemap
from portal.boards.figures import YUAN, CountyMap, Figure
from portal.boards.looking import CityLook
from portal.boards.urgent import LATE_STATES
from portal.selectors import cells, matters


def maps(look: CityLook) -> list[CountyMap]:
    """A map for each of the three questions; only of the whole city, and only where the reader opens the rows."""
    if not look.asked.is_whole:
        return []
    found, to, year = look.found, look.to, look.asked.year
    drawn = [
        _map(
            look,
            "overdue",
            _("逾期事项"),
            _("件"),
            lambda pk: found.n("matter", division=pk, state=LATE_STATES),
            lambda pk: to("matters", division=pk, late=matters.LATE),
        ),
        _map(
            look,
            "own-budget",
            _("{year} 年县级本级预算").format(year=year),
            YUAN,
            lambda pk: found.total("own_budget", division=pk, year=year),
            lambda pk: to("funding:county-budget-list", division=pk, year=year),
        ),
        _map(
            look,
            "institutes",
            _("在册研究院"),
            _("家"),
            lambda pk: found.n("institute", division=pk, state=cells.VALID),
            lambda pk: to("institutes:institute-list", division=pk, standing="recognised"),
        ),
    ]
    return [one for one in drawn if one is not None]


def _map(
    look: CityLook,
    code: str,
    title: str | Promise,
    unit: str | Promise,
    value: Callable[[int], int | Decimal],
    url: Callable[[int], str],
) -> CountyMap | None:
    if not url(0):
        return None
    figures = []
    for county in look.divisions.values():
        count = value(county.pk)
        way = url(county.pk) if count else ""
        figures.append(
            (county, Figure(code=f"{code}-in-{county.code}", label=title, value=count, unit=unit, url=way))
        )
    drawn = {county.code: _tile(county, figure) for county, figure in figures}
    return CountyMap(code, figures, tilemap.drawn(f"map-{code}", title, unit, drawn))


def _tile(division: Division, figure: Figure) -> tilemap.Figure:
    return tilemap.Figure(division.code, division.name, figure.written, figure.url)
