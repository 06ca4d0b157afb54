"""A joint project from its approval to its certificate, through the pages of those whose turn it is; and its grant
from the contract to the second instalment, two years later."""

from datetime import date, timedelta
from decimal import Decimal

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
from tests.journeys.balance import agree
from tests.journeys.conftest import FOUNDED
from tests.journeys.joint import (
    JointWalk,
    apply_for_the_end,
    judge_the_end,
    sign_the_contract,
    through,
    work,
)
from tests.journeys.timetable import sweep
from tests.journeys.units import Unit, Year, approve, confirm, issue, name_account, pay_out, settle

D = Decimal
GRANT, FIRST, BUDGET = D("987654.33"), D("691358.03"), D("1000000.00")


@pytest.fixture
def walk(db, monkeypatch) -> JointWalk:
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)
    found = found_project(proposal=approved(), by=a_user("project-approver"), at=clock.now())
    return JointWalk(Project.objects.get(pk=found.pk))


@pytest.mark.django_db
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


# --- from the contract to the money -----------------------------------------------------------------------------------


class Grants(Year):
    """Of the units' money, that of joint projects."""

    kinds = ("joint_project",)

    def pay(self, number: str) -> None:
        """What is due by now: planned, issued, sent to the bank, settled by its statement, come to the unit."""
        issue(self, number, programme="joint_research")
        with self.hour(23):
            sweep(self, "funding.tasks.sweep_exports", "funding.tasks.sweep_papers")
        settle(self)
        self.pass_days()
        pay_out(self, self.units)


@pytest.fixture
def grants(founding, no_worker) -> Grants:
    with clock.at(FOUNDED):
        founding.register_firm(1)
    grants = Grants(founding.world)
    with grants.hour(8):
        grants.recognise()
    return grants


def under_contract(grants: Grants, unit: Unit) -> JointWalk:
    with grants.hour(9):
        proposal = approved(institute=unit.institute, grant=GRANT)
        founded = found_project(proposal=proposal, by=grants.world["bureau_approver"], at=clock.now())
        walk = through(unit, Project.objects.get(pk=founded.pk))
    with grants.hour(10):
        sign_the_contract(walk)
    return walk


def seen_by_unit(unit: Unit, project: Project) -> str:
    with unit.hour(20):
        return unit.admin.open(project.get_absolute_url()).text


def test_from_the_contract_to_the_second_instalment_two_years_later(grants):
    (unit,) = grants.units
    walk = under_contract(grants, unit)
    project = walk.project
    grants.create_budget(str(BUDGET), programme="联合攻关", document_number="石财预〔2026〕9号")
    with grants.hour(22):
        sweep(grants, "funding.tasks.propose_awards")
    for step in (name_account, confirm, approve):
        grants.each(grants.units, step)
    assert "待列入拨付计划" in seen_by_unit(unit, project)
    grants.pay("石财教〔2026〕61号")

    said = seen_by_unit(unit, project)
    assert [word in said for word in ("已确认收款", "未到拨付条件")] == [True, True]
    agree(grants, 可用=BUDGET - GRANT, 已批准待下达=GRANT - FIRST, 已到企=FIRST)
    grants.day = date(2027, 1, 11)
    with grants.hour(0, 20):
        sweep(grants, "funding.tasks.lapse_awards", "funding.tasks.make_instalments_due")
    assert (project.award.state, project.award.payable) == ("approved", FIRST)

    grants.day = unit.day = date(2028, 2, 14)
    engagement = EngagementFactory(agency=grants.world.agency)
    EngagementBatch.objects.create(engagement=engagement, kind="project_final")
    with grants.hour(10):
        work(walk)
        final = project.finals.get()
        apply_for_the_end(walk, final)
        judge_the_end(walk, final, grants.world.agency)
    with grants.hour(22):
        sweep(grants, "funding.tasks.make_instalments_due")
    grants.pay("石财教〔2028〕7号")

    agree(grants, 可用=BUDGET - GRANT, 已批准待下达=D(0), 已到企=GRANT, 银行已付=GRANT)
    project.award.refresh_from_db()
    assert (project.award.state, project.award.paid) == ("closed", GRANT)
    assert seen_by_unit(unit, project).count("已确认收款") == 2
