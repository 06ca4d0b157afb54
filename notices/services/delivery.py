"""The outbox leaves the building: claim (commit), send with no transaction open, record (commit).

A row that was claimed and never recorded belongs to a worker that died: after ``ABANDONED`` it is claimed
anew. So nothing is lost, and a message goes twice only if its worker died between sending and recording; both
then carry one ``Message-ID``. Several notices for one person that are due together go as one message.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from notices import policy
from notices.channels import OUTLETS, Line, Message, OutOfService, Part
from notices.enums import DeliveryStatus, MailChoice
from notices.models import Delivery, Notice, Preference, ReminderEdition
from notices.models.edition import REMINDERS
from records import clock

ABANDONED = timedelta(minutes=5)
BATCH = 50
SECONDS_PER_BATCH = 200
"""A batch stops sending well before others may take its rows for abandoned."""


def deliver_pending(*, limit: int = 500) -> int:
    """Send up to ``limit`` waiting messages; returns how many went out. Any number of workers may do this."""
    sent = taken = 0
    office, end = Office(), monotonic() + SECONDS_PER_BATCH
    while taken < limit and monotonic() < end and (batch := _claim(min(BATCH, limit - taken))):
        taken += len(batch)
        for channel, rows in groupby(
            sorted(batch, key=lambda row: (row.channel, row.pk)), lambda row: row.channel
        ):
            done, in_service = _send(channel, _sift(rows, office), office)
            sent += done
            if not in_service:
                return sent
    return sent


class Office:
    """What the office requires of mail on this day; read when the first message asks."""

    @cached_property
    def terms(self) -> Mapping[str, Any]:
        return ReminderEdition.objects.in_force(REMINDERS, clock.today()).terms["mail"]

    def is_legal(self, notice: Notice) -> bool:
        """Whether it has legal effect: it goes at once, alone, and whatever its reader chose."""
        return notice.event in self.terms["legal"]


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


def _sift(rows: Iterable[Delivery], office: Office) -> list[Delivery]:
    """The rows to send now; of the others it is recorded why not, or when."""
    now, kept = clock.database_now(), []
    for row in rows:
        if reason := needless(row.notice, office):
            _record(row, status=DeliveryStatus.DROPPED, last_error=reason)
        elif row.attempts > policy.ATTEMPTS:
            _record(row, status=DeliveryStatus.FAILED, last_error=row.last_error or "多次在发送途中中断")
        elif (moment := mail_at(row.notice, office)) > now:
            _record(row, status=DeliveryStatus.WAITING, next_try_at=moment, attempts=row.attempts - 1)
        else:
            kept.append(row)
    return kept


def _parcels(rows: list[Delivery], office: Office) -> Iterator[list[Delivery]]:
    """What goes into one message each: several for one person together, what has legal effect alone."""
    people: dict[int, list[Delivery]] = {}
    for row in rows:
        if office.is_legal(row.notice):
            yield [row]
        else:
            people.setdefault(row.notice.recipient_id, []).append(row)
    for mine in people.values():
        least = 2 if _choice(mine[0].notice).mail == MailChoice.DAILY else office.terms["gather_from"]
        yield from [mine] if len(mine) >= least else [[row] for row in mine]


def _send(channel: str, rows: list[Delivery], office: Office) -> tuple[int, bool]:
    """Send the rows of one channel over one connection; returns how many went out and whether it was open."""
    if not rows:
        return 0, True
    started, sent, waiting = monotonic(), 0, iter(list(_parcels(rows, office)))
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


def _choice(notice: Notice) -> Preference:
    """What its reader chose; what holds without a choice where they made none."""
    return getattr(notice.recipient, "notice_preference", None) or Preference(user=notice.recipient)


def mail_at(notice: Notice, office: Office) -> datetime:
    """When it may leave: at once what has legal effect, the rest as its reader chose."""
    if office.is_legal(notice):
        return notice.created_at
    chosen = _choice(notice)
    return policy.send_at(
        timezone.localtime(notice.created_at),
        mail=chosen.mail,
        daily_hour=chosen.daily_hour,
        quiet_from=chosen.quiet_from,
        quiet_until=chosen.quiet_until,
    )


def needless(notice: Notice, office: Office) -> str:
    """Why the message need not leave the building (any more); empty where its reader should have it."""
    person, deadline = notice.recipient, notice.deadline
    if not (person.is_active and person.email):
        return "收件人已停用或没有邮箱"
    if office.is_legal(notice):
        return ""
    if _choice(notice).mail == MailChoice.NEVER:
        return "本人选择不发邮件"
    if deadline is None:
        return ""
    if deadline.met_at is not None:
        return "所涉事项已办结"
    if notice.replaced_at is not None:
        return "已有新的提醒"
    is_stale = deadline.paused_on is not None or not notice.occasion.endswith(str(deadline.due_on))
    return "期限已中止或改期" if notice.offset is not None and is_stale else ""


def message_of(parcel: list[Delivery]) -> Message:
    """What is sent: plain values, read before. Several notices become the parts of one message."""
    first = parcel[0]
    parts = tuple(_part(row.notice) for row in parcel)
    person = first.notice.recipient
    alone = len(parts) == 1
    return Message(
        reference=f"delivery-{first.pk}",
        carries=tuple(f"delivery-{row.pk}" for row in parcel),
        to=person.email,
        name=person.name,
        title=parts[0].title if alone else f"您有 {len(parts)} 条消息",
        body=parts[0].body if alone else "",
        url=parts[0].url if alone else settings.PORTAL_URL + reverse("notices:notice-list"),
        parts=() if alone else parts,
    )


def _part(notice: Notice) -> Part:
    link = notice.link or notice.get_absolute_url()
    return Part(
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
