"""What a year is likely to cost, from what is under way: pure arithmetic on plain values, its assumptions said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ROUND = Decimal("100")
"""To so many yuan a forecast is rounded: it is no account."""


@dataclass(frozen=True, slots=True)
class Past:
    """Of ``all`` that were decided after this point in the past ``won`` succeeded. Without a past all are taken to."""

    won: int
    all: int

    @property
    def is_known(self) -> bool:
        return self.all > 0


@dataclass(frozen=True, slots=True)
class Pending:
    """So many (``count``) of a kind wait, and would cost ``amount`` yuan if all of them came to it."""

    code: str
    count: int
    amount: Decimal
    past: Past | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What of it is to be expected by the past; what is certain is expected whole."""

    pending: Pending
    amount: Decimal


def expected(rows: Iterable[Pending]) -> list[Expected]:
    """Each with what is to be expected of it, rounded half up to the hundred yuan."""
    return [Expected(row, _share(row.amount, row.past)) for row in rows]


def _share(amount: Decimal, past: Past | None) -> Decimal:
    if past is None or not past.is_known:
        return amount
    share = amount * past.won / past.all
    return (share / ROUND).quantize(Decimal(1), rounding=ROUND_HALF_UP) * ROUND


def past_of(counts: Mapping[str, int], *, ended: Iterable[str], won: Iterable[str]) -> Past:
    """The past by how many stand in each state: those that ended past a point, and those of them that won."""
    good = frozenset(won)
    after = frozenset(ended) | good
    return Past(sum(counts.get(one, 0) for one in good), sum(counts.get(one, 0) for one in after))
