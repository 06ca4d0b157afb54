"""Arithmetic of the programme, by table."""

from datetime import date
from decimal import Decimal

import pytest

from projects import policy

D = Decimal


@pytest.mark.parametrize(
    ("grant", "inside"),
    [
        ("799999.99", False),
        ("800000.00", True),
        ("1000000.00", True),
        ("1200000.00", True),
        ("1200000.01", False),
    ],
)
def test_the_band_includes_its_ends(grant, inside):
    assert policy.is_in_band(D(grant), D("800000.00"), D("1200000.00")) is inside


@pytest.mark.parametrize(
    ("starts_on", "months", "last"),
    [
        (date(2026, 11, 23), 24, date(2028, 11, 22)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
    ],
)
def test_a_term_ends_the_day_before_the_same_day(starts_on, months, last):
    assert policy.last_day(starts_on, months) == last


@pytest.mark.parametrize("grant", ["1000000.00", "800000.01", "999999.99", "1.01"])
@pytest.mark.parametrize("shares", [["70.00", "30.00"], ["33.33", "33.33", "33.34"], ["100.00"]])
def test_instalments_add_up_to_the_grant(grant, shares):
    parts = policy.instalments(D(grant), [D(share) for share in shares])

    assert sum(parts) == D(grant)
    assert all(part == part.quantize(D("0.01")) for part in parts)


def test_seventy_and_thirty_of_a_million():
    assert policy.instalments(D("1000000.00"), [D("70.00"), D("30.00")]) == [D("700000.00"), D("300000.00")]


def test_own_funds_follow_the_grant():
    assert policy.own_funds_needed(D("1000000.00"), D("1.00")) == D("1000000.00")
    assert policy.own_funds_needed(D("999999.99"), D("0.50")) == D("500000.00")


def test_of_nothing_there_is_no_share():
    assert policy.share_of(D("5"), D("0")) == D("0.00")
    assert policy.share_of(D("30"), D("100")) == D("30.00")
