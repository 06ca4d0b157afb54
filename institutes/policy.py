"""Arithmetic of recognition on plain values: criteria against facts, sums, spans of time."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from difflib import SequenceMatcher

HARD, SOFT = "hard", "soft"
CENT = Decimal("0.01")
MET, UNMET, UNKNOWN = "met", "unmet", "unknown"

Fact = bool | int | Decimal | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One alternative of a criterion: the value found, what is asked, and how much is lacking.

    ``gap`` is in the fact's own unit; ``gap_amount`` says a lacking percentage in yuan where its base is known.
    """

    fact: str
    value: Fact
    op: str
    threshold: bool | Decimal
    unit: str = ""
    gap: Decimal | None = None
    gap_amount: Decimal | None = None

    @property
    def met(self) -> bool | None:
        if self.value is None:
            return None
        return self.value == self.threshold if self.op == "is" else self.gap is None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a criterion comes to: met if one of its alternatives is, unknown if none is and one cannot be told."""

    code: str
    label: str
    kind: str
    clause: str
    comparisons: tuple[Comparison, ...]

    @property
    def outcome(self) -> str:
        results = {comparison.met for comparison in self.comparisons}
        if True in results:
            return MET
        return UNKNOWN if None in results else UNMET

    @property
    def is_hard(self) -> bool:
        return self.kind == HARD

    @property
    def shown(self) -> Comparison:
        """The alternative to tell people about: one that is met, else the first that can be told."""
        known = [c for c in self.comparisons if c.met] or [c for c in self.comparisons if c.met is False]
        return (known or list(self.comparisons))[0]


def assess(facts: Mapping[str, Fact], criteria: Sequence[Mapping]) -> list[Finding]:
    """Every criterion of an edition against the facts of an application, in the edition's order."""
    return [
        Finding(
            code=criterion["code"],
            label=criterion["label"],
            kind=criterion["kind"],
            clause=criterion.get("clause", ""),
            comparisons=tuple(_compare(alternative, facts) for alternative in criterion["any_of"]),
        )
        for criterion in criteria
    ]


def _compare(alternative: Mapping, facts: Mapping[str, Fact]) -> Comparison:
    name, op, unit = alternative["fact"], alternative["op"], alternative.get("unit", "")
    value = facts.get(name)
    if op == "is":
        return Comparison(name, value, op, alternative["value"], unit)
    threshold = Decimal(str(alternative["value"]))
    lacking = None if value is None or value >= threshold else threshold - value
    base = facts.get(f"{name}_base")
    amount = lacking * base / 100 if lacking is not None and base is not None else None
    return Comparison(name, value, op, threshold, unit, lacking, amount)


def unmet_criteria(
    facts: Mapping[str, Fact], criteria: Sequence[Mapping], *, kind: str = HARD
) -> list[Finding]:
    """The criteria of ``kind`` that the facts do not meet; what cannot be told counts as not met."""
    return [finding for finding in assess(facts, criteria) if finding.kind == kind and finding.outcome != MET]


# --- arithmetic of the book -----------------------------------------------------------------------------------------


def as_decimal(value: object) -> Decimal | None:
    """The stored number, or None where there is none."""
    if value in (None, ""):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def total(values: Iterable[object]) -> Decimal:
    """The sum of stored amounts; what is missing counts as nothing."""
    return sum((amount for value in values if (amount := as_decimal(value)) is not None), Decimal(0))


def share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """``part`` of ``whole`` in percent, to two places; None where it cannot be told."""
    if part is None or not whole or whole < 0:
        return None
    return (part / whole * 100).quantize(CENT)


def share_reached(actual: Decimal, planned: Decimal) -> Decimal:
    """How much of what was planned was reached, in per cent to the hundredth; all of it where nothing was."""
    if planned <= 0:
        return Decimal("100.00")
    return (actual * 100 / planned).quantize(CENT, rounding=ROUND_HALF_UP)


def years_due(build_from: date, build_to: date, on: date) -> int:
    """How many years of the targets are asked for on a day: none, the first, or with the build period's end both.

    The second year's are asked for by the last day, also where the build period was extended.
    """
    if on >= build_to:
        return 2
    return 1 if on >= add_years(build_from, 1) else 0


