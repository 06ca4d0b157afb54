"""1 to 4: the host, its co-builders and bodies; each fault in the words that are read."""

import pytest

from institutes import book
from tests.institutes.book.words import BOOK, HOST_CODE, HOST_NAME, row, told


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (
            {"money": "0.00", "people": 0},
            [
                (
                    "partners-0-money",
                    "共建单位 第 1 行：未填写任何投入（资金、设备、场地、人员、知识产权），请核对。",
                )
            ],
        ),
        ({"money": "0.00", "people": 1}, []),
        ({"money": "0.00", "site_m2": "20"}, []),
        ({"money": "1.00"}, []),
        ({}, []),
    ],
)
def test_a_co_builder_that_brings_nothing_is_pointed_at(setting, cells, found):
    assert told("hints", "partners", {"partners": {"partners": [row(**cells)]}}, setting) == found


def test_nobody_sits_twice_in_a_body(setting):
    seat = {"body": "council", "name": "示例甲", "born_on": "1970-01-01"}
    people = [{"key": "0"} | seat, {"key": "1"} | seat | {"body": "director"}, {"key": "2"} | seat]

    found = told("rules", "governance", {"governance": {"people": people}}, setting)

    assert ("people-2-name", "人员 第 3 行：与第 1 行为同一职务、同一人，请删除其中一行。") in found
    assert [path for path, _words in found].count("people-1-name") == 0


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"money": "1", "name": "示例大学"}, None),
        (
            {"valid_to": "2028-12-30"},
            "共建单位 第 1 行：协议有效期须不早于建设期结束日 2028年12月31日，请续签后填写，或调整建设期。",
        ),
        ({"signed_on": "2026-12-02"}, "共建单位 第 1 行：签订日期不能晚于 2026年12月1日，请核对年份。"),
        ({"signed_on": "2026-12-01"}, None),
    ],
)
def test_agreements_last_through_the_build_period(setting, cells, words):
    answers = {"basics": {"build_to": "2028-12-31"}, "partners": {"partners": [row(**cells)]}}

    assert [text for _p, text in told("rules", "partners", answers, setting)] == ([words] if words else [])


@pytest.mark.parametrize(
    ("later", "hinted"), [("1000", False), ("1001", True), ("9.99", True), ("10", False)]
)
def test_a_tenfold_change_is_said_with_the_likely_cause(setting, later, hinted):
    answers = {"host": {"finance": {"revenue": {"2024": "100", "2025": later}}}}

    found = told("hints", "host", answers, setting)

    words = "营业收入：2025 年与 2024 年相差 10 倍，请核对是否填错单位（万元、元）。"
    assert found == ([("finance-revenue-2025", words)] if hinted else [])


def finance(**lines):
    return {"host": {"finance": {line: {"2025": amount} for line, amount in lines.items()}}}


