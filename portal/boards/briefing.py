"""The briefing on one page: the same figures as the board's, as plain data for the paper, with its reader's mark."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from portal.boards.figures import Board, Figure, Line, Table
from portal.selectors.workbasket import Task
from records.deadlines import day_in_words

TEMPLATE = "portal/print/briefing.html"
LATE_SHOWN = 6
ROOM_OF_A_QUESTION, ROOM_OF_A_TABLE = 12, 12
"""How many lines of text a table has room for."""
FEW = 6
"""A table of so few lines has room for what is said beside them."""
LONGEST = 34
"""How many letters of a name stand on a line of the overdue list; half of a page holds fewer, a third still fewer."""
HALF, THIRD = 18, 9
BESIDE_ONE = 4
"""How many letters more where a name stands beside a single number."""
NOTE = 26
ON_PAPER = ("forecast", "without", "states", "measures")
WITH_ROOM = ("ranks", "pool", "gaps", "evaluations", "programmes")
"""Tables that stand on the paper, and those that do where the others leave room."""
STACK, HEAD_LINES = 22, 3
"""Of how many lines there is room below the overdue list, and how many the heading of a table takes."""


def mark_of(user: User, at: datetime) -> str:
    """The line on the paper: for whom it was made, and when."""
    offices = "、".join(str(one.organisation) for one in user.memberships_active)
    now = timezone.localtime(at)
    return _("供{name}（{office}）工作使用，{day} {time} 生成，请勿外传").format(
        name=user.get_full_name(), office=offices, day=day_in_words(now.date()), time=f"{now:%H:%M}"
    )


def briefing(
    board: Board, *, title: str, late: Iterable[Task], late_count: int, user: User, at: datetime
) -> dict[str, Any]:
    """What the paper says: three questions with their figures, the longest overdue, tables cut to a page."""
    shown = list(late)[:LATE_SHOWN]
    return {
        "title": title,
        "day": day_in_words(timezone.localdate(at)),
        "mark": mark_of(user, at),
        "questions": [
            {
                "title": str(question.title),
                "figures": [_said(one) for one in question.figures],
                "table": _table(question.table, room=ROOM_OF_A_QUESTION, longest=THIRD),
            }
            for question in board.questions
        ],
        "late": [_late(task) for task in shown],
        "late_count": late_count,
        "late_more": max(late_count - len(shown), 0),
        "stacks": _stacks({table.code: table for table in board.tables if table.lines}),
    }


def _stacks(tables: Mapping[str, Table]) -> list[list[dict[str, Any]]]:
    """The tables in two stacks side by side, each put on the one that is shorter by then."""
    stacks: tuple[list[dict[str, Any]], ...] = ([], [])
    heights = [0, 0]
    for code in (*ON_PAPER, *WITH_ROOM):
        at = heights.index(min(heights))
        if code not in tables:
            continue
        height, table = _height_of(tables[code]), _table(tables[code])
        if code in ON_PAPER or heights[at] + height <= STACK:
            stacks[at].append(table)
            heights[at] += height
    return [stack for stack in stacks if stack]


def _height_of(table: Table) -> int:
    """How many lines of text it takes at most, its heading included."""
    lines = sum(_height(line, _room_beside(table, HALF), noted=True) for line in table.lines)
    return min(lines, ROOM_OF_A_TABLE) + HEAD_LINES


def _said(one: Figure) -> dict[str, str]:
    more = one.more
    said = f"{more.label} {more.short} {more.unit}" if more else ""
    return {
        "label": str(one.label),
        "value": one.short,
        "unit": str(one.unit),
        "more": " · ".join(part for part in (str(one.note), said) if part),
    }


def _table(table: Table, *, room: int = ROOM_OF_A_TABLE, longest: int = HALF) -> dict[str, Any]:
    """The table cut to its room: the last line stays, for it may be the sum."""
    longest = _room_beside(table, longest)
    noted = len(table.lines) <= FEW
    shown = _fitting(table.lines, room, longest, noted=noted)
    return {
        "title": str(table.title),
        "heads": [str(head) for head in table.heads],
        "empty": str(table.empty),
        "lines": [_line(line, longest, noted=noted or line is table.lines[-1]) for line in shown],
    }


def _room_beside(table: Table, longest: int) -> int:
    """How many letters stand on a line beside the numbers of this table."""
    return longest if len(table.heads) > 2 else longest + BESIDE_ONE


def _fitting(lines: list[Line], room: int, longest: int, *, noted: bool) -> list[Line]:
    """As many of the lines from the first on as there is room for beside the last."""
    *others, last = lines or [Line("", ())]
    left, found = room - _height(last, longest, noted=True), []
    for line in others:
        left -= _height(line, longest, noted=noted)
        if left < 0:
            break
        found.append(line)
    return [*found, last] if lines else []


def _height(line: Line, longest: int, *, noted: bool) -> int:
    """How many lines of text it takes."""
    said = min(len(str(line.label)), 2 * longest) + (min(len(str(line.note)), NOTE) if noted else 0)
    return max(1, -(-said // longest))


def _line(line: Line, longest: int, *, noted: bool) -> dict[str, Any]:
    label, note = str(line.label), str(line.note)
    cells = [one.short if one else "" for one in line.figures]
    fits = len(label) + len(note) < longest
    return {
        "label": cut(label, 2 * longest),
        "note": cut(note, NOTE) if noted or fits else "",
        "cells": cells,
    }


def _late(task: Task) -> dict[str, Any]:
    days = -task.days_left if task.days_left is not None else 0
    return {
        "subject": cut(task.subject, LONGEST),
        "step": cut(task.label, HALF),
        "holder": cut(task.holder, LONGEST),
        "days": days,
    }


def cut(text: str, longest: int) -> str:
    """The text, or its beginning where it is too long for its place."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
