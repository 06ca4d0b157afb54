"""What somebody who edits a section has seen of it: a version, and later ones that they made themselves."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """All up to ``base``, and the single ``known`` ones. As a page carries it: ``3``, or ``3.5`` where 4 is not seen.

    Without this a person's own saving would make them blind to what somebody else saved just before.
    """

    base: int = 0
    known: frozenset[int] = frozenset()

    @classmethod
    def of(cls, text: object) -> "Seen":
        """From what a page sent; what makes no sense counts as nothing seen."""
        parts = str(text).split(".")
        if not all(part.isdecimal() and len(part) < 10 for part in parts):
            return cls()
        return cls(int(parts[0]), frozenset(int(part) for part in parts[1:]))

    def covers(self, version: int) -> bool:
        return version <= self.base or version in self.known

    def plus(self, *versions: int) -> "Seen":
        """With further versions seen; gaps that close disappear."""
        base, known = self.base, self.known | set(versions)
        while base + 1 in known:
            base += 1
        return Seen(base, frozenset(version for version in known if version > base))

    def __str__(self) -> str:
        return ".".join(str(part) for part in (self.base, *sorted(self.known)))
