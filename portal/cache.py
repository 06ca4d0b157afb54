"""The cache on Redis, and what each process keeps by itself while Redis is away.

Nothing in the cache is the truth of anything, so its absence is no reason for a page to fail: what cannot be read is
worked out anew, and what is counted is counted within the process.
"""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
PAUSE = 5.0
"""Seconds for which a Redis that did not answer is not asked again, so that only one request waits for it."""


def _answered(name: str) -> Callable[..., Any]:
    """The method of the cache on Redis, answered by the process itself while Redis is away."""

    def method(self: "PatientRedisCache", *args: Any, **kwargs: Any) -> Any:
        if monotonic() >= PatientRedisCache.away_until:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                PatientRedisCache.away_until = monotonic() + PAUSE
                log.warning("The cache is away; this process keeps its own: %s", error)
        return getattr(self.own, name)(*args, **kwargs)

    method.__name__ = name
    return method


class PatientRedisCache(RedisCache):
    """Django's cache on Redis that never lets a page fail because Redis does."""

    away_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.own = LocMemCache(
            "portal-own", {key: value for key, value in params.items() if key != "OPTIONS"}
        )

    get = _answered("get")
    set = _answered("set")
    add = _answered("add")
    touch = _answered("touch")
    incr = _answered("incr")
    delete = _answered("delete")
    has_key = _answered("has_key")
    get_many = _answered("get_many")
    set_many = _answered("set_many")
    delete_many = _answered("delete_many")
    clear = _answered("clear")
