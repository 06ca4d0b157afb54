"""Opening, closing, pausing and reading deadlines."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Func
from django.utils import timezone

from records import calendar, clock
from records.models import Deadline, LifecycleSubject
from records.models.deadline import STATE, DeadlineQuerySet
from records.models.subject import SubjectReference, subject_type


def open_for(
    subject: models.Model,
    *,
    label: str,
    role: str,
    at: datetime | None = None,
    kind: str = STATE,
    due_on: date | None = None,
    working_days: int | None = None,
) -> Deadline:
    """Let ``role`` hold ``subject`` until ``due_on``, or for ``working_days`` from the day after ``at``.

    An open deadline of the same kind is closed first: there is one at a time. The deadline of a state keeps
    which state that is.
    """
    at = at or clock.now()
    close_unread([subject], kind=kind, at=at)
    return open_new(
        [subject], label=label, role=role, at=at, kind=kind, due_on=due_on, working_days=working_days
    )[0]


def open_new(
    subjects: Iterable[models.Model],
    *,
    label: str,
    role: str,
    at: datetime,
    kind: str = STATE,
    due_on: date | None = None,
    working_days: int | None = None,
) -> list[Deadline]:
    """The same for subjects of which no deadline of this kind is open, in one query for all."""
    if due_on is not None:
        working_days = None
    elif working_days is not None:
        due_on = calendar.add_working_days(timezone.localdate(at), working_days)
    rows = [
        Deadline(
            subject_type=subject_type(subject),
            subject_id=subject.pk,
            subject_label=_label(subject, role),
            kind=kind,
            subject_state=subject.state if isinstance(subject, LifecycleSubject) and kind == STATE else "",
            label=label,
            holder_role=role,
            host_id=subject.host_id,  # type: ignore[attr-defined]
            division_id=subject.division_id,  # type: ignore[attr-defined]
            holder_user_id=getattr(subject, "holder_user_id", None),
            holder_organisation=getattr(subject, "holder_organisation", None),
            opened_at=at,
            due_on=due_on,
            working_days=working_days,
            provisional=due_on is not None and calendar.is_provisional(due_on),
        )
        for subject in subjects
    ]
    return Deadline.objects.bulk_create(rows)


def _label(subject: models.Model, role: str) -> str:
    """The name of the case as the holder may read it; windows may hang on rows that are no cases."""
    said = subject.label_for_holder(role) if isinstance(subject, LifecycleSubject) else str(subject)
    return said[:200]


def _open(subjects: Iterable[models.Model], kind: str) -> DeadlineQuerySet:
    """The open deadlines of ``kind``: one of each subject at the most, so that there is nothing to sort by day."""
    return Deadline.objects.about_any(subjects).open().filter(kind=kind).order_by("pk")


def hand_over(subject: models.Model, *, role: str, organisation: models.Model | None = None) -> None:
    """Let ``role`` (of ``organisation``, where it is engaged by name) meet the open deadlines of ``subject``."""
    for deadline in Deadline.objects.about(subject).open():
        deadline.holder_role, deadline.holder_organisation = role, organisation
        deadline.subject_label = _label(subject, role)
        deadline.save(update_fields=["holder_role", "holder_organisation", "subject_label"])


def relabel(subject: models.Model) -> None:
    """Call the open deadlines of ``subject`` by the name it bears now."""
    for deadline in Deadline.objects.about(subject).open():
        deadline.subject_label = _label(subject, deadline.holder_role)
        deadline.save(update_fields=["subject_label"])


def close(subject: models.Model, *, kind: str = STATE, at: datetime | None = None) -> Deadline | None:
    """Mark the open deadline of ``kind`` as met; returns it, or None if there was none."""
    return close_all([subject], kind=kind, at=at).get(subject.pk)


def close_all(
    subjects: Iterable[models.Model], *, kind: str = STATE, at: datetime | None = None
) -> dict[int, Deadline]:
    """The same for many subjects of one model; returns those that were open, by the subject's key."""
    rows = list(_open(subjects, kind))
    if rows:
        Deadline.objects.filter(pk__in=[row.pk for row in rows]).update(met_at=at or clock.now())
    return {row.subject_id: row for row in rows}


def close_unread(subjects: Iterable[models.Model], *, kind: str = STATE, at: datetime | None = None) -> None:
    """The same for whoever does not ask what was open: the database is told, and tells nothing."""
    _open(subjects, kind).update(met_at=at or clock.now())


def pause(subject: models.Model, *, on: date, kind: str = STATE) -> None:
    """Stop the clock of this subject alone; the working days left are kept."""
    deadline = _open([subject], kind).running().first()
    if deadline and deadline.due_on:
        deadline.paused_on = on
        deadline.days_left_when_paused = calendar.working_days_between(on, deadline.due_on)
        deadline.save(update_fields=["paused_on", "days_left_when_paused"])


