"""Filling seats by lot, in two moves: the pledge that everybody can read, then the draw that nobody could foresee.

Where a seat falls vacant the next in the order steps in; where the order holds nobody more, lots are drawn again.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from evaluation import notifications, permissions, policy, selectors
from evaluation.enums import Seat
from evaluation.lifecycle import ASSIGNMENT
from evaluation.models import Assignment, Draw, Expert, Panel
from evaluation.selectors.draws import FORMAT, beacon_in, line_in_record
from records import audit
from records.errors import Conflict, Incomplete, Reason

SECRET_BYTES = 32


def pledge_seats(panel: Panel, wanted: Sequence[str], *, by: User, at: datetime) -> Draw:
    """Freeze the pool as balls, and promise from which moment on the register decides; the caller holds the lock.

    Raises ``Incomplete`` with a reason for each seat that cannot be filled within the composition.
    """
    pool, excluded = selectors.pool_for(panel)
    since = selectors.look_back_from(panel)
    sitting = [selectors.candidate_of(seat.expert, since=since) for seat in selectors.seated_on(panel)]
    salt, nonce = secrets.token_hex(SECRET_BYTES), secrets.token_hex(SECRET_BYTES)
    tickets = policy.tickets_of(pool, salt=salt)
    balls, seated = policy.balls_of(pool, sitting, tickets)
    _refuse_unless_possible(panel, wanted, balls, seated)
    draw = Draw(panel=panel, round=panel.draws.count() + 1, salt=salt, nonce=nonce, tickets=tickets)
    draw.excluded, draw.pledged_at, draw.pledged_by = excluded, at, by
    draw.draws_after = at + timedelta(minutes=int(panel.edition.terms["draw"]["delay_minutes"]))
    draw.pledge = _pledge(draw, wanted, balls, seated)
    draw.commitment = policy.digest(draw.pledge)
    draw.save()
    return draw


def _pledge(
    draw: Draw, wanted: Sequence[str], balls: Sequence[policy.Ball], seated: Sequence[policy.Ball]
) -> dict:
    """What is published before the draw. It names no person, no unit and no case."""
    panel, (position, line) = draw.panel, audit.head()
    reasons = list(draw.excluded.values())
    return {
        "format": FORMAT,
        "panel": panel.code,
        "round": draw.round,
        "field": field_of(panel),
        "composition": selectors.composition_of(panel).as_dict(),
        "wanted": list(wanted),
        "seated": [ball.as_dict() for ball in seated],
        "pool": [ball.as_dict() for ball in balls],
        "excluded": {reason: reasons.count(reason) for reason in sorted(set(reasons))},
        "sealed": selectors.sealed(draw),
        "nonce": policy.digest(draw.nonce),
        "register": line_in_record(draw, FORMAT, position=position, line_hash=line),
        "pledged_at": timezone.localtime(draw.pledged_at).isoformat(),
        "draws_after": timezone.localtime(draw.draws_after).isoformat(),
    }


def _refuse_unless_possible(
    panel: Panel, wanted: Sequence[str], balls: Sequence[policy.Ball], seated: Sequence[policy.Ball]
) -> None:
    composition, field = selectors.composition_of(panel), field_of(panel)
    if policy.is_possible(wanted, balls, seated, composition, field):
        return
    found = [
        Reason(
            f"专家库中可抽取、无需回避的{seat_label(seat)}{_of_field(seat, field)}只有 {able} 人，需要 {needed} 人，"
            "请先补充专家库。"
        )
        for seat in dict.fromkeys(wanted)
        if (able := sum(policy.suits(ball, seat, field) for ball in balls)) < (needed := wanted.count(seat))
    ]
    bounds = (
        f"专家库中可抽取、无需回避的专家不能同时满足人员构成：同一单位不超过 {composition.per_employer_max} 人，"
        f"市外专家不少于 {composition.outside_city_min} 人。请先补充专家库。"
    )
    raise Incomplete(*(found or [Reason(bounds)]))


def _of_field(seat: str, field: str) -> str:
    return f"（{field}）" if field and seat == Seat.TECHNICAL else ""


def draw_pledged(panel: Panel, *, by: User, at: datetime) -> Draw:
    """Draw what was pledged; the caller holds the lock. Raises ``Conflict`` before the promised moment."""
    draw = selectors.open_pledge(panel)
    if draw is None:
        raise Conflict("尚未公布抽取承诺，请先公布承诺。")
    if at < draw.draws_after:
        moment = timezone.localtime(draw.draws_after)
        raise Conflict(
            f"承诺已公布，抽取须在 {moment:%Y-%m-%d %H:%M:%S} 之后进行：由其后登记簿的第一条登记参与决定结果。"
        )
    line = selectors.deciding_line(draw) or mark_moment(draw, by=by, at=at)
    written = line_in_record(draw, draw.pledge["format"], position=line.position, line_hash=line.hash)
    seed = policy.seed_of(commitment=draw.commitment, nonce=draw.nonce, beacon=beacon_in(written))
    drawn = policy.draw(draw.pledge, seed=seed)
    draw.result = {
        "register": {**written, "at": timezone.localtime(line.at).isoformat()},
        "seed": seed,
        "order": list(drawn.order),
        "chosen": [list(pair) for pair in drawn.seats],
    }
    draw.drawn_at, draw.drawn_by = at, by
    draw.save(update_fields=["result", "drawn_at", "drawn_by"])
    return draw


def mark_moment(draw: Draw, *, by: User, at: datetime) -> audit.AuditEvent:
    """Write the line that decides, where nobody else has written one since the promised moment."""
    audit.record("evaluation.draw.moment", draw, by=by, at=at, commitment=draw.commitment)
    audit.chain_now()
    line = selectors.deciding_line(draw)
    if line is None:
        raise Conflict("登记簿尚无该时刻之后的登记，请稍后再抽取。")
    return line


def seat_drawn(draw: Draw, *, by: User, at: datetime) -> None:
    """Invite everybody whom the draw chose, in its order."""
    chosen = [(seat, draw.expert_of(ball)) for seat, ball in draw.chosen]
    experts = Expert.objects.select_related("user").in_bulk([pk for _seat, pk in chosen])
    for seat, pk in chosen:
        seat_expert(draw.panel, expert=experts[pk], seat=seat, by=by, at=at)


def next_in_order(panel: Panel, *, seat: str, by: User, at: datetime) -> Assignment | None:
    """Seat the next in the order last drawn; the caller holds the panel's lock.

    Who has to keep away by now is passed over. None where the order holds nobody more: the seat stays vacant
    until lots are drawn again.
    """
    draw = panel.draws.filter(drawn_at__isnull=False).order_by("-round").first()
    if draw is None:
        return None
    chosen = _next_ball(panel, draw, seat)
    if chosen is None:
        return None
    expert = Expert.objects.select_related("user").get(pk=chosen)
    return seat_expert(panel, expert=expert, seat=seat, by=by, at=at)


def _next_ball(panel: Panel, draw: Draw, seat: str) -> int | None:
    """The expert who follows, with everybody as they stand today: employers are compared anew."""
    pool, _excluded = selectors.pool_for(panel)
    since = selectors.look_back_from(panel)
    sitting = [selectors.candidate_of(each.expert, since=since) for each in selectors.seated_on(panel)]
    able = {candidate.pk: candidate for candidate in pool}
    order = [pk for pk in (draw.expert_of(ball) for ball in draw.order) if pk in able]
    ranked, seated = policy.balls_of([able[pk] for pk in order], sitting, order)
    later = selectors.vacant_seats(panel)
    later.remove(seat)
    terms = (selectors.composition_of(panel), draw.pledge["field"])
    found = policy.next_for(seat, ranked, seated, *terms, later=later)
    if found is None and later:  # another seat that nobody can take holds up this one
        found = policy.next_for(seat, ranked, seated, *terms)
    return order[found.ball - 1] if found else None


def seat_expert(panel: Panel, *, expert: Expert, seat: str, by: User, at: datetime) -> Assignment:
    """Create the seat, grant it to its expert and invite them."""
    last = panel.assignments.order_by("-position").values_list("position", flat=True).first()
    assignment = Assignment.objects.create(
        panel=panel,
        expert=expert,
        seat=seat,
        position=(last or 0) + 1,
        round=panel.round,
        invited_at=at,
        invited_by=by,
    )
    ASSIGNMENT.begin(assignment, by=by, at=at, seat=seat)
    permissions.grant_assignment(assignment)
    notifications.invited(assignment)
    return assignment


def field_of(panel: Panel) -> str:
    """The industry of which technical experts have to be."""
    return panel.chain.industry if panel.chain else ""


def seat_label(seat: str) -> str:
    return str(Assignment(seat=seat).get_seat_display())
