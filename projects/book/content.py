"""What is read out of the answers of a proposal: the texts that are compared, sums, targets, stages."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from institutes.policy import total

TEXTS = {
    "background": "立项背景和产业需求",
    "problems": "拟解决的关键问题",
    "route": "研究内容和技术路线",
    "innovation": "创新点",
    "outcome": "预期成果和应用",
}
"""The texts of the book that say what is to be done: each is compared with those of other proposals."""
NEEDLES = ("leader", "partners")
"""Sections whose identifying boxes name people and units."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the budget by source, in yuan."""

    code: str
    label: str
    grant: Decimal
    own: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """What of the answers stands in columns as well."""

    title: str
    topic: int | None
    leader: str
    months: int | None
    grant: Decimal
    own: Decimal


def texts_of(answers: Mapping[str, Mapping]) -> dict[str, str]:
    """The texts that say what is to be done, by their codes."""
    content = answers.get("content", {})
    return {code: content[code] for code in TEXTS if content.get(code)}


def budget_of(answers: Mapping[str, Mapping], terms: Mapping) -> list[Line]:
    """Every line of the budget, the empty ones too."""
    cells = answers.get("budget", {}).get("lines") or {}
    return [
        Line(
            line["code"],
            line["label"],
            total([cells.get(line["code"], {}).get("grant")]),
            total([cells.get(line["code"], {}).get("own")]),
        )
        for line in terms["budget_lines"]
    ]


def figures_of(answers: Mapping[str, Mapping], terms: Mapping) -> Figures:
    """Title, topic, leader, term and sums as the answers have them now."""
    basics, lines = answers.get("basics", {}), budget_of(answers, terms)
    return Figures(
        title=basics.get("title") or "",
        topic=basics.get("topic"),
        leader=answers.get("leader", {}).get("leader_name") or "",
        months=basics.get("months"),
        grant=sum((line.grant for line in lines), Decimal(0)),
        own=sum((line.own for line in lines), Decimal(0)),
    )


def targets_of(answers: Mapping[str, Mapping]) -> list[dict]:
    """The quantified targets, row by row."""
    return list(answers.get("targets", {}).get("targets") or ())


def stages_of(answers: Mapping[str, Mapping]) -> list[dict]:
    """The milestones in their order, each with the month by which it is due."""
    rows = answers.get("targets", {}).get("milestones") or ()
    return sorted(rows, key=lambda row: row.get("month") or 0)
