"""What a refused request must not leave behind."""

from contextlib import contextmanager

from django.db.models import Count

from funding.models import Budget, LedgerEntry
from notices.models import Notice
from records.desk import all_desks
from records.models import Attachment, AuditEvent, Deadline, Document


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
