"""What annual assessments that were confirmed say of the years: for whoever judges institutes over several of them.

Money is in yuan, as everywhere; other figures are in the unit of their box. The boxes of the edition say which
performance indicator a figure feeds (``indicator``) and how years are put together (``combine``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from evaluation.models import Assessment
from evaluation.policy.assessment import as_number
from institutes.models import Institute
from records import clock

Key = tuple[int, int]
"""An institute's key and a year."""


def _confirmed(institutes: Iterable[Institute], years: Iterable[int]) -> QuerySet[Assessment]:
    rows = Assessment.objects.decided().filter(institute__in=list(institutes), year__in=list(years))
    return rows.select_related("institute", "edition").order_by("institute", "year")


def reported(institutes: Iterable[Institute], years: Iterable[int]) -> dict[Key, dict[str, Decimal]]:
    """Figures by the codes of their boxes, of every institute and year with a confirmed assessment. One query."""
    return {
        (row.institute_id, row.year): {
            code: number for code, text in row.values.items() if (number := as_number(text)) is not None
        }
        for row in _confirmed(institutes, years)
    }


def sources(institutes: Iterable[Institute], years: Iterable[int]) -> dict[Key, Assessment]:
    """The assessments from which :func:`reported` takes its figures."""
    return {(row.institute_id, row.year): row for row in _confirmed(institutes, years)}


@dataclass(frozen=True, slots=True)
class Reported:
    """One figure of one year that feeds an indicator of the three-year evaluation, with the report that says it."""

    box: dict[str, Any]
    value: Decimal
    assessment: Assessment

    @property
    def indicator(self) -> str:
        return self.box["indicator"]

    @property
    def combine(self) -> str:
        return self.box["combine"]

    @property
    def year(self) -> int:
        return self.assessment.year


def reported_for_indicators(institute: Institute, years: Iterable[int]) -> list[Reported]:
    """Every confirmed figure of these years that feeds an indicator, year by year."""
    found = []
    for row in _confirmed([institute], years):
        for box in row.edition.terms["boxes"]:
            value = as_number(row.values.get(box["code"]))
            if box.get("indicator") and value is not None:
                found.append(Reported(box, value, row))
    return sorted(found, key=lambda one: one.year)


def late_reports(institute: Institute, years: Iterable[int]) -> list[Assessment]:
    """Reports of these years handed in after their last day; those still lacking are missing, not late."""
    rows = Assessment.objects.late(clock.today()).filter(institute=institute, year__in=list(years))
    return list(rows.filter(submitted_on__isnull=False).select_related("institute").order_by("year"))


def late_by_institute(institutes: Iterable[Institute]) -> dict[int, list[Assessment]]:
    """:func:`late_reports` of many institutes and whichever year, by the institute's key. One query."""
    rows = Assessment.objects.late(clock.today()).filter(institute__in=list(institutes))
    found: dict[int, list[Assessment]] = {}
    for row in rows.filter(submitted_on__isnull=False).order_by("year"):
        found.setdefault(row.institute_id, []).append(row)
    return found


def missing_years(institute: Institute, years: Iterable[int]) -> list[int]:
    """Years of which no report had come when the results were published."""
    rows = Assessment.objects.missing().filter(institute=institute, year__in=list(years))
    return list(rows.order_by("year").values_list("year", flat=True))
