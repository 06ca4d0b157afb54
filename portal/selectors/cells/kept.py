"""Cells of what the database keeps as sums beside its rows: as quick with a million rows as with one."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from evaluation.enums.performance import GRADED_STATES
from funding.selectors import AWARD_LEGS, DISBURSEMENT_LEGS
from portal.models import Tallied
from portal.selectors import tallies
from portal.selectors.cells import ENDED, VALID, Cell, Scope
from portal.selectors.dashboard import NET
from portal.selectors.tallies import Cut

AT_DUE = ("recognised", "verified")


def counted(scope: Scope, *, due_year: int | None = None) -> Iterator[Cell]:
    """The cells of all chains together; it knows no chain but of institutes. One query."""
    cuts = _cuts(scope, due_year)
    for what, parts in tallies.read(scope.divisions, **cuts).items():
        for keys, part in parts.items():
            named = keys if isinstance(keys, tuple) else (keys,)
            cell = _cell(what, dict(zip(cuts[what].by, named, strict=True)), part)
            if what not in AT_DUE:
                yield cell
            elif not cell.state or int(cell.state) > (due_year or 0):
                yield replace(cell, what="at_due", kind=cell.kind or "institutes", state="")


def _cuts(scope: Scope, due_year: int | None) -> dict[str, Cut]:
    county = ("division",) if scope.by_county else ()
    cuts = {
        "application": Cut(Tallied.APPLICATIONS, by=(*county, "year", "state")),
        "institute": Cut(Tallied.INSTITUTES, by=("division", "year", "state")),
        "order": Cut(Tallied.LEGS, by=(*county, "year", "kind", "state"), state=[*DISBURSEMENT_LEGS]),
        "award": Cut(Tallied.LEGS, by=("year", "kind", "state"), state=[*AWARD_LEGS]),
        "promise": Cut(Tallied.PROMISES),
        "achievement": Cut(Tallied.ACHIEVEMENTS, by=("year", "kind")),
        "project": Cut(Tallied.PROJECTS, by=("year",)),
        "pool": Cut(Tallied.POOL, by=("state",)),
    }
    if not scope.calls_of:
        cuts["place"] = Cut(Tallied.INSTITUTES, by=("division", "year", "state"), everywhere=True)
    else:
        cuts |= {
            "call": Cut(Tallied.APPLICATIONS, by=("kind", "state"), year=scope.calls_of),
            "approved": Cut(Tallied.APPROVED, by=("year", "kind")),
            "proposal": Cut(Tallied.PROPOSALS, by=("state",)),
            "filing": Cut(Tallied.FILINGS, by=("state",)),
            "evaluation": Cut(Tallied.EVALUATIONS, by=("year", "kind", "state")),
            "led": Cut(Tallied.INSTITUTES, by=("chain", "state")),
        }
    if due_year:
        cuts["recognised"] = Cut(Tallied.RECOGNITIONS, by=("state",), until=due_year)
        cuts["verified"] = Cut(Tallied.VERIFICATIONS, by=("kind", "state"), until=due_year)
    return cuts


def _cell(what: str, keys: dict[str, Any], part: tallies.Part) -> Cell:
    state, kind = keys.get("state", ""), keys.get("kind", "")
    if what in ("institute", "led", "place"):
        state = VALID if state in NET else ENDED
    if what == "evaluation" and state not in GRADED_STATES:
        kind = ""  # no grade is known before it is published
    place = (keys.get("division"), keys.get("chain"), keys.get("year", 0))
    return Cell(what, *place, kind, state, part.count, part.amount, Decimal(0))
