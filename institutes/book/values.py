"""What the book is read against, and what is found wrong in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from institutes import policy

Answers = Mapping[str, Mapping]
"""Section code → field code → stored value. Plain JSON: money and decimals are strings, days are ISO strings."""


class Malformed(ValueError):
    """What was typed cannot be such a value; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something missing or wrong, at the box ``path`` of a section."""

    section: str
    path: str
    label: str
    text: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Host:
    """What the portal itself knows of the unit that applies."""

    name: str = ""
    uscc: str = ""
    is_enterprise: bool = True
    in_city: bool = True
    chain_roles: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Former:
    """What the unit handed in the last time before, and for which year."""

    year: int
    answers: Answers


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of one application: the edition's terms, the call's days, the host, the chain map.

    ``options`` are the choices that come from tables: chains and segments, as ``(value, label)``.
    ``parents`` says which chain a segment belongs to. ``today`` is the day on which the book is read.
    ``former`` is the unit's last book before this one, where it has handed one in.
    """

    terms: Mapping
    closes_on: date
    year: int
    host: Host = field(default_factory=Host)
    options: Mapping[str, tuple[tuple[object, str], ...]] = field(default_factory=dict)
    parents: Mapping[int, int] = field(default_factory=dict)
    today: date | None = None
    former: Former | None = None

    @property
    def limits(self) -> Mapping:
        """The numbers of the edition that the book itself is checked by."""
        return self.terms["book"]

    @property
    def latest(self) -> date:
        """The last day on which something that has happened can have happened: today, at most the closing day."""
        return min(self.today, self.closes_on) if self.today else self.closes_on

    @property
    def recent_from(self) -> date:
        """From which day on a result counts as recent."""
        return policy.add_years(self.closes_on, -self.limits["recent_years"])

    def choices(self, source: str) -> tuple[tuple[object, str], ...]:
        """The choices named ``source``: of the chain map, or a list of the edition."""
        if source in self.options:
            return tuple(self.options[source])
        return tuple((entry["code"], entry["label"]) for entry in self.terms.get(source, ()))

    def label_of(self, source: str, value: object) -> str:
        return dict(self.choices(source)).get(value, str(value))
