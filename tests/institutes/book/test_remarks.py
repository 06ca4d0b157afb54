"""What the rules say at the boxes of a section while it is filled in."""

import pytest

from institutes import book
from tests.institutes.book.words import BOOK, row


def said(setting, section, answers):
    return book.remarks(BOOK.section(section), answers, setting)


def test_a_rule_asks_to_mend_and_a_hint_to_look_again(setting):
    answers = {
        "host": {
            "host_name": "别的公司",
            "finance": {"revenue": {"2024": "100", "2025": "1001"}},
        }
    }

    assert said(setting, "host", answers) == {
        "host_name": ["待更正：与已确认的单位注册信息“示例科技有限公司”不一致。"],
        "finance-revenue-2025": ["请核对：2025 年与 2024 年相差 10 倍，请核对是否填错单位（万元、元）。"],
    }


@pytest.mark.parametrize(
    ("section", "answers", "path", "words"),
    [
        (
            "governance",
            {"governance": {"charter_on": "2026-01-01"}},
            "people",
            "待更正：理事会：至少 3 人，现有 0 人。（依据 二(三)4）",
        ),
        (
            "team",
            {"team": {"headcount_total": 1, "rd_fulltime": 1, "rd_parttime": 1}},
            "rd_fulltime",
            "待更正：全职研发人员与兼职研发人员之和：2 人，多于研究院总人数 1 人，请更正。",
        ),
        (
            "partners",
            {"partners": {"partners": [row(uscc="甲"), row(uscc="甲") | {"key": "1"}]}},
            "partners-1-uscc",
            "待更正：同一单位重复填写。",
        ),
    ],
)
def test_a_sentence_says_what_it_is_about_where_its_box_does_not(setting, section, answers, path, words):
    assert said(setting, section, answers)[path][0] == words


@pytest.mark.parametrize("section", [section.code for section in BOOK.sections])
def test_nothing_is_remarked_on_a_section_that_is_not_begun(setting, section):
    assert said(setting, section, {}) == {}
