"""Reminders: set-based, each exactly once per (deadline, offset, due day, recipient).

One statement per rule of the policy file finds the deadlines that it is for, of each offset those to which it is the
latest that applies, joins them with the people who hold them (or with their superiors), and writes message and
outbox row. No row is read to decide. A sweep that comes days late sends one reminder, not all it missed; two
sweeps at once send one.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.roles import ROLES
from notices import policy
from notices.models import ReminderEdition
from notices.models.edition import REMINDERS
from notices.models.notice import OVERDUE
from notices.policy import Rule
from notices.services import holding
from notices.services.carried import BARRED, BY_TABLES, SILENT, passed_by
from notices.services.telling import ring
from records import calendar, clock

EVENT, OVERDUE_EVENT = "records.deadline.reminder", OVERDUE
DEPUTY_EVENT = "records.deadline.deputy"
_LONG_AGO = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class DueDay:
    """A due day to which ``offset`` is the latest that applies, since when, and how many working days are left."""

    due: date
    offset: int
    reminder_on: date
    left: int


@dataclass(frozen=True, slots=True)
class Span:
    """What a rule reminds of on a day: days one by one, and everything due before ``end`` for its last offset."""

    days: list[DueDay]
    last: int
    end: date
    """The first due day to which the last offset does not apply yet."""
    end_before: date
    """The same on the day before."""


def remind_due(*, on: date) -> int:
    """Remind whoever holds what falls due, and the superiors of whoever is late; returns how many were told."""
    terms = ReminderEdition.objects.in_force(REMINDERS, on).terms
    superiors = policy.superiors_of(terms)
    with passed_by():
        return sum(_remind(rule, superiors, on=on) for rule in policy.rules_of(terms))


def span_of(offsets: tuple[int, ...], *, on: date) -> Span:
    """The due days that fall under ``offsets`` on ``on``: every offset until the next one begins."""
    *earlier, last = offsets
    days = []
    for offset, following in zip(earlier, offsets[1:], strict=True):
        first, end = _first_day_with(following + 1, on), _first_day_with(offset + 1, on)
        days += [_due_day(first + timedelta(days=n), offset, on) for n in range((end - first).days)]
    before = _first_day_with(last + 1, on - timedelta(days=1))
    return Span(days=days, last=last, end=_first_day_with(last + 1, on), end_before=before)


def _first_day_with(left: int, on: date) -> date:
    """The first due day of which at least ``left`` working days are left on ``on``."""
    if left > 0:
        return calendar.add_working_days(on, left)
    return calendar.add_working_days(on + timedelta(days=1), left - 1)


def _due_day(due: date, offset: int, on: date) -> DueDay:
    """With the day on which ``offset`` working days were left for the first time: the last to have been told on."""
    if offset < 0:
        reminder_on = calendar.add_working_days(due, -offset)
    else:
        reminder_on = calendar.add_working_days(due + timedelta(days=1), -(offset + 1))
    return DueDay(due, offset, reminder_on, calendar.working_days_between(on, due))


@transaction.atomic
def _remind(rule: Rule, superiors: dict[str, str], *, on: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(BY_TABLES)
        cursor.execute(_statement(_INSERT, rule), parameters(rule, superiors, on=on))
        told, leaving = cursor.fetchone()
    if leaving:
        ring()
    return told


def missing(terms: dict[str, Any], *, on: date) -> list[tuple[Rule, int]]:
    """Of each rule how many messages should have been written by ``on`` and were not."""
    superiors = policy.superiors_of(terms)
    with passed_by():
        return [(rule, _missing(rule, superiors, on=on)) for rule in policy.rules_of(terms)]


@transaction.atomic
def _missing(rule: Rule, superiors: dict[str, str], *, on: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(BY_TABLES)
        cursor.execute(_statement(_MISSING, rule), parameters(rule, superiors, on=on))
        return cursor.fetchone()[0]


def _statement(sql: str, rule: Rule) -> str:
    audience = AUDIENCES[rule.to]
    by_deputy = rule.to == policy.DEPUTY
    parts: dict[str, Any] = {
        "principal": "h.principal_id" if by_deputy else "NULL::bigint",
        "anybody": not by_deputy,
    }
    return sql.format(members=holding.MEMBERS, holders=audience.people, **parts, **audience.words)


def parameters(rule: Rule, superiors: dict[str, str], *, on: date) -> dict[str, Any]:
    """What the statement of a rule asks for on a day."""
    span = span_of(rule.offsets, on=on)
    return holding.parameters(on=on) | {
        "event": AUDIENCES[rule.to].event,
        "kinds": list(rule.kinds),
        "days_from": rule.days_from,
        "days_below": rule.days_below,
        "states": list(rule.states),
        "other_than": list(rule.other_than),
        "late": rule.late,
        "over": rule.over,
        "mail": rule.mail,
        "sms": list(rule.sms),
        "sms_roles": list(rule.sms_roles),
        "juniors": list(superiors),
        "seniors": list(superiors.values()),
        "now": clock.now(),
        "due_days": [day.due for day in span.days],
        "offsets": [day.offset for day in span.days],
        "reminder_days": [day.reminder_on for day in span.days],
        "left": [day.left for day in span.days],
        "last": span.last,
        "first": _LONG_AGO,
        "end": span.end,
        "end_of_days": max([day.due for day in span.days], default=span.end) + timedelta(days=1),
        "end_before": span.end_before,
        "roles": [role.value for role in ROLES],
        "role_names": [str(spec.label) for spec in ROLES.values()],
    }


_OPENED = "(d.opened_at AT TIME ZONE 'Asia/Shanghai')::date"
# The kind is asked for twice: of a plain column the database knows how many rows to expect, of a part of it never.
_RUNNING = f"""d.met_at IS NULL AND d.paused_on IS NULL
      AND (d.kind = ANY(%(kinds)s) OR split_part(d.kind, '-', 1) = ANY(%(kinds)s))
      AND (%(days_from)s::int IS NULL OR d.due_on - {_OPENED} >= %(days_from)s)
      AND (%(days_below)s::int IS NULL OR d.due_on - {_OPENED} < %(days_below)s)
      AND (cardinality(%(states)s::text[]) = 0 OR d.subject_state = ANY(%(states)s::text[]))
      AND d.subject_state <> ALL(%(other_than)s::text[])
      AND NOT EXISTS (SELECT FROM {SILENT} s WHERE s.id = d.id AND (s.until IS NULL OR s.until >= %(end_before)s))
      AND ({{anybody}} OR d.holder_user_id IS NOT NULL)"""

# A deadline that was opened on the day of the reminder, or after it, was told of when it was opened.
_WITH = f"""
WITH candidates AS (
    SELECT d.*, days.days_left, days.reminder_on, days.remind_at
    FROM unnest(%(due_days)s::date[], %(reminder_days)s::date[], %(left)s::int[], %(offsets)s::int[])
         AS days (due, reminder_on, days_left, remind_at)
    JOIN records_deadline d ON d.due_on = days.due
    WHERE d.due_on >= %(end)s AND d.due_on < %(end_of_days)s AND {_RUNNING} AND {_OPENED} < days.reminder_on
    UNION ALL
    SELECT d.*, -1,
           CASE WHEN d.due_on < %(end_before)s THEN greatest(d.due_on, {_OPENED} + 1) ELSE %(on)s END, %(last)s
    FROM records_deadline d
    WHERE {_RUNNING} AND d.due_on >= %(first)s AND d.due_on < %(end)s AND {_OPENED} < %(on)s
),
members AS MATERIALIZED ({{members}}),
holders AS ({{holders}}),
wanted AS (
    SELECT c.*, u.id AS user_id, {{principal}} AS principal_id, u.email,
           concat_ws('/', c.id, c.remind_at, c.due_on) AS occasion, r.name AS role_name
    FROM candidates c
    JOIN (SELECT x.*, count(*) OVER (PARTITION BY x.deadline_id) AS people FROM holders x) h ON h.deadline_id = c.id
    JOIN accounts_user u ON u.id = h.user_id AND u.is_active
    LEFT JOIN unnest(%(roles)s::text[], %(role_names)s::text[]) AS r (role, name) ON r.role = c.holder_role
    LEFT JOIN {BARRED} b ON b.deadline_id = c.id AND b.user_id = u.id
    WHERE b.user_id IS NULL OR h.people = 1
)
"""

_DAY = """to_char(w.due_on, 'YYYY"年"FMMM"月"FMDD"日"')"""
_WORDS = {
    "title": """
               CASE WHEN w.due_on < %(on)s THEN %(late)s || '：'
                    WHEN w.days_left <= 0 THEN '今天到期：'
                    ELSE '还剩 ' || w.days_left || ' 个工作日：' END
               || w.label || '（' || w.subject_label || '）'""",
    "body": f"""
           '“' || translate(w.subject_label, '“”', '‘’') || '”的“' || w.label || '”'
               || CASE WHEN w.due_on < %(on)s THEN '已于' ELSE '须于' END || {_DAY}
               || CASE WHEN w.due_on < %(on)s THEN %(over)s ELSE '前办理。' END""",
}
_OVERDUE_WORDS = {
    "title": "'逾期督办：' || w.label || '（' || w.subject_label || '）'",
    "body": f"""
           '“' || translate(w.subject_label, '“”', '‘’') || '”的“' || w.label || '”已于' || {_DAY} || '到期，由'
               || coalesce(w.role_name, w.holder_role) || '办理，尚未办结，请督促办理。'""",
}
_DEPUTY = "(SELECT p.name FROM accounts_user p WHERE p.id = w.principal_id)"
_DEPUTY_WORDS = {
    "title": f"'代' || {_DEPUTY} || '办理，' || {_WORDS['title'].strip()}",
    "body": f"{_WORDS['body'].strip()} || '您正在代' || {_DEPUTY} || '办理，请代为跟进。'",
}


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a rule tells, as SQL, under which event, and in which words."""

    people: str
    event: str
    words: dict[str, str]


