"""Which annexes the book asks for, and what it says to the items of the formal review."""

import pytest

from institutes import book
from tests.factories.institutes import policy_terms
from tests.institutes.book.words import BOOK, base, premises, row, team


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("council_list", {"governance": {"people": [row()]}}),
        ("roster_proof", {"team": {"roster": [row()]}}),
        ("premises_proof", {"premises": {"tenure": "own"}}),
        ("equipment_ledger", {"premises": {"equipment": [row()]}}),
        ("ip_list", base("patents", {})),
        ("ip_list", base("software", {})),
        ("ip_list", base("standards", {})),
        ("achievement_proof", base("awards", {})),
        ("achievement_proof", base("projects", {})),
        ("county_support", {"budget": {"sources": {"county": {"amount": "0.01"}}}}),
    ],
)
def test_an_annex_is_asked_for_as_soon_as_the_book_needs_it(setting, kind, answers):
    annex = BOOK.annex(kind)

    assert (annex.needed({}, setting), annex.needed(answers, setting)) == (0, 1)


@pytest.mark.parametrize("kind", ["licence", "charter", "tax_clearance", "credit_report", "commitment_page"])
def test_these_annexes_are_always_asked_for(setting, kind):
    assert BOOK.annex(kind).needed({}, setting) == 1


def test_nothing_listed_for_the_county_needs_no_paper_of_the_county(setting):
    answers = {"budget": {"sources": {"county": {"amount": "0.00"}}}}

    assert BOOK.annex("county_support").needed(answers, setting) == 0


@pytest.mark.parametrize(
    ("item", "answers", "paths"),
    [
        ("roster_agrees", team(rd_fulltime=3), ["rd_fulltime"]),
        ("roster_agrees", team(), []),
        ("equipment_agrees", premises(equipment_value="1.00"), ["equipment_value"]),
        (
            "no_unit_error",
            {"host": {"finance": {"profit": {"2024": "-1", "2025": "11"}}}},
            ["finance-profit-2025"],
        ),
        ("in_time", team(rd_fulltime=3), []),
    ],
)
def test_items_of_the_formal_review_that_compare_data(setting, item, answers, paths):
    assert [fault.path for fault in book.noticed(item, answers, setting)] == paths


def test_every_item_that_compares_is_an_item_of_the_edition():
    items = {item["code"] for item in policy_terms()["checklist"]}
    sections = {item["section"] for item in policy_terms()["checklist"]}

    assert set(book.MATTERS) == items
    assert sections <= {section.code for section in BOOK.sections}
