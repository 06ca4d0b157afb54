"""What each verb does, what it records, whom it tells; and that a refusal leaves no trace."""

from decimal import Decimal

import pytest

from accounts.roles import Role
from evaluation import permissions, selectors, services
from evaluation.enums import AssignmentState as A
from evaluation.enums import PanelState as P
from evaluation.enums import Seat
from evaluation.models import Assignment, Draw, Expert, Panel, Score
from evaluation.services import sweeps
from institutes.enums import ApplicationState
from institutes.models import Application
from notices.models import Notice
from records import audit, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete
from tests.factories.accounts import MembershipFactory, UserFactory, person, system_user
from tests.factories.evaluation import (
    COMMENT,
    OPINION,
    AssignmentFactory,
    ExpertFactory,
    PanelFactory,
    TieFactory,
    drawn,
    fill,
    reviewed_application,
    sheet,
    signed,
)

pytestmark = pytest.mark.django_db


def steps(subject):
    return [event.verb.rpartition(".")[2] for event in audit.history(subject).exclude(to_state="")]


def told(event):
    return list(Notice.objects.filter(event=f"evaluation.{event}").values_list("recipient__name", flat=True))


def committed(panel, manager):
    """A drawn panel whose experts have all signed; returns their assignments."""
    seats = list(drawn(panel, manager).assignments.select_related("expert__user", "panel__edition"))
    for seat in seats:
        services.commit_assignment(assignment=seat, **signed(seat))
    return seats


def locked(panel, manager, share="0.80"):
    seats = committed(panel, manager)
    for seat in seats:
        services.save_scores(assignment=seat, entries=sheet(seat, share), by=seat.expert.user)
        services.lock_scores(assignment=seat, by=seat.expert.user)
    return seats


# --- opening --------------------------------------------------------------------------------------------------------


def test_a_panel_is_opened_by_the_edition_in_force(edition):
    application = reviewed_application()
    by = person(Role.AGENCY, organisation=application.agency)

    panel = services.open_panel(case=application, by=by)

    assert (panel.state, panel.size, panel.edition, panel.agency) == (
        P.FORMING,
        5,
        edition,
        application.agency,
    )
    assert (panel.opened_by, panel.code[:7]) == (by, "SJZ-PS-")
    assert steps(panel) == ["begin"]
    assert deadlines.current(panel).holder_role == Role.AGENCY


def test_a_panel_is_opened_once(edition):
    application, by = reviewed_application(), UserFactory()

    first = services.open_panel(case=application, by=by)

    assert services.open_panel(case=application, by=by) == first
    assert Panel.objects.count() == 1


def test_a_panel_is_not_opened_elsewhere_on_the_way(edition):
    application = reviewed_application()
    Application.objects.update(state=ApplicationState.FORMAL_REVIEW)

    with pytest.raises(IllegalMove, match="不在第三方评审环节"):
        services.open_panel(case=application, by=UserFactory())

    assert not Panel.objects.exists()


# --- drawing --------------------------------------------------------------------------------------------------------


