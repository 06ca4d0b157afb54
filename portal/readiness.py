"""What must stand before a request can be served: database, migrations, queue."""

from functools import cache
from typing import Any

from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import ChannelError
from kombu.exceptions import OperationalError as QueueError

from portal.celery import app


def readiness() -> dict[str, str]:
    """Each part by name, with "ok" or what is the matter."""
    database = database_answers()
    migrations = migrations_applied() if database == "ok" else "unknown"
    return {"database": database, "migrations": migrations, "queue": queue_answers()}


def database_answers() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return "unreachable"
    return "ok"


def migrations_applied() -> str:
    try:
        remember_that_all_are_applied()
    except LookupError as waiting:
        return str(waiting)
    return "ok"


@cache
def remember_that_all_are_applied() -> None:
    """Looks once: the code of a process does not change. Only a success is remembered."""
    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise LookupError(f"{len(waiting)} not applied")


def queue_depths() -> dict[str, int]:
    """How many messages wait in each queue that workers listen to; empty where it cannot be asked."""
    try:
        with app.connection_for_read() as queue, queue.channel() as channel:
            return {name: _waiting(channel, name) for name in app.amqp.queues}
    except (QueueError, OSError):
        return {}


def _waiting(channel: Any, name: str) -> int:
    """None at all where no message has made the queue yet."""
    try:
        return channel.queue_declare(queue=name, passive=True).message_count
    except ChannelError:
        return 0


def queue_answers() -> str:
    try:
        with app.connection_for_write() as queue:
            queue.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (QueueError, OSError):
        return "unreachable"
    return "ok"
