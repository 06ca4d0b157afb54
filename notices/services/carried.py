"""Who is not reminded, as SQL: for statements that remind many people and read no row to decide.

A visited application, an award in a plan, an evaluation in its round: the case has a day, and so has the work in which
it is done. Nobody is told of both. What the same role does twice, by two people, the first is not reminded of.
"""

from itertools import count
from typing import Any

from django.db.models import QuerySet

from records.desk import all_desks, states_done_elsewhere
from records.models.deadline import STATE


def _runs(row: str) -> str:
    due = f"{row}.due_on IS NOT NULL"
    return f"{row}.kind = '{STATE}' AND {row}.met_at IS NULL AND {row}.paused_on IS NULL AND {due}"


# Of each case that is worked on elsewhere the deadline that stays silent. As a rule that of the case: its work is told
# of, to whoever has it. Where one case alone is worked on, by whom it lies with, and past the day of the case, the case
# is told of and the work stays silent until the rule has nothing more to say of the case.
_SILENT = f"""
    SELECT CASE WHEN p.is_later THEN p.id ELSE p.case_id END AS id
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
    WHERE NOT p.is_later OR p.case_due >= %(end_before)s
"""


def silent() -> tuple[str, dict[str, Any]]:
    """The deadlines of which nobody is reminded while another speaks for them: the statement, and what it asks for."""
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


def barred() -> str:
    """Who may not go on with what they began, as somebody else of their role has to: for the person, its occasion."""
    return " UNION ALL ".join(
        f"""
        SELECT '{desk.subject_type}', id, '{occasion}', {column}_id FROM {desk.model._meta.db_table}
        WHERE {column}_id IS NOT NULL"""
        for desk in all_desks()
        for occasion, column in desk.second.items()
    )
