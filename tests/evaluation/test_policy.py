"""The arithmetic of review, by table: composition, recusal, lots, sums, the pass mark."""

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.policy import Candidate, Composition, Parties, aggregate, barred, mean_of, total_of
from evaluation.policy.draw import balls_of

FIVE = Composition(
    size=5,
    technical_min=3,
    finance_min=1,
    management_min=1,
    per_employer_max=1,
    outside_city_min=1,
    load_cap=15,
)
SCORING = {"trim_from": 7, "decimals": 2, "pass_mark": "60.00", "spread_flag": "20.00"}
PARTIES = Parties(
    units=frozenset({"示例电子有限公司", "示例大学"}),
    people=frozenset({"示例院长"}),
    agencies=frozenset({"示例评估中心"}),
)


@pytest.mark.parametrize(
    ("size", "seats"),
    [
        (5, ["finance", "management", "technical", "technical", "technical"]),
        (7, ["finance", "management"] + ["technical"] * 5),
    ],
)
def test_what_the_minima_leave_open_is_technical(size, seats):
    assert Composition(size, 3, 1, 1, 1, 1, 15).seats() == seats


@pytest.mark.parametrize(
    ("seated", "vacant"),
    [
        ([], ["finance", "management", "technical", "technical", "technical"]),
        (["technical", "finance"], ["management", "technical", "technical"]),
        (["finance", "management", "technical", "technical", "technical"], []),
    ],
)
def test_vacant_seats_are_those_nobody_sits_on(seated, vacant):
    assert sorted(FIVE.vacant(seated)) == sorted(vacant)


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        ({"employer": "示例无关单位"}, ""),
        ({"employer": "示例电子有限公司"}, "same_employer"),
        ({"employer": " 示例大学 "}, "same_employer"),
        ({"employer": "示例无关单位", "ties": (("interest", "示例大学", ""),)}, "interest"),
        ({"employer": "示例无关单位", "ties": (("cooperation", "示例院长", ""),)}, "cooperation"),
        ({"employer": "示例无关单位", "ties": (("cooperation", "示例他人", ""),)}, ""),
        ({"employer": "示例无关单位", "name": "示例院长"}, "named"),
        ({"employer": "示例评估中心"}, "staff"),
        ({"employer": "示例无关单位", "is_staff": True}, "staff"),
        ({"employer": "示例无关单位", "load": 14}, ""),
        ({"employer": "示例无关单位", "load": 15}, "load_cap"),
        ({"employer": "示例大学", "load": 15}, "same_employer"),
    ],
)
def test_who_may_not_judge_and_why(candidate, reason):
    fields = {"pk": 1, "seat": "technical", "fields": ("示例产业",), "employer": "", **candidate}

    assert barred(Candidate(**fields), parties=PARTIES, load_cap=15) == reason


SAME = [
    ("示例电子(石家庄)有限公司", "示例电子（石家庄）有限公司"),
    ("示例电子有限公司", "示例 电子 有限公司"),
    ("示例电子有限公司", "\u3000示例电子有限公司\n"),
    ("ABC示例公司", "ＡＢＣ示例公司"),
    ("Abc 示例公司", "ABC示例公司"),
    ("示例·阿里", "示例•阿里"),
    ("示例电子有限公司", "示例电子\u200b有限公司"),
]


@pytest.mark.parametrize(("one", "other"), [pair for a, b in SAME for pair in ((a, b), (b, a))])
def test_a_name_is_the_same_however_it_was_typed(one, other):
    barring = {
        "same_employer": (Parties(units=frozenset({one})), {"employer": other}),
        "interest": (Parties(units=frozenset({one})), {"ties": (("interest", other, ""),)}),
        "cooperation": (
            Parties(units=frozenset(), people=frozenset({one})),
            {"ties": (("cooperation", other, ""),)},
        ),
        "named": (Parties(units=frozenset(), people=frozenset({one})), {"name": other}),
        "staff": (Parties(units=frozenset(), agencies=frozenset({one})), {"employer": other}),
        "requested": (Parties(units=frozenset(), unwanted=frozenset({one})), {"employer": other}),
    }
    plain = {"pk": 1, "seat": "technical", "fields": ("示例产业",), "employer": "示例无关单位"}
    pair = [Candidate(**plain | {"pk": n, "employer": name}) for n, name in enumerate((one, other), 1)]

    found = {
        reason: barred(Candidate(**plain | facts), parties=parties, load_cap=15)
        for reason, (parties, facts) in barring.items()
    }

    assert found == {reason: reason for reason in barring}
    assert {ball.employer for ball in balls_of(pair, [], [1, 2])[0]} == {1}


