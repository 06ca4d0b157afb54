"""What follows when every sheet of a round is in: the conclusion, or a discussion and one more round."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import system_user
from evaluation import notifications, selectors
from evaluation.enums import AssignmentState, PanelState
from evaluation.lifecycle import ASSIGNMENT, PANEL
from evaluation.models import Assignment, Discussion, Panel
from records import calendar, clock
from records.errors import Incomplete, Reason
from records.lifecycle import lock

SECOND = 2


def close_round(panel: Panel, *, at: datetime) -> None:
    """Every sheet is in: tell the agency, and send a panel too far apart into its discussion."""
    if not selectors.must_discuss(panel):
        notifications.all_locked(panel)
        return
    PANEL.move(panel, "flag", by=system_user(), at=at)
    notifications.discussion_due(panel)


def flag_panels() -> int:
    """Send panels whose sheets are all in, and too far apart, into their discussion; returns how many."""
    return sum(_flag(panel) for panel in selectors.panels_to_flag())


@transaction.atomic
def _flag(panel: Panel) -> bool:
    lock(panel)
    waits = panel.state == PanelState.SCORING and selectors.is_complete(panel)
    if not waits or not selectors.must_discuss(panel):
        return False
    close_round(panel, at=clock.now())
    return True


@transaction.atomic
def discuss_panel(
    *, panel: Panel, held_at: datetime, participants: Sequence[str], text: str, by: User
) -> Discussion:
    """Note what the panel talked over, and let every expert score once more or stand by what they gave.

    ``participants`` are codes of seats, never names. The first sheets stay as they are; the sums that count are
    those of the second round, once everybody has handed in again. Raises ``Incomplete`` with everything that
    is missing.
    """
    lock(panel)
    for refusal in PANEL.blocks(panel, "discuss", by):
        raise refusal
    seats, now = selectors.seated_on(panel), clock.now()
    Incomplete.unless_empty(_faults_of_discussion(panel, seats, held_at, participants, text, now))
    discussion = Discussion.objects.create(
        panel=panel,
        held_at=held_at,
        participants=[str(seat) for seat in seats if str(seat) in participants],
        text=text.strip(),
        noted_at=now,
        noted_by=by,
    )
    days = panel.time_limit("rescoring")
    due_on = calendar.add_working_days(clock.today(), days) if days else None
    data = {"participants": discussion.participants}
    PANEL.move(panel, "discuss", by=by, at=now, due_on=due_on, round=SECOND, data=data)
    for seat in seats:
        _reopen(seat, at=now)
    return discussion


def _reopen(seat: Assignment, *, at: datetime) -> None:
    lock(seat)
    ASSIGNMENT.move(
        seat,
        "reopen",
        by=system_user(),
        at=at,
        round=SECOND,
        total=None,
        locked_at=None,
        locked_by=None,
    )
    notifications.rescoring(seat)


def _faults_of_discussion(
    panel: Panel,
    seats: Sequence[Assignment],
    held_at: datetime,
    participants: Sequence[str],
    text: str,
    now: datetime,
) -> list[Reason]:
    """Why this is not a record of a discussion of this panel."""
    scoring, sitting = panel.edition.terms["scoring"], {str(seat) for seat in seats}
    found = [
        Reason(f"“{code}”不在本评审组。", field="participants")
        for code in participants
        if code not in sitting
    ]
    absent, most = len(sitting - set(participants)), int(scoring.get("discussion_absent_max", 0))
    if absent > most:
        words = f"缺席专家 {absent} 人，须不多于 {most} 人；请专家到齐后合议。"
        found.append(Reason(words, field="participants", clause="四(二)"))
    last = max(seat.locked_at for seat in seats if seat.state == AssignmentState.LOCKED and seat.locked_at)
    if not last <= held_at <= now:
        words = "合议时间须在全部专家锁定评分之后、现在之前。"
        found.append(Reason(words, field="held_at"))
    written, least = len(text.strip()), int(scoring.get("discussion_min_chars", 1))
    if written < least:
        found.append(
            Reason(f"合议记录 {written} 字，须不少于 {least} 字，还差 {least - written} 字。", field="text")
        )
    return found
