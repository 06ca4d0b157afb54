"""Who must keep away from whose case. Plain values only."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from records.names import plain_name


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert as the draw sees them. ``ties`` are what they had to do with whom, as far as it still counts:
    the ground (a code of the edition's recusals), a unit's or a person's name, and the unit's credit code or ""."""

    pk: int
    seat: str
    fields: tuple[str, ...]
    employer: str
    outside_city: bool = False
    load: int = 0
    ties: tuple[tuple[str, str, str], ...] = ()
    name: str = ""
    is_staff: bool = False
    employer_code: str = ""


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose case it is: units (host and co-builders), the people it names, and the agency that runs the review.

    ``unwanted`` are the people and employers that the unit has asked to stay away, ``codes`` the units' credit
    codes, ``agency_codes`` the agency's. All are kept in the form in which names are compared, however they were
    typed.
    """

    units: frozenset[str]
    people: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    agency_codes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for each in fields(self):
            plain = frozenset(plain_name(name) for name in getattr(self, each.name))
            object.__setattr__(self, each.name, plain - {""})

    def is_unit(self, name: str, code: str = "") -> bool:
        """Whether a unit of that plain name or code, or one whose code is written with its name, is of the case."""
        return name in self.units or code in self.codes or any(one in name for one in self.codes)

    def is_agency(self, name: str, code: str = "") -> bool:
        """Whether it is the agency that runs the review, by its plain name or its code."""
        return name in self.agencies or code in self.agency_codes


def barred(candidate: Candidate, *, parties: Parties, load_cap: int) -> str:
    """Why a candidate may not judge a case of ``parties``; "" if they may.

    The reasons are codes of the edition's list of recusals, and ``load_cap``.
    """
    employer, name = plain_name(candidate.employer), plain_name(candidate.name)
    code = plain_name(candidate.employer_code)
    if candidate.is_staff or parties.is_agency(employer, code):
        return "staff"
    if parties.is_unit(employer, code):
        return "same_employer"
    if ground := _tied(candidate.ties, parties):
        return ground
    if name in parties.people:
        return "named"
    if parties.unwanted & {name, employer}:
        return "requested"
    return "load_cap" if candidate.load >= load_cap else ""


def _tied(ties: Iterable[tuple[str, str, str]], parties: Parties) -> str:
    """The ground of the first tie to a unit or a person of the case."""
    found = (ground for ground, whom, code in ties if _is_party(plain_name(whom), plain_name(code), parties))
    return next(found, "")


def _is_party(name: str, code: str, parties: Parties) -> bool:
    return name in parties.people or parties.is_unit(name, code)
