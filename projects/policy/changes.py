"""Changes of a running project on plain values: how much money moves between lines, how far a term may grow."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from projects.policy import HUNDRED

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the budget by source, in yuan."""

    grant: Decimal = NONE
    own: Decimal = NONE


def shifted(before: Mapping[str, Line], after: Mapping[str, Line]) -> Decimal:
    """How much of the grant moves from line to line: what lines gain, which is what others lose."""
    return sum((max(one.grant - before.get(code, Line()).grant, NONE) for code, one in after.items()), NONE)


def is_the_units_own(moved: Decimal, moved_before: Decimal, grant: Decimal, most: Decimal) -> bool:
    """Whether a unit may move that much alone: with what it moved alone before, no more than ``most`` per cent.

    By the exact numbers: a share is rounded for people, never for the rule.
    """
    return (moved + moved_before) * HUNDRED <= most * grant


def below_spent(after: Mapping[str, Line], spent: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The lines that would have less of the grant than was spent already, each with how much is lacking."""
    found = {code: gone - after.get(code, Line()).grant for code, gone in spent.items()}
    return {code: lacking for code, lacking in found.items() if lacking > NONE}


def sums(lines: Iterable[Line]) -> Line:
    """All lines together."""
    known = list(lines)
    return Line(sum((one.grant for one in known), NONE), sum((one.own for one in known), NONE))


def out_of_order(days: Iterable[tuple[str, date, date]], ends_on: date) -> list[tuple[str, str]]:
    """Of stages with their former and their new day: those that would come earlier, or after the end."""
    found = []
    for title, former, new in days:
        if new < former:
            found.append((title, "earlier"))
        elif new > ends_on:
            found.append((title, "after_the_end"))
    return found
