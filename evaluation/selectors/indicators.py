"""What three years say of an institute, indicator by indicator, each figure with the rows it comes from.

Nothing is typed for an evaluation: verified achievements, confirmed annual assessments with what the offices filled
in there, and approved joint projects are put together as the edition says (``measure``), of years before the portal
what an institute brought along. A figure keeps its rows, so that everybody can go to them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.models import ReviewEdition
from evaluation.policy.performance import rounded
from evaluation.selectors.reported import reported_for_indicators
from institutes.models import Achievement, EarlierRecognition, Institute
from institutes.selectors.above import Measure
from institutes.selectors.achievements import verified_of
from projects.selectors.overview import approved_projects_of
from records.amounts import WAN
from records.names import plain_name

ACHIEVEMENT, ASSESSMENT, PROJECT, EARLIER = "achievement", "assessment", "project", "earlier"
KIND = "performance"
HEADS = "人"
"""Of a growth the numbers of the years are brought along, from which it is worked out."""
FROM_ROWS = ("achievements", "reports", "projects")
"""Where the figures come from that years before the portal can have: not from offices and experts of the day."""
STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Source:
    """One row behind a figure: where it stands, and what it adds in the unit of the indicator."""

    type: str
    id: int
    label: str
    value: Decimal
    year: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator over the years of the cycle; no value where nothing says one. ``note``: what is peculiar to it."""

    code: str
    value: Decimal | None
    unit: str
    sources: tuple[Source, ...] = ()
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """As an evaluation keeps it; numbers as texts."""
        return {
            "code": self.code,
            "value": None if self.value is None else str(self.value),
            "unit": self.unit,
            "sources": [asdict(one) | {"value": str(one.value)} for one in self.sources],
            "note": self.note,
        }


def figures_of(institute: Institute, years: Sequence[int], edition: ReviewEdition) -> list[Figure]:
    """Every indicator of the edition for this institute over these years, in four queries."""
    rows = [row for read in READERS for row in read(institute, years, edition.terms)]
    return [
        _figure(indicator, [row for row in rows if indicator["code"] in row.indicators], years)
        for indicator in edition.terms["indicators"]
    ]


def frozen_figures(
    institute: Institute, years: Sequence[int], edition: ReviewEdition
) -> list[dict[str, Any]]:
    """:func:`figures_of` as an evaluation keeps them."""
    return [figure.as_json() for figure in figures_of(institute, years, edition)]


