"""What of an earlier book can stand in a new one: sections that do not depend on the year, box by box."""

from collections.abc import Mapping

from institutes.book.core import Book, Section, cell_of, checked, flatten, rows_of
from institutes.book.kinds import Grid, Rows
from institutes.book.values import Answers, Setting

REUSED = ("host", "partners", "governance", "team", "premises", "base", "services")


def reusable(book: Book, old: Answers, new: Answers, setting: Setting) -> dict[str, dict[str, object]]:
    """By section, the values by path that the new book has no answer for and could hold; sections without are left out.

    A table is taken over whole, where there is none yet. What no longer fits stays behind, and is missing as always.
    """
    sections = (section for section in book.sections if section.code in REUSED)
    found = {
        section.code: _fitting(section, old.get(section.code, {}), new.get(section.code, {}), setting)
        for section in sections
    }
    return {code: values for code, values in found.items() if values}


def _fitting(section: Section, old: Mapping, new: Mapping, setting: Setting) -> dict[str, object]:
    there = flatten(section, new)
    wanted = {
        path: value
        for path, value in flatten(section, old).items()
        if path not in there and cell_of(section, path) and _is_free(section, path, new, setting)
    }
    refused = checked(section, wanted, setting, new).errors
    return {path: value for path, value in wanted.items() if path not in refused}


def _is_free(section: Section, path: str, new: Mapping, setting: Setting) -> bool:
    code, _sep, rest = path.partition("-")
    match section.entry(code):
        case Rows():
            return not rows_of(new, code)
        case Grid() as grid:
            return rest.partition("-")[2] in dict(grid.columns(setting))
    return True
