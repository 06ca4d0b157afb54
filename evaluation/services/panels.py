"""Opening, drawing, concluding and ending panels."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Model

from accounts.models import User
from accounts.services import system_user
from evaluation import notifications, permissions, policy, selectors
from evaluation.enums import OPEN_ASSIGNMENTS, OPEN_PANELS, AssignmentState, PanelState
from evaluation.kinds import Case, Kind, Result, kind_for, kind_of
from evaluation.lifecycle import ASSIGNMENT, PANEL
from evaluation.models import Assignment, Draw, Engagement, Panel, ReviewEdition, Score
from evaluation.services.blind import open_package
from evaluation.services.draws import draw_pledged, mark_moment, pledge_seats, seat_drawn
from evaluation.services.papers import issue_after_commit, paper
from records import audit, clock, deadlines, numbering
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import lock

# What a panel keeps of its case, by the names that both use.
KEPT_OF_CASE = ("title", "number", "host", "division", "agency", "chain", "call")


@transaction.atomic
def open_panel(*, case: Model, by: User, kind: str = "", size: int | None = None) -> Panel:
    """Open the panel that will judge ``case``, by the review edition and the engagement in force today.

    ``kind`` is a code of ``evaluation.kinds``, needed where rows like this are reviewed in more than one way; ``size``
    one of the edition's numbers of experts, the usual one if nothing is said. Called twice, it opens one. Raises
    ``IllegalMove`` where the case is not with the reviewers, or no engagement of its agency covers it.
    """
    lock(case)
    review = kind_of(kind) if kind else kind_for(case)
    case_key = {"kind": review.code, "case_type": review.case_type, "case_id": case.pk}
    if earlier := Panel.objects.filter(**case_key).first():
        return earlier
    about = review.describe(case)
    if about.agency is None or not review.is_under_review(case):
        raise IllegalMove(f"“{case}”不在第三方评审环节，不能组建评审组。")
    engagement = _engagement_for(review, about)
    today, now = clock.today(), clock.now()
    edition = ReviewEdition.objects.in_force(review.code, today)
    if size is not None and size not in edition.sizes:
        offered = "、".join(str(one) for one in sorted(edition.sizes))
        raise Incomplete(Reason(f"评审组人数只能选 {offered} 人，现为 {size} 人。", field="size"))
    panel = Panel.objects.create(
        **case_key,
        **({review.tie: case} if review.tie else {}),
        **{name: getattr(about, name) for name in KEPT_OF_CASE},
        engagement=engagement,
        edition=edition,
        size=size or edition.sizes[0],
        state=PanelState.FORMING,
        opened_at=now,
        opened_by=by,
        code=numbering.take_number("panel", pattern=edition.terms["numbers"]["panel"], year=today.year),
    )
    contract, experts = engagement.number, panel.size
    PANEL.begin(panel, by=by, at=now, application=about.number, engagement=contract, experts=experts)
    open_package(panel, by=by, at=now)
    return panel


def _engagement_for(review: Kind, about: Case) -> Engagement:
    """The engagement under which the case is reviewed; raises ``IllegalMove`` where there is none."""
    agency, call = about.agency, about.call
    found = selectors.engagement_for(
        clock.today(), agency=agency.pk if agency else None, call=call.pk if call else None, kind=review.code
    )
    if found is None:
        words = (
            f"“{agency}”没有覆盖“{call or review.label}”的有效评审委托，不能组建评审组；"
            "请市科技局先办理委托。"
        )
        raise IllegalMove(Reason(words, clause=review.clause))
    return found


@transaction.atomic
def pledge_draw(*, panel: Panel, by: User) -> Panel:
    """Publish who can be drawn, as numbered balls, and from which moment on the register's next line decides.

    Raises ``Incomplete`` naming the seats for which the pool holds nobody who may sit.
    """
    lock(panel)
    _refuse_without_case(panel)
    for refusal in PANEL.blocks(panel, "pledge", by):
        raise refusal
    if not selectors.is_frozen(panel):
        raise IllegalMove(f"{panel}的盲审包尚未核对冻结，不能抽取专家；请等待市科技局核对。")
    now = clock.now()
    draw = pledge_seats(panel, selectors.composition_of(panel).seats(), by=by, at=now)
    PANEL.move(panel, "pledge", by=by, at=now, pledged_at=now, pledged_by=by, data=_promised(draw))
    return panel


@transaction.atomic
def draw_panel(*, panel: Panel, by: User) -> Panel:
    """Draw the experts by lot as pledged, and invite them: no hand picking; everybody can draw the same again.

    Raises ``Conflict`` before the moment that the pledge promised.
    """
    lock(panel)
    _refuse_without_case(panel)
    for refusal in PANEL.blocks(panel, "draw", by):
        raise refusal
    now = clock.now()
    promised = paper(panel, "draw_record", at=now)  # a number comes before the register, which lots may hold
    draw = draw_pledged(panel, by=by, at=now)
    data = {"seed": draw.seed, "paper": promised}
    event = PANEL.move(panel, "draw", by=by, at=now, drawn_at=now, drawn_by=by, data=data)
    seat_drawn(draw, by=by, at=now)
    issue_after_commit(event)
    return panel


@transaction.atomic
def pledge_refill(*, panel: Panel, by: User) -> Panel:
    """Pledge a further draw for the seats left vacant, from the pool as it stands now.

    Raises ``Conflict`` where no seat is vacant or a pledge is open, ``Incomplete`` where the pool holds nobody.
    """
    lock(panel)
    _refuse_without_case(panel)
    for refusal in PANEL.blocks(panel, "pledge_refill", by):
        raise refusal
    now, vacant = clock.now(), selectors.vacant_seats(panel)
    if not vacant:
        raise Conflict("评审组没有空缺席位，不需要补抽。")
    if selectors.open_pledge(panel):
        raise Conflict("补抽承诺已经公布，请在所公布的时刻之后抽取。")
    draw = pledge_seats(panel, vacant, by=by, at=now)
    PANEL.move(panel, "pledge_refill", by=by, at=now, due_on=_due_on(panel), data=_promised(draw))
    return panel


@transaction.atomic
def refill_panel(*, panel: Panel, by: User) -> Panel:
    """Draw as the further pledge promised; the first record stays as it is."""
    lock(panel)
    _refuse_without_case(panel)
    for refusal in PANEL.blocks(panel, "refill", by):
        raise refusal
    now = clock.now()
    promised = paper(panel, "draw_record", at=now, suffix=f"_{panel.draws.count()}")
    draw = draw_pledged(panel, by=by, at=now)
    data = {"seed": draw.seed, "paper": promised}
    event = PANEL.move(panel, "refill", by=by, at=now, due_on=_due_on(panel), data=data)
    seat_drawn(draw, by=by, at=now)
    issue_after_commit(event)
    return panel


def _promised(draw: Draw) -> dict:
    """What the register keeps of a pledge."""
    return {"commitment": draw.commitment, "draws_after": draw.pledge["draws_after"]}


def _due_on(panel: Panel) -> date | None:
    deadline = deadlines.current(panel)
    return deadline.due_on if deadline else None


def mark_moments_of_draws() -> int:
    """Write the deciding line of every pledge whose moment has come and after which nobody wrote any."""
    now, by = clock.now(), system_user()
    return sum(_mark(draw, by=by, at=now) for draw in selectors.pledges_waiting_for_a_line(now))


@transaction.atomic
def _mark(draw: Draw, *, by: User, at: datetime) -> bool:
    mark_moment(draw, by=by, at=at)
    return True


@transaction.atomic
def conclude_panel(*, panel: Panel, opinion: str, by: User) -> Panel:
    """Bring the locked scores together and hand the result down to the case.

    Every seat must have locked: a missing score is never imputed (raises ``Incomplete`` with each one).
    """
    lock(panel)
    for refusal in PANEL.blocks(panel, "conclude", by):
        raise refusal
    sitting = selectors.seated_on(panel)
    Incomplete.unless_empty(_what_is_missing(panel, sitting, opinion))
    if selectors.must_discuss(panel):
        raise Incomplete(_undiscussed(panel))
    result = policy.aggregate(
        [seat.total for seat in sitting if seat.total is not None], panel.edition.terms["scoring"]
    )
    now = clock.now()
    handed_down = Result(
        score=result.score,
        passed=result.passed,
        opinion=opinion,
        tie_break=_tie_break(panel, sitting),
        tie_label=_tie_label(panel),
        marks=_marks(panel, sitting),
    )
    panel.of_kind.conclude(panel.case, handed_down, by=by, at=now)
    event = PANEL.move(
        panel,
        "conclude",
        by=by,
        at=now,
        score=result.score,
        spread=result.spread,
        passed=result.passed,
        opinion=opinion.strip(),
        concluded_at=now,
        concluded_by=by,
        data={
            "flagged": result.flagged,
            "round": panel.round,
            "dropped": result.dropped,
            "paper": paper(panel, "score_sheet", at=now, suffix=_anew(panel)),
        },
    )
    issue_after_commit(event)
    return panel


def _anew(panel: Panel) -> str:
    """What tells the paper of a later conclusion from that of the first; nothing for the first."""
    earlier = audit.history(panel).filter(verb="evaluation.panel.conclude").count()
    return f"_{earlier + 1}" if earlier else ""


def _marks(panel: Panel, sitting: list[Assignment]) -> dict[str, Decimal]:
    """What the panel gave for each item of its sheet, put together by the rule of the score."""
    scores = Score.objects.filter(assignment__in=sitting, round=panel.round, points__isnull=False)
    given: dict[str, list[Decimal]] = {}
    for item, points in scores.values_list("dimension", "points"):
        if points is not None:
            given.setdefault(item, []).append(points)
    return {
        item: policy.aggregate(each, panel.edition.terms["scoring"]).score for item, each in given.items()
    }


def _tie_break(panel: Panel, sitting: list[Assignment]) -> Decimal:
    """What the panel gave in the dimensions that are compared first where scores are equal."""
    scoring = panel.edition.terms["scoring"]
    points = Score.objects.filter(assignment__in=sitting, round=panel.round, points__isnull=False)
    given = [
        [score.points for score in points.filter(dimension=code) if score.points is not None]
        for code in scoring.get("tie_break", ())
    ]
    return sum((policy.aggregate(each, scoring).score for each in given if each), Decimal(0))


def _tie_label(panel: Panel) -> str:
    """Those dimensions in words."""
    first = panel.edition.terms["scoring"].get("tie_break", ())
    labels = [each["label"] for each in panel.edition.sheet if each["code"] in first]
    return "、".join(labels)


def _what_is_missing(panel: Panel, sitting: list[Assignment], opinion: str) -> list[Reason]:
    """Why the panel cannot conclude yet."""
    found = [
        Reason(f"{seat} 号专家尚未锁定评分（{ASSIGNMENT.label(seat.state)}）。")
        for seat in sitting
        if seat.state != AssignmentState.LOCKED
    ]
    if len(sitting) < panel.size:
        found.append(Reason(f"评审组应为 {panel.size} 人，现为 {len(sitting)} 人，请先补抽专家。"))
    if not opinion.strip():
        found.append(Reason("请填写专家组意见。", field="opinion"))
    return found


def _undiscussed(panel: Panel) -> Reason:
    """The sheets lie too far apart, and nobody has talked it over."""
    flag = panel.edition.terms["scoring"]["spread_flag"]
    return Reason(
        f"最高分与最低分相差超过 {flag} 分，须先合议并重新评分一次，再汇总。", clause=panel.of_kind.clause
    )


def _refuse_without_case(panel: Panel) -> None:
    if not panel.of_kind.is_under_review(panel.case):
        raise IllegalMove(f"{panel}所评的事项不在第三方评审环节，不能抽取专家。")


def cancel_panels_without_case() -> int:
    """End every panel whose case left the reviewers in another way; returns how many."""
    by = system_user()
    return sum(cancel_panel(panel=panel, by=by) for panel in selectors.panels_without_case())


@transaction.atomic
def cancel_panel(*, panel: Panel, by: User) -> bool:
    """End the panel, because its case was withdrawn: nobody reads the package any more. False if it need not."""
    lock(panel)
    at_work = panel.state in OPEN_PANELS
    if not at_work or panel.of_kind.is_under_review(panel.case):
        return False
    now, reason = clock.now(), str(panel.of_kind.withdrawn)
    PANEL.move(panel, "cancel", by=by, at=now, reason=reason, cancelled_at=now, cancelled_by=by)
    for seat in panel.assignments.live().select_related("expert__user").order_by("pk"):
        permissions.revoke_assignment(seat)
        if seat.state in OPEN_ASSIGNMENTS:
            _release(seat, by=by, at=now, reason=reason)
    return True


def _release(seat: Assignment, *, by: User, at: datetime, reason: str) -> None:
    ASSIGNMENT.move(seat, "release", by=by, at=at, reason=reason, left_at=at, left_by=by)
    notifications.released(seat, words="该项评审已终止，您不需要继续评分，材料已停止查阅。感谢您的支持。")
