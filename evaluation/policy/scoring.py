"""What the locked scores come to. Plain values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Result:
    """What the locked scores come to."""

    score: Decimal
    spread: Decimal
    passed: bool
    flagged: bool
    dropped: int


def total_of(points: Mapping[str, Decimal]) -> Decimal:
    """An expert's total: the sum over the dimensions of the sheet."""
    return sum(points.values(), Decimal(0))


def mean_of(values: Sequence[Decimal], *, places: int) -> Decimal:
    """The plain mean, rounded half up. Raises ``ValueError`` without values."""
    if not values:
        raise ValueError("no values")
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def aggregate(totals: Sequence[Decimal], terms: Mapping) -> Result:
    """The panel's score: with seven or more, without one highest and one lowest; else the plain mean.

    Rounded half up to the decimals of the edition, in this one place. Raises ``ValueError`` without totals:
    a missing score is never imputed.
    """
    if not totals:
        raise ValueError("no locked score")
    ordered = sorted(totals)
    trimmed = ordered[1:-1] if len(ordered) >= int(terms["trim_from"]) else ordered
    score = mean_of(trimmed, places=int(terms["decimals"]))
    spread = ordered[-1] - ordered[0]
    return Result(
        score=score,
        spread=spread,
        passed=score >= Decimal(terms["pass_mark"]),
        flagged=spread > Decimal(terms["spread_flag"]),
        dropped=len(ordered) - len(trimmed),
    )
