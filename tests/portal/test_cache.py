"""A page does not fail because the cache is away: the process keeps its own meanwhile."""

import pytest

from portal.cache import PatientRedisCache

NOBODY = "redis://127.0.0.1:9/1"


@pytest.fixture(autouse=True)
def ask_at_once(monkeypatch):
    monkeypatch.setattr(PatientRedisCache, "away_until", 0.0)


def cache() -> PatientRedisCache:
    found = PatientRedisCache(NOBODY, {"OPTIONS": {"socket_connect_timeout": 1}})
    found.own.clear()
    return found


def test_what_is_kept_is_found_again_and_counted():
    ours = cache()

    ours.set("tries", 1, timeout=60)
    assert (ours.get("tries"), ours.incr("tries"), ours.get("other", 7)) == (1, 2, 7)
    assert ours.add("tries", 9) is False
    assert ours.set_many({"a": 1, "b": 2}) == []
    assert ours.get_many(["a", "b"]) == {"a": 1, "b": 2}
    ours.delete_many(["a"])
    assert (ours.has_key("a"), ours.delete("b"), ours.touch("tries")) == (False, True, True)
    ours.clear()
    assert ours.get("tries") is None


def test_an_absent_cache_is_asked_again_only_after_a_pause(caplog, monkeypatch):
    ours = cache()

    for _ in range(3):
        ours.get("anything")
    assert caplog.text.count("The cache is away") == 1
    monkeypatch.setattr("portal.cache.PAUSE", 0)
    PatientRedisCache.away_until = 0.0
    ours.get("anything")
    assert caplog.text.count("The cache is away") == 2