def test_a_draw_seats_invites_and_grants(panel, manager, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        drawn(panel, manager)

    seats = list(panel.assignments.select_related("expert__user"))
    assert [seat.seat for seat in seats] == ["finance", "management", "technical", "technical", "technical"]
    assert {seat.state for seat in seats} == {A.INVITED}
    assert all(permissions.is_assigned(seat.expert.user, seat) for seat in seats)
    assert sorted(told("assignment.invited")) == sorted(seat.expert.user.name for seat in seats)
    assert [deadlines.current(seat).holder_user_id for seat in seats] == [s.expert.user_id for s in seats]
    assert (panel.state, panel.drawn_by) == (P.SCORING, manager)
    assert rung == [audit.history(panel).get(verb__endswith=".draw").pk]


def test_a_draw_can_be_replayed_from_its_record(panel, manager):
    draw = drawn(panel, manager).draws.get()

    assert selectors.is_replayed(draw)
    chosen = [draw.expert_of(ball) for _seat, ball in draw.chosen]
    assert chosen == list(panel.assignments.values_list("expert_id", flat=True))
    assert not set(Expert.objects.values_list("user__name", flat=True)) & set(str(draw.pledge).split("'"))


def test_a_record_that_was_touched_is_not_replayed(panel, manager):
    draw = drawn(panel, manager).draws.get()
    draw.pledge["pool"][0]["employer"] = 9

    assert selectors.faults_of_draw(draw) == ["承诺指纹与所公布的内容不符"]


def test_who_has_to_do_with_the_case_is_not_drawn(panel, manager):
    answers = {
        "partners": {"partners": [{"key": "0", "name": "示例共建大学"}]},
        "governance": {"people": [{"key": "0", "name": "示例列名专家", "body": "committee"}]},
        "team": {"roster": [{"key": "0", "name": "示例名册专家"}]},
        "recusal": {
            "exclusions": [
                {"key": "0", "expert": "示例不宜专家", "employer": "示例别处", "reason": "示例"},
                {"key": "1", "employer": "示例不宜单位", "reason": "示例"},
            ]
        },
    }
    panel.application.versions.update(answers=answers)
    named, listed, unwanted = (
        person(Role.EXPERT, name=name) for name in ("示例列名专家", "示例名册专家", "示例不宜专家")
    )
    elsewhere = ExpertFactory(employer="示例别处")
    clerk = person(Role.BUREAU_CLERK)
    MembershipFactory(user=clerk, role=Role.EXPERT)
    barred = {
        ExpertFactory(employer=panel.application.host.name): "same_employer",
        TieFactory(whom="示例共建大学").expert: "same_employer",
        ExpertFactory(user=named): "named",
        ExpertFactory(user=listed): "named",
        ExpertFactory(user=unwanted): "requested",
        ExpertFactory(employer="示例不宜单位"): "requested",
        ExpertFactory(employer=panel.agency.name): "staff",
        ExpertFactory(user=clerk): "staff",
    }

    draw = drawn(panel, manager).draws.get()

    assert draw.excluded == {str(expert.pk): reason for expert, reason in barred.items()}
    assert not {expert.pk for expert in barred} & set(draw.tickets)
    assert elsewhere.pk in draw.tickets
    assert ("申报单位申请回避", 2) in selectors.exclusions_in_words(panel, draw)


def test_an_employer_typed_in_another_width_has_to_do_with_the_case_all_the_same(panel, manager):
    host = panel.application.host
    host.name = "示例电子（石家庄）有限公司"
    host.save(update_fields=["name"])
    partners = [{"key": "0", "name": "示例（北方）大学", "uscc": "12130000MB00000000"}]
    panel.application.versions.update(answers={"partners": {"partners": partners}})
    barred = [
        ExpertFactory(employer="示例电子(石家庄)有限公司"),
        ExpertFactory(employer=f"旧名 {host.uscc}"),
        TieFactory(whom="示例 (北方) 大学").expert,
        TieFactory(whom="12130000MB00000000").expert,
    ]

    draw = drawn(panel, manager).draws.get()

    assert draw.excluded == {str(expert.pk): "same_employer" for expert in barred}


def test_a_unit_that_was_renamed_has_to_do_with_the_case_by_its_code(panel, manager):
    host, partner = panel.application.host, "12130000400000001C"
    partners = [{"key": "0", "name": "示例共建大学", "uscc": partner}]
    panel.application.versions.update(answers={"partners": {"partners": partners}})
    panel.agency.uscc = "12130000400000002F"
    panel.agency.save(update_fields=["uscc"])
    barred = {
        ExpertFactory(employer="示例更名前公司", employer_code=host.uscc): "same_employer",
        ExpertFactory(employer="示例更名前学院", employer_code=partner): "same_employer",
        TieFactory(whom="示例更名前公司", code=host.uscc).expert: "same_employer",
        TieFactory(kind="advice", whom="示例更名前学院", code=partner).expert: "interest",
        ExpertFactory(employer="示例更名前评估中心", employer_code="12130000400000002F"): "staff",
    }
    elsewhere = ExpertFactory(employer="示例更名前公司", employer_code="91130100MA0DEM00AK")

    draw = drawn(panel, manager).draws.get()

    assert draw.excluded == {str(expert.pk): ground for expert, ground in barred.items()}
    assert elsewhere.pk in draw.tickets


def test_who_moved_away_from_a_unit_is_kept_from_it_under_its_new_name(panel, manager):
    host = panel.application.host
    expert = ExpertFactory(employer="示例更名前公司", employer_code=host.uscc)
    services.update_expert(expert=expert, employer="示例新单位", employer_code="", by=expert.user)

    draw = drawn(panel, manager).draws.get()

    assert (host.name != "示例更名前公司", draw.excluded) == (True, {str(expert.pk): "same_employer"})


def test_who_cannot_be_drawn_is_not_in_the_pool(panel, manager):
    away = [
        ExpertFactory(is_available=False),
        ExpertFactory(suspended=True),
        ExpertFactory(user=person(Role.EXPERT, is_active=False)),
    ]

    draw = drawn(panel, manager).draws.get()

    assert not {str(expert.pk) for expert in away} & {*draw.excluded, *map(str, draw.tickets)}


def test_a_pool_that_is_too_small_leaves_no_trace(panel, manager):
    Expert.objects.filter(seat=Seat.FINANCE).update(is_available=False)

    with pytest.raises(Incomplete, match="财务专家"):
        drawn(panel, manager)

    panel.refresh_from_db()
    assert (panel.state, panel.drawn_at) == (P.FORMING, None)
    assert not Draw.objects.exists()
    assert not Assignment.objects.exists()
    assert not audit.history(panel).exists()


def test_a_panel_is_drawn_once(panel, manager):
    drawn(panel, manager)

    with pytest.raises(IllegalMove):
        drawn(panel, manager)

    assert Draw.objects.count() == 1


def test_nobody_is_drawn_for_a_withdrawn_application(panel, manager):
    withdrawn(panel, manager)

    with pytest.raises(IllegalMove, match="不能抽取专家"):
        drawn(Panel.objects.get(pk=panel.pk), manager)


# --- leaving --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "state", "by_expert"),
    [
        (services.decline_assignment, A.DECLINED, True),
        (services.recuse_assignment, A.RECUSED, True),
        (services.replace_assignment, A.REPLACED, False),
    ],
)
def test_who_leaves_is_followed_by_the_next_in_order(panel, manager, service, state, by_expert):
    seat = drawn(panel, manager).assignments.get(position=3)
    draw = panel.draws.get()
    order = [draw.expert_of(ball) for ball in draw.order]
    seated = set(panel.assignments.values_list("expert_id", flat=True))

    on = {A.RECUSED: {"ground": "interest"}, A.REPLACED: {"ground": "suspended"}}.get(state, {})
    if state == A.REPLACED:
        services.suspend_expert(expert=seat.expert, reason="示例暂停", by=person(Role.BUREAU_APPROVER))
    service(assignment=seat, reason="示例理由", by=seat.expert.user if by_expert else manager, **on)

    successor = panel.assignments.get(position=6)
    technical = set(Expert.objects.filter(seat=Seat.TECHNICAL).values_list("pk", flat=True))
    assert (seat.state, successor.seat, successor.state) == (state, "technical", A.INVITED)
    assert successor.expert_id in [pk for pk in order if pk in technical - seated]
    assert not permissions.is_assigned(seat.expert.user, seat)
    assert permissions.is_assigned(successor.expert.user, successor)
    assert told("panel.seat_left") == [manager.name]
    assert told("assignment.released") == ([] if by_expert else [seat.expert.user.name])


