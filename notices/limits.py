"""How often something public may be tried: counted in the cache, each subject alone, so nobody locks others out."""

from django.core.cache import cache

from records.errors import Refusal

HOUR = 3600


class TooOften(Refusal):
    """It was tried too often."""

    code = "too-often"


def count_try(name: str, *, most: int, words: str = "尝试次数过多，请一小时后再试。") -> None:
    """Count one try of ``name``; raises ``TooOften`` after ``most``, until an hour has passed without one."""
    key = f"tries:{name}"
    tries = cache.get(key, 0) + 1
    if tries > most:
        raise TooOften(words)
    cache.set(key, tries, timeout=HOUR)
