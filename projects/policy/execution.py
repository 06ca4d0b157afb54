"""How a budget is carried out, on plain values: what was spent per line and source, and what is left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from projects.policy import share_of


@dataclass(frozen=True, slots=True)
class Execution:
    """One line of the budget beside what was spent of it, by source; in yuan."""

    code: str
    label: str
    grant: Decimal
    grant_spent: Decimal
    own: Decimal
    own_spent: Decimal

    @property
    def grant_left(self) -> Decimal:
        return self.grant - self.grant_spent

    @property
    def own_left(self) -> Decimal:
        """What of the own funds is still to be spent; more than was promised may be."""
        return max(self.own - self.own_spent, Decimal(0))

    @property
    def share(self) -> Decimal:
        """How much of the grant of this line is spent, in per cent."""
        return share_of(self.grant_spent, self.grant)


def execution(
    lines: Iterable[tuple[str, str, Decimal, Decimal]], spent: Mapping[tuple[str, str], Decimal]
) -> list[Execution]:
    """``lines``: code, label, grant, own; ``spent`` by code and source."""
    none = Decimal(0)
    return [
        Execution(
            code=code,
            label=label,
            grant=grant,
            grant_spent=spent.get((code, "grant"), none),
            own=own,
            own_spent=spent.get((code, "own"), none),
        )
        for code, label, grant, own in lines
    ]


def whole(rows: Iterable[Execution]) -> Execution:
    """All lines together."""
    known = list(rows)

    def add(name: str) -> Decimal:
        return sum((getattr(row, name) for row in known), Decimal(0))

    return Execution("", "合计", add("grant"), add("grant_spent"), add("own"), add("own_spent"))
