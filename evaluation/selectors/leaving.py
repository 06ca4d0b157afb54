"""On which grounds an expert who sits on a panel may be replaced: facts that the portal finds, never an opinion."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import QuerySet

from accounts.models import Membership
from accounts.roles import Role
from evaluation import policy
from evaluation.enums import OPEN_ASSIGNMENTS, PanelState, ReplaceGround
from evaluation.models import Absence, Assignment, Panel
from evaluation.policy import Parties
from evaluation.selectors.draws import candidate_of, look_back_from, parties_of, staff_among
from records import clock, deadlines
from records.models import Deadline


def grounds_to_replace(seat: Assignment) -> list[ReplaceGround]:
    """What speaks today for replacing whoever has this seat; nothing where they are within their time."""
    return grounds_on(seat.panel, [seat]).get(seat.pk, [])


def grounds_on(panel: Panel, seats: Iterable[Assignment]) -> dict[int, list[ReplaceGround]]:
    """The same for several seats of a panel, by their keys; those without any ground are left out."""
    open_seats = [seat for seat in seats if seat.state in OPEN_ASSIGNMENTS]
    if panel.state != PanelState.SCORING or not open_seats:
        return {}
    due = deadlines.current_of(open_seats)
    barred = _kept_away(panel, open_seats)
    found = {}
    for seat in open_seats:
        clock_of = due.get((seat._meta.label_lower, seat.pk))
        grounds = {
            ReplaceGround.OVERDUE: _is_overdue(clock_of),
            ReplaceGround.SUSPENDED: seat.expert.suspended_at is not None,
            ReplaceGround.ABSENT: _is_away(seat, clock_of),
            ReplaceGround.NO_EXPERT: not _is_expert(seat),
            ReplaceGround.CONFLICT: seat.pk in barred,
        }
        if held := [ground for ground, holds in grounds.items() if holds]:
            found[seat.pk] = held
    return found


def undecided_conflicts(panel: Panel) -> QuerySet[Assignment]:
    """Seats whose experts declared a conflict after the conclusion, and on which the bureau has not decided."""
    return panel.assignments.filter(late_at__isnull=False, late_answer="")


def _is_overdue(deadline: Deadline | None) -> bool:
    if deadline is None or deadline.due_on is None or deadline.paused_on is not None:
        return False
    return deadline.due_on < clock.today()


def _is_away(seat: Assignment, deadline: Deadline | None) -> bool:
    """Away from today until the day by which they have to hand in, by an absence entered in the pool."""
    last = max((deadline and deadline.due_on) or clock.today(), clock.today())
    rows = Absence.objects.filter(expert=seat.expert, cancelled_at__isnull=True)
    return rows.filter(first_day__lte=clock.today(), last_day__gte=last).exists()


def _is_expert(seat: Assignment) -> bool:
    user = seat.expert.user
    return (
        user.is_active
        and Membership.objects.in_effect(clock.today()).filter(role=Role.EXPERT, user=user).exists()
    )


def _kept_away(panel: Panel, seats: list[Assignment]) -> set[int]:
    """The seats whose experts a draw of today would bar from this case, by what is entered in the pool."""
    parties, since = parties_of(panel), look_back_from(panel)
    staff = staff_among(panel, [seat.expert_id for seat in seats])
    return {seat.pk for seat in seats if _is_barred(seat, parties, since, seat.expert_id in staff)}


def _is_barred(seat: Assignment, parties: Parties, since: date, is_staff: bool) -> bool:
    candidate = replace(candidate_of(seat.expert, since=since), is_staff=is_staff)
    return bool(policy.barred(candidate, parties=parties, load_cap=1))
