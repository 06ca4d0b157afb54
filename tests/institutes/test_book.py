"""The application book as data: reading boxes, missing parts, rules across sections, reading, comparison."""

from datetime import date

import pytest

from institutes import book
from institutes.book.checks import name_fault
from institutes.book.kinds import Choice, Rows
from institutes.book.values import Host, Setting
from tests.factories.accounts import make_uscc
from tests.factories.institutes import policy_terms

BOOK = book.of_edition("2022")
USCC = make_uscc(80_001)
WRONG_CHECK = "统一社会信用代码的校验位不符，可能有一位输错，请对照营业执照核对。"


@pytest.fixture
def setting():
    return Setting(
        terms=policy_terms(),
        closes_on=date(2026, 12, 31),
        year=2026,
        host=Host(name="示例科技有限公司", uscc=USCC),
        options={
            "chains": ((1, "示例链"), (2, "另一条链")),
            "segments": ((10, "示例链·上游"), (20, "另一条链·上游")),
        },
        parents={10: 1, 20: 2},
    )


def read_box(section, path, *posted, setting):
    parsed = book.parse(BOOK.section(section), {path: list(posted)}, setting, only=[path])
    return parsed.errors.get(path) or parsed.values[path]


@pytest.mark.parametrize(
    ("path", "typed", "stored"),
    [
        ("reg_capital", "20", "200000.00"),
        ("reg_capital", "1,200.5", "12005000.00"),
        ("reg_capital", "0.000001", "0.01"),
        ("reg_capital", "", None),
        ("reg_capital", "２００．５", "2005000.00"),
        ("reg_capital", "20 万元", "200000.00"),
        ("reg_capital", "￥200000元", "200000.00"),
        ("reg_capital", "1.5亿", "150000000.00"),
        ("finance-profit-2025", "－3", "-30000.00"),
        ("finance-profit-2025", "−3", "-30000.00"),
        ("registered_on", "2015年6月1日", "2015-06-01"),
        ("registered_on", "２０１５-6-1", "2015-06-01"),
        ("mobile", "138 0000 1234", "13800001234"),
        ("mobile", "+86 138-0000-1234", "13800001234"),
        ("mobile", "１３８００００１２３４", "13800001234"),
        ("email", "a＠mail.example", "a@mail.example"),
        ("finance-profit-2025", "-3", "-30000.00"),
        ("registered_on", "2015/06/01", "2015-06-01"),
        ("uscc", USCC[:4].lower() + " " + USCC[4:], USCC),
        ("chain_role", "leader", "leader"),
        ("email", "a@mail.example", "a@mail.example"),
    ],
)
def test_what_is_typed_becomes_what_is_stored(setting, path, typed, stored):
    assert read_box("host", path, typed, setting=setting) == stored


