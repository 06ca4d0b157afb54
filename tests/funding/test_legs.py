"""How far money has come, as pages say it: grants of joint projects, orders that wait for somebody, statements."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.roles import Role
from funding import services
from funding.selectors.projects import grant_of, sums_of
from projects.models import Project
from tests.factories.accounts import person
from tests.factories.funding import a_disbursement, people_of
from tests.factories.institutes import a_user
from tests.factories.running import RunningFactory
from tests.funding.services.bank import line_of, taken_in
from tests.funding.services.test_project_awards import approved, joint_budget
from tests.funding.services.test_reconciliation import an_unknown_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("terms")]


def page(client, user, subject) -> str:
    client.force_login(user)
    return " ".join(client.get(subject.get_absolute_url()).text.split())


# --- the grant of a joint project -------------------------------------------------------------------------------------


def test_the_legs_of_a_grant_say_what_each_waits_for_and_only_to_whom_it_concerns():
    project = RunningFactory(state="running")
    unit, stranger = (person(Role.ENT_ADMIN, organisation=home) for home in (project.host, None))
    assert grant_of(unit, project) is None

    award = services.propose_project_award(project=project)
    proposed = grant_of(unit, project)

    assert (proposed.url, grant_of(stranger, project)) == (award.get_absolute_url(), None)
    assert [(leg.case, leg.is_due) for leg in proposed.legs.values()] == [(None, True), (None, False)]
    assert "待" in proposed.legs[1].waits_for
    assert proposed.legs[2].waits_for == "未到拨付条件"


def test_an_approved_grant_waits_to_be_planned_and_its_sums_are_those_of_its_orders(client):
    project = RunningFactory(state="running")
    award = approved(project, joint_budget())
    unit, clerk = person(Role.ENT_ADMIN, organisation=project.host), person(Role.BUREAU_CLERK)

    assert grant_of(unit, project).legs[1].waits_for == "待列入拨付计划"
    order = a_disbursement("receipted", award)
    legs, sums = grant_of(unit, project).legs, sums_of(Project.objects.all())

    assert (legs[1].case, legs[2].is_due) == (order, False)
    assert (sums.ordered, sums.paid) == (order.amount, order.amount)
    assert order.get_absolute_url() in page(client, unit, project)
    client.force_login(clerk)
    overview = client.get(reverse("projects:project-overview"), {"year": project.year}).text
    assert [word in overview for word in ("已下达", "已到企")] == [True, True]
    for name in ("award-export", "disbursement-export", "award-list"):
        answer = client.get(reverse(f"funding:{name}"))
        assert project.title in (b"".join(answer) if answer.streaming else answer.content).decode()
    assert sums_of(Project.objects.none()).ordered == Decimal(0)


# --- orders that wait for somebody ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "turn"), [("ordered", "复核作废列支"), ("county_received", "复核退汇")])
def test_a_proposed_end_is_the_turn_of_the_second_person_until_a_day(client, state, turn):
    order = a_disbursement(state)
    propose = services.propose_void if state == "ordered" else services.propose_return
    first = a_user("the-finance")
    propose(disbursement=order, reason="账号有误", by=first)
    second = people_of(order.award)[Role.FINANCE]

    told, proposer = page(client, second, order), page(client, first, order)

    assert f"<dt>我的下一步</dt><dd>{turn}</dd>" in told.replace("> <", "><")
    assert f"<dd>{turn}</dd>" not in proposer.replace("> <", "><")
    assert "无办理时限" not in told


def test_finance_is_sent_to_the_statement_where_nobody_knows_whether_it_was_paid(client, treasury):
    order = an_unknown_order(treasury)
    people = people_of(order.award)

    assert "导入付款账户的对账单" in page(client, people[Role.FINANCE], order)
    assert reverse("funding:statement-import") not in page(client, people[Role.BUREAU_CLERK], order)


# --- statements -------------------------------------------------------------------------------------------------------


def test_statements_of_the_same_days_are_told_apart_and_their_lines_are_not_asked_which(client):
    statement = taken_in(line_of(a_disbursement("issued")))
    client.force_login(person(Role.FINANCE))

    listed = client.get(reverse("funding:statement-list")).text
    nothing = client.get(reverse("funding:statement-list"), {"q": "没有这样的"}).text
    lines = client.get(statement.get_absolute_url()).text

    assert statement.file_name in listed
    assert [word in nothing for word in ("没有符合条件的对账单", "还没有导入对账单")] == [True, False]
    assert 'name="statement"' not in lines
    assert 'name="statement"' in client.get(reverse("funding:line-list")).text
