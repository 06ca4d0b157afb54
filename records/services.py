"""What the ground itself does at a person's word: the table of holidays and make-up days."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from records import audit, calendar, deadlines
from records.errors import Conflict, Reason
from records.models import DayOverride, Deadline


@dataclass(frozen=True, slots=True)
class DayEntered:
    """A day as it now stands, and the deadlines that moved because of it, each with its former day."""

    day: DayOverride
    moved: list[tuple[Deadline, date]]


@transaction.atomic
def enter_day(*, day: date, is_working: bool, name: str, source: str, by: AbstractBaseUser) -> DayEntered:
    """Enter or change a holiday or make-up day by its ``source`` (the State Council's notice, an order).

    Running deadlines are counted again.
    """
    if is_working == (day.weekday() < 5) and not DayOverride.objects.filter(day=day).exists():
        words = "工作日" if is_working else "休息日"
        raise Conflict(Reason(f"{day:%Y-%m-%d} 本来就是{words}，不需要登记。", field="is_working"))
    calendar.set_days([(day, is_working, name.strip(), source.strip())])
    row = DayOverride.objects.get(day=day)
    moved = deadlines.recount()
    audit.record(
        "records.day.enter",
        row,
        by=by,
        day=day.isoformat(),
        is_working=is_working,
        source=row.source,
        moved=len(moved),
    )
    return DayEntered(row, moved)


@transaction.atomic
def remove_day(*, row: DayOverride, by: AbstractBaseUser) -> list[tuple[Deadline, date]]:
    """Take an exception back: the day is again what its weekday says.

    Returns the deadlines that moved because of it, each with its former day.
    """
    DayOverride.objects.filter(pk=row.pk).delete()
    calendar.forget()
    moved = deadlines.recount()
    audit.record(
        "records.day.remove", row, by=by, day=row.day.isoformat(), source=row.source, moved=len(moved)
    )
    return moved
