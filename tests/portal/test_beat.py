"""One timetable, however many keep it."""

import pytest
from django.db import DatabaseError

from portal import beat

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts():
    found = [beat.Post(), beat.Post()]
    yield found
    for post in found:
        post.leave()


def test_one_rings_and_the_other_takes_over_once_that_one_is_gone(posts):
    first, second = posts

    assert (beat.is_kept(), first.is_mine(), second.is_mine(), first.is_mine()) == (False, True, False, True)
    assert beat.is_kept()
    first.leave()
    assert (second.is_mine(), first.is_mine()) == (True, False)


def test_who_loses_the_connection_loses_the_post_and_says_nothing_worse(posts):
    first, second = posts
    assert first.is_mine()
    first.line.close()
    assert second.is_mine()

    assert first.is_mine() is False


def test_without_a_database_nobody_rings(posts, monkeypatch, caplog):
    def away(_alias):
        raise DatabaseError("away")

    monkeypatch.setattr(beat.connections, "create_connection", away)

    assert posts[0].is_mine() is False
    assert "waits for the database" in caplog.text


class Waiting:
    def is_mine(self) -> bool:
        return False


def test_who_waits_shows_that_it_lives_and_rings_nothing(tmp_path, monkeypatch):
    scheduler = beat.OneBeat.__new__(beat.OneBeat)
    scheduler.post, scheduler.schedule_filename = Waiting(), str(tmp_path / "beat")

    assert scheduler.tick() == beat.PAUSE
    assert [path.name for path in tmp_path.iterdir()] == ["beat-waits"]
