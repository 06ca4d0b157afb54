"""Whoever fills in the book is told beside every box what counts: no box without help, no help without a meaning."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

import pytest
from django.urls import reverse

from accounts.roles import Role
from institutes import book
from institutes.book.core import Annex, Book
from institutes.book.helping import help_of
from institutes.book.kinds import Entry, Grid, Rows
from institutes.book.setting import setting_of
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory

BOOKS = [book.of_edition("2022")]
SHORTEST = 5
SELF_EXPLANATORY: dict[str, str] = {}
"""Boxes whose label says everything, by section and path, with the reason: none so far, and each needs one."""


def parts_of(declared: Book) -> Iterator[tuple[str, Entry | Annex]]:
    """Every box, column, line, table and annex of a book, by its place."""
    for section in declared.sections:
        for entry in section.entries:
            yield f"{section.code}.{entry.code}", entry
            inner = (
                entry.columns if isinstance(entry, Rows) else entry.lines if isinstance(entry, Grid) else ()
            )
            yield from ((f"{section.code}.{entry.code}.{cell.code}", cell) for cell in inner)
    yield from ((f"annex.{annex.code}", annex) for annex in declared.annexes)


def bare(text: object) -> str:
    return re.sub(r"\W", "", str(text))


@pytest.fixture
def drafts(db):
    filler = person(Role.ENT_FILLER)
    return filler, ApplicationFactory(host=filler.organisations[0])


@pytest.mark.parametrize("declared", BOOKS, ids=lambda declared: declared.edition)
def test_every_box_of_the_book_is_explained(declared):
    bare_ones = {place for place, part in parts_of(declared) if len(bare(part.help)) < SHORTEST}

    assert bare_ones == set(SELF_EXPLANATORY)


@pytest.mark.parametrize("declared", BOOKS, ids=lambda declared: declared.edition)
def test_help_says_more_than_the_label(declared):
    """Neither the label again nor one sentence for everything."""
    told: dict[str, list[str]] = {}
    for place, part in parts_of(declared):
        told.setdefault(bare(part.help), []).append(place)
        alike = SequenceMatcher(None, bare(part.label), bare(part.help)).ratio()
        assert alike < 0.7, f"{place}: {part.help}"

    assert [places for places in told.values() if len(places) > 2] == []


@pytest.mark.parametrize("declared", BOOKS, ids=lambda declared: declared.edition)
def test_numbers_in_help_are_those_of_the_edition(declared, drafts):
    setting = setting_of(drafts[1])
    for place, part in parts_of(declared):
        assert "{" not in help_of(part, setting), place

    limits = {**setting.limits, "directions_min": 4, "fulltime_share_min": "75.50"}
    changed = setting.__class__(**{"terms": {"book": limits}, "closes_on": setting.closes_on, "year": 2026})
    helps = dict(parts_of(declared))
    assert help_of(helps["plan.directions"], changed).startswith("4 至 5 个")
    assert "不低于 75.5%" in help_of(helps["team.roster.time"], changed)


@pytest.mark.parametrize("code", [section.code for section in BOOKS[0].sections])
def test_the_page_of_a_section_shows_all_its_help(client, drafts, code):
    filler, application = drafts
    client.force_login(filler)
    page = client.get(reverse("institutes:section", args=[application.pk, code])).content.decode()
    text, setting = " ".join(page.split()), setting_of(application)

    absent = [
        place
        for place, part in parts_of(BOOKS[0])
        if place.startswith(f"{code}.") and help_of(part, setting) not in text
    ]
    assert absent == []


def test_the_page_of_annexes_shows_all_its_help(client, drafts):
    filler, application = drafts
    client.force_login(filler)
    page = client.get(reverse("institutes:application-files", args=[application.pk])).content.decode()
    setting = setting_of(application)

    assert [a.code for a in BOOKS[0].annexes if help_of(a, setting) not in page] == []
