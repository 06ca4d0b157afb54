"""Two at once in the joint programme: what may happen once happens once, the other is told in words."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal as D
from threading import Barrier

import pytest
from django.db import connection

from accounts.roles import Role
from projects import services
from projects.models import (
    Project,
    ProjectCall,
    ProjectDecision,
    ProjectEnding,
    ProjectExpense,
    ProjectMidterm,
)
from projects.services.running import Invoice
from records import clock
from records.errors import Refusal
from tests.factories.accounts import person, system_user
from tests.factories.endings import ProjectEndingFactory
from tests.factories.institutes import RecognitionEditionFactory, a_user
from tests.factories.notices import publish_rules
from tests.factories.projects import ProjectCallFactory, ProjectEditionFactory, ProposalFactory
from tests.factories.running import RunningFactory

pytestmark = pytest.mark.django_db(transaction=True)
MILLION = D("1000000.00")


def at_once(*calls) -> list[str]:
    """Every call in a thread of its own, begun together: done, nothing, or the code of the refusal."""
    start = Barrier(len(calls))

    def run(call) -> str:
        connection.ensure_connection()
        start.wait()
        try:
            return "done" if call() else "nothing"
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return sorted(threads.map(run, calls))


@pytest.fixture(autouse=True)
def editions():
    RecognitionEditionFactory()
    publish_rules()
    ProjectEditionFactory()
    system_user()


def test_of_two_decisions_at_once_one_takes_what_the_call_has_left():
    call = ProjectCallFactory(budget=D("1500000.00"), over=True)
    clerk, approver = a_user("project-clerk"), person(Role.BUREAU_APPROVER)
    drafts = [
        services.draft_project_decision(
            call=call,
            items=[{"proposal": one, "outcome": "shortlist", "grant": MILLION, "reason": ""}],
            minute_number=f"示例局务会纪要〔2026〕{n}号",
            meeting_on=clock.today(),
            by=clerk,
        )
        for n, one in enumerate(ProposalFactory(call=call, state="decision") for _n in range(2))
    ]

    def release(draft):
        found = ProjectDecision.objects.get(pk=draft.pk)
        return lambda: services.release_project_decision(project_decision=found, by=approver)

    assert at_once(*map(release, drafts)) == ["done", "over-budget"]
    assert ProjectCall.objects.get(pk=call.pk).committed == MILLION


def test_of_two_that_list_one_invoice_at_once_one_is_told_where_it_stands():
    """Each in a project of its own: neither sees the other's lock."""
    projects = [RunningFactory(state="running") for _n in range(2)]
    by = a_user("project-filler")

    def enter(project):
        line = project.lines.get(code="equipment")
        invoice = Invoice(line, "grant", "26110009", clock.today(), "示例公司", "示例设备", D("120000.00"))
        found = Project.objects.get(pk=project.pk)
        return lambda: services.enter_expenses(project=found, invoices=[invoice], by=by)

    assert at_once(*map(enter, projects)) == ["conflict", "done"]
    assert ProjectExpense.objects.count() == 1


def test_of_two_approvers_one_terminates_a_project_and_its_check_opens_for_nobody():
    project = RunningFactory(state="running")
    nothing = dict.fromkeys(("received", "recognised", "balance"), D(0))
    ending = ProjectEndingFactory(project=project, state="confirmation", **nothing)
    approvers = [a_user(f"approver-at-once-{n}") for n in range(2)]

    def terminate(by):
        found = ProjectEnding.objects.get(pk=ending.pk)
        return lambda: services.terminate_project(ending=found, minute_number="示例纪要9号", by=by)

    assert at_once(*map(terminate, approvers)) == ["done", "illegal-move"]
    assert Project.objects.get(pk=project.pk).state == "terminated"
    assert services.open_midterm(project=project, by=system_user()) is None


def test_of_two_sweeps_one_opens_the_check_of_a_project():
    project = RunningFactory(state="running")

    def sweep():
        found = Project.objects.get(pk=project.pk)
        return lambda: services.open_midterm(project=found, by=system_user())

    assert at_once(sweep(), sweep()) == ["done", "nothing"]
    assert ProjectMidterm.objects.count() == 1
