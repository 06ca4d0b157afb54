"""Every validation of the application book, with the words the person reads: what, by which rule, and the way out."""

from datetime import date

import pytest

from institutes import book, policy
from institutes.book.values import Setting
from tests.factories.institutes import a_patent_number, a_team, policy_terms

BOOK = book.of_edition("2022")
NEW = a_patent_number(2022)
OLD = a_patent_number(2015, serial=2)


@pytest.fixture
def setting():
    """Read on 1 December of a call that closes on the last day of 2026."""
    return Setting(terms=policy_terms(), closes_on=date(2026, 12, 31), year=2026, today=date(2026, 12, 1))


def told(kind, section, answers, setting):
    """Place and words of what the rules (or hints) of a section find."""
    rules = getattr(BOOK.section(section), kind)
    return [
        (fault.path, f"{fault.label}：{fault.text}") for rule in rules for fault in rule(answers, setting)
    ]


def row(**cells):
    return {"key": "0"} | cells


# --- 5 team ---------------------------------------------------------------------------------------------------------


def team(**more):
    return {"team": a_team(full=2, part=1, employer="示例单位") | more}


def roster(*rows, **more):
    return {"team": {"roster": [{"key": str(n)} | each for n, each in enumerate(rows)], **more}}


@pytest.mark.parametrize(
    ("answers", "path", "words"),
    [
        (
            team(headcount_total=2, master=0),
            "rd_fulltime",
            "全职研发人员与兼职研发人员之和：3 人，多于研究院总人数 2 人，请更正。",
        ),
        (
            team(phd=9),
            "phd",
            "博士与硕士之和：12 人，多于研究院总人数 11 人，请更正。",
        ),
        (
            team(senior_title=12),
            "senior_title",
            "高级职称人员：12 人，多于研究院总人数 11 人，请更正。",
        ),
        (
            team(rd_fulltime=3),
            "rd_fulltime",
            "全职研发人员：所填 3 人，名册中 2 人，应一致。请补全名册或更正人数。",
        ),
        (
            team(rd_parttime=0),
            "rd_parttime",
            "兼职研发人员：所填 0 人，名册中 1 人，应一致。请补全名册或更正人数。",
        ),
        (
            roster({}, {"birth_year": 2026}),
            "roster-1-birth_year",
            "研发人员名册 第 2 行：年龄应在 18 至 80 岁之间，按出生年份为 0 岁，请核对年份。",
        ),
        (
            roster({"birth_year": 2009}),
            "roster-0-birth_year",
            "研发人员名册 第 1 行：年龄应在 18 至 80 岁之间，按出生年份为 17 岁，请核对年份。",
        ),
        (
            roster({"birth_year": 1945}),
            "roster-0-birth_year",
            "研发人员名册 第 1 行：年龄应在 18 至 80 岁之间，按出生年份为 81 岁，请核对年份。",
        ),
    ],
)
def test_the_team_adds_up(setting, answers, path, words):
    assert told("rules", "team", answers, setting) == [(path, words)]


@pytest.mark.parametrize("answers", [{}, team(), roster({"birth_year": 2008}, {"birth_year": 1946})])
def test_a_team_that_adds_up(setting, answers):
    assert told("rules", "team", answers, setting) == []
    assert told("hints", "team", answers, setting) == []


@pytest.mark.parametrize(
    ("answers", "path", "words"),
    [
        (
            roster({"name": "示例甲", "birth_year": 1980}, {"name": "示例甲", "birth_year": 1980}),
            "roster-1-name",
            "研发人员名册 第 2 行：与第 1 行姓名、出生年份相同，请核对是否重复填写。",
        ),
        (
            roster({"time": "full", "share": 79}),
            "roster-0-share",
            "研发人员名册 第 1 行：填为全职，投入时间 79 % 低于 80 %，请核对是否应为兼职。",
        ),
        (
            roster({"degree": "doctor"}, phd=0),
            "phd",
            "博士：名册中 1 人，多于所填 0 人，请核对。",
        ),
    ],
)
def test_what_looks_odd_in_a_team_may_stand(setting, answers, path, words):
    assert told("hints", "team", answers, setting) == [(path, words)]
    assert told("rules", "team", answers, setting) == []


# --- 6 premises and equipment ---------------------------------------------------------------------------------------


