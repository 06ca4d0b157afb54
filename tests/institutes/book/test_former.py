"""Amounts beside those of the unit's last application: a tenfold change is pointed at, and never refused."""

from dataclasses import replace

import pytest

from institutes import book
from institutes.book.values import Former
from tests.factories.accounts import make_uscc
from tests.institutes.book.words import BOOK, row, told

UNITS = "请核对是否填错单位（万元、元）。"
AREAS = "请核对是否填错单位（平方米、亩）。"
PARTNER = make_uscc(80_002)
DEVICE = {"name": "示例扫描电镜", "model": "SEM-100", "bought_on": "2024-06-30"}


def after(setting, **answers):
    """The setting of a unit that handed in ``answers`` the year before."""
    return replace(setting, former=Former(2025, answers))


def lines(line: str, **cells: str) -> dict:
    return {line: cells}


@pytest.mark.parametrize(
    ("section", "then", "now", "path", "words"),
    [
        (
            "host",
            {"reg_capital": "50000000.00"},
            {"reg_capital": "500000000000.00"},
            "reg_capital",
            "注册资本：现为 50,000,000 万元，上次申报（2025 年度）为 5,000 万元，相差 10,000 倍，" + UNITS,
        ),
        (
            "host",
            {"finance": lines("tax_paid", **{"2022": "1", "2023": "100000.00", "2024": "110000.00"})},
            {"finance": lines("tax_paid", **{"2023": "10.00", "2024": "11.00", "2025": "12.00"})},
            "finance-tax_paid-2024",
            "缴纳税金：2024 年为 0.0011 万元，上次申报（2025 年度）为 11 万元，相差 10,000 倍，" + UNITS,
        ),
        (
            "host",
            {"finance": lines("revenue", **{"2019": "100.00", "2020": "200.00"})},
            {"finance": lines("revenue", **{"2023": "4000000.00", "2024": "4000000.00"})},
            "finance-revenue-2023",
            "营业收入：2023 年为 400 万元，上次申报（2025 年度）所填 2020 年为 0.02 万元，相差 20,000 倍，"
            + UNITS,
        ),
        (
            "partners",
            {"partners": [row(name="示例旧名大学", uscc=PARTNER, money="100000.00")]},
            {
                "partners": [
                    row(name="别家"),
                    {"key": "1", "name": "示例大学", "uscc": PARTNER, "money": "10.00"},
                ]
            },
            "partners-1-money",
            "共建单位 第 2 行：现为 0.001 万元，上次申报（2025 年度）为 10 万元，相差 10,000 倍，" + UNITS,
        ),
        (
            "partners",
            {"partners": [row(name="示例外国研究所", equipment="10.00")]},
            {"partners": [row(name="示例外国研究所", equipment="1000.00")]},
            "partners-0-equipment",
            "共建单位 第 1 行：现为 0.1 万元，上次申报（2025 年度）为 0.001 万元，相差 100 倍，" + UNITS,
        ),
        (
            "partners",
            {"partners": [row(uscc=PARTNER, site_m2="3")]},
            {"partners": [row(uscc=PARTNER, site_m2="2000")]},
            "partners-0-site_m2",
            "共建单位 第 1 行：现为 2,000 平方米，上次申报（2025 年度）为 3 平方米，相差 667 倍，" + AREAS,
        ),
        (
            "premises",
            {"area_m2": "2000"},
            {"area_m2": "3"},
            "area_m2",
            "科研场地面积：现为 3 平方米，上次申报（2025 年度）为 2,000 平方米，相差 667 倍，" + AREAS,
        ),
        (
            "premises",
            {"pilot_line_m2": "50"},
            {"pilot_line_m2": "600"},
            "pilot_line_m2",
            "其中中试面积：现为 600 平方米，上次申报（2025 年度）为 50 平方米，相差 12 倍，" + AREAS,
        ),
        (
            "premises",
            {"equipment_value": "3000000.00"},
            {"equipment_value": "30000000000.00"},
            "equipment_value",
            "科研设备原值：现为 3,000,000 万元，上次申报（2025 年度）为 300 万元，相差 10,000 倍，" + UNITS,
        ),
        (
            "premises",
            {"equipment": [row(**DEVICE, original_value="860000.00")]},
            {"equipment": [row(**DEVICE, original_value="86.00")]},
            "equipment-0-original_value",
            "设备清单 第 1 行：现为 0.0086 万元，上次申报（2025 年度）为 86 万元，相差 10,000 倍，" + UNITS,
        ),
        (
            "base",
            {"projects": [row(number="SAMPLE-1", amount="1000000.00")]},
            {"projects": [row(number="SAMPLE-1", amount="10000000000.00")]},
            "projects-0-amount",
            "承担项目 第 1 行：现为 1,000,000 万元，上次申报（2025 年度）为 100 万元，相差 10,000 倍，"
            + UNITS,
        ),
        (
            "plan",
            {"targets": lines("new_revenue", base="1000000.00")},
            {"targets": lines("new_revenue", base="100.00")},
            "targets-new_revenue-base",
            "新增营业收入：现为 0.01 万元，上次申报（2025 年度）为 100 万元，相差 10,000 倍，" + UNITS,
        ),
        (
            "budget",
            {"sources": {"host": {"amount": "4000000.00"}, "other": {"amount": "1000000.00"}}},
            {"sources": {"host": {"amount": "50000000000.00"}}},
            "sources",
            "经费来源合计：现为 5,000,000 万元，上次申报（2025 年度）为 500 万元，相差 10,000 倍，" + UNITS,
        ),
    ],
)
def test_an_amount_that_is_tenfold_that_of_the_last_application_is_pointed_at(
    setting, section, then, now, path, words
):
    setting = after(setting, **{section: then})

    assert told("hints", section, {section: now}, setting) == [(path, words)]
    assert (path, words) not in told("rules", section, {section: now}, setting)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ({"reg_capital": "100"}, {"reg_capital": "1000"}),
        ({"reg_capital": "0.00"}, {"reg_capital": "1000"}),
        ({}, {"reg_capital": "1000"}),
        ({"reg_capital": "1000"}, {}),
        ({"finance": {"revenue": {"2024": "100"}}}, {"finance": {"assets": {"2024": "9999"}}}),
        ({"finance": {"revenue": {"2023": "1", "2024": "100"}}}, {"finance": {"revenue": {"2024": "100"}}}),
    ],
)
def test_up_to_tenfold_and_what_cannot_be_compared_is_left_alone(setting, then, now):
    assert told("hints", "host", {"host": now}, after(setting, host=then)) == []


