"""What people paste and fill in is understood as they mean it, or refused at its row and column."""

import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from institutes.book import sheets
from institutes.book.kinds import (
    Choice,
    Date,
    DecimalNumber,
    Flag,
    Integer,
    LongText,
    Money,
    MultiChoice,
    Phone,
    Rows,
    Text,
    Uscc,
    Year,
    YesNo,
)
from tests.factories.accounts import make_uscc

CODE = make_uscc(80_002)
KIT = Rows(
    code="kit",
    label="设备清单",
    most=5,
    columns=(
        Text(code="name", label="设备名称", longest=20, example="示例电镜"),
        Date(code="bought_on", label="购置日期", example="2024-06-30"),
        Money(code="value", label="原值"),
        YesNo(code="shared", label="开放共享", required=False),
    ),
)
GOOD = ("示例电镜", "2024-03-05", "86.5", "是")
STORED = {"name": "示例电镜", "bought_on": "2024-03-05", "value": "865000.00", "shared": "yes"}


def read(setting, *rows, entry=KIT):
    return sheets.understand(entry, rows, setting)


def value(setting, column, raw, head=""):
    """What one cell comes to, or why not."""
    entry = Rows(code="t", label="表", columns=(column, Text(code="other", label="其他", required=False)))
    found = read(setting, (head or column.label, "其他"), (raw, "甲"), entry=entry)
    return found.problems[0].text if found.problems else found.lines[0].values[column.code]


# --- what was copied ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("甲\t乙\r\n丙\t\r\n", [["甲", "乙"], ["丙", ""], [""]]),
        ('"上\n下"\t乙', [["上\n下", "乙"]]),
        ('"说""好"""\t乙', [['说"好"', "乙"]]),
        ('"小巨人"企业\t"丙"', [['"小巨人"企业', '"丙"']]),
        ('"没有结束\t乙', [['"没有结束', "乙"]]),
    ],
)
def test_copied_cells_are_told_apart(text, rows):
    assert sheets.pasted(text) == rows


def test_a_head_is_recognised_in_any_order_and_blank_lines_are_passed_over(setting):
    found = read(
        setting, (" ",), ("原值（万元）", "设备 名称*", "购置日期"), (), ("86.5", "示例电镜", "2024-03-05")
    )

    assert (found.problems, found.lines[0].number) == ((), 4)
    assert found.lines[0].values == {name: STORED[name] for name in ("name", "bought_on", "value")}
    assert found.notes == ("没有的列留空，可以以后再填：开放共享。",)


def test_codes_are_heads_too(setting):
    found = read(setting, ("name", "value"), ("示例电镜", "86.5"))

    assert found.lines[0].values == {"name": "示例电镜", "value": "865000.00"}


def test_without_a_head_columns_stand_in_their_order(setting):
    found = read(setting, GOOD)

    assert [line.values for line in found.lines] == [STORED]
    assert [box.text for box in found.lines[0].boxes] == ["示例电镜", "2024年3月5日", "86.5 万元", "是"]


def test_serial_numbers_are_passed_over_and_strange_columns_named(setting):
    found = read(setting, ("序号", "设备名称", "备注", "原值"), ("1", "示例电镜", "旧", "86.5"))

    assert found.problems == ()
    assert found.notes[0] == "不属于本表的列不会加入：备注。"


def test_what_is_missing_is_told_but_no_problem(setting):
    found = read(setting, ("设备名称", "原值", "购置日期", "开放共享"), ("示例电镜", "", "", ""))

    assert (found.problems, found.missing) == ((), 2)


# --- problems of the whole ------------------------------------------------------------------------------------------


def told(found):
    return [(problem.where, problem.text) for problem in found.problems]


@pytest.mark.parametrize("rows", [(), (("",),), (("设备名称", "原值"),)])
def test_nothing_to_add_is_said(setting, rows):
    words = "没有可以加入的内容：请从表格中复制数据行，或在模板的示例行下面填写。"

    assert told(read(setting, *rows)) == [("", words)]


def test_more_rows_than_the_table_takes(setting):
    assert told(read(setting, *[GOOD] * 6)) == [("", "共 6 行，“设备清单”最多 5 行。")]


def test_the_workbook_of_another_table_is_told_at_once(setting):
    found = read(setting, ("行标识（第 0 版，勿改）", "姓名*", "学历*"), ("", "示例甲", "博士"))

    assert [problem.text for problem in found.problems] == [
        "这是另一张表的工作簿，表头与“设备清单”不符；请用本页下载的模板。"
    ]
    assert found.lines == ()


def test_a_column_named_twice(setting):
    found = read(setting, ("设备名称", "原值", "原值"), ("示例电镜", "1", "2"))

    assert ("原值", "表头有两列“原值”，请只保留一列。") in told(found)


def test_more_cells_than_columns(setting):
    found = read(setting, GOOD, (*GOOD, "多的"))

    assert told(found) == [
        ("第 2 行", "多出 1 格（“多的”），本表只有 4 列；请带表头复制，或按表头的顺序排列。")
    ]


