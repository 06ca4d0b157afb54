"""Decisions of a meeting: drafted by a clerk, previewed, and released together by another person, or given up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import documents, notifications
from institutes.enums import ApplicationState, BatchState, Outcome
from institutes.lifecycle import APPLICATION, DECISION_BATCH
from institutes.models import Application, Call, DecisionBatch, DecisionItem
from institutes.selectors import APPLICATION_TYPE
from institutes.services.decision import carry_out
from institutes.services.messages import Message, messages_of
from notices.models import Notice, PublicNotice
from records import audit, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock, lock_all
from records.models import AuditEvent, Deadline

Items = Sequence[Mapping]
"""``application``, ``outcome``, and of a refusal its ``cause`` (a code of the edition) and ``reason`` in words."""


@transaction.atomic
def draft_decisions(
    *,
    call: Call,
    minute_number: str,
    meeting_on: date,
    items: Items,
    by: User,
    note: str = "",
    override_reason: str = "",
    at: datetime | None = None,
) -> DecisionBatch:
    """Put down what a meeting decided on applications of ``call``; nobody outside the bureau learns of it.

    Raises ``Incomplete`` or ``Conflict`` with every reason about every application.
    """
    at = at or clock.now()
    batch = DecisionBatch(call=call, drafted_at=at, drafted_by=by)
    _write(batch, minute_number, meeting_on, note, override_reason)
    _refuse_unless_sound(batch, items, at=at)
    batch.save()
    _enter(batch, items)
    event = DECISION_BATCH.begin(batch, by=by, at=at, due_on=_due_on(items), **_said(items))
    notifications.tell_of_batch(batch, event)
    return batch


@transaction.atomic
def revise_decisions(
    *,
    batch: DecisionBatch,
    minute_number: str,
    meeting_on: date,
    items: Items,
    by: User,
    note: str = "",
    override_reason: str = "",
    at: datetime | None = None,
) -> DecisionBatch:
    """Put down a draft anew; who previewed it before has to look again."""
    at = at or clock.now()
    lock(batch)
    if batch.state != BatchState.DRAFT:
        raise IllegalMove(f"“{batch}”现为“{DECISION_BATCH.label(batch.state)}”，内容不能再改。")
    _write(batch, minute_number, meeting_on, note, override_reason)
    _refuse_unless_sound(batch, items, at=at)
    batch.revision += 1
    batch.drafted_at, batch.drafted_by = at, by
    batch.save()
    batch.items.all().delete()
    _enter(batch, items)
    event = audit.record("institutes.decisionbatch.revise", batch, by=by, at=at, **_said(items))
    notifications.tell_of_batch(batch, event)
    return batch


def _write(batch: DecisionBatch, minute: str, meeting_on: date, note: str, override: str) -> None:
    batch.minute_number, batch.meeting_on = minute.strip(), meeting_on
    batch.note, batch.override_reason = note.strip(), override.strip()


def _enter(batch: DecisionBatch, items: Items) -> None:
    DecisionItem.objects.bulk_create(
        DecisionItem(
            batch=batch,
            application=item["application"],
            outcome=item["outcome"],
            cause=item.get("cause", "") if item["outcome"] == Outcome.REJECT else "",
            reason=item.get("reason", "").strip() if item["outcome"] == Outcome.REJECT else "",
        )
        for item in items
    )


def _said(items: Items) -> dict[str, Any]:
    """What the register keeps of a draft: which applications go where."""
    return {
        str(outcome): sorted(item["application"].pk for item in items if item["outcome"] == outcome)
        for outcome in Outcome
    }


def _due_on(items: Items) -> date | None:
    """The first day on which one of the applications has to be decided."""
    found = deadlines.current_of([item["application"] for item in items]).values()
    return min((one.due_on for one in found if one.due_on), default=None)


def _refuse_unless_sound(batch: DecisionBatch, items: Items, *, at: datetime) -> None:
    missing = _missing(batch, items, at=at)
    labels = {cause["code"] for cause in batch.call.edition.terms["decision_causes"]}
    for item in items:
        missing += _faults_of(item, labels)
    Incomplete.unless_empty(missing)
    lock_all([item["application"] for item in items])
    Conflict.unless_empty(_clashes(batch, items))


def _missing(batch: DecisionBatch, items: Items, *, at: datetime) -> list[Reason]:
    found = [] if items else [Reason("请至少列入一项。", field="items")]
    if not batch.minute_number:
        found.append(Reason("请填写局务会会议纪要号。", field="minute_number"))
    if batch.meeting_on > timezone.localdate(at):
        found.append(Reason("会议日期不能晚于今天。", field="meeting_on"))
    return found


def _faults_of(item: Mapping, causes: set[str]) -> list[Reason]:
    application, outcome = item["application"], item["outcome"]
    if outcome not in Outcome.values:
        return [Reason(f"“{application}”请选择拟认定或不予认定。", field="items")]
    if outcome == Outcome.SHORTLIST:
        return []
    found = []
    if item.get("cause", "") not in causes:
        found.append(Reason(f"“{application}”不予认定，请选择原因类别。", field="items"))
    if not item.get("reason", "").strip():
        found.append(Reason(f"“{application}”不予认定，须写明理由，将告知申报单位。", field="items"))
    return found


def _clashes(batch: DecisionBatch, items: Items) -> list[Reason]:
    """What is not before the meeting any more, belongs to another call, or stands in another decision."""
    applications = [item["application"] for item in items]
    found = [
        Reason(
            f"“{one}”现为“{APPLICATION.label(one.state)}”，不在审议中。",
            field="items",
            url=one.get_absolute_url(),
        )
        for one in applications
        if one.state != ApplicationState.PENDING_DECISION
    ]
    found += [
        Reason(f"“{one}”不属于《{batch.call}》。", field="items")
        for one in applications
        if one.call_id != batch.call_id
    ]
    elsewhere = DecisionItem.objects.standing().filter(application__in=applications).exclude(batch=batch.pk)
    return found + [
        Reason(f"“{one.application}”已列入{one.batch}。", field="items", url=one.batch.get_absolute_url())
        for one in elsewhere.select_related("application", "batch")
        if one.application.state == ApplicationState.PENDING_DECISION
    ]


@transaction.atomic
def discard_decisions(
    *, batch: DecisionBatch, reason: str, by: User, at: datetime | None = None
) -> DecisionBatch:
    """Give up a draft: it stays on record, and its applications can be put into another."""
    at = at or clock.now()
    event = DECISION_BATCH.move(
        batch, "discard", by=by, at=at, reason=reason, discarded_at=at, discarded_by=by
    )
    batch.items.update(dropped_at=at, dropped_by=by)
    notifications.tell_of_batch(batch, event)
    return batch


@transaction.atomic
def release_decisions(
    *, batch: DecisionBatch, revision: int, key: UUID, by: User, at: datetime | None = None
) -> DecisionBatch:
    """Release every decision of ``batch`` at once: the public notice, the messages, the papers; or nothing.

    ``revision`` is the draft that was previewed. The same ``key`` again changes nothing. Raises with every
    reason about every application; ``Conflict`` where the draft was changed since.
    """
    at = at or clock.now()
    lock(batch)
    if batch.state == BatchState.RELEASED and (batch.release_key, batch.released_by_id) == (key, by.pk):
        return batch
    for refusal in DECISION_BATCH.blocks(batch, "release", by):
        raise refusal
    if revision != batch.revision:
        raise Conflict("审议决定在预览之后作了修改，请重新预览后再发布。")
    stamps: Stamps = {
        "notice": carry_out(batch=batch, by=by, at=at),
        "released_at": at,
        "released_by": by,
        "release_key": key,
    }
    event = DECISION_BATCH.move(batch, "release", by=by, at=at, data={"revision": revision}, **stamps)
    notifications.tell_of_batch(batch, event)
    return batch


# --- what a release would do ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effect:
    """What a release does to one application: where it goes, by when, which paper it gets, who reads what."""

    item: DecisionItem
    application: Application
    due_on: date | None
    paper: Mapping[str, str]
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything a release would do, as it would do it."""

    revision: int
    notice: PublicNotice | None
    effects: Sequence[Effect]
    messages: int


