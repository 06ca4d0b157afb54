"""What every test may lean on."""

import pytest
from django.core.cache import cache


def pytest_collection_modifyitems(items):
    """Give tests with real transactions the migrated rows back (divisions, the system's user) that a flush takes."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.fixture(autouse=True)
def _empty_cache():
    """No test reads what another left in the cache."""
    cache.clear()
