"""What the house's tests share: the treasury in memory, and rows that are made once for many tests."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import override_settings

from funding.gateway import MemoryTreasury
from tests.house.rows import Rows, one_of_everything

TREASURY = "funding.gateway.MemoryTreasury"


@pytest.fixture(autouse=True)
def treasury(settings):
    """So that one test does not find the files of another."""
    settings.TREASURY_GATEWAY = TREASURY
    MemoryTreasury.files.clear()


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker):
    """A way to make rows once for all tests of a module, each of which looks at them in a transaction of its own."""

    @contextmanager
    def making() -> Iterator[None]:
        whole = transaction.atomic()
        whole._from_testcase = True  # as Django's test cases: what wants to be outermost may begin inside
        with django_db_blocker.unblock(), whole:
            try:
                with override_settings(TREASURY_GATEWAY=TREASURY):
                    yield
            finally:
                transaction.set_rollback(True)

    return making


@pytest.fixture(scope="module")
def house(made_once) -> Iterator[Rows]:
    """One of everything."""
    with made_once():
        yield one_of_everything()
