"""Reasons of a return, tied to the fields they are about."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounts.models import User
from institutes.models import Application, ReturnReason
from records.errors import Incomplete, Reason


def raise_reasons(
    application: Application, reasons: Iterable[Mapping[str, str]], *, by: User, at: datetime
) -> list[ReturnReason]:
    """Store why the book comes back: ``section``, ``field`` (or ""), ``text``; at least one, each with words."""
    rows = [
        ReturnReason(
            application=application,
            section=reason["section"],
            field=reason.get("field", ""),
            text=reason["text"].strip(),
            raised_at=at,
            raised_by=by,
        )
        for reason in reasons
    ]
    if not rows or not all(row.text and row.section for row in rows):
        raise Incomplete(Reason("退回须写明理由，并指明对应的栏目。", field="reasons"))
    return ReturnReason.objects.bulk_create(rows)
