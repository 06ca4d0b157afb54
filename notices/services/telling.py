"""Telling people: rows in the transaction of what is told, delivery after it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import User
from accounts.roles import UNIT, Role
from accounts.selectors import is_anybody_stood_in_for, people_holding, people_in_any, standing_in
from notices import tasks
from notices.enums import Channel
from notices.models import Delivery, Notice
from notices.models.edition import REMINDERS
from notices.notifications import in_copy
from notices.services import holding
from records import clock, deadlines
from records.desk import desk_for
from records.lifecycle import State
from records.models import AuditEvent, LifecycleSubject
from records.models.deadline import STATE
from records.models.subject import subject_type
from records.words import because

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


# Without a point of its own to go back to: what is told is undone with the deed of which it tells, or not at all.
@transaction.atomic(savepoint=False)
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
    for deputy, notice in _for_deputies(list(wanted.values()), at=at):
        people[deputy.pk] = deputy
        wanted.setdefault(_known_by(notice), notice)
    Notice.objects.bulk_create(wanted.values(), ignore_conflicts=True)
    notices = [notice for notice in _stored(wanted.values()) if _known_by(notice) in wanted]
    _name_what_they_ask(notices, at=at)
    with_address = [notice for notice in notices if people[notice.recipient_id].email]
    due = max(at, clock.now())  # what is told of a day that is over leaves from now on
    _enqueue(with_address, due=due)
    if notices:
        _text_what_is_legal(notices, at=at, due=due)
    return notices


def _for_deputies(notices: list[Notice], *, at: datetime) -> Iterator[tuple[User, Notice]]:
    """What whoever stands in for one of the recipients is told: of cases that they see by their own right."""
    people, on = {notice.recipient_id for notice in notices}, timezone.localdate(at)
    if not is_anybody_stood_in_for(people, on=on):  # as nearly always: asked cheaply, for whoever tells waits
        return
    standing = list(standing_in(people, on=on))
    for notice in notices:
        for each in standing:
            if each.user_id == notice.recipient_id and _sees(each.deputy, notice):
                copy = {name: getattr(notice, name) for name in (*KEY[1:], "subject_label", "body", "url")}
                title = f"代{each.user.name}办理：{notice.title}"[:200]
                yield (
                    each.deputy,
                    Notice(**copy, title=title, recipient=each.deputy, on_behalf_of=each.user, created_at=at),
                )


def _sees(user: User, notice: Notice) -> bool:
    desk = desk_for(notice.subject_type)
    return desk is not None and desk.visible(user).filter(pk=notice.subject_id).exists()


KEY = ("recipient_id", "event", "subject_type", "subject_id", "occasion")


def _known_by(notice: Notice) -> tuple:
    return tuple(getattr(notice, name) for name in KEY)


def _stored(notices: Iterable[Notice]) -> QuerySet[Notice]:
    """These messages as they are stored, in the order of their keys; maybe others that share parts of theirs."""
    rows = list(notices)
    within = {f"{name}__in": {getattr(row, name) for row in rows} for name in KEY}
    return Notice.objects.filter(**within).order_by("pk")


def _name_what_they_ask(notices: list[Notice], *, at: datetime) -> None:
    """Let each message to whoever holds its subject now name the deadline that it asks them to meet."""
    if not notices:
        return
    with connection.cursor() as cursor:
        keys = [notice.pk for notice in notices]
        cursor.execute(_ASKED, holding.parameters(on=timezone.localdate(at)) | {"keys": keys, "at": at})


# What was told before keeps what it asked for then. Where a unit has to act, everybody in it who is told is asked: a
# colleague does not want to read tomorrow that somebody should do what is done.
_ASKED = f"""
WITH candidates AS (
    SELECT DISTINCT d.* FROM records_deadline d
    JOIN notices_notice n ON n.subject_type = d.subject_type AND n.subject_id = d.subject_id
    WHERE d.kind = '{STATE}' AND d.met_at IS NULL AND n.id = ANY(%(keys)s)
),
members AS ({holding.MEMBERS}),
asked AS (
    {holding.HOLDERS}
    UNION
    SELECT c.id, m.user_id FROM candidates c JOIN members m ON m.organisation_id = c.host_id
    WHERE c.holder_user_id IS NULL AND c.holder_role = ANY(%(own)s) AND m.role = ANY(%(own)s)
)
UPDATE notices_notice n SET deadline_id = c.id
FROM candidates c JOIN asked h ON h.deadline_id = c.id
WHERE n.id = ANY(%(keys)s) AND n.created_at = %(at)s AND n.deadline_id IS NULL
  AND n.subject_type = c.subject_type AND n.subject_id = c.subject_id AND n.recipient_id = h.user_id
