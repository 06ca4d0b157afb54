"""Eight people press at the same moment: one does it, the others are refused in words, nobody waits for good.

``RACE_ROUNDS`` says how often each command is raced; see docs/money.md.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from funding.models import LedgerEntry
from records.errors import Refusal
from tests.faults import books
from tests.faults.runs import with_bank
from tests.faults.world import person, settled
from tests.funding.races import RACES
from tests.funding.races_given_up import GIVEN_UP

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, PATIENCE = 8, 120
EVERY = RACES | GIVEN_UP
ROUNDS = int(os.environ.get("RACE_ROUNDS", "1"))


class Racers:
    """Threads that are kept, with their connections, from one round to the next."""

    def __init__(self):
        self.start, self.pool = Barrier(THREADS), ThreadPoolExecutor(THREADS)
        self.people = [person(f"racer-{n}") for n in range(THREADS)]

    def press(self, press, *, key=None, one=False) -> list[str]:
        """What each is told: done, nothing, or the refusal; with ``one`` the same person presses everywhere."""

        def told(n: int) -> str:
            connection.ensure_connection()
            self.start.wait(PATIENCE)
            who = 0 if one else n
            try:
                return "done" if press(by=self.people[who], key=key or uuid4(), n=who) else "nothing"
            except Refusal as refusal:
                return f"refused: {type(refusal).__name__}"

        return self._all(told)

    def close(self) -> None:
        def leave(_n: int) -> None:
            self.start.wait(PATIENCE)
            connection.close()

        self._all(leave)
        self.pool.shutdown()

    def _all(self, call) -> list:
        return [each.result(PATIENCE) for each in [self.pool.submit(call, n) for n in range(THREADS)]]


@pytest.fixture
def world():
    with with_bank(), settled() as made:
        yield made


@pytest.fixture
def racers(world):
    made = Racers()
    yield made
    made.close()


def entries_of(race) -> int:
    return LedgerEntry.objects.filter(kind=race.kind).count() if race.kind else 0


@pytest.mark.parametrize("name", EVERY)
def test_of_eight_who_press_one_does_it(world, racers, name):
    race = EVERY[name]
    for _round in range(ROUNDS):
        one_of_eight_people(race, race.make(world), racers)
        if race.keyed:
            eight_presses_with_one_key(race, race.make(world), racers)
    assert books.invariants() == []


def one_of_eight_people(race, press, racers):
    before = entries_of(race)
    told = racers.press(press)

    late = "nothing" if race.quiet else "refused"
    assert sorted(word.partition(":")[0] for word in told) == ["done", *[late] * (THREADS - 1)], told
    assert entries_of(race) - before == (1 if race.kind else 0)


def eight_presses_with_one_key(race, press, racers):
    before = entries_of(race)

    assert racers.press(press, key=uuid4(), one=True) == ["done"] * THREADS
    assert entries_of(race) - before == (1 if race.kind else 0)
