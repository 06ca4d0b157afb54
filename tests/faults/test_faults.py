"""As many histories as a minute holds: nothing lost, nothing twice, no fen of difference."""

import pytest

from tests.faults.runs import run

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def bank(tmp_path, monkeypatch):
    monkeypatch.setenv("FAULTS_BANK", str(tmp_path / "bank.sqlite"))


def test_nothing_is_lost_and_nothing_happens_twice():
    done = run(histories=500, seed=1, seconds=60)

    assert done.findings == []
    assert done.histories >= 3
