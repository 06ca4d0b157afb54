"""How alike two proposals read: shared runs of characters, as a share and as passages side by side.

What is compared is what was written: letters, digits and Chinese characters, whatever stands between them. A
*shingle* is a run of ``size`` of them. The share says how much of the shorter text stands in shingles that the other
has too: a paragraph that was moved, or a comma that was changed, is found all the same; single words are not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

HUNDRED = Decimal(100)
PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without what does not count, and for each character its place in the text as it was written."""

    text: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """The same words in two texts: where, and as each has them."""

    here: str
    there: str
    here_in: str
    there_in: str
    length: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of the shorter text the other has too, in per cent, and where."""

    share: Decimal
    passages: tuple[Passage, ...]


def plain(text: str) -> Plain:
    """What counts of a text."""
    kept = [(char.casefold(), place) for place, char in enumerate(text) if char.isalnum()]
    # Folding may make two letters of one: each keeps the place of the one it came from.
    spread = [(letter, place) for folded, place in kept for letter in folded]
    return Plain("".join(letter for letter, _place in spread), tuple(place for _letter, place in spread))


def shingles(text: str, size: int) -> Iterator[str]:
    """Every run of ``size`` characters of a plain text, in their order."""
    return (text[start : start + size] for start in range(len(text) - size + 1))


def compare(
    one: Mapping[str, str], other: Mapping[str, str], *, size: int, passage: int, common: str = ""
) -> Likeness:
    """Two proposals, part by part: each part of the one against every part of the other.

    ``passage`` is from how many characters in a row on a place is shown. ``common`` is what both may quote, the words
    of the guide: runs of it do not count.
    """
    mine, theirs = _plain_parts(one), _plain_parts(other)
    quoted = set(shingles(plain(common).text, size))
    covered = _covered_parts(mine, theirs, size, quoted)
    back = _covered_parts(theirs, mine, size, quoted)
    length, length_back = _length(mine), _length(theirs)
    shorter, total = (covered, length) if length <= length_back else (back, length_back)
    same = sum(sum(marks) for marks in shorter.values())
    share = (Decimal(same) * HUNDRED / total).quantize(PLACES) if total else Decimal("0.00")
    found = [
        Passage(one[code][here], other[theirs_code][there], code, theirs_code, length)
        for code, part in mine.items()
        for here, theirs_code, there, length in _runs(part, covered[code], theirs, passage)
    ]
    return Likeness(share, tuple(sorted(found, key=lambda each: -each.length)))


def _plain_parts(parts: Mapping[str, str]) -> dict[str, Plain]:
    return {code: plain(text) for code, text in parts.items() if text}


def _length(parts: Mapping[str, Plain]) -> int:
    return sum(len(part.text) for part in parts.values())


def _covered_parts(
    parts: Mapping[str, Plain], others: Mapping[str, Plain], size: int, quoted: set[str]
) -> dict[str, list[bool]]:
    """For each part, which of its characters stand in a shingle that one of the others has."""
    known = {shingle for other in others.values() for shingle in shingles(other.text, size)} - quoted
    return {code: _covered(part, known, size) for code, part in parts.items()}


def _covered(part: Plain, known: set[str], size: int) -> list[bool]:
    marks = [False] * len(part.text)
    for start, shingle in enumerate(shingles(part.text, size)):
        if shingle in known:
            marks[start : start + size] = [True] * size
    return marks


def _runs(
    part: Plain, marks: Sequence[bool], others: Mapping[str, Plain], least: int
) -> Iterator[tuple[slice, str, slice, int]]:
    """Places of at least ``least`` characters in a row that another part has word for word, the longest first tried."""
    start = 0
    while start < len(marks):
        if not marks[start]:
            start += 1
            continue
        found = _longest_from(part.text, start, others, least)
        if found is None:
            start += 1
            continue
        code, there, length = found
        other = others[code]
        yield (
            slice(part.places[start], part.places[start + length - 1] + 1),
            code,
            slice(other.places[there], other.places[there + length - 1] + 1),
            length,
        )
        start += length


def _longest_from(
    text: str, start: int, others: Mapping[str, Plain], least: int
) -> tuple[str, int, int] | None:
    """The longest run that begins here and stands in another part: in which, where, how long."""
    best: tuple[str, int, int] | None = None
    for code, other in others.items():
        place = other.text.find(text[start : start + least]) if start + least <= len(text) else -1
        while place >= 0:
            length = least
            while (
                start + length < len(text)
                and place + length < len(other.text)
                and text[start + length] == other.text[place + length]
            ):
                length += 1
            if best is None or length > best[2]:
                best = (code, place, length)
            place = other.text.find(text[start : start + least], place + 1)
    return best
