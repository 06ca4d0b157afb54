"""Reminders: set-based, each exactly once per (deadline, offset, due day, recipient).

One statement per offset finds the deadlines to which this offset is the latest that applies, joins them with
the people who hold them, and writes message and outbox row. No row is read to decide. A sweep that comes days
late sends one reminder, not all it missed; two sweeps at once send one.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from notices import policy
from notices.models import ReminderEdition
from notices.models.edition import REMINDERS
from notices.services import holding
from notices.services.telling import ring
from records import calendar, clock

EVENT = "records.deadline.reminder"
_LONG_AGO = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class DueDays:
    """The due days to which ``offset`` applies on a day, each with when the reminder fell due."""

    offset: int
    first: date
    end: date
    """The first day that no longer belongs."""
    days: list[tuple[date, date, int]]
    """(due day, day of the reminder, working days left), where the range is bounded."""


def remind_due(*, on: date) -> int:
    """Remind whoever holds what falls due; returns how many new messages were written."""
    terms = ReminderEdition.objects.in_force(REMINDERS, on).terms["offsets"]
    offsets = policy.offsets_of(terms["before"], terms["after"])
    told = sum(_remind(due, on=on) for due in due_days(offsets, on=on))
    return told


def due_days(offsets: list[int], *, on: date) -> list[DueDays]:
    """For each offset, latest first, the due days for which it is the last that applies on ``on``."""
    found = []
    for place, offset in enumerate(offsets):
        following = offsets[place + 1] if place + 1 < len(offsets) else None
        first = _LONG_AGO if following is None else _first_day_with(following + 1, on)
        end = _first_day_with(offset + 1, on)
        days = [] if following is None else _days(first, end, offset, on)
        found.append(DueDays(offset=offset, first=first, end=end, days=days))
    return found


def _first_day_with(left: int, on: date) -> date:
    """The first due day of which at least ``left`` working days are left on ``on``."""
    if left > 0:
        return calendar.add_working_days(on, left)
    return calendar.add_working_days(on + timedelta(days=1), left - 1)


def _days(first: date, end: date, offset: int, on: date) -> list[tuple[date, date, int]]:
    range_ = [first + timedelta(days=n) for n in range((end - first).days)]
    return [(due, _reminded_on(due, offset), calendar.working_days_between(on, due)) for due in range_]


def _reminded_on(due: date, offset: int) -> date:
    """The day on which ``offset`` working days were left for the first time: the last to have been told on."""
    return calendar.add_working_days(due + timedelta(days=1), -(offset + 1))


@transaction.atomic
def _remind(due: DueDays, *, on: date) -> int:
    sql = _INSERT.format(candidates=_candidates(due), members=holding.MEMBERS, holders=holding.HOLDERS)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(due, on=on))
        told, mailed = cursor.fetchone()
    if mailed:
        ring()
    return told


def missing(due: DueDays, *, on: date) -> int:
    """How many reminders of this offset should have been written by ``on`` and were not."""
    sql = _MISSING.format(candidates=_candidates(due), members=holding.MEMBERS, holders=holding.HOLDERS)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(due, on=on))
        return cursor.fetchone()[0]


def parameters(due: DueDays, *, on: date) -> dict[str, Any]:
    return holding.parameters(on=on) | {
        "event": EVENT,
        "offset": due.offset,
        "now": clock.now(),
        "first": due.first,
        "end": due.end,
        "end_before": _first_day_with(due.offset + 1, on - timedelta(days=1)),
        "due_days": [day for day, _, _ in due.days],
        "reminder_days": [day for _, day, _ in due.days],
        "left": [left for _, _, left in due.days],
    }


def _candidates(due: DueDays) -> str:
    return _BOUNDED if due.days else _UNBOUNDED


# A deadline that was opened after the day of the reminder was told of when it was opened.
_BOUNDED = """
    SELECT d.*, days.days_left, days.reminder_on
    FROM unnest(%(due_days)s::date[], %(reminder_days)s::date[], %(left)s::int[]) AS days (due, reminder_on, days_left)
    JOIN records_deadline d ON d.due_on = days.due
    WHERE d.met_at IS NULL AND d.paused_on IS NULL
      AND (d.opened_at AT TIME ZONE 'Asia/Shanghai')::date <= days.reminder_on
"""
_UNBOUNDED = """
    SELECT d.*, -1 AS days_left, CASE WHEN d.due_on < %(end_before)s THEN d.due_on ELSE %(on)s END AS reminder_on
    FROM records_deadline d
    WHERE d.met_at IS NULL AND d.paused_on IS NULL AND d.due_on >= %(first)s AND d.due_on < %(end)s
"""

_WITH = """
WITH candidates AS ({candidates}),
members AS ({members}),
holders AS ({holders}),
wanted AS (
    SELECT c.*, u.id AS user_id, u.email, concat_ws('/', c.id, (%(offset)s)::text, c.due_on) AS occasion
    FROM candidates c
    JOIN holders h ON h.deadline_id = c.id
    JOIN accounts_user u ON u.id = h.user_id AND u.is_active
)
"""

_INSERT = (
    _WITH
    + """,
told AS (
    INSERT INTO notices_notice (recipient_id, event, subject_type, subject_id, subject_label, occasion,
                                title, body, url, created_at, deadline_id, "offset")
    SELECT w.user_id, %(event)s, w.subject_type, w.subject_id, w.subject_label, w.occasion,
           left(
               CASE WHEN w.due_on < %(on)s THEN '已逾期：'
                    WHEN w.days_left <= 0 THEN '今天到期：'
                    ELSE '还剩 ' || w.days_left || ' 个工作日：' END
               || w.label || '（' || w.subject_label || '）',
               200
           ),
           '“' || w.subject_label || '”的“' || w.label || '”'
               || CASE WHEN w.due_on < %(on)s THEN '已于' ELSE '须于' END
               || to_char(w.due_on, 'YYYY"年"FMMM"月"FMDD"日"')
               || CASE WHEN w.due_on < %(on)s THEN '到期，请尽快办理。' ELSE '前办理。' END,
           '', %(now)s, w.id, %(offset)s
    FROM wanted w
    ORDER BY w.id, w.user_id
    ON CONFLICT (recipient_id, event, subject_type, subject_id, occasion) DO NOTHING
    RETURNING id, recipient_id, deadline_id
),
replaced AS (
    UPDATE notices_notice n SET replaced_at = %(now)s FROM told t
    WHERE n.deadline_id = t.deadline_id AND n.recipient_id = t.recipient_id
      AND n.read_at IS NULL AND n.replaced_at IS NULL
),
mailed AS (
    INSERT INTO notices_delivery (notice_id, channel, status, attempts, next_try_at, last_error)
    SELECT t.id, 'email', 'waiting', 0, %(now)s, ''
    FROM told t JOIN accounts_user u ON u.id = t.recipient_id WHERE u.email <> ''
    RETURNING 1
)
SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM mailed)
"""
)

_MISSING = (
    _WITH
    + """
SELECT count(*) FROM wanted w
WHERE w.reminder_on < %(on)s AND NOT EXISTS (
    SELECT 1 FROM notices_notice n
    WHERE n.recipient_id = w.user_id AND n.deadline_id = w.id AND n.occasion = w.occasion
)
"""
)