def test_a_late_conflict_ends_access_at_once(panel, manager):
    seat = committed(panel, manager)[0]
    expert = seat.expert.user
    assert permissions.may_read_package(expert, seat)

    services.recuse_assignment(
        assignment=seat, ground="cooperation", reason="阅读中发现曾与申报团队合作", by=expert
    )

    assert not permissions.may_read_package(expert, seat)
    with pytest.raises(IllegalMove):
        services.save_scores(assignment=seat, entries=sheet(seat), by=expert)


def test_a_conflict_is_heard_even_where_nobody_can_step_in(panel, manager):
    seat = drawn(panel, manager).assignments.get(seat=Seat.FINANCE)
    Expert.objects.exclude(pk=seat.expert_id).update(is_available=False)

    services.recuse_assignment(assignment=seat, ground="cooperation", reason="示例理由", by=seat.expert.user)

    assert not permissions.is_assigned(seat.expert.user, seat)
    assert selectors.vacant_seats(panel) == ["finance"]
    assert "席位空缺" in Notice.objects.get(event="evaluation.panel.seat_left").body


def test_a_vacant_seat_is_drawn_again_from_the_pool_as_it_is_now(panel, manager):
    seat = drawn(panel, manager).assignments.get(seat=Seat.FINANCE)
    due = deadlines.current(panel).due_on
    Expert.objects.exclude(pk=seat.expert_id).update(is_available=False)
    services.recuse_assignment(assignment=seat, ground="cooperation", reason="示例理由", by=seat.expert.user)
    new = ExpertFactory(seat=Seat.FINANCE)

    services.pledge_refill(panel=panel, by=manager)
    with clock.at(panel.draws.get(round=2).draws_after):
        services.refill_panel(panel=panel, by=manager)

    second = panel.draws.get(round=2)
    assert panel.assignments.get(position=6).expert == new
    assert (second.pledge["wanted"], second.chosen) == (["finance"], [["finance", 1]])
    assert (second.tickets, len(second.pledge["seated"])) == ([new.pk], 4)
    assert selectors.is_replayed(second)
    assert deadlines.current(panel).due_on == due
    assert audit.history(panel).get(verb__endswith=".refill").data["paper"]["kind"] == "draw_record_2"


