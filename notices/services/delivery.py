"""The outbox leaves the building: claim (commit), send with no transaction open, record (commit).

A row that was claimed and never recorded belongs to a worker that died: after ``ABANDONED`` it is claimed
anew. So nothing is lost, and a message goes twice only if its worker died between sending and recording; both
then carry one ``Message-ID``.
"""

from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from notices import policy
from notices.channels import OUTLETS, Line, Message, OutOfService
from notices.enums import DeliveryStatus
from notices.models import Delivery, Notice
from records import clock

ABANDONED = timedelta(minutes=5)
BATCH = 50
SECONDS_PER_BATCH = 200
"""A batch stops sending well before others may take its rows for abandoned."""


def deliver_pending(*, limit: int = 500) -> int:
    """Send up to ``limit`` waiting messages; returns how many went out. Any number of workers may do this."""
    sent = taken = 0
    while taken < limit and (batch := _claim(min(BATCH, limit - taken))):
        taken += len(batch)
        for channel, rows in groupby(
            sorted(batch, key=lambda row: (row.channel, row.pk)), lambda row: row.channel
        ):
            done, in_service = _send(channel, list(rows))
            sent += done
            if not in_service:
                return sent
    return sent


@transaction.atomic
def _claim(limit: int) -> list[Delivery]:
    """Take rows that no other worker has, in one short transaction; an attempt counts from here."""
    now = clock.database_now()
    due = Delivery.objects.due(now=now, abandoned_before=now - ABANDONED)
    rows = due.select_for_update(of=("self",), skip_locked=True, no_key=True)
    batch = list(
        rows.select_related("notice__recipient", "notice__deadline").order_by("next_try_at", "pk")[:limit]
    )
    for row in batch:
        row.status, row.claimed_at, row.attempts = DeliveryStatus.SENDING, now, row.attempts + 1
    Delivery.objects.bulk_update(batch, ["status", "claimed_at", "attempts"])
    return batch


def _send(channel: str, rows: list[Delivery]) -> tuple[int, bool]:
    """Send the rows of one channel over one connection; returns how many went out and whether it was open."""
    started, sent, waiting = monotonic(), 0, iter(rows)
    try:
        with OUTLETS[channel].line() as line:
            for row in waiting:
                sent += _send_one(line, row)
                if monotonic() - started > SECONDS_PER_BATCH:
                    break
    except OutOfService as closed:
        _put_back(list(waiting), str(closed), wait=timedelta(minutes=1))
        return sent, False
    _put_back(list(waiting), "", wait=timedelta(0))
    return sent, True


def _send_one(line: Line, row: Delivery) -> bool:
    if reason := needless(row.notice):
        _record(row, status=DeliveryStatus.DROPPED, last_error=reason)
        return False
    if row.attempts > policy.ATTEMPTS:
        _record(row, status=DeliveryStatus.FAILED, last_error=row.last_error or "多次在发送途中中断")
        return False
    try:
        line.send(message_of(row))
    except Exception as error:  # whatever is wrong with one message must not keep the others waiting
        _record_failure(row, f"{type(error).__name__}: {error}")
        return False
    _record(row, status=DeliveryStatus.SENT, sent_at=clock.database_now(), last_error="")
    return True


def needless(notice: Notice) -> str:
    """Why the message need not leave the building any more; empty where it still says what the person should know."""
    person, deadline = notice.recipient, notice.deadline
    if not (person.is_active and person.email):
        return "收件人已停用或没有邮箱"
    if deadline is None:
        return ""
    if deadline.met_at is not None:
        return "所涉事项已办结"
    if notice.replaced_at is not None:
        return "已有新的提醒"
    is_stale = deadline.paused_on is not None or not notice.occasion.endswith(str(deadline.due_on))
    return "期限已中止或改期" if notice.offset is not None and is_stale else ""


def message_of(row: Delivery) -> Message:
    """What is sent: plain values, read before."""
    notice = row.notice
    link = notice.link or notice.get_absolute_url()
    return Message(
        reference=f"delivery-{row.pk}",
        to=notice.recipient.email,
        name=notice.recipient.name,
        title=notice.title,
        body=notice.body,
        url=link if link.startswith("http") else settings.PORTAL_URL + link,
    )


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
