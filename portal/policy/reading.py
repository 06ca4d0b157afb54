"""The numbers in force, as rows for readers: what, how much, by which clause, from when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from portal.policy.document import EDITION, PolicyFile
from portal.policy.text import Clause
from portal.policy.words import record_words, value_words
from records.models import Edition


@dataclass(frozen=True, slots=True)
class Number:
    """One term of an edition in force. ``clause`` is empty where the policy is silent."""

    edition: str
    valid_from: date
    group: str
    label: str
    words: str
    clause: Clause | None
    note: str
    path: str = ""

    @property
    def anchor(self) -> str:
        """Its place on the page of its edition."""
        return f"n-{self.path.replace('.', '-').replace('_', '-')}"

    @property
    def assumed(self) -> bool:
        return self.clause is None

    def mentions(self, text: str) -> bool:
        """Whether the reader's search finds it."""
        return (
            text.casefold()
            in " ".join((self.edition, self.group, self.label, self.words, self.note)).casefold()
        )


@dataclass(frozen=True, slots=True)
class Matter:
    """What one edition says under one heading by force of a clause: members of a list, and numbers."""

    edition: str
    group: str
    valid_from: date
    members: list[Number]
    numbers: list[Number]


def numbers_in_force(policy: PolicyFile, *, on: date) -> list[Number]:
    """Every number the portal carries out on that day, in the order of the policy file."""
    order = {(edition.room, edition.kind): place for place, edition in enumerate(policy.editions)}
    editions = [edition for model in edition_models() for edition in _in_force(model, on)]
    editions.sort(key=lambda edition: order.get((edition._meta.app_label, edition.kind), len(order)))
    clauses = {clause.number: clause for clause in policy.clauses}
    return [number for edition in editions for number in numbers_of(edition, clauses)]


def matters_by_clause(policy: PolicyFile, *, on: date) -> list[tuple[Clause, list[Matter]]]:
    """The text clause by clause, each with what is carried out under it."""
    numbers = numbers_in_force(policy, on=on)
    return [
        (clause, _matters([number for number in numbers if number.clause == clause]))
        for clause in policy.clauses
    ]


def _matters(numbers: list[Number]) -> list[Matter]:
    grouped: dict[tuple[str, str, date], list[Number]] = {}
    for number in numbers:
        grouped.setdefault((number.edition, number.group, number.valid_from), []).append(number)
    return [
        Matter(*heading, [row for row in rows if not row.words], [row for row in rows if row.words])
        for heading, rows in grouped.items()
    ]


def edition_models() -> list[type[Edition]]:
    """The models of all rooms whose rows are editions of the policy."""
    return [model for model in apps.get_models() if issubclass(model, Edition)]


def _in_force(model: type[Edition], on: date) -> QuerySet[Edition]:
    begun = model._default_manager.filter(valid_from__lte=on)
    return begun.order_by("kind", "-valid_from").distinct("kind")


def numbers_of(edition: Edition, clauses: dict[str, Clause]) -> Iterator[Number]:
    """Every number of one edition, in the order of the policy file."""
    grounds = sorted(
        ((path, ground) for path, ground in edition.citations.items() if path != EDITION),
        key=lambda item: item[1]["order"],
    )
    for path, ground in grounds:
        yield Number(
            edition=edition.citations[EDITION]["label"],
            valid_from=edition.valid_from,
            group=ground["group"],
            label=ground["label"],
            words=_words(_term_at(edition.terms, path), ground),
            clause=clauses.get(ground["clause"]),
            note=ground.get("note", ""),
            path=path,
        )


def _term_at(terms: dict, path: str) -> Any:
    """The term at ``scoring.pass_mark``, or the record at ``criteria.premises``."""
    node = terms
    for key in path.split("."):
        node = next(row for row in node if row["code"] == key) if isinstance(node, list) else node[key]
    return node


def _words(term: Any, ground: dict) -> str:
    if isinstance(term, dict):
        return record_words(term)
    return ground.get("shown") or value_words(term, ground.get("unit", ""))
