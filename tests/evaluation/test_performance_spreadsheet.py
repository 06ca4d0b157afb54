"""A round of 38 institutes, worked out by a spreadsheet of its own: every line, total, grade and place agrees.

The workbook is made by ``tests/data/make_performance_38.py``; nothing of the portal has a part in it.
"""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook

from evaluation.policy import performance
from evaluation.policy.performance import Entry, graded, ranks_in_kinds, rounded
from evaluation.policy.rules import rules_of
from tests.evaluation.test_performance_policy import TERMS, terms_with

BOOK = Path(__file__).parent.parent / "data" / "performance-38.xlsx"
KINDS = ("traditional", "emerging", "county")
CODES = [row["code"] for row in TERMS["indicators"]]
LABELS = {row["code"]: row["label"] for row in TERMS["grades"]}
DEEMED = TERMS["cycle"]["provincial_counts_as"]


@cache
def table(name: str, *, formulas: bool = False) -> list[dict]:
    head, *rows = load_workbook(BOOK, data_only=not formulas)[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def exact(cell) -> D:
    return D(str(cell))


def figures(row: dict) -> list[dict]:
    return [{"code": code, "value": row[code]} for code in CODES]


def deductions(row: dict) -> list[dict]:
    late = [{"code": "late_report", "words": "", "points": TERMS["grading"]["late_report_deduction"]}] * row[
        "late"
    ]
    return late + ([{"code": "false_item", "words": "", "item": row["false"]}] if row["false"] else [])


@cache
def sheets() -> dict[str, performance.Sheet]:
    """What the portal makes of the inputs; nothing for who was put off or is taken as graded elsewhere."""
    return {
        row["institute"]: performance.sheet(
            TERMS,
            figures=figures(row),
            marks={"key_technologies": row["mark key_technologies"], "strategy": row["mark strategy"]},
            deductions=deductions(row),
            chain_kind=row["type"],
        )
        for row in table("inputs")
        if not row["status"]
    }


def entries() -> list[Entry]:
    cap = TERMS["grading"]["accident_cap"]
    return [
        Entry(row["institute"], sheets()[row["institute"]].total, cap if row["accident"] else "", row["type"])
        for row in table("inputs")
        if not row["status"]
    ]


def labelled(grades: dict[str, str]) -> dict[str, str | None]:
    """By institute, as the workbook says it: what was evaluated elsewhere stands as that, what was put off is empty."""
    elsewhere = {
        row["institute"]: LABELS[DEEMED] if row["status"] == "视为合格" else None
        for row in table("inputs")
        if row["status"]
    }
    return {name: LABELS[grade] for name, grade in grades.items()} | elsewhere


def told(column: str) -> dict[str, str | None]:
    return {row["institute"]: row[column] for row in table("results")}


def test_the_workbook_holds_formulas_wherever_something_is_worked_out():
    points, results = table("points", formulas=True), table("results", formulas=True)
    cells = [row[code] for row in points for code in CODES] + [
        row[column]
        for row in results
        for column in ("points", "deducted", "total", "four", "three", "limited", "place")
    ]

    assert len(cells) == 38 * (len(CODES) + 7)
    assert all(isinstance(cell, str) and cell.startswith("=") for cell in cells)
    assert not any(
        isinstance(cell, str) and cell.startswith("=") for row in table("inputs") for cell in row.values()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_both_go_by_the_same_rules(kind):
    written = {row["code"]: row for row in table("rules")[: len(CODES)]}
    rules = rules_of(TERMS, kind)

    assert {one.code: (one.full_mark, one.weight) for one in rules.indicators} == {
        code: (exact(row[f"{kind} full mark"]), exact(row[f"{kind} weight"])) for code, row in written.items()
    }
    assert exact(table("rules")[len(CODES)][f"{kind} weight"]) == 100


def test_every_line_agrees():
    ours = {
        (name, line.code): rounded(Fraction(line.score))
        for name, sheet in sheets().items()
        for line in sheet.lines
    }
    theirs = {
        (row["institute"], code): rounded(Fraction(exact(row[code])))
        for row in table("points")
        for code in CODES
        if row["institute"] in sheets()
    }

    assert ours == theirs
    assert len(ours) == 36 * 18


def test_every_total_agrees_to_the_hundredth():
    assert {name: sheet.total for name, sheet in sheets().items()} == {
        name: rounded(Fraction(exact(total))) for name, total in told("total").items() if total is not None
    }


@pytest.mark.parametrize(
    ("column", "rules"),
    [
        ("four", rules_of(TERMS)),
        ("three", rules_of(terms_with(grade_scale="three"))),
        ("limited", replace(rules_of(TERMS), top_share=D(25))),
    ],
)
def test_every_grade_agrees(column, rules):
    assert labelled(graded(entries(), rules)) == told(column)


def test_every_place_within_the_type_of_chain_agrees():
    assert {name: place for name, (place, _among) in ranks_in_kinds(entries()).items()} == {
        name: place for name, place in told("place").items() if place is not None
    }


def test_the_round_has_its_edges():
    """What the workbook is made for: half cents at the cuts, caps, deductions, one put off, one graded elsewhere."""
    raw = {exact(value) for value in told("points").values() if value is not None}
    grades = list(told("four").values())

    assert {D("89.995"), D("90"), D("89.9949"), D("69.995"), D("69.994"), D("60"), D("59.995")} <= raw
    assert {None, "优秀", "良好", "合格", "不合格"} == set(grades)
    assert told("limited") != told("four") != told("three")
    assert [row["status"] for row in table("inputs") if row["status"]] == ["缓评", "视为合格"]
    assert sum(row["late"] > 0 for row in table("inputs")) > 2
    assert {bool(row["accident"]) for row in table("inputs")} == {True, False}
