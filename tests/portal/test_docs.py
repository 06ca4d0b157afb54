"""The documents that say what the code says are written from the code, or read beside it."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from accounts.roles import Role
from institutes.book.form_2022 import BOOK
from institutes.book.kinds import Grid, Rows
from portal.management.commands.describe_lifecycles import PAGE, describe


def test_the_page_of_lifecycles_is_up_to_date():
    written = PAGE.read_text(encoding="utf-8")

    assert written == describe(), "run: ./run manage describe_lifecycles"


def test_every_role_stands_in_the_glossary():
    glossary = (PAGE.parent / "glossary.md").read_text(encoding="utf-8")

    assert [role for role in Role.values if f"`{role}`" not in glossary] == []


# --- what the application book checks ---------------------------------------------------------------------------------

TESTS = Path(__file__).parents[1] / "institutes"
PARTS = ("part", "field", "validation", "kind", "code", "words", "test")
KINDS = {"box", "rule", "hint", "annex", "submission"}
FOUND_IN = ("institutes.book.rules.{}", "institutes.book.{}", "institutes.book.form_2022.{}", "institutes.{}")


def lines_of_the_book() -> list[dict[str, str]]:
    """The table of docs/book.md, line by line."""
    rows = (PAGE.parent / "book.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("|")]
    return [dict(zip(PARTS, line, strict=True)) for line in cells[2:]]


LINES = lines_of_the_book()


def named(code: str) -> object:
    """What stands under a name of the table, as ``module.name``."""
    module, _dot, name = code.strip("`").rpartition(".")
    for place in FOUND_IN:
        try:
            return getattr(import_module(place.format(module)), name)
        except (ImportError, AttributeError):
            continue
    return None


def test_every_rule_hint_and_check_of_the_book_stands_in_its_table():
    told: list[object] = []
    for line in LINES:
        found = named(line["code"])
        told += found if isinstance(found, tuple) else [found]
    missing = []
    for section in BOOK.sections:
        fields = [entry for entry in section.entries if not isinstance(entry, Rows | Grid)]
        fields += [c for entry in section.entries if isinstance(entry, Rows) for c in entry.columns]
        checks = [check for field in fields for check in field.checks]
        missing += [one for one in (*section.rules, *section.hints, *checks) if one not in told]

    assert missing == []


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["validation"].replace(" ", "-")[:60])
def test_a_line_of_the_book_names_its_code_and_a_test_that_says_its_words(line):
    path, _sep, name = line["test"].strip("`").partition("::")
    source = (TESTS / path).read_text(encoding="utf-8")
    strings = [n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant)]

    assert line["kind"] in KINDS
    assert named(line["code"]) is not None
    assert re.search(rf"^def {name}\(", source, re.MULTILINE)
    assert any(line["words"] in text for text in strings if isinstance(text, str))
