"""One timetable for the house, however many processes are started to keep it.

Whoever holds the lock in the database rings; everybody else waits, and takes over once the lock is free: when that
process ends, dies, or loses its connection.
"""

import logging
from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler
from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)
LOCK = 20_221_119
"""The number by which the database knows this lock."""
PAUSE = 5.0
"""Seconds after which who waits looks again."""

_HELD = """
SELECT count(*), count(*) FILTER (WHERE pid = pg_backend_pid()) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %s
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class Post:
    """The place of the one who rings, held by a connection of its own for as long as that lives."""

    def __init__(self) -> None:
        self.line: BaseDatabaseWrapper | None = None

    def is_mine(self) -> bool:
        """Whether this process may ring: it holds the lock already, or takes it because it is free."""
        try:
            return self._still_held() or self._taken()
        except DatabaseError as error:
            log.warning("The timetable waits for the database: %s", error)
            self.leave()
            return False

    def _still_held(self) -> bool:
        if self.line is None:
            return False
        with self.line.cursor() as cursor:  # which may be a new line, without the lock of the one that broke
            cursor.execute(_HELD, [LOCK])
            return cursor.fetchone()[1] > 0

    def _taken(self) -> bool:
        self.leave()
        line = connections.create_connection(connection.alias)
        with line.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            taken = cursor.fetchone()[0]
        if taken:
            self.line = line
        else:
            line.close()
        return taken

    def leave(self) -> None:
        """Let another have it."""
        if self.line is not None:
            self.line.close()
            self.line = None


class OneBeat(PersistentScheduler):
    """Celery's keeper of the timetable, which rings only while the post is its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.post = Post()
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Ring for what is due; returns after how many seconds to look again."""
        if self.post.is_mine():
            return super().tick(*args, **kwargs)
        Path(f"{self.schedule_filename}-waits").touch()  # that it lives is all that its health check asks
        return PAUSE

    def close(self) -> None:
        super().close()
        self.post.leave()


def is_kept() -> bool:
    """Whether somebody keeps the timetable at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [LOCK])
        return cursor.fetchone()[0] > 0
