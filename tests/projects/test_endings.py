"""Stopping and ending a project by its services: heard, settled to the fen, decided by another; each refusal."""

from datetime import timedelta
from decimal import Decimal as D

import pytest

from accounts.roles import Role
from notices.models import Notice
from projects import selectors, services, tasks
from projects.documents.endings import paper_of_ending
from projects.enums.ending import EndingState as S
from projects.models import Project, ProjectEnding, ProjectFinal
from projects.selectors import endings as reads
from projects.selectors.money import Paid
from projects.services.finals import open_final
from records import clock, deadlines
from records.amounts import grouped
from records.errors import Conflict, IllegalMove, Incomplete, TooLate
from records.models import AuditEvent, Deadline
from tests.factories.accounts import person, system_user
from tests.factories.changes import ProjectChangeFactory
from tests.factories.endings import ProjectEndingFactory
from tests.factories.institutes import a_user
from tests.factories.records import PDF, pdf_upload
from tests.factories.running import ProjectExpenseFactory, ProjectFinalFactory, RunningFactory

pytestmark = pytest.mark.django_db
GROUND, FACTS = "midterm_failed", "示例：中期节点未完成，路线已不可行。"


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)


@pytest.fixture
def paid(monkeypatch):
    """What the room of money says was paid; a test may change it."""
    found = {"amount": D("700000.00")}
    monkeypatch.setattr(reads, "paid_of", lambda projects: Paid(paid=found["amount"]))
    return found


def of(case, role):
    home = case.host if role in (Role.ENT_FILLER, Role.ENT_ADMIN) else None
    return person(role, organisation=home, division=case.division.code)


def proposed(project: Project | None = None) -> ProjectEnding:
    project = project or RunningFactory(state="running")
    clerk = of(project, Role.BUREAU_CLERK)
    return services.propose_termination(project=project, ground=GROUND, facts=FACTS, by=clerk)


def settled(project: Project, **lines: tuple[D, str]) -> ProjectEnding:
    """Heard with nothing said, and settled by the clerk."""
    case = proposed(project)
    services.notify_ending(ending=case, by=of(case, Role.BUREAU_APPROVER))
    services.state_ending(ending=case, statement="无异议。", by=of(case, Role.ENT_ADMIN))
    services.settle_ending(ending=case, finding="示例意见。", lines=lines, by=of(case, Role.BUREAU_CLERK))
    return case


def terminated(project: Project, **lines) -> ProjectEnding:
    case = settled(project, **lines)
    services.terminate_project(ending=case, minute_number="示例纪要1号", by=of(case, Role.BUREAU_APPROVER))
    return case


def spent(project: Project, amount: str, **more):
    return ProjectExpenseFactory(project=project, amount=D(amount), **more)


# --- opened -----------------------------------------------------------------------------------------------------------


def test_a_proposal_needs_a_ground_facts_and_a_project_that_goes_on():
    project = RunningFactory(state="running")
    clerk = of(project, Role.BUREAU_CLERK)
    with pytest.raises(Incomplete) as said:
        services.propose_termination(project=project, ground="dislike", facts=" ", by=clerk)
    assert [reason.field for reason in said.value.reasons] == ["ground", "facts"]

    case = proposed(project)

    assert (case.number[:9], case.state) == ("SJZ-LHZA-", S.PROPOSED)
    assert deadlines.current(case).holder_role == Role.BUREAU_APPROVER
    with pytest.raises(Conflict, match="已有一件终止在办"):
        proposed(project)
    with pytest.raises(IllegalMove, match="已结题"):
        proposed(RunningFactory(state="accepted"))


def test_before_the_notice_the_unit_knows_nothing_of_it():
    case = proposed()
    admin, staff = of(case, Role.ENT_ADMIN), of(case, Role.COUNTY_STAFF)

    assert not selectors.endings_visible_to(admin).exists()
    assert not Notice.objects.filter(recipient=admin).exists()
    services.notify_ending(ending=case, by=of(case, Role.BUREAU_APPROVER))
    for someone in (admin, staff):
        assert list(selectors.endings_visible_to(someone)) == [case]
        assert "拟终止项目" in Notice.objects.get(recipient=someone).title
    assert not selectors.endings_visible_to(person(Role.ENT_ADMIN)).exists()


def test_while_its_final_acceptance_is_judged_a_project_is_not_ended(paid):
    final = ProjectFinalFactory(state="panel_review")
    with pytest.raises(Conflict, match="由结题验收作出结论"):
        proposed(final.project)

    waiting = ProjectFinalFactory(state="preparing")
    case = settled(waiting.project)
    with pytest.raises(Conflict, match="不能申请结题验收"):
        services.hand_up_final(final=waiting, by=of(waiting, Role.ENT_FILLER))
    services.terminate_project(ending=case, minute_number="示例", by=of(case, Role.BUREAU_APPROVER))
    waiting.refresh_from_db()
    assert waiting.state == "lapsed"
    assert deadlines.current(waiting) is None


