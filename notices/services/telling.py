"""Telling people: rows in the transaction of what is told, delivery after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.models import User
from accounts.selectors import people_holding
from notices import tasks
from notices.enums import Channel
from notices.models import Delivery, Notice
from records import clock, deadlines
from records.models.subject import subject_type

Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What is told to whom, about which subject. ``event`` and ``occasion`` say when it is the same message again."""

    recipients: Iterable[User]
    event: str
    subject: models.Model
    title: Text
    body: Text
    url: str = ""
    occasion: str = ""

    @property
    def key(self) -> dict[str, Any]:
        """What, with its recipient, a message is known by."""
        return {
            "event": self.event,
            "subject_type": subject_type(self.subject),
            "subject_id": self.subject.pk,
            "occasion": self.occasion,
        }

    @property
    def said(self) -> dict[str, str]:
        return {
            "subject_label": str(self.subject)[:200],
            "title": str(self.title)[:200],
            "body": str(self.body),
            "url": self.url,
        }


def tell(
    *,
    recipients: Iterable[User],
    event: str,
    subject: models.Model,
    title: Text,
    body: Text,
    url: str = "",
    occasion: str = "",
    at: datetime | None = None,
) -> list[Notice]:
    """Tell ``recipients`` in the portal, and by e-mail where they have an address.

    The same event about the same subject on the same ``occasion`` is told to a person once, however often
    this is called. People who cannot sign in are not told. Without ``url`` the message leads to the subject's
    page. Returns the messages, those told before included.
    """
    said = Telling(
        recipients=recipients,
        event=event,
        subject=subject,
        title=title,
        body=body,
        url=url,
        occasion=occasion,
    )
    return tell_all(tellings=[said], at=at)


@transaction.atomic
def tell_all(*, tellings: Iterable[Telling], at: datetime | None = None) -> list[Notice]:
    """Tell all of it as :func:`tell` tells one, in as many queries as one takes."""
    at = at or clock.now()
    people: dict[int, User] = {}
    wanted: dict[tuple, Notice] = {}
    for telling in tellings:
        reached = {person.pk: person for person in telling.recipients if person.is_active}
        people |= reached
        for pk in sorted(reached):
            notice = Notice(recipient_id=pk, created_at=at, **telling.key, **telling.said)
            wanted.setdefault(_known_by(notice), notice)
    Notice.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    notices = [notice for notice in _stored(wanted.values()) if _known_by(notice) in wanted]
    with_address = [notice for notice in notices if people[notice.recipient_id].email]
    _enqueue(with_address, at=at)
    return notices


KEY = ("recipient_id", "event", "subject_type", "subject_id", "occasion")


def _known_by(notice: Notice) -> tuple:
    return tuple(getattr(notice, name) for name in KEY)


def _stored(notices: Iterable[Notice]) -> QuerySet[Notice]:
    """These messages as they are stored, in the order of their keys; maybe others that share parts of theirs."""
    rows = list(notices)
    within = {f"{name}__in": {getattr(row, name) for row in rows} for name in KEY}
    return Notice.objects.filter(**within).order_by("pk")


def _enqueue(notices: list[Notice], *, at: datetime) -> None:
    if not notices:
        return
    Delivery.objects.bulk_create(
        [Delivery(notice=notice, channel=Channel.EMAIL, next_try_at=at) for notice in notices],
        ignore_conflicts=True,
    )
    ring()


def ring() -> None:
    """Wake the delivery once this transaction has committed; if nobody hears it, the sweep finds the rows."""
    transaction.on_commit(tasks.deliver_pending.delay, robust=True)


@transaction.atomic
def tell_holder(
    *,
    subject: models.Model,
    event: str,
    title: Text,
    body: Text,
    url: str = "",
    occasion: str = "",
    at: datetime | None = None,
) -> list[Notice]:
    """Tell whoever holds ``subject`` now: the people of the role that its open deadline names, or its person."""
    deadline = deadlines.current(subject)
    if deadline is None:
        return []
    return tell(
        recipients=people_holding(deadline),
        event=event,
        subject=subject,
        title=title,
        body=body,
        url=url,
        occasion=occasion,
        at=at,
    )


@transaction.atomic
def mark_read(*, notice: Notice, by: User, at: datetime | None = None) -> Notice:
    """Note that the recipient has seen the message; the first time counts."""
    Notice.objects.filter(pk=notice.pk, recipient=by).unread().update(read_at=at or clock.now())
    notice.refresh_from_db()
    return notice


@transaction.atomic
def mark_all_read(*, by: User, at: datetime | None = None) -> int:
    """Note that this person has seen every message; returns how many were unread."""
    return Notice.objects.filter(recipient=by).unread().update(read_at=at or clock.now())
