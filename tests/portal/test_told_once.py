"""A case that is worked on elsewhere and the work itself: whoever has both is told of one."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts.roles import Role
from notices import services
from notices.models import Notice, Objection, ReminderEdition
from notices.services import reminders
from records import deadlines
from records.desk import all_desks, desk_for, states_done_elsewhere
from tests.factories.accounts import person
from tests.factories.evaluation import PanelFactory, VisitPlanFactory
from tests.factories.funding import (
    AwardFactory,
    BankLineFactory,
    DisbursementFactory,
    PayeeAccountFactory,
    PlanItemFactory,
    RepaymentFactory,
)
from tests.factories.institutes import DecisionBatchFactory, DecisionItemFactory
from tests.factories.notices import ObjectionFactory, PublicNoticeItemFactory, publish_rules
from tests.factories.performance import EvaluationFactory, RoundFactory
from tests.factories.projects import ProjectDecisionItemFactory

pytestmark = pytest.mark.django_db
OPENED = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
FRIDAY = date(2026, 11, 20)
MONDAY, LATER = FRIDAY + timedelta(days=3), FRIDAY + timedelta(days=4)


@pytest.fixture(autouse=True)
def rules():
    publish_rules()


def held(subject, role: Role, due: date = FRIDAY):
    return deadlines.open_for(subject, label="待办", role=role, at=OPENED, due_on=due)


def visited():
    visit = VisitPlanFactory()
    return visit.application, visit


def judged():
    panel = PanelFactory()
    return panel.application, panel


def planned():
    item = PlanItemFactory(award=AwardFactory(state="approved"))
    return item.award, item.plan


def decided():
    item = DecisionItemFactory()
    return item.application, item.batch


def supported():
    item = ProjectDecisionItemFactory()
    return item.proposal, item.decision


def evaluated():
    found = EvaluationFactory(round=RoundFactory(state="grading"), state="confirmation")
    return found, found.round


def repaid(amount: str = "80000.00"):
    repayment = RepaymentFactory(amount=Decimal(amount))
    return repayment.clawback, repayment


PAIRS = {
    "a visit": (visited, Role.AGENCY),
    "a panel": (judged, Role.AGENCY),
    "a plan": (planned, Role.BUREAU_CLERK),
    "a meeting": (decided, Role.BUREAU_APPROVER),
    "a meeting on projects": (supported, Role.BUREAU_APPROVER),
    "a round": (evaluated, Role.BUREAU_APPROVER),
}


def holder_of(role: Role, work):
    return person(role, **({"organisation": work.agency} if role == Role.AGENCY else {}))


def told() -> list[tuple]:
    return [(n.recipient, n.deadline_id, n.offset) for n in Notice.objects.order_by("pk")]


@pytest.mark.parametrize("pair", PAIRS)
def test_who_has_a_case_and_the_work_on_it_is_told_of_the_work(pair):
    make, role = PAIRS[pair]
    case, work = make()
    who, _case = holder_of(role, work), held(case, role)
    asked = held(work, role)

    for on in (FRIDAY, MONDAY):
        services.remind_due(on=on)

    assert told() == [(who, asked.pk, 0), (who, asked.pk, -1)]


def test_of_a_visit_that_comes_after_the_case_is_due_the_case_is_told_first():
    """Never of both on one day: of the case until it is told to be late, then of the visit."""
    application, visit = visited()
    who, due = holder_of(Role.AGENCY, visit), held(application, Role.AGENCY)
    later = held(visit, Role.AGENCY, LATER)

    for day in (FRIDAY, MONDAY):
        services.remind_due(on=day)
    assert told() == [(who, due.pk, 0), (who, due.pk, -1)]

    services.remind_due(on=LATER)
    assert told()[2:] == [(who, later.pk, 0)]


def test_while_somebody_else_works_on_it_the_holder_is_told_nothing():
    """The plan lies with finance, and past the day by which the clerk was to plan the award: the clerk has done so."""
    award, plan = planned()
    held(award, Role.BUREAU_CLERK)
    later = held(plan, Role.FINANCE, LATER)
    person(Role.BUREAU_CLERK)
    person(Role.BUREAU_APPROVER)
    finance = person(Role.FINANCE)

    for on in (FRIDAY, MONDAY, LATER):
        services.remind_due(on=on)

    assert told() == [(finance, later.pk, 2), (finance, later.pk, 0)]


def test_what_is_done_for_several_cases_together_speaks_for_all_of_them():
    batch = DecisionBatchFactory()
    approver = person(Role.BUREAU_APPROVER)
    for _n in range(3):
        held(DecisionItemFactory(batch=batch).application, Role.BUREAU_APPROVER)
    asked = held(batch, Role.BUREAU_APPROVER, MONDAY)

    for on in (FRIDAY, MONDAY):
        services.remind_due(on=on)

    assert told() == [(approver, asked.pk, 2), (approver, asked.pk, 0)]


@pytest.mark.parametrize(("reported", "is_told"), [("80000.00", False), ("79999.99", True)])
def test_a_unit_that_reported_all_it_has_to_repay_is_not_asked_for_it(reported, is_told):
    clawback, repayment = repaid(reported)
    unit, finance = person(Role.ENT_ADMIN, organisation=clawback.host), person(Role.FINANCE)
    due, checked = held(clawback, Role.ENT_ADMIN), held(repayment, Role.FINANCE, MONDAY)

    services.remind_due(on=FRIDAY)

    assert set(told()) == {(finance, checked.pk, 2), *([(unit, due.pk, 0)] if is_told else [])}


def test_once_the_work_is_over_the_case_speaks_for_itself_and_the_night_s_check_agrees():
    application, visit = visited()
    who, due = holder_of(Role.AGENCY, visit), held(application, Role.AGENCY)
    held(visit, Role.AGENCY)
    terms = ReminderEdition.objects.in_force("reminders", FRIDAY).terms

    services.remind_due(on=FRIDAY)
    gaps = reminders.missing(terms, on=MONDAY)
    deadlines.close(visit)
    services.remind_due(on=MONDAY)

    assert not any(count for _rule, count in gaps)
    assert told()[1:] == [(who, due.pk, -1)]


def disputed(case):
    item = PublicNoticeItemFactory(subject=case, host=case.host, division=case.division, host_name="示例单位")
    return ObjectionFactory(item=item)


def test_what_rests_while_an_objection_is_open_is_not_told_of_though_the_objection_is_due_later():
    """Nor is the round that the disputed evaluation belongs to: nobody can publish it."""
    case = EvaluationFactory(round=RoundFactory(state="publicity"), state="publicity")
    objection = disputed(case)
    clerk, approver = person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)
    for rests in (case, case.round):
        held(rests, Role.BUREAU_APPROVER)
    asked = held(objection, Role.BUREAU_CLERK, LATER)

    for day in (FRIDAY, MONDAY):
        services.remind_due(on=day)
    assert told() == [(clerk, asked.pk, 2)]

    Objection.objects.filter(pk=objection.pk).update(
        state="not_accepted", refused_at=OPENED, refused_by=clerk, reply="示例理由。"
    )
    deadlines.close(objection)
    services.remind_due(on=LATER)
    assert [who for who, _deadline, _offset in told()[1:]] == [approver]


def checked_first(by):
    return PayeeAccountFactory(state="first_checked", first_checked_at=OPENED, first_checked_by=by)


def test_who_has_done_the_first_part_is_not_reminded_of_the_second():
    first, second = person(Role.BUREAU_CLERK), person(Role.BUREAU_CLERK)
    due = held(checked_first(first), Role.BUREAU_CLERK)

    services.remind_due(on=FRIDAY)

    assert told() == [(second, due.pk, 0)]


def test_unless_there_is_nobody_else():
    alone = person(Role.BUREAU_CLERK)
    due = held(checked_first(alone), Role.BUREAU_CLERK)

    services.remind_due(on=FRIDAY)

    assert told() == [(alone, due.pk, 0)]


def test_who_proposed_an_ending_is_not_reminded_to_confirm_it():
    first, second = person(Role.FINANCE), person(Role.FINANCE)
    order = DisbursementFactory(ending_reason="示例", ending_proposed_at=OPENED, ending_proposed_by=first)
    label = {"label": "待复核退汇", "role": Role.FINANCE, "at": OPENED, "kind": "ending"}
    due = deadlines.open_for(order, due_on=FRIDAY, **label)
    edition = ReminderEdition.objects.get(kind="reminders")
    edition.terms["reminders"][0]["kinds"].append("ending")
    ReminderEdition.objects.filter(pk=edition.pk).update(terms=edition.terms)

    services.remind_due(on=FRIDAY)

    assert told() == [(second, due.pk, 0)]


def test_second_persons_are_barred_by_the_table_as_well():
    """What keeps a reminder from somebody keeps the move from them: it is a column of the lifecycle's four eyes."""
    seconds = {(desk.name, state, column) for desk in all_desks() for state, column in desk.second.items()}
    assert {(name, state) for name, state, _column in seconds} == {
        ("account", "first_checked"), ("plan", "issuing"), ("adjustment", "proposed"), ("line", "proposed"),
        ("disbursement", "ending"),
    }  # fmt: skip
    for desk in all_desks():
        for state, column in desk.second.items():
            moves = [move for move in desk.lifecycle.moves.values() if column in move.unlike]
            assert moves, (desk.name, column)
            assert state not in desk.lifecycle.states or any(state in move.sources for move in moves)


