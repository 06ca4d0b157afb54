"""The table of holidays and make-up days, year by year."""

from datetime import date

from records import calendar, deadlines
from records.models import DayOverride

YEARS_BACK = 5
"""How many past years are offered; older ones move no clock any more."""


def year_of(asked: str, *, today: date) -> dict:
    """The exceptions of the year that was asked for, which years there are, and whether it is published."""
    known = {year for year in calendar.load().published_years if year >= today.year - YEARS_BACK}
    years = sorted({*known, today.year, today.year + 1}, reverse=True)
    year = int(asked) if asked.isdecimal() and int(asked) in years else today.year
    return {
        "year": year,
        "years": years,
        "rows": DayOverride.objects.filter(day__year=year),
        "provisional": calendar.is_provisional(date(year, 1, 1)),
    }


def without(row: DayOverride) -> dict:
    """What follows when ``row`` is taken back: what the day is then, and how many deadlines move."""
    after = calendar.load().without(row.day)
    return {
        "working": after.is_working_day(row.day),
        "moved": len(deadlines.moved_by(after)),
        "provisional": after.is_provisional(row.day),
    }