@pytest.mark.parametrize("written", ["91130100MA00000000", "示例旧名（91130100ＭＡ00000000）"])
def test_a_unit_is_known_by_its_code_whatever_it_is_called(written):
    parties = Parties(units=frozenset({"示例新名有限公司"}), codes=frozenset({"91130100MA00000000", ""}))
    facts = {"pk": 1, "seat": "technical", "fields": ("示例产业",)}

    assert barred(Candidate(employer=written, **facts), parties=parties, load_cap=15) == "same_employer"
    assert barred(Candidate(employer="示例无关单位", **facts), parties=parties, load_cap=15) == ""


RENAMED = {"employer": "示例更名后单位", "employer_code": "91130100ma00000000"}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (RENAMED, "same_employer"),
        ({"ties": (("interest", "示例更名后单位", "91130100MA00000000"),)}, "interest"),
        ({"ties": (("same_employer", "示例更名后单位", ""),)}, ""),
        ({"employer_code": "91130100MA00000001"}, ""),
        ({"employer_code": "52130100MA00000009"}, "staff"),
    ],
)
def test_a_unit_that_was_renamed_is_known_by_the_code_that_was_declared(facts, reason):
    parties = Parties(
        units=frozenset({"示例原名有限公司"}),
        codes=frozenset({"91130100MA00000000"}),
        agency_codes=frozenset({"52130100MA00000009", ""}),
    )
    plain = {"pk": 1, "seat": "technical", "fields": ("示例产业",), "employer": "示例无关单位"}

    assert barred(Candidate(**plain | facts), parties=parties, load_cap=15) == reason


def test_two_names_of_one_code_are_one_employer_on_a_panel():
    """甲 has no code, 乙 the name of 甲 and the code of 丙, 丁 nothing to do with them."""
    units = [("示例旧名", ""), ("示例旧名", "C1"), ("示例新名", "C1"), ("示例他处", "C2")]
    people = [
        Candidate(pk=n, seat="technical", fields=(), employer=name, employer_code=code)
        for n, (name, code) in enumerate(units, 1)
    ]

    for order in permutations([1, 2, 3, 4]):
        balls = dict(zip(order, balls_of(people, [], order)[0], strict=True))
        assert balls[1].employer == balls[2].employer == balls[3].employer != balls[4].employer
    pool, seated = balls_of(people[:2], people[2:], [1, 2])
    assert {ball.employer for ball in [*pool, seated[0]]} == {1}


def decimals(*values):
    return [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("totals", "score", "dropped"),
    [
        (["80"], "80.00", 0),
        (["80", "81", "82", "83", "84"], "82.00", 0),
        (["0", "80", "80", "80", "80", "100"], "70.00", 0),
        (["0", "80", "80", "80", "80", "80", "100"], "80.00", 2),
        (["70", "70", "70", "70", "70", "70", "70", "100"], "70.00", 2),
        (["80.00", "80.01"], "80.01", 0),
        (["80.00", "80.00", "80.01"], "80.00", 0),
        (["80.00", "80.01", "80.01"], "80.01", 0),
        (["66.66", "66.67", "66.67", "66.67", "66.67", "66.66"], "66.67", 0),
    ],
)
def test_scores_are_brought_together(totals, score, dropped):
    result = aggregate(decimals(*totals), SCORING)

    assert (result.score, result.dropped) == (Decimal(score), dropped)


@pytest.mark.parametrize(
    ("totals", "passed"),
    [
        (["60.00"], True),
        (["59.99"], False),
        (["59.99", "60.00"], True),
        (["59.98", "60.00"], False),
        (["59.99", "59.99", "60.00"], False),
        (["100"], True),
        (["0"], False),
    ],
)
def test_the_pass_mark_is_met_after_rounding(totals, passed):
    assert aggregate(decimals(*totals), SCORING).passed is passed


