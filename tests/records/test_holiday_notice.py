"""The notices of the State Council as they were published, held against the published calendar of those years."""

from datetime import date

import pytest
from chinese_calendar.constants import holidays, workdays

from records.holiday_notice import read

OF_2025 = """
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
"""
OF_2026 = """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


@pytest.mark.parametrize(("text", "year"), [(OF_2025, 2025), (OF_2026, 2026)])
def test_a_published_notice_is_read_day_by_day(text, year):
    reading = read(text, year=year)

    assert reading.faults == []
    published = {day: False for day in holidays if day.year == year and day.weekday() < 5} | {
        day: True for day in workdays if day.year == year
    }
    assert {one.day: one.is_working for one in reading.exceptions} == published


def test_each_day_bears_the_name_of_its_holiday():
    named = {one.day: one.name for one in read(OF_2025, year=2025).days}

    assert (named[date(2025, 10, 6)], named[date(2025, 10, 11)]) == (
        "国庆节、中秋节",
        "国庆节、中秋节调休上班",
    )


def test_a_holiday_may_begin_in_the_year_before():
    reading = read("一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。", year=2023)

    assert [one.day for one in reading.days] == [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]
    assert reading.faults == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("一、元旦：1月1日（周三）放假1天。", "元旦：1月1日写作周三，2026 年这一天是周四。"),
        ("清明节：4月4日（周六）至6日（周一）放假，共4天。", "清明节：写明共 4 天，读到 3 天。"),
        ("劳动节：2月30日放假1天。", "劳动节：2026 年 2 月没有 30 日。"),
        ("2026-13-01 放假 元旦", "2026-13-01 不是有效日期。"),
        ("2026-01-01 放假 元旦\n2026-01-01 上班 元旦", "2026-01-01 出现了两次。"),
        ("各地区要妥善安排好值班。", "没有读到放假或上班的日期"),
    ],
)
def test_what_does_not_fit_is_said(text, fault):
    assert any(one.startswith(fault) for one in read(text, year=2026).faults)


def test_lines_of_a_table_are_read_as_well():
    reading = read("2026-01-01 放假 元旦\n2026-01-04,上班,元旦调休上班", year=2026)

    assert [(one.day, one.is_working, one.name) for one in reading.days] == [
        (date(2026, 1, 1), False, "元旦"),
        (date(2026, 1, 4), True, "元旦调休上班"),
    ]
