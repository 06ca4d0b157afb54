"""What a refused request must not leave behind."""

from contextlib import contextmanager

from django.db import connection
from django.db.models import Count

from funding.models import Budget, LedgerEntry
from notices.models import Notice
from records.desk import all_desks
from records.models import Attachment, AuditEvent, Deadline, Document

# Written by whoever only asks: who is signed in, what is remembered for a while.
ASKING = {"django_session", "portal_cache"}


def standing() -> dict:
    """Everything that a step of the business changes, in short."""
    return {
        "states": {
            desk.subject_type: dict(desk.model.objects.values_list("pk", "state")) for desk in all_desks()
        },
        "rows": {
            model.__name__: model.objects.aggregate(n=Count("pk"))["n"]
            for model in (AuditEvent, Notice, Document, Attachment, LedgerEntry)
        },
        "open": sorted(Deadline.objects.open().values_list("pk", "due_on", "holder_role")),
        "budgets": sorted(Budget.objects.values_list("pk", "total", "committed", "ordered", "paid")),
    }


@contextmanager
def nothing_changes():
    before = standing()
    yield
    assert standing() == before


def database() -> dict[str, tuple[int, str]]:
    """Every table of the database, with the number of its rows and a hash over all that stands in them."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - ASKING)
        counted = " UNION ALL ".join(
            f"SELECT '{table}', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t"
            for table in tables
        )
        cursor.execute(counted)
        return {table: (rows, digest or "") for table, rows, digest in cursor.fetchall()}


@contextmanager
def nothing_is_written():
    """Not one row of one table is written, changed or taken away."""
    before = database()
    yield
    after = database()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
