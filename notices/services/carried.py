"""Who is not reminded: what a sweep passes by, asked once for all its rules.

A visited application, an award in a plan, an evaluation in its round: the case has a day, and so has the work in which
it is done. Nobody is told of both. What the same role does twice, by two people, the first is not reminded of.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from records.desk import all_desks, states_done_elsewhere
from records.models.deadline import STATE

# How many rows each part yields the database can only guess, and one guess too low has it compare a million with a
# million one by one. Whole tables joined by hash cost the same whatever it guesses.
BY_TABLES = "SET LOCAL enable_nestloop = off"


def _runs(row: str) -> str:
    due = f"{row}.due_on IS NOT NULL"
    return f"{row}.kind = '{STATE}' AND {row}.met_at IS NULL AND {row}.paused_on IS NULL AND {due}"


# Of each case that is worked on elsewhere the deadline that stays silent. As a rule that of the case: its work is told
# of, to whoever has it. Where one case alone is worked on, by whom it lies with, and past the day of the case, the case
# is told of and the work stays silent until there is nothing more to say of the case, which was due on that day.
_SILENT = f"""
    SELECT CASE WHEN p.is_later THEN p.id ELSE p.case_id END, CASE WHEN p.is_later THEN p.case_due END
    FROM (
        SELECT w.id, c.id AS case_id, c.due_on AS case_due,
               NOT k.rests AND w.holder_role = c.holder_role AND w.due_on > c.due_on
                   AND count(*) OVER (PARTITION BY w.id) = 1 AS is_later
        FROM ({{carried}}) k
        JOIN records_deadline c ON c.subject_type = k.case_type AND c.subject_id = k.case_id AND {_runs("c")}
        JOIN records_deadline w ON w.subject_type = k.work_type AND w.subject_id = k.work_id AND {_runs("w")}
        LEFT JOIN unnest(%(todo_types)s::text[], %(todo_states)s::text[]) AS t (type, state)
          ON t.type = c.subject_type AND t.state = c.subject_state
        WHERE k.rests OR t.type IS NOT NULL
    ) p
"""

# Who may not go on with what they began, as somebody else of their role has to.
_BARRED = """
    SELECT d.id, b.user_id FROM ({barred}) b (subject_type, subject_id, occasion, user_id)
    JOIN records_deadline d ON d.subject_type = b.subject_type AND d.subject_id = b.subject_id AND d.met_at IS NULL
     AND b.occasion = CASE d.kind WHEN 'state' THEN d.subject_state ELSE d.kind END
"""


SILENT, BARRED = "pg_temp.notices_silent", "pg_temp.notices_barred"
"""Deadlines that stay silent, each until which day of another (none: while that runs), and people who may not meet a
deadline of their role; there while a sweep runs, for nobody else."""


@contextmanager
def passed_by() -> Iterator[None]:
    """Whom the rules of a sweep pass by, asked once for all of them, and kept beside them in the database."""
    sql, asked = _silent()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BY_TABLES)
        cursor.execute(f"DROP TABLE IF EXISTS {SILENT}, {BARRED}")  # of a sweep that broke down
        cursor.execute(f"CREATE TEMPORARY TABLE {_name(SILENT)} (id, until) AS {sql}", asked)
        cursor.execute(
            f"CREATE TEMPORARY TABLE {_name(BARRED)} (deadline_id, user_id) AS {_BARRED.format(barred=_barred())}"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {SILENT}, {BARRED}")


def _name(table: str) -> str:
    """Its name as it is made: a table that is temporary has no other place."""
    return table.removeprefix("pg_temp.")


@cache
def _silent() -> tuple[str, dict[str, Any]]:
    states = states_done_elsewhere()
    asked: dict[str, Any] = {
        "todo_types": [one for one, _state in states],
        "todo_states": [state for _one, state in states],
    }
    numbers, parts = count(), []
    for rows in (carried() for desk in all_desks() for carried in desk.carries):
        sql, values = _named(rows, numbers)
        asked |= values
        parts.append(
            "SELECT carried_case_type AS case_type, carried_case_key AS case_id, carried_work_type AS work_type,"
            f" carried_work_key AS work_id, carried_rests AS rests FROM ({sql}) q"
        )
    return _SILENT.format(carried=" UNION ALL ".join(parts)), asked


def _named(rows: QuerySet, numbers: count) -> tuple[str, dict[str, Any]]:
    """The query with its values by name, as the statement around it has them."""
    sql, values = rows.query.sql_with_params()
    named = {f"carried_{next(numbers)}": value for value in values}
    return sql % tuple(f"%({name})s" for name in named), named


@cache
def _barred() -> str:
    return " UNION ALL ".join(
        f"SELECT '{desk.subject_type}', id, '{occasion}', {column}_id FROM {desk.model._meta.db_table}"
        f" WHERE {column}_id IS NOT NULL"
        + (f" AND state = '{occasion}'" if occasion in desk.lifecycle.states else "")
        for desk in all_desks()
        for occasion, column in desk.second.items()
    )