def test_what_is_worked_on_elsewhere_is_a_case_whose_state_says_so():
    elsewhere = {kind for kind, _state in states_done_elsewhere()}
    assert {desk.name for desk in all_desks() if desk.carries} == {
        "visit", "panel", "plan", "batch", "project_decision", "evaluation_round", "repayment", "objection",
    }  # fmt: skip
    for make in (visited, judged, planned, decided, supported, evaluated, repaid):
        case, work = make()
        desk = desk_for(work._meta.label_lower)
        row = desk.carries[0]().get(carried_work_key=work.pk)
        assert row["carried_work_type"] == desk.subject_type
        assert (row["carried_case_type"], row["carried_case_key"]) == (case._meta.label_lower, case.pk)
        assert row["carried_case_type"] in elsewhere


def test_reminders_of_money_name_the_amount():
    award = AwardFactory(state="entitled")
    unit = person(Role.ENT_ADMIN, organisation=award.host)
    paid = DisbursementFactory(award__host=award.host)
    for case in (award, paid):
        held(case, Role.ENT_ADMIN)

    services.remind_due(on=FRIDAY)

    titles = set(Notice.objects.filter(recipient=unit).values_list("title", flat=True))
    assert titles == {
        f"今天到期：待办（{award}，{award.amount:,.2f} 元）",
        f"今天到期：待办（{paid.award}第 1 期，{paid.amount:,.2f} 元）",
    }
    line = BankLineFactory()
    assert line.label_for_holder(Role.FINANCE) == f"{line}，{line.amount:,.2f} 元"
    assert paid.label_for_holder(Role.COUNTY_FIN) == f"{paid}，{paid.amount:,.2f} 元"
