"""The sheet of an expert: saved while it is written, handed in once per round, and after a discussion once more."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from evaluation import policy, selectors
from evaluation.enums import WRITING_STATES, PanelState
from evaluation.lifecycle import ASSIGNMENT
from evaluation.models import Assignment, Score, Sheet
from evaluation.services.rounds import close_round
from evaluation.services.scoring import lock_seat
from records import clock
from records.errors import IllegalMove, Incomplete, Reason
from records.lifecycle import lock


@transaction.atomic
def save_scores(*, assignment: Assignment, entries: Mapping[str, Mapping], by: User) -> datetime:
    """Keep what the expert has typed so far: ``{dimension: {"points", "comment"}}``; returns when.

    Only what is given is touched, points and words each by itself; a second round begins as a copy of the first.
    Raises ``IllegalMove`` once the scores are locked, ``Incomplete`` for points beyond the dimension's full mark.
    """
    lock(assignment)
    if assignment.state not in WRITING_STATES:
        raise IllegalMove(f"评分“{assignment}”现为“{ASSIGNMENT.label(assignment.state)}”，不能再修改。")
    Incomplete.unless_empty(_faults_of_points(assignment, entries))
    now = clock.now()
    _begin_round(assignment, by=by, at=now)
    kept = {score.dimension: score for score in assignment.scores.filter(round=assignment.round)}
    for code, entry in entries.items():
        score = kept.get(code) or Score(assignment=assignment, round=assignment.round, dimension=code)
        score.points = entry.get("points", score.points)
        score.comment = entry.get("comment", score.comment) or ""
        score.saved_at, score.saved_by = now, by
        kept[code] = score
    Score.objects.bulk_create(
        [Score(**_row(kept[code])) for code in entries],
        update_conflicts=True,
        unique_fields=["assignment", "round", "dimension"],
        update_fields=["points", "comment", "saved_at", "saved_by"],
    )
    return now


ROW = ("assignment", "round", "dimension", "points", "comment", "saved_at", "saved_by")


def _row(score: Score, **other: object) -> dict:
    return {name: getattr(score, name) for name in ROW} | other


def _begin_round(assignment: Assignment, *, by: User, at: datetime) -> None:
    """The second sheet starts from the first one, which stays as it is."""
    if assignment.round == 1 or assignment.scores.filter(round=assignment.round).exists():
        return
    former = assignment.scores.filter(round=assignment.round - 1)
    Score.objects.bulk_create(
        Score(**_row(score, round=assignment.round, saved_at=at, saved_by=by)) for score in former
    )


@transaction.atomic
def lock_scores(*, assignment: Assignment, by: User) -> Assignment:
    """Hand the sheet in: from here on not even the expert changes it.

    Raises ``Incomplete`` with every dimension that lacks points or words.
    """
    return _hand_in(assignment, "lock", by=by)


@transaction.atomic
def keep_scores(*, assignment: Assignment, by: User) -> Assignment:
    """After the discussion the expert stands by the first sheet: it is handed in again as it was."""
    return _hand_in(assignment, "keep", by=by)


def _hand_in(assignment: Assignment, action: str, *, by: User) -> Assignment:
    """The last sheet of a round closes it: the panel can conclude, or has to talk first."""
    lock_seat(assignment)
    for refusal in ASSIGNMENT.blocks(assignment, action, by):
        raise refusal
    panel, now = assignment.panel, clock.now()
    if panel.state != PanelState.SCORING:
        raise IllegalMove(f"{panel}不在评分环节，不能再提交评分。")
    if action == "keep":
        _forget_changes(assignment)
    _begin_round(assignment, by=by, at=now)
    Incomplete.unless_empty(selectors.unfinished(assignment))
    total = policy.total_of(selectors.points_of(assignment))
    ASSIGNMENT.move(assignment, action, by=by, at=now, locked_at=now, locked_by=by, total=total)
    Sheet.objects.create(
        assignment=assignment,
        round=assignment.round,
        total=total,
        kept=action == "keep",
        locked_at=now,
        locked_by=by,
    )
    if selectors.is_complete(panel):
        close_round(panel, at=now)
    return assignment


def _forget_changes(assignment: Assignment) -> None:
    """What was typed since and not handed in does not count."""
    assignment.scores.filter(round=assignment.round).delete()


def _faults_of_points(assignment: Assignment, entries: Mapping[str, Mapping]) -> list[Reason]:
    sheet = {d["code"]: d for d in assignment.panel.edition.sheet}
    found = []
    for code, entry in entries.items():
        if code not in sheet:
            found.append(Reason(f"评分表没有“{code}”这一项。", field=code))
        elif (points := entry.get("points")) is not None and not 0 <= points <= Decimal(
            sheet[code]["full_mark"]
        ):
            full = sheet[code]["full_mark"]
            found.append(Reason(f"“{sheet[code]['label']}”须在 0 至 {full} 分之间。", field=f"{code}_points"))
    return found
