"""Before a round is confirmed: which small change of a cut-off or a weight would change whose grade.

Every total is a straight line over a change of one weight, so the change at which a grade turns is worked out, not
searched for: the smallest one that an edition can write, which is a hundredth of a point.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.policy.performance import (
    Entry,
    Facts,
    computed_points,
    exact_lines,
    graded,
    rounded,
    total_of,
)
from evaluation.policy.rules import HUNDRED, TIERED, Band, Indicator, Rules

HUNDREDTH = Decimal("0.01")
SPAN = Decimal(5)
"""How far cut-offs and weights are moved, in points."""


@dataclass(frozen=True, slots=True)
class Case:
    """One evaluation of the round: what it rests on, and by which rules of its type of chain."""

    key: Any
    rules: Rules
    facts: Facts

    @property
    def entry(self) -> Entry:
        return Entry(self.key, total_of(self.rules, self.facts), self.facts.cap, self.facts.chain_kind)


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody's grade before and after."""

    key: Any
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Tipping:
    """The smallest change of one thing that changes grades: ``code`` of the grade or the indicator, by how much."""

    code: str
    change: Decimal
    to: Decimal
    turns: tuple[Turn, ...]


def turns_between(before: Mapping[Any, str], after: Mapping[Any, str]) -> tuple[Turn, ...]:
    """Whose grade differs."""
    return tuple(Turn(key, grade, after[key]) for key, grade in before.items() if after[key] != grade)


# --- cut-offs ---------------------------------------------------------------------------------------------------------


def by_cut_off(cases: Sequence[Case], rules: Rules, span: Decimal = SPAN) -> list[Tipping]:
    """For every cut-off the nearest lower and higher one that changes grades, and whose.

    A total that lies on a cut-off is above it; so a lower cut-off is the next total below, a higher one lies a
    hundredth above the lowest total that it now admits.
    """
    entries = [case.entry for case in cases]
    totals = sorted({entry.total for entry in entries})
    before, found = graded(entries, rules), list[Tipping]()
    for n, band in enumerate(rules.bands[:-1]):
        below = [total for total in totals if band.least - span <= total < band.least]
        above = [total + HUNDREDTH for total in totals if band.least <= total < band.least + span]
        for edges in (reversed(below), above):
            tipping = _first(before, entries, rules, n, edges)
            if tipping:
                found.append(tipping)
    return found


def _first(
    before: Mapping[Any, str], entries: Sequence[Entry], rules: Rules, n: int, edges: Iterable[Decimal]
) -> Tipping | None:
    for edge in edges:
        if not _between_neighbours(rules.bands, n, edge):
            return None
        moved = _with_edge(rules, n, edge)
        if turns := turns_between(before, graded(entries, moved)):
            return Tipping(rules.bands[n].code, edge - rules.bands[n].least, edge, turns)
    return None


def _between_neighbours(bands: Sequence[Band], n: int, edge: Decimal) -> bool:
    return edge > bands[n + 1].least and (n == 0 or edge < bands[n - 1].least) and edge <= HUNDRED


def _with_edge(rules: Rules, n: int, edge: Decimal) -> Rules:
    bands = list(rules.bands)
    bands[n] = replace(bands[n], least=edge)
    return replace(rules, bands=tuple(bands))


# --- weights ----------------------------------------------------------------------------------------------------------


def by_weight(cases: Sequence[Case], rules: Rules, span: Decimal = SPAN) -> list[Tipping]:
    """For every indicator the smallest heavier and lighter weight that changes grades, and whose.

    What one indicator gains the others lose in proportion, so that the sum stays 100.
    """
    before = graded([case.entry for case in cases], rules)
    found = []
    for code in (one.code for one in rules.indicators):
        lines = [_Slope.of(case, code) for case in cases]
        for sign in (1, -1):
            if tipping := _turning(code, sign, cases, lines, rules, before, span):
                found.append(tipping)
    return found


@dataclass(frozen=True, slots=True)
class _Slope:
    """A total over a change of one weight: where it stands now, by how much it moves a point of change."""

    case: Case
    start: Fraction
    slope: Fraction
    weight: Decimal

    @classmethod
    def of(cls, case: Case, code: str) -> "_Slope":
        """By the share of its weight that each indicator reached."""
        points = exact_lines(case.rules, case.facts)
        one = next(each for each in case.rules.indicators if each.code == code)
        others = sum(points.values(), Fraction(0)) - points[code]
        slope = points[code] / Fraction(one.weight) - others / (100 - Fraction(one.weight))
        return cls(case, sum(points.values(), Fraction(0)) - Fraction(case.facts.deducted), slope, one.weight)

    def at(self, change: Decimal) -> Entry:
        """What the total would be."""
        total = max(Fraction(0), self.start + self.slope * Fraction(change))
        facts = self.case.facts
        return Entry(self.case.key, rounded(total, self.case.rules.places), facts.cap, facts.chain_kind)

    def crossings(self, edges: Iterable[Decimal], sign: int) -> Iterable[int]:
        """After how many hundredths of change the rounded total comes to lie on the other side of an edge."""
        if not self.slope:
            return
        for edge in edges:
            least = Fraction(edge) - Fraction(1, 2 * 10**self.case.rules.places)
            steps = (least - self.start) / self.slope * 100 * sign
            if steps >= 0:
                yield from (int(steps), int(steps) + 1)