def resume(subject: models.Model, *, on: date, kind: str = STATE) -> None:
    """Let a paused clock go on with the working days that were left."""
    deadline = _open([subject], kind).filter(paused_on__isnull=False).first()
    if deadline:
        deadline.working_days, deadline.counted_from = max(deadline.days_left_when_paused, 0), on
        deadline.due_on = calendar.add_working_days(on, deadline.working_days)
        deadline.provisional = calendar.is_provisional(deadline.due_on)
        deadline.paused_on = deadline.days_left_when_paused = None
        counted = ["due_on", "working_days", "counted_from", "provisional"]
        deadline.save(update_fields=[*counted, "paused_on", "days_left_when_paused"])


def move(subject: models.Model, *, due_on: date, kind: str = STATE) -> Deadline | None:
    """Give the open deadline another day (an extension, a window that was moved)."""
    deadline = _open([subject], kind).first()
    if deadline:
        deadline.due_on, deadline.working_days, deadline.counted_from = due_on, None, None
        deadline.provisional = calendar.is_provisional(due_on)
        deadline.save(update_fields=["due_on", "working_days", "counted_from", "provisional"])
    return deadline


def move_open(subjects: Iterable[SubjectReference], *, due_on: date, kind: str = STATE) -> None:
    """The same for whatever rows of other rooms point to, where it was due earlier and its clock runs."""
    for row in subjects:
        Deadline.objects.running().filter(
            subject_type=row.subject_type, subject_id=row.subject_id, kind=kind, due_on__lt=due_on
        ).update(
            due_on=due_on,
            working_days=None,
            counted_from=None,
            provisional=calendar.is_provisional(due_on),
        )


PERIODS = ("publicity",)
"""States that nobody can leave before their last day is over: there is nothing to do by that day, and no limit that
could be kept."""


def current(subject: models.Model, *, kind: str = STATE) -> Deadline | None:
    """The open deadline of ``subject``, if somebody holds it."""
    return _open([subject], kind).first()


def with_due(rows: models.QuerySet, *more: str) -> models.QuerySet:
    """Each row with the day by which its present state must be left: ``due_on``, empty where nobody holds it.

    ``more`` names further columns of the deadline: ``provisional`` comes as ``due_provisional``.
    """
    held = partial(_OfHeld, subject_type(rows.model))
    return rows.annotate(due_on=held("due_on"), **{f"due_{name}": held(name) for name in more})


class _OfHeld(Func):
    """A column of the open deadline of each row's state.

    One is open at a time, so nothing is sorted. Every list of cases has two or three of these: as subqueries of the
    ORM they cost it more than the rest of the list.
    """

    template = (
        f"(SELECT d.%(column)s FROM {Deadline._meta.db_table} d WHERE d.met_at IS NULL AND d.kind = '{STATE}'"
        " AND d.subject_type = '%(subject_type)s' AND d.subject_id = %(expressions)s LIMIT 1)"
    )

    def __init__(self, subject_type: str, name: str, **extra: Any):
        field = Deadline._meta.get_field(name)
        super().__init__("pk", subject_type=subject_type, column=field.column, output_field=field, **extra)


def day_in_words(day: date) -> str:
    """``2026年11月27日``, as messages write a day."""
    return f"{day.year}年{day.month}月{day.day}日"


def left_in_words(due_on: date | None, *, on: date) -> str:
    """How much time there is, as messages say it after the day: （还有 3 个工作日）."""
    if due_on is None:
        return ""
    days = calendar.working_days_left(on, due_on)
    if days < 0:
        return f"（已逾期 {-days} 个工作日）"
    return f"（还有 {days} 个工作日）" if days else "（今天到期）"


def current_of(subjects: Iterable[models.Model], *, kind: str = STATE) -> dict[tuple[str, int], Deadline]:
    """The open deadlines of many subjects in one query, by ``(subject type, key)``."""
    rows = _open(subjects, kind).select_related("host", "division", "holder_user", "holder_organisation")
    return {(row.subject_type, row.subject_id): row for row in rows}


def recount() -> list[tuple[Deadline, date]]:
    """Count every running deadline again, after the table of days was edited.

    Returns each that moved, with its former day. A day that was given, not counted, stays.
    """
    counted = _counted_by(calendar.load())
    changed = [row for row, stood in counted if (row.due_on, row.provisional) != stood]
    Deadline.objects.bulk_update(changed, ["due_on", "provisional"], batch_size=500)
    return _moved(counted)


def moved_by(days: calendar.WorkingCalendar) -> list[tuple[Deadline, date]]:
    """What would move if these were the days, each with its present day; nothing is stored."""
    return _moved(_counted_by(days))


def _counted_by(days: calendar.WorkingCalendar) -> list[tuple[Deadline, tuple[date, bool]]]:
    rows = [
        (row, (row.due_on, row.provisional))
        for row in Deadline.objects.running().filter(working_days__isnull=False)
    ]
    for row, _stood in rows:
        row.due_on = days.add(row.counted_from or timezone.localdate(row.opened_at), row.working_days)
        row.provisional = days.is_provisional(row.due_on)
    return rows


def _moved(counted: list[tuple[Deadline, tuple[date, bool]]]) -> list[tuple[Deadline, date]]:
    return [(row, former) for row, (former, _provisional) in counted if row.due_on != former]
