"""The draw itself: lots anybody can draw again with SHA-256 alone. Plain values only.

Everything that is hashed is JSON with sorted keys, no blanks and no escapes; ``static/verify_draw.py`` does the
same once more for outsiders, without a line of this file.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

from evaluation.policy.recusal import Candidate
from records.names import plain_name

TECHNICAL = "technical"


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
        return scarce + [TECHNICAL] * (self.size - len(scarce))

    def vacant(self, seated: Iterable[str]) -> list[str]:
        """The seats that are still to be filled beside those ``seated``."""
        return list((Counter(self.seats()) - Counter(seated)).elements())

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ball:
    """A candidate under the number that the public reads; the employer only as the number of a group."""

    ball: int
    seat: str
    fields: tuple[str, ...]
    employer: int
    outside_city: bool = False

    @classmethod
    def read(cls, facts: Mapping) -> "Ball":
        return cls(**{**facts, "fields": tuple(facts["fields"])})

    def as_dict(self) -> dict:
        return asdict(self) | {"fields": list(self.fields)}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Result of a draw: ``(seat, ball)`` in order, the seats nobody could fill, and the lot of every ball."""

    seats: tuple[tuple[str, int], ...]
    unfilled: tuple[str, ...]
    order: tuple[int, ...]


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON; of a text, of the text itself."""
    return hashlib.sha256(value.encode() if isinstance(value, str) else canonical(value)).hexdigest()


def tickets_of(candidates: Iterable[Candidate], *, salt: str) -> list[int]:
    """Which expert is which ball: ball n is the n-th of the list. The salt hides who is who."""
    return sorted((c.pk for c in candidates), key=lambda pk: digest(f"{salt}:{pk}"))


def employers_of(candidates: Iterable[Candidate]) -> dict[str, str]:
    """Each employer's plain name with the name it goes by among these: names that bear one code are one employer."""
    goes_by: dict[str, str] = {}

    def known_as(name: str) -> str:
        while goes_by.setdefault(name, name) != name:
            name = goes_by[name]
        return name

    of_code: dict[str, str] = {}
    for candidate in candidates:
        name, code = known_as(plain_name(candidate.employer)), plain_name(candidate.employer_code)
        if code:
            goes_by[name] = known_as(of_code.setdefault(code, name))
    return {name: known_as(name) for name in goes_by}


def balls_of(
    candidates: Sequence[Candidate], seated: Sequence[Candidate], tickets: Sequence[int]
) -> tuple[list[Ball], list[Ball]]:
    """Candidates and those already seated as balls; who is seated has a negative number, from −1 on.

    Employers are groups, numbered as they turn up in the order of the balls.
    """
    by_pk, numbers = {c.pk: c for c in candidates}, dict[str, int]()
    one_employer = employers_of([*candidates, *seated])

    def ball(number: int, c: Candidate) -> Ball:
        group = numbers.setdefault(one_employer[plain_name(c.employer)], len(numbers) + 1)
        return Ball(number, c.seat, tuple(c.fields), group, c.outside_city)

    pool = [ball(n, by_pk[pk]) for n, pk in enumerate(tickets, start=1)]
    return pool, [ball(-n, c) for n, c in enumerate(seated, start=1)]


def seed_of(*, commitment: str, nonce: str, beacon: str) -> str:
    """The seed: fixed by what was pledged, and by a value that nobody knew when it was pledged."""
    return digest(f"{commitment}:{nonce}:{beacon}")


def lots(balls: Iterable[int], *, seed: str) -> list[int]:
    """The order drawn: every ball has the lot SHA-256(seed:ball), the smallest comes first."""
    return sorted(balls, key=lambda ball: digest(f"{seed}:{ball}"))


def draw(pledge: Mapping, *, seed: str) -> Drawn:
    """Fill the seats that were pledged, by lot. The same pledge and seed give the same balls, on any machine."""
    pool = {facts["ball"]: Ball.read(facts) for facts in pledge["pool"]}
    order = lots(pool, seed=seed)
    return fill(
        [pool[ball] for ball in order],
        Composition(**pledge["composition"]),
        wanted=pledge["wanted"],
        seated=[Ball.read(facts) for facts in pledge["seated"]],
        field=pledge["field"],
    )


def fill(
    ranked: Sequence[Ball],
    composition: Composition,
    *,
    wanted: Sequence[str],
    seated: Sequence[Ball] = (),
    field: str = "",
) -> Drawn:
    """Give each seat to the first in order with whom all later seats can still be filled."""
    sitting, chosen, unfilled = list(seated), [], []
    for n, seat in enumerate(wanted):
        found = next_for(seat, ranked, sitting, composition, field, later=wanted[n + 1 :])
        if found is None:
            unfilled.append(seat)
        else:
            sitting.append(found)
            chosen.append((seat, found.ball))
    return Drawn(tuple(chosen), tuple(unfilled), tuple(ball.ball for ball in ranked))


def next_for(
    seat: str,
    ranked: Sequence[Ball],
    sitting: Sequence[Ball],
    composition: Composition,
    field: str,
    *,
    later: Sequence[str] = (),
) -> Ball | None:
    """The first in order who fits ``seat`` beside those sitting, and leaves the ``later`` seats possible."""
    for ball in ranked:
        fits = suits(ball, seat, field) and _is_free(ball, sitting, composition)
        if fits and is_possible(later, ranked, [*sitting, ball], composition, field):
            return ball
    return None


def suits(ball: Ball, seat: str, field: str) -> bool:
    """Whether a ball is of the seat's kind; a technical expert also of the field, where there is one."""
    return ball.seat == seat and (seat != TECHNICAL or not field or field in ball.fields)


def _is_free(ball: Ball, sitting: Sequence[Ball], composition: Composition) -> bool:
    colleagues = sum(other.employer == ball.employer for other in sitting)
    return all(ball.ball != other.ball for other in sitting) and colleagues < composition.per_employer_max


def is_possible(
    wanted: Sequence[str],
    pool: Sequence[Ball],
    sitting: Sequence[Ball],
    composition: Composition,
    field: str,
) -> bool:
    """Whether ``wanted`` can be filled within all bounds: some of the seats by outsiders, no employer too often."""
    outsiders = max(composition.outside_city_min - sum(b.outside_city for b in sitting), 0)
    free = [ball for ball in pool if _is_free(ball, sitting, composition)]
    for places in combinations(range(len(wanted)), outsiders):
        choices = [
            {b.employer for b in free if suits(b, seat, field) and (b.outside_city or n not in places)}
            for n, seat in enumerate(wanted)
        ]
        if _matched(choices):
            return True
    return False


def _matched(choices: Sequence[set[int]]) -> bool:
    """Whether every seat can have an employer of its own (augmenting paths)."""
    taken: dict[int, int] = {}

    def place(seat: int, tried: set[int]) -> bool:
        for employer in sorted(choices[seat] - tried):
            tried.add(employer)
            if employer not in taken or place(taken[employer], tried):
                taken[employer] = seat
                return True
        return False

    return all(place(seat, set()) for seat in range(len(choices)))