def add_years(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 28 February in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def whole_months(start: date, end: date) -> int:
    """Full months from ``start`` to ``end``; negative where ``end`` comes first."""
    if end < start:
        return -whole_months(end, start)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def age_on(born: date, day: date) -> int:
    return whole_months(born, day) // 12


def financial_years(year: int, count: int) -> list[int]:
    """The ``count`` complete years before ``year``, the oldest first."""
    return list(range(year - count, year))


def leap(former: Decimal | None, later: Decimal | None) -> Decimal | None:
    """By which factor an amount changed, up or down; None where one of the two is missing or nothing."""
    if not former or not later:
        return None
    factor = abs(later / former)
    return factor if factor >= 1 else 1 / factor


# --- numbers of patents ---------------------------------------------------------------------------------------------

PATENT = re.compile(r"(?:CN|ZL)?(\d{12}|\d{8})\.?([\dX])")
PATENT_KINDS = {"1": "invention", "2": "utility", "3": "design", "8": "invention", "9": "utility"}


def patent_parts(raw: str) -> tuple[str, str] | None:
    """The digits and the check of ``ZL 2021 1 0000001.6``, as people paste it; None if it is no number of a patent."""
    found = PATENT.fullmatch("".join(raw.split()).upper())
    return (found[1], found[2]) if found else None


def patent_check(digits: str) -> str:
    """The check of a patent's number: digits weighted 2 to 9, then from 2 again; the sum modulo 11, X for ten."""
    rest = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(digits)) % 11
    return "X" if rest == 10 else str(rest)


def patent_kind(number: str) -> str:
    """What kind of patent its number says it is; the kind stands after the year, of four digits since 2003."""
    digits = "".join(c for c in number.partition(".")[0] if c.isdigit())
    return PATENT_KINDS.get(digits[4 if len(digits) == 12 else 2 : 5 if len(digits) == 12 else 3], "")


@dataclass(frozen=True, slots=True)
class CutLine:
    """After how many of a ranking the places end; ``tied`` where the first one left out scored as the last one in."""

    after: int
    tied: bool


def cut_line(scores: Sequence[Decimal | None], places: int) -> CutLine:
    """Where ``places`` end in a ranking, best first."""
    after = max(0, min(places, len(scores)))
    return CutLine(after, 0 < after < len(scores) and scores[after - 1] == scores[after])


def window(opens_at: datetime, closes_at: datetime, at: datetime) -> str:
    """Where a moment lies to a window: ``upcoming``, ``open`` or ``over``. The closing moment itself is over."""
    if at < opens_at:
        return "upcoming"
    return "open" if at < closes_at else "over"


# --- achievements ---------------------------------------------------------------------------------------------------

DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d]")
Measured = tuple[Sequence[str], str, int | None, Decimal | None]
"""What a verified achievement adds: to which targets, how it is measured, its quantity, its amount."""


def normalised_number(raw: str) -> str:
    """A number as people paste it: one width, large letters, no blanks, one kind of dash."""
    return DASHES.sub("-", "".join(unicodedata.normalize("NFKC", raw).split())).upper()


def number_fault(terms: Mapping, raw: str) -> str:
    """What is wrong with the number that an achievement of this kind bears, in words; empty if nothing."""
    label, number = terms["number_label"], normalised_number(raw)
    if not number:
        return f"请填写{label}。" if terms["number_required"] else ""
    if terms["series"] == "patent":
        return _patent_fault(number)
    pattern = terms["number_pattern"]
    if pattern and not re.fullmatch(pattern, number):
        return f"{label}的格式不符，例如 {terms['number_example']}，请对照证明核对。"
    return ""


def _patent_fault(number: str) -> str:
    parts = patent_parts(number)
    if parts is None:
        return "专利号应为 ZL 加 12 位（2003 年以前 8 位）数字和校验位，例如 ZL202110000001.6。"
    if patent_check(parts[0]) != parts[1]:
        return "专利号的校验位不符，可能有一位输错，请对照专利证书核对。"
    return (
        "" if patent_kind(parts[0]) == "invention" else "该专利号不是发明专利，实用新型和外观设计不在此填报。"
    )


