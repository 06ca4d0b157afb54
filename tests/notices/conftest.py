"""What the tests of this room lean on."""

import pytest

from notices import tasks
from tests.factories.notices import publish_rules


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """The doorbells that were rung, instead of a queue."""
    found = []
    for name in ("deliver_pending", "issue_letter", "issue_public_notice"):
        monkeypatch.setattr(
            getattr(tasks, name), "delay", lambda *args, name=name: found.append((name, *args)), raising=True
        )
    return found


@pytest.fixture
def rules(db):
    publish_rules()
