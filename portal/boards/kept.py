"""Boards as they were drawn last, for as long as nothing has changed: most readings of a morning.

What is kept is one person's own page, never another's. It holds while neither the register nor the sums beside the
rows (``portal.models.Tally``) have a newer line, at most ``BOARDS_KEPT`` seconds and never past midnight: what moves
a case is in the register, what is counted is among the sums, and what is late changes with the day.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypedDict

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from accounts.models import User

NEWEST = "SELECT (SELECT max(id) FROM records_auditevent), (SELECT max(id) FROM portal_tally)"


class Drawn(TypedDict):
    """What of a board is kept: its heading, what its reader does next (label and address), and its figures as HTML."""

    title: str
    actions: list[tuple[str, str]]
    body: str


def kept(user: User, asked: Iterable[object], *, on: date, draw: Callable[[], Drawn]) -> Drawn:
    """The board that this person asks for by ``asked``: as it was drawn last, or drawn anew where anything changed."""
    if not settings.BOARDS_KEPT:
        return draw()
    key = _key(user.pk, sorted(user.roles), on, *_newest(), *asked)
    found: Drawn | None = cache.get(key)
    if found is None:
        cache.set(key, found := draw(), settings.BOARDS_KEPT)
    return found


def _newest() -> tuple[int | None, int | None]:
    with connection.cursor() as cursor:
        cursor.execute(NEWEST)
        return cursor.fetchone()


def _key(*parts: object) -> str:
    return f"board:{hashlib.sha256(repr(parts).encode()).hexdigest()}"
