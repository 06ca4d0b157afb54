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


@pytest.mark.parametrize(
    ("held", "words"),
    [({}, ["需 1 份，已上传 0 份。"]), ({"charter": 1}, []), ({"charter": 2}, [])],
)
def test_an_annex_that_is_missing_is_said_with_its_name(setting, held, words):
    found = book.annex_faults(BOOK, {}, held, setting)

    assert [f.text for f in found if f.path == "annex-charter"] == words
    assert {f.label for f in found if f.path == "annex-charter"} <= {"研究院章程"}


@pytest.mark.parametrize(
    ("item", "answers", "words"),
    [
        (
            "licence_agrees",
            {"host": {"uscc": "91130100000000012X"}},
            "统一社会信用代码：校验位不正确，请与营业执照核对。",
        ),
        (
            "agreements_valid",
            {
                "partners": {
                    "partners": [row(name="示例大学", uscc="91130100000000012X", signed_on="2026-01-01")]
                }
            },
            "共建单位：“示例大学”的统一社会信用代码校验位不正确。",
        ),
        (
            "agreements_valid",
            {"partners": {"partners": [row(name="示例大学")]}},
            "共建单位：“示例大学”的协议没有签订日期。",
        ),
    ],
)
def test_what_the_formal_review_alone_looks_at_is_said(setting, item, answers, words):
    assert words in [f"{fault.label}：{fault.text}" for fault in book.noticed(item, answers, setting)]


def test_the_formal_review_is_told_which_annexes_are_not_there(setting):
    found = book.lacking(BOOK, "governance_complete", {"governance": {"people": [row()]}}, {}, setting)

    assert [fault.text for fault in found if fault.section == book.ANNEXES] == ["需 1 份，只有 0 份。"] * 2


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
