"""What a joint project that ended early did not spend is claimed back: by the clock, once, to the fen."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.roles import Role
from funding import integrity, selectors, services, tasks
from funding.integrity import clawbacks as findings
from funding.models import Award, Clawback
from funding.selectors import clawbacks as reads
from funding.selectors.projects import grant_of
from notices.models import Notice
from projects.models import Project
from projects.selectors import received_of
from records import audit, clock
from records.errors import Incomplete
from tests.factories.accounts import person
from tests.factories.endings import ProjectEndingFactory
from tests.factories.funding import a_disbursement, an_award, sent_back
from tests.factories.institutes import RecognitionFactory, a_user
from tests.factories.running import ProjectFinalFactory
from tests.funding.services.steps import race
from tests.funding.services.test_project_awards import a_project, approved, joint_budget

D = Decimal
db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


def paid_project() -> Award:
    """A joint project whose first instalment of 700,000 was paid."""
    award = approved(a_project(), joint_budget())
    a_disbursement("receipted", award)
    award.refresh_from_db()
    return award


def end(project: Project, *, recognised: str = "400000.00", at=None) -> None:
    """As its termination leaves it: so much of the 700,000 is recognised."""
    at = at or clock.now()
    stamps = {"state": "terminated", "ended_at": at, "ended_by": a_user("the-approver")}
    Project.objects.filter(pk=project.pk).update(**stamps)
    balance = max(D("700000.00") - D(recognised), D(0))
    figures = {"received": D("700000.00"), "recognised": D(recognised), "balance": balance}
    ProjectEndingFactory(project=project, state="terminated", **figures)


@db
def test_the_balance_becomes_a_case_once_and_its_amount_is_the_balance():
    award = paid_project()
    assert received_of(award.project) == D("700000.00")
    end(award.project)

    tasks.sweep_clawbacks()
    tasks.sweep_clawbacks()

    case = Clawback.objects.get()
    assert (case.award, case.ground, case.suspected_by.is_system) == (award, "terminated", True)
    for words in ("700,000.00", "400,000.00", "300,000.00 元应当退回", case.award.project.number):
        assert words in case.facts
    clerk = a_user("claw-clerk")
    services.investigate_clawback(clawback=case, by=clerk)
    given = {"clawback": case, "ground": "terminated", "facts": "示例", "by": clerk}
    with pytest.raises(Incomplete, match="不能超过结余"):
        services.propose_clawback(**given, amount=D("300000.01"))
    services.propose_clawback(**given, amount=D("300000.00"))
    assert case.amount == D("300000.00")


@db
@pytest.mark.parametrize(
    ("recognised", "left"), [("700000.00", "0"), ("699999.99", "0.01"), ("0.00", "700000.00")]
)
def test_only_what_was_paid_and_not_spent_comes_back(recognised, left):
    award = paid_project()
    end(award.project, recognised=recognised)

    found = services.suspect_ended_projects()

    award.refresh_from_db()
    assert reads.unspent_of(award) == D(left)
    assert bool(found) == (D(left) > 0)


@db
def test_of_what_was_never_paid_nothing_comes_back():
    award = approved(a_project(), joint_budget())
    end(award.project, recognised="0.00")

    assert services.suspect_ended_projects() == []
    assert list(selectors.awards_to_plan()) == []
    award.refresh_from_db()
    assert award.barrier == "该联合攻关项目已终止"
    legs = grant_of(person(Role.BUREAU_CLERK), award.project).legs
    assert {leg.waits_for for leg in legs.values()} == {"项目已提前结束，不再拨付"}


@db
def test_a_case_dropped_is_not_opened_again_and_one_on_another_ground_comes_first():
    award = paid_project()
    misuse = services.suspect_clawback(award=award, ground="misuse", facts="示例", by=a_user("claw-clerk"))
    end(award.project)

    assert services.suspect_ended_projects() == []
    services.drop_clawback(clawback=misuse, reason="示例", by=a_user("the-approver"))
    (case,) = services.suspect_ended_projects()
    services.drop_clawback(clawback=case, reason="示例", by=a_user("the-approver"))
    assert services.suspect_ended_projects() == []


@db
def test_what_failed_its_final_acceptance_gives_back_what_was_not_spent():
    award = paid_project()
    stamps = {"state": "failed", "ended_at": clock.now(), "ended_by": a_user("the-approver")}
    Project.objects.filter(pk=award.project_id).update(**stamps)
    ProjectFinalFactory(project=award.project, state="failed")

    (case,) = services.suspect_ended_projects()

    assert "未通过结题验收" in case.facts
    assert reads.unspent_of(case.award) == D("300000.00")


@db
def test_the_ground_is_for_projects_that_have_ended(terms):
    for award in (paid_project(), an_award(RecognitionFactory())):
        with pytest.raises(Incomplete, match="没有提前结束且有结余"):
            services.suspect_clawback(award=award, ground="terminated", facts="示例", by=a_user("claw-clerk"))


@db
def test_nothing_is_planned_for_a_project_that_is_stopped(terms):
    award = approved(a_project(), joint_budget())
    stop = {"state": "suspended", "suspended_at": clock.now(), "suspended_by": a_user("the-approver")}
    Project.objects.filter(pk=award.project_id).update(**stop)
    waiting = a_project(state="suspended")

    award.refresh_from_db()
    assert award.barrier == "该联合攻关项目中止中"
    legs = grant_of(person(Role.BUREAU_CLERK), award.project).legs
    assert {leg.waits_for for leg in legs.values()} == {"项目中止中，暂停拨付"}
    assert list(selectors.awards_to_plan()) == []
    assert services.propose_project_award(project=waiting) is None
    Project.objects.filter(pk=award.project_id).update(state="running", suspended_at=None, suspended_by=None)
    assert list(selectors.awards_to_plan()) == [award]


@db
def test_a_balance_that_nobody_claims_and_money_after_the_end_are_found():
    award = paid_project()
    end(award.project, at=clock.now() - timedelta(days=2))

    (finding,) = findings.balances_of_ended_projects_are_claimed()
    assert "结余 300000.00 元没有追回案件" in finding
    services.suspect_ended_projects()
    assert findings.balances_of_ended_projects_are_claimed() == []
    (late,) = findings.ended_projects_get_nothing_more()
    assert "提前结束后下达" in late
    Award.objects.filter(pk=award.pk).update(payable=award.amount)
    assert len(findings.ended_projects_get_nothing_more()) == 2
    assert integrity.orders_are_within_awards() == []


@threads
def test_under_a_race_there_is_one_case():
    award = paid_project()
    end(award.project)

    def suspect(start):
        start.wait()
        return len(services.suspect_ended_projects())

    assert sum(race(suspect)) == 1
    assert Clawback.objects.count() == 1


# --- what was not ordered -------------------------------------------------------------------------------------------


def sums(award: Award) -> tuple:
    """How much of its budget is committed, and what is freed of the award."""
    award.refresh_from_db()
    return award.budget.committed, award.freed, award.state


def end_of(award: Award) -> Award:
    end(award.project)
    return Award.objects.get(pk=award.pk)


@db
def test_the_instalment_that_will_not_come_goes_back_to_its_budget_once():
    award = end_of(paid_project())
    person(Role.ENT_ADMIN, organisation=award.host)
    assert sums(award) == (D("1000000.00"), D(0), "approved")

    tasks.sweep_clawbacks()
    tasks.sweep_clawbacks()

    assert sums(award) == (D("700000.00"), D("300000.00"), "closed")
    assert (award.held_back, award.left_to_order, award.left_to_pay) == (0, 0, 0)
    event = audit.history(award).get(verb__endswith=".free_rest")
    assert event.data["amount"] == "300000.00"
    assert event.actor.is_system
    [told] = Notice.objects.filter(subject_type="funding.award", subject_id=award.pk, created_at=event.at)
    assert told.title == f"未下达额度收回：{award}"
    assert "未下达的 300,000.00 元由预算收回" in told.body
    assert "已下达的 700,000.00 元已全部到账并确认收款，本事项办结" in told.body
    assert list(integrity.ledger_agrees_with_the_sums()) == []
    assert list(integrity.sums_agree_with_the_cases()) == []


@db
def test_an_award_of_which_nothing_was_ordered_ends_with_its_project():
    award = end_of(approved(a_project(), joint_budget()))

    assert services.free_rests_of_ended_projects() == [award]

    assert sums(award) == (D(0), D(0), "lapsed")
    assert list(integrity.ledger_agrees_with_the_sums()) == []
    assert services.free_rests_of_ended_projects() == []


@db
def test_what_comes_back_after_the_end_is_freed_then():
    award = approved(a_project(), joint_budget())
    order = a_disbursement("issued", award)
    award = end_of(award)
    services.free_rests_of_ended_projects()
    assert sums(award) == (D("700000.00"), D("300000.00"), "approved")

    sent_back(order)
    services.free_rests_of_ended_projects()

    assert sums(award) == (D(0), D("300000.00"), "lapsed")


@db
def test_an_award_in_a_plan_that_waits_is_freed_once_the_plan_let_it_go(terms):
    award = approved(a_project(), joint_budget())
    clerk = a_user("plan-clerk")
    plan = services.draft_plan(budget=award.budget, awards=[award], title="示例拨付计划", by=clerk)
    award = end_of(award)

    assert services.free_rests_of_ended_projects() == []
    services.discard_plan(plan=plan, reason="示例项目已终止。", by=clerk)
    assert services.free_rests_of_ended_projects() == [award]


@db
def test_of_a_project_that_runs_or_was_accepted_nothing_is_freed():
    budget = joint_budget()
    running, done = (approved(a_project(), budget) for _ in range(2))
    stamps = {"state": "accepted", "ended_at": clock.now(), "ended_by": a_user("the-approver")}
    Project.objects.filter(pk=done.project_id).update(**stamps)

    assert services.free_rests_of_ended_projects() == []
    assert sums(running)[1] == sums(done)[1] == 0


@threads
def test_two_sweeps_at_once_free_it_once():
    award = end_of(paid_project())

    def free(start):
        mine = Award.objects.get(pk=award.pk)
        start.wait()
        return services.free_rest_of_ended_project(award=mine) is not None

    assert sum(race(free)) == 1

    assert sums(award) == (D("700000.00"), D("300000.00"), "closed")
    assert list(integrity.ledger_agrees_with_the_sums()) == []
