"""Pure arithmetic of review: who may sit where, what the scores come to. Plain values only."""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert as the draw sees them. Name, former employers and staff matter for what bars them, not for the lot."""

    pk: int
    seat: str
    field: str
    employer: str
    outside_city: bool = False
    load: int = 0
    former_employers: tuple[str, ...] = ()
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


@dataclass(frozen=True, slots=True)
class Composition:
    """How a panel is made up: seats by kind, and the bounds on employers, outsiders and load (domain B1a)."""

    size: int
    technical_min: int
    finance_min: int
    management_min: int
    per_employer_max: int
    outside_city_min: int
    load_cap: int

    def seats(self) -> list[str]:
        """The seats to fill, the scarce ones first. What the minima leave open goes to technical experts."""
        scarce = ["finance"] * self.finance_min + ["management"] * self.management_min
        return scarce + ["technical"] * (self.size - len(scarce))

    def vacant(self, seated: Iterable[str]) -> list[str]:
        """The seats that are still to be filled beside those ``seated``."""
        return list((Counter(self.seats()) - Counter(seated)).elements())


@dataclass(frozen=True, slots=True)
class Drawn:
    """Result of a draw: ``(seat, expert)`` in order, the seats nobody could fill, and the lot of every candidate."""

    seats: tuple[tuple[str, int], ...]
    unfilled: tuple[str, ...]
    order: tuple[int, ...]


def barred(candidate: Candidate, *, parties: Parties, load_cap: int) -> str:
    """Why a candidate may not judge a case of ``parties``; "" if they may.

    The reasons are codes of the edition's list of recusals, and ``load_cap``.
    """
    employers = {candidate.employer.strip(), *(name.strip() for name in candidate.former_employers)}
    if candidate.is_staff or candidate.employer.strip() in parties.agencies:
        return "staff"
    if employers & parties.units:
        return "same_employer"
    if candidate.name.strip() in parties.people:
        return "named"
    if parties.unwanted & {candidate.name.strip(), candidate.employer.strip()}:
        return "requested"
    return "load_cap" if candidate.load >= load_cap else ""


def facts_of(candidates: Iterable[Candidate], *, salt: str) -> list[dict]:
    """What the draw looks at, fit to be kept in its record: no name, and the employer only as a salted hash."""
    return [
        {
            "pk": c.pk,
            "seat": c.seat,
            "field": c.field,
            "employer": hashlib.sha256(f"{salt}:{c.employer.strip()}".encode()).hexdigest()[:16],
            "outside_city": c.outside_city,
            "load": c.load,
        }
        for c in sorted(candidates, key=lambda c: c.pk)
    ]


def candidates_from(facts: Iterable[Mapping]) -> list[Candidate]:
    """The candidates of a record, as they stood when the lots were drawn."""
    return [Candidate(**fact) for fact in facts]


def pool_hash(facts: Sequence[Mapping]) -> str:
    """The fingerprint of the pool as it stood when the lots were drawn."""
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def draw(
    candidates: Sequence[Candidate],
    composition: Composition,
    *,
    seed: str,
    field: str = "",
    wanted: Sequence[str] | None = None,
    seated: Sequence[Candidate] = (),
) -> Drawn:
    """Fill the seats ``wanted`` (all, unless told) by lot. The same pool and seed give the same names, on any machine.

    Technical seats go first to experts of the ``field``; the outsiders that the composition asks for are
    seated before anybody else.
    """
    lot = random.Random(seed)
    ranked = sorted(candidates, key=lambda c: c.pk)
    lot.shuffle(ranked)
    to_fill = composition.seats() if wanted is None else list(wanted)
    sitting, chosen, unfilled = list(seated), [], []
    for left, seat in zip(range(len(to_fill), 0, -1), to_fill, strict=True):
        found = next_for(seat, ranked, sitting, composition, field, seats_left=left)
        if found is None:
            unfilled.append(seat)
        else:
            sitting.append(found)
            chosen.append((seat, found.pk))
    return Drawn(tuple(chosen), tuple(unfilled), tuple(c.pk for c in ranked))


def next_for(
    seat: str,
    ranked: Sequence[Candidate],
    seated: Sequence[Candidate],
    composition: Composition,
    field: str,
    *,
    seats_left: int = 1,
) -> Candidate | None:
    """The next in the order drawn who fits ``seat`` beside those ``seated``.

    Preferred is who is from outside where outsiders are still wanted, and of the field; an outsider is asked
    for where no other of the ``seats_left`` could still be given to one.
    """
    employers = Counter(c.employer for c in seated)
    taken = {c.pk for c in seated}
    fitting = [
        c
        for c in ranked
        if c.seat == seat and c.pk not in taken and employers[c.employer] < composition.per_employer_max
    ]
    outsiders_wanted = composition.outside_city_min - sum(c.outside_city for c in seated)
    if outsiders_wanted > 0:
        outsiders = [c for c in fitting if c.outside_city]
        fitting = outsiders if outsiders or outsiders_wanted >= seats_left else fitting
    return next((c for c in fitting if c.field == field), next(iter(fitting), None))


@dataclass(frozen=True, slots=True)
class Result:
    """What the locked scores come to."""

    score: Decimal
    spread: Decimal
    passed: bool
    flagged: bool
    dropped: int


def total_of(points: Mapping[str, Decimal]) -> Decimal:
    """An expert's total: the sum over the dimensions of the sheet."""
    return sum(points.values(), Decimal(0))


def aggregate(totals: Sequence[Decimal], terms: Mapping) -> Result:
    """The panel's score: with seven or more, without one highest and one lowest; else the plain mean.

    Rounded half up to the decimals of the edition, in this one place. Raises ``ValueError`` without totals:
    a missing score is never imputed.
    """
    if not totals:
        raise ValueError("no locked score")
    ordered = sorted(totals)
    trimmed = ordered[1:-1] if len(ordered) >= int(terms["trim_from"]) else ordered
    places = Decimal(1).scaleb(-int(terms["decimals"]))
    score = (sum(trimmed, Decimal(0)) / len(trimmed)).quantize(places, ROUND_HALF_UP)
    spread = ordered[-1] - ordered[0]
    return Result(
        score=score,
        spread=spread,
        passed=score >= Decimal(terms["pass_mark"]),
        flagged=spread > Decimal(terms["spread_flag"]),
        dropped=len(ordered) - len(trimmed),
    )
