"""Where a county stands among the others: by what everybody may know of them, its institutes."""

from collections import Counter
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Division
from portal.boards.figures import Figure, Line, Table
from portal.boards.looking import Look
from portal.selectors import cells


class Place(NamedTuple):
    """A county's place, equal ones sharing it; how many it has, and how many the county with the most."""

    place: int
    own: int
    most: int


def place_of(look: Look, division: Division, **where: object) -> Place:
    """The county's place by its institutes, those that ``where`` asks for."""
    counts: Counter[int | None] = Counter()
    for cell in look.found.pick("place", **where):
        counts[cell.division] += cell.n
    own = counts[division.pk]
    return Place(sum(count > own for count in counts.values()) + 1, own, max(counts.values(), default=0))


def ranks(look: Look, division: Division) -> Table | None:
    """Institutes on the register, new ones of this year, and all there ever were, beside the county with the most."""
    to, year = look.to, look.on.year
    if not to("institutes:institute-list"):
        return None
    rows: list[tuple[str, str | Promise, dict[str, object], dict[str, object]]] = [
        ("valid", _("在册研究院"), {"state": cells.VALID}, {"standing": "recognised"}),
        ("new", _("{year} 年新认定").format(year=year), {"year": year}, {"year": year}),
        ("ever", _("历年共认定"), {}, {}),
    ]
    lines = [
        _line(code, label, place_of(look, division, **where), to("institutes:institute-list", **asked))
        for code, label, where, asked in rows
    ]
    return Table(
        code="ranks",
        title=_("在全市的位次"),
        note=_("按研究院家数，并列的同位"),
        heads=(_("指标"), _("本地"), _("全市最多"), _("位次")),
        lines=lines,
    )


def _line(code: str, label: str | Promise, found: Place, url: str) -> Line:
    own = Figure(code=f"rank-{code}", label=label, value=found.own, url=url)
    most = Figure(code=f"rank-{code}-most", label=_("全市最多"), value=found.most)
    place = Figure(code=f"rank-{code}-place", label=_("位次"), value=found.place)
    return Line(label, (own, most, place if found.own else None))