@transaction.atomic
def preview_release(*, batch: DecisionBatch, by: User, at: datetime | None = None) -> Preview:
    """What releasing ``batch`` now would do, told by doing it and taking it all back. Raises what a release would."""
    at = at or clock.now()
    with transaction.atomic():
        trial = DecisionBatch.objects.get(pk=batch.pk)
        release_decisions(batch=trial, revision=trial.revision, key=uuid4(), by=by, at=at)
        found = _what_was_done(trial, at)
        transaction.set_rollback(True)
    return found


def _what_was_done(batch: DecisionBatch, at: datetime) -> Preview:
    items = list(batch.items.select_related("application__host", "application__division").order_by("pk"))
    about = {"subject_type": APPLICATION_TYPE, "subject_id__in": [item.application_id for item in items]}
    messages = _messages(Notice.objects.filter(**about, created_at=at).select_related("recipient"))
    promised = AuditEvent.objects.filter(**about, at=at, data__has_key="paper")
    papers = {
        event.subject_id: {
            "title": documents.spec_of(event.data["paper"]["kind"]).title,
            "number": event.data["paper"]["number"],
        }
        for event in promised
    }
    due = dict(Deadline.objects.open().filter(**about).values_list("subject_id", "due_on"))
    notice = PublicNotice.objects.with_items().filter(pk=batch.notice_id).first()
    return Preview(
        revision=batch.revision,
        notice=notice,
        effects=[
            Effect(
                item=item,
                application=item.application,
                due_on=due.get(item.application_id),
                paper=papers.get(item.application_id, {}),
                messages=messages.get(item.application_id, []),
            )
            for item in items
        ],
        messages=sum(len(one.recipients) for each in messages.values() for one in each),
    )


def _messages(notices: Iterable[Notice]) -> dict[int, Sequence[Message]]:
    """The messages about each application."""
    by_case: dict[int, list[Notice]] = {}
    for notice in notices:
        by_case.setdefault(notice.subject_id, []).append(notice)
    return {pk: messages_of(found) for pk, found in by_case.items()}
