"""Rows that come from a spreadsheet are stored as if they had been typed: by box, with versions, all or nothing."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction

from accounts.models import User
from institutes import book
from institutes.book.core import DELETE
from institutes.book.kinds import Rows
from institutes.models import Application, ApplicationSection
from institutes.services.drafting import save_section
from records.errors import Conflict, Reason
from records.lifecycle import lock

Incoming = tuple[str, Mapping[str, object]]
"""The key of the stored row that a line came from (or nothing), and its values by column."""


@transaction.atomic
def import_rows(
    *,
    application: Application,
    section: str,
    table: str,
    lines: Sequence[Incoming],
    replace: bool,
    batch: str,
    version: int | str,
    by: User,
    settled: Collection[str] = (),
) -> ApplicationSection:
    """Add ``lines`` to a table, or put them in place of all its rows. Raises ``StaleVersion`` like any saving.

    In place of all, a line that names a stored row changes that row's boxes and nothing else. ``batch`` marks the
    new rows, so that the same lines sent twice are stored once. ``settled``: boxes that stay as they are stored.
    """
    lock(application)
    declared = book.of_edition(application.call.form_edition).section(section)
    entry = declared.entry(table) if declared else None
    if not isinstance(entry, Rows):
        raise Conflict(f"申报书中没有“{table}”这张表。")
    row = application.sections.filter(code=section).first()
    kept = [each["key"] for each in book.rows_of(row.answers if row else {}, table)]
    placed = _placed(lines, kept if replace else [], batch)
    gone = [key for key in kept if replace and key not in placed]
    most = entry.bounds(book.setting_of(application))[1]
    if (total := len({*kept, *placed} - {*gone})) > most:
        words = f"“{entry.label}”最多 {most} 行，现有 {len(kept)} 行，加入后共 {total} 行。"
        raise Conflict(Reason(words, field=f"{section}.{table}"))
    changes: dict[str, object] = {f"{table}-{key}-{DELETE}": True for key in gone}
    changes |= {
        f"{table}-{key}-{column}": value for key, values in placed.items() for column, value in values.items()
    }
    changes = {path: value for path, value in changes.items() if path not in settled}
    return save_section(application=application, section=section, changes=changes, version=version, by=by)


def _placed(
    lines: Sequence[Incoming], stored: Collection[str], batch: str
) -> dict[str, Mapping[str, object]]:
    """The lines by the key of the row that each changes or makes."""
    found: dict[str, Mapping[str, object]] = {}
    for number, (key, values) in enumerate(lines, 1):
        found[key if key in stored and key not in found else f"{batch}x{number}"] = values
    return found
