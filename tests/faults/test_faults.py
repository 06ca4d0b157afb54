"""As many histories as half a minute holds: nothing lost, nothing twice, no fen of difference. Each bug is found."""

import re

import pytest

from tests.faults.planted import PLANTS, SHOWN_BY
from tests.faults.runs import run

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_nothing_is_lost_and_nothing_happens_twice():
    done = run(histories=100, seed=1, seconds=25)

    assert done.findings == []
    assert done.histories >= 3


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_bug_is_found(plant):
    done = run(histories=200, seed=1, plant=plant)

    found = "；".join(words for _seed, said in done.findings for words in said)
    assert re.search(SHOWN_BY[plant], found), f"{done}: {found}"
