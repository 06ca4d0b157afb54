"""What the tests of this room lean on."""

import pytest

from accounts import tasks
from tests.factories.accounts import AccountEditionFactory


@pytest.fixture
def limits(db):
    """The time limits and the lifetimes of links."""
    return [AccountEditionFactory(kind="time_limits"), AccountEditionFactory(kind="letters")]


@pytest.fixture
def rung(monkeypatch):
    """The ids for which the doorbell of letters was rung."""
    ids: list[int] = []
    monkeypatch.setattr(tasks.send_letter, "delay", ids.append)
    return ids
