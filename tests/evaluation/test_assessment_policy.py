"""The arithmetic of a year's report, and the numbers of the policy that it works on: by table."""

from decimal import Decimal
from pathlib import Path

import pytest

from evaluation.policy import assessment as policy
from portal.policy.document import read_policy_file

FILE = Path(__file__).parents[2] / "portal" / "policy" / "shijiazhuang-2022.toml"
MONEY = {"code": "rd", "label": "研发投入", "kind": "money", "unit": "元", "max": 10_000_000_000}
COUNT = {"code": "n", "label": "人员", "kind": "number", "unit": "人", "max": 100_000, "places": 0}
AREA = {"code": "m2", "label": "面积", "kind": "number", "unit": "平方米", "max": 1000, "places": 2}
WORDS = {"code": "w", "label": "变化", "kind": "text", "unit": ""}


@pytest.fixture(scope="module")
def terms():
    return next(e for e in read_policy_file(FILE).editions if e.kind == "assessment").terms


@pytest.mark.parametrize(
    ("box", "raw", "stored"),
    [
        (MONEY, Decimal("6500000"), "6500000.00"),
        (MONEY, "0", "0.00"),
        (MONEY, "1.005", "1.005"),
        (COUNT, Decimal("12.00"), "12"),
        (COUNT, 0, "0"),
        (COUNT, None, ""),
        (COUNT, "  ", ""),
        (COUNT, "many", "many"),
        (AREA, "400.50", "400.5"),
        (AREA, "1000", "1000"),
        (WORDS, " 无 \n", "无"),
    ],
)
def test_a_value_is_stored_one_way(box, raw, stored):
    assert policy.plain(box, raw) == stored


@pytest.mark.parametrize(
    ("box", "value", "fault"),
    [
        (COUNT, "", ""),
        (COUNT, "0", ""),
        (COUNT, "100000", ""),
        (COUNT, "100001", "超过 100,000 人，请核对单位。"),
        (COUNT, "-1", "不能小于 0。"),
        (COUNT, "1.5", "请填写整数。"),
        (COUNT, "many", "请填写数字。"),
        (COUNT, "NaN", "请填写数字。"),
        (COUNT, "Infinity", "请填写数字。"),
        (AREA, "1.25", ""),
        (AREA, "1.255", "小数最多 2 位。"),
        (MONEY, "0.01", ""),
        (MONEY, "0.001", "小数最多 2 位。"),
        (MONEY, "10000000000.01", "超过 1,000,000 万元，请核对单位。"),
        (WORDS, "字" * 2000, ""),
        (WORDS, "字" * 2001, "最多 2000 字。"),
    ],
)
def test_what_cannot_stand_in_a_box(box, value, fault):
    assert policy.fault_of(box, value) == fault


def test_an_empty_box_is_a_fault_and_a_zero_is_none():
    found = policy.faults([COUNT, WORDS, MONEY], {"rd": "0.00", "n": ""})

    assert [(one.code, one.words) for one in found] == [
        ("n", "“人员”没有填写；没有发生的填 0。"),
        ("w", "“变化”没有填写；没有的写“无”。"),
    ]


BOXES = {
    code: {"code": code, "label": label, "kind": "number", "unit": "人", "max": 100, "places": 0}
    for code, label in (("total", "合计"), ("a", "全职"), ("b", "兼职"), ("new", "新进"), ("gone", "离开"))
}
SUM = {"kind": "sum", "label": "合计等于各项之和", "total": "total", "parts": ["a", "b"]}
WITHIN = {"kind": "parts_within", "label": "不超过合计", "total": "total", "parts": ["a", "b"]}
CARRIED = {"kind": "carried", "label": "结转", "total": "total", "plus": ["new"], "minus": ["gone"]}


@pytest.mark.parametrize(
    ("balance", "values", "former", "words"),
    [
        (SUM, {"total": "10", "a": "6", "b": "4"}, None, ""),
        (SUM, {"total": "12", "a": "6", "b": "4"}, None, "合计 12 人，各项合计 10 人，多 2 人。"),
        (SUM, {"total": "9", "a": "6", "b": "4"}, None, "合计 9 人，各项合计 10 人，少 1 人。"),
        (SUM, {"total": "9", "a": "6"}, None, ""),
        (SUM, {"total": "0", "a": "0", "b": "0"}, None, ""),
        (WITHIN, {"total": "10", "a": "6", "b": "4"}, None, ""),
        (WITHIN, {"total": "9", "a": "6", "b": "4"}, None, "合计 9 人，全职 6 人、兼职 4 人，超出 1 人。"),
        (WITHIN, {"a": "6", "b": "4"}, None, ""),
        (CARRIED, {"total": "15", "new": "8", "gone": "3"}, {"total": "10"}, ""),
        (
            CARRIED,
            {"total": "16", "new": "8", "gone": "3"},
            {"total": "10"},
            "上年末 10 人，加 8 人、减 3 人应为 15 人，填报 16 人。",
        ),
        (CARRIED, {"total": "16", "new": "8", "gone": "3"}, None, ""),
        (CARRIED, {"total": "16", "new": "8"}, {"total": "10"}, ""),
    ],
)
def test_balances_hold_or_say_by_how_much_they_do_not(balance, values, former, words):
    found = policy.unbalanced([balance], BOXES, values, former)

    assert [(one.code, one.words) for one in found] == (
        [("total", f"{balance['label']}：{words}")] if words else []
    )


