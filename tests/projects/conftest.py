"""What tests of this room share: the editions, and papers that are not drawn."""

import pytest

from projects import tasks
from tests.factories.institutes import RecognitionEditionFactory
from tests.factories.notices import publish_rules
from tests.factories.projects import ProjectEditionFactory


@pytest.fixture
def edition(db):
    RecognitionEditionFactory()
    publish_rules()
    return ProjectEditionFactory()


@pytest.fixture
def rung(monkeypatch):
    """The lines of the register for whose papers somebody rang."""
    found = []
    monkeypatch.setattr(tasks.issue_paper, "delay", found.append)
    return found
