"""The tile map of the city: a tile for each county-level division, all of one size, in classes of its figure.

Pure: figures come in, tiles come out. Every tile says its figure, so that no colour has to be told from another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.divisions import PLACES
from portal.charts import Value, said

CLASSES = 4
"""Into how many classes figures above nought fall at most."""
WIDTH, HEIGHT, GAP = 100, 84, 6
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Figure:
    """What is known of one division: its figure, where its rows are, or why there is none."""

    code: str
    name: str
    value: Value
    url: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A class of the legend: from which figure to which; ``number`` 0 is nought, and 1 to 4 rise."""

    number: int
    low: Value
    high: Value
    count: int

    @property
    def range(self) -> str:
        """The class in numbers: ``0``, ``3``, ``4–9``."""
        return said(self.low) if self.low == self.high else f"{said(self.low)}–{said(self.high)}"


@dataclass(frozen=True, slots=True)
class Tile:
    """A division as it is drawn."""

    figure: Figure
    column: int
    row: int
    short: str
    band: str
    label: str

    @property
    def x(self) -> int:
        return self.column * WIDTH + GAP // 2

    @property
    def y(self) -> int:
        return self.row * HEIGHT + GAP // 2

    @property
    def middle(self) -> int:
        return self.column * WIDTH + WIDTH // 2

    @property
    def said(self) -> str:
        """The figure as it fits into the tile: from a hundred on without its fraction."""
        value = self.figure.value
        if value is None:
            return "—"
        return said(value) if abs(value) < 100 else f"{round(value):,}"


@dataclass(frozen=True, slots=True)
class TileMap:
    """A measure of all divisions, ready to be drawn; ``name`` tells several maps of one page apart."""

    name: str
    title: str | Promise
    unit: str | Promise
    tiles: tuple[Tile, ...]
    bands: tuple[Band, ...]

    width = max(place.column for place in PLACES.values()) * WIDTH + WIDTH
    height = max(place.row for place in PLACES.values()) * HEIGHT + HEIGHT
    tile_width, tile_height = WIDTH - GAP, HEIGHT - GAP

    @property
    def unknown(self) -> int:
        """Of how many divisions the figure is not known, or not this reader's to know."""
        return sum(tile.figure.value is None for tile in self.tiles)

    @property
    def ranking(self) -> list[tuple[int | None, Figure]]:
        """The divisions by their figure, the highest first, with their rank; equal figures share one."""
        known = sorted(
            (tile.figure for tile in self.tiles if tile.figure.value is not None),
            key=lambda figure: (-(figure.value or 0), figure.code),
        )
        values = [figure.value for figure in known]
        ranked: list[tuple[int | None, Figure]] = [(values.index(one.value) + 1, one) for one in known]
        unknown = sorted(
            (t.figure for t in self.tiles if t.figure.value is None), key=lambda figure: figure.code
        )
        return ranked + [(None, figure) for figure in unknown]


def tiles_drawn(found: TileMap) -> SafeString:
    """The tiles as SVG; each leads to its rows where there is a way, and is read out with its figure either way."""
    return format_html_join("\n", "{}", ((_tile_drawn(found, tile),) for tile in found.tiles))


def _tile_drawn(found: TileMap, tile: Tile) -> SafeString:
    ground = format_html(' fill="url(#hatch-{})"', found.name) if tile.band == UNKNOWN else ""
    inside = format_html(
        '<title>{}</title><rect class="tile__shape" x="{}" y="{}" width="{}" height="{}"{} />'
        '<text class="tile__name" x="{}" y="{}" dy="32">{}</text>'
        '<text class="tile__figure" x="{}" y="{}" dy="62">{}</text>',
        *(tile.label, tile.x, tile.y, found.tile_width, found.tile_height, ground),
        *(tile.middle, tile.y, tile.short, tile.middle, tile.y, tile.said),
    )
    said = format_html('aria-label="{}" data-column="{}" data-row="{}"', tile.label, tile.column, tile.row)
    if not tile.figure.url:
        return format_html(
            '<g class="tile tile--{}" role="img" tabindex="0" {}>{}</g>', tile.band, said, inside
        )
    return format_html(
        '<a class="tile tile--{}" href="{}" {}>{}</a>', tile.band, tile.figure.url, said, inside
    )


def drawn(name: str, title: str | Promise, unit: str | Promise, figures: Mapping[str, Figure]) -> TileMap:
    """The map of these figures, by code; a division without one stands there without."""
    bands = classes([figure.value for figure in figures.values()])
    tiles = []
    for code, place in sorted(PLACES.items(), key=lambda pair: (pair[1].row, pair[1].column)):
        figure = figures.get(code) or Figure(code, place.name, None, reason=_("没有数据"))
        known = figure.value is not None
        words = f"{said(figure.value)} {unit}" if known else figure.reason or _("没有数据")
        band = f"{band_of(figure.value, bands)}" if known else UNKNOWN
        tiles.append(
            Tile(
                figure,
                place.column,
                place.row,
                place.name,
                band,
                _("{name}：{words}").format(name=figure.name, words=words),
            )
        )
    return TileMap(name, title, unit, tuple(tiles), tuple(bands))


def classes(values: Iterable[Value]) -> list[Band]:
    """The classes of these figures: nought by itself, the others in at most four of about as many divisions each.

    Equal figures never fall into two classes; where there are few different ones each is a class by itself.
    """
    known = [value for value in values if value is not None]
    above = sorted(value for value in known if value)
    found = [Band(0, 0, 0, len(known) - len(above))] if len(above) < len(known) else []
    groups = _grouped(above)
    steps = range(CLASSES - len(groups) + 1, CLASSES + 1) if len(groups) > 1 else [CLASSES]
    return found + [
        Band(number, group[0], group[-1], len(group))
        for number, group in zip(steps, groups, strict=True)
        if group
    ]


def _grouped(above: Sequence) -> list[list]:
    distinct = sorted(set(above))
    if not distinct:
        return [[]]
    if len(distinct) <= CLASSES:
        return [[value for value in above if value == one] for one in distinct]
    groups: list[list] = [[]]
    for value in distinct:
        taken = sum(len(group) for group in groups)
        if groups[-1] and len(groups) < CLASSES and taken >= len(above) * len(groups) / CLASSES:
            groups.append([])
        groups[-1] += [one for one in above if one == value]
    return groups


def band_of(value: Value, bands: Iterable[Band]) -> int:
    """The class into which a figure falls."""
    return next(band.number for band in bands if value is not None and band.low <= value <= band.high)
