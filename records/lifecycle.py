"""State machines as tables, and the one of the ground itself: long work.

A lifecycle is a closed table of moves, and says of each state who holds it and for how many working days.
``Lifecycle`` is the only code in the project that assigns to a ``state`` column; a house test looks for
others. What time alone changes is not a state.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from records import audit, clock, deadlines
from records.errors import IllegalMove, Incomplete, Reason, Refusal, SamePerson
from records.models import Deadline, JobState, LifecycleSubject

Stamps = dict[str, Any]
"""Columns and their values that change together with a state."""


@dataclass(frozen=True, slots=True)
class State:
    """What a state means: its name for officers and for applicants, who holds it, and for how long.

    ``limit`` is the key of a time limit in working days in the subject's policy edition. ``continues`` keeps
    the due date of the state that is left (two officers share one statutory period). ``final``: nobody holds
    it any more. ``todo`` says what its holder does elsewhere, where no move of the case itself is theirs.
    """

    label: str
    role: str = ""
    limit: str = ""
    applicant_label: str = ""
    continues: bool = False
    final: bool = False
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One move of the table. Without a ``target`` the case stays where it is, and so does its clock.

    ``unlike`` names columns whose person may not take this move (four eyes). ``reason``: it cannot be taken
    without one. ``system``: the clock or another room takes it, so no button is drawn.
    """

    label: str
    sources: frozenset[str]
    target: str = ""
    unlike: tuple[str, ...] = ()
    reason: bool = False
    system: bool = False

    def leads_to(self, source: str) -> str:
        """The state after the move was taken from ``source``."""
        return self.target or source


