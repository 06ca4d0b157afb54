"""The clock of the stages of a build period: open while one is not reached, on whoever leads the institute now."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.roles import Role
from institutes.models import Institute, Milestone
from institutes.selectors.build import milestones_to_reach, milestones_with_clocks
from records import clock, deadlines
from records.models import Deadline


def open_milestones(institute: Institute, *, at: datetime) -> None:
    """Start the clock of every stage of an institute that is not reached."""
    for milestone in milestones_to_reach().filter(institute=institute):
        _open(milestone, at=at)


def _open(milestone: Milestone, *, at: datetime) -> None:
    deadlines.open_for(
        milestone.institute,
        label=f"建设阶段：{milestone.content}"[:100],
        role=Role.ENT_FILLER,
        at=at,
        kind=milestone.deadline_kind,
        due_on=milestone.due_on,
    )


def close_milestones(milestones: Iterable[Milestone], *, at: datetime) -> None:
    """Stop the clock of stages that were reported reached."""
    for milestone in milestones:
        deadlines.close(milestone.institute, kind=milestone.deadline_kind, at=at)


def follow_milestones() -> int:
    """Let the clocks be those of the stages that are not reached, each with whoever leads the institute now.

    A report that was taken back starts a clock again, an institute that is none any more has none, and a new host
    takes over the clocks. Returns how many changed.
    """
    held = {(row.subject_id, row.kind): row for row in milestones_with_clocks()}
    wanted = {(one.institute_id, one.deadline_kind): one for one in milestones_to_reach()}
    over = [row.pk for key, row in held.items() if key not in wanted]
    wrong = [one for key, one in wanted.items() if key not in held or _of_another(held[key], one.institute)]
    return _set_right(over, wrong) if over or wrong else 0


def _of_another(row: Deadline, institute: Institute) -> bool:
    return (row.host_id, row.division_id) != (institute.host_id, institute.division_id)


@transaction.atomic
def _set_right(over: list[int], wrong: list[Milestone]) -> int:
    at = clock.now()
    closed = Deadline.objects.open().filter(pk__in=over).update(met_at=at)
    for milestone in wrong:
        _open(milestone, at=at)
    return closed + len(wrong)
