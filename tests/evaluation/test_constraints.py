"""What no form would store: each constraint provoked by name, past every service."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from evaluation.enums import AssignmentState as A
from evaluation.enums import PanelState as P
from evaluation.models import Assignment, Draw, Expert, Panel, Score
from records import clock
from tests.factories.evaluation import (
    AssignmentFactory,
    AssignmentUserObjectPermissionFactory,
    DiscussionFactory,
    DrawFactory,
    ExpertFactory,
    PanelFactory,
    ReviewEditionFactory,
    ScoreFactory,
    SheetFactory,
    TieFactory,
)

pytestmark = pytest.mark.django_db

OF_PANEL = [
    (P.FORMING, {"state": "nowhere"}, "state_known"),
    (P.SCORING, {"drawn_by": None}, "drawn_at_drawn_by"),
    (P.CONCLUDED, {"score": None}, "concluded_at_concluded_by_score_passed_spread"),
    (P.CANCELLED, {"cancelled_by": None}, "cancelled_at_cancelled_by"),
    (P.FORMING, {"state": P.SCORING}, "drawn_before_scoring"),
    (P.SCORING, {"state": P.CONCLUDED, "opinion": "示例"}, "concluded_by_somebody"),
    (P.SCORING, {"state": P.CANCELLED}, "cancelled_by_somebody"),
    (P.CONCLUDED, {"opinion": ""}, "concluded_in_words"),
    (P.FORMING, {"round": 2}, "rescored_once"),
    (P.SCORING, {"round": 3}, "rescored_once"),
    (P.DISCUSSING, {"round": 2}, "discussed_once"),
]
OF_ASSIGNMENT = [
    (A.INVITED, {"state": "nowhere"}, "state_known"),
    (A.INVITED, {"seat": "nowhere"}, "seat_known"),
    (A.COMMITTED, {"committed_by": None}, "committed_at_committed_by"),
    (A.LOCKED, {"total": None}, "locked_at_locked_by_total"),
    (A.DECLINED, {"left_by": None}, "left_at_left_by"),
    (A.INVITED, {"state": A.COMMITTED}, "committed_first"),
    (A.COMMITTED, {"state": A.LOCKED}, "locked_by_somebody"),
    (A.INVITED, {"round": 3}, "rescored_once"),
    (A.RESCORING, {"round": 1}, "rescoring_is_the_second_round"),
    (A.INVITED, {"state": A.DECLINED}, "left_by_somebody"),
    (A.COMMITTED, {"state": A.RECUSED}, "left_by_somebody"),
    (A.COMMITTED, {"state": A.REPLACED}, "left_by_somebody"),
    (A.COMMITTED, {"state": A.RELEASED}, "left_by_somebody"),
    (A.REPLACED, {"replaced_for": ""}, "replaced_on_a_ground"),
    (A.REPLACED, {"replaced_for": "示例"}, "replaced_on_a_ground"),
    (A.DECLINED, {"replaced_for": "overdue"}, "replaced_on_a_ground"),
]


def refused_by(name, change):
    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        change()


@pytest.mark.parametrize(("state", "change", "name"), OF_PANEL, ids=[name for *_rest, name in OF_PANEL])
def test_a_panel_cannot_be_stored_without_its_evidence(edition, state, change, name):
    rows = Panel.objects.filter(pk=PanelFactory(state=state).pk)

    refused_by(f"evaluation_panel_{name}", lambda: rows.update(**change))


@pytest.mark.parametrize(("state", "change", "name"), OF_ASSIGNMENT)
def test_an_assignment_cannot_be_stored_without_its_evidence(edition, state, change, name):
    rows = Assignment.objects.filter(pk=AssignmentFactory(state=state).pk)

    refused_by(f"evaluation_assignment_{name}", lambda: rows.update(**change))


def test_an_expert_sits_once_on_a_panel_and_a_seat_holds_one(edition):
    one, other = AssignmentFactory(), AssignmentFactory()
    rows = Assignment.objects.filter(pk=other.pk)

    rows.update(panel=one.panel, position=9)
    refused_by("evaluation_assignment_expert_once", lambda: rows.update(expert=one.expert))
    refused_by("evaluation_assignment_position_once", lambda: rows.update(position=one.position))


def test_scores_are_one_per_dimension_and_not_negative(edition):
    score = ScoreFactory()
    other = ScoreFactory(assignment=score.assignment, dimension="team")

    refused_by(
        "evaluation_score_once", lambda: Score.objects.filter(pk=other.pk).update(dimension=score.dimension)
    )
    refused_by(
        "evaluation_score_points_not_negative",
        lambda: Score.objects.filter(pk=score.pk).update(points="-0.01"),
    )


def test_rounds_of_draws_are_counted_once(edition):
    draw = DrawFactory(drawn=True)
    other = DrawFactory(panel=draw.panel, round=2)

    refused_by("evaluation_draw_round_once", lambda: Draw.objects.filter(pk=other.pk).update(round=1))


def test_an_expert_is_of_a_known_kind_and_suspended_by_somebody():
    rows = Expert.objects.filter(pk=ExpertFactory(suspended=True).pk)

    refused_by("evaluation_expert_seat_known", lambda: rows.update(seat="nowhere"))
    refused_by("evaluation_expert_suspended_at_suspended_by", lambda: rows.update(suspended_by=None))


def test_a_unit_is_known_by_a_code_of_eighteen_or_by_none():
    experts, ties = (
        type(row)._default_manager.filter(pk=row.pk)
        for row in (ExpertFactory(employer_code="12130000400000001C"), TieFactory(code="12130000400000002F"))
    )

    for strange in ("1213", "12130000400000001O", "12130000400000001c"):
        refused_by(
            "evaluation_expert_employer_known_by_a_code",
            lambda code=strange: experts.update(employer_code=code),
        )
        refused_by("evaluation_tie_unit_known_by_a_code", lambda code=strange: ties.update(code=code))
    assert (experts.update(employer_code=""), ties.update(code="")) == (1, 1)


def test_every_row_says_what_it_is(edition):
    seat = AssignmentFactory(panel__code="SJZ-PS-2026-0001", position=3)

    assert str(seat) == "SJZ-PS-2026-0001-03"
    assert str(seat.panel) == "评审组 SJZ-PS-2026-0001"
    assert str(DrawFactory(panel=seat.panel)) == "评审组 SJZ-PS-2026-0001 第 1 次抽取"
    assert str(ScoreFactory(assignment=seat, dimension="team")) == "SJZ-PS-2026-0001-03 team"
    assert str(seat.expert) == f"{seat.expert.user.name} 教授"
    assert "recognition" in str(ReviewEditionFactory())
    other = AssignmentFactory(granted=None, state=A.DECLINED)
    assert str(other) in str(AssignmentUserObjectPermissionFactory(content_object=other))


def test_a_sheet_is_handed_in_once_a_round_and_kept_only_in_the_second(edition):
    refused_by("evaluation_sheet_once", lambda: [SheetFactory(assignment=seat) for seat in [locked()] * 2])
    refused_by("evaluation_sheet_kept_in_the_second_round", lambda: SheetFactory(kept=True))
    refused_by("evaluation_sheet_total_not_negative", lambda: SheetFactory(total="-1.00"))


def locked():
    return AssignmentFactory(state=A.LOCKED)


def test_a_discussion_has_words_participants_and_a_time_before_it_was_noted(edition):
    now = clock.now()

    refused_by("evaluation_discussion_in_words", lambda: DiscussionFactory(text=""))
    refused_by("evaluation_discussion_has_participants", lambda: DiscussionFactory(participants=[]))
    refused_by(
        "evaluation_discussion_held_at_not_after_noted_at",
        lambda: DiscussionFactory(held_at=now, noted_at=now - timedelta(days=1)),
    )
    assert str(DiscussionFactory()).endswith("合议")
    assert str(SheetFactory(round=2)).endswith("第 2 轮")
