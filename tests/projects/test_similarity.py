"""How alike two proposals read: by table, and thirty realistic ones of which two were copied."""

from decimal import Decimal
from itertools import combinations

import pytest

from projects.policy.similarity import compare, plain
from tests.projects.texts import proposal

RULES = {"size": 8, "passage": 24}


def copied(n: int) -> dict[str, str]:
    """The same with another name on it: commas changed, two parts exchanged, a sentence of one's own in front."""
    original = proposal(n)
    changed = {code: text.replace("，", "、").replace("；", "。") for code, text in original.items()}
    changed["problems"], changed["innovation"] = changed["innovation"], changed["problems"]
    return changed | {"background": "本项目面向产业急需。" + changed["background"]}


def share(one: dict, other: dict, **more) -> Decimal:
    return compare(one, other, **RULES, **more).share


def test_two_copied_of_thirty_are_found_and_none_of_the_others():
    others = [proposal(n) for n in range(28)]
    calls = [*others, copied(3), copied(17)]

    alike = {
        (one, other) for one, other in combinations(range(30), 2) if share(calls[one], calls[other]) >= 30
    }

    assert alike == {(3, 28), (17, 29)}


def test_a_copy_is_shown_side_by_side_as_each_has_it():
    found = compare(proposal(3), copied(3), **RULES)

    first = found.passages[0]
    assert found.share > 90
    assert plain(first.here).text == plain(first.there).text
    assert {(one.here_in, one.there_in) for one in found.passages} >= {
        ("problems", "innovation"),
        ("innovation", "problems"),
        ("route", "route"),
    }
    assert all(one.length >= RULES["passage"] for one in found.passages)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, "0.00"),
        ({"a": "甲乙丙丁戊己庚辛"}, {"a": "甲乙丙丁戊己庚辛"}, "100.00"),
        ({"a": "甲乙丙丁戊己庚"}, {"a": "甲乙丙丁戊己庚"}, "0.00"),  # shorter than a shingle
        ({"a": "甲乙丙丁，戊己 庚辛！"}, {"b": "甲乙丙丁戊己庚辛"}, "100.00"),
        ({"a": "甲乙丙丁戊己庚辛壬癸"}, {"a": "子丑甲乙丙丁戊己庚辛寅卯"}, "80.00"),
        ({"a": "ABC abc 123 456"}, {"a": "abcABC123456"}, "100.00"),
    ],
)
def test_the_share_is_of_the_shorter_text(one, other, expected):
    assert share(one, other) == share(other, one) == Decimal(expected)


def test_what_the_guide_says_may_be_quoted():
    quote = "形成可以量产的高纯液晶单体连续化合成工艺"
    one, other = {"a": quote + "甲方案"}, {"a": "乙方案" + quote}

    assert share(one, other) > 80
    assert share(one, other, common=f"目标：{quote}。") == 0
