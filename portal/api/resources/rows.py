"""Rows of a table of the book, sent as a list of objects or as a workbook."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from institutes.book import sheets
from institutes.book.kinds import Money
from institutes.forms.sheets import ADD, REPLACE
from institutes.views.rows import RowsBench, prepared
from portal.api.problems import Malformed


class RowsSerializer(serializers.Serializer):
    """What to do with the rows, which version of the section they rest on, and the rows: objects, or a workbook."""

    mode = serializers.ChoiceField(choices=[ADD, REPLACE])
    version = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    rows = serializers.JSONField(required=False, default=list)
    file = serializers.FileField(required=False, default=None, allow_empty_file=True)


def store_rows(request: Request, desk: RowsBench) -> None:
    """Take the rows in, all or none: 422 names row and column of everything that cannot be."""
    asked = RowsSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    facts = asked.validated_data
    grid = None if facts["file"] else _grid(desk, facts["rows"])
    table = desk.understand(file=facts["file"], grid=grid)
    if table.problems:
        raise Malformed(_by_place(table), cells=[_as_cell(problem) for problem in table.problems])
    version = facts["version"] or table.version
    if not version:
        raise Malformed({"version": [_("请写明所依据的版本。")]})
    rows = prepared(table) | _batch_of(request)
    desk.store(request.user, rows, version, replace=facts["mode"] == REPLACE)


def _batch_of(request: Request) -> dict[str, str]:
    """The mark of the new rows: with a key of the request, the same each time it is repeated."""
    key = request.headers.get("Idempotency-Key", "")
    return {"batch": hashlib.sha256(key.encode()).hexdigest()[:12]} if key else {}


def _grid(desk: RowsBench, rows: object) -> list[list[object]]:
    """The objects as lines below a head; money in yuan, as everywhere in the API."""
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Malformed({"rows": [_("须为对象的列表。")]})
    columns = {column.code: column for column in desk.entry.columns}
    strange = {
        f"{number}.{name}": [_("表中没有这一列。")]
        for number, row in enumerate(rows, 1)
        for name in row
        if name != "key" and name not in columns
    }
    if strange:
        raise Malformed(strange)
    used = [column for code, column in columns.items() if any(code in row for row in rows)]
    head = [f"{column.code}（元）" if isinstance(column, Money) else column.code for column in used]
    body = [[row.get("key", ""), *(_cell(row.get(column.code)) for column in used)] for row in rows]
    return [[sheets.MARK, *head], *body] if used else []


def _cell(value: object) -> object:
    return "、".join(str(each) for each in value) if isinstance(value, list) else value


def _by_place(table: sheets.Table) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in table.problems:
        place = ".".join(filter(None, [str(problem.line or ""), problem.column]))
        found.setdefault(place or "rows", []).append(problem.text)
    return found


def _as_cell(problem: sheets.Problem) -> dict:
    said = asdict(problem)
    return {"row": said["line"], "column": said["column"], "label": said["label"], "text": said["text"]}
