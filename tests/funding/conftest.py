"""What the tests of money lean on: the treasury in memory, and the terms of the policy."""

import pytest

from funding import tasks
from funding.gateway import MemoryTreasury
from tests.factories.funding import load_terms


@pytest.fixture(autouse=True)
def treasury(settings):
    """The treasury's files by reference; empty before each test."""
    settings.TREASURY_GATEWAY = "funding.gateway.MemoryTreasury"
    MemoryTreasury.files.clear()
    MemoryTreasury.broken = MemoryTreasury.silent = False
    MemoryTreasury.absence_is_final = True
    yield MemoryTreasury
    MemoryTreasury.broken = MemoryTreasury.silent = False
    MemoryTreasury.absence_is_final = True


@pytest.fixture
def terms(db):
    load_terms()


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """Which doorbells rang, with which ids: the queue is not asked in tests."""
    calls: list[tuple[str, int]] = []
    for name in ("export_plan", "issue_papers", "issue_account_paper", "issue_clawback_paper"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda pk, name=name: calls.append((name, pk)))
    return calls
