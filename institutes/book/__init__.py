"""The application book, declared as data: pages, completeness, papers, API and comparison read the same fields."""

from institutes.book.checklist import MATTERS, lacking, marks_of, matter_of, noticed, places_of
from institutes.book.comparing import Difference, compare, say
from institutes.book.core import (
    ANNEXES,
    Annex,
    Book,
    Completeness,
    Section,
    annex_faults,
    apply_changes,
    cell_of,
    changed_since,
    checked,
    completeness,
    faults,
    fingerprints,
    flatten,
    hints,
    is_removal,
    label_of,
    next_key,
    parse,
    row_keys,
    rows_of,
    section_faults,
)
from institutes.book.facts import facts
from institutes.book.form_2022 import BOOK as BOOK_2022
from institutes.book.hiding import hider, read_blind, replacements_for
from institutes.book.printing import annex_list, printed
from institutes.book.progress import Progress, annexes_progress, progress_of, whole
from institutes.book.reading import read
from institutes.book.remarks import remarks
from institutes.book.reuse import REUSED, reusable
from institutes.book.rules.recusal import unwanted_by
from institutes.book.setting import (
    answers_of_draft,
    frozen_names,
    setting_of,
    settings_of,
    with_frozen_names,
)
from institutes.book.traces import Trace, needles_for, read_covered, traces
from institutes.book.values import Answers, Fault, Malformed, Setting
from institutes.book.versions import Seen

BOOKS: dict[str, Book] = {book.edition: book for book in (BOOK_2022,)}


def of_edition(edition: str) -> Book:
    """The book that a call asks for."""
    return BOOKS[edition]


__all__ = [
    "ANNEXES",
    "BOOKS",
    "MATTERS",
    "Annex",
    "Answers",
    "Book",
    "Completeness",
    "Difference",
    "Fault",
    "Malformed",
    "Progress",
    "REUSED",
    "Section",
    "Seen",
    "Setting",
    "Trace",
    "annex_faults",
    "annex_list",
    "annexes_progress",
    "answers_of_draft",
    "apply_changes",
    "cell_of",
    "changed_since",
    "checked",
    "compare",
    "completeness",
    "facts",
    "faults",
    "fingerprints",
    "flatten",
    "frozen_names",
    "hider",
    "hints",
    "is_removal",
    "label_of",
    "needles_for",
    "next_key",
    "lacking",
    "marks_of",
    "matter_of",
    "noticed",
    "places_of",
    "settings_of",
    "of_edition",
    "parse",
    "printed",
    "progress_of",
    "read",
    "read_blind",
    "read_covered",
    "remarks",
    "replacements_for",
    "reusable",
    "row_keys",
    "rows_of",
    "say",
    "section_faults",
    "setting_of",
    "traces",
    "unwanted_by",
    "whole",
    "with_frozen_names",
]