# --- the rows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """Something that counts: toward which indicators, by the piece, by its money in yuan, by its number.

    ``stated``: a sum of a year before the portal, in the unit of the indicator.
    """

    indicators: tuple[str, ...]
    type: str
    id: int
    label: str
    year: int
    pieces: int = 1
    who: str = ""
    yuan: Decimal | None = None
    number: Decimal | None = None
    stated: Decimal | None = None


def measures_on(day: date) -> list[Measure]:
    """The indicators for which figures of years before the portal can be brought along, by the edition of a day."""
    edition = ReviewEdition.objects.filter(kind=KIND, valid_from__lte=day).order_by("-valid_from").first()
    return [
        Measure(
            one["code"],
            one["label"],
            HEADS if one["measure"] == "growth" else one["unit"].removesuffix("/年"),
        )
        for one in (edition.terms["indicators"] if edition else ())
        if one["source"] in FROM_ROWS
    ]


def _achieved(institute: Institute, years: Sequence[int], terms: Mapping[str, Any]) -> Iterable[Row]:
    """What county and bureau verified of these years."""
    since, until = date(min(years), 1, 1), date(max(years), 12, 31)
    standards = int(terms["grading"]["standard_counts_as"])
    columns = (
        "id",
        "kind",
        "title",
        "terms",
        "achieved_on",
        "amount",
        "quantity",
        "partner_name",
        "partner_uscc",
    )
    achieved = verified_of(institute, since=since, until=until).order_by("achieved_on", "pk")
    for one in achieved.only(*columns):
        yield Row(
            indicators=tuple(one.terms.get("indicators", ())),
            type=ACHIEVEMENT,
            id=one.pk,
            label=one.title,
            year=one.year,
            pieces=standards if one.kind == STANDARD else 1,
            who=_who(one),
            yuan=one.amount,
            number=None if one.quantity is None else Decimal(one.quantity),
        )


def _who(achievement: Achievement) -> str:
    """By what a firm is known to be the same; each achievement stands for itself where none is named."""
    return achievement.partner_uscc or plain_name(achievement.partner_name) or f"#{achievement.pk}"


def _reported(institute: Institute, years: Sequence[int], terms: Mapping[str, Any]) -> Iterable[Row]:
    """What confirmed annual assessments say of these years."""
    for one in reported_for_indicators(institute, years):
        yield Row(
            indicators=(one.indicator,),
            type=ASSESSMENT,
            id=one.assessment.pk,
            label=one.box["label"],
            year=one.year,
            yuan=one.value,
            number=one.value,
        )


def _joint_projects(institute: Institute, years: Sequence[int], terms: Mapping[str, Any]) -> Iterable[Row]:
    """Joint projects (四(六)) that were approved in these years."""
    for one in approved_projects_of(institute, years):
        yield Row(("projects",), PROJECT, one.pk, one.title, one.year)


def _brought_along(institute: Institute, years: Sequence[int], terms: Mapping[str, Any]) -> Iterable[Row]:
    """What the entry of an institute says of years before the portal."""
    entry = EarlierRecognition.objects.filter(recognition__institute=institute).exclude(figures=[]).first()
    for one in entry.figures if entry else ():
        if one["year"] in years:
            said = f"{entry.document_number}：{one['year']} 年数据" if entry else ""
            stated = Decimal(one["value"])
            yield Row((one["code"],), EARLIER, entry.pk if entry else 0, said, one["year"], stated=stated)


Reader = Callable[[Institute, Sequence[int], Mapping[str, Any]], Iterable[Row]]
READERS: tuple[Reader, ...] = (_achieved, _reported, _joint_projects, _brought_along)
"""Where rows come from. Whatever else counts adds a reader here."""


# --- putting them together --------------------------------------------------------------------------------------------


def _figure(indicator: Mapping[str, Any], rows: Sequence[Row], years: Sequence[int]) -> Figure:
    measure, unit = indicator["measure"], indicator["unit"]
    parts = _parts(measure, rows, in_wan="万元" in unit)
    sources = tuple(
        Source(row.type, row.id, row.label, rounded(part), row.year)
        for row, part in zip(rows, parts, strict=True)
    )
    value, note = _value(measure, rows, parts, years)
    return Figure(indicator["code"], value, unit, sources, note)


def _parts(measure: str, rows: Sequence[Row], *, in_wan: bool) -> list[Fraction]:
    """What each row adds, exactly; what a sum of an earlier year states, as it is."""
    own = [row for row in rows if row.stated is None]
    added = iter(_parts_of_own(measure, own, in_wan=in_wan))
    return [next(added) if row.stated is None else Fraction(row.stated) for row in rows]


def _parts_of_own(measure: str, rows: Sequence[Row], *, in_wan: bool) -> list[Fraction]:
    if measure == "distinct":
        first = {row.who: n for n, row in reversed(list(enumerate(rows)))}
        return [Fraction(first[row.who] == n) for n, row in enumerate(rows)]
    if measure == "count":
        return [Fraction(row.pieces) for row in rows]
    if measure == "quantity":
        return [Fraction(row.number or 0) for row in rows]
    scale = Fraction(WAN) if in_wan else Fraction(1)
    return [Fraction(row.yuan or 0) / scale for row in rows]


def _value(
    measure: str, rows: Sequence[Row], parts: Sequence[Fraction], years: Sequence[int]
) -> tuple[Decimal | None, str]:
    """The figure to the hundredth, and what is to be said about it."""
    if measure not in ("avg", "growth", "sum"):
        return rounded(sum(parts, Fraction(0))), ""
    lacking = sorted(set(years) - {row.year for row in rows})
    note = f"{'、'.join(map(str, lacking))} 年度没有已确认的数据" if lacking else ""
    if not rows:
        return None, note
    if measure == "growth":
        return _growth(rows, parts, years, note)
    whole = sum(parts, Fraction(0))
    return rounded(whole / len(years) if measure == "avg" else whole), note


def _growth(
    rows: Sequence[Row], parts: Sequence[Fraction], years: Sequence[int], note: str
) -> tuple[Decimal | None, str]:
    """From the first to the last year in per cent; from nothing to something is a hundred."""
    by_year: dict[int, Fraction] = {}
    for row, part in zip(rows, parts, strict=True):
        by_year[row.year] = by_year.get(row.year, Fraction(0)) + part
    first, last = by_year.get(min(years)), by_year.get(max(years))
    if first is None or last is None:
        return None, note
    if not first:
        return Decimal("100.00") if last else Decimal("0.00"), "首年为零，有增长即按 100% 计"
    return rounded((last - first) / first * 100), note