def test_another_device_of_the_same_name_is_another_device(setting):
    then = {"equipment": [row(**DEVICE, original_value="860000.00")]}
    now = {"equipment": [row(**DEVICE | {"model": "SEM-9"}, original_value="86.00")]}

    assert told("hints", "premises", {"premises": now}, after(setting, premises=then)) == []


def test_without_an_earlier_application_nothing_is_compared(setting):
    assert told("hints", "host", {"host": {"reg_capital": "1"}}, setting) == []


@pytest.mark.parametrize(
    ("cells", "path", "words"),
    [
        (
            {"base": "100.00", "year_1": "1001.00"},
            "targets-tax-year_1",
            "建设目标 · 新增税收：第一年目标与现有值相差 10 倍，" + UNITS,
        ),
        (
            {"year_1": "100.00", "year_2": "1000000.00"},
            "targets-tax-year_2",
            "建设目标 · 新增税收：第二年目标与第一年目标相差 10,000 倍，" + UNITS,
        ),
        ({"base": "0.00", "year_1": "1000.00"}, "", ""),
        ({"base": "100.00", "year_1": "1000.00"}, "", ""),
    ],
)
def test_a_target_that_leaps_within_the_form_is_pointed_at(setting, cells, path, words):
    found = told("hints", "plan", {"plan": {"targets": {"tax": cells}}}, setting)

    assert found == ([(path, words)] if path else [])


def test_it_is_said_beside_the_box(setting):
    setting = after(setting, premises={"area_m2": "2000"})

    said = book.remarks(BOOK.section("premises"), {"premises": {"area_m2": "3"}}, setting)

    assert said["area_m2"] == [
        "请核对：现为 3 平方米，上次申报（2025 年度）为 2,000 平方米，相差 667 倍，" + AREAS
    ]
