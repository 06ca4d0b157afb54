"""5: head counts fit each other and the roster, people are of age; each fault in the words that are read."""

import pytest

from tests.institutes.book.words import team, told


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
            "研发人员名册 第 1 行：填为全职，工时占比 79 % 低于 80 %，请核对是否应为兼职。",
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
