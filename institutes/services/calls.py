"""Calls for applications: drawn up by a clerk, published by another person."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import book, notifications
from institutes.book.calls import kind_of
from institutes.enums import CallKind, CallState
from institutes.lifecycle import CALL
from institutes.models import Call, RecognitionEdition
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock

FIELDS = ("kind", "title", "number", "year", "opens_at", "closes_at", "edition", "form_edition", "guide")


@transaction.atomic
def draft_call(
    *,
    title: str,
    number: str,
    year: int,
    opens_at: datetime,
    closes_at: datetime,
    guide: str,
    by: User,
    edition: RecognitionEdition | None = None,
    form_edition: str = "2022",
    kind: str = CallKind.RECOGNITION,
    at: datetime | None = None,
) -> Call:
    """Draw up a call; without ``edition`` by the rules in force on the day it opens.

    The approver is told that a call waits. Raises ``Incomplete`` or ``Conflict`` with every reason.
    """
    at = at or clock.now()
    edition = edition or _edition_on(kind, opens_at)
    call = Call(
        kind=kind,
        title=title.strip(),
        number=number.strip(),
        year=year,
        opens_at=opens_at,
        closes_at=closes_at,
        edition=edition,
        form_edition=form_edition,
        guide=guide.strip(),
        drafted_at=at,
        drafted_by=by,
    )
    _refuse_unless_sound(call)
    call.save()
    event = CALL.begin(call, by=by, at=at, number=call.number)
    notifications.tell_of_call(call, event)
    return call


def _edition_on(kind: str, opens_at: datetime) -> RecognitionEdition:
    return RecognitionEdition.objects.in_force(kind_of(kind).edition, timezone.localdate(opens_at))


@transaction.atomic
def revise_call(*, call: Call, by: User, at: datetime | None = None, **changes: object) -> Call:
    """Change a call that is still a draft; ``changes`` are columns of it. A published call stays as it is."""
    lock(call)
    refuse_unless_draft(call)
    for name in changes.keys() & set(FIELDS):
        setattr(call, name, changes[name])
    call.drafted_at, call.drafted_by = at or clock.now(), by
    _refuse_unless_sound(call)
    call.save(update_fields=[*FIELDS, "drafted_at", "drafted_by"])
    audit.record("institutes.call.revise", call, by=by, at=call.drafted_at, fields=sorted(changes))
    return call


def refuse_unless_draft(call: Call) -> None:
    """Raise ``IllegalMove`` where the call's words and files are fixed."""
    if call.state != CallState.DRAFT:
        raise IllegalMove(f"“{call}”现为“{CALL.label(call.state)}”，内容不能再改。")


def _refuse_unless_sound(call: Call) -> None:
    missing = [
        Reason(f"请填写{label}。", field=name)
        for name, label in (("title", "名称"), ("number", "文号"), ("guide", "申报指南"))
        if not getattr(call, name)
    ]
    if call.closes_at <= call.opens_at:
        missing.append(Reason("截止时间须晚于开始时间。", field="closes_at"))
    Incomplete.unless_empty(missing + _faults_of_editions(call))
    if Call.objects.filter(number=call.number).exclude(pk=call.pk).exists():
        raise Conflict(Reason(f"文号“{call.number}”已用于另一份申报通知。", field="number"))


def _faults_of_editions(call: Call) -> list[Reason]:
    """Rules and book must be of the call's kind, and the rules in force when it opens."""
    kind, found = kind_of(call.kind), list[Reason]()
    if call.edition.kind != kind.edition:
        found.append(Reason(f"所选办法不适用于“{call.get_kind_display()}”。", field="edition"))
    elif call.edition.valid_from > timezone.localdate(call.opens_at):
        since = call.edition.valid_from
        words = f"所选办法自 {since:%Y-%m-%d} 起施行，开始申报时尚未施行；请改选办法或推迟开始时间。"
        found.append(Reason(words, field="edition"))
    if call.form_edition not in book.BOOKS:
        found.append(Reason(f"没有“{call.form_edition}”版申报书。", field="form_edition"))
    elif call.form_edition not in kind.books:
        words = f"“{call.form_edition}”版申报书不用于“{call.get_kind_display()}”。"
        found.append(Reason(words, field="form_edition"))
    return found


@transaction.atomic
def publish_call(*, call: Call, by: User, at: datetime | None = None) -> Call:
    """Publish a call that another person drew up; units and counties are told. From here its end moves only later."""
    at = at or clock.now()
    lock(call)
    stamps: Stamps = {"published_at": at, "published_by": by, "first_closes_at": call.closes_at}
    event = CALL.move(call, "publish", by=by, at=at, **stamps)
    if call.closes_at <= at:
        raise Conflict(Reason("截止时间已过，请退回经办修改后再发布。", field="closes_at"))
    notifications.tell_of_call(call, event)
    return call


@transaction.atomic
def discard_call(*, call: Call, reason: str, by: User, at: datetime | None = None) -> Call:
    """Give up a draft; it stays on record with its reason."""
    CALL.move(call, "discard", by=by, at=at, reason=reason)
    return call