def premises(**values):
    return {"basics": {"build_to": "2028-12-31"}, "premises": values}


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
            "租期至：租期须不早于建设期结束日 2028-12-31，请续租后填写，或调整建设期。",
        ),
        (
            premises(equipment_value="2000000.00", equipment=[row(original_value="1999000.50")]),
            "equipment_value",
            "科研设备原值：所填 200 万元，设备清单合计 199.90005 万元，相差 0.09995 万元，应一致。"
            "请补全清单或更正总额。",
        ),
        (
            premises(equipment=[row(bought_on="2026-12-02")]),
            "equipment-0-bought_on",
            "设备清单 第 1 行：购置日期不能晚于 2026-12-01，请核对年份。",
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


# --- 7 base ---------------------------------------------------------------------------------------------------------


def base(table, *rows):
    return {"base": {table: [{"key": str(n)} | each for n, each in enumerate(rows)]}}


@pytest.mark.parametrize(
    ("answers", "path", "words"),
    [
        (
            base("patents", {"number": NEW}, {"number": NEW}),
            "patents-1-number",
            f"授权专利 第 2 行：“{NEW}”与第 1 行重复，请删除其中一行或更正。",
        ),
        (
            base("software", {"number": "2025SR1"}, {}, {"number": "2025SR1"}),
            "software-2-number",
            "软件著作权 第 3 行：“2025SR1”与第 1 行重复，请删除其中一行或更正。",
        ),
        (
            base("standards", {"number": "T/S 1"}, {"number": "T/S 1"}),
            "standards-1-number",
            "制定标准 第 2 行：“T/S 1”与第 1 行重复，请删除其中一行或更正。",
        ),
        (
            base("projects", {"number": "S-1"}, {"number": "S-1"}),
            "projects-1-number",
            "承担项目 第 2 行：“S-1”与第 1 行重复，请删除其中一行或更正。",
        ),
        (
            base("patents", {"number": NEW, "kind": "utility"}),
            "patents-0-number",
            "授权专利 第 1 行：按专利号应为“发明专利”，所选类型为“实用新型”，请更正其中之一。",
        ),
        (
            base("patents", {"granted_on": "2026-12-02"}),
            "patents-0-granted_on",
            "授权专利 第 1 行：授权公告日不能晚于 2026-12-01，请核对年份。",
        ),
        (
            base("awards", {"awarded_on": "2027-01-01"}),
            "awards-0-awarded_on",
            "科技奖励 第 1 行：获奖日期不能晚于 2026-12-01，请核对年份。",
        ),
    ],
)
def test_results_are_named_once_and_have_happened(setting, answers, path, words):
    assert told("rules", "base", answers, setting) == [(path, words)]


@pytest.mark.parametrize(
    ("granted", "words"),
    [
        ("2023-12-31", []),
        (
            "2023-12-30",
            ["授权专利 第 1 行：授权公告日早于 2023-12-31，可以保留，但不计入认定条件中的近期知识产权。"],
        ),
    ],
)
def test_a_result_too_old_to_count_is_marked_and_may_stand(setting, granted, words):
    answers = base("patents", {"number": OLD, "kind": "invention", "granted_on": granted})

    assert [text for _path, text in told("hints", "base", answers, setting)] == words
    assert told("rules", "base", answers, setting) == []


def test_readers_see_which_results_are_recent(setting):
    section = BOOK.section("base")
    day = book.cell_of(section, "patents-0-granted_on")

    assert day.say("2025-03-01", setting) == "2025年3月1日（近 3 年）"
    assert day.say("2023-01-01", setting) == "2023年1月1日"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ZL201710601862.3", "ZL201710601862.3"),
        ("zl 2017 1 0601862.3", "ZL201710601862.3"),
        ("2017106018623", "ZL201710601862.3"),
        ("CN201710601862.3", "ZL201710601862.3"),
        ("ZL95115608.X", "ZL95115608.X"),
        ("ZL95115608.x", "ZL95115608.X"),
    ],
)
def test_the_number_of_a_patent_is_read_as_people_paste_it(setting, typed, stored):
    assert book.cell_of(BOOK.section("base"), "patents-0-number").clean([typed], setting) == stored


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            "ZL2017106018",
            "专利号为 ZL 加 12 位（2003 年 10 月前申请的为 8 位）数字、小数点和校验位，例如 ZL202110000001.6。",
        ),
        ("ZL201710601862.4", "校验位应为 3，请对照专利证书核对专利号。"),
        ("ZL95115608.1", "校验位应为 X，请对照专利证书核对专利号。"),
    ],
)
def test_a_number_that_is_none_is_said_at_its_box(setting, typed, words):
    section, path = BOOK.section("base"), "patents-0-number"

    assert book.parse(section, {path: [typed]}, setting, only=[path]).errors == {path: [words]}


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("ZL202110000001.6", "invention"),
        ("ZL202120000001.8", "utility"),
        ("ZL202130000001.X", "design"),
        ("ZL202180000001.3", "invention"),
        ("ZL202190000001.8", "utility"),
        ("ZL95115608.X", "invention"),
        ("ZL202170000001.2", ""),
    ],
)
def test_a_patent_says_by_its_number_what_kind_it_is(number, kind):
    assert policy.patent_kind(number) == kind


