"""Three years as arithmetic: every edge of line, tier, cap, deduction, band and place, as tables."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import pytest

from evaluation.policy import performance, rules
from evaluation.policy.performance import Entry, Facts, grade_of, graded, line_score, ranks, rounded
from evaluation.policy.rules import Band, Indicator, Rules, Step, rules_of
from portal.policy.loader import policy_file

TERMS = next(
    edition.terms
    for edition in policy_file().editions
    if (edition.room, edition.kind) == ("evaluation", "performance")
)
KINDS = ("", "traditional", "emerging", "county")
LINEAR = Indicator("a", "甲", "万元", "x", D("500.00"), D("7.00"))
MIXED = Indicator("b", "乙", "项", "x", D("4.00"), D("6.00"), "mixed", D("50.00"))
EXPERT = Indicator("c", "丙", "", "x", D("1.00"), D("5.00"), "expert")
TIERED = Indicator(
    "d",
    "丁",
    "万元",
    "x",
    D("300.00"),
    D("7.00"),
    "tiered",
    steps=(Step(D("50.00"), D("2.00")), Step(D("100.00"), D("4.00")), Step(D("300.00"), D("7.00"))),
)
FOUR = (
    Band("excellent", "优秀", D("90.00")),
    Band("good", "良好", D("70.00")),
    Band("pass", "合格", D("60.00")),
    Band("fail", "不合格", D("0.00")),
)


def whole(*indicators: Indicator, **more) -> Rules:
    return Rules((("x", "维度"),), indicators, FOUR, **more)


def terms_with(**grading) -> dict:
    return TERMS | {"grading": TERMS["grading"] | grading}


# --- lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "value", "given", "score", "lost"),
    [
        (LINEAR, None, None, "0.0000", "7.0000"),
        (LINEAR, "0", None, "0.0000", "7.0000"),
        (LINEAR, "-20", None, "0.0000", "7.0000"),
        (LINEAR, "250", None, "3.5000", "3.5000"),
        (LINEAR, "499.99", None, "6.9999", "0.0001"),
        (LINEAR, "500", None, "7.0000", "0.0000"),
        (LINEAR, "9000", None, "7.0000", "0.0000"),
        (LINEAR, "250", "3", "3.5000", "3.5000"),  # experts have no part in it
        (MIXED, "2", None, "1.5000", "4.5000"),
        (MIXED, "4", "0", "3.0000", "3.0000"),
        (MIXED, "9", "3", "6.0000", "0.0000"),
        (MIXED, "9", "3.5", "6.0000", "0.0000"),  # no more than is theirs to give
        (MIXED, None, "2.40", "2.4000", "3.6000"),
        (EXPERT, "7", None, "0.0000", "5.0000"),
        (EXPERT, None, "4.25", "4.2500", "0.7500"),
        (EXPERT, None, "-1", "0.0000", "5.0000"),
        (TIERED, None, None, "0.0000", "7.0000"),
        (TIERED, "49.99", None, "0.0000", "7.0000"),
        (TIERED, "50", None, "2.0000", "5.0000"),
        (TIERED, "99.99", None, "2.0000", "5.0000"),
        (TIERED, "100", None, "4.0000", "3.0000"),
        (TIERED, "299.99", None, "4.0000", "3.0000"),
        (TIERED, "300", None, "7.0000", "0.0000"),
    ],
)
def test_a_line_has_points_by_its_scale(one, value, given, score, lost):
    line = line_score(one, None if value is None else D(value), None if given is None else D(given))

    assert (str(line.score), str(line.lost)) == (score, lost)
    assert line.computed + line.expert == line.score


def test_a_false_item_has_nothing_whatever_was_handed_in():
    line = line_score(MIXED, D(9), D(3), false_points=D(0))

    assert (line.score, line.lost, line.is_false, line.value) == (0, 6, True, 9)


@pytest.mark.parametrize(
    ("number", "places", "shown"),
    [
        (Fraction(89995, 1000), 2, "90.00"),
        (Fraction(8999499, 100000), 2, "89.99"),
        (Fraction(69994999, 1000000), 2, "69.99"),
        (Fraction(69995, 1000), 2, "70.00"),
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(2, 3), 2, "0.67"),
        (Fraction(-5, 1000), 2, "-0.01"),
        (Fraction(5, 10000), 3, "0.001"),
        (Fraction(100), 2, "100.00"),
    ],
)
def test_rounding_is_half_up_by_the_exact_number(number, places, shown):
    assert str(rounded(number, places)) == shown


def test_thirds_add_up_to_what_they_are():
    """Three thirds of 17.999 points are 17.999 points: the half cent decides."""
    thirds = [Indicator(f"t{n}", "", "项", "x", D(3), D("17.999")) for n in range(3)]
    rest = Indicator("rest", "", "万元", "x", D(1000), D("71.996"))
    facts = Facts({**dict.fromkeys(("t0", "t1", "t2"), D(1)), "rest": D(1000)}, {})

    assert performance.total_of(whole(*thirds, rest), facts) == D("90.00")  # 17.999 + 71.996 = 89.995


# --- the sheet --------------------------------------------------------------------------------------------------------


def full(chain_kind: str = "", share: str = "1") -> list[dict]:
    """Figures at a share of every full mark."""
    return [
        {"code": row["code"], "value": str(D(row["full_mark"]) * D(share))}
        for row in rules.indicator_rows(TERMS, chain_kind)
    ]


ALL_MARKS = {"key_technologies": "3.00", "strategy": "5.00"}


@pytest.mark.parametrize("kind", KINDS)
def test_everything_reached_is_a_hundred_for_every_type_of_chain(kind):
    sheet = performance.sheet(TERMS, figures=full(kind), marks=ALL_MARKS, chain_kind=kind)

    assert sheet.total == sheet.points == 100
    assert sum(one.score for one in sheet.dimensions) == 100
    assert all(line.lost == 0 for line in sheet.lines)


def test_nothing_at_all_is_a_zero():
    sheet = performance.sheet(TERMS, figures=[], marks={})

    assert (sheet.total, {line.value for line in sheet.lines}) == (0, {None})


@pytest.mark.parametrize(
    ("deductions", "total", "deducted"),
    [
        ([], "100.00", "0"),
        ([{"code": "late_report", "words": "2024 年度", "points": "2.00"}], "98.00", "2.00"),
        ([{"code": "late_report", "words": "", "points": "2.00"}] * 3, "94.00", "6.00"),
        ([{"code": "false_item", "words": "合同不实", "item": "transfers"}], "92.00", "0"),
        ([{"code": "false_item", "words": "", "item": "transfers"}] * 2, "92.00", "0"),
        (
            [
                {"code": "false_item", "words": "", "item": "key_technologies"},
                {"code": "late_report", "words": "", "points": "2.00"},
            ],
            "92.00",
            "2.00",
        ),
        ([{"code": "late_report", "words": "", "points": "120"}], "0.00", "120"),
    ],
    ids=["none", "one-late", "three-late", "false-item", "false-item-once", "both", "never-below-nothing"],
)
def test_deductions(deductions, total, deducted):
    sheet = performance.sheet(TERMS, figures=full(), marks=ALL_MARKS, deductions=deductions)

    assert (str(sheet.total), sheet.deducted) == (total, D(deducted))


def test_types_of_chains_have_standards_of_their_own():
    figures = [{"code": "rd_spend", "value": "200"}, {"code": "patents_standards", "value": "4"}]
    scores = {
        kind: [
            str(line.score)
            for line in performance.sheet(TERMS, figures=figures, marks={}, chain_kind=kind).lines
            if line.code in ("rd_spend", "patents_standards")
        ]
        for kind in KINDS
    }

    assert scores == {
        "": ["2.8000", "2.5000"],  # 7 × 200/500, 5 × 4/8
        "traditional": ["2.8000", "2.5000"],
        "emerging": ["2.0000", "2.0000"],  # 8 × 200/800, 6 × 4/12
        "county": ["6.0000", "4.0000"],  # the tier from 200 on; 4 × 4/4
    }


def test_a_sheet_comes_back_from_its_frozen_form_as_it_was():
    deductions = [{"code": "late_report", "words": "2024 年度", "points": "2.00"}]
    sheet = performance.sheet(
        TERMS, figures=full(share="0.7"), marks={"strategy": "3.5"}, deductions=deductions
    )

    assert performance.sheet_from(sheet.as_json()) == sheet


# --- grades -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "four", "three"),
    [
        ("100.00", "excellent", "excellent"),
        ("90.00", "excellent", "excellent"),
        ("89.99", "good", "pass"),
        ("70.00", "good", "pass"),
        ("69.99", "pass", "pass"),
        ("60.00", "pass", "pass"),
        ("59.99", "fail", "fail"),
        ("0.00", "fail", "fail"),
    ],
)
def test_bands_of_both_scales_to_the_hundredth(total, four, three):
    assert grade_of(D(total), rules_of(TERMS)) == four
    assert grade_of(D(total), rules_of(terms_with(grade_scale="three"))) == three


@pytest.mark.parametrize(
    ("total", "cap", "grade"),
    [
        ("95.00", "pass", "pass"),
        ("75.00", "pass", "pass"),
        ("60.00", "pass", "pass"),
        ("59.99", "pass", "fail"),  # a cap lifts nobody
        ("95.00", "good", "good"),
        ("95.00", "excellent", "excellent"),
        ("95.00", "", "excellent"),
        ("95.00", "unknown", "good"),  # a cap of another scale still bars the best grade
    ],
)
def test_a_cap_is_the_best_grade_there_is(total, cap, grade):
    assert grade_of(D(total), rules_of(TERMS), cap) == grade


def entries(*totals: str, caps: dict[int, str] | None = None) -> list[Entry]:
    return [Entry(n, D(total), (caps or {}).get(n, "")) for n, total in enumerate(totals)]


@pytest.mark.parametrize(
    ("share", "totals", "best"),
    [
        (None, ["95", "94", "93", "92"], [0, 1, 2, 3]),
        ("50.00", ["95", "94", "93", "92"], [0, 1]),
        ("50.00", ["92", "95", "93", "94"], [1, 3]),
        ("50.00", ["95", "94", "93"], [0]),  # half of three is one
        ("50.00", ["95", "80", "61", "10"], [0]),  # fewer than may be
        ("50.00", ["95", "94", "94", "50"], [0]),  # equals at the cut: neither
        ("50.00", ["94", "94", "50", "50"], [0, 1]),  # equals that both have a place
        ("50.00", ["94", "94", "94", "50"], []),  # three level, two places
        ("0.00", ["95", "94"], []),
        ("100.00", ["95", "94"], [0, 1]),
        ("33.33", ["95", "94", "93"], []),
        ("50.00", [], []),
    ],
)
def test_the_best_grade_is_limited_and_equals_are_equal(share, totals, best):
    limited = replace(rules_of(TERMS), top_share=None if share is None else D(share))

    found = graded(entries(*totals), limited)

    assert [key for key, grade in found.items() if grade == "excellent"] == best
    assert all(found[n] == "good" for n, total in enumerate(totals) if D(total) >= 90 and n not in best)


def test_whoever_is_capped_takes_no_place_of_the_best():
    limited = replace(rules_of(TERMS), top_share=D("50.00"))

    found = graded(entries("99", "95", "94", "50", caps={0: "pass"}), limited)

    assert found == {0: "pass", 1: "excellent", 2: "excellent", 3: "fail"}


def test_on_three_levels_the_next_grade_is_pass():
    limited = rules_of(terms_with(grade_scale="three", excellent_cap_enabled=True))

    assert graded(entries("95", "94"), limited) == {0: "excellent", 1: "pass"}


@pytest.mark.parametrize(
    ("scores", "places"),
    [
        ({}, {}),
        ({"a": 90}, {"a": 1}),
        ({"a": 70, "b": 90, "c": 80}, {"a": 3, "b": 1, "c": 2}),
        ({"a": 90, "b": 90, "c": 80}, {"a": 1, "b": 1, "c": 3}),
        ({"a": 90, "b": 80, "c": 80, "d": 80, "e": 1}, {"a": 1, "b": 2, "c": 2, "d": 2, "e": 5}),
    ],
)
def test_equals_share_a_place(scores, places):
    assert ranks({key: D(score) for key, score in scores.items()}) == places


def test_places_are_within_the_type_of_chain():
    rows = [
        Entry(n, D(total), chain_kind=kind)
        for n, (total, kind) in enumerate([(90, "a"), (95, "b"), (80, "a")])
    ]

    assert performance.ranks_in_kinds(rows) == {0: (1, 2), 1: (1, 1), 2: (2, 2)}


# --- editions ---------------------------------------------------------------------------------------------------------


def test_every_edition_of_the_file_weighs_exactly_a_hundred_for_every_type_of_chain():
    for edition in policy_file().editions:
        if "indicators" in edition.terms:
            assert rules.faults_of(edition.terms) == []
            assert {kind: rules_of(edition.terms, kind).weight for kind in KINDS} == dict.fromkeys(
                KINDS, D(100)
            )


def test_every_type_of_chain_weighs_the_four_dimensions_alike():
    for kind in KINDS:
        sheet = performance.sheet(TERMS, figures=[], marks={}, chain_kind=kind)
        assert [one.weight for one in sheet.dimensions] == [30, 25, 20, 25]


def changed(name: str, code: str, **fields) -> dict:
    return TERMS | {
        name: [row | fields if row["code"] == code else row for row in TERMS[name]],
    }


@pytest.mark.parametrize(
    ("terms", "fault"),
    [
        (changed("indicators", "rd_spend", weight="7.01"), "add up to 100.01, not to 100"),
        (changed("by_chain_kind", "emerging_rd_spend", weight="7.99"), "emerging: weights add up to 99.99"),
        (changed("grades", "fail", **{"from": "0.01"}), "the lowest band does not begin at 0"),
        (changed("grades", "good", **{"from": "90.00"}), "bands overlap, 90.00 stands above 90.00"),
        (changed("grades", "pass", **{"from": "75.00"}), "bands overlap, 70.00 stands above 75.00"),
        (changed("grades", "excellent", **{"from": "100.01"}), "nobody can reach 100.01"),
        (changed("grades_three", "pass", **{"from": "95.00"}), "grades_three: bands overlap"),
        (terms_with(grade_scale="five"), "there are no grades for five"),
        (terms_with(accident_cap="fine"), "the scale has no grade fine"),
        (terms_with(excellent_cap="120.00"), "is not a share"),
        (terms_with(rounding="ROUND_DOWN"), "ROUND_DOWN is not known"),
        (changed("indicators", "transfers", dimension="sport"), "there is no dimension sport"),
        (changed("indicators", "transfers", scale="cubic"), "there is no scale cubic"),
        (changed("indicators", "transfers", full_mark="0.00"), "more than nothing"),
        (changed("indicators", "transfers", scale="tiered"), "tiers belong to a tiered scale"),
        (changed("indicators", "key_technologies", linear_share="120.00"), "linear_share is not a share"),
        (changed("indicators", "strategy", scale="linear"), "the experts' sheet asks"),
        (changed("by_chain_kind", "county_rd_spend", indicator="luck"), "there is no indicator luck"),
        (changed("by_chain_kind", "county_rd_spend", chain_kind="moon"), "there is no type of chain moon"),
        (
            changed("by_chain_kind", "county_rd_spend", steps=[{"from": "50.00", "points": "6.00"}]),
            "the highest tier has 6.00 points, the weight is 7.00",
        ),
        (
            changed(
                "by_chain_kind",
                "county_rd_spend",
                steps=[{"from": "50.00", "points": "6.00"}, {"from": "40.00", "points": "7.00"}],
            ),
            "tiers do not rise",
        ),
    ],
)
def test_an_edition_that_does_not_add_up_is_refused_in_words(terms, fault):
    assert any(fault in said for said in rules.faults_of(terms))