def _turning(
    code: str,
    sign: int,
    cases: Sequence[Case],
    lines: Sequence[_Slope],
    rules: Rules,
    before: Mapping[Any, str],
    span: Decimal,
) -> Tipping | None:
    room = min(line.weight if sign < 0 else HUNDRED - line.weight for line in lines) if lines else Decimal(0)
    most = int(min(span, room) * 100)
    for steps in _candidates(lines, rules, sign, most):
        change = Decimal(sign * steps) / 100
        if turns := turns_between(before, graded([line.at(change) for line in lines], rules)):
            weight = next(one.weight for one in rules.indicators if one.code == code)
            return Tipping(code, change, weight + change, turns)
    return None


def _candidates(lines: Sequence[_Slope], rules: Rules, sign: int, most: int) -> Iterable[int]:
    """The changes, in hundredths, after which somebody's grade may turn; all of them where places are limited, for
    then two may also overtake each other."""
    if rules.top_share is not None:
        return range(1, most + 1)
    edges = [band.least for band in rules.bands[:-1]]
    found = {steps for line in lines for steps in line.crossings(edges, sign)}
    return sorted(steps for steps in found if 1 <= steps <= most)


# --- what one institute lacks -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Raise:
    """One way to the next grade: which indicator would have to come from which value to which."""

    code: str
    value: Decimal
    needed: Decimal
    gain: Decimal

    @property
    def more(self) -> Decimal:
        return self.needed - self.value


@dataclass(frozen=True, slots=True)
class Nearest:
    """The next grade up: how many points are missing, and which indicators alone would bring them, cheapest first.

    ``most`` is what all indicators that follow from figures could still bring together; ``held`` says that a cap,
    not the total, keeps the institute from the grade.
    """

    grade: str
    missing: Decimal
    raises: tuple[Raise, ...]
    most: Decimal
    held: bool = False


WHOLE = frozenset({"项", "件", "家", "人"})


def nearest(rules: Rules, facts: Facts) -> Nearest | None:
    """What would bring the next grade; None where there is none above."""
    raw = sum(exact_lines(rules, facts).values(), Fraction(0)) - Fraction(facts.deducted)
    total = rounded(max(Fraction(0), raw), rules.places)
    above = [band for band in rules.bands if total < band.least]
    if not above:
        return None
    band = above[-1]
    held = bool(facts.cap) and _is_above(band.code, facts.cap, rules)
    gain = Fraction(band.least) - Fraction(1, 2 * 10**rules.places) - raw
    open_ones = [one for one in rules.indicators if one.code not in facts.false_items and one.computed_part]
    room = {one.code: _room(one, facts) for one in open_ones}
    found = [_raise_of(one, facts, gain) for one in open_ones if room[one.code] >= gain]
    scale = {one.code: one.full_mark for one in open_ones}
    return Nearest(
        grade=band.code,
        missing=band.least - total,
        raises=tuple(sorted(found, key=lambda way: (way.more / scale[way.code], way.code))),
        most=rounded(sum(room.values(), Fraction(0)), rules.places),
        held=held,
    )


def _is_above(grade: str, cap: str, rules: Rules) -> bool:
    codes = [band.code for band in rules.bands]
    return cap not in codes or codes.index(grade) < codes.index(cap)


def _computed(one: Indicator, facts: Facts) -> Fraction:
    return computed_points(one, facts.values.get(one.code))


def _room(one: Indicator, facts: Facts) -> Fraction:
    return Fraction(one.computed_part) - _computed(one, facts)


def _raise_of(one: Indicator, facts: Facts, gain: Fraction) -> Raise:
    """The smallest value that brings the points: the next tier, or along the line, in the steps of the unit."""
    value = facts.values.get(one.code) or Decimal(0)
    aimed = _computed(one, facts) + gain
    if one.scale == TIERED:
        needed = next(step.least for step in one.steps if Fraction(step.points) >= aimed)
    else:
        exact = aimed / Fraction(one.computed_part) * Fraction(one.full_mark)
        needed = _up(exact, 0 if one.unit in WHOLE else 2)
    raised = replace(facts, values={**facts.values, one.code: needed})
    return Raise(one.code, value, needed, rounded(_computed(one, raised) - _computed(one, facts)))


def _up(number: Fraction, places: int) -> Decimal:
    """The next number of so many places that is not smaller."""
    scaled = number * 10**places
    return Decimal(-(-scaled.numerator // scaled.denominator)).scaleb(-places)
