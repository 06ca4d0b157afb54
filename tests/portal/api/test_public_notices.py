"""Public notices by program: what stands on the public page, and nothing else."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from accounts.roles import Role
from accounts.services import issue_token
from records import clock
from tests.factories.accounts import person
from tests.factories.notices import (
    MONDAY,
    ObjectionFactory,
    PublicNoticeFactory,
    PublicNoticeItemFactory,
    publish_rules,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/public-notices/"


@pytest.fixture
def api() -> APIClient:
    publish_rules()
    return APIClient(HTTP_AUTHORIZATION=f"Token {issue_token(user=person(Role.TAX))}")


def test_notices_are_listed_the_newest_first_and_narrowed(api):
    old = PublicNoticeFactory(posted_at=MONDAY - timedelta(days=400), kind="evaluation")
    new = PublicNoticeFactory(posted_at=MONDAY)
    PublicNoticeItemFactory.create_batch(2, notice=new, name="示例甲院")

    def numbers(**asked) -> list[str]:
        return [row["number"] for row in api.get(URL, asked).json()["results"]]

    with clock.at(MONDAY):
        assert numbers() == [new.number, old.number]
        assert numbers(period="running") == numbers(q="甲院") == numbers(year=2026) == [new.number]
        assert numbers(kind="evaluation") == numbers(sort="number", year=2025) == [old.number]
        row = api.get(URL).json()["results"][0]
    assert (row["size"], row["is_running"], row["days_left"]) == (2, True, 5)
    assert "items" not in row


def test_one_notice_tells_its_items_as_the_page_does(api):
    with clock.at(MONDAY):
        notice = PublicNoticeFactory()
        first = PublicNoticeItemFactory(notice=notice, co_builders="示例大学\n示例研究所")
        stopped = PublicNoticeItemFactory(notice=notice, paused_on=MONDAY.date(), days_left=4)

        told = api.get(f"{URL}{notice.pk}/").json()

    assert (told["number"], told["title"], told["basis"]) == (notice.number, notice.title, notice.basis)
    assert (told["first_day"], told["last_day"]) == (str(notice.first_day), str(notice.last_day))
    assert [(row["id"], row["status"]) for row in told["items"]] == [
        (first.pk, "running"),
        (stopped.pk, "paused"),
    ]
    assert told["items"][0]["co_builders"] == ["示例大学", "示例研究所"]
    assert (told["items"][0]["host_name"], told["items"][0]["county"]) == (first.host_name, first.county)


def test_nothing_of_an_objection_is_told(api):
    objection = ObjectionFactory()

    told = api.get(f"{URL}{objection.item.notice_id}/").content.decode()

    assert objection.number not in told
    assert "objection" not in told


def test_nothing_is_written_by_it_and_strangers_are_turned_away(api):
    notice = PublicNoticeFactory()

    assert api.post(URL, {}).status_code == 405
    assert api.delete(f"{URL}{notice.pk}/").status_code == 405
    assert APIClient().get(URL).status_code == 401
