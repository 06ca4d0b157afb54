"""Doorbells, sweeps, papers: done twice it is done once, and what was lost is found."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from evaluation import documents, integrity, services, tasks
from evaluation.enums import AssignmentState as A
from evaluation.enums import PanelState as P
from evaluation.models import Assignment, Draw, Panel
from institutes.enums import ApplicationState
from institutes.models import Application
from portal.celery import TIMETABLE
from records import audit, clock
from records.models import Document
from tests.factories.evaluation import OPINION, AssignmentFactory, drawn, fill, signed

pytestmark = pytest.mark.django_db

CHECKS = (
    integrity.totals_are_the_sum_of_the_scores,
    integrity.scores_are_the_experts_own,
    integrity.grants_are_those_of_sitting_experts,
    integrity.results_are_what_the_sheets_come_to,
    integrity.draws_can_be_replayed,
    integrity.sheets_are_what_was_locked,
    integrity.far_panels_talked_first,
)


@pytest.fixture
def concluded(panel, manager):
    """A panel that was lived through its services."""
    for seat in drawn(panel, manager).assignments.all():
        services.commit_assignment(assignment=seat, **signed(seat))
        services.lock_scores(assignment=fill(seat), by=seat.expert.user)
    return services.conclude_panel(panel=panel, opinion=OPINION, by=manager)


def promises(panel):
    return list(audit.history(panel).filter(data__has_key="paper"))


def names_of(panel):
    return [seat.expert.user.name for seat in panel.assignments.select_related("expert__user")]


def test_papers_are_made_once_and_name_no_expert(concluded):
    for event in promises(concluded):
        tasks.issue_paper(event.pk)
        tasks.issue_paper(event.pk)

    papers = list(Document.objects.about(concluded).order_by("pk"))
    assert [paper.kind for paper in papers] == ["draw_record", "score_sheet"]
    assert [paper.number[:7] for paper in papers] == ["SJZ-CQ-", "SJZ-PF-"]
    assert not [name for name in names_of(concluded) for paper in papers if name in str(paper.context)]
    assert all(paper.size > 1000 and not paper.public for paper in papers)


def test_a_line_that_promises_nothing_makes_nothing(concluded):
    tasks.issue_paper(audit.history(concluded).filter(verb__endswith=".begin").first() or 0)

    assert not Document.objects.exists()


def test_the_sweep_finds_what_no_task_made(concluded):
    assert tasks.sweep_papers() == 0

    with clock.at(clock.now() + timedelta(minutes=16)):
        assert tasks.sweep_papers() == 2 + concluded.size  # with the commitment of every expert
        assert tasks.sweep_papers() == 0

    moments = [paper.issued_at for paper in Document.objects.about(concluded).order_by("pk")]
    assert moments == [event.at for event in promises(concluded)]


def test_the_sweep_ends_panels_without_a_case(panel, manager):
    drawn(panel, manager)
    Application.objects.filter(pk=panel.application_id).update(
        state=ApplicationState.WITHDRAWN, closed_at=panel.opened_at, closed_by=manager
    )

    assert (tasks.sweep_panels(), tasks.sweep_panels()) == (1, 0)
    assert Panel.objects.get().state == P.CANCELLED


def test_both_sweeps_are_on_the_timetable():
    assert {"evaluation.tasks.sweep_papers", "evaluation.tasks.sweep_panels"} <= set(TIMETABLE)


def test_the_score_sheet_says_what_was_decided(concluded):
    said = documents.score_sheet(concluded, {"kind": "score_sheet", "number": "SJZ-PF-2026-0001"})

    assert (said["score"], said["spread"], said["passed"], said["flagged"]) == ("80.00", "0.00", True, False)
    assert [row["points"][0] for row in said["rows"]] == ["16.00", "12.00", "12.00", "8.00", "12.00", "20.00"]
    assert [expert["position"] for expert in said["experts"]] == [1, 2, 3, 4, 5]
    assert said["opinion"] == [OPINION]


def test_the_record_of_a_draw_is_enough_to_draw_again(concluded):
    draw = concluded.draws.get()

    said = documents.draw_record(concluded, {"kind": "draw_record", "number": "SJZ-CQ-2026-0001"})

    assert ("".join(said["seed"]), said["pool_size"]) == (draw.result["seed"], 10)
    assert "".join(said["commitment"]) == draw.commitment
    assert said["order"] == "、".join(map(str, draw.order))
    assert [seat["number"] for seat in said["seats"]] == [ball for _seat, ball in draw.chosen]


# --- integrity ------------------------------------------------------------------------------------------------------


def test_what_was_lived_through_services_is_sound(concluded):
    assert [check() for check in CHECKS] == [[]] * len(CHECKS)


def test_a_total_that_is_not_the_sum_is_found(concluded):
    Assignment.objects.filter(position=1).update(total="81.00")

    assert len(integrity.totals_are_the_sum_of_the_scores()) == 1
    assert len(integrity.results_are_what_the_sheets_come_to()) == 1


@contextmanager
def behind_the_guard():
    """As somebody with the rights of the database's owner could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE evaluation_score DISABLE TRIGGER USER")
        yield
        cursor.execute("ALTER TABLE evaluation_score ENABLE TRIGGER USER")


def test_a_missing_score_and_one_over_the_full_mark_are_found(concluded):
    first, second = concluded.assignments.order_by("position")[:2]
    with behind_the_guard():
        first.scores.filter(dimension="team").delete()
        second.scores.filter(dimension="team").update(points="16.00")

    assert len(integrity.totals_are_the_sum_of_the_scores()) == 4


def test_a_score_of_another_hand_or_hour_is_found(concluded, manager):
    first, second = concluded.assignments.order_by("position")[:2]
    with behind_the_guard():
        first.scores.filter(dimension="team").update(saved_by=manager)
        second.scores.filter(dimension="team").update(saved_at=clock.now() + timedelta(days=1))

    assert len(integrity.scores_are_the_experts_own()) == 2


def test_a_grant_that_outlived_its_seat_and_one_that_is_missing_are_found(edition):
    seat, other = AssignmentFactory(), AssignmentFactory()
    Assignment.objects.filter(pk=seat.pk).update(
        state=A.DECLINED, left_at=seat.invited_at, left_by=seat.invited_by
    )
    other.assignmentuserobjectpermission_set.all().delete()

    assert len(integrity.grants_are_those_of_sitting_experts()) == 2


def test_a_record_that_was_touched_is_found(concluded):
    Draw.objects.update(nonce="1" * 64)

    assert len(integrity.draws_can_be_replayed()) == 1
