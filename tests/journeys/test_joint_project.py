"""A joint project from its approval to its certificate, through the pages of those whose turn it is."""

from datetime import timedelta

import pytest

from evaluation.models import EngagementBatch
from projects import selectors, services, tasks
from projects.integrity import (
    budgets_of_projects_add_up,
    confirmed_contracts_are_signed_by_all,
    no_line_is_overdrawn,
)
from projects.models import Project
from projects.services import found_project
from records import audit, clock
from records.models import Document
from tests.factories.evaluation import EngagementFactory
from tests.factories.institutes import a_user
from tests.factories.running import approved
from tests.journeys.joint import JointWalk, apply_for_the_end, judge_the_end, sign_the_contract, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(monkeypatch) -> JointWalk:
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)
    found = found_project(proposal=approved(), by=a_user("project-approver"), at=clock.now())
    return JointWalk(Project.objects.get(pk=found.pk))


def test_from_the_contract_to_the_certificate(walk):
    sign_the_contract(walk)
    project = walk.project
    assert (project.state, list(selectors.contracted_projects())) == ("running", [project])
    work(walk)
    assert {row.grant_left for row in selectors.execution_of(project)} == {0}
    final = project.finals.get()

    apply_for_the_end(walk, final)
    engagement = EngagementFactory()
    EngagementBatch.objects.create(engagement=engagement, kind="project_final")
    judge_the_end(walk, final, engagement.agency)

    assert (project.state, list(selectors.accepted_projects())) == ("accepted", [project])
    assert services.issue_missing_papers(before=clock.now() + timedelta(seconds=1)) == 2
    kinds = [paper.kind for case in (project, final) for paper in Document.objects.about(case)]
    assert kinds == ["project_contract", "project_certificate"]
    assert [line.verb.rpartition(".")[2] for line in audit.history(project) if line.to_state][-2:] == [
        "confirm_contract",
        "accept",
    ]
    assert budgets_of_projects_add_up() == []
    assert confirmed_contracts_are_signed_by_all() == []
    assert no_line_is_overdrawn() == []