def test_a_unit_gives_a_project_up_by_a_sealed_paper_and_may_think_again():
    project = RunningFactory(state="running")
    admin = of(project, Role.ENT_ADMIN)
    with pytest.raises(Incomplete, match="加盖公章"):
        services.apply_for_termination(project=project, facts=FACTS, files=[], by=admin)

    files = [pdf_upload("终止申请.pdf", PDF)]
    case = services.apply_for_termination(project=project, facts=FACTS, files=files, by=admin)

    assert (case.ground, case.state, case.title) == ("given_up", S.APPLIED, "申请终止")
    assert list(selectors.endings_visible_to(admin)) == [case]
    assert deadlines.current(case).holder_role == Role.BUREAU_CLERK
    services.withdraw_ending(ending=case, reason="继续实施", by=admin)
    assert case.state == S.WITHDRAWN


# --- heard ------------------------------------------------------------------------------------------------------------


def test_the_unit_states_its_case_in_its_days_or_they_lapse():
    case = proposed()
    services.notify_ending(ending=case, by=of(case, Role.BUREAU_APPROVER))
    late = clock.now() + timedelta(days=30)

    assert deadlines.current(case).due_on == case.statement_until
    with pytest.raises(TooLate, match="视为放弃"):
        services.state_ending(ending=case, statement="示例", by=of(case, Role.ENT_ADMIN), at=late)
    assert services.lapse_ending_statements() == 0
    assert services.lapse_ending_statements(at=late) == 1
    assert services.lapse_ending_statements(at=late) == 0
    case.refresh_from_db()
    assert (case.state, case.stated_at) == (S.SETTLING, None)


def test_missing_invoices_come_while_the_unit_is_heard_and_none_once_it_is_settled(paid):
    project = RunningFactory(state="running")
    case = proposed(project)
    services.notify_ending(ending=case, by=of(case, Role.BUREAU_APPROVER))
    filler = of(case, Role.ENT_FILLER)
    invoice = services.running.Invoice(
        project.lines.first(), "grant", "26119999", clock.today(), "示例公司", "试剂", D("100.00")
    )
    (kept,) = services.enter_expenses(project=project, invoices=[invoice], by=filler)
    services.state_ending(ending=case, statement="补列一笔。", by=of(case, Role.ENT_ADMIN))

    services.settle_ending(ending=case, finding="示例", by=of(case, Role.BUREAU_CLERK))

    assert (case.received, case.recognised, case.balance) == (D("700000.00"), D("100.00"), D("699900.00"))
    with pytest.raises(Conflict, match="经费已经核定"):
        services.void_expense(project=project, expense=kept, reason="示例", by=filler)
    services.return_settlement(ending=case, reason="再核", by=of(case, Role.BUREAU_APPROVER))
    services.void_expense(project=project, expense=kept, reason="重复", by=filler)


# --- settled and decided ----------------------------------------------------------------------------------------------

BALANCES = [
    ("0.00", "0.00", "0.00"),
    ("700000.00", "500000.00", "200000.00"),
    ("700000.00", "700000.00", "0.00"),
    ("700000.00", "699999.99", "0.01"),
    ("100.00", "500.00", "0.00"),
]


@pytest.mark.parametrize(("received", "used", "balance"), BALANCES)
def test_the_balance_is_what_was_received_and_is_not_recognised(paid, received, used, balance):
    paid["amount"], project = D(received), RunningFactory(state="running")
    line = project.lines.first()
    project.lines.filter(pk=line.pk).update(grant=project.grant)
    if D(used):
        spent(project, used, line=line)

    case = terminated(project)

    project.refresh_from_db()
    assert (project.state, case.state, case.balance) == ("terminated", S.TERMINATED, D(balance))
    assert list(selectors.ended_early()) == [project]
    assert selectors.recognised_of(project) == D(used)
    event = AuditEvent.objects.about(case).get(verb="projects.projectending.terminate")
    context = paper_of_ending(case, event)["context"]
    assert context["heading"] == "联合攻关项目终止通知书"
    assert context["sums"]["balance"] == grouped(D(balance))
    assert ("没有应当退回" in context["closing"][0]) == (D(balance) == 0)


