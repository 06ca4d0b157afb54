"""With which year the cycles of an institute begin."""

from collections.abc import Mapping
from typing import Any


def first_year_of_cycles(
    accepted: int,
    terms: Mapping[str, Any],
    *,
    evaluated_through: int | None = None,
    entered_in: int | None = None,
) -> int:
    """The first year of the first cycle: so many years after acceptance as the edition says (四(四)).

    Of an institute from before the portal (``entered_in`` is the year of its entry) the cycle follows on the period
    that was evaluated last; periods that nobody evaluated then and that were over before the year before are let be,
    so that no round collects it twice.

    >>> first_year_of_cycles(2026, {"starts_years_after_acceptance": 1, "years": 3})
    2027
    """
    first = accepted + int(terms["starts_years_after_acceptance"])
    if evaluated_through is not None:
        first = evaluated_through + 1
    years = int(terms["years"])
    while entered_in is not None and first + years < entered_in:
        first += years
    return first
