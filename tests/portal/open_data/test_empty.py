"""Open data of a portal in which nothing has happened yet."""

import pytest

from portal.selectors.open_data import DATASETS
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db


def test_an_empty_portal_has_empty_files_and_says_so(client):
    publish_rules()

    for name, dataset in DATASETS.items():
        lines = b"".join(client.get(f"/open-data/{name}.csv")).decode().splitlines()
        assert lines == ["\ufeff" + ",".join(dataset.names)]
        assert "还没有可以公开的记录" in client.get(f"/open-data/{name}/").content.decode()
    assert "尚无数据" in client.get("/open-data/").content.decode()
    assert "还没有日链头" in client.get("/open-data/register/").content.decode()
    assert client.get("/open-data/common-grants/awards").json()["items"] == []