@pytest.mark.parametrize(
    ("column", "head", "words"),
    [
        (Money(code="value", label="原值"), "原值（美元）", "表头的单位是“美元”，应为“万元”。"),
        (
            DecimalNumber(code="area", label="面积", unit="平方米"),
            "面积（亩）",
            "表头的单位是“亩”，应为“平方米”。",
        ),
    ],
)
def test_a_unit_that_is_not_ours(setting, column, head, words):
    assert value(setting, column, "1", head) == words


def test_every_problem_has_its_row_and_column(setting):
    found = read(setting, ("设备名称", "购置日期", "原值"), GOOD[:3], ("电" * 21, "去年", "很多"))

    assert told(found) == [
        ("第 3 行 · 设备名称", "最多 20 字，现有 21 字。"),
        ("第 3 行 · 购置日期", "请按 2026-11-23 的格式填写日期。"),
        ("第 3 行 · 原值", "请只填数字，可带小数点，不带单位。"),
    ]
    assert [box.text for box in found.lines[1].boxes][1:] == ["去年", "很多"]
    assert [line.is_wrong for line in found.lines] == [False, True]


# --- what people mean -----------------------------------------------------------------------------------------------

DAY = Date(code="day", label="日期")


@pytest.mark.parametrize(
    "raw",
    [
        "2024-03-05",
        "2024/3/5",
        "2024.3.5",
        "2024年3月5日",
        "2024 年 3 月 5 日",
        "２０２４/３/５",
        "20240305",
        "45356",
        45356.0,
        45356,
        date(2024, 3, 5),
        datetime(2024, 3, 5),
        datetime(2024, 3, 5, 9, 30),
        "2024-03-05 00:00:00",
    ],
)
def test_days_as_people_write_them(setting, raw):
    assert value(setting, DAY, raw) == "2024-03-05"


@pytest.mark.parametrize("raw", ["2024年3月", "5/3/24", "9" * 5000, 2024.0, "-45356"])
def test_what_is_no_day(setting, raw):
    assert value(setting, DAY, raw) == "请按 2026-11-23 的格式填写日期。"


@pytest.mark.parametrize("raw", ["2024-13-05", "2021.2.30", "20210230"])
def test_a_day_that_no_calendar_has(setting, raw):
    assert value(setting, DAY, raw) == f"没有“{raw}”这一天，请核对。"


@pytest.mark.parametrize(
    ("raw", "head", "stored"),
    [
        ("86.5", "", "865000.00"),
        (86.5, "", "865000.00"),
        ("８６．５", "", "865000.00"),
        ("1,234.5", "", "12345000.00"),
        ("1，234", "", "12340000.00"),
        ("￥86.5", "", "865000.00"),
        ("86.5万元", "", "865000.00"),
        ("86.5 万", "", "865000.00"),
        ("865000元", "", "865000.00"),
        ("865000", "金额（元）", "865000.00"),
        ("0.865", "金额（百万元）", "865000.00"),
        ("865", "金额(千元)", "865000.00"),
        ("86.5万元", "金额（元）", "865000.00"),
        ("0", "", "0.00"),
    ],
)
def test_amounts_with_the_unit_of_the_cell_or_of_the_head(setting, raw, head, stored):
    assert value(setting, Money(code="m", label="金额"), raw, head) == stored


def test_an_amount_asked_in_yuan(setting):
    column = Money(code="m", label="金额", wan=False, unit="元")

    assert (value(setting, column, "5"), value(setting, column, "5万元")) == ("5.00", "50000.00")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("86.5美元", "请只填数字，可带小数点，不带单位。"),
        ("9" * 15, "金额过大，请核对单位是否为万元。"),
        ("9" * 5000, "数字过长，请核对。"),
        ("1e-99", "请只填数字，可带小数点，不带单位。"),
        ("٣", "请只填数字，可带小数点，不带单位。"),
        ("-1", "金额不能为负数。"),
        ("1.234567元", "金额精确到分，小数位过多。"),
    ],
)
def test_what_is_no_amount(setting, raw, words):
    assert value(setting, Money(code="m", label="金额"), raw) == words


@pytest.mark.parametrize(
    ("column", "raw", "stored"),
    [
        (Integer(code="n", label="数"), 1985.0, 1985),
        (Integer(code="n", label="数"), "１，９８５", 1985),
        (Integer(code="n", label="数", unit="人"), "12人", 12),
        (DecimalNumber(code="n", label="数", unit="%"), "80％", "80"),
        (Integer(code="n", label="数", unit="%"), 0.8, 80),
        (Integer(code="n", label="数", unit="%"), 0.55, 55),
        (Integer(code="n", label="数", unit="%"), 100.0, 100),
        (DecimalNumber(code="n", label="数", unit="平方米"), "1200㎡", "1200"),
        (Year(code="n", label="年"), "1985年", 1985),
        (Year(code="n", label="年"), datetime(1985, 3, 2), 1985),
        (Phone(code="n", label="号"), "138-0000 1234", "13800001234"),
        (Text(code="n", label="名"), 13800000000.0, "13800000000"),
        (Text(code="n", label="名"), "上海\n 示例", "上海 示例"),
        (LongText(code="n", label="名"), "上\n下", "上\n下"),
        (Uscc(code="n", label="名"), f"{CODE[:8]} {CODE[8:]}".lower(), CODE),
        (Flag(code="n", label="名"), "√", True),
        (Flag(code="n", label="名"), "否", None),
    ],
)
def test_numbers_and_texts(setting, column, raw, stored):
    assert value(setting, column, raw) == stored