YEARLY = "year"
"""How often a kind counts again that goes on: once in each calendar year."""


def mark_of(terms: Mapping, *, number: str, uscc: str, institute: int, year: int | None) -> str:
    """By what an achievement is known to be the same, across years and institutes; empty where it bears nothing such.

    Kinds of one series share their numbers: a contract that counted as a transfer is no income besides. What goes on
    from year to year, as services to a firm, is the same within its ``year`` alone.
    """
    if terms["mark_from"] == "partner":
        said = uscc
    elif terms["mark_from"] == "number":
        said = normalised_number(number)
        if terms["series"] == "patent" and (parts := patent_parts(said)):
            said = "".join(parts)
    else:
        return ""
    yearly = terms.get("recurs") == YEARLY
    if not said or (yearly and year is None):
        return ""
    place = f"{institute}:" if terms["scope"] == "institute" else ""
    place += f"{year}:" if yearly else ""
    return f"{terms['series']}:{place}{said}"


def likeness(one: str, other: str) -> Decimal:
    """How much alike two titles are, in per cent: the pairs of neighbouring letters that both have (Dice).

    Titles come in the form in which names are compared. Too short for pairs, they are alike only where they are equal.
    """
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return Decimal(100) if one and one == other else Decimal(0)
    shared = sum((first & second).values())
    return (Decimal(200 * shared) / (first.total() + second.total())).quantize(CENT, ROUND_HALF_UP)


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


SHORTEST_PASSAGE = 8


def shared_passages(one: str, other: str) -> list[str]:
    """The passages that two texts have in common, in the order of the first; what is short is chance."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    found = (one[block.a : block.a + block.size].strip() for block in blocks)
    return [passage for passage in found if len(passage) >= SHORTEST_PASSAGE]


def tally(rows: Iterable[Measured]) -> dict[str, int | Decimal]:
    """What achievements add up to, target by target: pieces, quantities or amounts in yuan, as each is measured."""
    found: dict[str, int | Decimal] = {}
    for targets, measure, quantity, amount in rows:
        worth: int | Decimal = 1
        if measure == "quantity":
            worth = quantity or 0
        elif measure == "amount":
            worth = amount or Decimal(0)
        for target in targets:
            found[target] = found.get(target, 0) + worth
    return found


# --- the way to the province (四(五)) ---------------------------------------------------------------------------------


def name_hint(name: str, pattern: str) -> str:
    """What is unusual about a provincial name, in words; empty where it follows the province's pattern."""
    before, _slot, after = pattern.partition("{industry}")
    fits = name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)
    return "" if fits else f"省级研究院名称一般为“{before}＋产业名称＋{after}”，请核对。"


def roles_lacking(required: Iterable[Mapping], held: Iterable[str]) -> list[Mapping]:
    """Of the parts that an inspection needs, those of which too few are ``held``."""
    counts = Counter(held)
    return [role for role in required if counts[role["code"]] < int(role["at_least"])]


def document_faults(
    day: date, *, filed_on: date, recognised_on: date, inspected_on: date, applied_on: date, today: date
) -> list[str]:
    """Why the province's document cannot bear this day, in words; empty where it can (I-7)."""
    faults = []
    if day <= filed_on:
        faults.append(f"省级文件日期须晚于报备日期（{filed_on:%Y-%m-%d}），先认定后报备的不享受奖励。")
    if day <= recognised_on:
        faults.append(f"省级文件日期须晚于市级认定日期（{recognised_on:%Y-%m-%d}）。")
    if day < inspected_on:
        faults.append(f"省级文件日期不能早于考察论证日期（{inspected_on:%Y-%m-%d}）。")
    if day < applied_on:
        faults.append(f"省级文件日期不能早于报省日期（{applied_on:%Y-%m-%d}）。")
    if day > today:
        faults.append("省级文件日期不能晚于今天。")
    return faults
