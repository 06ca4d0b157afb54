"""The rule of acceptance as a table: edges of the share, what counts, what may be proposed, the days."""

from datetime import date
from decimal import Decimal

import pytest

from evaluation import policy
from evaluation.policy import Target

RESULT = {"targets_met_min": "80.00", "rectify_months": 6, "reacceptances_max": 1}
SCHEDULE = {"due_soon_days": 90, "overdue_revoke_days": 60}
LEAST = Decimal("80.00")


def targets(*, met: int, counted: int) -> list[Target]:
    return [
        Target(f"t{n}", Decimal(10), Decimal(10) if n < met else Decimal("9.99"), mandatory=True)
        for n in range(counted)
    ]


@pytest.mark.parametrize(
    ("met", "counted", "share", "enough", "lacking"),
    [
        (0, 0, "0.00", False, 0),
        (0, 1, "0.00", False, 1),
        (1, 1, "100.00", True, 0),
        (3, 4, "75.00", False, 1),
        (4, 5, "80.00", True, 0),
        (3, 5, "60.00", False, 1),
        (6, 8, "75.00", False, 1),
        (7, 8, "87.50", True, 0),
        (5, 7, "71.43", False, 1),
        (7, 9, "77.78", False, 1),
        (8, 10, "80.00", True, 0),
        (7, 10, "70.00", False, 1),
        (0, 10, "0.00", False, 8),
    ],
)
def test_eighty_per_cent_of_the_mandatory_targets(met, counted, share, enough, lacking):
    found = policy.verdict(targets(met=met, counted=counted), LEAST)

    assert (found.met, found.counted, found.share, found.enough, found.lacking) == (
        met,
        counted,
        Decimal(share),
        enough,
        lacking,
    )


def test_the_rule_goes_by_the_exact_share_not_by_the_rounded_one():
    found = policy.verdict(targets(met=7, counted=9), Decimal("77.78"))

    assert (found.share, found.enough) == (Decimal("77.78"), False)


@pytest.mark.parametrize(
    ("planned", "actual", "mandatory", "counted", "met"),
    [
        ("10", "10", True, 1, 1),
        ("10", "9.99", True, 1, 0),
        ("10", "11", True, 1, 1),
        ("0", "0", True, 0, 0),
        ("0", "5", True, 0, 0),
        ("10", "10", False, 0, 0),
        ("0.01", "0.01", True, 1, 1),
        ("0.01", "0", True, 1, 0),
    ],
)
def test_what_counts_is_mandatory_and_was_promised(planned, actual, mandatory, counted, met):
    found = policy.verdict([Target("x", Decimal(planned), Decimal(actual), mandatory)], LEAST)

    assert (found.counted, found.met) == (counted, met)


@pytest.mark.parametrize(
    ("met", "passed", "attempt", "outcomes"),
    [
        (4, True, 1, ["passed", "conditional", "failed"]),
        (4, False, 1, ["conditional", "failed"]),
        (3, True, 1, ["conditional", "failed"]),
        (3, False, 1, ["conditional", "failed"]),
        (4, True, 2, ["passed", "failed"]),
        (4, False, 2, ["failed"]),
        (3, True, 2, ["failed"]),
    ],
)
def test_which_results_may_be_proposed(met, passed, attempt, outcomes):
    verdict = policy.verdict(targets(met=met, counted=5), LEAST)

    assert policy.outcomes_open(verdict, panel_passed=passed, attempt=attempt, result=RESULT) == outcomes


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 23), 6, date(2027, 5, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_there_is(day, months, later):
    assert policy.add_months(day, months) == later


def test_the_days_before_and_after_the_period():
    ends = date(2026, 11, 23)

    assert policy.told_from(ends, SCHEDULE) == date(2026, 8, 25)
    assert policy.overdue_from(ends, SCHEDULE) == date(2027, 1, 23)
