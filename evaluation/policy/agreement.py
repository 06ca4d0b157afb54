"""How far experts agree, how severe each is, and what the result would be without each. Plain values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from evaluation.policy.scoring import Result, aggregate, mean_of

NO_TIES: Mapping[str, int] = {}
Sums = Mapping[str, Mapping[str, Decimal]]
"""By panel, what each expert gave: ``{panel: {expert: sum}}``."""


@dataclass(frozen=True, slots=True)
class Severity:
    """One expert against the others of the same panels: ``deviation`` below zero is severe, above it mild."""

    expert: str
    panels: int
    mean: Decimal
    deviation: Decimal


@dataclass(frozen=True, slots=True)
class Without:
    """What changes in the order when one expert's sheets are left out.

    ``moved``: panels with another rank; ``furthest``: by how many places at most; ``crossed``: panels that would
    be on the other side of the pass mark; ``scores`` and ``ranks``: of each panel they sat on, or that would have
    another rank, before and after.
    """

    expert: str
    moved: int
    furthest: int
    crossed: tuple[str, ...]
    scores: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    ranks: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def largest(self) -> tuple[str, int, int] | None:
        """The panel that moves furthest, with its ranks before and after; None where none moves."""
        if not self.ranks:
            return None
        panel = max(self.ranks, key=lambda each: abs(self.ranks[each][1] - self.ranks[each][0]))
        return panel, *self.ranks[panel]


def krippendorff_alpha(units: Sequence[Sequence[Decimal | int]]) -> Decimal | None:
    """Krippendorff's alpha for interval data: 1 is full agreement, 0 what chance alone would give.

    Each unit holds the values that it was given, by however many; units with fewer than two say nothing. None
    where nothing can be said: no two values, or all of them equal.
    """
    paired = [[Decimal(value) for value in unit] for unit in units if len(unit) > 1]
    values = [value for unit in paired for value in unit]
    expected = _squares(values)
    if not expected:
        return None
    observed = sum((_squares(unit) / (len(unit) - 1) for unit in paired), Decimal(0))
    alpha = 1 - observed * (len(values) - 1) / expected
    return alpha.quantize(Decimal("0.001"), ROUND_HALF_UP)


def _squares(values: Sequence[Decimal]) -> Decimal:
    """The squared differences of all ordered pairs, added up."""
    mean_square = len(values) * sum((value * value for value in values), Decimal(0))
    return 2 * (mean_square - sum(values, Decimal(0)) ** 2)


def severity_of(sums: Sums) -> list[Severity]:
    """Each expert with how far their sums lie from the mean of the others on the same panels, severest first."""
    given: dict[str, list[Decimal]] = {}
    apart: dict[str, list[Decimal]] = {}
    for sheets in sums.values():
        for expert, total in sheets.items():
            others = [other for name, other in sheets.items() if name != expert]
            given.setdefault(expert, []).append(total)
            if others:
                apart.setdefault(expert, []).append(total - sum(others, Decimal(0)) / len(others))
    found = [
        Severity(
            expert=expert,
            panels=len(totals),
            mean=mean_of(totals, places=2),
            deviation=mean_of(apart.get(expert) or [Decimal(0)], places=2),
        )
        for expert, totals in given.items()
    ]
    return sorted(found, key=lambda one: (one.deviation, one.expert))


def without_each(sums: Sums, terms: Mapping, ties: Mapping[str, int] = NO_TIES) -> list[Without]:
    """For each expert: how ranks and the pass mark would come out had they not sat."""
    full = {panel: aggregate(list(sheets.values()), terms) for panel, sheets in sums.items() if sheets}
    ranks = ranks_of({panel: result.score for panel, result in full.items()}, ties)
    found = []
    for expert in sorted({name for sheets in sums.values() for name in sheets}):
        again = {}
        for panel, sheets in sums.items():
            if rest := [total for name, total in sheets.items() if name != expert]:
                again[panel] = aggregate(rest, terms)
        after = ranks_of({panel: result.score for panel, result in again.items()}, ties)
        found.append(_without(expert, sums, full, again, (ranks, after)))
    return found


def _without(
    expert: str,
    sums: Sums,
    full: Mapping[str, Result],
    again: Mapping[str, Result],
    both: tuple[Mapping[str, int], Mapping[str, int]],
) -> Without:
    ranks, after = both
    moved = {panel: (ranks[panel], after[panel]) for panel in after if after[panel] != ranks[panel]}
    return Without(
        expert=expert,
        moved=len(moved),
        furthest=max((abs(new - old) for old, new in moved.values()), default=0),
        crossed=tuple(panel for panel in again if again[panel].passed != full[panel].passed),
        scores={
            panel: (full[panel].score, result.score)
            for panel, result in again.items()
            if expert in sums[panel]
        },
        ranks=moved,
    )


def ranks_of(scores: Mapping[str, Decimal], ties: Mapping[str, int] = NO_TIES) -> dict[str, int]:
    """Ranks from the highest score down; of equal scores the one that stands first in ``ties`` (domain B1a).

    Where ``ties`` says nothing of two, they share a rank.
    """

    def key(panel: str) -> tuple[Decimal, int]:
        return -scores[panel], ties.get(panel, 0)

    return {panel: 1 + sum(key(other) < key(panel) for other in scores) for panel in scores}
