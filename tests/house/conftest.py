"""The treasury in memory, so that one test does not find the files of another."""

import pytest

from funding.gateway import MemoryTreasury


@pytest.fixture(autouse=True)
def treasury(settings):
    settings.TREASURY_GATEWAY = "funding.gateway.MemoryTreasury"
    MemoryTreasury.files.clear()
