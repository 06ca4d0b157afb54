"""The rules of the three-year evaluation as plain values: indicators, bands, caps; and what is wrong with them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

HUNDRED = Decimal(100)
LINEAR, MIXED, TIERED, EXPERT = "linear", "mixed", "tiered", "expert"
SCALES = (LINEAR, MIXED, TIERED, EXPERT)
ROUNDINGS = ("ROUND_HALF_UP",)


@dataclass(frozen=True, slots=True)
class Step:
    """One tier of a tiered indicator: whoever reaches ``least`` has ``points``."""

    least: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured, which value has the full points, and how many points that is."""

    code: str
    label: str
    unit: str
    dimension: str
    full_mark: Decimal
    weight: Decimal
    scale: str = LINEAR
    linear_share: Decimal = HUNDRED
    steps: tuple[Step, ...] = ()

    @property
    def computed_part(self) -> Decimal:
        """How many of its points follow from the value."""
        return {EXPERT: Decimal(0), MIXED: self.weight * self.linear_share / HUNDRED}.get(
            self.scale, self.weight
        )

    @property
    def expert_part(self) -> Decimal:
        """How many of its points the experts give."""
        return self.weight - self.computed_part


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the total from which on it is given."""

    code: str
    label: str
    least: Decimal


@dataclass(frozen=True, slots=True)
class Rules:
    """How one type of chain is evaluated by one edition; ``bands`` from the best grade down."""

    dimensions: tuple[tuple[str, str], ...]
    indicators: tuple[Indicator, ...]
    bands: tuple[Band, ...]
    top_share: Decimal | None = None
    accident_cap: str = ""
    late_report: Decimal = Decimal(0)
    false_item: Decimal = Decimal(0)
    places: int = 2

    def band(self, code: str) -> Band:
        """The grade of that code. Raises ``KeyError`` where the scale does not know it."""
        for band in self.bands:
            if band.code == code:
                return band
        raise KeyError(code)

    @property
    def weight(self) -> Decimal:
        """What all indicators weigh together: 100."""
        return sum((one.weight for one in self.indicators), Decimal(0))


def rules_of(terms: Mapping[str, Any], chain_kind: str = "") -> Rules:
    """The rules by which an institute on a chain of this type is evaluated; the usual ones where it has no type."""
    grading = terms["grading"]
    return Rules(
        dimensions=tuple((row["code"], row["label"]) for row in terms["dimensions"]),
        indicators=tuple(_indicator(row) for row in indicator_rows(terms, chain_kind)),
        bands=bands_of(terms),
        top_share=Decimal(grading["excellent_cap"]) if grading["excellent_cap_enabled"] else None,
        accident_cap=grading.get("accident_cap", ""),
        late_report=Decimal(grading["late_report_deduction"]),
        false_item=Decimal(grading.get("false_item_points", 0)),
        places=int(grading["decimals"]),
    )


def indicator_rows(terms: Mapping[str, Any], chain_kind: str = "") -> list[dict[str, Any]]:
    """The indicators as the edition writes them, with what it says otherwise for this type of chain."""
    told = ("full_mark", "weight", "scale", "steps", "linear_share")
    other = {
        row["indicator"]: {key: row[key] for key in told if key in row}
        for row in terms.get("by_chain_kind", ())
        if row["chain_kind"] == chain_kind
    }
    return [row | other.get(row["code"], {}) for row in terms["indicators"]]


def bands_of(terms: Mapping[str, Any]) -> tuple[Band, ...]:
    """The grades of the scale that is switched on, the best first."""
    three = terms["grading"].get("grade_scale", "four") == "three"
    rows = terms["grades_three" if three else "grades"]
    return tuple(Band(row["code"], row["label"], Decimal(row["from"])) for row in rows)


def _indicator(row: Mapping[str, Any]) -> Indicator:
    return Indicator(
        code=row["code"],
        label=row["label"],
        unit=row["unit"],
        dimension=row["dimension"],
        full_mark=Decimal(row["full_mark"]),
        weight=Decimal(row["weight"]),
        scale=row["scale"],
        linear_share=Decimal(row.get("linear_share", HUNDRED)),
        steps=tuple(Step(Decimal(step["from"]), Decimal(step["points"])) for step in row.get("steps", ())),
    )


# --- what is wrong with an edition ------------------------------------------------------------------------------------


def faults_of(terms: Mapping[str, Any]) -> list[str]:
    """Everything that keeps an edition from being used, in words; empty where it can be.

    Weights have to come to exactly 100 for every type of chain, the bands have to meet without gap or overlap, tiers
    have to rise up to the whole weight, and the experts' sheet has to be what the indicators leave to experts.
    """
    kinds = ("", *(row["code"] for row in terms.get("chain_kinds", ())))
    found = list(_band_faults(terms["grades"], "grades"))
    if "grades_three" in terms:
        found += _band_faults(terms["grades_three"], "grades_three")
    found += _switch_faults(terms)
    found += _reference_faults(terms, kinds)
    for kind in () if found else kinds:
        rules = rules_of(terms, kind)
        name = kind or "indicators"
        found += [f"{name}: {fault}" for fault in (*_weight_faults(rules), *_sheet_faults(rules, terms))]
    return found


def _band_faults(rows: Sequence[Mapping[str, Any]], name: str) -> Iterator[str]:
    edges = [Decimal(row["from"]) for row in rows]
    if not edges or edges[-1] != 0:
        yield f"{name}: the lowest band does not begin at 0, totals below it have no grade"
    for upper, lower in pairwise(edges):
        if upper <= lower:
            yield f"{name}: bands overlap, {upper} stands above {lower}"
    if edges and edges[0] > HUNDRED:
        yield f"{name}: nobody can reach {edges[0]}"


def _switch_faults(terms: Mapping[str, Any]) -> Iterator[str]:
    grading = terms["grading"]
    scale = grading.get("grade_scale", "four")
    if scale not in ("four", "three") or (scale == "three" and "grades_three" not in terms):
        yield f"grading.grade_scale: there are no grades for {scale}"
        return
    codes = {band.code for band in bands_of(terms)}
    for key in ("rewarded_grade", "accident_cap"):
        if grading.get(key, "") not in codes | {""}:
            yield f"grading.{key}: the scale has no grade {grading[key]}"
    if grading["rounding"] not in ROUNDINGS:
        yield f"grading.rounding: {grading['rounding']} is not known"
    if not 0 <= Decimal(grading["excellent_cap"]) <= HUNDRED:
        yield "grading.excellent_cap: is not a share"


def _reference_faults(terms: Mapping[str, Any], kinds: Iterable[str]) -> Iterator[str]:
    codes = {row["code"] for row in terms["indicators"]}
    for row in terms.get("by_chain_kind", ()):
        if row["indicator"] not in codes:
            yield f"by_chain_kind.{row['code']}: there is no indicator {row['indicator']}"
        if row["chain_kind"] not in kinds:
            yield f"by_chain_kind.{row['code']}: there is no type of chain {row['chain_kind']}"
    dimensions = {row["code"] for row in terms["dimensions"]}
    for row in terms["indicators"]:
        if row["dimension"] not in dimensions:
            yield f"indicators.{row['code']}: there is no dimension {row['dimension']}"
        if row["scale"] not in SCALES:
            yield f"indicators.{row['code']}: there is no scale {row['scale']}"


def _weight_faults(rules: Rules) -> Iterator[str]:
    if rules.weight != HUNDRED:
        yield f"weights add up to {rules.weight}, not to 100"
    for one in rules.indicators:
        if one.weight <= 0 or one.full_mark <= 0:
            yield f"{one.code}: weight and full mark have to be more than nothing"
        if not 0 <= one.linear_share <= HUNDRED:
            yield f"{one.code}: linear_share is not a share"
        if (one.scale == TIERED) != bool(one.steps):
            yield f"{one.code}: tiers belong to a tiered scale, and only there"
        elif one.steps:
            yield from _step_faults(one)


def _step_faults(one: Indicator) -> Iterator[str]:
    for lower, upper in pairwise(one.steps):
        if lower.least >= upper.least or lower.points >= upper.points:
            yield f"{one.code}: tiers do not rise from {lower.least} to {upper.least}"
    if one.steps[-1].points != one.weight:
        yield f"{one.code}: the highest tier has {one.steps[-1].points} points, the weight is {one.weight}"
    if one.steps[0].points < 0:
        yield f"{one.code}: a tier has less than nothing"


def _sheet_faults(rules: Rules, terms: Mapping[str, Any]) -> Iterator[str]:
    asked = {row["code"]: Decimal(row["full_mark"]) for row in terms.get("sheet", ())}
    if not asked:
        return
    left = {one.code: one.expert_part for one in rules.indicators if one.expert_part}
    if asked != left:
        yield f"the experts' sheet asks {_said(asked)}, the indicators leave {_said(left)}"


def _said(parts: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{code} {points.normalize():f}" for code, points in sorted(parts.items())) or "nothing"
