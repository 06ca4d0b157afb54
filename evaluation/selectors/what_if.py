"""What other numbers would have made of a round that is over: nothing is stored, no result is touched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.models import Evaluation, ReviewEdition, Round
from evaluation.policy import performance
from evaluation.policy.performance import Entry, Facts, graded, rounded
from evaluation.policy.rules import Rules, faults_of, rules_of
from evaluation.selectors.explain import standings_in

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Asked:
    """Other numbers: weights by indicator, the lowest total of each grade, a limit of the best grade, the scale.

    What is not asked stays as the edition has it.
    """

    weights: Mapping[str, Decimal] = field(default_factory=dict)
    cut_offs: Mapping[str, Decimal] = field(default_factory=dict)
    top_share: Decimal | None = None
    limited: bool | None = None
    scale: str = ""


def terms_asked(terms: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """The terms of an edition with other numbers in them.

    A type of chain keeps its difference from the usual weight. Tiers and the experts' sheet move with their weight.
    """
    old = {row["code"]: Decimal(row["weight"]) for row in terms["indicators"]}
    shift = {code: weight - old[code] for code, weight in asked.weights.items() if code in old}
    grading = dict(terms["grading"])
    if asked.scale:
        grading["grade_scale"] = asked.scale
    if asked.limited is not None:
        grading["excellent_cap_enabled"] = asked.limited
    if asked.top_share is not None:
        grading["excellent_cap"] = str(asked.top_share)
    grades = "grades_three" if grading.get("grade_scale") == "three" else "grades"
    found = dict(terms) | {
        "grading": grading,
        "indicators": [_weighed_anew(row, row["code"], shift) for row in terms["indicators"]],
        "by_chain_kind": [
            _weighed_anew(row, row["indicator"], shift) for row in terms.get("by_chain_kind", ())
        ],
        grades: [row | {"from": str(asked.cut_offs.get(row["code"], row["from"]))} for row in terms[grades]],
    }
    found["sheet"] = [
        row | {"full_mark": str(one.expert_part)}
        for row in terms.get("sheet", ())
        for one in _indicators(found)
        if one.code == row["code"]
    ]
    return found


def _indicators(terms: Mapping[str, Any]) -> Iterable[Any]:
    return rules_of(terms).indicators


def _weighed_anew(row: Mapping[str, Any], code: str, shift: Mapping[str, Decimal]) -> dict[str, Any]:
    if not shift.get(code):
        return dict(row)
    old = Decimal(row["weight"])
    new = old + shift[code]
    steps = [
        step | {"points": str(rounded(Fraction(step["points"]) * Fraction(new) / Fraction(old)))}
        for step in row.get("steps", ())
    ]
    return dict(row) | {"weight": str(new)} | ({"steps": steps} if steps else {})


def faults_asked(terms: Mapping[str, Any], asked: Asked) -> list[str]:
    """What is wrong with the numbers that were asked, in an officer's words."""
    weights = {row["code"]: Decimal(row["weight"]) for row in terms["indicators"]} | dict(asked.weights)
    whole = sum(weights.values(), Decimal(0))
    found = [] if whole == 100 else [f"权重合计为 {whole}，须为 100。"]
    if any(weight <= 0 for weight in weights.values()):
        found.append("权重须大于 0。")
    if found:
        return found
    changed = terms_asked(terms, asked)
    grading = changed["grading"]
    rows = changed["grades_three" if grading.get("grade_scale") == "three" else "grades"]
    edges = [Decimal(row["from"]) for row in rows]
    if (
        edges != sorted(edges, reverse=True)
        or len(set(edges)) < len(edges)
        or edges[-1] != 0
        or edges[0] > 100
    ):
        found.append("等次分数线须从高到低，最高不超过 100，最低为 0。")
    elif faults_of(changed):
        found.append("调整后个别类型的权重不大于 0，请缩小调整幅度。")
    return found


@dataclass(frozen=True, slots=True)
class Changed:
    """One institute before and after."""

    evaluation: Evaluation
    total_before: Decimal
    total: Decimal
    before: str
    after: str

    @property
    def turned(self) -> bool:
        return self.before != self.after

    @property
    def difference(self) -> Decimal:
        return self.total - self.total_before


@dataclass(frozen=True, slots=True)
class Outcome:
    """A round before and after, institute by institute, and how many of each grade."""

    rows: Sequence[Changed]
    counts: Sequence[tuple[str, int, int]]
    best_before: int
    best_after: int

    @property
    def turned(self) -> int:
        return sum(row.turned for row in self.rows)


def tried(round_: Round, edition: ReviewEdition, asked: Asked) -> Outcome:
    """What a round would have come to by this edition with these numbers."""
    terms = terms_asked(edition.terms, asked)
    now, then = rules_of(round_.edition.terms), rules_of(terms)
    standings = standings_in(round_)
    evaluations = [one.evaluation for one in standings]
    before, after = [one.entry for one in standings], list[Entry]()
    for one in standings:
        rules = rules_of(terms, one.facts.chain_kind)
        total = performance.total_of(rules, _marks_anew(one.facts, one.rules, rules))
        after.append(Entry(one.key, total, one.facts.cap, one.facts.chain_kind))
    given, would = graded(before, now), graded(after, then)
    given |= {one.key: one.given for one in standings if one.given}
    rows = [
        Changed(
            row,
            old.total,
            new.total,
            _label(now, given[row.pk]),
            _label(then, would[row.pk]),
        )
        for row, old, new in zip(evaluations, before, after, strict=True)
    ]
    best = now.bands[0].code
    return Outcome(
        rows,
        _counts(rows, now, then),
        list(given.values()).count(best),
        list(would.values()).count(then.bands[0].code),
    )


def _marks_anew(facts: Facts, old: Rules, new: Rules) -> Facts:
    """The experts' points, in proportion to what is theirs to give now."""
    parts = {one.code: one.expert_part for one in old.indicators}
    marks = {
        one.code: rounded(
            Fraction(facts.marks[one.code]) * Fraction(one.expert_part) / Fraction(parts[one.code]), 8
        )
        for one in new.indicators
        if one.code in facts.marks and parts.get(one.code)
    }
    return Facts(facts.values, marks, facts.deductions, facts.cap, facts.chain_kind)


def _label(rules: Rules, grade: str) -> str:
    return next((band.label for band in rules.bands if band.code == grade), grade)


def _counts(rows: Sequence[Changed], now: Rules, then: Rules) -> list[tuple[str, int, int]]:
    labels = dict.fromkeys([*(band.label for band in now.bands), *(band.label for band in then.bands)])
    return [
        (label, sum(row.before == label for row in rows), sum(row.after == label for row in rows))
        for label in labels
    ]