@pytest.mark.parametrize(
    ("section", "path", "typed", "words"),
    [
        ("host", "reg_capital", "二十", "请只填数字，可带小数点，不带单位。"),
        ("host", "reg_capital", "-1", "金额不能为负数。"),
        ("host", "reg_capital", "0.0000001", "金额精确到分，小数位过多。"),
        ("host", "reg_capital", "NaN", "请只填数字，可带小数点，不带单位。"),
        ("host", "reg_capital", "9" * 12, "金额过大，请核对单位是否为万元。"),
        ("host", "uscc", USCC[:-1], "统一社会信用代码为 18 位，当前为 17 位。"),
        ("host", "uscc", USCC[:-1] + ("0" if USCC[-1] != "0" else "1"), WRONG_CHECK),
        ("host", "uscc", "9I130100000000011X", "统一社会信用代码不使用字符 I，请对照营业执照核对。"),
        ("host", "mobile", "12345678901", "请填写 11 位手机号码，以 13 至 19 开头。"),
        ("host", "email", "nobody", "电子邮箱格式不正确，例如 name@example.com。"),
        ("host", "registered_on", "2015-02-30", "没有“2015-02-30”这一天，请核对。"),
        ("host", "registered_on", "2015 年夏", "请按 2026-11-23 的格式填写日期。"),
        ("host", "reg_capital", "1e5", "请只填数字，可带小数点，不带单位。"),
        ("host", "reg_capital", "20 美元", "请只填数字，可带小数点，不带单位。"),
        ("host", "mobile", "138 0000 123", "请填写 11 位手机号码，以 13 至 19 开头。"),
        ("team", "roster-0-birth_year", "85", "请填四位数字的年份，1900 至 2100 之间，例如 1985。"),
        ("basics", "institute_name", "石家庄市示例 产业技术研究院", "名称中间不要有空格。"),
        ("basics", "industry", "字" * 61, "最多 60 字，现有 61 字。"),
        ("host", "chain_role", "king", "请从列表中选择。"),
        ("basics", "institute_name", "示例研究院", "名称格式应为“石家庄市＋产业名称＋产业技术研究院”。"),
        ("plan", "targets-new_products-base", "1.5", "请填整数。"),
        ("plan", "targets-new_products-base", "-1", "应在 0 至 10,000,000 之间。"),
        ("host", "registered_on", "1815-06-01", "年份应在 1900 至 2100 之间。"),
        ("host", "reg_capital", "1" * 30, "数字过长，请核对。"),
        ("team", "roster-0-share", "101", "应在 1 至 100 之间。"),
        ("premises", "area_m2", "1.234", "最多 2 位小数。"),
        ("premises", "area_m2", "99999999", "应在 0 至 10,000,000 之间。"),
        ("commitment", "commitments", "everything", "请从列表中选择。"),
        (
            "basics",
            "institute_name",
            f"石家庄市{'示' * 60}产业技术研究院",
            "最多 60 字，现有 71 字。",
        ),
        ("plan", "background", "字" * 5001, "最多 5000 字，现有 5001 字。"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_box(setting, section, path, typed, words):
    assert read_box(section, path, typed, setting=setting) == [words]


def test_a_name_is_no_longer_than_the_edition_allows(setting):
    name, limits = f"石家庄市{'示' * 50}产业技术研究院", setting.limits | {"name_max_chars": 20}

    assert name_fault(name, limits) == "名称最多 20 字，现有 61 字。"


def test_a_box_that_the_book_does_not_have_is_refused_by_name(setting):
    found = book.checked(BOOK.section("host"), {"poem": "示例"}, setting, {})

    assert found.errors == {"poem": ["申报书中没有“poem”这一项。"]}


def test_money_goes_back_into_the_box_as_it_was_typed(setting):
    field = book.cell_of(BOOK.section("host"), "reg_capital")

    assert field.text(read_box("host", "reg_capital", "12.34", setting=setting)) == "12.34"


@pytest.mark.parametrize(
    ("section", "path", "stored", "said"),
    [
        ("premises", "area_m2", "1500.5", "1,500.5 平方米"),
        ("team", "headcount_total", 1200, "1,200 人"),
        ("team", "roster-0-birth_year", 1985, "1985"),
        ("host", "reg_capital", "31000000.00", "3,100 万元"),
    ],
)
def test_long_numbers_are_read_in_groups_and_years_are_not(setting, section, path, stored, said):
    assert book.cell_of(BOOK.section(section), path).say(stored, setting) == said


def test_a_row_is_added_changed_and_removed_by_its_key():
    section = BOOK.section("partners")
    one = book.apply_changes(section, {}, {"partners-0-name": "甲", "partners-1-name": "乙"})
    two = book.apply_changes(section, one, {"partners-1-name": "丙", "partners-0-DELETE": True})

    assert one == {"partners": [{"key": "0", "name": "甲"}, {"key": "1", "name": "乙"}]}
    assert two == {"partners": [{"key": "1", "name": "丙"}]}
    assert book.next_key(section, two, "partners") == 2


def test_a_blank_row_is_not_kept():
    assert book.apply_changes(BOOK.section("partners"), {}, {"partners-0-name": None}) == {"partners": []}


def test_an_empty_book_names_every_missing_part_at_once(setting):
    found = book.faults(BOOK, {}, {}, setting)

    asked = {section.code for section in BOOK.sections if not section.optional}
    assert {fault.section for fault in found} == asked | {book.ANNEXES}
    assert {f.path for f in found if f.section == "basics"} == {
        e.code for e in BOOK.section("basics").entries
    }


def rule_says(section, answers, setting):
    given = BOOK.section(section)
    return {(fault.path, fault.text) for rule in given.rules for fault in rule(answers, setting)}


@pytest.mark.parametrize(
    ("section", "answers", "paths"),
    [
        ("basics", {"basics": {"chain": 1, "segment": 20}}, {"segment"}),
        ("basics", {"basics": {"chain": 1, "segment": 10}}, set()),
        ("basics", {"basics": {"build_from": "2027-01-01", "build_to": "2029-01-01"}}, set()),
        ("basics", {"basics": {"build_from": "2027-01-01", "build_to": "2029-01-02"}}, {"build_to"}),
        ("basics", {"basics": {"build_from": "2027-01-01", "build_to": "2027-01-01"}}, {"build_to"}),
        ("host", {"host": {"host_name": "别的公司"}}, {"host_name"}),
        (
            "host",
            {"host": {"finance": {"revenue": {"2025": "1"}, "rd_expense": {"2025": "2"}}}},
            {"finance-rd_expense-2025"},
        ),
        (
            "host",
            {
                "host": {
                    "rd_reason": "新设",
                    "finance": {"revenue": {"2025": "1"}, "rd_expense": {"2025": "2"}},
                }
            },
            set(),
        ),
        (
            "host",
            {"host": {"qualifications": [{"key": "0", "valid_to": "2026-12-30"}]}},
            {"qualifications-0-valid_to"},
        ),
        ("host", {"host": {"qualifications": [{"key": "0", "valid_to": "2026-12-31"}]}}, set()),
        ("partners", {"partners": {"partners": [{"key": "0", "uscc": USCC}]}}, {"partners-0-uscc"}),
        (
            "partners",
            {
                "basics": {"build_to": "2028-12-31"},
                "partners": {"partners": [{"key": "0", "valid_to": "2028-12-30"}]},
            },
            {"partners-0-valid_to"},
        ),
        (
            "partners",
            {"partners": {"partners": [{"key": "0", "clauses": ["risk_sharing"]}]}},
            {"partners-0-clauses"},
        ),
        (
            "budget",
            {"budget": {"sources": {"host": {"amount": "5"}}, "uses": {"labour": {"amount": "4.99"}}}},
            {"uses"},
        ),
        ("budget", {"partners": {"partners": [{"key": "0", "money": "3"}]}}, {"sources-partners-amount"}),
        ("commitment", {"commitment": {"commitments": ["truthful"]}}, {"commitments"}),
        ("plan", {"plan": {"targets": {"tax": {"year_1": "2", "year_2": "1"}}}}, {"targets-tax-year_2"}),
    ],
)
def test_rules_across_boxes(setting, section, answers, paths):
    assert {path for path, _text in rule_says(section, answers, setting)} == paths


@pytest.mark.parametrize(
    ("born", "wrong"), [("2008-12-31", False), ("2009-01-01", True), ("1945-12-31", True)]
)
def test_people_are_of_age_on_the_closing_day(setting, born, wrong):
    people = [{"key": "0", "body": "council", "born_on": born}]

    found = rule_says("governance", {"governance": {"people": people}}, setting)

    assert ("people-0-born_on" in {path for path, _text in found}) is wrong


def test_governance_needs_bodies_one_director_and_every_partner_in_the_council(setting):
    people = [{"key": str(n), "body": "council", "employer": "示例科技有限公司"} for n in range(3)]
    answers = {
        "governance": {"people": people},
        "partners": {"partners": [{"key": "0", "name": "示例大学"}]},
    }

    texts = {text for _path, text in rule_says("governance", answers, setting)}

    assert {text[:7] for text in texts} == {"至少 3 人，", "应为 1 人，", "理事会须有各共"}


@pytest.mark.parametrize(("role", "needed"), [("leader", 0), ("backbone", 1)])
def test_the_chain_map_itself_proves_the_role(setting, role, needed):
    known = Setting(
        terms=setting.terms,
        closes_on=setting.closes_on,
        year=2026,
        host=Host(chain_roles=frozenset({(1, "leader")})),
    )
    answers = {"basics": {"chain": 1}, "host": {"chain_role": role}}

    assert BOOK.annex("chain_role_proof").needed(answers, known) == needed


@pytest.mark.parametrize(("registered", "years"), [("2023-12-31", 3), ("2024-01-01", 2)])
def test_a_young_host_gives_two_years(setting, registered, years):
    answers = {"host": {"registered_on": registered}}

    assert BOOK.annex("audit_report").needed(answers, setting) == years


def test_a_tenfold_change_is_a_hint_not_a_fault(setting):
    answers = {"host": {"finance": {"revenue": {"2024": "100", "2025": "1001"}}}}

    assert [hint.path for hint in book.hints(BOOK, answers, setting)] == ["finance-revenue-2025"]


def test_compare_shows_box_by_box_what_changed(setting):
    old = {"host": {"reg_capital": "200000.00"}}
    new = {"host": {"reg_capital": "300000.00", "chain_role": "leader"}}

    found = {(d.path, d.old, d.new) for d in book.compare(BOOK, old, new, setting)}

    assert found == {("reg_capital", "20 万元", "30 万元"), ("chain_role", "", "链主企业")}


def test_reading_hides_persons_from_officers_and_the_unit_from_experts(setting):
    answers = {"host": {"mobile": "13800001234", "host_name": "示例科技有限公司"}}

    def shown(**how):
        host = next(c for c in book.read(BOOK, answers, setting, **how) if c.code == "host")
        return {item.path: item.text for item in host.items if item.path in {"mobile", "host_name"}}

    assert shown() == {"mobile": "13800001234", "host_name": "示例科技有限公司"}
    assert shown(discreet=True) == {"mobile": "138****1234", "host_name": "示例科技有限公司"}
    assert set(shown(blind=True).values()) == {"（评审时隐去）"}


def test_confidential_sections_are_read_by_who_may_only(setting):
    old, new = {}, {"recusal": {"exclusions": [{"key": "0", "employer": "示例大学", "reason": "示例"}]}}

    def shown(**how):
        return [chapter.code for chapter in book.read(BOOK, new, setting, **how)]

    assert "recusal" not in {*shown(), *shown(discreet=True), *shown(blind=True)}
    assert shown(confidential=True) == [section.code for section in BOOK.sections]
    assert book.compare(BOOK, old, new, setting) == []
    assert {d.new for d in book.compare(BOOK, old, new, setting, confidential=True)} == {"示例大学", "示例"}


@pytest.mark.parametrize(("code", "said"), [("services", "选填"), ("recusal", "选填"), ("team", "未填写")])
def test_a_section_that_need_not_be_filled_in_says_so(setting, code, said):
    assert book.completeness(BOOK.section(code), {}, setting).said == said


def test_the_book_has_the_twelve_sections_of_the_form():
    assert [section.number for section in BOOK.sections] == [str(n) for n in range(1, 13)]


COLUMNS = {
    f"{section.code}.{table.code}.{column.code}": column
    for section in BOOK.sections
    for table in section.entries
    if isinstance(table, Rows)
    for column in table.columns
}


@pytest.mark.parametrize("place", COLUMNS)
def test_every_column_of_a_table_has_an_example_that_can_be_read(setting, place):
    """What is shown as an example may be pasted as it stands: a choice by its label, several with 、 between."""
    column = COLUMNS[place]
    labels = dict(column.choices(setting)) if isinstance(column, Choice) else {}
    values = {str(label): str(value) for value, label in labels.items()}
    typed = [values[each] for each in str(column.example).split("、")] if values else [str(column.example)]

    assert column.clean(typed, setting) is not None


def test_every_path_and_code_is_unique_and_fits_a_reason_of_return():
    for section in BOOK.sections:
        codes = [entry.code for entry in section.entries]
        assert len(codes) == len(set(codes))
        assert all("-" not in code and len(code) <= 30 for code in codes)


@pytest.mark.parametrize(
    ("token", "versions", "covered", "text"),
    [
        ("1", (3,), {1, 3}, "1.3"),
        ("1.3", (2,), {1, 2, 3}, "3"),
        ("nonsense", (), set(), "0"),
        ("0", (1, 2), {1, 2}, "2"),
    ],
)
def test_what_a_page_has_seen(token, versions, covered, text):
    seen = book.Seen.of(token).plus(*versions)

    assert str(seen) == text
    assert {version for version in range(1, 5) if seen.covers(version)} == covered
