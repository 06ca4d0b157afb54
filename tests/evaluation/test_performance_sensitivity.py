"""Which change of a cut-off or a weight turns whose grade: worked out, and checked against trying every hundredth."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import pytest

from evaluation.policy.performance import Deduction, Entry, Facts, exact_lines, graded, rounded
from evaluation.policy.rules import Indicator
from evaluation.policy.sensitivity import SPAN, Case, Turn, by_cut_off, by_weight, nearest, turns_between
from tests.evaluation.test_performance_policy import FOUR, TIERED, whole

SIMPLE = whole(
    Indicator("a", "甲", "万元", "x", D(100), D(60)),
    Indicator("b", "乙", "项", "x", D(40), D(40)),
)


def case(key, a, b, rules=SIMPLE, **more) -> Case:
    return Case(key, rules, Facts({"a": D(a), "b": D(b)}, {}, **more))


def test_the_nearest_cut_offs_that_turn_a_grade():
    """Totals 92, 89.40, 70 and 58: each cut-off has a next one below and one above."""
    cases = [case("p", 100, 32), case("q", "99", 30), case("r", 50, 40), case("s", 30, 40)]

    found = {(one.code, one.change > 0): (one.to, one.turns) for one in by_cut_off(cases, SIMPLE)}

    assert found == {
        ("excellent", False): (D("89.40"), (Turn("q", "good", "excellent"),)),
        ("excellent", True): (D("92.01"), (Turn("p", "excellent", "good"),)),
        ("good", True): (D("70.01"), (Turn("r", "good", "pass"),)),
        ("pass", False): (D("58.00"), (Turn("s", "fail", "pass"),)),
    }


def test_a_cut_off_does_not_pass_its_neighbour():
    near = replace(SIMPLE, bands=(replace(FOUR[0], least=D("71.00")), *FOUR[1:]))

    assert [one.to for one in by_cut_off([case("p", 50, 40)], near)] == [D("70.01")]


def by_trying(cases, rules, code, sign):
    """Every hundredth in turn, with the points really weighed anew."""
    before = graded([one.entry for one in cases], rules)
    weight = Fraction(next(one.weight for one in rules.indicators if one.code == code))
    for steps in range(1, int(SPAN * 100) + 1):
        change = Fraction(sign * steps, 100)
        factors = {True: (weight + change) / weight, False: (100 - weight - change) / (100 - weight)}
        totals = {
            one.key: sum(
                points * factors[name == code] for name, points in exact_lines(one.rules, one.facts).items()
            )
            for one in cases
        }
        after = graded([Entry(key, rounded(total)) for key, total in totals.items()], rules)
        if turns := turns_between(before, after):
            return D(sign * steps) / 100, turns
    return None


@pytest.mark.parametrize("share", [None, D("50.00")], ids=["free", "limited"])
def test_the_smallest_change_of_a_weight_is_the_one_that_trying_finds(share):
    rules = replace(SIMPLE, top_share=share)
    cases = [
        case(n, a, b, rules)
        for n, (a, b) in enumerate([(100, 32), (99, 30), (50, 40), (30, 40), (96, "32.4"), (90, 36)])
    ]

    found = {
        (one.code, 1 if one.change > 0 else -1): (one.change, one.turns) for one in by_weight(cases, rules)
    }
    tried = {(code, sign): by_trying(cases, rules, code, sign) for code in ("a", "b") for sign in (1, -1)}

    assert found == {key: answer for key, answer in tried.items() if answer}
    assert found


def test_a_capped_one_does_not_turn_with_the_cut_off():
    assert by_cut_off([case("p", 95, 38, cap="pass")], SIMPLE) == []


# --- what one institute lacks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "grade", "missing", "ways"),
    [
        ("90", "34", "excellent", "2.00", [("a", "93.33", "1.9980"), ("b", "36", "2.0000")]),
        ("100", "29.99", "excellent", "0.01", [("b", "30", "0.0100")]),
        ("50", "29.5", "pass", "0.50", [("a", "50.83", "0.4980"), ("b", "30", "0.5000")]),
        ("0", "0", "pass", "60.00", [("a", "100.00", "60.0000")]),
        ("0", "10", "pass", "50.00", [("a", "83.33", "49.9980")]),
    ],
)
def test_single_raises_that_reach_the_next_grade_cheapest_first(a, b, grade, missing, ways):
    found = nearest(SIMPLE, Facts({"a": D(a), "b": D(b)}, {}))

    assert (found.grade, found.missing) == (grade, D(missing))
    assert [(way.code, str(way.needed)) for way in found.raises] == [way[:2] for way in ways]
    for way in found.raises:  # it really reaches the grade, and a hundredth or one piece less does not
        step = D(1) if way.code == "b" else D("0.01")
        for value, reaches in ((way.needed, True), (way.needed - step, False)):
            values = {"a": D(a), "b": D(b)} | {way.code: value}
            total = rounded(sum(exact_lines(SIMPLE, Facts(values, {})).values()))
            assert (total >= SIMPLE.band(grade).least) is reaches


def test_a_tier_is_reached_by_its_edge():
    tiers = whole(replace(TIERED, weight=D(7)), Indicator("a", "", "万元", "x", D(100), D(93)))
    found = nearest(tiers, Facts({"a": D(61), "d": D(60)}, {}))

    assert [(way.code, way.needed) for way in found.raises][:1] == [("a", D("62.37"))]
    assert ("d", D("100.00")) in [(way.code, way.needed) for way in found.raises]


def test_whoever_has_the_best_grade_lacks_nothing_and_a_false_item_cannot_be_raised():
    assert nearest(SIMPLE, Facts({"a": D(100), "b": D(40)}, {})) is None
    false = (Deduction("false_item", "不实", item="b"),)
    assert nearest(SIMPLE, Facts({"a": D(100), "b": D(40)}, {}, false)).raises == ()


def test_a_cap_is_said_where_points_do_not_help():
    assert nearest(SIMPLE, Facts({"a": D(90), "b": D(34)}, {}, cap="pass")).held
    assert not nearest(SIMPLE, Facts({"a": D(30), "b": D(34)}, {}, cap="pass")).held
