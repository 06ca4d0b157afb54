"""What three years come to (四(四), domain D3): points line by line, the total, the grade, the place among others.

Points are added as fractions and rounded once, at the total: thirds of a point neither vanish nor turn up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.policy.rules import HUNDRED, LINEAR, TIERED, Indicator, Rules, rules_of

LATE_REPORT, FALSE_ITEM = "late_report", "false_item"
LINE = 4
"""To how many places a line of the sheet is kept; the total is worked out from the exact points."""


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one institute: its value, what the experts gave, the points, and what is missing to all."""

    code: str
    label: str
    unit: str
    dimension: str
    full_mark: Decimal
    weight: Decimal
    value: Decimal | None
    computed: Decimal
    expert: Decimal
    score: Decimal
    lost: Decimal
    scale: str = LINEAR
    expert_part: Decimal = Decimal(0)
    is_false: bool = False


@dataclass(frozen=True, slots=True)
class DimensionSum:
    """What the indicators of one dimension come to, of how much."""

    code: str
    label: str
    weight: Decimal
    score: Decimal

    @property
    def share(self) -> Decimal:
        """How many per cent of its points were reached, to one place."""
        return rounded(Fraction(self.score) / Fraction(self.weight) * 100, 1) if self.weight else Decimal(0)


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points taken off (``points``), or an ``item`` that counts for nothing; in words why."""

    code: str
    words: str
    points: Decimal = Decimal(0)
    item: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole computation of one evaluation."""

    lines: tuple[Line, ...]
    dimensions: tuple[DimensionSum, ...]
    deductions: tuple[Deduction, ...]
    points: Decimal
    deducted: Decimal
    total: Decimal

    def as_json(self) -> dict[str, Any]:
        """As it is frozen with the evaluation; numbers as texts, so that nothing is lost."""
        return _plain(asdict(self))


