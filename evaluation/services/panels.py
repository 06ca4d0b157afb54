"""Opening, drawing and concluding panels."""

import secrets
from datetime import datetime

from django.db import transaction

from accounts.models import User
from evaluation import notifications, permissions, policy, selectors
from evaluation.enums import AssignmentState, PanelState
from evaluation.lifecycle import ASSIGNMENT, PANEL
from evaluation.models import Assignment, Draw, Expert, Panel, ReviewEdition
from institutes.enums import ApplicationState
from institutes.models import Application
from institutes.services import record_review
from records import clock, numbering
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import lock

REVIEW = "recognition"


@transaction.atomic
def open_panel(*, application: Application, by: User) -> Panel:
    """Open the panel that will judge ``application``, by the review edition in force today.

    Called twice, it opens one. Raises ``IllegalMove`` where the application is not with the reviewers.
    """
    lock(application)
    if earlier := Panel.objects.filter(application=application).first():
        return earlier
    if application.state != ApplicationState.REVIEWING:
        raise IllegalMove(f"“{application}”不在第三方评审环节，不能组建评审组。")
    now = clock.now()
    edition = ReviewEdition.objects.in_force(REVIEW, clock.today())
    year = clock.today().year
    panel = Panel.objects.create(
        application=application,
        agency_id=application.agency_id,
        edition=edition,
        size=edition.terms["panel"]["size"],
        state=PanelState.FORMING,
        opened_at=now,
        opened_by=by,
        code=numbering.take_number("panel", pattern=edition.terms["numbers"]["panel"], year=year),
    )
    PANEL.begin(panel, by=by, at=now, application=application.number)
    return panel


@transaction.atomic
def draw_panel(*, panel: Panel, by: User) -> Panel:
    """Draw the experts by lot and invite them: no hand picking, and the same seed draws the same names again.

    Raises ``Incomplete`` naming the seats for which the pool holds nobody who may sit.
    """
    lock(panel)
    now, seed = clock.now(), secrets.token_hex(16)
    pool, excluded = _pool_for(panel)
    drawn = policy.draw(pool, selectors.composition_of(panel), seed=seed, field=_field_of(panel))
    PANEL.move(panel, "draw", by=by, at=now, drawn_at=now, drawn_by=by, data={"pool": policy.pool_hash(pool)})
    Incomplete.unless_empty(
        Reason(f"专家库中没有可担任“{_seat_label(seat)}”且无需回避的专家，请先补充专家库。", clause="domain B1a")
        for seat in drawn.unfilled
    )
    Draw.objects.create(
        panel=panel,
        seed=seed,
        pool_hash=policy.pool_hash(pool),
        pool=[candidate.pk for candidate in pool],
        excluded=excluded,
        order=list(drawn.order),
        drawn_at=now,
        drawn_by=by,
    )
    experts = Expert.objects.select_related("user").in_bulk([pk for _, pk in drawn.seats])
    for position, (seat, pk) in enumerate(drawn.seats, start=1):
        seat_expert(panel, expert=experts[pk], seat=seat, position=position, by=by, at=now)
    return panel


@transaction.atomic
def conclude_panel(*, panel: Panel, opinion: str, by: User) -> Panel:
    """Bring the locked scores together and hand the result down to the application.

    Every seat must have locked: a missing score is never imputed (raises ``Incomplete`` with each one).
    """
    lock(panel)
    sitting = selectors.seated_on(panel)
    missing = [a for a in sitting if a.state != AssignmentState.LOCKED]
    if panel.state == PanelState.SCORING:
        Incomplete.unless_empty(
            [
                *(Reason(f"{a} 号专家尚未锁定评分（{ASSIGNMENT.label(a.state)}）。") for a in missing),
                *([] if len(sitting) >= panel.size else [Reason("评审组人数不足，请先补足专家。")]),
                *([] if opinion.strip() else [Reason("请填写专家组意见。", field="opinion")]),
            ]
        )
    result = policy.aggregate([a.total for a in sitting if a.total is not None], panel.edition.terms["scoring"])
    now = clock.now()
    PANEL.move(
        panel,
        "conclude",
        by=by,
        at=now,
        score=result.score,
        spread=result.spread,
        passed=result.passed,
        opinion=opinion,
        concluded_at=now,
        concluded_by=by,
        data={"flagged": result.flagged, "dropped": result.dropped},
    )
    record_review(
        application=panel.application, score=result.score, passed=result.passed, opinion=opinion, by=by, at=now
    )
    return panel


def refill(panel: Panel, *, seat: str, by: User, at: datetime) -> Assignment:
    """Seat the next in the order drawn; the caller holds the panel's lock.

    Raises ``Conflict`` where the order holds nobody more: the pool must grow, and a new expert cannot slip
    in by hand.
    """
    order = panel.draw.order
    pool = {c.pk: c for c in selectors.candidates_for(panel)}
    ranked = [pool[pk] for pk in order if pk in pool]
    seated = [selectors.candidate_of(a.expert) for a in selectors.seated_on(panel)]
    composition = selectors.composition_of(panel)
    wanted = composition.outside_city_min - sum(c.outside_city for c in seated)
    chosen = policy.next_for(seat, ranked, seated, composition, _field_of(panel), outsider=wanted > 0)
    if chosen is None:
        raise Conflict(f"抽取顺序中已没有可递补“{_seat_label(seat)}”的专家，请先补充专家库后重新组建。")
    position = (panel.assignments.order_by("-position").values_list("position", flat=True).first() or 0) + 1
    expert = Expert.objects.select_related("user").get(pk=chosen.pk)
    return seat_expert(panel, expert=expert, seat=seat, position=position, by=by, at=at)


def seat_expert(panel: Panel, *, expert: Expert, seat: str, position: int, by: User, at: datetime) -> Assignment:
    """Create the seat, grant it to its expert and invite them."""
    assignment = Assignment.objects.create(
        panel=panel, expert=expert, seat=seat, position=position, invited_at=at, invited_by=by
    )
    ASSIGNMENT.begin(assignment, by=by, at=at, seat=seat)
    permissions.grant_assignment(assignment)
    notifications.invited(assignment)
    return assignment


def _pool_for(panel: Panel) -> tuple[list[policy.Candidate], dict[str, str]]:
    """Who may be drawn, and why each of the others may not."""
    parties = [panel.application.host.name, panel.agency.name, *co_builder_names(panel.application)]
    cap = selectors.composition_of(panel).load_cap
    pool, excluded = [], {}
    for candidate in selectors.candidates_for(panel):
        if reason := policy.barred(candidate, parties=parties, load_cap=cap):
            excluded[str(candidate.pk)] = reason
        else:
            pool.append(candidate)
    return pool, excluded


def co_builder_names(application: Application) -> list[str]:
    """The names of the co-builders in the version that was handed in."""
    version = application.versions.order_by("-number").first()
    rows = (version.answers if version else {}).get("partners", {}).get("partners", [])
    return [row["name"] for row in rows if row.get("name")]


def _field_of(panel: Panel) -> str:
    return panel.application.chain.industry if panel.application.chain else ""


def _seat_label(seat: str) -> str:
    return str(Assignment(seat=seat).get_seat_display())


