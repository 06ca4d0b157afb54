"""Pure arithmetic of review: who may sit where, what the scores come to, what must be hidden. Plain values only."""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert as the draw sees them."""

    pk: int
    seat: str
    field: str
    employer: str
    former_employers: tuple[str, ...] = ()
    outside_city: bool = False
    load: int = 0


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
        """The seats to fill, in order. What the minima leave open goes to technical experts."""
        fixed = ["finance"] * self.finance_min + ["management"] * self.management_min
        return ["technical"] * (self.size - len(fixed)) + fixed


@dataclass(frozen=True, slots=True)
class Drawn:
    """Result of a draw: ``(seat, expert)`` in order, the seats nobody could fill, and the lot of every candidate."""

    seats: tuple[tuple[str, int], ...]
    unfilled: tuple[str, ...]
    order: tuple[int, ...]


def barred(candidate: Candidate, *, parties: Iterable[str], load_cap: int) -> str:
    """Why a candidate may not judge a case of ``parties`` (names of host and co-builders); "" if they may.

    The reasons are codes of the edition's recusal list.
    """
    names = {name.strip() for name in parties if name.strip()}
    if candidate.employer in names or names & set(candidate.former_employers):
        return "same_employer"
    if candidate.load >= load_cap:
        return "load_cap"
    return ""


def pool_hash(candidates: Sequence[Candidate]) -> str:
    """The fingerprint of the pool as it stood when the lots were drawn."""
    rows = sorted([c.pk, c.seat, c.field, c.employer, c.outside_city, c.load] for c in candidates)
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def draw(candidates: Sequence[Candidate], composition: Composition, *, seed: str, field: str = "") -> Drawn:
    """Fill the seats by lot. The same pool and seed give the same names, on any machine.

    Technical seats go first to experts of the ``field``; the outsiders that the composition asks for are
    seated before anybody else.
    """
    lot = random.Random(seed)
    ranked = sorted(candidates, key=lambda c: c.pk)
    lot.shuffle(ranked)
    seated: list[tuple[str, Candidate]] = []
    unfilled = []
    for seat in composition.seats():
        outsiders_wanted = composition.outside_city_min - sum(c.outside_city for _, c in seated)
        chosen = next_for(seat, ranked, [c for _, c in seated], composition, field, outsider=outsiders_wanted > 0)
        if chosen is None:
            unfilled.append(seat)
        else:
            seated.append((seat, chosen))
    return Drawn(
        seats=tuple((seat, c.pk) for seat, c in seated),
        unfilled=tuple(unfilled),
        order=tuple(c.pk for c in ranked),
    )


def next_for(
    seat: str,
    ranked: Sequence[Candidate],
    seated: Sequence[Candidate],
    composition: Composition,
    field: str,
    *,
    outsider: bool,
) -> Candidate | None:
    """The next in the order drawn who fits ``seat`` beside those ``seated``.

    Preferred is who is from outside where outsiders are still wanted, and of the field; where nobody is,
    the order alone decides.
    """
    employers = Counter(c.employer for c in seated)
    taken = {c.pk for c in seated}
    fitting = [
        c
        for c in ranked
        if c.seat == seat and c.pk not in taken and employers[c.employer] < composition.per_employer_max
    ]
    tests = (
        lambda c: c.outside_city and c.field == field,
        lambda c: c.outside_city,
        lambda c: c.field == field,
        lambda c: True,
    )
    for test in tests if outsider else tests[2:]:
        if found := next((c for c in fitting if test(c)), None):
            return found
    return None


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


def blind(value, replacements: Mapping[str, str]):
    """``value`` (text, or lists and mappings of it) with every string to hide replaced by its code.

    Longer strings are replaced first, so that a name inside a longer name leaves nothing behind.
    """
    if isinstance(value, str):
        for hidden in sorted(replacements, key=len, reverse=True):
            value = value.replace(hidden, replacements[hidden])
        return value
    if isinstance(value, Mapping):
        return {key: blind(item, replacements) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [blind(item, replacements) for item in value]
    return value