def test_what_is_not_recognised_is_said_why_and_never_more_than_listed(paid):
    project = RunningFactory(state="running")
    spent(project, "300000.00")
    code = project.lines.first().code
    for lines, words in (
        ({code: (D("300000.01"), "")}, "认定金额应在 0 至"),
        ({code: (D("1.00"), "")}, "须写明理由"),
    ):
        with pytest.raises(Incomplete, match=words):
            settled(project, **lines)
        project.endings.all().update(state="dropped")

    case = settled(project, **{code: (D("250000.00"), "发票与项目无关")})

    assert (case.recognised, case.balance) == (D("250000.00"), D("450000.00"))
    assert case.lines[0]["note"] == "发票与项目无关"


def test_money_paid_after_the_settlement_sends_it_back(paid):
    case = settled(RunningFactory(state="running"))
    paid["amount"] = D("1000000.00")

    with pytest.raises(Conflict, match="重新核定"):
        services.terminate_project(ending=case, minute_number="示例", by=of(case, Role.BUREAU_APPROVER))
    case.refresh_from_db()
    assert case.state == S.CONFIRMATION


def test_with_the_end_no_stage_and_no_other_case_is_awaited(paid):
    project = RunningFactory(state="running")
    services.running.open_stages(project, at=clock.now())
    open_final(project, due_by=project.ends_on, by=system_user(), at=clock.now())
    other = ProjectEndingFactory(project=project, kind="suspend", state="settling")
    change = ProjectChangeFactory(project=project, state="checking")

    terminated(project)

    other.refresh_from_db()
    change.refresh_from_db()
    assert (other.state, change.state) == (S.OVERTAKEN, "withdrawn")
    assert not Deadline.objects.about(project).open().exists()
    stage = Project.objects.get(pk=project.pk).stages.first()
    assert stage.standing(stage.due_on + timedelta(days=1)) == ("项目已结束，不再要求", "neutral")
    final = ProjectFinal.objects.get()
    assert (final.state, final.state_tone) == ("lapsed", "neutral")
    with pytest.raises(IllegalMove, match="已终止"):
        services.enter_expenses(project=project, invoices=[], by=of(project, Role.ENT_FILLER))


def test_a_project_whose_contract_is_never_signed_ends_with_nothing_to_give_back(paid):
    paid["amount"] = D("0.00")
    project = RunningFactory(state="contract_unit")

    case = terminated(project)

    project.refresh_from_db()
    assert (project.state, project.contract_confirmed_at, case.balance) == ("terminated", None, D("0.00"))


def test_a_decision_follows_its_case_and_needs_a_minute(paid):
    case, approver = settled(RunningFactory(state="running")), a_user("another-approver")

    with pytest.raises(Incomplete, match="会议纪要号"):
        services.terminate_project(ending=case, minute_number=" ", by=approver)
    with pytest.raises(Conflict, match="与本决定不一致"):
        services.suspend_project(ending=case, minute_number="示例", by=approver)
    services.drop_ending(ending=case, reason="整改到位", by=approver)

    event = AuditEvent.objects.about(case).get(verb="projects.projectending.drop")
    context = paper_of_ending(case, event)["context"]
    assert (case.state, context["heading"]) == (S.DROPPED, "不予终止联合攻关项目告知书")
    assert "整改到位" in context["paragraphs"]


def test_a_project_that_fails_its_final_acceptance_closes_what_was_to_be_decided_about_it():
    final = ProjectFinalFactory(state="confirmation", outcome="failed")
    case = ProjectEndingFactory(project=final.project)

    services.fail_final(final=final, by=of(final, Role.BUREAU_APPROVER))

    case.refresh_from_db()
    assert case.state == S.OVERTAKEN
    assert selectors.recognised_of(final.project) == D("400000.00")
    assert "未通过结题验收" in selectors.end_in_words(final.project)


# --- stopped for a time -----------------------------------------------------------------------------------------------


def suspended(project: Project, days: int = 90) -> ProjectEnding:
    clerk, approver = of(project, Role.BUREAU_CLERK), of(project, Role.BUREAU_APPROVER)
    case = services.propose_project_suspension(
        project=project,
        ground="infeasible",
        facts=FACTS,
        until=clock.today() + timedelta(days=days),
        measures="更换测试平台。",
        by=clerk,
    )
    services.notify_ending(ending=case, by=approver)
    services.state_ending(ending=case, statement="无异议。", by=of(project, Role.ENT_ADMIN))
    services.settle_ending(ending=case, finding="拟中止。", by=clerk)
    services.suspend_project(ending=case, minute_number="示例2号", by=approver)
    return case