@pytest.mark.parametrize(
    ("now", "before", "leaps"),
    [
        ("99", "10", False),
        ("100", "10", True),
        ("10", "100", True),
        ("11", "100", False),
        ("0", "100", False),
        ("100", "0", False),
        ("100", "", False),
    ],
)
def test_a_figure_that_leaps_tenfold_is_hinted_at(now, before, leaps):
    found = policy.leaps([COUNT], {"n": now}, {"n": before}, Decimal("10.00"))

    assert bool(found) is leaps


CONSEQUENCES = {"failures_to_revoke": 2, "missing_to_revoke": 2}


@pytest.mark.parametrize(
    ("results", "failed", "missing", "barred"),
    [
        ([], (), (), False),
        ([(2023, "fail")], (), (), True),
        ([(2023, "fail"), (2024, "fail")], (2023, 2024), (), True),
        ([(2024, "fail"), (2023, "fail")], (2023, 2024), (), True),
        ([(2023, "fail"), (2024, "pass")], (), (), False),
        ([(2023, "fail"), (2024, "basic")], (), (), False),
        ([(2022, "fail"), (2023, "pass"), (2024, "fail")], (), (), True),
        ([(2022, "fail"), (2023, "missing"), (2024, "fail")], (2022, 2024), (), True),
        ([(2023, "missing")], (), (), False),
        ([(2022, "missing"), (2023, "pass"), (2024, "missing")], (), (2022, 2024), False),
        ([(2022, "fail"), (2023, "fail"), (2024, "missing")], (2022, 2023), (), True),
    ],
)
def test_what_years_come_to(results, failed, missing, barred):
    stake = policy.stake(results, CONSEQUENCES)

    assert (stake.failed, stake.missing) == (failed, missing)
    assert bool(stake) is bool(failed or missing)
    assert policy.is_barred(results) is barred


@pytest.mark.parametrize(("measure", "worth"), [("count", "2"), ("quantity", "7"), ("amount", "300.5")])
def test_achievements_are_counted_as_their_box_says(measure, worth):
    box = COUNT | {"achievements": ["transfer"], "measure": measure}
    rows = [("transfer", 3, Decimal("300.50")), ("transfer", 4, None), ("standard", 9, Decimal(1))]

    assert policy.tallied(box, rows) == worth


# --- the edition ----------------------------------------------------------------------------------------------------


def test_the_report_has_fourteen_parts_and_every_box_stands_in_one(terms):
    blocks = {block["code"] for block in terms["blocks"]}

    assert len(terms["blocks"]) == 14
    assert {box["block"] for box in terms["boxes"]} == blocks
    assert {box["filled_by"] for box in terms["boxes"]} == {"unit", "tax", "finance"}
    assert {box["kind"] for box in terms["boxes"]} == {"number", "money", "text"}


def test_balances_speak_of_boxes_that_one_side_fills_in(terms):
    by = {box["code"]: box["filled_by"] for box in terms["boxes"]}

    for balance in terms["balances"]:
        codes = [balance["total"], *(c for key in ("parts", "plus", "minus") for c in balance.get(key, ()))]
        assert len({by[code] for code in codes}) == 1, balance["code"]


def test_boxes_that_achievements_fill_name_kinds_and_feed_no_indicator_twice(terms):
    editions = read_policy_file(FILE).editions
    kinds = {k["code"] for e in editions if e.kind == "achievements" for k in e.terms["kinds"]}
    indicators = {
        i["code"]
        for e in editions
        if (e.room, e.kind) == ("evaluation", "performance")
        for i in e.terms["indicators"]
    }
    filled = [box for box in terms["boxes"] if "achievements" in box]

    # A project is an achievement of the year that approved it; the report counts those under way, by level.
    assert {kind for box in filled for kind in box["achievements"]} == kinds - {"external_project"}
    assert not [box for box in filled if "indicator" in box]
    fed = [box["indicator"] for box in terms["boxes"] if "indicator" in box]
    assert set(fed) <= indicators
    assert len(fed) == len(set(fed))
    assert {box["combine"] for box in terms["boxes"] if "indicator" in box} <= {
        "avg",
        "sum",
        "last",
        "growth",
    }


def test_the_examples_beside_the_boxes_add_up(terms):
    boxes = {box["code"]: box for box in terms["boxes"]}
    values = {
        code: policy.plain(
            box, Decimal(box["example"]) * 10_000 if box["kind"] == "money" else box["example"]
        )
        for code, box in boxes.items()
    }

    assert policy.faults(boxes.values(), values) == []
    assert policy.unbalanced(terms["balances"], boxes, values) == []
