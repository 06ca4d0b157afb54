"""What these tests share: one city, founded once for each module."""

from collections.abc import Iterator

import pytest

from tests.house.conftest import made_once
from tests.portal.open_data.world import City, found_city

__all__ = ["made_once"]


@pytest.fixture(scope="module")
def city(made_once) -> Iterator[City]:
    with made_once():
        yield found_city()
