"""What every test may lean on."""

import gc

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase

from records import calendar
from tests import originals


def pytest_collection_modifyitems(items):
    """Tests with real transactions come last, after those without a database, too: they are the slow ones, and cores
    that take two at a time end together only where nothing quick is left behind them."""
    slow = {}
    for item in items:
        marker = item.get_closest_marker("django_db")
        asked = marker and marker.kwargs.get("transaction")
        if asked or {"transactional_db", "live_server"} & {*getattr(item, "fixturenames", ())}:
            slow[item] = None
    items[:] = [*(item for item in items if item not in slow), *slow]


def pytest_collection_finish():
    """Spare the collector of garbage the half million objects that were collected: all of them stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A test with real transactions leaves the rows that it found, and no others."""
    with django_db_blocker.unblock():
        originals.keep()
    TransactionTestCase._fixture_teardown = lambda case: originals.put_back()


@pytest.fixture(autouse=True)
def _empty_cache():
    """No test reads what another left in the cache, or at hand."""
    cache.clear()
    calendar.at_hand.clear()
