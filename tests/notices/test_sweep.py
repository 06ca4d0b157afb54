"""A day's sweep over many deadlines: as many statements as over one, beside SQL written by hand.

The suite takes two thousand. ``SWEEP_ROWS=1000000 ./run test tests/notices/test_sweep.py -s`` measures a million and
prints the table of docs/operations.md.
"""

import os
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import median
from time import perf_counter

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from notices import services
from notices.models import Delivery, Notice
from records import calendar
from records.models import DayOverride, Deadline
from tests.factories.accounts import OrganisationFactory, person

SMALL = 2000
ROWS = int(os.environ.get("SWEEP_ROWS", SMALL))
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
ON = date(2026, 11, 24)
UNITS, ROUNDS = 40, 3

# Seven in ten are held by units, two by counties, one by the city; due within two hundred days before and after.
_FILL = """
INSERT INTO records_deadline (subject_type, subject_id, subject_label, kind, subject_state, label, holder_role,
                              host_id, division_id, opened_at, due_on, provisional)
SELECT 'sample.case', n, '示例事项' || n, 'state', '', '待办理',
       CASE WHEN n %% 10 < 7 THEN 'ent_filler' WHEN n %% 10 < 9 THEN 'county_staff' ELSE 'bureau_clerk' END,
       (%(units)s)[1 + n %% cardinality(%(units)s)], %(division)s,
       %(on)s::date - 260, %(on)s::date - 200 + ((n::bigint * 7919) %% 400)::int, false
FROM generate_series(1, %(rows)s) AS n
"""

# What somebody would write who knew only these roles, these days and this one rule.
_BY_HAND = """
WITH due AS (
    SELECT d.*, CASE WHEN d.due_on < %(on)s THEN -1 WHEN d.due_on = %(on)s THEN 0
                     WHEN d.due_on < %(five)s THEN 2 ELSE 5 END AS o
    FROM records_deadline d
    WHERE d.met_at IS NULL AND d.paused_on IS NULL AND d.kind = 'state' AND d.due_on < %(after)s
),
told AS (
    INSERT INTO notices_notice (recipient_id, event, subject_type, subject_id, subject_label, occasion, title, body,
                                url, created_at, deadline_id, "offset")
    SELECT m.user_id, 'by.hand', d.subject_type, d.subject_id, d.subject_label, concat_ws('/', d.id, d.o, d.due_on),
           d.label || '（' || d.subject_label || '）', '“' || d.subject_label || '”请尽快办理。', '', now(), d.id, d.o
    FROM due d
    JOIN accounts_membership m ON m.role = d.holder_role AND m.state = 'active'
    JOIN accounts_organisation u ON u.id = m.organisation_id
    WHERE (m.role = 'ent_filler' AND m.organisation_id = d.host_id)
       OR (m.role = 'county_staff' AND u.division_id = d.division_id)
       OR m.role = 'bureau_clerk'
    ON CONFLICT DO NOTHING
    RETURNING id
)
INSERT INTO notices_delivery (notice_id, channel, status, attempts, next_try_at, last_error)
SELECT id, 'email', 'waiting', 0, now(), '' FROM told
"""


@pytest.fixture
def many():
    units = OrganisationFactory.create_batch(UNITS, division__code="130102")
    for unit in units:
        person(Role.ENT_FILLER, organisation=unit)
    person(Role.COUNTY_STAFF, division="130102")
    person(Role.BUREAU_CLERK)
    with connection.cursor() as cursor:
        values = {
            "units": [unit.pk for unit in units],
            "division": units[0].division_id,
            "on": ON,
            "rows": ROWS,
        }
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(_FILL, values)
        cursor.execute("ANALYZE records_deadline")
    return ROWS


def by_hand(on: date = ON) -> int:
    days = {"on": on, "five": calendar.add_working_days(on, 3), "after": calendar.add_working_days(on, 6)}
    with connection.cursor() as cursor:
        cursor.execute(_BY_HAND, days)
        return cursor.rowcount


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seconds(deed) -> tuple[float, int]:
    """How long it takes, and how many it tells; nothing of it stays."""
    with undone():
        start = perf_counter()
        told = deed()
        return perf_counter() - start, told


def sweep(on: date = ON) -> int:
    return services.remind_due(on=on)


def test_a_day_s_sweep_over_many_is_one_statement_for_each_rule_and_adds_none_again(many):
    assert Deadline.objects.count() == many

    if many > SMALL:
        measure()
    calendar.load()
    with CaptureQueriesContext(connection) as queries:
        told = sweep()

    # The rules; in two tables whom they pass by, which go at the end; of each its statement: with how to plan it, in a
    # transaction. The table of days is kept for a minute, which a sweep of a million may outlast.
    asked = [one for one in queries if DayOverride._meta.db_table not in one["sql"]]
    assert len(asked) == 1 + 7 + 4 * 4
    assert told == Notice.objects.count() > many // 3
    assert Delivery.objects.count() == told
    assert sweep() == 0
    assert sweep(ON + timedelta(days=1)) < told // 20


def measure() -> None:
    """A day after the last sweep: both by turns, each undone; then the sweep again over what it has told."""
    with undone():
        first, told = by_hand(ON - timedelta(days=1)), sweep(ON - timedelta(days=1))
        print(f"\n{ROWS:,} deadlines, never swept: {first:,} by hand, {told:,} by the rules")
        rounds = [(seconds(by_hand), seconds(sweep)) for _ in range(ROUNDS)]
        hand, ours = (median(took[n][0] for took in rounds) for n in (0, 1))
        print(f"a day later, by hand: {rounds[0][0][1]:,} in {hand:.2f} s")
        print(f"a day later, by the rules: {rounds[0][1][1]:,} in {ours:.2f} s, ratio {ours / hand:.2f}")
        sweep()
        again, added = seconds(sweep)
        print(f"the same day again: {added} in {again:.2f} s", flush=True)