@pytest.mark.parametrize(
    ("totals", "spread", "flagged"),
    [
        (["60", "80"], "20", False),
        (["60", "80.01"], "20.01", True),
        (["80"], "0", False),
        (["10", "80", "80", "80", "80", "80", "81"], "71", True),
    ],
)
def test_the_spread_counts_what_was_dropped_too(totals, spread, flagged):
    result = aggregate(decimals(*totals), SCORING)

    assert (result.spread, result.flagged) == (Decimal(spread), flagged)


@pytest.mark.parametrize(
    ("totals", "score", "spread"),
    [
        # (81.25 + 77.50 + 90.00 + 68.75 + 74.30) / 5 = 391.80 / 5
        (["81.25", "77.50", "90.00", "68.75", "74.30"], "78.36", "21.25"),
        # without 92.40 and 61.05: (88.10 + 79.95 + 83.33 + 85.55 + 70.70) / 5 = 407.63 / 5 = 81.526
        (["88.10", "92.40", "61.05", "79.95", "83.33", "85.55", "70.70"], "81.53", "31.35"),
        # ties at both ends: one 90 and one 70 go, the others stay: (90 + 90 + 85 + 70 + 70) / 5
        (["90.00", "70.00", "90.00", "85.00", "70.00", "90.00", "70.00"], "81.00", "20.00"),
        # five alike but for a hundredth: 400.03 / 5 = 80.006
        (["80.00", "80.00", "80.00", "80.01", "80.02"], "80.01", "0.02"),
    ],
    ids=["five", "seven", "seven with ties", "five with ties"],
)
def test_panels_added_up_by_hand_agree_to_the_hundredth(totals, score, spread):
    for order in (totals, totals[::-1], sorted(totals)):
        result = aggregate(decimals(*order), SCORING)

        assert (result.score, result.spread) == (Decimal(score), Decimal(spread))
        assert result.flagged == (Decimal(spread) > 20)


@given(st.lists(st.decimals("0", "100", places=2), min_size=1, max_size=9))
def test_a_result_lies_between_the_lowest_and_the_highest(totals):
    result = aggregate(totals, SCORING)

    assert min(totals) <= result.score <= max(totals)
    assert result.score == result.score.quantize(Decimal("0.01"))


def test_a_missing_score_is_never_imputed():
    with pytest.raises(ValueError, match="no locked score"):
        aggregate([], SCORING)


def test_a_total_is_the_sum_of_its_parts():
    assert total_of({"a": Decimal("19.50"), "b": Decimal("0.01")}) == Decimal("19.51")
    assert total_of({}) == Decimal(0)


@pytest.mark.parametrize(
    ("totals", "score", "dropped", "spread"),
    [
        # 72.50 + 81.25 + 68.75 + 90.00 + 77.25 = 389.75; / 5 = 77.95
        (["72.50", "81.25", "68.75", "90.00", "77.25"], "77.95", 0, "21.25"),
        # without 91.00 and 60.00: 70.10 + 71.20 + 72.30 + 73.40 + 74.54 = 361.54; / 5 = 72.308
        (["70.10", "91.00", "71.20", "60.00", "72.30", "73.40", "74.54"], "72.31", 2, "31.00"),
        # one of two equal highest goes, one of two equal lowest: 88 + 80.01 + 80.02 + 80.03 + 61 = 389.06; / 5 = 77.812
        (["88.00", "88.00", "80.01", "80.02", "80.03", "61.00", "61.00"], "77.81", 2, "27.00"),
        # 80.00 + 80.01 + 80.01 + 80.01 + 80.00 = 400.03; / 5 = 80.006
        (["80.00", "80.01", "80.01", "80.01", "80.00"], "80.01", 0, "0.01"),
    ],
    ids=["five", "seven", "seven with ties", "five with ties"],
)
def test_panels_worked_out_by_hand(totals, score, dropped, spread):
    result = aggregate([Decimal(total) for total in totals], SCORING)

    assert (result.score, result.dropped, result.spread) == (Decimal(score), dropped, Decimal(spread))


def test_half_a_hundredth_goes_up():
    assert mean_of([Decimal("80.00"), Decimal("80.01")], places=2) == Decimal("80.01")
    with pytest.raises(ValueError, match="no values"):
        mean_of([], places=2)
