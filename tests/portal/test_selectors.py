"""Reads across rooms: each with a row that could leak."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Division
from accounts.roles import Role
from portal.selectors import dashboard, public, register, workbasket
from records import calendar, clock
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.funding import load_terms
from tests.factories.institutes import ApplicationFactory, CallFactory, RecognitionFactory
from tests.factories.records import AuditEventFactory, DeadlineFactory, DocumentFactory

pytestmark = pytest.mark.django_db
HOME, AWAY = "130102", "130104"


def division(code: str) -> Division:
    return Division.objects.get(code=code)


def unit(code: str = HOME):
    return OrganisationFactory(division__code=code)


def due(days: int):
    """The day that lies so many working days from today."""
    today = clock.today()
    if days >= 0:
        return calendar.add_working_days(today, days) if days else today
    return today - timedelta(days=7 * -days)


# --- the workbasket -------------------------------------------------------------------------------------------------


def test_the_workbasket_is_sorted_by_urgency():
    clerk = person(Role.BUREAU_CLERK)
    for label, days in (("late", -1), ("near", 3), ("far", 20)):
        DeadlineFactory(label=label, due_on=due(days))
    DeadlineFactory(label="held", due_on=None)

    groups = workbasket.workbasket(clerk, on=clock.today())

    found = {group.code: [task.label for task in group.tasks] for group in groups}
    assert found == {"overdue": ["late"], "today": [], "week": ["near"], "later": ["far", "held"]}
    assert workbasket.count_of(groups) == 4


@pytest.mark.parametrize(
    ("role", "mine", "other"),
    [
        (Role.ENT_ADMIN, "host", "host"),
        (Role.COUNTY_STAFF, "division", "division"),
    ],
)
def test_the_workbasket_holds_what_is_within_reach(role, mine, other):
    host, stranger = unit(HOME), unit(AWAY)
    someone = person(role, organisation=host if role == Role.ENT_ADMIN else None)
    values = {"host": (host, stranger), "division": (division(HOME), division(AWAY))}
    DeadlineFactory(label="mine", holder_role=role, **{mine: values[mine][0]})
    DeadlineFactory(label="theirs", holder_role=role, **{other: values[other][1]})
    DeadlineFactory(label="of another role", holder_role=Role.BUREAU_CLERK)

    groups = workbasket.workbasket(someone, on=clock.today())

    assert [task.label for group in groups for task in group.tasks] == ["mine"]


def test_what_was_met_is_gone():
    DeadlineFactory(met_at=clock.now())

    assert workbasket.count_of(workbasket.workbasket(person(Role.BUREAU_CLERK), on=clock.today())) == 0


def test_a_paused_deadline_has_no_days_left():
    DeadlineFactory(due_on=due(-1), paused_on=clock.today(), days_left_when_paused=2)

    (task,) = workbasket.workbasket(person(Role.BUREAU_CLERK), on=clock.today())[3].tasks

    assert (task.paused, task.days_left) == (True, None)


@pytest.mark.parametrize(
    ("state", "step"),
    [("formal_review", "提出形式审查意见"), ("publicity", "等公示期满，期间受理异议"), ("", "")],
)
def test_the_next_step_is_read_by_the_state_whatever_its_words(state, step):
    DeadlineFactory(subject_type="institutes.application", subject_state=state, label="示例改过的名称")

    (task,) = workbasket.workbasket(person(Role.BUREAU_CLERK), on=clock.today())[3].tasks

    assert task.next_step == step


def test_a_unit_sees_who_has_its_case():
    host, stranger = unit(), unit()
    admin = person(Role.ENT_ADMIN, organisation=host)
    county = {"holder_role": Role.COUNTY_STAFF, "division": division(HOME)}
    DeadlineFactory(label="at the county", host=host, **county)
    DeadlineFactory(label="its own turn", host=host, holder_role=Role.ENT_ADMIN)
    DeadlineFactory(label="of another unit", host=stranger, **county)
    DeadlineFactory(
        label="of the experts", host=host, holder_role=Role.AGENCY, subject_type="evaluation.panel"
    )

    waiting = workbasket.waiting_for_others(admin, on=clock.today())

    assert [(task.label, task.holder) for task in waiting] == [
        ("at the county", f"{division(HOME)}科技管理部门经办")
    ]


def test_officers_wait_for_nobody():
    DeadlineFactory(host=unit())

    assert workbasket.waiting_for_others(person(Role.BUREAU_APPROVER), on=clock.today()) == []


# --- figures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "count"),
    [
        (Role.COUNTY_STAFF, 1),
        (Role.COUNTY_LEAD, 1),
        (Role.COUNTY_FIN, 1),
        (Role.ENT_ADMIN, 0),
        (Role.AGENCY, 0),
        (Role.EXPERT, 0),
        (Role.TAX, 0),
        (Role.SYSADMIN, 0),
    ],
)
def test_whose_figures_a_person_may_see(role, count):
    assert dashboard.divisions_for(person(role)).count() == count


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.FINANCE, Role.AUDITOR])
def test_the_city_sees_every_active_division(role):
    assert dashboard.divisions_for(person(role)).count() == Division.objects.active().count()


def test_applications_are_counted_by_state_within_the_division():
    for state, code in (
        ("county_review", HOME),
        ("county_review", HOME),
        ("reviewing", HOME),
        ("site_visit", AWAY),
    ):
        ApplicationFactory(state=state, host=unit(code))
    ApplicationFactory(state="draft", host=unit(HOME))
    DeadlineFactory(
        subject_type="institutes.application",
        subject_state="reviewing",
        label="示例改过的名称",
        division=division(HOME),
        due_on=due(-1),
    )

    counts = dashboard.applications_by_state([division(HOME).pk], on=clock.today())

    found = [(each.state, each.count, each.overdue) for each in counts]
    assert found == [("county_review", 2, 0), ("reviewing", 1, 1)]
    assert dashboard.under_way([division(HOME).pk]) == 3


def test_late_cases_of_the_division_with_their_holder():
    late = {"due_on": due(-1), "holder_role": Role.COUNTY_STAFF}
    DeadlineFactory(label="ours", division=division(HOME), **late)
    DeadlineFactory(label="theirs", division=division(AWAY), **late)
    DeadlineFactory(label="in time", division=division(HOME), due_on=due(2), holder_role=Role.COUNTY_STAFF)

    (task,) = dashboard.late_cases([division(HOME).pk], on=clock.today())

    assert (task.label, task.holder) == ("ours", f"{division(HOME)}科技管理部门经办")


# --- the public -----------------------------------------------------------------------------------------------------


def test_only_calls_in_their_window_are_open():
    now = CallFactory()
    CallFactory(drafted=True)
    CallFactory(upcoming=True)
    CallFactory(over=True)

    assert list(public.open_calls(at=clock.now())) == [now]


def test_grants_say_their_clause():
    load_terms()

    grants = public.grants(on=clock.today())

    assert next(grant.amount for grant in grants) == Decimal("200000.00")
    assert [grant.clause for grant in grants if not grant.clause] == []


def test_the_directory_is_searched():
    first, second = RecognitionFactory(), RecognitionFactory()

    assert set(public.directory()) == {first.institute, second.institute}
    assert list(public.directory(text=first.certificate_number)) == [first.institute]
    assert list(public.directory(division="130171")) == []


def test_a_code_finds_its_paper_however_it_was_typed():
    paper = DocumentFactory()
    typed = "-".join(paper.code.lower()[i : i + 4] for i in range(0, 16, 4))

    assert public.paper_by_code(f" {typed} ") == paper
    assert public.paper_by_code("") is None
    assert public.paper_by_code("0000") is None


# --- the register ---------------------------------------------------------------------------------------------------


def test_the_register_is_read_newest_first_and_page_by_page():
    lines = [AuditEventFactory(verb=f"records.sample{n}") for n in range(3)]

    assert list(register.lines()) == lines[::-1]
    assert list(register.lines(before=str(lines[2].pk))) == [lines[1], lines[0]]
    assert list(register.lines(before="nonsense")) == lines[::-1]


def test_the_register_is_searched_by_verb_subject_and_person():
    someone = UserFactory(name="示例查找人")
    found = AuditEventFactory(actor=someone)
    AuditEventFactory()

    assert list(register.lines(text="查找人")) == [found]
    assert list(register.lines(text=found.subject_label)) == [found]
    assert register.lines(text="sample").count() == 2
