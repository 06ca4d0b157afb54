"""The stages of a build period have clocks: on whom, until when, and when they stop."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.roles import Role
from accounts.selectors import held_by
from institutes import services
from institutes.services.ending import end_what_is_open
from institutes.services.milestones import open_milestones
from portal.selectors.workbasket import workbasket
from records import clock
from records.models import Deadline
from tests.factories.accounts import OrganisationFactory, person, system_user
from tests.factories.institutes import (
    CommitmentFactory,
    InstituteFactory,
    MilestoneFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
)
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def milestone():
    RecognitionEditionFactory()
    institute = InstituteFactory(build_from=clock.today() - timedelta(days=100))
    RecognitionFactory(institute=institute)
    CommitmentFactory(institute=institute)
    return MilestoneFactory(institute=institute, due_on=clock.today() + timedelta(days=3))


@pytest.fixture
def filler(milestone):
    return person(Role.ENT_FILLER, organisation=milestone.institute.host)


def report(milestone, by):
    return services.report_progress(
        institute=milestone.institute,
        as_of=clock.today(),
        values={"invention_patents": Decimal(1)},
        stages={milestone.pk: clock.today()},
        files=[pdf_upload()],
        by=by,
    )


def running():
    return Deadline.objects.open().filter(kind__startswith="stage-")


def test_each_stage_is_the_unit_s_until_its_day_and_leads_to_the_build_period(milestone, filler):
    open_milestones(milestone.institute, at=clock.now())

    (row,) = held_by(filler, running())
    assert (row.due_on, row.label) == (milestone.due_on, f"建设阶段：{milestone.content}")
    (task,) = [task for group in workbasket(filler, on=clock.today()) for task in group.tasks]
    assert task.url == f"/institutes/{milestone.institute_id}/build/"
    assert services.follow_milestones() == 0


def test_a_clock_stops_when_the_stage_is_reached_and_starts_again_when_the_report_is_taken_back(
    milestone, filler
):
    assert services.follow_milestones() == 1

    progress = report(milestone, filler)
    assert not running().exists()
    services.withdraw_progress(progress=progress, reason="示例：数字报错", by=filler)

    assert services.follow_milestones() == 1
    assert running().get().due_on == milestone.due_on


def test_a_new_host_takes_the_clocks_over(milestone, filler):
    services.follow_milestones()
    host = OrganisationFactory()
    milestone.institute.host = host
    milestone.institute.save(update_fields=["host"])

    assert [services.follow_milestones(), services.follow_milestones()] == [1, 0]
    assert not held_by(filler, running()).exists()
    assert held_by(person(Role.ENT_FILLER, organisation=host), running()).count() == 1


def test_the_end_of_an_institute_stops_its_clocks_at_once(milestone):
    """Nobody is reminded of a stage in the hour until the sweep."""
    services.follow_milestones()

    end_what_is_open(milestone.institute.recognition, "认定已撤销。", by=system_user(), at=clock.now())

    assert not running().exists()


def test_an_institute_that_is_none_any_more_has_no_clocks(milestone):
    services.follow_milestones()
    recognition = milestone.institute.recognition
    recognition.withdrawn_at, recognition.withdrawn_by = clock.now(), recognition.recognised_by
    recognition.withdrawal_reason = "示例"
    recognition.save()

    assert services.follow_milestones() == 1
    assert not running().exists()