AUDIENCES = {
    policy.HOLDER: Audience(holding.HOLDERS, EVENT, _WORDS),
    policy.DEPUTY: Audience(holding.DEPUTIES, DEPUTY_EVENT, _DEPUTY_WORDS),
    policy.SUPERIOR: Audience(holding.SUPERIORS, OVERDUE_EVENT, _OVERDUE_WORDS),
}

_INSERT = (
    _WITH
    + """,
told AS (
    INSERT INTO notices_notice (recipient_id, event, subject_type, subject_id, subject_label, occasion,
                                title, body, url, created_at, deadline_id, "offset", on_behalf_of_id)
    SELECT w.user_id, %(event)s, w.subject_type, w.subject_id, w.subject_label, w.occasion,
           left({title}, 200), {body}, '', %(now)s, w.id, w.remind_at, w.principal_id
    FROM wanted w
    WHERE NOT EXISTS (
        SELECT 1 FROM notices_notice n
        WHERE n.recipient_id = w.user_id AND n.event = %(event)s AND n.subject_type = w.subject_type
          AND n.subject_id = w.subject_id AND n.occasion = w.occasion
    )
    ORDER BY w.id, w.user_id
    ON CONFLICT (recipient_id, event, subject_type, subject_id, occasion) DO NOTHING
    RETURNING id, recipient_id, deadline_id, "offset"
),
replaced AS (
    UPDATE notices_notice n SET replaced_at = %(now)s FROM told t
    WHERE n.deadline_id = t.deadline_id AND n.recipient_id = t.recipient_id
      AND n.read_at IS NULL AND n.replaced_at IS NULL
),
mailed AS (
    INSERT INTO notices_delivery (notice_id, channel, status, attempts, next_try_at, last_error)
    SELECT t.id, 'email', 'waiting', 0, %(now)s, ''
    FROM told t JOIN accounts_user u ON u.id = t.recipient_id WHERE %(mail)s AND u.email <> ''
    RETURNING 1
),
texted AS (
    INSERT INTO notices_delivery (notice_id, channel, status, attempts, next_try_at, last_error)
    SELECT t.id, 'sms', 'waiting', 0, %(now)s, ''
    FROM told t JOIN accounts_user u ON u.id = t.recipient_id JOIN records_deadline d ON d.id = t.deadline_id
    WHERE t."offset" = ANY(%(sms)s) AND d.holder_role = ANY(%(sms_roles)s) AND u.mobile <> ''
    RETURNING 1
)
SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM mailed) + (SELECT count(*) FROM texted)
"""
)

_MISSING = (
    _WITH
    + """
SELECT count(*) FROM wanted w
WHERE w.reminder_on < %(on)s AND NOT EXISTS (
    SELECT 1 FROM notices_notice n
    WHERE n.recipient_id = w.user_id AND n.event = %(event)s AND n.subject_type = w.subject_type
      AND n.subject_id = w.subject_id AND n.occasion = w.occasion
)
"""
)
