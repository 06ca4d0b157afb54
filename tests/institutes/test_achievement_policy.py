"""Numbers that achievements bear, how alike two titles are, what achievements add up to: tables of cases."""

from decimal import Decimal

import pytest

from institutes import policy
from tests.factories.achievements import terms_of


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("gb/t 12345—2026", "GB/T12345-2026"),
        (" ＧＢ／Ｔ１２３４５－２０２６ ", "GB/T12345-2026"),
        ("2026 1301 0000 0001", "2026130100000001"),
        ("", ""),
    ],
)
def test_a_number_is_the_same_however_it_is_typed(raw, said):
    assert policy.normalised_number(raw) == said


@pytest.mark.parametrize(
    ("kind", "number", "fault"),
    [
        ("standard", "GB/T 1.1—2020", ""),
        ("standard", "GB 12345-2026", ""),
        ("standard", "DB13/T 2026-2026", ""),
        ("standard", "T/HBXH 001-2026", ""),
        ("standard", "YY/T 0316-2016", ""),
        ("standard", "ISO 9001:2015", ""),
        ("standard", "Q/ABC 1-2026", "格式不符"),
        ("standard", "GB/T 12345", "格式不符"),
        ("standard", "", "请填写标准编号"),
        ("transfer", "2026130100000123", ""),
        ("transfer", "123", "格式不符"),
        ("new_product", "", ""),
        ("new_product", "检 2026-1", ""),
        ("invention_patent", "ZL202110000001.6", ""),
        ("invention_patent", "ZL202110000001.5", "校验位不符"),
        ("invention_patent", "ZL20211000001", "专利号应为"),
    ],
)
def test_what_is_wrong_with_a_number(kind, number, fault):
    found = policy.number_fault(terms_of(kind), number)

    assert fault in found if fault else found == ""


@pytest.mark.parametrize(
    ("kind", "facts", "mark"),
    [
        ("invention_patent", {"number": "zl 202110000001.6"}, "patent:2021100000016"),
        ("transfer", {"number": "2026 1301 0000 0123"}, "contract:2026130100000123"),
        ("technical_income", {"number": "2026130100000123"}, "contract:2026130100000123"),
        ("standard", {"number": "GB/T 1.1—2020"}, "standard:GB/T1.1-2020"),
        ("standard", {"number": "GB/T 11-2020"}, "standard:GB/T11-2020"),
        ("service_client", {"uscc": "9113"}, "client:7:2029:9113"),
        ("service_client", {"uscc": "9113", "year": 2030}, "client:7:2030:9113"),
        ("service_client", {"uscc": "9113", "year": None}, ""),
        ("service_client", {"uscc": ""}, ""),
        ("local_supply", {"uscc": "9113"}, "supply:7:2029:9113"),
        ("incubated_firm", {"uscc": "9113"}, "firm:9113"),
        ("incubated_firm", {"uscc": "9113", "year": 2030}, "firm:9113"),
        ("invention_patent", {"number": "zl 202110000001.6", "year": 2030}, "patent:2021100000016"),
        ("new_product", {"number": ""}, ""),
        ("trained_people", {"number": "1", "uscc": "9113"}, ""),
        ("external_project", {"number": "26370101d"}, "project:7:26370101D"),
    ],
)
def test_by_what_an_achievement_is_known(kind, facts, mark):
    given = {"number": "", "uscc": "", "year": 2029, **facts}

    assert policy.mark_of(terms_of(kind), institute=7, **given) == mark


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("高温合金叶片", "高温合金叶片", "100.00"),
        ("高温合金叶片", "轴承检测设备", "0.00"),
        ("abcd", "abxy", "33.33"),
        ("abab", "ab", "50.00"),
        ("甲", "甲", "100"),
        ("甲", "乙", "0"),
        ("", "", "0"),
        ("甲", "甲乙", "0"),
    ],
)
def test_how_alike_two_titles_are(one, other, likeness):
    assert policy.likeness(one, other) == Decimal(likeness)
    assert policy.likeness(other, one) == Decimal(likeness)


def test_tally_measures_each_as_its_kind_says():
    rows = [
        (["a", "b"], "count", 5, Decimal(9)),
        (["a"], "count", None, None),
        (["c"], "quantity", 5, None),
        (["c"], "quantity", None, None),
        (["d"], "amount", None, Decimal("1.50")),
        ([], "count", None, None),
    ]

    assert policy.tally(rows) == {"a": 2, "b": 1, "c": 5, "d": Decimal("1.50")}
