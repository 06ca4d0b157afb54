"""8 to 12: plan, budget, services, commitment, recusal; each fault in the words that are read."""

import pytest

from institutes import book
from tests.institutes.book.words import BOOK, row, told


def test_sources_and_uses_come_to_the_same(setting):
    answers = {
        "budget": {"sources": {"host": {"amount": "50000.00"}}, "uses": {"labour": {"amount": "49900.00"}}}
    }

    assert told("rules", "budget", answers, setting) == [
        ("uses", "经费支出：经费来源合计 5 万元，支出合计 4.99 万元，相差 0.01 万元，两者应相等。")
    ]


def test_what_co_builders_give_stands_in_the_budget(setting):
    answers = {
        "partners": {"partners": [row(money="30000.00")]},
        "budget": {"sources": {"partners": {"amount": "20000.00"}}},
    }

    assert (
        "sources-partners-amount",
        "共建单位投入：共建单位投入合计 3 万元（第三部分），此处为 2 万元，应一致。",
    ) in told("rules", "budget", answers, setting)


@pytest.mark.parametrize(
    ("services", "asked"),
    [
        ({}, set()),
        (
            {"catalogue": [row(name="检测", content="示例", price="面议")]},
            {"price_rule", "booking_contact", "booking_phone"},
        ),
    ],
)
def test_services_are_optional_but_where_offered_say_how(setting, services, asked):
    section = BOOK.section("services")

    assert {f.path for f in book.section_faults(section, {"services": services}, setting)} == asked


@pytest.mark.parametrize("typed", ["13800001234", "0311-00001234", "031100001234", "0311-00001234-801"])
def test_a_phone_is_a_mobile_or_has_its_area_code(setting, typed):
    assert book.cell_of(BOOK.section("services"), "booking_phone").clean([typed], setting) == typed


def test_a_phone_that_is_none_is_said_at_its_box(setting):
    section, path = BOOK.section("services"), "booking_phone"

    assert book.parse(section, {path: ["00001234"]}, setting, only=[path]).errors == {
        path: ["请填写 11 位手机号码，或带区号的座机号码，例如 0311-00000000。"]
    }


def test_who_shall_stay_away_is_named_by_person_or_employer(setting):
    def found(*rows):
        return told("rules", "recusal", {"recusal": {"exclusions": list(rows)}}, setting)

    assert found(row(reason="示例")) == [
        ("exclusions-0-expert", "申请回避 第 1 行：请填写专家姓名或工作单位，至少一项。")
    ]
    assert found(row(expert="示例专家"), row(employer="示例大学")) == []


def test_no_more_than_three_may_be_asked_to_stay_away(setting):
    rows = [{"key": str(n), "expert": f"示例{n}", "reason": "示例"} for n in range(4)]
    section = BOOK.section("recusal")

    found = book.section_faults(section, {"recusal": {"exclusions": rows}}, setting)

    assert [(f.path, f.text) for f in found] == [("exclusions", "最多填写 3 行，现有 4 行。")]


@pytest.mark.parametrize(
    ("section", "answers", "path", "words"),
    [
        (
            "plan",
            {"plan": {"targets": {"tax": {"year_1": "2", "year_2": "1"}}}},
            "targets-tax-year_2",
            "建设目标 · 新增税收：第二年为累计目标，不能小于第一年。",
        ),
        (
            "plan",
            {
                "basics": {"build_from": "2027-01-01", "build_to": "2028-12-31"},
                "plan": {
                    "milestones": [
                        row(due_on="2029-01-01"),
                        row(due_on="2027-06-01"),
                        row(due_on="2028-06-01"),
                    ]
                },
            },
            "milestones-0-due_on",
            "阶段安排 第 1 行：应在建设期内（2027年1月1日 至 2028年12月31日）。",
        ),
        (
            "plan",
            {
                "basics": {"build_from": "2027-03-01", "build_to": "2029-03-01"},
                "plan": {"milestones": [row(due_on="2028-03-01"), row(due_on="2029-03-01")]},
            },
            "milestones",
            "阶段安排：建设期第 1 年（2027年3月1日 至 2028年2月29日）没有阶段安排，请补充一项。",
        ),
        (
            "plan",
            {
                "basics": {"build_from": "2027-01-01", "build_to": "2028-06-30"},
                "plan": {"milestones": [row(due_on="2027-12-31"), row(due_on="2027-06-01")]},
            },
            "milestones",
            "阶段安排：建设期第 2 年（2028年1月1日 至 2028年6月30日）没有阶段安排，请补充一项。",
        ),
        (
            "budget",
            {
                "budget": {
                    "sources": {
                        code: {"amount": amount}
                        for code, amount in (("host", "300000.00"), ("municipal", "200000.00"))
                    },
                    "uses": {"labour": {"amount": "500000.00"}},
                    "bonuses": "300100.00",
                }
            },
            "bonuses",
            "其中用于奖金、福利：奖金、福利 30.01 万元，多于财政资金以外的来源 30 万元；财政资金不得用于奖金、福利。",
        ),
        (
            "partners",
            {"partners": {"partners": [row(lapses="yes"), {"key": "1", "lapses": "no"}]}},
            "partners-0-lapses",
            "共建单位 第 1 行：协议不能以获得认定为生效或者存续条件，请补签协议后填写。",
        ),
        (
            "commitment",
            {"commitment": {"commitments": ["truthful", "integrity", "data_use"]}},
            "commitments",
            "承诺事项：未勾选“同一内容未重复申请财政资金”。",
        ),
        (
            "commitment",
            {"commitment": {"signed_on": "2026-12-02"}},
            "signed_on",
            "签署日期：不能晚于 2026年12月1日，请核对年份。",
        ),
    ],
)
def test_what_does_not_agree_is_said(setting, section, answers, path, words):
    assert told("rules", section, answers, setting) == [(path, words)]


def test_every_target_has_its_three_values(setting):
    found = book.section_faults(BOOK.section("plan"), {}, setting)
    asked = {f.path for f in found if f.path.startswith("targets-new_products-")}

    assert asked == {f"targets-new_products-{period}" for period in ("base", "year_1", "year_2")}


@pytest.mark.parametrize(
    ("count", "words"), [(2, "至少填写 3 行，现有 2 行。"), (6, "最多填写 5 行，现有 6 行。")]
)
def test_directions_are_three_to_five(setting, count, words):
    rows = [{"key": str(n), "name": "示例", "content": "示例"} for n in range(count)]
    found = book.section_faults(BOOK.section("plan"), {"plan": {"directions": rows}}, setting)

    assert [f.text for f in found if f.path == "directions"] == [words]
