"""The book laid out for paper: the chapters that ``read`` gives as blocks of plain data, ready to be set and kept."""

import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from institutes.book.core import Book, Section
from institutes.book.kinds import MultiChoice, Rows
from institutes.book.reading import Cell, Chapter, Item, read
from institutes.book.values import Answers, Setting
from records.words import paragraphs_of

NOTHING = "—"
SHORT = 22
"""Up to how many characters a fact shares its line with another."""
UNBROKEN = 6
"""Up to how many characters a cell of a table keeps on one line."""
DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
MARKED_DAY = re.compile(rf"({DAY.pattern})(（.+）)")
DENSE = 6
"""From how many columns on a table is set smaller."""

Pair = tuple[str, str]


def printed(book: Book, answers: Answers, setting: Setting) -> list[dict]:
    """Every chapter that is printed. What is confidential goes to the bureau alone and stands on no paper."""
    sections = {section.code: section for section in book.sections}
    return [
        {
            "code": chapter.code,
            "number": chapter.number,
            "title": str(chapter.title),
            "blocks": _blocks(sections[chapter.code], chapter, answers, setting),
        }
        for chapter in read(book, answers, setting)
    ]


def _blocks(section: Section, chapter: Chapter, answers: Answers, setting: Setting) -> list[dict]:
    found: list[dict] = []
    facts: list[Pair] = []
    for item in chapter.items:
        is_prose = item.is_long and bool(item.text)  # what was left empty needs no heading of its own
        if not (item.is_table or is_prose or isinstance(section.entry(item.path), MultiChoice)):
            facts.append((str(item.label), item.text or NOTHING))
            continue
        if facts:
            found.append(_facts(facts))
            facts = []
        found.append(_block(section, item, answers, setting))
    return [*found, _facts(facts)] if facts else found


def _block(section: Section, item: Item, answers: Answers, setting: Setting) -> dict:
    match entry := section.entry(item.path):
        case MultiChoice():
            return _ticks(entry, answers.get(section.code, {}).get(entry.code), setting)
        case Rows(stacked=True):
            return {"kind": "cards", "label": str(item.label), "cards": _cards(entry, item)}
    return _table(item, is_counted=isinstance(entry, Rows)) if item.is_table else _text(item)


def _facts(pairs: Sequence[Pair]) -> dict:
    return {"kind": "facts", "lines": _lines(pairs)}


def _lines(pairs: Iterable[Pair]) -> list[list[list[str]]]:
    """Facts by line: two that are short share one, a long one has its own."""
    lines: list[list[list[str]]] = []
    is_open = False
    for label, text in pairs:
        short = len(text) <= SHORT and len(label) <= SHORT // 2
        if short and is_open:
            lines[-1].append([label, text])
        else:
            lines.append([[label, text]])
        is_open = short and not is_open
    return lines


def _text(item: Item) -> dict:
    paragraphs = paragraphs_of(item.text)
    return {"kind": "text", "label": str(item.label), "paragraphs": paragraphs or [NOTHING]}


def _ticks(entry: MultiChoice, value: object, setting: Setting) -> dict:
    picked = set(entry.text(value))
    items = [{"label": str(label), "ticked": str(code) in picked} for code, label in entry.choices(setting)]
    return {"kind": "ticks", "label": str(entry.label), "items": items}


def _cards(entry: Rows, item: Item) -> list[dict]:
    """Each row as a small table of its own, under its first cell."""
    return [
        {
            "title": f"{entry.row_label or entry.label} {place}　{row[0].text}".strip(),
            "lines": _lines((str(cell.label), cell.text or NOTHING) for cell in row[1:]),
        }
        for place, row in enumerate(item.rows, 1)
    ]


def _table(item: Item, *, is_counted: bool) -> dict:
    return {
        "kind": "table",
        "label": str(item.label),
        "head": [label for label, _is_number in item.head],
        "rows": [[_cell(cell) for cell in row] for row in item.rows],
        "is_counted": is_counted,
        "is_dense": len(item.head) >= DENSE,
    }


def _cell(cell: Cell) -> dict:
    text = cell.text or NOTHING
    if marked := MARKED_DAY.fullmatch(text):
        return {"text": "\n".join(marked.groups()), "class": "by-line"}
    stays = len(text) <= UNBROKEN or DAY.fullmatch(text)
    return {"text": text, "class": "num" if cell.is_number else "nowrap" if stays else ""}


def annex_list(book: Book, files: Iterable[Mapping]) -> list[dict]:
    """The annexes in the order of the book, each with its size and the beginning of its hash."""
    places = {annex.code: place for place, annex in enumerate(book.annexes)}
    labels = {annex.code: str(annex.label) for annex in book.annexes}
    ordered = sorted(files, key=lambda file: (places.get(file["kind"], len(places)), file["id"]))
    return [
        {
            "label": labels.get(file["kind"], _("其他")),
            "name": file["name"],
            "size": file["size"],
            "sha256": file["sha256"][:16],
        }
        for file in ordered
    ]
