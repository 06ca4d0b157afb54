"""Two versions of the book side by side: boxes, whole rows that came or went, annexes, and why it was returned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from institutes.book.core import ANNEXES, Book, Section, cell_of, flatten, label_of, rows_of
from institutes.book.kinds import Entry, Field, Rows
from institutes.book.reading import Reader
from institutes.book.values import Answers, Setting

SAME, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"
Reasons = Mapping[tuple[str, str], Sequence[str]]
"""Why it was returned, by section and entry."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two versions: its answers, its annexes, and the setting in which it is read."""

    answers: Answers
    files: Sequence[Mapping]
    setting: Setting


@dataclass(frozen=True, slots=True)
class Contrast:
    """A box, a row or an annex in both versions, in words. ``kind`` says what became of it."""

    path: str
    label: str
    old: str
    new: str
    kind: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it is compared."""

    code: str
    number: str
    title: str | Promise
    lines: tuple[Contrast, ...]

    @property
    def changes(self) -> int:
        return sum(1 for line in self.lines if line.kind != SAME)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two versions are compared, and for whom: ``whole`` keeps what did not change."""

    old: Side
    new: Side
    whole: bool = False
    discreet: bool = False
    reasons: Reasons | None = None

    def say(self, side: Side, section: Section, path: str, value: object) -> str:
        cell = cell_of(section, path)
        return Reader(side.setting, discreet=self.discreet).say(cell, value) if cell else ""

    def about(self, section: str, entry: str) -> tuple[str, ...]:
        return tuple((self.reasons or {}).get((section, entry), ()))


def contrast(book: Book, asked: Comparison, *, confidential: bool = False) -> list[Part]:
    """Every section with something to show, in the order of the book, the annexes last."""
    parts = [
        Part(section.code, section.number, section.title, tuple(_section(section, asked)))
        for section in book.sections
        if confidential or not section.confidential
    ]
    parts.append(Part(ANNEXES, "", _("附件"), tuple(_annexes(book, asked))))
    return [part for part in parts if part.lines]


def _section(section: Section, asked: Comparison) -> Iterator[Contrast]:
    old, new = (side.answers.get(section.code, {}) for side in (asked.old, asked.new))
    for entry in section.entries:
        about = asked.about(section.code, entry.code)
        compare = _rows if isinstance(entry, Rows) else _boxes
        every = list(compare(section, entry, old, new, asked))
        lines = [line for line in every if asked.whole or line.kind != SAME]
        if about and not lines:
            single = every if isinstance(entry, Field) else []
            lines = single or [Contrast(entry.code, str(entry.label), "", "", SAME)]
        for place, line in enumerate(lines):
            yield _with(line, about) if place == 0 else line


def _with(line: Contrast, about: tuple[str, ...]) -> Contrast:
    return Contrast(line.path, line.label, line.old, line.new, line.kind, about)


def _boxes(
    section: Section, entry: Entry, old: Mapping, new: Mapping, asked: Comparison
) -> Iterator[Contrast]:
    """The boxes of a field or a grid."""
    before, after = (
        {path: value for path, value in flatten(section, stored).items() if path.split("-")[0] == entry.code}
        for stored in (old, new)
    )
    for path in dict.fromkeys([*before, *after]):
        side, stored = (asked.new, new) if path in after else (asked.old, old)
        yield Contrast(
            path,
            label_of(section, path, stored, side.setting),
            asked.say(asked.old, section, path, before.get(path)),
            asked.say(asked.new, section, path, after.get(path)),
            SAME if before.get(path) == after.get(path) else CHANGED,
        )


def _rows(section: Section, entry: Rows, old: Mapping, new: Mapping, asked: Comparison) -> Iterator[Contrast]:
    """Rows by their key: those that came or went as a whole, of the others the boxes that were changed."""
    before = {row["key"]: (place, row) for place, row in enumerate(rows_of(old, entry.code), 1)}
    after = {row["key"]: (place, row) for place, row in enumerate(rows_of(new, entry.code), 1)}
    for key in dict.fromkeys([*before, *after]):
        place, _row = after.get(key) or before[key]
        path, label = f"{entry.code}-{key}", _("%(label)s 第 %(n)s 行") % {"label": entry.label, "n": place}
        then = _row_said(section, entry, before[key][1], asked.old, asked) if key in before else ""
        now = _row_said(section, entry, after[key][1], asked.new, asked) if key in after else ""
        if key not in after:
            yield Contrast(path, label, then, "", REMOVED)
        elif key not in before:
            yield Contrast(path, label, "", now, ADDED)
        elif before[key][1] == after[key][1]:
            yield Contrast(path, label, then, now, SAME)
        else:
            yield from _cells(section, entry, key, (before[key][1], after[key][1]), new, asked)


def _cells(
    section: Section, entry: Rows, key: str, rows: tuple[Mapping, Mapping], stored: Mapping, asked: Comparison
) -> Iterator[Contrast]:
    old, new = rows
    for column in entry.columns:
        if old.get(column.code) != new.get(column.code):
            path = f"{entry.code}-{key}-{column.code}"
            yield Contrast(
                path,
                label_of(section, path, stored, asked.new.setting),
                asked.say(asked.old, section, path, old.get(column.code)),
                asked.say(asked.new, section, path, new.get(column.code)),
                CHANGED,
            )


def _row_said(section: Section, entry: Rows, row: Mapping, side: Side, asked: Comparison) -> str:
    cells = (
        (column, asked.say(side, section, f"{entry.code}-{row['key']}-{column.code}", row.get(column.code)))
        for column in entry.columns
    )
    return "；".join(f"{column.label}：{text}" for column, text in cells if text)


def _annexes(book: Book, asked: Comparison) -> Iterator[Contrast]:
    """Annexes by kind: the same bytes are the same file, a new one stands beside the one it came for."""
    kinds = [annex.code for annex in book.annexes]
    strange = {file["kind"] for side in (asked.old, asked.new) for file in side.files} - set(kinds)
    for kind in [*kinds, *sorted(strange)]:
        annex, about = book.annex(kind), asked.about(ANNEXES, f"annex-{kind}")
        label = str(annex.label) if annex else kind
        lines = list(_files(kind, label, asked))
        shown = [line for line in lines if asked.whole or line.kind != SAME or about]
        for place, line in enumerate(shown):
            yield _with(line, about) if place == 0 else line


def _files(kind: str, label: str, asked: Comparison) -> Iterator[Contrast]:
    old, new = ([f for f in side.files if f["kind"] == kind] for side in (asked.old, asked.new))
    kept = {file["sha256"] for file in old} & {file["sha256"] for file in new}
    gone, come = ([f for f in files if f["sha256"] not in kept] for files in (old, new))
    for file in old:
        if file["sha256"] in kept:
            yield Contrast(f"annex-{kind}", label, _file_said(file), _file_said(file), SAME)
    for place in range(max(len(gone), len(come))):
        then = _file_said(gone[place]) if place < len(gone) else ""
        now = _file_said(come[place]) if place < len(come) else ""
        yield Contrast(
            f"annex-{kind}", label, then, now, CHANGED if then and now else REMOVED if then else ADDED
        )


def _file_said(file: Mapping) -> str:
    return _("%(name)s（SHA-256 %(hash)s）") % {"name": file["name"], "hash": file["sha256"][:12]}
