"""What every test of this room needs: the rules in force, a panel with its agency, doorbells that are only counted."""

import pytest

from accounts.roles import Role
from evaluation import tasks
from tests.factories.accounts import person
from tests.factories.evaluation import PanelFactory, ReviewEditionFactory, make_pool


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    """The doorbells of papers that were rung."""
    found = []
    monkeypatch.setattr(tasks.issue_paper, "delay", found.append)
    monkeypatch.setattr(tasks.scan_package, "delay", lambda pk: None)
    return found


@pytest.fixture
def edition(db):
    return ReviewEditionFactory()


@pytest.fixture
def panel(edition):
    """A panel to be drawn, its pool filled."""
    make_pool()
    return PanelFactory()


@pytest.fixture
def manager(panel):
    """Who runs the review at the panel's agency."""
    return person(Role.AGENCY, organisation=panel.agency)
