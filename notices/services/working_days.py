"""A change of the working days, and word of it to whoever holds what moved: once, gathered."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notices import notifications
from notices.services import holding
from notices.services.telling import Telling, tell_all
from records import clock
from records.models import CalendarChange
from records.services import DayEntry, change_days

SHOWN = 5
"""How many of a person's deadlines their message names one by one."""


@transaction.atomic
def change_working_days(
    *, days: Iterable[DayEntry], source: str, by: User, at: datetime | None = None
) -> CalendarChange:
    """Enter or take back holidays and make-up days; each person whose deadlines move is told of them in one message."""
    at = at or clock.now()
    change = change_days(days=days, source=source, by=by, at=at)
    found = _moved_by_person(change, at=at)
    people = User.objects.in_bulk([pk for pk, _count, _lines in found])
    tellings = [
        Telling(
            recipients=[people[pk]],
            event="records.calendarchange.moved",
            subject=change,
            url=reverse("calendar"),
            **notifications.deadlines_moved(change, count, lines),
        )
        for pk, count, lines in found
    ]
    tell_all(tellings=tellings, at=at)
    return change


def _moved_by_person(change: CalendarChange, *, at: datetime) -> list[tuple[int, int, list[str]]]:
    """Who holds how many of the deadlines that moved, and the first of them in words: one statement for all."""
    with connection.cursor() as cursor:
        values = {"change": change.pk, "shown": SHOWN}
        cursor.execute(_MOVED, holding.parameters(on=timezone.localdate(at)) | values)
        return cursor.fetchall()


def _in_words(column: str) -> str:
    return f"""to_char({column}, 'YYYY"年"FMMM"月"FMDD"日"')"""


_MOVED = f"""
WITH candidates AS (
    SELECT d.*, m.due_from, m.due_to FROM records_deadlinemove m JOIN records_deadline d ON d.id = m.deadline_id
    WHERE m.change_id = %(change)s
),
members AS ({holding.MEMBERS}),
holders AS ({holding.HOLDERS})
SELECT h.user_id, count(*), (array_agg(
    '“' || c.subject_label || '”的“' || c.label || '”：由' || {_in_words("c.due_from")}
        || '改为' || {_in_words("c.due_to")}
    ORDER BY c.due_to, c.id))[1:%(shown)s]
FROM holders h JOIN candidates c ON c.id = h.deadline_id
GROUP BY h.user_id ORDER BY h.user_id
"""
