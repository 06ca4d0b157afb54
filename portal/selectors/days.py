"""The table of holidays and make-up days, year by year."""

from datetime import date

from records import calendar
from records.models import DayOverride


def year_of(asked: str, *, today: date) -> dict:
    """The exceptions of the year that was asked for, which years there are, and whether it is published."""
    years = sorted({*calendar.load().published_years, today.year, today.year + 1}, reverse=True)
    year = int(asked) if asked.isdecimal() and int(asked) in years else today.year
    return {
        "year": year,
        "years": years,
        "rows": DayOverride.objects.filter(day__year=year),
        "provisional": calendar.is_provisional(date(year, 1, 1)),
    }