@pytest.mark.parametrize(
    ("column", "raw", "words"),
    [
        (Integer(code="n", label="数"), "1.5", "请填整数。"),
        (Integer(code="n", label="数"), "#DIV/0!", "这一格是公式错误 #DIV/0!，请改为数值或文字。"),
        (
            Text(code="n", label="名"),
            9.113e17,
            "超过 15 位的数字在表格中已经失真，请把这一格设为文本格式后重新填写。",
        ),
        (Flag(code="n", label="名"), "也许", "请填“是”或“否”。"),
        (YesNo(code="n", label="名"), "也许", "“也许”不在可选范围内，可填：是、否。"),
    ],
)
def test_what_cannot_be_meant(setting, column, raw, words):
    assert value(setting, column, raw) == words


DEGREE = Choice(code="d", label="学历", options=(("phd", "博士"), ("master", "硕士（全日制）")))


@pytest.mark.parametrize(
    ("raw", "stored"), [("博士", "phd"), ("PHD", "phd"), (" 博 士 ", "phd"), ("硕士(全日制)", "master")]
)
def test_choices_by_label_or_code(setting, raw, stored):
    assert value(setting, DEGREE, raw) == stored


def test_a_choice_by_the_beginning_that_only_one_has(setting):
    kinds = Choice(
        code="k", label="类型", options=(("up", "上游企业"), ("down", "下游企业"), ("uni", "上游院校"))
    )

    assert value(setting, kinds, "下游") == "down"
    assert value(setting, kinds, "上游") == "“上游”不在可选范围内，可填：上游企业、下游企业、上游院校。"
    assert value(setting, kinds, "下") == "“下”不在可选范围内，可填：上游企业、下游企业、上游院校。"


def test_a_choice_that_is_none_is_told_what_there_is(setting):
    many = Choice(code="d", label="学历", options=tuple((str(n), f"第{n}项") for n in range(20)))

    assert value(setting, DEGREE, "大专") == "“大专”不在可选范围内，可填：博士、硕士（全日制）。"
    assert value(setting, many, "大专").endswith("第11项……。")


def test_several_choices_and_yes_and_no(setting):
    kinds = MultiChoice(code="k", label="种类", options=(("a", "甲"), ("b", "乙"), ("c", "丙")))

    assert value(setting, kinds, "乙、甲") == ["a", "b"]
    assert value(setting, kinds, "甲,丁") == "“丁”不在可选范围内，可填：甲、乙、丙。"
    assert [value(setting, YesNo(code="y", label="是否"), raw) for raw in ("有", "×", True)] == [
        "yes",
        "no",
        "yes",
    ]


# --- the workbook ---------------------------------------------------------------------------------------------------


def cells(content):
    sheet = load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_template_explains_itself_and_brings_nothing_when_it_comes_back_empty(setting):
    rows = cells(sheets.workbook(KIT, {}, setting, 3, filled=False))

    assert rows[0] == ["行标识（第 3 版，勿改）", "设备名称*", "购置日期*", "原值（万元）*", "开放共享"]
    assert rows[1][:3] == ["说明", "按实际填写。", "日期，例如 2024-06-30。"]
    assert rows[2][:3] == ["示例", "示例电镜", "2024-06-30"]
    assert "没有可以加入的内容" in told(read(setting, *rows))[0][1]


def test_present_rows_go_out_and_come_back_as_they_are(setting):
    stored = {"kit": [{"key": "0", **STORED}, {"key": "7", "name": "=示例", "value": "-0.00"}]}

    rows = cells(sheets.workbook(KIT, stored, setting, "3.5", filled=True))
    found = read(setting, *[[cell if cell is not None else "" for cell in row] for row in rows])

    assert (found.version, found.problems) == ("3.5", ())
    assert [(line.key, line.values["name"]) for line in found.lines] == [("0", "示例电镜"), ("7", "=示例")]
    assert found.lines[0].values == STORED


def test_a_row_that_was_copied_with_its_mark_is_a_new_one(setting):
    head = ("行标识（第 1 版，勿改）", "设备名称", "原值")
    found = read(setting, head, ("0", "甲", "1"), ("0", "乙", "1"))

    assert [line.key for line in found.lines] == ["0", ""]