def test_a_stopped_project_waits_and_goes_on_by_the_days_it_was_stopped():
    project = RunningFactory(state="running")
    stage, ends_on = project.stages.order_by("due_on").first(), project.ends_on
    services.running.open_stages(project, at=clock.now())
    final = open_final(project, due_by=ends_on, by=system_user(), at=clock.now())

    case = suspended(project)

    project.refresh_from_db()
    assert (project.state, project.is_overdue(ends_on + timedelta(days=1))) == ("suspended", False)
    assert not Deadline.objects.about(project).running().exists()
    assert deadlines.current(case).due_on == case.until
    with pytest.raises(IllegalMove, match="已中止"):
        services.enter_expenses(project=project, invoices=[], by=of(project, Role.ENT_FILLER))
    with pytest.raises(Conflict, match="中止中"):
        services.hand_up_final(final=final, by=of(final, Role.ENT_FILLER))

    with clock.at(clock.now() + timedelta(days=40)):
        clerk, approver = of(project, Role.BUREAU_CLERK), of(project, Role.BUREAU_APPROVER)
        with pytest.raises(Incomplete, match="核查情况"):
            services.propose_resumption(ending=case, checked=" ", by=clerk)
        services.propose_resumption(ending=case, checked="已更换。", by=clerk)
        services.resume_project(ending=case, by=approver)

    for row in (project, stage, final):
        due = "due_on" if row is stage else "due_by" if row is final else "ends_on"
        former = getattr(row, due)
        row.refresh_from_db()
        assert getattr(row, due) == former + timedelta(days=40)
    assert (project.state, project.suspended_at) == ("running", None)
    held = Deadline.objects.about(project).running().get(kind=stage.deadline_kind)
    assert (held.due_on, deadlines.current(final).due_on) == (stage.due_on, final.due_by)


def test_a_stop_has_a_day_within_bounds_and_may_go_on():
    project = RunningFactory(state="running")
    for days, words in ((0, "晚于今天"), (366, "最长 365 日")):
        with pytest.raises(Incomplete, match=words):
            suspended(project, days)
    case = suspended(project)
    services.propose_resumption(ending=case, checked="尚未更换。", by=of(case, Role.BUREAU_CLERK))

    longer = clock.today() + timedelta(days=200)
    services.extend_project_suspension(
        ending=case, until=longer, reason="未到位", by=of(case, Role.BUREAU_APPROVER)
    )

    assert (case.state, case.until, deadlines.current(case).due_on) == (S.SUSPENDED, longer, longer)


def test_a_stopped_project_may_end_and_its_unit_lists_what_it_spent_before(paid):
    project = RunningFactory(state="running", starts_on=clock.today() - timedelta(days=60))
    stop = suspended(project)
    project.refresh_from_db()
    case = proposed(project)
    services.notify_ending(ending=case, by=of(case, Role.BUREAU_APPROVER))
    line, filler = project.lines.first(), of(project, Role.ENT_FILLER)

    before = services.running.Invoice(line, "grant", "26110001", clock.today(), "示例", "料", D("9.00"))
    services.enter_expenses(project=project, invoices=[before], by=filler)
    with clock.at(clock.now() + timedelta(days=2)):
        late = services.running.Invoice(line, "grant", "26110002", clock.today(), "示例", "料", D("9.00"))
        with pytest.raises(Incomplete, match="此后的支出不能列支"):
            services.enter_expenses(project=project, invoices=[late], by=filler)
    services.state_ending(ending=case, statement="无异议。", by=of(case, Role.ENT_ADMIN))
    services.settle_ending(ending=case, finding="示例", by=of(case, Role.BUREAU_CLERK))
    services.terminate_project(ending=case, minute_number="示例", by=of(case, Role.BUREAU_APPROVER))

    stop.refresh_from_db()
    project.refresh_from_db()
    assert (stop.state, project.state, project.suspended_at) == (S.OVERTAKEN, "terminated", None)


def test_a_project_past_its_term_bars_whoever_leads_it_now_until_it_is_stopped_or_ended(paid):
    project = RunningFactory(state="running", leader_mark="new")
    late = {"starts_on": clock.today() - timedelta(days=800), "ends_on": clock.today() - timedelta(days=1)}
    Project.objects.filter(pk=project.pk).update(**late)

    def barred(mark):
        return selectors.overdue_of_leader(mark, on=clock.today()).exists()

    assert (barred("new"), barred(project.proposal.leader_mark)) == (True, False)
    case = suspended(project)
    assert not barred("new")
    services.propose_resumption(ending=case, checked="已更换。", by=of(case, Role.BUREAU_CLERK))
    services.resume_project(ending=case, by=of(case, Role.BUREAU_APPROVER))
    assert barred("new")
    terminated(project)
    assert not barred("new")