def test_a_full_panel_is_not_drawn_again(panel, manager):
    drawn(panel, manager)

    with pytest.raises(Conflict, match="没有空缺"):
        services.pledge_refill(panel=panel, by=manager)

    assert Draw.objects.count() == 1
    assert "pledge_refill" not in steps(panel)


def test_leaving_needs_a_reason(panel, manager):
    seat = drawn(panel, manager).assignments.first()

    with pytest.raises(Incomplete, match="必须说明理由"):
        services.decline_assignment(assignment=seat, reason=" ", by=seat.expert.user)

    seat.refresh_from_db()
    assert (seat.state, panel.assignments.count()) == (A.INVITED, 5)


# --- scoring --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ticks", "reasons"), [((False, False), 2), ((True, False), 1), ((False, True), 1)])
def test_a_commitment_is_whole_or_none(edition, ticks, reasons):
    seat = AssignmentFactory()

    with pytest.raises(Incomplete) as refused:
        services.commit_assignment(
            assignment=seat,
            confidential=ticks[0],
            no_conflict=ticks[1],
            signature=seat.expert.user.name,
            by=seat.expert.user,
        )

    seat.refresh_from_db()
    assert (len(refused.value.reasons), seat.state, seat.committed_at) == (reasons, A.INVITED, None)


def test_what_is_typed_is_kept_box_by_box(edition):
    seat = AssignmentFactory(state=A.COMMITTED)
    by = seat.expert.user

    services.save_scores(assignment=seat, entries={"team": {"comment": "先写评语"}}, by=by)
    services.save_scores(assignment=seat, entries={"team": {"points": Decimal("12.5")}}, by=by)

    score = seat.scores.get()
    assert (score.points, score.comment, score.saved_by) == (Decimal("12.50"), "先写评语", by)


def test_a_box_that_was_emptied_is_empty(edition):
    seat = fill(AssignmentFactory(state=A.COMMITTED))

    services.save_scores(assignment=seat, entries={"team": {"points": None}}, by=seat.expert.user)

    score = seat.scores.get(dimension="team")
    assert (score.points, score.comment) == (None, COMMENT)


@pytest.mark.parametrize("state", [A.INVITED, A.LOCKED, A.DECLINED, A.RECUSED, A.REPLACED, A.RELEASED])
def test_only_a_committed_expert_writes(edition, state):
    seat = AssignmentFactory(state=state)

    with pytest.raises(IllegalMove):
        services.save_scores(assignment=seat, entries={"team": {"points": Decimal(1)}}, by=seat.expert.user)

    assert not Score.objects.exists()


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"team": {"points": Decimal("15.01")}}, "0 至 15"),
        ({"team": {"points": Decimal("-0.01")}}, "0 至 15"),
        ({"nothing": {"points": Decimal(1)}}, "没有“nothing”"),
    ],
)
def test_points_beyond_the_full_mark_are_refused_whole(edition, entries, words):
    seat = AssignmentFactory(state=A.COMMITTED)

    with pytest.raises(Incomplete, match=words):
        services.save_scores(
            assignment=seat, entries={"plan": {"points": Decimal(20)}, **entries}, by=seat.expert.user
        )

    assert not Score.objects.exists()


