"""The versions of the policy's terms: what held from when until when, and what changed from one to the next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.policy.document import EDITION, PolicyFile
from portal.policy.reading import Number, edition_models, numbers_of
from portal.policy.text import Clause
from records.models import Edition


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that an edition names anew, says otherwise than the former one, or names no more."""

    number: Number
    before: str
    after: str

    @property
    def word(self) -> str:
        if not self.before:
            return "新增"
        return "调整" if self.after else "取消"


@dataclass(frozen=True, slots=True)
class Version:
    """An edition with its last day, where a later one follows, and with the one before it."""

    edition: Edition
    label: str
    until: date | None
    former: Edition | None

    @property
    def room(self) -> str:
        return self.edition._meta.app_label

    @property
    def code(self) -> str:
        """Its name in addresses: ``institutes-recognition-2022-01-19``."""
        return f"{self.room}-{self.edition.kind}-{self.edition.valid_from}"

    @property
    def former_code(self) -> str:
        return f"{self.room}-{self.former.kind}-{self.former.valid_from}" if self.former else ""

    def holds(self, on: date) -> bool:
        """Whether it is in force on that day."""
        return self.edition.valid_from <= on and (self.until is None or on <= self.until)

    @property
    def count(self) -> int:
        """How many numbers it names."""
        return len(self.edition.citations.keys() - {EDITION})

    def numbers(self, policy: PolicyFile) -> list[Number]:
        return list(numbers_of(self.edition, _clauses(policy)))

    def differences(self, policy: PolicyFile) -> list[Difference]:
        """What changed against the former edition; nothing where it is the first."""
        if self.former is None:
            return []
        clauses = _clauses(policy)
        before = {number.path: number for number in numbers_of(self.former, clauses)}
        after = {number.path: number for number in numbers_of(self.edition, clauses)}
        return [
            Difference(after.get(path) or before[path], _said(before.get(path)), _said(after.get(path)))
            for path in [*after, *(path for path in before if path not in after)]
            if _said(before.get(path)) != _said(after.get(path))
        ]


def versions(policy: PolicyFile) -> list[Version]:
    """All of them, the latest on top; of one day in the order of the policy file."""
    order = {(edition.room, edition.kind): place for place, edition in enumerate(policy.editions)}
    found = [version for model in edition_models() for version in _of(model)]
    found.sort(key=lambda one: order.get((one.room, one.edition.kind), len(order)))
    return sorted(found, key=lambda one: one.edition.valid_from, reverse=True)


def version_of(policy: PolicyFile, code: str) -> Version | None:
    """The one that goes by this name in addresses."""
    return next((one for one in versions(policy) if one.code == code), None)


def parse_day(said: str) -> date | None:
    """A day as an address says it; None where it says none.

    >>> parse_day("2022-01-19")
    datetime.date(2022, 1, 19)
    >>> parse_day("2022-02-30")
    """
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _of(model: type[Edition]) -> Iterator[Version]:
    """The editions of one room, each joined with its neighbours of the same kind."""
    rows = list(model._default_manager.order_by("kind", "valid_from"))
    for at, row in enumerate(rows):
        former = rows[at - 1] if at and rows[at - 1].kind == row.kind else None
        later = rows[at + 1] if at + 1 < len(rows) and rows[at + 1].kind == row.kind else None
        until = later.valid_from - timedelta(days=1) if later else None
        yield Version(row, row.citations.get(EDITION, {}).get("label", row.kind), until, former)


def _clauses(policy: PolicyFile) -> dict[str, Clause]:
    return {clause.number: clause for clause in policy.clauses}


def _said(number: Number | None) -> str:
    """What a number says; of a record that says nothing but that it is listed, that it is."""
    return (number.words or "列入") if number else ""