def sheet_from(frozen: Mapping[str, Any]) -> Sheet:
    """The computation as it was frozen (:meth:`Sheet.as_json`)."""

    def numbers(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
        found = {name: Decimal(row[name]) if row[name] is not None else None for name in names}
        return {**row, **found}

    of_line = ("full_mark", "weight", "value", "computed", "expert", "score", "lost", "expert_part")
    return Sheet(
        lines=tuple(Line(**numbers(row, *of_line)) for row in frozen["lines"]),
        dimensions=tuple(DimensionSum(**numbers(row, "weight", "score")) for row in frozen["dimensions"]),
        deductions=tuple(Deduction(**numbers(row, "points")) for row in frozen["deductions"]),
        **{name: Decimal(frozen[name]) for name in ("points", "deducted", "total")},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Decimal) else value


# --- a line -----------------------------------------------------------------------------------------------------------


def computed_points(one: Indicator, value: Decimal | None) -> Fraction:
    """What the value earns: in proportion to the full mark and never more than all, or by the tier it reaches."""
    if value is None or not one.computed_part:
        return Fraction(0)
    if one.scale == TIERED:
        reached = [step.points for step in one.steps if value >= step.least]
        return Fraction(reached[-1]) if reached else Fraction(0)
    share = min(Fraction(1), max(Fraction(0), Fraction(value) / Fraction(one.full_mark)))
    return Fraction(one.computed_part) * share


def expert_points(one: Indicator, given: Decimal | None) -> Fraction:
    """What the panel gave, within what is theirs to give."""
    if given is None:
        return Fraction(0)
    return min(Fraction(one.expert_part), max(Fraction(0), Fraction(given)))


def exact_points(one: Indicator, value: Decimal | None, given: Decimal | None = None) -> Fraction:
    """Points of one indicator, exactly."""
    return computed_points(one, value) + expert_points(one, given)


def line_score(
    one: Indicator,
    value: Decimal | None,
    given: Decimal | None = None,
    *,
    false_points: Decimal | None = None,
) -> Line:
    """One line of the sheet; where the item was found false it has ``false_points``, whatever was handed in."""
    computed, expert = computed_points(one, value), expert_points(one, given)
    if false_points is not None:
        computed, expert = Fraction(false_points), Fraction(0)
    return Line(
        code=one.code,
        label=one.label,
        unit=one.unit,
        dimension=one.dimension,
        full_mark=one.full_mark,
        weight=one.weight,
        value=value,
        computed=rounded(computed, LINE),
        expert=rounded(expert, LINE),
        score=rounded(computed + expert, LINE),
        lost=rounded(Fraction(one.weight) - computed - expert, LINE),
        scale=one.scale,
        expert_part=one.expert_part,
        is_false=false_points is not None,
    )


def rounded(number: Fraction, places: int = 2) -> Decimal:
    """Half up, by the exact number. The one place where the evaluation rounds."""
    scaled = abs(number) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    whole += 2 * rest >= scaled.denominator
    return Decimal(whole if number >= 0 else -whole).scaleb(-places)


# --- the sheet --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """What one evaluation rests on: values by indicator, the experts' points by item, deductions, and a cap."""

    values: Mapping[str, Decimal | None]
    marks: Mapping[str, Decimal]
    deductions: tuple[Deduction, ...] = ()
    cap: str = ""
    chain_kind: str = ""

    @property
    def false_items(self) -> frozenset[str]:
        return frozenset(one.item for one in self.deductions if one.item)

    @property
    def deducted(self) -> Decimal:
        return sum((one.points for one in self.deductions), Decimal(0))


def facts_of(
    figures: Iterable[Mapping[str, Any]],
    marks: Mapping[str, Any],
    deductions: Iterable[Mapping[str, Any]] = (),
    *,
    cap: str = "",
    chain_kind: str = "",
) -> Facts:
    """The facts from the rows that an evaluation keeps."""
    return Facts(
        values={row["code"]: _decimal(row.get("value")) for row in figures},
        marks={code: Decimal(str(points)) for code, points in marks.items() if points not in (None, "")},
        deductions=tuple(
            Deduction(
                row["code"],
                row.get("words", ""),
                _decimal(row.get("points")) or Decimal(0),
                row.get("item") or "",
            )
            for row in deductions
        ),
        cap=cap,
        chain_kind=chain_kind,
    )


def _decimal(value: object) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def exact_lines(rules: Rules, facts: Facts) -> dict[str, Fraction]:
    """The exact points of every indicator; what was found false has what the rules leave to it."""
    false = facts.false_items
    return {
        one.code: Fraction(rules.false_item)
        if one.code in false
        else exact_points(one, facts.values.get(one.code), facts.marks.get(one.code))
        for one in rules.indicators
    }


def exact_total(rules: Rules, facts: Facts) -> Fraction:
    """All points less what is deducted, never below nothing; not rounded."""
    points = sum(exact_lines(rules, facts).values(), Fraction(0))
    return max(Fraction(0), points - Fraction(facts.deducted))


def total_of(rules: Rules, facts: Facts) -> Decimal:
    """The total by which the grade is given."""
    return rounded(exact_total(rules, facts), rules.places)


def sheet_by(rules: Rules, facts: Facts) -> Sheet:
    """The whole computation: lines, sums of the dimensions, deductions, total."""
    false, exact = facts.false_items, exact_lines(rules, facts)
    return Sheet(
        lines=tuple(
            line_score(
                one,
                facts.values.get(one.code),
                facts.marks.get(one.code),
                false_points=rules.false_item if one.code in false else None,
            )
            for one in rules.indicators
        ),
        dimensions=tuple(_dimension(code, label, rules, exact) for code, label in rules.dimensions),
        deductions=facts.deductions,
        points=rounded(sum(exact.values(), Fraction(0)), rules.places),
        deducted=facts.deducted,
        total=total_of(rules, facts),
    )


def _dimension(code: str, label: str, rules: Rules, exact: Mapping[str, Fraction]) -> DimensionSum:
    mine = [one for one in rules.indicators if one.dimension == code]
    score = sum((exact[one.code] for one in mine), Fraction(0))
    return DimensionSum(
        code, label, sum((one.weight for one in mine), Decimal(0)), rounded(score, rules.places)
    )


def sheet(
    terms: Mapping[str, Any],
    *,
    figures: Iterable[Mapping[str, Any]],
    marks: Mapping[str, Any],
    deductions: Iterable[Mapping[str, Any]] = (),
    chain_kind: str = "",
) -> Sheet:
    """The computation from the rows that an evaluation keeps, by the terms of its edition."""
    return sheet_by(rules_of(terms, chain_kind), facts_of(figures, marks, deductions, chain_kind=chain_kind))


# --- grades -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One evaluation in its round: the total, the best grade it may have (``cap``), and its type of chain."""

    key: Any
    total: Decimal
    cap: str = ""
    chain_kind: str = ""


def grade_of(total: Decimal, rules: Rules, cap: str = "") -> str:
    """The grade of the band in which the total lies; never a better one than the cap."""
    reached = next(n for n, band in enumerate(rules.bands) if total >= band.least)
    held = _place(cap, rules) if cap else 0
    return rules.bands[max(reached, held)].code


def _place(code: str, rules: Rules) -> int:
    """Where a grade stands; a cap that this scale does not know still bars the best one."""
    return next((n for n, band in enumerate(rules.bands) if band.code == code), 1)


def top_places(count: int, rules: Rules) -> int | None:
    """How many of ``count`` may have the best grade; None where nothing limits them."""
    if rules.top_share is None:
        return None
    return int(Decimal(count) * rules.top_share / HUNDRED)


def graded(entries: Sequence[Entry], rules: Rules) -> dict[Any, str]:
    """The grade of everybody in the round, by key.

    Where the edition limits the best grade, its share is of everybody graded in the round, rounded down. Whoever
    stands level with the first one that finds no place gets the next grade, too: equal totals, equal grades.
    """
    found = {one.key: grade_of(one.total, rules, one.cap) for one in entries}
    places, best = top_places(len(entries), rules), rules.bands[0].code
    if places is None:
        return found
    best_ones = sorted((one for one in entries if found[one.key] == best), key=lambda one: -one.total)
    if len(best_ones) <= places:
        return found
    first_out = best_ones[places].total
    for one in best_ones:
        if one.total <= first_out:
            found[one.key] = rules.bands[1].code
    return found


def ranks(scores: Mapping[Any, Decimal]) -> dict[Any, int]:
    """The place of everybody, the highest first; equals share a place, and the next ones move down."""
    ordered = sorted(scores.values(), reverse=True)
    return {key: ordered.index(score) + 1 for key, score in scores.items()}


def ranks_in_kinds(entries: Iterable[Entry]) -> dict[Any, tuple[int, int]]:
    """The place of everybody within the own type of chain, and among how many."""
    kinds: dict[str, dict[Any, Decimal]] = {}
    for one in entries:
        kinds.setdefault(one.chain_kind, {})[one.key] = one.total
    return {key: (place, len(scores)) for scores in kinds.values() for key, place in ranks(scores).items()}
