"""Taking turns about a unit: who grants or pays waits for who claims back, and the other way round."""

from collections.abc import Iterable

from django.db import connection

SHARED, ALONE = "pg_advisory_xact_lock_shared", "pg_advisory_xact_lock"


def hold_units(hosts: Iterable[int | None], *, alone: bool = False) -> None:
    """Hold the turn of these units until the transaction ends. Before any row is locked.

    Whoever approves, orders or pays shares the turn with others that do; whoever decides a clawback has it alone.
    So a decision is seen by every approval that commits after it.
    """
    with connection.cursor() as cursor:
        for host in sorted({host for host in hosts if host is not None}):
            cursor.execute(f"SELECT {ALONE if alone else SHARED}(hashtext(%s))", [f"funding.unit.{host}"])
