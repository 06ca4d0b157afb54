"""What time it is, for the whole portal.

A service reads the clock once and passes the moment on. ``at`` lets demo data and tests live at another
moment; it changes nothing outside the ``with`` block and other threads do not see it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """This moment, aware."""
    return _set_to.get() or timezone.now()


def today() -> date:
    """The day it is in the portal's time zone (Asia/Shanghai)."""
    return timezone.localdate(now())


def database_now() -> datetime:
    """This moment by the database's own clock: the one that decides whether something came in time.

    ``now()`` of SQL would be the start of the transaction; ``clock_timestamp()`` is the moment of asking.
    """
    if moment := _set_to.get():
        return moment
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def is_set() -> bool:
    """Whether the clock is set to a moment of its own (demo data, tests)."""
    return _set_to.get() is not None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at ``moment``."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)
