"""What the migrations wrote (divisions, permissions, the system's user), and the way back to it.

Django's own way back empties every table and writes those thousand rows anew, one by one: for each test with real
transactions a second of work, of which all but a hundredth is for tables that the test never touched. Here a copy
of the rows is kept beside them, and only tables that hold anything else are put back.

In the same way more can be kept that many tests begin with: a city whose offices were founded through the services.
"""

import pickle
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import connection, transaction

BESIDE = "originals"
T = TypeVar("T")
_stages: dict[str, bytes] = {}


def keep(beside: str = BESIDE) -> None:
    """Copy what every table holds now: the database was just migrated, or was put back by the last test of an
    earlier run."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {beside} CASCADE")
        cursor.execute(f"CREATE SCHEMA {beside}")
        for table in _filled(cursor, _tables(cursor)):
            cursor.execute(f'CREATE TABLE {beside}."{table}" AS TABLE public."{table}"')


def stage(name: str, reach: Callable[[], T]) -> T:
    """Where many tests with real transactions begin. The first of this process gets there by ``reach``, through the
    services and pages as ever; the next find every row as it then was, and what ``reach`` gave, of their own."""
    if name in _stages:
        put_back(name)
    else:
        _stages[name] = pickle.dumps(reach())
        keep(name)
    return pickle.loads(_stages[name])


def put_back(beside: str = BESIDE) -> None:
    """Let every table hold again what it held when it was kept, whatever was committed since.

    Rows go and come without their triggers: what may never be deleted goes, too, and no order need be kept. Only
    an owner of the whole server may do so, as the tests are of theirs.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        kept = _kept(cursor, beside)
        for table in _filled(cursor, [name for name in _tables(cursor) if name not in kept]):
            cursor.execute(f'DELETE FROM public."{table}"')
        for table in kept:
            if _differs(cursor, table, beside):
                cursor.execute(f'DELETE FROM public."{table}"')
                cursor.execute(f'INSERT INTO public."{table}" TABLE {beside}."{table}"')


def _tables(cursor) -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _kept(cursor, beside: str) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [beside])
    return [name for (name,) in cursor.fetchall()]


def _filled(cursor, tables: Iterable[str]) -> list[str]:
    """Those of the tables that hold a row, asked in one query."""
    asked = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM public.\"{name}\")" for name in tables]
    cursor.execute(" UNION ALL ".join(asked))
    return [name for (name,) in cursor.fetchall()]


def _differs(cursor, table: str, beside: str) -> bool:
    now, then = f'TABLE public."{table}"', f'TABLE {beside}."{table}"'
    cursor.execute(f"SELECT EXISTS (({now} EXCEPT ALL {then}) UNION ALL ({then} EXCEPT ALL {now}))")
    return cursor.fetchone()[0]
