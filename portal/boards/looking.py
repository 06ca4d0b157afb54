"""What every part of a board asks: the cells, the ways to the lists, the day, and what was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import Division
from funding.enums import GrantKind, programme_of
from institutes.models import IndustryChain
from portal.boards.figures import Ways
from portal.selectors import cells


@dataclass(frozen=True, slots=True)
class Look:
    """What there is, how its reader comes to the rows, and on which day."""

    found: cells.Cells
    to: Ways
    on: date


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a year, and one county, chain or programme where one is named."""

    year: int
    division: Division | None = None
    chain: IndustryChain | None = None
    programme: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all of the city is asked for: what knows neither county nor chain is shown then alone."""
        return self.division is None and self.chain is None

    @property
    def kinds(self) -> tuple[str, ...] | None:
        """The kinds of awards of the programme; None for all."""
        if not self.programme:
            return None
        return tuple(kind.value for kind in GrantKind if programme_of(kind) == self.programme)


@dataclass(frozen=True, slots=True)
class CityLook(Look):
    """What was asked for besides, with the counties and chains by their keys, and the targets that the city set."""

    asked: Asked
    divisions: Mapping[int, Division]
    chains: Mapping[int, IndustryChain]
    targets: Mapping

    @property
    def money(self) -> dict[str, object]:
        """How lists of money are narrowed besides county and chain."""
        return {"programme": self.asked.programme}
