"""Telling people: rows in the transaction of what is told, delivery after it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils.functional import Promise

from accounts.models import User
from accounts.selectors import people_holding
from notices import tasks
from notices.enums import Channel
from notices.models import Delivery, Notice
from records import clock, deadlines
from records.models.subject import subject_type

Text = str | Promise


@transaction.atomic
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
    at = at or clock.now()
    people = {person.pk: person for person in recipients if person.is_active}
    key = {
        "event": event,
        "subject_type": subject_type(subject),
        "subject_id": subject.pk,
        "occasion": occasion,
    }
    said = {"subject_label": str(subject)[:200], "title": str(title)[:200], "body": str(body), "url": url}
    Notice.objects.bulk_create(
        [Notice(recipient_id=pk, created_at=at, **key, **said) for pk in sorted(people)],
        ignore_conflicts=True,
    )
    notices = list(Notice.objects.filter(recipient_id__in=people, **key).order_by("pk"))
    with_address = [notice for notice in notices if people[notice.recipient_id].email]
    _enqueue(with_address, at=at)
    return notices


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