def test_full_marks_may_be_given(edition):
    seat = AssignmentFactory(state=A.COMMITTED)

    services.save_scores(assignment=seat, entries=sheet(seat, "1.00"), by=seat.expert.user)
    services.lock_scores(assignment=seat, by=seat.expert.user)

    assert seat.total == Decimal("100.00")


def test_locking_hands_the_sum_in(edition):
    seat = fill(AssignmentFactory(state=A.COMMITTED))

    services.lock_scores(assignment=seat, by=seat.expert.user)

    seat.refresh_from_db()
    assert (seat.state, seat.total, seat.locked_by) == (A.LOCKED, Decimal("80.00"), seat.expert.user)
    assert deadlines.current(seat) is None


def test_a_sheet_with_holes_is_not_locked_and_every_hole_is_named(edition):
    seat = AssignmentFactory(state=A.COMMITTED)
    services.save_scores(
        assignment=seat, entries={"team": {"points": Decimal(10), "comment": "太短"}}, by=seat.expert.user
    )

    with pytest.raises(Incomplete) as refused:
        services.lock_scores(assignment=seat, by=seat.expert.user)

    seat.refresh_from_db()
    assert len(refused.value.reasons) == 11  # five without points, six without words enough
    assert "还差 48 字" in str(refused.value)
    assert (seat.state, seat.total) == (A.COMMITTED, None)


@pytest.mark.parametrize(("length", "refused"), [(49, True), (50, False)])
def test_words_are_counted_to_the_last(edition, length, refused):
    seat = fill(AssignmentFactory(state=A.COMMITTED))
    seat.scores.filter(dimension="team").update(comment="字" * length)

    assert bool(selectors.unfinished(seat)) is refused


def test_a_sheet_is_locked_once(edition):
    seat = fill(AssignmentFactory(state=A.COMMITTED))
    services.lock_scores(assignment=seat, by=seat.expert.user)

    with pytest.raises(IllegalMove):
        services.lock_scores(assignment=seat, by=seat.expert.user)

    assert steps(seat) == ["lock"]


def test_the_agency_hears_when_the_last_sheet_is_in_and_not_before(panel, manager):
    seats = committed(panel, manager)
    for seat in seats[:-1]:
        fill(seat)
        services.lock_scores(assignment=seat, by=seat.expert.user)
    assert told("panel.all_locked") == []

    services.lock_scores(assignment=fill(seats[-1]), by=seats[-1].expert.user)

    assert told("panel.all_locked") == [manager.name]


# --- concluding -----------------------------------------------------------------------------------------------------


def tie_label_of(panel):
    first = panel.edition.terms["scoring"]["tie_break"][0]
    return next(each["label"] for each in panel.edition.terms["dimensions"] if each["code"] == first)


@pytest.mark.parametrize(
    ("share", "passed", "state"),
    [("0.60", True, ApplicationState.SITE_VISIT), ("0.59", False, ApplicationState.CLOSED_REVIEW)],
)
def test_a_conclusion_goes_down_to_the_application(panel, manager, share, passed, state):
    locked(panel, manager, share)

    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)

    application = Application.objects.get(pk=panel.application_id)
    assert (panel.state, panel.passed, panel.score) == (P.CONCLUDED, passed, Decimal(share) * 100)
    assert (application.state, application.review_score) == (state, panel.score)
    assert (application.review_opinion, application.review_tie_label) == (OPINION, tie_label_of(panel))
    assert audit.history(panel).get(verb__endswith=".conclude").data["paper"]["kind"] == "score_sheet"


