"""One after the other where there is no row yet to lock: what must be single waits under a name."""

from django.db import connection


def take_turns(name: str) -> None:
    """Wait until nobody else works under this name, and hold it to the end of the transaction.

    So the second of two who do the same finds what the first did, and is told in words. Taken before any row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
