"""What there is, in two questions: for a county or the city, so many of this kind, in that state and year.

What there are many of the database keeps as sums (``kept``); what there are few of, and what changes with the day, is
counted as it stands (``now``), and what belongs to one chain anew (``of_chain``).

Every dashboard reads the same cells and adds up those it needs; a figure and the list that it opens follow the same
conditions, so that they cannot differ.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

VALID, ENDED = "valid", "ended"


@dataclass(frozen=True, slots=True)
class Cell:
    """So many (``n``) of one kind of thing (``what``); ``amount`` is what of them stands here, ``total`` all of it."""

    what: str
    division: int | None
    chain: int | None
    year: int
    kind: str
    state: str
    n: int
    amount: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: these counties or, without any named, the city with its offices; one chain, where one is.

    ``calls_of``: of which year the applications are counted call by call, with what else only the city's board
    shows. ``by_county``: whether applications and orders are told apart by county.
    """

    divisions: tuple[int, ...] | None = None
    chain: int | None = None
    calls_of: int | None = None
    by_county: bool = False


class Cells:
    """Cells to add up; ``where`` names columns with the value or the values that are wanted, None for any."""

    def __init__(self, cells: Iterable[Cell]):
        self._cells: dict[str, list[Cell]] = {}
        for cell in cells:
            self._cells.setdefault(cell.what, []).append(cell)
        self._sorted: dict[tuple[str, ...], dict[tuple, list[Cell]]] = {}

    def pick(self, what: str, **where: Any) -> Iterator[Cell]:
        asked = {name: wanted for name, wanted in where.items() if wanted is not None}
        found = self._by(what, *asked)
        for values in product(*map(_values, asked.values())):
            yield from found.get(values, ())

    def _by(self, what: str, *columns: str) -> dict[tuple, list[Cell]]:
        """The cells of a kind sorted by what stands in these columns: a board asks a thousand times."""
        found = self._sorted.get((what, *columns))
        if found is None:
            found = self._sorted[what, *columns] = {}
            for cell in self._cells.get(what, ()):
                found.setdefault(tuple([getattr(cell, name) for name in columns]), []).append(cell)
        return found

    def n(self, what: str, **where: Any) -> int:
        return sum([cell.n for cell in self.pick(what, **where)])

    def amount(self, what: str, **where: Any) -> Decimal:
        return sum([cell.amount for cell in self.pick(what, **where)], Decimal(0))

    def total(self, what: str, **where: Any) -> Decimal:
        return sum([cell.total for cell in self.pick(what, **where)], Decimal(0))

    def values(self, what: str, column: str, **where: Any) -> list[Any]:
        """The different values of a column, in order."""
        return sorted({getattr(cell, column) for cell in self.pick(what, **where)} - {None})


def _values(wanted: object) -> Collection:
    """What fits: the values of a collection, each once, or the one value."""
    if isinstance(wanted, Collection) and not isinstance(wanted, str):
        return dict.fromkeys(wanted)
    return (wanted,)