@pytest.mark.parametrize(
    ("totals", "score", "spread"),
    [
        # 72.50 + 81.25 + 68.75 + 80.00 + 77.25 = 379.75; / 5 = 75.95
        (["72.50", "81.25", "68.75", "80.00", "77.25"], "75.95", "12.50"),
        # without 81.00 and 66.00: 70.10 + 71.20 + 72.30 + 73.40 + 74.54 = 361.54; / 5 = 72.308
        (["70.10", "81.00", "71.20", "66.00", "72.30", "73.40", "74.54"], "72.31", "15.00"),
        # one 78.00 and one 61.00 go: 78.00 + 70.01 + 70.02 + 70.03 + 61.00 = 349.06; / 5 = 69.812
        (["78.00", "78.00", "70.01", "70.02", "70.03", "61.00", "61.00"], "69.81", "17.00"),
    ],
    ids=["five", "seven", "seven with ties"],
)
def test_the_portal_comes_to_what_was_worked_out_by_hand(edition, totals, score, spread):
    panel = PanelFactory(state=P.SCORING, size=len(totals))
    for total in totals:
        fill(AssignmentFactory(panel=panel, state=A.LOCKED, total=total))

    services.conclude_panel(panel=panel, opinion=OPINION, by=person(Role.AGENCY, organisation=panel.agency))

    panel.refresh_from_db()
    assert (panel.score, panel.spread, panel.passed) == (Decimal(score), Decimal(spread), True)
    assert Application.objects.get().review_score == Decimal(score)


def test_a_panel_with_holes_does_not_conclude_and_every_hole_is_named(panel, manager):
    seats = committed(panel, manager)
    services.lock_scores(assignment=fill(seats[0]), by=seats[0].expert.user)

    with pytest.raises(Incomplete) as refused:
        services.conclude_panel(panel=panel, opinion=" ", by=manager)

    panel.refresh_from_db()
    assert len(refused.value.reasons) == 5  # four sheets, and no opinion
    assert (panel.state, panel.score) == (P.SCORING, None)


def test_a_panel_with_a_vacant_seat_does_not_conclude(panel, manager):
    seats = locked(panel, manager)
    Assignment.objects.filter(pk=seats[0].pk).update(
        state=A.RELEASED,
        left_at=seats[0].locked_at,
        left_by=manager,
        locked_at=None,
        locked_by=None,
        total=None,
    )

    with pytest.raises(Incomplete, match="应为 5 人，现为 4 人"):
        services.conclude_panel(panel=panel, opinion=OPINION, by=manager)


@pytest.mark.parametrize("state", [P.FORMING, P.CONCLUDED, P.CANCELLED])
def test_only_a_panel_at_work_concludes(edition, state):
    panel = PanelFactory(state=state)

    with pytest.raises(IllegalMove):
        services.conclude_panel(panel=panel, opinion=OPINION, by=UserFactory())


# --- ending ---------------------------------------------------------------------------------------------------------


def withdrawn(panel, manager):
    Application.objects.filter(pk=panel.application_id).update(
        state=ApplicationState.WITHDRAWN, closed_at=panel.opened_at, closed_by=manager
    )


def test_a_withdrawn_application_ends_its_panel_and_every_access(panel, manager):
    seats = committed(panel, manager)
    services.lock_scores(assignment=fill(seats[0]), by=seats[0].expert.user)
    withdrawn(panel, manager)

    assert sweeps.cancel_panels_without_case() == 1
    assert sweeps.cancel_panels_without_case() == 0

    panel.refresh_from_db()
    states = list(panel.assignments.values_list("state", flat=True))
    assert (panel.state, panel.cancelled_by) == (P.CANCELLED, system_user())
    assert states == [A.LOCKED] + [A.RELEASED] * 4
    assert not any(permissions.is_assigned(seat.expert.user, seat) for seat in seats)
    assert len(told("assignment.released")) == 4


def test_a_panel_whose_case_goes_on_is_left_alone(panel, manager):
    drawn(panel, manager)

    assert services.cancel_panel(panel=panel, by=system_user()) is False
    assert sweeps.cancel_panels_without_case() == 0


# --- the pool -------------------------------------------------------------------------------------------------------


def test_an_expert_is_entered_and_says_whether_they_can_be_drawn():
    by, user = UserFactory(), person(Role.EXPERT)

    expert = services.enter_expert(
        user=user, seat=Seat.FINANCE, field="财务", title="注册会计师", employer="示例事务所", by=by
    )
    services.set_availability(expert=expert, available=False, by=user)

    expert.refresh_from_db()
    assert (expert.seat, expert.is_available, expert.is_drawable) == (Seat.FINANCE, False, False)
    assert [event.actor for event in audit.history(expert)] == [by, user]
