"""What threatens a running project, on plain values: days that are over, days that come soon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Risk:
    """One day of a project that is over, or comes soon: ``days`` is how long ago, negative how far ahead."""

    what: str
    due_on: date
    days: int

    @property
    def is_late(self) -> bool:
        return self.days > 0

    @property
    def days_left(self) -> int:
        return max(-self.days, 0)


def risks(points: Iterable[tuple[str, date]], *, on: date, soon: int) -> list[Risk]:
    """Of what is owed, each with its day: what is late, and what is due within ``soon`` days, the oldest first."""
    found = [Risk(what, due_on, (on - due_on).days) for what, due_on in points]
    return sorted((one for one in found if one.days >= -soon), key=lambda one: (one.due_on, one.what))
