"""How far a book is filled in: of what is asked as it stands, how much is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from institutes.book.core import Book, Section, rows_of
from institutes.book.kinds import Entry, Grid, Rows
from institutes.book.values import Answers, Setting


@dataclass(frozen=True, slots=True)
class Progress:
    """``filled`` of ``asked`` boxes and annexes."""

    filled: int = 0
    asked: int = 0

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(self.filled + other.filled, self.asked + other.asked)

    @property
    def is_full(self) -> bool:
        return self.filled == self.asked

    @property
    def percent(self) -> int:
        """Rounded down: a hundred means that nothing is missing."""
        return self.filled * 100 // self.asked if self.asked else 100


def progress_of(section: Section, answers: Answers, setting: Setting) -> Progress:
    """Of a section. A table counts the boxes of its rows; rows that are still asked for count once."""
    stored = answers.get(section.code, {})
    places = [is_there for entry in section.entries for is_there in _asked(entry, stored, setting)]
    return Progress(sum(places), len(places))


def _asked(entry: Entry, stored: Mapping, setting: Setting) -> Iterator[bool]:
    """For each place that must be filled in, whether it is."""
    match entry:
        case Rows():
            rows, (least, _most) = rows_of(stored, entry.code), entry.bounds(setting)
            if least:
                yield len(rows) >= least
            for row in rows:
                for column in entry.columns:
                    if column.is_required(row, setting):
                        yield row.get(column.code) is not None
        case Grid():
            cells, columns = stored.get(entry.code) or {}, entry.asked(setting, dict(stored))
            for line in entry.lines:
                if line.required:
                    yield from (cells.get(line.code, {}).get(column) is not None for column in columns)
        case _:
            if entry.is_required(dict(stored), setting):
                yield stored.get(entry.code) is not None


def annexes_progress(book: Book, answers: Answers, held: Mapping[str, int], setting: Setting) -> Progress:
    """Of the annexes: kinds that are asked for, and kinds of which there are enough."""
    needed = {annex.code: annex.needed(answers, setting) for annex in book.annexes}
    asked = {code: count for code, count in needed.items() if count}
    return Progress(sum(held.get(code, 0) >= count for code, count in asked.items()), len(asked))


def whole(book: Book, answers: Answers, held: Mapping[str, int], setting: Setting) -> Progress:
    """Of the whole book with its annexes."""
    sections = (progress_of(section, answers, setting) for section in book.sections)
    return sum(sections, annexes_progress(book, answers, held, setting))
