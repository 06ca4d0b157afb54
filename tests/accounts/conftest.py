"""What the tests of this room lean on."""

import pytest

from accounts import tasks
from tests.factories.accounts import AccountEditionFactory


@pytest.fixture
def limits(db):
    """The time limits, the lifetimes of links, and how safe accounts have to be."""
    return [AccountEditionFactory(kind=kind) for kind in ("time_limits", "letters", "security")]


@pytest.fixture
def rung(monkeypatch):
    """The ids for which the doorbell of letters was rung."""
    ids: list[int] = []
    monkeypatch.setattr(tasks.send_letter, "delay", ids.append)
    return ids
