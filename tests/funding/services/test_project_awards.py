"""The grant of a joint project follows from its contract: once, in instalments, from the programme's own money."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from funding import documents, integrity, selectors, services
from funding.models import Award
from projects.models import Project
from records import clock, deadlines
from records.errors import Conflict
from tests.factories.funding import (
    a_budget_proposed,
    a_disbursement,
    an_account,
    an_issued_plan,
    load_terms,
)
from tests.factories.institutes import a_user
from tests.factories.running import RunningFactory
from tests.funding.services.steps import race, verbs

D = Decimal
db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


def a_project(**facts) -> Project:
    """A running project of a recognised institute, its contract confirmed."""
    return RunningFactory(**{"state": "running"} | facts)


def joint_budget():
    budget = a_budget_proposed(D("12000000.00"), programme="joint_research")
    services.enter_adjustment(adjustment=budget.adjustments.get(), key=uuid4(), by=a_user("the-reviewer"))
    budget.refresh_from_db()
    return budget


def pending(project: Project) -> Award:
    award = services.propose_project_award(project=project)
    return services.confirm_award(award=award, account=an_account(award), by=a_user("the-ent-admin"))


def approved(project: Project, budget) -> Award:
    award = pending(project)
    return services.approve_award(award=award, budget=budget, key=uuid4(), by=a_user("the-approver"))


def accepted(project: Project) -> None:
    """As its final acceptance leaves it."""
    Project.objects.filter(pk=project.pk).update(
        state="accepted", ended_at=clock.now(), ended_by=a_user("the-approver")
    )


@db
def test_the_grant_is_the_contracts_and_only_the_first_instalment_is_due(terms):
    project = a_project()

    award = next(one for one in services.propose_awards() if one.project)

    assert (award.project, award.kind, award.amount) == (project, "joint_project", project.grant)
    assert (award.terms, award.rule, award.edition) == (project.edition.terms, project.edition, None)
    assert (award.citation, award.payable) == ("四(六)", project.grant * D("0.70"))
    assert (award.host, award.division) == (project.host, project.division)
    assert str(award) == f"{project}：联合攻关专项资金"
    assert verbs(award) == ["begin"]
    assert services.propose_awards() == []
    assert services.propose_project_award(project=project) is None


@db
@pytest.mark.parametrize("state", ["contract_unit", "signing", "confirmation"])
def test_nothing_is_due_before_the_contract_is_confirmed(terms, state):
    project = a_project(state=state)

    assert [award.kind for award in services.propose_awards()] == ["construction"]
    assert services.propose_project_award(project=project) is None


@threads
def test_under_a_race_it_is_proposed_once():
    load_terms()
    project = a_project()

    def propose(start):
        mine = Project.objects.get(pk=project.pk)
        start.wait()
        return services.propose_project_award(project=mine)

    results = race(propose)

    assert sum(found is not None for found in results) == 1
    assert Award.objects.filter(project=project).count() == 1


@db
def test_what_a_contract_promises_is_not_given_up_by_waiting(terms):
    award = services.propose_project_award(project=a_project())

    late = deadlines.current(award).due_on + timedelta(days=1)

    assert services.lapse_awards(on=late) == []
    award.refresh_from_db()
    assert award.state == "entitled"


@db
def test_it_is_paid_from_the_programmes_own_budget():
    budget = joint_budget()
    award = pending(a_project())
    institutes = a_budget_proposed()
    services.enter_adjustment(adjustment=institutes.adjustments.get(), key=uuid4(), by=a_user("the-reviewer"))
    institutes.refresh_from_db()

    with pytest.raises(Conflict, match="该预算不用于联合攻关专项资金"):
        services.approve_award(award=award, budget=institutes, key=uuid4(), by=a_user("the-approver"))

    assert list(selectors.budgets_to_commit(award, clock.today())) == [budget]
    services.approve_award(award=award, budget=budget, key=uuid4(), by=a_user("the-approver"))
    budget.refresh_from_db()
    assert budget.committed == award.amount


@db
def test_two_instalments_are_paid_and_the_papers_speak_of_projects():
    budget, project = joint_budget(), a_project()
    award = approved(project, budget)

    first = a_disbursement("receipted", award)
    award.refresh_from_db()
    assert (award.paid, award.state, award.left_to_order) == (award.payable, "approved", 0)
    assert services.make_instalments_due() == []
    accepted(project)
    assert services.make_instalments_due() == [award]
    assert services.make_instalments_due() == []
    second = a_disbursement("receipted", award)

    award.refresh_from_db()
    assert (award.paid, award.state) == (project.grant, "closed")
    assert (first.instalment, second.instalment) == (1, 2)
    assert (first.amount, second.amount) == (project.grant * D("0.70"), project.grant * D("0.30"))
    assert integrity.orders_are_within_awards() == []
    context = documents.issue_notice(second.plan)["context"]
    assert (context["is_joint"], context["fund"]) == (True, "联合攻关专项资金")
    assert context["counties"][0]["rows"][0]["institute"] == project.title
    assert ["数量指标", "支持联合攻关项目", "1 项"] in second.plan.targets
    assert documents.approval_form(second.plan)["title"] == "联合攻关专项资金拨付审批表"


@db
def test_nothing_more_is_paid_of_a_project_that_was_ended():
    budget, project = joint_budget(), a_project()
    award = approved(project, budget)
    Project.objects.filter(pk=project.pk).update(
        state="failed", ended_at=clock.now(), ended_by=a_user("the-approver")
    )
    award = Award.objects.get(pk=award.pk)

    assert award.barrier == "该联合攻关项目已终止"
    assert not selectors.awards_to_plan(budget).exists()
    with pytest.raises(Conflict, match="该联合攻关项目已终止"):
        an_issued_plan(award)


@db
def test_the_basis_names_meeting_and_project(terms):
    project = a_project()
    award = services.propose_project_award(project=project)

    basis = selectors.basis_of(award, sees_bank=True)

    assert (basis.edition, basis.entries, basis.lines) == (project.edition, [], [])
