"""The register's one writer, and its reader."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models

from records import clock
from records.context import request_id
from records.models import AuditEvent
from records.models.subject import subject_type


def record(verb: str, subject: models.Model, *, by, at: datetime | None = None, **said) -> AuditEvent:
    """Write one line: ``by`` did ``verb`` to ``subject``. What else was ``said`` is as in :func:`line`.

    Services are the only callers, within the transaction of what they do: no line without the deed, no deed
    without its line. Personal numbers and accounts do not belong into it.
    """
    event = line(verb, subject, by=by, at=at, **said)
    event.save()
    return event


def line(
    verb: str,
    subject: models.Model,
    *,
    by,
    at: datetime | None = None,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    **data,
) -> AuditEvent:
    """A line as it is to be written. ``data`` holds what else must be known, as plain values."""
    return AuditEvent(
        verb=verb,
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        subject_label=str(subject)[:200],
        actor=by,
        actor_label=str(by)[:120],
        at=at or clock.now(),
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        data=data,
        request_id=request_id.get(),
    )


def record_all(lines: Collection[AuditEvent]) -> None:
    """Write lines of one moment at once, in their order."""
    AuditEvent.objects.bulk_create(lines)


def chain_now() -> None:
    """Chain at once what this transaction has written so far, for whoever needs a hash before the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS records_auditevent_chain IMMEDIATE")
        cursor.execute("SET CONSTRAINTS records_auditevent_chain DEFERRED")


def history(subject: models.Model) -> models.QuerySet[AuditEvent]:
    """Every line about ``subject``, oldest first."""
    return AuditEvent.objects.about(subject).in_order()


def history_of(type_name: str, pk: int) -> models.QuerySet[AuditEvent]:
    """Every line about the subject so named, oldest first."""
    return AuditEvent.objects.filter(subject_type=type_name, subject_id=pk).in_order()


@dataclass(frozen=True, slots=True)
class Latest:
    """The last line about a kind of subject: where it stands in the chain, and its moment."""

    position: int
    at: datetime


def latest(types: Collection[str]) -> dict[str, Latest]:
    """The last chained line about each of these kinds of subjects, in one query; kinds without a line are left out.

    By position, which follows the order of commits: whoever reads rows after this misses no change up to it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT kind, line.position, line.at FROM unnest(%s::text[]) AS kind, LATERAL (
                SELECT position, at FROM records_auditevent
                WHERE subject_type = kind AND position IS NOT NULL ORDER BY position DESC LIMIT 1
            ) AS line
            """,
            [sorted(types)],
        )
        return {kind: Latest(position, at) for kind, position, at in cursor.fetchall()}


def verify_chain() -> list[int]:
    """Positions at which the chain does not hold; empty where nothing was edited or removed.

    The database computes the hashes anew in one pass. What was cut off at the end, or chained again as a
    whole, shows only against a head kept elsewhere: see :func:`head`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT broken FROM records_broken_links() ORDER BY broken")
        return [row[0] for row in cursor.fetchall()]


def head() -> tuple[int, str]:
    """Position and hash of the last chained line, to be kept outside of the portal; ``(0, "")`` when empty."""
    last = AuditEvent.objects.filter(position__isnull=False).order_by("-position").first()
    return (last.position, last.hash) if last else (0, "")
