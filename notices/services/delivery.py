"""The outbox leaves the building: claim (commit), send with no transaction open, record (commit).

A row that was claimed and never recorded belongs to a worker that died: after ``ABANDONED`` it is claimed
anew. So nothing is lost, and a message goes twice only if its worker died between sending and recording; both
then carry one ``Message-ID``. Several notices for one person that are due together go as one message.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from notices import policy
from notices.channels import OUTLETS, Line, OutOfService
from notices.enums import DeliveryStatus
from notices.models import Delivery
from notices.services.parcels import Office, leaves_at, message_of, needless, parcels
from records import clock

ABANDONED = timedelta(minutes=5)
BATCH, MOST_MORE = 50, 200
RELATED = ("notice__recipient__notice_preference", "notice__deadline", "bulletin__robot__organisation")
SECONDS_PER_BATCH = 200
"""A batch stops sending well before others may take its rows for abandoned."""


def deliver_pending(*, limit: int = 500) -> int:
    """Send up to ``limit`` waiting messages; returns how many went out. Any number of workers may do this."""
    sent = taken = 0
    office, closed, end = Office(), set[str](), monotonic() + SECONDS_PER_BATCH
    while (
        taken < limit and monotonic() < end and (batch := _claim(min(BATCH, limit - taken), without=closed))
    ):
        taken += len(batch)
        for channel, rows in groupby(
            sorted(batch, key=lambda row: (row.channel, row.pk)), lambda row: row.channel
        ):
            done, in_service = _send(channel, _sift(rows, office), office)
            sent += done
            if not in_service:
                closed.add(channel)
    return sent


@transaction.atomic
def _claim(limit: int, *, without: Collection[str]) -> list[Delivery]:
    """Take rows that no other worker has, in one short transaction; an attempt counts from here.

    ``without``: channels that were found closed; what goes by the others does not wait for them.
    """
    now = clock.database_now()
    due = Delivery.objects.due(now=now, abandoned_before=now - ABANDONED).exclude(channel__in=without)
    rows = due.select_for_update(of=("self",), skip_locked=True, no_key=True)
    rows = rows.select_related(*RELATED).order_by("next_try_at", "pk")
    batch = list(rows[:limit])
    if (
        len(batch) == limit
    ):  # what else is due for the same people goes with it, or they would be written to twice
        people = {row.of_a_person.recipient_id for row in batch if row.bulletin is None}
        others = rows.filter(notice__recipient__in=people).exclude(pk__in=[row.pk for row in batch])
        batch += others[:MOST_MORE]
    for row in batch:
        row.status, row.claimed_at, row.attempts = DeliveryStatus.SENDING, now, row.attempts + 1
    Delivery.objects.bulk_update(batch, ["status", "claimed_at", "attempts"])
    return batch


def _sift(rows: Iterable[Delivery], office: Office) -> list[Delivery]:
    """The rows to send now; of the others it is recorded why not, or when."""
    now, kept = clock.database_now(), []
    for row in rows:
        if reason := needless(row, office):
            _record(row, status=DeliveryStatus.DROPPED, last_error=reason)
        elif row.attempts > policy.ATTEMPTS:
            _record(row, status=DeliveryStatus.FAILED, last_error=row.last_error or "多次在发送途中中断")
        elif (moment := leaves_at(row, office)) > now:
            _record(row, status=DeliveryStatus.WAITING, next_try_at=moment, attempts=row.attempts - 1)
        else:
            kept.append(row)
    return kept


def _send(channel: str, rows: list[Delivery], office: Office) -> tuple[int, bool]:
    """Send the rows of one channel over one connection; returns how many went out and whether it was open."""
    if not rows:
        return 0, True
    started, sent, waiting = monotonic(), 0, iter(list(parcels(rows, office)))
    try:
        with OUTLETS[channel].line() as line:
            for parcel in waiting:
                sent += _send_one(line, parcel)
                if monotonic() - started > SECONDS_PER_BATCH:
                    break
    except OutOfService as closed:
        _put_back([row for parcel in waiting for row in parcel], str(closed), wait=timedelta(minutes=1))
        return sent, False
    _put_back([row for parcel in waiting for row in parcel], "", wait=timedelta(0))
    return sent, True


def _send_one(line: Line, parcel: list[Delivery]) -> int:
    """Send one message; returns how many rows went with it."""
    try:
        line.send(message_of(parcel))
    except Exception as error:  # whatever is wrong with one message must not keep the others waiting
        for row in parcel:
            _record_failure(row, f"{type(error).__name__}: {error}")
        return 0
    for row in parcel:
        _record(row, status=DeliveryStatus.SENT, sent_at=clock.database_now(), last_error="")
    return len(parcel)


def _record_failure(row: Delivery, error: str) -> None:
    wait = policy.wait_after(row.attempts)
    if wait is None:
        _record(row, status=DeliveryStatus.FAILED, last_error=error[:500])
        return
    next_try_at = clock.database_now() + wait
    _record(row, status=DeliveryStatus.WAITING, next_try_at=next_try_at, last_error=error[:500])


def _record(row: Delivery, **outcome: object) -> None:
    """Write the outcome, if the claim is still ours."""
    mine = Delivery.objects.filter(pk=row.pk, status=DeliveryStatus.SENDING, claimed_at=row.claimed_at)
    mine.update(claimed_at=None, **outcome)


def _put_back(rows: list[Delivery], error: str, *, wait: timedelta) -> None:
    """Give rows back untried: the attempt does not count, for the message is not to blame."""
    if not rows:
        return
    claimed_at: datetime | None = rows[0].claimed_at
    Delivery.objects.filter(
        pk__in=[row.pk for row in rows], status=DeliveryStatus.SENDING, claimed_at=claimed_at
    ).update(
        status=DeliveryStatus.WAITING,
        claimed_at=None,
        attempts=Greatest(F("attempts") - 1, 0),
        next_try_at=clock.database_now() + wait,
        last_error=error[:500],
    )
