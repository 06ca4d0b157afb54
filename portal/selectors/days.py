"""The table of holidays and make-up days, year by year."""

from datetime import date

from django.db import models
from django.db.models import Count, QuerySet

from accounts import holders
from records import calendar
from records.desk import desk_for
from records.models import CalendarChange, DayOverride, DeadlineMove
from records.services import Preview

YEARS_BACK = 5
"""How many past years are offered; older ones move no clock any more."""
SHOWN = 50
"""How many deadlines are shown one by one before a change is confirmed."""


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


def changes() -> QuerySet[CalendarChange]:
    """How the table was changed, the latest first, each with how many deadlines moved."""
    counted = CalendarChange.objects.select_related("made_by").annotate(moved=Count("moves"))
    return counted.order_by("-pk")  # a count forgets the order of the rows


def moves_of(change: CalendarChange) -> QuerySet[DeadlineMove]:
    """The deadlines that moved with a change, by their new day."""
    related = (
        "deadline__host",
        "deadline__division",
        "deadline__holder_user",
        "deadline__holder_organisation",
    )
    return change.moves.select_related(*related)


def line_of(move: DeadlineMove) -> dict:
    """A deadline that moved, as the page and its table show it."""
    desk = desk_for(move.deadline.subject_type)
    return {
        "move": move,
        "matter": str(desk.model._meta.verbose_name) if desk else "",
        "holder": str(holders.of_deadline(move.deadline)),
    }


def lines_of_preview(preview: Preview) -> list[dict]:
    """What would move, the first :data:`SHOWN` by their new day, with who holds it."""
    first = sorted(preview.moved, key=lambda found: (found[0].due_on, found[0].pk))[:SHOWN]
    related = ("host", "division", "holder_user", "holder_organisation")
    models.prefetch_related_objects([row for row, _former in first], *related)
    return [
        line_of(DeadlineMove(deadline=row, due_from=former, due_to=row.due_on or former))
        for row, former in first
    ]
