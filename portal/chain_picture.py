"""The picture of a chain as it is drawn: a tree from left to right, a column for each kind of thing. Pure.

Chain, segment, enterprise, institute, joint project: a box each, joined by lines. Every box leads somewhere, and the
same tree stands below the picture as a list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from unicodedata import east_asian_width

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BOX_WIDTH, BOX_HEIGHT = 196, 60
COLUMN, ROW = 236, 70
LINE_ROOM, LINES = 24, 2
"""How much of a name fits into a line, in half widths, and on how many lines; all of it is in the label."""


class Kind(StrEnum):
    """What a box stands for."""

    CHAIN = "chain"
    SEGMENT = "segment"
    LEADER = "leader"
    BACKBONE = "backbone"
    MORE = "more"
    INSTITUTE = "institute"
    GAP = "gap"
    PROJECT = "project"


WORDS: dict[Kind, str | Promise] = {
    Kind.CHAIN: _("产业链"),
    Kind.SEGMENT: _("环节"),
    Kind.LEADER: _("链主企业"),
    Kind.BACKBONE: _("骨干企业"),
    Kind.MORE: _("骨干企业"),
    Kind.INSTITUTE: _("研究院"),
    Kind.GAP: _("缺口"),
    Kind.PROJECT: _("联合攻关项目"),
}
COLUMNS = {
    Kind.CHAIN: 0,
    Kind.SEGMENT: 1,
    Kind.LEADER: 2,
    Kind.BACKBONE: 2,
    Kind.MORE: 2,
    Kind.INSTITUTE: 3,
    Kind.GAP: 3,
    Kind.PROJECT: 4,
}
LEGEND = (Kind.CHAIN, Kind.SEGMENT, Kind.LEADER, Kind.BACKBONE, Kind.INSTITUTE, Kind.GAP, Kind.PROJECT)


@dataclass(slots=True)
class Node:
    """A thing of the chain and what hangs on it."""

    kind: Kind
    label: str
    note: str = ""
    url: str = ""
    children: list["Node"] = field(default_factory=list)

    @property
    def word(self) -> str:
        return str(WORDS[self.kind])

    @property
    def said(self) -> str:
        """The box in a sentence, for whoever does not see where it stands."""
        return "，".join(part for part in (f"{self.word}：{self.label}", self.note) if part)


@dataclass(frozen=True, slots=True)
class Box:
    """A node with its place."""

    node: Node
    x: int
    y: int

    @property
    def lines(self) -> list[tuple[str, int]]:
        """The name in lines with the height of each, the last one cut where it does not fit."""
        found = broken(self.node.label)
        top = self.y + (22 if len(found) > 1 or self.node.note else 34)
        return [(line, top + 17 * at) for at, line in enumerate(found)]

    @property
    def note_y(self) -> int:
        return self.y + (54 if len(broken(self.node.label)) > 1 else 44)

    @property
    def text_x(self) -> int:
        return self.x + 9


@dataclass(frozen=True, slots=True)
class Picture:
    """All boxes and the lines between them, ready to be drawn."""

    boxes: tuple[Box, ...]
    edges: tuple[str, ...]
    width: int
    height: int


def laid_out(roots: Iterable[Node]) -> Picture:
    """Each leaf on a row of its own, each box beside the first that hangs on it: one reads on from the upper left."""
    boxes: list[Box] = []
    edges: list[str] = []
    rows = 0
    for root in roots:
        rows = _place(root, rows, boxes, edges)[1]
    columns = max((COLUMNS[box.node.kind] for box in boxes), default=0)
    return Picture(tuple(boxes), tuple(edges), columns * COLUMN + BOX_WIDTH + 2, max(rows, 1) * ROW)


def _place(node: Node, row: int, boxes: list[Box], edges: list[str]) -> tuple[Box, int]:
    """Places a node from this row on; says where it stands and which row is free next."""
    at, below, free = len(boxes), [], row
    for child in node.children:
        box, free = _place(child, free, boxes, edges)
        below.append(box)
    box = Box(node, COLUMNS[node.kind] * COLUMN + 1, row * ROW + (ROW - BOX_HEIGHT) // 2)
    boxes.insert(at, box)  # before what hangs on it: the order in which the picture is read
    edges.extend(_edge(box, each) for each in below)
    return box, max(free, row + 1)


def _edge(one: Box, other: Box) -> str:
    start, end = (one.x + BOX_WIDTH, one.y + BOX_HEIGHT // 2), (other.x, other.y + BOX_HEIGHT // 2)
    bend = start[0] + (COLUMN - BOX_WIDTH) // 2
    return (
        f"M{start[0]} {start[1]} C{bend} {start[1]} {bend} {end[1]} {bend + 20} {end[1]} L{end[0]} {end[1]}"
    )


def broken(label: str) -> list[str]:
    """A name in as many lines as it needs, at most two; what does not fit ends in an ellipsis."""
    lines, room = [""], LINE_ROOM
    for char in label:
        wide = 2 if east_asian_width(char) in "WFA" else 1
        if wide > room:
            if len(lines) == LINES:
                return [*lines[:-1], f"{lines[-1][:-1]}…"]
            lines.append("")
            room = LINE_ROOM
        lines[-1] += char
        room -= wide
    return lines


def walk(roots: Iterable[Node]) -> Iterator[Node]:
    """Every node, each before what hangs on it."""
    for root in roots:
        yield root
        yield from walk(root.children)
