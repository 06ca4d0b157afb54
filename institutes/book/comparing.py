"""Two versions of a book, box by box."""

from dataclasses import dataclass

from institutes.book.core import Book, Section, cell_of, flatten, label_of
from institutes.book.values import Answers, Setting


@dataclass(frozen=True, slots=True)
class Difference:
    """A box that was changed between two versions, both values in words."""

    section: str
    path: str
    label: str
    old: str
    new: str


def compare(
    book: Book, old: Answers, new: Answers, setting: Setting, *, confidential: bool = False
) -> list[Difference]:
    """Box by box what differs between two versions, in the order of the book; see ``read`` for what is left out."""
    found = []
    for section in book.sections:
        if section.confidential and not confidential:
            continue
        before = flatten(section, old.get(section.code, {}))
        after = flatten(section, new.get(section.code, {}))
        for path in dict.fromkeys([*before, *after]):
            if before.get(path) != after.get(path):
                stored = new if path in after else old
                found.append(
                    Difference(
                        section.code,
                        path,
                        label_of(section, path, stored.get(section.code, {}), setting),
                        say(section, path, before.get(path), setting),
                        say(section, path, after.get(path), setting),
                    )
                )
    return found


def say(section: Section, path: str, value: object, setting: Setting) -> str:
    """The value at ``path`` for a reader."""
    cell = cell_of(section, path)
    return cell.say(value, setting) if cell and value is not None else ""