@dataclass(frozen=True, slots=True)
class Taking:
    """What one case brings to a move that many take at once: reason, further words for the register, stamps."""

    subject: LifecycleSubject
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    stamps: Stamps = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A closed table of states and moves for the rows of one model."""

    name: str
    states: Mapping[str, State]
    moves: Mapping[str, Move] = field(default_factory=dict)

    def allows(self, subject: LifecycleSubject, action: str) -> bool:
        """Whether the table has this move from where the subject stands."""
        return subject.state in self.moves[action].sources

    def blocks(self, subject: LifecycleSubject, action: str, by) -> list[Refusal]:
        """What the table itself has against ``by`` taking this move now; empty if nothing."""
        move, found = self.moves[action], list[Refusal]()
        if subject.state not in move.sources:
            now = self.states[subject.state].label
            found.append(IllegalMove(f"“{subject}”现为“{now}”，不能“{move.label}”。请刷新页面查看最新进展。"))
        elif any(getattr(subject, f"{name}_id") == by.pk for name in move.unlike):
            found.append(
                SamePerson(f"不相容岗位分离：您已经办过“{subject}”的上一环节，“{move.label}”须由另一人办理。")
            )
        return found

    def move(
        self,
        subject: LifecycleSubject,
        action: str,
        *,
        by,
        at: datetime | None = None,
        reason: str = "",
        due_on: date | None = None,
        data: dict | None = None,
        **stamps,
    ) -> audit.AuditEvent:
        """Lock and reload ``subject``, take ``action`` if the table allows it, record it, and move the clock.

        ``stamps`` are the columns that must change with the state (who, when). ``due_on`` overrides the time
        limit of the state entered. Unsaved changes on ``subject`` are lost: what is moved is what is stored.
        Raises ``IllegalMove`` or ``SamePerson``; ``Incomplete`` where a required reason is missing.
        """
        at, taking = at or clock.now(), Taking(subject, reason, data or {}, stamps)
        lock(subject)
        event = self._take(taking, action, by=by, at=at)
        subject.save(update_fields=["state", "state_since", *stamps])
        event.save()
        if self.moves[action].target:
            self._move_clocks([subject], at=at, due_on=due_on)
        return event

    def move_all(
        self,
        takings: Sequence[Taking],
        action: str,
        *,
        by,
        at: datetime | None = None,
        due_on: date | None = None,
    ) -> list[audit.AuditEvent]:
        """Take ``action`` for every case at once, or for none, in hardly more queries than one takes.

        The stamps of all are the same columns. Otherwise as :meth:`move`; one event for each, in their order.
        """
        at, subjects = at or clock.now(), [taking.subject for taking in takings]
        if not subjects:
            return []
        lock_all(subjects)
        events = [self._take(taking, action, by=by, at=at) for taking in takings]
        store_all(subjects, ["state", "state_since", *takings[0].stamps])
        audit.record_all(events)
        if self.moves[action].target:
            self._move_clocks(subjects, at=at, due_on=due_on)
        return events

    def _take(self, taking: Taking, action: str, *, by, at: datetime) -> audit.AuditEvent:
        """Let a locked case take the move, unless something speaks against it. Returns its line; stores nothing."""
        move, subject = self.moves[action], taking.subject
        for refusal in self.blocks(subject, action, by):
            raise refusal
        if move.reason and not taking.reason.strip():
            raise Incomplete(Reason(f"“{move.label}”必须说明理由。", field="reason"))
        before = subject.state
        if move.target:
            subject.state, subject.state_since = move.target, at
        for name, value in taking.stamps.items():
            setattr(subject, name, value)
        return audit.line(
            f"{subject._meta.label_lower}.{action}",
            subject,
            by=by,
            at=at,
            from_state=before,
            to_state=subject.state,
            reason=taking.reason,
            **taking.data,
        )

    def begin(
        self, subject: LifecycleSubject, *, by, at: datetime | None = None, due_on: date | None = None, **data
    ) -> audit.AuditEvent:
        """Enter a row that was just created into the register and start the clock of its first state."""
        at = at or clock.now()
        subject.state_since = at
        subject.save(update_fields=["state_since"])
        event = audit.record(
            f"{subject._meta.label_lower}.begin", subject, by=by, at=at, to_state=subject.state, **data
        )
        self._start_clocks([subject], {}, at=at, due_on=due_on)
        return event

    def begin_all(
        self, begun: Sequence[Taking], *, by, at: datetime | None = None, due_on: date | None = None
    ) -> list[audit.AuditEvent]:
        """Store new rows of one model and state and enter each, as :meth:`begin` does, in as many queries as one."""
        at, subjects = at or clock.now(), [taking.subject for taking in begun]
        if not subjects:
            return []
        for subject in subjects:
            subject.state_since = at
        type(subjects[0])._base_manager.bulk_create(subjects)
        verb = f"{subjects[0]._meta.label_lower}.begin"
        events = [
            audit.line(verb, one.subject, by=by, at=at, to_state=one.subject.state, **one.data)
            for one in begun
        ]
        audit.record_all(events)
        self._start_clocks(subjects, {}, at=at, due_on=due_on)
        return events

    def _move_clocks(
        self, subjects: Sequence[LifecycleSubject], *, at: datetime, due_on: date | None
    ) -> None:
        """Close the clocks of the state left, and start those of the state that all of these have entered."""
        left: Mapping[int, Deadline] = {}
        if self.states[subjects[0].state].continues:
            left = deadlines.close_all(subjects, at=at)
        else:
            deadlines.close_unread(subjects, at=at)
        self._start_clocks(subjects, left, at=at, due_on=due_on)

    def _start_clocks(
        self,
        subjects: Sequence[LifecycleSubject],
        left: Mapping[int, Deadline],
        *,
        at: datetime,
        due_on: date | None,
    ) -> None:
        """``left`` are the clocks that ran before, by case: a state that continues the last one keeps its day."""
        state = self.states[subjects[0].state]
        if state.final or not state.role:
            return
        clocks: dict[tuple[date | None, int | None], list[LifecycleSubject]] = {}
        for subject in subjects:
            kept = left.get(subject.pk) if state.continues else None
            day = due_on or (kept and kept.due_on)
            limit = subject.time_limit(state.limit) if state.limit and day is None else None
            clocks.setdefault((day, limit), []).append(subject)
        for (day, limit), held in clocks.items():
            deadlines.open_new(
                held, label=state.label, role=state.role, at=at, due_on=day, working_days=limit
            )

    def label(self, state: str, *, for_applicant: bool = False) -> str:
        """The state in the reader's words."""
        found = self.states[state]
        return str((for_applicant and found.applicant_label) or found.label)

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, for the documents."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {code} : {state.label}" for code, state in self.states.items()]
        for action, move in self.moves.items():
            lines += [f"    {one} --> {move.leads_to(one)} : {action}" for one in sorted(move.sources)]
        return "\n".join(lines)


