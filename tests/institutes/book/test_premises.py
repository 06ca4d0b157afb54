"""6: premises last, equipment adds up; each fault in the words that are read."""

import pytest

from institutes import book
from tests.institutes.book.words import BOOK, premises, row, told


@pytest.mark.parametrize(
    ("answers", "path", "words"),
    [
        (
            premises(area_m2="500", pilot_line_m2="500.01"),
            "pilot_line_m2",
            "其中中试面积：500.01 平方米，大于科研场地面积 500 平方米；中试面积包含在场地面积内，请更正。",
        ),
        (
            premises(tenure="lease", lease_to="2028-12-30"),
            "lease_to",
            "租期至：租期须不早于建设期结束日 2028年12月31日，请续租后填写，或调整建设期。",
        ),
        (
            premises(equipment_value="2000000.00", equipment=[row(original_value="1999000.50")]),
            "equipment_value",
            "科研设备原值：所填 200 万元，设备清单合计 199.90005 万元，相差 0.09995 万元，应一致。"
            "请补全清单或更正总额。",
        ),
        (
            premises(equipment_value="20000000000.00", equipment=[row(original_value="2000000.00")]),
            "equipment_value",
            "科研设备原值：所填 2,000,000 万元，设备清单合计 200 万元，相差 1,999,800 万元，应一致。"
            "请补全清单或更正总额。相差千倍以上，请核对是否把元填成了万元。",
        ),
        (
            premises(equipment=[row(bought_on="2026-12-02")]),
            "equipment-0-bought_on",
            "设备清单 第 1 行：购置日期不能晚于 2026年12月1日，请核对年份。",
        ),
    ],
)
def test_premises_and_equipment_agree(setting, answers, path, words):
    assert told("rules", "premises", answers, setting) == [(path, words)]


@pytest.mark.parametrize(
    "answers",
    [
        {},
        premises(area_m2="500", pilot_line_m2="500"),
        premises(tenure="lease", lease_to="2028-12-31"),
        premises(tenure="own", lease_to="2020-01-01"),
        premises(equipment_value="0.30", equipment=[row(original_value="0.10"), row(original_value="0.20")]),
        premises(equipment=[row(bought_on="2026-12-01")]),
    ],
)
def test_premises_that_agree(setting, answers):
    assert told("rules", "premises", answers, setting) == []


@pytest.mark.parametrize(
    ("tenure", "asked"), [("own", False), ("lease", True), ("mixed", True), (None, False)]
)
def test_the_end_of_the_lease_is_asked_of_who_rents(setting, tenure, asked):
    values = {"tenure": tenure} if tenure else {}
    section = BOOK.section("premises")

    paths = {fault.path for fault in book.section_faults(section, {"premises": values}, setting)}

    assert ("lease_to" in paths) is asked