"""


def _enqueue(notices: list[Notice], *, due: datetime) -> None:
    if not notices:
        return
    Delivery.objects.bulk_create(
        [Delivery(notice=notice, channel=Channel.EMAIL, next_try_at=due) for notice in notices],
        ignore_conflicts=True,
    )
    ring()


def _text_what_is_legal(notices: list[Notice], *, at: datetime, due: datetime) -> None:
    """Let what has legal effect reach the phone as well, where the office wants that and the person has one."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"keys": [notice.pk for notice in notices], "kind": REMINDERS}
        cursor.execute(_TEXTED, values | {"at": at, "on": timezone.localdate(at), "due": due})


_TEXTED = """
INSERT INTO notices_delivery (notice_id, channel, status, attempts, next_try_at, last_error)
SELECT n.id, 'sms', 'waiting', 0, %(due)s, ''
FROM notices_notice n
JOIN accounts_user u ON u.id = n.recipient_id AND u.mobile <> ''
JOIN (
    SELECT terms FROM notices_reminderedition WHERE kind = %(kind)s AND valid_from <= %(on)s
    ORDER BY valid_from DESC LIMIT 1
) e ON (e.terms -> 'sms' ->> 'legal')::boolean AND e.terms -> 'mail' -> 'legal' @> to_jsonb(n.event)
WHERE n.id = ANY(%(keys)s) AND n.created_at = %(at)s
ON CONFLICT DO NOTHING
"""


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


def tell_unit(
    *,
    subject: LifecycleSubject,
    event: str,
    occasion: str,
    title: str,
    body: str,
    copied_to: Collection[Role] = (),
    at: datetime | None = None,
) -> list[Notice]:
    """Tell the unit whose case ``subject`` is, in its words; whoever holds a role of ``copied_to`` reads along.

    Of a county read those in whose charge the case is. A copy says whether the unit has something to do, which is
    while it holds the case: no office reads what is asked of a unit as if it were asked of the office. It is a message
    of its own kind: what has legal effect for the unit has none for whoever reads along, and reaches nobody's phone.
    """
    said = partial(Telling, subject=subject, occasion=occasion)
    people = people_in_any(UNIT, host_id=subject.host_id)
    tellings = [said(recipients=people, event=event, title=title, body=body)]
    if copied_to:
        held = deadlines.current(subject)
        copy, text = in_copy(title, body, to_do=held is not None and held.holder_role in UNIT)
        offices = people_in_any(copied_to, division_id=subject.division_id)
        tellings.append(said(recipients=offices, event=f"{event}.copy", title=copy, body=text))
    return tell_all(tellings=tellings, at=at)


HANDED_UP = "hand_up"
"""The move by which a unit's filler hands a case to its administrator."""


def call_holder(
    *, subject: LifecycleSubject, event: AuditEvent, state: State, to_agency: LifecycleSubject | None = None
) -> list[Notice]:
    """Call whoever holds ``subject`` now, after ``event``, to do what ``state`` asks of them.

    Not whoever has just acted; nobody for a period that only its last day ends; and a unit's people only where one of
    them handed it to another, for of all else they have just read in the unit's words what to do. ``to_agency`` is the
    case as an agency reads it, where it must not read whose it is.
    """
    deadline = deadlines.current(subject)
    if deadline is None or subject.state in deadlines.PERIODS:
        return []
    if deadline.holder_role in UNIT and event.verb.rpartition(".")[2] != HANDED_UP:
        return []
    what = state.todo or "办理"
    until = f"，请于{deadlines.day_in_words(deadline.due_on)}前{what}" if deadline.due_on else ""
    blinded = to_agency if deadline.holder_role == Role.AGENCY else None
    case, whose = blinded or subject, "" if blinded else f"{subject.host}（{subject.division}）的"
    return tell(
        recipients=[one for one in people_holding(deadline) if one.pk != event.actor_id],
        event=f"{event.verb}.holder",
        subject=case,
        title=f"{state.label}：{case}",
        body=f"{whose}“{case}”{state.label}{until}。{because(event.reason)}",
        occasion=str(event.pk),
        at=event.at,
    )


@transaction.atomic
def mark_read(*, notice: Notice, by: User, at: datetime | None = None) -> Notice:
    """Note that the recipient has seen the message; the first time counts."""
    Notice.objects.filter(pk=notice.pk, recipient=by).unread().update(read_at=at or clock.now())
    notice.refresh_from_db()
    return notice


@transaction.atomic
def mark_subject_read(*, notice: Notice, by: User, at: datetime | None = None) -> int:
    """Note that this person has seen every message about the subject of ``notice``; returns how many were unread."""
    mine = Notice.objects.filter(recipient=by, subject_type=notice.subject_type, subject_id=notice.subject_id)
    return mine.unread().update(read_at=at or clock.now())


@transaction.atomic
def mark_all_read(*, by: User, until: datetime | None = None, at: datetime | None = None) -> int:
    """Note that this person has seen every message; returns how many were unread.

    ``until``: only what was told by then, for what came after the list was drawn nobody has seen.
    """
    rows = Notice.objects.filter(recipient=by).unread()
    if until is not None:
        rows = rows.filter(created_at__lte=until)
    return rows.update(read_at=at or clock.now())
