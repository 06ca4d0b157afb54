"""7: results are named once, under a number that can be looked up; each fault in the words that are read."""

import pytest

from institutes import book, policy
from tests.factories.institutes import a_patent_number
from tests.institutes.book.words import BOOK, base, told

NEW = a_patent_number(2022)
OLD = a_patent_number(2015, serial=2)


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
            "授权专利 第 1 行：授权公告日不能晚于 2026年12月1日，请核对年份。",
        ),
        (
            base("awards", {"awarded_on": "2027-01-01"}),
            "awards-0-awarded_on",
            "科技奖励 第 1 行：获奖日期不能晚于 2026年12月1日，请核对年份。",
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
            ["授权专利 第 1 行：授权公告日早于 2023年12月31日，可以保留，但不计入认定条件中的近期知识产权。"],
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
