"""Working days: Monday to Friday, less the public holidays, plus the make-up days of the State Council's notice.

The table of exceptions (:class:`records.models.DayOverride`) is data that officials edit. Past the last
published year the count goes on with weekdays and the fixed public holidays, and is called provisional.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic

from django.core.cache import cache
from django.db import transaction

from records.models import DayOverride

_CACHE_KEY = "records.calendar"
_ONE_DAY = timedelta(days=1)
# Days that are public holidays every year by 《全国年节及纪念日放假办法》 and do not follow the lunar calendar.
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The calendar as it stands: which days are off or worked against the weekday, and how far it is published."""

    exceptions: dict[date, bool]
    published_years: frozenset[int]

    @classmethod
    def of(cls, exceptions: dict[date, bool]) -> "WorkingCalendar":
        """A year is published as soon as one of its days is known."""
        return cls(exceptions, frozenset(day.year for day in exceptions))

    def having(self, days: Mapping[date, bool | None]) -> "WorkingCalendar":
        """The same with these days worked or off; None: as the weekday says."""
        wanted = self.exceptions | days
        return WorkingCalendar.of({day: working for day, working in wanted.items() if working is not None})

    def is_provisional(self, day: date) -> bool:
        """Whether the holidays of that year are not yet published, so that the answer may change."""
        return day.year not in self.published_years

    def is_working_day(self, day: date) -> bool:
        if (working := self.exceptions.get(day)) is not None:
            return working
        if self.is_provisional(day) and (day.month, day.day) in _FIXED_HOLIDAYS:
            return False
        return day.weekday() < 5

    def add(self, start: date, days: int) -> date:
        """The ``days``-th working day after ``start``; ``start`` itself does not count. Negative goes back."""
        step = _ONE_DAY if days >= 0 else -_ONE_DAY
        day, left = start, abs(days)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def last_day_counting_first(self, start: date, days: int) -> date:
        """The last day of a period of ``days`` working days in which ``start`` counts as day one.

        Public notices are counted so (domain B: 13–19 November 2024 are five working days). A period that
        starts on a day off begins with the next working day.
        """
        return self.add(start - _ONE_DAY, days)

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative where ``end`` lies before."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def left(self, on: date, due_on: date) -> int:
        """Working days that are left on a day until what is due; negative where it is overdue.

        None is left on the due day alone: what was due on Friday is late on Saturday, by less than a working day, and
        counts as late by one.
        """
        if due_on == on:
            return 0
        return max(self.between(on, due_on), 1) if on < due_on else min(self.between(on, due_on), -1)


_ONE_SECOND = 1.0
at_hand: list[tuple[float, WorkingCalendar]] = []
"""What this process read last, and when: a page that counts a hundred deadlines asks the cache once."""


def load() -> WorkingCalendar:
    """The calendar of the table: an edit is seen at once where it was made, and elsewhere within a second."""
    now = monotonic()
    if at_hand and now - at_hand[0][0] < _ONE_SECOND:
        return at_hand[0][1]
    if (calendar := cache.get(_CACHE_KEY)) is None:
        calendar = WorkingCalendar.of(dict(DayOverride.objects.values_list("day", "is_working")))
        cache.set(_CACHE_KEY, calendar, timeout=60)
    at_hand[:] = [(now, calendar)]
    return calendar


def forget() -> None:
    """Read the table anew the next time; to be called in the transaction that edits it."""
    _forget_now()
    transaction.on_commit(_forget_now)


def _forget_now() -> None:
    at_hand.clear()
    cache.delete(_CACHE_KEY)


def is_working_day(day: date) -> bool:
    return load().is_working_day(day)


def is_provisional(day: date) -> bool:
    return load().is_provisional(day)


def add_working_days(start: date, days: int) -> date:
    """The ``days``-th working day after ``start``."""
    return load().add(start, days)


def last_day_counting_first(start: date, days: int) -> date:
    """The last day of a period of ``days`` working days whose first day is ``start``."""
    return load().last_day_counting_first(start, days)


def last_working_day(day: date) -> date:
    """``day`` itself where one works on it, otherwise the last working day before."""
    days = load()
    while not days.is_working_day(day):
        day -= timedelta(days=1)
    return day


def working_days_left(on: date, due_on: date) -> int:
    """Working days left on a day until what is due: 0 on the due day alone, negative where it is overdue."""
    return load().left(on, due_on)


def working_days_between(start: date, end: date) -> int:
    """Working days from ``start`` (not counted) to ``end`` (counted); negative if ``end`` is earlier."""
    return load().between(start, end)


@transaction.atomic
def set_days(days: Iterable[tuple[date, bool, str, str]]) -> int:
    """Enter or change exceptions ``(day, is_working, name, source)``; returns how many rows changed."""
    wanted = {day: (is_working, name, source) for day, is_working, name, source in days}
    stored = {
        row.day: row for row in DayOverride.objects.filter(day__in=wanted).select_for_update(no_key=True)
    }
    changed = [
        DayOverride(day=day, is_working=is_working, name=name, source=source)
        for day, (is_working, name, source) in wanted.items()
        if not (row := stored.get(day))
        or (row.is_working, row.name, row.source) != (is_working, name, source)
    ]
    DayOverride.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "name", "source"]
    )
    forget()
    return len(changed)


@transaction.atomic
def take_back(days: Iterable[date]) -> None:
    """Let these days be again what their weekday says."""
    DayOverride.objects.filter(day__in=list(days)).delete()
    forget()
