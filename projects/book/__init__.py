"""The book of a proposal, declared as data like that of an application: pages, checks, papers and API read it."""

from institutes.book.core import Book
from institutes.book.values import Answers, Setting
from projects.book.content import NEEDLES, TEXTS, budget_of, figures_of, stages_of, targets_of, texts_of
from projects.book.form_2022 import BOOK as BOOK_2022
from projects.book.hiding import needles_for, replacements_for
from projects.book.setting import NAMES, answers_of_draft, frozen_names, setting_of

BOOKS: dict[str, Book] = {book.edition: book for book in (BOOK_2022,)}


def of_edition(edition: str) -> Book:
    """The book that a call asks for."""
    return BOOKS[edition]


__all__ = [
    "BOOKS",
    "NAMES",
    "NEEDLES",
    "TEXTS",
    "Answers",
    "Book",
    "Setting",
    "answers_of_draft",
    "budget_of",
    "figures_of",
    "frozen_names",
    "needles_for",
    "of_edition",
    "replacements_for",
    "setting_of",
    "stages_of",
    "targets_of",
    "texts_of",
]
