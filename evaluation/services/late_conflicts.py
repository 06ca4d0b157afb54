"""A conflict that shows after the panel has concluded: declared by the expert, decided by the bureau."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from accounts.services import system_user
from evaluation import notifications, permissions, selectors
from evaluation.enums import AssignmentState, LateAnswer, PanelState
from evaluation.lifecycle import ASSIGNMENT, PANEL
from evaluation.models import Assignment, Panel, VisitMember
from evaluation.services.draws import next_in_order
from evaluation.services.reports import reopen_report
from evaluation.services.scoring import lock_seat, refuse_unless_ground
from evaluation.services.visits import repeat_visit
from records import calendar, clock, deadlines
from records.errors import IllegalMove

LATE = "late_conflict"
"""The deadline by which the bureau decides on what was declared."""


@transaction.atomic
def declare_late_conflict(*, assignment: Assignment, ground: str, reason: str, by: User) -> Assignment:
    """The expert declares, after the conclusion, that they ought to have kept away.

    Their access ends at once, and their part in a visit to come; the result stands until the bureau has decided.
    """
    lock_seat(assignment)
    if assignment.panel.state != PanelState.CONCLUDED:
        raise IllegalMove(f"{assignment.panel}尚未汇总，请直接申报利益冲突并回避。")
    if assignment.late_at:
        raise IllegalMove(f"{assignment} 号专家已经申报利益冲突，正由市科技局处理。")
    refuse_unless_ground(assignment, ground)
    now = clock.now()
    ASSIGNMENT.move(
        assignment,
        "declare",
        by=by,
        at=now,
        reason=reason,
        conflict=ground,
        late_at=now,
        late_by=by,
        data={"conflict": ground},
    )
    permissions.revoke_assignment(assignment)
    _stay_away(assignment, by=by, at=now)
    _put_before_the_bureau(assignment.panel, at=now)
    notifications.late_conflict(assignment)
    return assignment


def _stay_away(assignment: Assignment, *, by: User, at: datetime) -> None:
    """Whoever has to keep away does not go along to the host either."""
    going = VisitMember.objects.filter(seat=assignment, left_at__isnull=True, plan__recorded_at__isnull=True)
    going.update(left_at=at, left_by=by)


def _put_before_the_bureau(panel: Panel, *, at: datetime) -> None:
    label = f"评审组 {panel.code}：处理汇总后申报的利益冲突"
    days = panel.time_limit(LATE)
    deadlines.open_for(panel, label=label, role=Role.BUREAU_APPROVER, at=at, kind=LATE, working_days=days)
    deadlines.hand_over(panel, role=Role.BUREAU_APPROVER)


@transaction.atomic
def keep_result(*, assignment: Assignment, reason: str, by: User) -> Assignment:
    """The bureau finds that the result can stand, and says why."""
    lock_seat(assignment)
    _refuse_unless_declared(assignment)
    now = clock.now()
    ASSIGNMENT.move(
        assignment,
        "keep_result",
        by=by,
        at=now,
        reason=reason,
        late_answer=LateAnswer.KEPT,
        late_answered_at=now,
        late_answered_by=by,
    )
    _close(assignment.panel, at=now)
    notifications.late_conflict_decided(assignment)
    return assignment


@transaction.atomic
def redo_review(*, assignment: Assignment, reason: str, by: User) -> Assignment:
    """The bureau has the seat judged anew: the next in the order steps in, all other sheets stay as they are.

    The case goes back to the reviewers. Raises ``IllegalMove`` where more rests on the result by now than a visit
    to come, or where the kind of review takes no result back.
    """
    lock_seat(assignment)
    _refuse_unless_declared(assignment)
    panel, now = assignment.panel, clock.now()
    kind = panel.of_kind
    if kind.reopen is None:
        raise IllegalMove(
            f"{kind.label}的结果已经交出，不能重新评定；请说明理由后维持，并按该项程序另行处理。"
        )
    repeat_visit(panel, without=assignment, reason=reason, by=by, at=now)
    kind.reopen(panel.case, reason=reason, by=by, at=now)
    ASSIGNMENT.move(
        assignment,
        "redo",
        by=by,
        at=now,
        reason=reason,
        left_at=now,
        left_by=by,
        late_answer=LateAnswer.REDONE,
        late_answered_at=now,
        late_answered_by=by,
    )
    _reopen(panel, reason=reason, at=now)
    reopen_report(panel, reason=reason, by=by, at=now)
    successor = next_in_order(panel, seat=assignment.seat, by=by, at=now)
    notifications.left([(assignment, successor)], "recuse")
    notifications.late_conflict_decided(assignment)
    return assignment


def _reopen(panel: Panel, *, reason: str, at: datetime) -> None:
    days = panel.time_limit("scoring")
    PANEL.move(
        panel,
        "reopen",
        by=system_user(),
        at=at,
        reason=reason,
        due_on=calendar.add_working_days(clock.today(), days) if days else None,
        score=None,
        spread=None,
        passed=None,
        opinion="",
        concluded_at=None,
        concluded_by=None,
    )
    _close(panel, at=at)


def _close(panel: Panel, *, at: datetime) -> None:
    """Nothing waits for the bureau any more, unless another seat of the panel has declared a conflict too."""
    if not selectors.undecided_conflicts(panel).exists():
        deadlines.close(panel, kind=LATE, at=at)


def _refuse_unless_declared(assignment: Assignment) -> None:
    if assignment.late_at is None or assignment.late_answer or assignment.state != AssignmentState.LOCKED:
        raise IllegalMove(f"{assignment} 号专家没有待处理的利益冲突申报。")
