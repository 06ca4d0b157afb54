"""Numbers of an edition that have to agree with each other: weights, sheets of experts, instalments, bands. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from evaluation.policy import rules

HUNDRED = Decimal(100)


def faults_of_balance(terms: Mapping[str, Any]) -> Iterator[str]:
    """Where the numbers of an edition contradict each other, in words."""
    if "indicators" in terms:
        yield from rules.faults_of(terms)
    if "instalments" in terms:
        shares = _sum(terms["instalments"], "share")
        if shares != HUNDRED:
            yield f"instalments: the shares add up to {shares}, not to 100"
    if "scoring" in terms:
        yield from _sheet_faults(terms)


def _sheet_faults(terms: Mapping[str, Any]) -> Iterator[str]:
    sheet = terms.get("sheet") or terms.get("dimensions", ())
    full, asked = Decimal(terms["scoring"]["full_mark"]), _sum(sheet, "full_mark")
    if asked != full:
        yield f"sheet: the items add up to {asked}, not to {full}"


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows if name in row), Decimal(0))
