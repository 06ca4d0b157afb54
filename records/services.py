"""What the ground itself does at a person's word: the table of holidays and make-up days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from records import audit, calendar, clock, deadlines
from records.errors import Conflict, Reason
from records.models import CalendarChange, DayOverride, Deadline, DeadlineMove

WORDS = {True: "上班", False: "放假", None: "按星期计算"}
CODES = {True: "worked", False: "off", None: ""}


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A day as it is to stand in the table; ``is_working`` None takes the exception back."""

    day: date
    is_working: bool | None
    name: str = ""

    @property
    def says(self) -> str:
        return WORDS[self.is_working]


@dataclass(frozen=True, slots=True)
class DayEffect:
    """An entry that changes the table, and what the day is until now."""

    entry: DayEntry
    was: bool | None

    @property
    def was_says(self) -> str:
        return WORDS[self.was]

    @property
    def told(self) -> dict[str, str]:
        """The same as plain values, as the change keeps it."""
        day, entry = self.entry.day.isoformat(), self.entry
        return {"day": day, "is": CODES[entry.is_working], "was": CODES[self.was], "name": entry.name}


@dataclass(frozen=True, slots=True)
class Preview:
    """What would follow: the days that change, and the open deadlines that move, each with its present day."""

    effects: list[DayEffect]
    moved: list[tuple[Deadline, date]]
    provisional: frozenset[int]
    """Years in which no exception would be left, so that they count as not published."""


def preview_days(*, days: Iterable[DayEntry]) -> Preview:
    """What would follow from these entries; nothing is stored. Raises ``Conflict`` where nothing would change."""
    effects = _effects(days)
    now = calendar.load()
    after = now.having({one.entry.day: one.entry.is_working for one in effects})
    unpublished = {one.entry.day.year for one in effects} - after.published_years
    return Preview(effects, deadlines.moved_by(after), frozenset(unpublished))


@transaction.atomic
def change_days(
    *, days: Iterable[DayEntry], source: str, by: Any, at: datetime | None = None
) -> CalendarChange:
    """Enter holidays and make-up days, or take them back, by their ``source`` (the State Council's notice, an order).

    Running deadlines are counted again; each that moved is kept with its former and its new day.
    """
    at, source = at or clock.now(), source.strip()
    list(DayOverride.objects.select_for_update(no_key=True).values_list("pk"))
    effects = _effects(days)
    entries = [one.entry for one in effects]
    calendar.set_days(
        (one.day, one.is_working, one.name, source) for one in entries if one.is_working is not None
    )
    calendar.take_back(one.day for one in entries if one.is_working is None)
    moved = deadlines.recount()
    change = CalendarChange.objects.create(
        source=source, days=[one.told for one in effects], made_at=at, made_by=by
    )
    DeadlineMove.objects.bulk_create(
        [
            DeadlineMove(change=change, deadline=row, due_from=former, due_to=row.due_on or former)
            for row, former in moved
        ],
        batch_size=500,
    )
    audit.record(
        "records.calendarchange.make", change, by=by, at=at, days=change.days, source=source, moved=len(moved)
    )
    return change


def _effects(days: Iterable[DayEntry]) -> list[DayEffect]:
    """The entries that change the table, in their order; every reason against them at once."""
    wanted = {entry.day: entry for entry in days}
    stored = {row.day: row for row in DayOverride.objects.filter(day__in=wanted)}
    reasons, found = [], []
    for day, entry in sorted(wanted.items()):
        row = stored.get(day)
        if row is None and entry.is_working is not None and entry.is_working == (day.weekday() < 5):
            words = "工作日" if entry.is_working else "休息日"
            reasons.append(Reason(f"{day:%Y-%m-%d} 本来就是{words}，不需要登记。", field="is_working"))
        elif ((row.is_working, row.name) if row else (None, "")) != (entry.is_working, entry.name):
            found.append(DayEffect(entry, row.is_working if row else None))
    if not reasons and not found:
        reasons.append(Reason("这些日期已经如此登记，没有变化。"))
    Conflict.unless_empty(reasons)
    return found