@pytest.mark.parametrize(
    ("section", "answers", "path", "words"),
    [
        (
            "basics",
            {"basics": {"chain": 1, "segment": 20}},
            "segment",
            "产业链环节：所选环节不属于所选产业链，请重新选择。",
        ),
        (
            "basics",
            {"basics": {"build_from": "2027-01-01", "build_to": "2027-01-01"}},
            "build_to",
            "建设期至：应晚于建设期起始日。",
        ),
        (
            "basics",
            {"basics": {"build_from": "2027-01-01", "build_to": "2029-01-02"}},
            "build_to",
            "建设期至：建设期不超过 2 年，最晚为 2029年1月1日。",
        ),
        (
            "basics",
            {"basics": {"established_on": "2026-12-02"}},
            "established_on",
            "组建日期：不能晚于 2026年12月1日，请核对年份。",
        ),
        (
            "host",
            {"host": {"host_name": "别的公司"}},
            "host_name",
            f"单位名称：与已确认的单位注册信息“{HOST_NAME}”不一致。",
        ),
        (
            "host",
            {"host": {"uscc": "别的代码"}},
            "uscc",
            f"统一社会信用代码：与已确认的单位注册信息“{HOST_CODE}”不一致。",
        ),
        (
            "host",
            {"host": {"registered_on": "2026-12-02"}},
            "registered_on",
            "成立日期：不能晚于 2026年12月1日，请核对年份。",
        ),
        (
            "host",
            {"host": {"qualifications": [row(valid_to="2026-12-30")]}},
            "qualifications-0-valid_to",
            "企业资质 第 1 行：有效期须不早于申报截止日 2026年12月31日。",
        ),
        (
            "host",
            finance(revenue="1", rd_expense="2"),
            "finance-rd_expense-2025",
            "研发费用（2025 年）：大于营业收入。请核对单位；确属如此，请在“研发费用超过营业收入的原因”中说明。",
        ),
        (
            "partners",
            {"partners": {"partners": [row(uscc=HOST_CODE)]}},
            "partners-0-uscc",
            "共建单位 第 1 行：共建单位不能是依托单位本身。",
        ),
        (
            "partners",
            {"partners": {"partners": [row(uscc="甲"), {"key": "1", "uscc": "甲"}]}},
            "partners-1-uscc",
            "共建单位 第 2 行：同一单位重复填写。",
        ),
        (
            "partners",
            {"partners": {"partners": [row(clauses=["risk_sharing", "benefit_sharing"])]}},
            "partners-0-clauses",
            "共建单位 第 1 行：协议须约定：联合开发、优势互补。",
        ),
    ],
)
def test_what_does_not_agree_is_said(setting, section, answers, path, words):
    assert told("rules", section, answers, setting) == [(path, words)]


@pytest.mark.parametrize(
    ("people", "path", "words"),
    [
        ([], "people", "理事会：至少 3 人，现有 0 人。"),
        ([], "people", "专家指导委员会：至少 3 人，现有 0 人。"),
        ([], "people", "院长：应为 1 人，现有 0 人。"),
        ([row(body="director"), {"key": "1", "body": "director"}], "people", "院长：应为 1 人，现有 2 人。"),
        (
            [row(body="council", employer="示例别处")],
            "people",
            "理事会：理事会须有各共建单位代表，尚缺：示例大学（工作单位须与共建单位名称一致）。",
        ),
        (
            [row(body="council", born_on="2026-01-01")],
            "people-0-born_on",
            "人员 第 1 行：年龄应在 18 至 80 岁之间，按出生日期为 0 岁。",
        ),
    ],
)
def test_what_governance_lacks_is_said(setting, people, path, words):
    answers = {
        "governance": {"people": people},
        "partners": {"partners": [row(name="示例大学")]},
    }

    assert (path, words) in told("rules", "governance", answers, setting)


def test_a_charter_is_adopted_before_it_is_handed_in(setting):
    answers = {"governance": {"charter_on": "2026-12-02"}}

    assert ("charter_on", "章程通过日期：不能晚于 2026年12月1日，请核对年份。") in told(
        "rules", "governance", answers, setting
    )


@pytest.mark.parametrize(("country", "asked"), [("中国", True), ("示例国", False)])
def test_a_credit_code_is_asked_of_units_at_home(setting, country, asked):
    answers = {"partners": {"partners": [row(country=country)]}}

    found = {(f.path, f.text) for f in book.section_faults(BOOK.section("partners"), answers, setting)}

    assert (("partners-0-uscc", "未填写。") in found) is asked


def test_every_year_of_finance_is_asked_for(setting):
    found = book.section_faults(BOOK.section("host"), {}, setting)
    grid = [(f.path, f.text) for f in found if f.path.startswith("finance-")]

    lines = ("revenue", "profit", "tax_paid", "rd_expense", "assets", "liabilities")
    words = "未填写，没有发生额请填 0。"
    assert grid == [(f"finance-{line}-{year}", words) for line in lines for year in (2023, 2024, 2025)]
