"""Who must keep away from whose case. Plain values only."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert as the draw sees them. ``ties`` are what they had to do with whom, as far as it still counts:
    pairs of the ground (a code of the edition's recusals) and a unit's or a person's name."""

    pk: int
    seat: str
    fields: tuple[str, ...]
    employer: str
    outside_city: bool = False
    load: int = 0
    ties: tuple[tuple[str, str], ...] = ()
    name: str = ""
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose case it is: units (host and co-builders), the people it names, and the agency that runs the review.

    ``unwanted`` are the people and employers that the unit has asked to stay away.
    """

    units: frozenset[str]
    people: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()


def barred(candidate: Candidate, *, parties: Parties, load_cap: int) -> str:
    """Why a candidate may not judge a case of ``parties``; "" if they may.

    The reasons are codes of the edition's list of recusals, and ``load_cap``.
    """
    employer, name = candidate.employer.strip(), candidate.name.strip()
    if candidate.is_staff or employer in parties.agencies:
        return "staff"
    if employer in parties.units:
        return "same_employer"
    if ground := _tied(candidate.ties, parties):
        return ground
    if name in parties.people:
        return "named"
    if parties.unwanted & {name, employer}:
        return "requested"
    return "load_cap" if candidate.load >= load_cap else ""


def _tied(ties: Iterable[tuple[str, str]], parties: Parties) -> str:
    """The ground of the first tie to a unit or a person of the case."""
    others = parties.units | parties.people
    return next((ground for ground, whom in ties if whom.strip() in others), "")
