"""Saving what was changed in a section of a book, whatever the case: by box, nothing overwritten unseen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.utils import timezone

from accounts.models import User
from institutes import book
from records.errors import Clash, Incomplete, Reason, StaleVersion

REMOVED = "（删除本行）"


class Answered(Protocol):
    """A row that holds the answers of one section."""

    answers: Any
    field_versions: Any
    version: int
    saved_at: datetime
    saved_by: Any

    def save(self, *, update_fields: list[str]) -> None: ...


def save_answers(
    row: Answered,
    declared: book.Section,
    changes: Mapping[str, object],
    *,
    version: int | str,
    setting: book.Setting,
    by: User,
    own_may_stand: bool,
    at: datetime,
) -> bool:
    """Store ``changes`` by path in a row that is locked with its case; whether anything was new.

    Raises ``Incomplete`` for what cannot be read, and ``StaleVersion`` with both values of each box that somebody
    changed to something else since ``version``.
    """
    checked = book.checked(declared, changes, setting, row.answers)
    Incomplete.unless_empty(
        Reason(" ".join(texts), field=f"{declared.code}.{path}") for path, texts in checked.errors.items()
    )
    fresh = _really_new(declared, row, checked.values)
    seen = book.Seen.of(version)
    if clashes := _clashes(declared, row, fresh, seen, setting, by if own_may_stand else None):
        whose = "您在另一个窗口" if {clash.by for clash in clashes} == {by.name} else "他人"
        words = f"您编辑期间，{whose}修改了同一栏目。请比对后保留正确的一份。"
        raise StaleVersion(Reason(words), clashes=clashes, version=seen.plus(*_later(row, seen, fresh)))
    if not fresh:
        return False
    row.answers = book.apply_changes(declared, row.answers, fresh)
    row.version += 1
    row.field_versions = row.field_versions | {path: mark(row.version, by, at) for path in fresh}
    row.saved_at, row.saved_by = at, by
    row.save(update_fields=["answers", "version", "field_versions", "saved_at", "saved_by"])
    return True


def mark(version: int, by: User, at: datetime) -> dict:
    """Who changed a box when, and which version of the section that made."""
    return {"version": version, "by": by.pk, "name": by.name, "at": f"{timezone.localtime(at):%H:%M:%S}"}


def _really_new(declared: book.Section, row: Answered, values: Mapping) -> dict[str, object]:
    """Values that are not stored already: to save the same thing twice changes nothing."""
    stored = book.flatten(declared, row.answers)
    rows = {tuple(path.split("-")[:2]) for path in stored}
    return {
        path: value
        for path, value in values.items()
        if (
            tuple(path.split("-")[:2]) in rows
            if book.is_removal(declared, path)
            else stored.get(path) != value
        )
    }


def _later(row: Answered, seen: book.Seen, fresh: Mapping) -> list[int]:
    """The versions that the page learns of by being shown its clashes."""
    marks = (row.field_versions[path]["version"] for path in fresh if path in row.field_versions)
    return [version for version in marks if not seen.covers(version)]


def _clashes(
    declared: book.Section,
    row: Answered,
    fresh: Mapping,
    seen: book.Seen,
    setting: book.Setting,
    forgiven: User | None,
) -> list[Clash]:
    """Boxes that somebody changed to something else without the page knowing; for a removal, a box of the row."""
    unseen = {
        path: mark
        for path, mark in row.field_versions.items()
        if not seen.covers(mark["version"]) and (forgiven is None or mark["by"] != forgiven.pk)
    }
    stored = book.flatten(declared, row.answers)
    found = []
    for path, value in fresh.items():
        removal = book.is_removal(declared, path)
        start = path.rpartition("-")[0] + "-"
        place = next((p for p in unseen if p == path or (removal and p.startswith(start))), None)
        if place is not None:
            found.append(
                Clash(
                    field=path,
                    label=book.label_of(declared, path, row.answers, setting),
                    mine=REMOVED if removal else _shown(declared, path, value),
                    theirs=_shown(declared, place, stored.get(place)),
                    mine_said=REMOVED if removal else _said(declared, path, value, setting),
                    theirs_said=_said(declared, place, stored.get(place), setting),
                    by=unseen[place]["name"],
                    at=unseen[place]["at"],
                )
            )
    return found


def _shown(declared: book.Section, path: str, value: object) -> object:
    """The value as it stands in the box, so that a page can put it there."""
    cell = book.cell_of(declared, path)
    return cell.text(value) if cell else value


def _said(declared: book.Section, path: str, value: object, setting: book.Setting) -> str:
    """The value as a person reads it: the name of a choice, an amount with its unit."""
    cell = book.cell_of(declared, path)
    return cell.say(value, setting) if cell else str(value or "")
