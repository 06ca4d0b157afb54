"""Counting what a board shows: what is kept as sums, or belongs to a chain, and what stands so today."""

from collections.abc import Collection
from datetime import date
from itertools import chain

from portal.selectors.cells import Cells, Scope, kept, now, of_chain


def counted(
    scope: Scope, *, on: date, kept_from: Collection[str], retention: int, due_year: int | None = None
) -> Cells:
    """Everything that dashboards show of a scope, as it stands on a day. Two queries, however many rows.

    ``kept_from``: kinds of cases of whose matters the reader may not know; ``retention``: beyond how many days a
    county keeps money too long. With ``due_year`` also what counted toward the cumulative targets when that year ended.
    """
    sums = of_chain if scope.chain else kept
    today = now.counted(scope, on=on, kept_from=kept_from, retention=retention)
    return Cells(chain(today, sums.counted(scope, due_year=due_year)))
