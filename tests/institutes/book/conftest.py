"""The circumstances in which the rules of the book are asked."""

from datetime import date

import pytest

from institutes.book.values import Host, Setting
from tests.factories.institutes import policy_terms
from tests.institutes.book.words import HOST_CODE, HOST_NAME


@pytest.fixture
def setting():
    """Read on 1 December of a call that closes on the last day of 2026."""
    return Setting(
        terms=policy_terms(),
        closes_on=date(2026, 12, 31),
        year=2026,
        today=date(2026, 12, 1),
        host=Host(name=HOST_NAME, uscc=HOST_CODE),
        parents={10: 1, 20: 2},
    )
