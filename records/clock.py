"""What time it is, for the whole portal.

A service reads the clock once and passes the moment on. ``at`` lets demo data and tests live at another
moment; it changes nothing outside the ``with`` block and other threads do not see it.

A demo may be ahead of the world: its days are lived one after the other within minutes (``live_days``), and what it is
ahead by stands in a file that all its processes read. Nobody else has such a file.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """This moment, aware."""
    return _set_to.get() or timezone.now() + ahead()


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
        return cursor.fetchone()[0] + ahead()


def ahead() -> timedelta:
    """By how much a demo is later than the world; nothing for everybody else."""
    if settings.CLOCK_AHEAD is None:
        return timedelta(0)
    try:
        return timedelta(seconds=float(settings.CLOCK_AHEAD.read_text()))
    except FileNotFoundError:
        return timedelta(0)


def go_to(moment: datetime) -> None:
    """Let it be ``moment`` in this demo from now on. A clock does not go back: refused where it is later already."""
    if settings.CLOCK_AHEAD is None:
        raise ValueError("Only a demo can be ahead of the world.")
    lead, so_far = moment - timezone.now(), ahead()
    if lead < so_far - timedelta(seconds=1):
        raise ValueError(f"It is later than {moment} already.")
    scratch = settings.CLOCK_AHEAD.with_suffix(".new")
    scratch.write_text(str(max(lead, so_far).total_seconds()))
    scratch.replace(settings.CLOCK_AHEAD)


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
