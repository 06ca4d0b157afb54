"""Sums of a county or of the city, as many as a page shows in one query, whatever the number of rows behind them.

A page names the cuts that it needs; each is a sum of one thing, by the keys that it asks for::

    found = tallies.read(divisions, states=Cut(Tallied.APPLICATIONS, by=("state",)),
                         paid=Cut(Tallied.LEGS, by=("state",), year=2026))
    found["states"].count_of("reviewing"), found["paid"].amount

========================  ======================================  ==============  ================  ============
What                      year                                    kind            state             amount
========================  ======================================  ==============  ================  ============
applications (received)   of the call                             key of the call of the lifecycle
institutes, by chain      of the certificate                                      ``Standing``
recognitions, by chain    in which it was recognised                              year of its end
pool                                                                              of the lifecycle
achievements, by chain    in which it was brought about           goal, if any
verifications, by chain   in which it was verified                goal            year annulled
filings                   of the province's document                              of the lifecycle
projects, by chain        of the approval                                         of the lifecycle  grant
evaluations               of the round                            grade           of the lifecycle
promises of counties                                                                                promised
proposals (received)                                                              of the lifecycle  asked
approved awards           of the budget                           ``GrantKind``                     granted
legs                      of the budget, 0 without one            ``GrantKind``   ``MoneyLeg``      on this leg
========================  ======================================  ==============  ================  ============
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from portal.models import Tallied

SOURCE = "portal_tally"
"""Where sums are read; what is measured against reads them elsewhere."""
WHOLE_CITY = None
"""Instead of divisions: everything there is, also of divisions that exist no more."""
# Key: column, and what its values are in Python.
_KEYS: dict[str, tuple[str, type]] = {
    "division": ("division_id", int),
    "year": ("year", int),
    "kind": ("kind", str),
    "state": ("state", str),
    "chain": ("chain_id", int),
}
_MOST = 4


@dataclass(frozen=True, slots=True)
class Cut:
    """One sum that a page asks for: of what, by which keys, of which years, kinds, states and chains; all where none.

    ``by`` takes ``division``, ``year``, ``kind``, ``state`` and ``chain``, at most four. ``until`` is a last year.
    ``everywhere``: in the whole city, whatever divisions are asked for.
    """

    what: Tallied
    by: tuple[str, ...] = ()
    year: int | Sequence[int] | None = None
    until: int | None = None
    kind: str | Sequence[str] | None = None
    state: str | Sequence[str] | None = None
    chain: int | Sequence[int] | None = None
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What falls under one value of the keys of a cut."""

    count: int
    amount: Decimal


class Parts(dict[Any, Part]):
    """The parts of a cut, by the value of its key, or by the tuple of them; what comes to nothing is left out."""

    @property
    def count(self) -> int:
        return sum(part.count for part in self.values())

    @property
    def amount(self) -> Decimal:
        return sum((part.amount for part in self.values()), Decimal(0))

    def count_of(self, *keys: Any) -> int:
        """How many rows fall under any of these keys."""
        return sum(self[key].count for key in keys if key in self)

    def amount_of(self, *keys: Any) -> Decimal:
        """How many yuan fall under any of these keys."""
        return sum((self[key].amount for key in keys if key in self), Decimal(0))

    @property
    def counts(self) -> dict[Any, int]:
        return {key: part.count for key, part in self.items()}


def read(divisions: Sequence[int] | None, /, **cuts: Cut) -> dict[str, Parts]:
    """The cuts by their names, of these divisions or of the whole city (None). One query for all of them."""
    queries, values = [], list[Any]()
    for place, cut in enumerate(cuts.values()):
        query, given = _query(place, cut, divisions)
        queries.append(query)
        values += given
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(queries), values)
        rows = cursor.fetchall()
    names, found = list(cuts), {name: Parts() for name in cuts}
    for place, *keys, count, amount in rows:
        name = names[place]
        found[name][_key(cuts[name].by, keys)] = Part(int(count), amount)
    return found


def _query(place: int, cut: Cut, divisions: Sequence[int] | None) -> tuple[str, list[Any]]:
    keys = [_KEYS[key][0] for key in cut.by]
    columns = [f"{key}::text" for key in keys] + ["NULL"] * (_MOST - len(keys))
    conditions: list[str] = ["what = %s"]
    values: list[Any] = [cut.what.value]
    if divisions is not None and not cut.everywhere:
        conditions.append("division_id = ANY(%s)")
        values.append(list(divisions))
    else:
        conditions.append(f"division_id IS {'NOT NULL' if 'division' in cut.by else 'NULL'}")
    for key in ("year", "kind", "state", "chain"):
        if (asked := getattr(cut, key)) is not None:
            conditions.append(f"{_KEYS[key][0]} = ANY(%s)")
            values.append([asked] if isinstance(asked, int | str) else [*asked])
    if cut.until is not None:
        conditions.append("year <= %s")
        values.append(cut.until)
    grouped = f"GROUP BY {', '.join(keys)} " if keys else ""
    return (
        f"SELECT {place}, {', '.join(columns)}, sum(count), sum(amount) FROM {SOURCE}"
        f" WHERE {' AND '.join(conditions)} {grouped}HAVING sum(count) <> 0 OR sum(amount) <> 0",
        values,
    )


def _key(by: tuple[str, ...], found: list[str | None]) -> Any:
    values = [
        None if value is None else _KEYS[key][1](value)
        for key, value in zip(by, found[: len(by)], strict=True)
    ]
    return values[0] if len(values) == 1 else tuple(values)