# --- 3, 4, 10, 12 ---------------------------------------------------------------------------------------------------


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
    ("cells", "words"),
    [
        ({"money": "1", "name": "示例大学"}, None),
        ({"valid_to": "2028-12-30"}, "共建单位 第 1 行：协议有效期须不早于建设期结束日 2028-12-31。"),
        ({"signed_on": "2027-01-01"}, "共建单位 第 1 行：签订日期不能晚于申报截止日。"),
    ],
)
def test_agreements_last_through_the_build_period(setting, cells, words):
    answers = {"basics": {"build_to": "2028-12-31"}, "partners": {"partners": [row(**cells)]}}

    assert [text for _p, text in told("rules", "partners", answers, setting)] == ([words] if words else [])


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
    ("later", "hinted"), [("1000", False), ("1001", True), ("9.99", True), ("10", False)]
)
def test_a_tenfold_change_is_said_with_the_likely_cause(setting, later, hinted):
    answers = {"host": {"finance": {"revenue": {"2024": "100", "2025": later}}}}

    found = told("hints", "host", answers, setting)

    words = "近年财务数据：2025 年与 2024 年相差 10 倍，请核对是否填错单位（万元、元）。"
    assert found == ([("finance-revenue-2025", words)] if hinted else [])


# --- annexes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("council_list", {"governance": {"people": [row()]}}),
        ("roster_proof", {"team": {"roster": [row()]}}),
        ("premises_proof", {"premises": {"tenure": "own"}}),
        ("equipment_ledger", {"premises": {"equipment": [row()]}}),
        ("ip_list", base("patents", {})),
        ("ip_list", base("software", {})),
        ("ip_list", base("standards", {})),
        ("achievement_proof", base("awards", {})),
        ("achievement_proof", base("projects", {})),
        ("county_support", {"budget": {"sources": {"county": {"amount": "0.01"}}}}),
    ],
)
def test_an_annex_is_asked_for_as_soon_as_the_book_needs_it(setting, kind, answers):
    annex = BOOK.annex(kind)

    assert (annex.needed({}, setting), annex.needed(answers, setting)) == (0, 1)


@pytest.mark.parametrize("kind", ["licence", "charter", "tax_clearance", "credit_report", "commitment_page"])
def test_these_annexes_are_always_asked_for(setting, kind):
    assert BOOK.annex(kind).needed({}, setting) == 1


def test_nothing_listed_for_the_county_needs_no_paper_of_the_county(setting):
    answers = {"budget": {"sources": {"county": {"amount": "0.00"}}}}

    assert BOOK.annex("county_support").needed(answers, setting) == 0


# --- the checklist of the formal review asks the same rules ---------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "answers", "paths"),
    [
        ("roster_agrees", team(rd_fulltime=3), ["rd_fulltime"]),
        ("roster_agrees", team(), []),
        ("equipment_agrees", premises(equipment_value="1.00"), ["equipment_value"]),
        (
            "no_unit_error",
            {"host": {"finance": {"profit": {"2024": "-1", "2025": "11"}}}},
            ["finance-profit-2025"],
        ),
        ("in_time", team(rd_fulltime=3), []),
    ],
)
def test_items_of_the_formal_review_that_compare_data(setting, item, answers, paths):
    assert [fault.path for fault in book.noticed(item, answers, setting)] == paths


def test_every_item_that_compares_is_an_item_of_the_edition():
    items = {item["code"] for item in policy_terms()["checklist"]}
    sections = {item["section"] for item in policy_terms()["checklist"]}

    assert set(book.COMPARED) <= items
    assert sections <= {section.code for section in BOOK.sections}
