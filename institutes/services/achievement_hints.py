"""What may be the same achievement: put down when one is handed in, answered by county and bureau one by one."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from institutes.enums import HintFinding
from institutes.models import Achievement, AchievementHint
from institutes.selectors import achievements as reads
from records.errors import Conflict, Incomplete, Reason

Answers = Mapping[int, tuple[str, str]]
"""For each hint, by its key: the finding, and why."""
INSTEAD = {
    "county": "已认定为同一成果的，不能核实，请退回单位并说明理由。",
    "bureau": "已认定为同一成果的，不能核实，请不予核实并说明理由。",
}


def raise_hints(achievement: Achievement, *, by: User, at: datetime) -> list[AchievementHint]:
    """Put down every live achievement that may be this one under another title."""
    return AchievementHint.objects.bulk_create(
        AchievementHint(
            achievement=achievement,
            other=found.other,
            ground=found.ground,
            likeness=found.likeness,
            raised_at=at,
            raised_by=by,
        )
        for found in reads.resembling(achievement)
    )


def answer_hints(achievement: Achievement, answers: Answers, *, side: str, by: User, at: datetime) -> None:
    """Put down what ``side`` (county, bureau) finds about each hint. Every one needs an answer and its ground.

    Raises ``Incomplete`` where one is missing, ``Conflict`` where an answer says that it is the same achievement.
    """
    hints = list(reads.suspected_twins_of(achievement))
    missing, same = list[Reason](), list[Reason]()
    for hint in hints:
        finding, note = answers.get(hint.pk, ("", ""))
        if finding not in HintFinding.values:
            missing.append(Reason(f"请判断与“{hint.other}”是否同一成果。", field=f"hint_{hint.pk}"))
        elif not note.strip():
            missing.append(Reason(f"请写明与“{hint.other}”比对的依据。", field=f"note_{hint.pk}"))
        elif finding == HintFinding.SAME:
            same.append(Reason(f"与“{hint.other}”系同一成果：{INSTEAD[side]}", field=f"hint_{hint.pk}"))
        else:
            _answer(hint, side, finding, note, by=by, at=at)
    Incomplete.unless_empty(missing)
    Conflict.unless_empty(same)
    columns = [f"{side}_{name}" for name in ("finding", "note", "answered_at", "answered_by")]
    if hints:
        AchievementHint.objects.bulk_update(hints, columns)


def _answer(hint: AchievementHint, side: str, finding: str, note: str, *, by: User, at: datetime) -> None:
    values = {"finding": finding, "note": note.strip()[:500], "answered_at": at, "answered_by": by}
    for name, value in values.items():
        setattr(hint, f"{side}_{name}", value)
