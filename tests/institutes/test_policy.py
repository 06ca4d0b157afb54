"""Criteria against facts, and the arithmetic of the book, at their edges."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from institutes import policy
from tests.factories.institutes import policy_terms

INTENSITY = {"code": "host_rd", "label": "依托单位研发投入", "kind": "soft", "clause": ""} | {
    "any_of": [
        {"fact": "share", "op": "ge", "value": "3.00", "unit": "%"},
        {"fact": "amount", "op": "ge", "value": "3000000.00", "unit": "元"},
    ]
}


@pytest.mark.parametrize(
    ("share", "amount", "outcome"),
    [
        ("3.00", "0", "met"),
        ("2.99", "2999999.99", "unmet"),
        ("2.99", "3000000.00", "met"),
        (None, "3000000.00", "met"),
        (None, "2999999.99", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_one_alternative_is_enough_and_the_threshold_itself_counts(share, amount, outcome):
    facts = {"share": share and Decimal(share), "amount": amount and Decimal(amount)}

    assert policy.assess(facts, [INTENSITY])[0].outcome == outcome


def test_a_gap_says_how_much_is_lacking_in_percent_and_in_yuan():
    facts = {"share": Decimal("2.70"), "share_base": Decimal("120000000"), "amount": Decimal(0)}

    found = policy.assess(facts, [INTENSITY])[0].comparisons[0]

    assert (found.gap, found.gap_amount) == (Decimal("0.30"), Decimal("360000"))


@pytest.mark.parametrize(("value", "outcome"), [(True, "met"), (False, "unmet"), (None, "unknown")])
def test_yes_and_no_criteria(value, outcome):
    criterion = {
        "code": "c",
        "label": "l",
        "kind": "hard",
        "any_of": [{"fact": "f", "op": "is", "value": True}],
    }

    assert policy.assess({"f": value}, [criterion])[0].outcome == outcome


def test_unmet_criteria_keeps_the_kind_apart_and_takes_what_cannot_be_told_as_not_met():
    criteria = policy_terms()["criteria"]

    hard = {finding.code for finding in policy.unmet_criteria({}, criteria)}

    assert hard == {criterion["code"] for criterion in criteria if criterion["kind"] == "hard"}


def test_total_takes_what_is_missing_as_nothing():
    assert policy.total(["1.10", None, "", "2.20"]) == Decimal("3.30")


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [("1", "3", "33.33"), ("2", "3", "66.67"), ("0", "5", "0.00"), ("1", "0", None), (None, "3", None)],
)
def test_share(part, whole, share):
    found = policy.share(part and Decimal(part), whole and Decimal(whole))

    assert found == (share and Decimal(share))


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2025, 1, 31), date(2025, 2, 28), 0),
        (date(2025, 1, 15), date(2026, 1, 14), 11),
        (date(2025, 1, 15), date(2026, 1, 15), 12),
        (date(2026, 1, 15), date(2025, 1, 15), -12),
    ],
)
def test_whole_months(start, end, months):
    assert policy.whole_months(start, end) == months


def test_age_changes_on_the_birthday():
    assert [policy.age_on(date(2008, 11, 23), date(2026, 11, day)) for day in (22, 23)] == [17, 18]


def test_a_leap_day_moves_to_the_28th():
    assert policy.add_years(date(2024, 2, 29), 2) == date(2026, 2, 28)


def test_financial_years_end_before_the_year_of_the_call():
    assert policy.financial_years(2026, 3) == [2023, 2024, 2025]


@pytest.mark.parametrize(
    ("former", "later", "factor"),
    [("1", "10", 10), ("10", "1", 10), ("-2", "4", 2), ("0", "5", None), (None, "5", None)],
)
def test_leap(former, later, factor):
    found = policy.leap(former and Decimal(former), later and Decimal(later))

    assert found == factor


@pytest.mark.parametrize(("minute", "state"), [(59, "upcoming"), (60, "open"), (119, "open"), (120, "over")])
def test_window_ends_at_the_closing_moment_itself(minute, state):
    opens, closes = datetime(2026, 1, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 2, tzinfo=UTC)
    at = datetime(2026, 1, 1, minute // 60, minute % 60, tzinfo=UTC)

    assert policy.window(opens, closes, at) == state
