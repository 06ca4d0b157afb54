"""State machines as tables, and the one of the ground itself: long work.

A lifecycle is a closed table of moves, and says of each state who holds it and for how many working days.
``Lifecycle.move`` is the only code in the project that assigns to a ``state`` column; a house test looks for
others. What time alone changes is not a state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from records import audit, clock, deadlines
from records.errors import IllegalMove, Incomplete, Reason, Refusal, SamePerson
from records.models import JobState, LifecycleSubject

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
    """One move of the table.

    ``unlike`` names columns whose person may not take this move (four eyes). ``reason``: it cannot be taken
    without one. ``system``: the clock or another room takes it, so no button is drawn.
    """

    label: str
    sources: frozenset[str]
    target: str
    unlike: tuple[str, ...] = ()
    reason: bool = False
    system: bool = False


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
        move, at = self.moves[action], at or clock.now()
        lock(subject)
        for refusal in self.blocks(subject, action, by):
            raise refusal
        if move.reason and not reason.strip():
            raise Incomplete(Reason(f"“{move.label}”必须说明理由。", field="reason"))

        before, subject.state, subject.state_since = subject.state, move.target, at
        for name, value in stamps.items():
            setattr(subject, name, value)
        subject.save(update_fields=["state", "state_since", *stamps])
        event = audit.record(
            f"{subject._meta.label_lower}.{action}",
            subject,
            by=by,
            at=at,
            from_state=before,
            to_state=move.target,
            reason=reason,
            **(data or {}),
        )
        self._move_clock(subject, at=at, due_on=due_on)
        return event

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
        self._move_clock(subject, at=at, due_on=due_on)
        return event

    def _move_clock(self, subject: LifecycleSubject, *, at: datetime, due_on: date | None) -> None:
        left, state = deadlines.close(subject, at=at), self.states[subject.state]
        if state.final or not state.role:
            return
        if state.continues and left is not None and due_on is None:
            due_on = left.due_on
        limit = subject.time_limit(state.limit) if state.limit and due_on is None else None
        deadlines.open_new(
            [subject], label=state.label, role=state.role, at=at, due_on=due_on, working_days=limit
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
            lines += [f"    {source} --> {move.target} : {action}" for source in sorted(move.sources)]
        return "\n".join(lines)


def lock(subject: models.Model) -> None:
    """Lock ``subject`` against other writers and reload it: never decide on a row read before the lock."""
    rows = subject._meta.model._base_manager.select_for_update(of=("self",), no_key=True)
    subject.refresh_from_db(from_queryset=rows)


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