def lock(subject: models.Model, *related: str) -> None:
    """Lock ``subject`` against other writers and reload it: never decide on a row read before the lock.

    ``related`` names what it refers to and is read with it, as for ``select_related``; that is not locked.
    """
    rows = subject._meta.model._base_manager.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related(*related) if related else rows
    subject.refresh_from_db(from_queryset=rows)


def lock_all(subjects: Sequence[models.Model]) -> None:
    """The same for many rows of one model in one query, locked in the order of their keys.

    What they refer to and had been read with them is read anew, for all of them at once.
    """
    if not subjects:
        return
    rows = type(subjects[0])._base_manager.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[subject.pk for subject in subjects])}
    held = sorted({path for subject in subjects for path in _read_with(subject)})
    for subject in subjects:
        subject._state.fields_cache.clear()
        subject.__dict__.pop("_prefetched_objects_cache", None)
        for column in subject._meta.concrete_fields:
            setattr(subject, column.attname, getattr(found[subject.pk], column.attname))
    models.prefetch_related_objects(subjects, *held)


def _read_with(row: models.Model, *above: models.Model) -> Iterator[str]:
    """The paths of what the row refers to and holds in memory: ``call``, ``call__edition``."""
    for one in row._meta.concrete_fields:
        related = one.get_cached_value(row) if one.is_relation and one.is_cached(row) else None
        if related is not None and related not in above:
            yield one.name
            yield from (f"{one.name}__{path}" for path in _read_with(related, row, *above))


_AT_WORK = frozenset({JobState.QUEUED, JobState.RUNNING})
JOB = Lifecycle(
    name="job",
    states={
        JobState.QUEUED: State(_("排队中")),
        JobState.RUNNING: State(_("正在生成")),
        JobState.DONE: State(_("已完成"), final=True),
        JobState.FAILED: State(_("已中断"), role="bureau_clerk"),
        JobState.CANCELLED: State(_("已停止"), final=True),
    },
    moves={
        "start": Move(_("开始"), frozenset({JobState.QUEUED}), JobState.RUNNING, system=True),
        "finish": Move(_("完成"), frozenset({JobState.RUNNING}), JobState.DONE, system=True),
        "fail": Move(_("中断"), _AT_WORK, JobState.FAILED, system=True, reason=True),
        "resume": Move(_("继续"), frozenset({JobState.FAILED}), JobState.QUEUED),
        "cancel": Move(_("停止"), _AT_WORK | {JobState.FAILED}, JobState.CANCELLED, reason=True),
    },
)


def store_all(subjects: Sequence[models.Model], columns: Sequence[str]) -> None:
    """Store these columns of many rows of one model in one statement; what all rows share is said once."""
    if not subjects:
        return
    first, rows = subjects[0], type(subjects[0])._base_manager.filter(pk__in=[one.pk for one in subjects])
    values: dict[str, Any] = {name: getattr(first, name) for name in columns}
    for name, shared in values.items():
        if any(getattr(one, name) != shared for one in subjects):
            column = first._meta.get_field(name)
            cases = [When(pk=one.pk, then=_stored(getattr(one, column.attname), column)) for one in subjects]
            values[name] = Case(*cases, output_field=column)
    rows.update(**values)


def _stored(value: Any, column: models.Field) -> Value | Cast:
    """A value as the statement takes it; PostgreSQL has to be told that a text is JSON."""
    if isinstance(column, models.JSONField):
        return Cast(Value(value, output_field=column), column)
    return Value(value)
