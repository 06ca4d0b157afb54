"""Matters as their overseer reads them: a case that they may not open is counted, and not named.

What a unit has not handed in yet, what the bureau looks into before anybody was notified, what another office keeps to
itself: that it waits, with which office and until when, is an overseer's business; whose it is, is not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from accounts.models import User
from portal.selectors.matters import may_be_private
from portal.selectors.workbasket import Task, task_of
from records import calendar
from records.desk import desk_for
from records.models import Deadline


def veiled(user: User, rows: Iterable[Deadline]) -> Iterator[tuple[Deadline, bool]]:
    """Each matter, and whether its reader may open its case; where not, without its name and its unit. One query."""
    found = list(rows)
    readable = _readable(user, found)
    for row in found:
        is_open = desk_for(row.subject_type) is None or (row.subject_type, row.subject_id) in readable
        yield (row if is_open else _unnamed(row)), is_open


def overseen(user: User, rows: Iterable[Deadline], *, on: date) -> list[Task]:
    """These matters as lines; those that their reader may open lead to their cases."""
    return _lines(veiled(user, rows), on)


def overseen_at_a_glance(rows: Iterable[Deadline], *, on: date) -> list[Task]:
    """The same without asking the database: what may not have been handed in yet is not named."""
    found = ((row, not may_be_private(row)) for row in rows)
    return _lines(((row if is_open else _unnamed(row), is_open) for row, is_open in found), on)


def _lines(rows: Iterable[tuple[Deadline, bool]], on: date) -> list[Task]:
    days = calendar.load()
    lines = [(task_of(row, days, on=on), is_open) for row, is_open in rows]
    return [task if is_open else replace(task, url="") for task, is_open in lines]


def _unnamed(row: Deadline) -> Deadline:
    desk = desk_for(row.subject_type)
    kind = desk.model._meta.verbose_name if desk else ""
    row.subject_label = _("{kind}（不在您的查看范围）").format(kind=kind)
    row.host = row.holder_organisation = None
    return row


def _readable(user: User, rows: Iterable[Deadline]) -> set[tuple[str, int]]:
    keys: dict[str, list[int]] = {}
    for row in rows:
        keys.setdefault(row.subject_type, []).append(row.subject_id)
    asked = [
        desk.visible(user)
        .order_by()
        .filter(pk__in=sorted(pks))
        .values_list(Value(kind, output_field=CharField()), "pk")
        for kind, pks in sorted(keys.items())
        if (desk := desk_for(kind))
    ]
    if not asked:
        return set()
    first, *others = asked
    return set(first.union(*others, all=True) if others else first)
