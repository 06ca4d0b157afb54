"""What is hidden from experts and the agency, and what stays readable."""

import pytest

from institutes.book.hiding import hider, stem_of


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("由示例电子有限公司牵头", "由【依托单位】牵头"),
        ("示例电子有限公司与示例电子共建", "【依托单位】与【简称】共建"),
        ("联系abc@MAIL.example", "联系【隐去】"),
        ("邮箱 other.name@unit.example。", "邮箱 【隐去】。"),
        ("电话13800001234", "电话【隐去】"),
        ("电话 138-0000-1234", "电话 【隐去】"),
        ("座机0311-86001234", "座机【隐去】"),
        ("代码91130102MA0000001X。", "代码【隐去】。"),
        ("代码91130102ma0000001x", "代码【隐去】"),
        ("研发投入 13800001234.00 元", "研发投入 13800001234.00 元"),
        ("面积 1200 平方米，2026年11月23日", "面积 1200 平方米，2026年11月23日"),
        ("", ""),
    ],
)
def test_what_identifies_is_hidden_and_nothing_else(text, hidden):
    hide = hider({"示例电子有限公司": "【依托单位】", "示例电子": "【简称】", "ABC@mail.example": "【隐去】"})

    assert hide(text) == hidden


def test_nothing_to_hide_hides_nothing():
    assert hider({})("示例材料") == "示例材料"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("示例电子股份有限公司", "示例电子"),
        ("示例电子有限责任公司", "示例电子"),
        ("示例电子集团", "示例电子"),
        ("示例电子集团有限公司", "示例电子"),
        ("示例大学", "示例大学"),
    ],
)
def test_a_name_without_its_legal_form(name, stem):
    assert stem_of(name) == stem
