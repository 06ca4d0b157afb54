"""What every test may lean on."""

import gc

import pytest
from django.core.cache import cache

from records import calendar


def pytest_collection_modifyitems(items):
    """Give tests with real transactions the migrated rows back (divisions, the system's user) that a flush takes.

    All of them: the flush of one that did not ask would make rows anew which the next one finds twice. They come last,
    after those without a database, too: they are the slow ones, and cores that take two at a time end together only
    where nothing quick is left behind them.
    """
    slow = {}
    for item in items:
        marker = item.get_closest_marker("django_db")
        asked = marker and marker.kwargs.get("transaction")
        if asked or {"transactional_db", "live_server"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
            slow[item] = None
    items[:] = [*(item for item in items if item not in slow), *slow]


def pytest_collection_finish():
    """Spare the collector of garbage the half million objects that were collected: all of them stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _empty_cache():
    """No test reads what another left in the cache, or at hand."""
    cache.clear()
    calendar.at_hand.clear()
