"""Arithmetic of the programme on plain values: the band of the grant, own funds, terms, dates."""

from datetime import date
from decimal import Decimal

HUNDRED = Decimal(100)
FEN = Decimal("0.01")


def own_funds_needed(grant: Decimal, ratio: Decimal) -> Decimal:
    """How much of its own a unit has to bring for this grant."""
    return (grant * ratio).quantize(FEN)


def is_in_band(grant: Decimal, least: Decimal, most: Decimal) -> bool:
    """Whether an amount lies in what “about a million” is taken to mean (四(六))."""
    return least <= grant <= most


def share_of(part: Decimal, whole: Decimal) -> Decimal:
    """A part in per cent of the whole; of nothing, nothing."""
    return (part * HUNDRED / whole).quantize(FEN) if whole else Decimal("0.00")


def last_day(starts_on: date, months: int) -> date:
    """The last day of a term that begins on that day: the day before the same one, ``months`` later."""
    years, month = divmod(starts_on.month - 1 + months, 12)
    year, month = starts_on.year + years, month + 1
    try:
        same = date(year, month, starts_on.day)
    except ValueError:  # there is no such day in that month: its first day after
        same = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(same.toordinal() - 1)


def instalments(grant: Decimal, shares: list[Decimal]) -> list[Decimal]:
    """The grant in instalments by their shares in per cent; the last takes what rounding leaves over."""
    parts = [(grant * share / HUNDRED).quantize(FEN) for share in shares[:-1]]
    return [*parts, grant - sum(parts, Decimal(0))]
