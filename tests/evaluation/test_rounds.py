"""Two rounds: a panel too far apart talks once and scores once more; what was handed in stays as it was."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.roles import Role
from evaluation import integrity, selectors, services
from evaluation.enums import AssignmentState as A
from evaluation.enums import PanelState as P
from evaluation.models import Discussion, Panel, Sheet
from evaluation.services import sweeps
from notices.models import Notice
from records import clock, deadlines
from records.errors import IllegalMove, Incomplete
from tests.factories.accounts import person
from tests.factories.evaluation import COMMENT, OPINION, AssignmentFactory, drawn, fill, sheet

pytestmark = pytest.mark.django_db

FAR = ("0.90", "0.85", "0.80", "0.75", "0.65")
"""Sums of 90 to 65: 25 points apart."""
NEAR = ("0.85", "0.82", "0.80", "0.78", "0.75")


def scored(panel, manager, shares=FAR):
    """A panel whose experts have all locked."""
    seats = list(drawn(panel, manager).assignments.select_related("expert__user", "panel__edition"))
    for seat, share in zip(seats, shares, strict=True):
        by = seat.expert.user
        services.commit_assignment(
            assignment=seat, confidential=True, no_conflict=True, signature=by.name, by=by
        )
        services.save_scores(assignment=seat, entries=sheet(seat, share), by=by)
        services.lock_scores(assignment=seat, by=by)
    panel.refresh_from_db()
    return seats


def discussed(panel, manager, **changes):
    """A panel too far apart that has talked; returns its seats."""
    seats = scored(panel, manager)
    given = {
        "held_at": clock.now(),
        "participants": [str(seat) for seat in seats],
        "text": COMMENT,
        "by": manager,
    }
    services.discuss_panel(panel=panel, **(given | changes))
    for seat in seats:
        seat.refresh_from_db()
    return seats


def again(seat, share):
    services.save_scores(assignment=seat, entries=sheet(seat, share), by=seat.expert.user)
    services.lock_scores(assignment=seat, by=seat.expert.user)


def test_the_last_sheet_of_a_panel_too_far_apart_sends_it_into_its_discussion(panel, manager):
    scored(panel, manager)

    assert (panel.state, panel.round) == (P.DISCUSSING, 1)
    assert deadlines.current(panel).due_on is not None
    told = Notice.objects.filter(recipient=manager, event="evaluation.panel.discussion_due").get()
    assert not any(total in told.body for total in ("90.00", "65.00", "25.00"))


def test_twenty_points_apart_is_not_too_far(panel, manager):
    scored(panel, manager, ("0.90", "0.85", "0.80", "0.75", "0.70"))

    assert panel.state == P.SCORING


def test_a_panel_that_has_to_talk_does_not_conclude(panel, manager):
    scored(panel, manager)

    with pytest.raises(IllegalMove):
        services.conclude_panel(panel=panel, opinion=OPINION, by=manager)


def test_a_panel_that_was_never_sent_to_talk_does_not_conclude_and_is_sent_by_the_sweep(panel, manager):
    scored(panel, manager)
    Panel.objects.filter(pk=panel.pk).update(state=P.SCORING)

    with pytest.raises(Incomplete, match="须先合议"):
        services.conclude_panel(panel=panel, opinion=OPINION, by=manager)

    assert (sweeps.flag_panels(), sweeps.flag_panels()) == (1, 0)
    panel.refresh_from_db()
    assert panel.state == P.DISCUSSING


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "太短"}, "text"),
        ({"participants": []}, "participants"),
        ({"participants": ["SJZ-PS-1999-0001-01"]}, "participants"),
        ({"held_at": clock.now() - timedelta(days=400)}, "held_at"),
        ({"held_at": clock.now() + timedelta(days=400)}, "held_at"),
    ],
)
def test_a_record_that_says_too_little_leaves_no_trace(panel, manager, changes, field):
    with pytest.raises(Incomplete) as refusal:
        discussed(panel, manager, **changes)

    panel.refresh_from_db()
    assert {reason.field for reason in refusal.value.reasons} == {field}
    assert (panel.state, Discussion.objects.exists()) == (P.DISCUSSING, False)


def test_after_the_discussion_everybody_scores_once_more_and_is_told(panel, manager):
    seats = discussed(panel, manager)

    assert {(seat.state, seat.round, seat.total) for seat in seats} == {(A.RESCORING, 2, None)}
    assert Notice.objects.filter(event="evaluation.assignment.rescoring").count() == 5
    assert panel.discussion.participants == [str(seat) for seat in seats]
    assert (panel.state, panel.round) == (P.SCORING, 2)


def test_the_second_round_counts_and_the_first_stays_as_it_was(panel, manager):
    seats = discussed(panel, manager)
    for seat, share in zip(seats, NEAR[:4], strict=False):
        again(seat, share)
    with pytest.raises(Incomplete, match="尚未锁定"):
        services.conclude_panel(panel=panel, opinion=OPINION, by=manager)
    services.keep_scores(assignment=seats[4], by=seats[4].expert.user)

    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)

    panel.refresh_from_db()
    # (85 + 82 + 80 + 78 + 65) / 5
    assert (panel.state, panel.score, panel.spread) == (P.CONCLUDED, Decimal("78.00"), Decimal("20.00"))
    first = [one.total for one in selectors.sheets_of(panel, 1)]
    second = [(one.total, one.kept) for one in selectors.sheets_of(panel, 2)]
    assert first == [Decimal(n) for n in (90, 85, 80, 75, 65)]
    assert second == [(Decimal(n), False) for n in (85, 82, 80, 78)] + [(Decimal(65), True)]
    assert [check() for check in INTEGRITY] == [[]] * len(INTEGRITY)


INTEGRITY = (
    integrity.totals_are_the_sum_of_the_scores,
    integrity.scores_are_the_experts_own,
    integrity.sheets_are_what_was_locked,
    integrity.results_are_what_the_sheets_come_to,
    integrity.far_panels_talked_first,
)


def test_a_panel_talks_once_however_far_apart_it_stays(panel, manager):
    seats = discussed(panel, manager)
    for seat in seats:
        services.keep_scores(assignment=seat, by=seat.expert.user)

    panel.refresh_from_db()
    assert panel.state == P.SCORING
    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)

    panel.refresh_from_db()
    assert (panel.state, panel.spread) == (P.CONCLUDED, Decimal("25.00"))


def test_keeping_forgets_what_was_typed_since(panel, manager):
    seat = discussed(panel, manager)[0]
    services.save_scores(assignment=seat, entries={"team": {"points": Decimal(1)}}, by=seat.expert.user)

    services.keep_scores(assignment=seat, by=seat.expert.user)

    seat.refresh_from_db()
    assert (seat.state, seat.total) == (A.LOCKED, Decimal("90.00"))


def test_one_box_changed_leaves_the_others_as_in_the_first_round(panel, manager):
    seat = discussed(panel, manager)[0]
    services.save_scores(assignment=seat, entries={"team": {"points": Decimal(10)}}, by=seat.expert.user)

    services.lock_scores(assignment=seat, by=seat.expert.user)

    seat.refresh_from_db()
    assert seat.total == Decimal("86.50")  # 90 less 13.5 for the team, and 10 for it


def test_who_does_not_score_again_in_time_is_replaced_and_nothing_is_imputed(panel, manager):
    seats = discussed(panel, manager)
    for seat in seats[1:]:
        services.keep_scores(assignment=seat, by=seat.expert.user)
    due = deadlines.current(seats[0]).due_on
    with pytest.raises(IllegalMove, match="仍在时限内"):
        services.replace_assignment(assignment=seats[0], ground="overdue", reason="示例逾期", by=manager)
    with clock.at(clock.now() + timedelta(days=(due - clock.today()).days + 1)):
        services.replace_assignment(assignment=seats[0], ground="overdue", reason="示例逾期", by=manager)

    with pytest.raises(Incomplete):
        services.conclude_panel(panel=panel, opinion=OPINION, by=manager)
    successor = panel.assignments.get(state=A.INVITED)
    by = successor.expert.user
    services.commit_assignment(
        assignment=successor, confidential=True, no_conflict=True, signature=by.name, by=by
    )
    again(successor, "0.85")
    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)

    panel.refresh_from_db()
    # (85 + 85 + 80 + 75 + 65) / 5
    assert (successor.round, panel.score) == (2, Decimal("78.00"))
    assert Sheet.objects.filter(assignment=seats[0]).get().total == Decimal("90.00")


def test_a_conflict_found_before_the_discussion_brings_the_panel_back_to_its_sheets(panel, manager):
    seats = scored(panel, manager)
    services.recuse_assignment(
        assignment=seats[4], ground="interest", reason="示例持股", by=seats[4].expert.user
    )
    panel.refresh_from_db()
    assert panel.state == P.SCORING

    successor = panel.assignments.get(state=A.INVITED)
    by = successor.expert.user
    services.commit_assignment(
        assignment=successor, confidential=True, no_conflict=True, signature=by.name, by=by
    )
    again(successor, "0.80")

    panel.refresh_from_db()
    assert (panel.state, panel.round, selectors.must_discuss(panel)) == (P.SCORING, 1, False)


@pytest.mark.parametrize(
    "touch",
    [
        lambda seat: seat.scores.filter(round=1).update(points=1),
        lambda seat: seat.scores.filter(round=1)[0].delete(),
        lambda seat: seat.sheets.update(total=1),
        lambda seat: seat.sheets.all().delete(),
        lambda seat: Discussion.objects.update(text="改"),
    ],
)
def test_what_was_handed_in_cannot_be_touched_even_by_hand(panel, manager, touch):
    seat = discussed(panel, manager)[0]

    with pytest.raises(IntegrityError), transaction.atomic():
        touch(seat)


# --- who reads what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.SYSTEM, Role.EXPERT)])
def test_nobody_reads_points_sums_or_words_while_the_experts_are_at_it(client, panel, manager, role):
    seats = discussed(panel, manager)
    bait_words = "示例诱饵评语" * 9
    services.save_scores(
        assignment=seats[0],
        entries={"team": {"points": Decimal("7.77"), "comment": bait_words}},
        by=seats[0].expert.user,
    )
    again(seats[1], "0.83")
    reader = manager if role == Role.AGENCY else person(role)
    client.force_login(reader)
    addresses = [
        reverse("evaluation:panel", args=[panel.pk]),
        reverse("evaluation:panel-list"),
        reverse("evaluation:panel-export", args=["csv"]),
        reverse("evaluation:assignment", args=[seats[0].pk]),
        reverse("evaluation:assignment", args=[seats[1].pk]),
        f"/api/v1/panels/{panel.pk}/history/",
        f"/api/v1/assignments/{seats[1].pk}/history/",
        f"/api/v1/panels/{panel.pk}/",
    ]

    for address in addresses:
        answer = client.get(address)
        read = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for bait in ("7.77", bait_words, "90.00", "83.00", "85.00"):
            assert bait.encode() not in read, (address, bait)


def test_an_expert_reads_both_of_their_own_rounds_and_nobody_elses(client, panel, manager):
    seats = discussed(panel, manager)
    client.force_login(seats[4].expert.user)

    page = client.get(seats[4].get_absolute_url()).content.decode()

    assert ("65.00" in page, COMMENT in page) == (True, True)
    assert not any(total in page for total in ("90.00", "85.00", "75.00"))


def test_the_sheet_shows_anchors_and_ones_own_earlier_points_of_the_call(client, edition):
    seat = AssignmentFactory(state=A.COMMITTED)
    call = seat.panel.application.call
    mine = fill(AssignmentFactory(expert=seat.expert, state=A.COMMITTED), "0.60")
    theirs = fill(AssignmentFactory(state=A.COMMITTED), "0.40")
    for other in (mine, theirs):
        type(other.panel).objects.filter(pk=other.panel_id).update(call=call)
        services.lock_scores(assignment=other, by=other.expert.user)

    earlier = selectors.own_earlier_scores(seat)
    client.force_login(seat.expert.user)
    page = client.get(seat.get_absolute_url()).content.decode()

    assert earlier["team"] == {
        "count": 1,
        "least": Decimal("9.00"),
        "most": Decimal("9.00"),
        "mean": Decimal("9.00"),
    }
    assert selectors.own_earlier_totals(seat)["mean"] == Decimal("60.00")
    said = (
        "评分参照",
        "您在本批次已锁定 1 份",
        '本项 <span class="num">6.00</span>',
        '合计 <span class="num">60.00</span>',
    )
    assert [words for words in said if words not in page] == []
    assert page.count("评分参照") == len(edition.terms["dimensions"])


def test_the_discussion_is_noted_on_the_page(client, panel, manager):
    seats = scored(panel, manager)
    client.force_login(manager)
    address = reverse("evaluation:panel-move", args=[panel.pk, "discuss"])
    form = client.get(address)
    short = client.post(address, {"held_at": "", "participants": [str(seats[0])], "text": "短"})

    with clock.at(clock.now() + timedelta(minutes=2)):
        held = f"{localtime(clock.now()):%Y-%m-%dT%H:%M}"
        done = client.post(
            address, {"held_at": held, "participants": [str(seat) for seat in seats], "text": COMMENT}
        )

    panel.refresh_from_db()
    assert (form.status_code, short.status_code, done.status_code) == (200, 422, 302)
    assert panel.round == 2
