"""Work that two workers need not do at once: the second leaves it to the first.

Nothing depends on it for being right, for what is to be done is decided row by row. It saves the house from drawing
each paper twice while a sweep takes longer than the pause until the next.
"""

from collections.abc import Callable
from functools import wraps
from zlib import crc32

from django.db import connection

SPACE = 20_221_120
"""The first of the two numbers by which the database knows these locks; the other one is the work's."""


def alone(work: Callable[[], int | None]) -> Callable[[], int | None]:
    """Let ``work`` be done by one at a time in the whole house; whoever comes while it is done has done nothing."""
    number = number_of(work)

    @wraps(work)
    def done() -> int | None:
        if not _asked("SELECT pg_try_advisory_lock(%s, %s)", number):
            return 0
        try:
            return work()
        finally:
            _asked("SELECT pg_advisory_unlock(%s, %s)", number)

    return done


def number_of(work: Callable) -> int:
    """The number of this work among the locks, the same in every process."""
    return crc32(f"{work.__module__}.{work.__qualname__}".encode()) - 2**31


def _asked(sql: str, number: int) -> bool:
    """The lock is of this connection, and goes with it where the process dies."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [SPACE, number])
        return bool(cursor.fetchone()[0])
