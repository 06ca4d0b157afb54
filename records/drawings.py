"""What a page of a PDF shows beside its text: pictures, and shapes that may be one (a logo, a seal, outlined letters).

Ruled lines and the boxes of tables are no picture, nor is a stroke or two. Whatever else is drawn nobody can search.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pypdf.generic import ContentStream, DictionaryObject, StreamObject

MOST_STROKES, MOST_BOXES, THIN = 8, 400, 1.0
CURVES = frozenset({b"c", b"v", b"y"})
FILLS = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"})
STROKES = frozenset({b"S", b"s"})


@dataclass(slots=True)
class Sight:
    """What was seen on a page so far. ``bent``: pieces of the present path that are neither upright nor level."""

    pictures: bool = False
    shapes: bool = False
    boxes: int = 0
    strokes: int = 0
    bent: int = 0
    at: tuple[float, float] = (0.0, 0.0)
    seen: set[int] = field(default_factory=set)

    def follow(self, operator: bytes, given: list) -> None:
        """One piece of a path, or what becomes of it."""
        if operator in CURVES:
            self.bent += 1
            self.at = _point(given[-2:])
        elif operator == b"m":
            self.at = _point(given)
        elif operator == b"l":
            there = _point(given)
            self.bent += all(abs(a - b) > THIN for a, b in zip(self.at, there, strict=True))
            self.at = there
        elif operator == b"re":
            self.boxes += min(abs(float(given[2])), abs(float(given[3]))) > THIN
        elif operator in FILLS | STROKES | {b"n"}:
            self._end(operator)

    def _end(self, operator: bytes) -> None:
        self.strokes += self.bent if operator in STROKES else 0
        filled = operator in FILLS and self.bent > 0
        self.shapes = self.shapes or filled or self.strokes > MOST_STROKES or self.boxes > MOST_BOXES
        self.bent = 0


def look_at(page, document) -> Sight:
    """Everything that the page draws, in forms, patterns and masks too."""
    sight, contents = Sight(), page.get_contents()
    if contents is not None:
        _look(contents, page.get("/Resources"), document, sight)
    return sight


def _look(contents: StreamObject, resources, document, sight: Sight) -> None:
    for given, operator in ContentStream(contents, document).operations:
        if operator in (b"INLINE IMAGE", b"BI", b"EI"):
            sight.pictures = True
        elif operator == b"sh":
            sight.shapes = True
        else:
            sight.follow(operator, given)
    for within in _drawn_by(dictionary(resources)):
        if within.get("/Subtype") == "/Image":
            sight.pictures = True
        elif id(within) not in sight.seen:
            sight.seen.add(id(within))
            _look(within, within.get("/Resources", resources), document, sight)


def _drawn_by(resources: DictionaryObject) -> Iterator[StreamObject]:
    """Forms and pictures, the tiles of patterns, what masks are made of, and the shapes of drawn fonts."""
    found = [*dictionary(resources.get("/XObject")).values(), *dictionary(resources.get("/Pattern")).values()]
    for state in dictionary(resources.get("/ExtGState")).values():
        found.append(dictionary(dictionary(state).get("/SMask")).get("/G"))
    for font in dictionary(resources.get("/Font")).values():
        found += dictionary(dictionary(font).get("/CharProcs")).values()
    for each in found:
        stream = each.get_object() if each is not None else None
        if isinstance(stream, StreamObject):
            yield stream


def dictionary(owner) -> DictionaryObject:
    """What ``owner`` is or refers to, empty where that is no dictionary."""
    found = owner.get_object() if hasattr(owner, "get_object") else owner
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _point(given: list) -> tuple[float, float]:
    return float(given[0]), float(given[1])
