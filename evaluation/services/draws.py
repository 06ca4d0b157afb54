"""Filling seats by lot: the first draw, the next in its order, and a further draw where the order holds nobody more."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from evaluation import notifications, permissions, policy, selectors
from evaluation.lifecycle import ASSIGNMENT
from evaluation.models import Assignment, Draw, Expert, Panel
from records.errors import Reason


def draw_seats(panel: Panel, wanted: Sequence[str], *, by: User, at: datetime) -> tuple[Draw, list[Reason]]:
    """Draw lots for the seats ``wanted`` and keep everything the draw was made from; the caller holds the lock.

    Returns the record, and a reason for each seat that nobody may take.
    """
    seed, composition = secrets.token_hex(16), selectors.composition_of(panel)
    pool, excluded = selectors.pool_for(panel)
    sitting = [selectors.candidate_of(seat.expert) for seat in selectors.seated_on(panel)]
    facts, seated = policy.facts_of(pool, salt=seed), policy.facts_of(sitting, salt=seed)
    drawn = policy.draw(
        policy.candidates_from(facts),
        composition,
        seed=seed,
        field=field_of(panel),
        wanted=wanted,
        seated=policy.candidates_from(seated),
    )
    record = Draw(
        panel=panel,
        round=panel.draws.count() + 1,
        seed=seed,
        field=field_of(panel),
        wanted=list(wanted),
        seated=seated,
        pool=facts,
        pool_hash=policy.pool_hash(facts),
        excluded=excluded,
        order=list(drawn.order),
        chosen=[list(pair) for pair in drawn.seats],
        drawn_at=at,
        drawn_by=by,
    )
    return record, [_nobody_for(seat, composition) for seat in drawn.unfilled]


def _nobody_for(seat: str, composition: policy.Composition) -> Reason:
    return Reason(
        f"专家库中没有可担任“{seat_label(seat)}”且无需回避的专家"
        f"（同一单位不超过 {composition.per_employer_max} 人，外地专家不少于 {composition.outside_city_min} 人），"
        "请先补充专家库。"
    )


def seat_drawn(draw: Draw, *, by: User, at: datetime) -> None:
    """Invite everybody whom the draw chose, in its order."""
    experts = Expert.objects.select_related("user").in_bulk([pk for _seat, pk in draw.chosen])
    for seat, pk in draw.chosen:
        seat_expert(draw.panel, expert=experts[pk], seat=seat, by=by, at=at)


def next_in_order(panel: Panel, *, seat: str, by: User, at: datetime) -> Assignment | None:
    """Seat the next in the order last drawn; the caller holds the panel's lock.

    None where the order holds nobody more: the seat stays vacant until lots are drawn again.
    """
    draw = panel.draws.order_by("-round").first()
    pool, _excluded = selectors.pool_for(panel)
    able = {candidate.pk: candidate for candidate in pool}
    ranked = [able[pk] for pk in draw.order if pk in able] if draw else []
    seated = [selectors.candidate_of(each.expert) for each in selectors.seated_on(panel)]
    composition = selectors.composition_of(panel)
    left = len(selectors.vacant_seats(panel))
    chosen = policy.next_for(seat, ranked, seated, composition, draw.field if draw else "", seats_left=left)
    if chosen is None:
        return None
    return seat_expert(
        panel, expert=Expert.objects.select_related("user").get(pk=chosen.pk), seat=seat, by=by, at=at
    )


def seat_expert(panel: Panel, *, expert: Expert, seat: str, by: User, at: datetime) -> Assignment:
    """Create the seat, grant it to its expert and invite them."""
    last = panel.assignments.order_by("-position").values_list("position", flat=True).first()
    assignment = Assignment.objects.create(
        panel=panel, expert=expert, seat=seat, position=(last or 0) + 1, invited_at=at, invited_by=by
    )
    ASSIGNMENT.begin(assignment, by=by, at=at, seat=seat)
    permissions.grant_assignment(assignment)
    notifications.invited(assignment)
    return assignment


def field_of(panel: Panel) -> str:
    """The industry by which technical experts are preferred."""
    return panel.application.chain.industry if panel.application.chain else ""


def seat_label(seat: str) -> str:
    return str(Assignment(seat=seat).get_seat_display())
