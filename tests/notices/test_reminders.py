from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from accounts.roles import Role
from notices import services, tasks
from notices.models import Delivery, Notice, ReminderEdition
from notices.services import reminders
from records import calendar, clock, deadlines
from records.models import Deadline
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory, person
from tests.factories.notices import publish_rules
from tests.factories.records import DayOverrideFactory, DeadlineFactory

pytestmark = pytest.mark.usefixtures("rules")
OPENED = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
DUE = date(2026, 11, 20)  # a Friday


def november(day):
    return date(2026, 11, day)


def told():
    return [(n.recipient, n.deadline_id, n.offset) for n in Notice.objects.order_by("pk")]


@pytest.fixture
def clerk():
    return person(Role.BUREAU_CLERK)


@pytest.fixture
def deadline():
    return DeadlineFactory(opened_at=OPENED, due_on=DUE, label="形式审查")


@pytest.mark.parametrize(
    ("on", "offset", "title"),
    [
        (november(12), None, ""),
        (november(13), 5, "还剩 5 个工作日：形式审查"),
        (november(15), 5, "还剩 5 个工作日：形式审查"),
        (november(16), 5, "还剩 4 个工作日：形式审查"),
        (november(18), 2, "还剩 2 个工作日：形式审查"),
        (november(19), 2, "还剩 1 个工作日：形式审查"),
        (november(20), 0, "今天到期：形式审查"),
        (november(21), 0, "已逾期：形式审查"),
        (november(23), -1, "已逾期：形式审查"),
        (november(27), -1, "已逾期：形式审查"),
    ],
)
def test_the_latest_offset_that_applies_is_told_and_only_that(clerk, deadline, on, offset, title):
    services.remind_due(on=on)

    assert told() == ([(clerk, deadline.pk, offset)] if offset is not None else [])
    assert [n.title for n in Notice.objects.all()] == (
        [f"{title}（{deadline.subject_label}）"] if title else []
    )


@pytest.mark.parametrize("offset", [5, 2, 0, -1, -3, -5])
@pytest.mark.parametrize("due", [november(day) for day in range(16, 23)])
def test_the_day_of_a_reminder_is_the_first_on_which_so_many_days_are_left(due, offset):
    """Whatever day of the week it is due: what the night's check asks for is what the day's sweep has told."""
    days = [november(2) + timedelta(days=n) for n in range(40)]
    first = next(day for day in days if calendar.working_days_between(day, due) <= offset)

    assert reminders._due_day(due, offset, first).reminder_on == first


def test_what_is_opened_late_is_told_of_then_and_reminded_of_from_the_next_day_on(clerk):
    """A step that takes over the day of the one before: its holder has just been told."""
    DeadlineFactory(opened_at=OPENED.replace(day=24), due_on=DUE, label="审定")
    terms = ReminderEdition.objects.in_force("reminders", november(25)).terms
    missing = reminders.missing(terms, on=november(25))

    assert services.remind_due(on=november(24)) == 0
    assert not any(count for _rule, count in missing)
    services.remind_due(on=november(25))
    assert [offset for _, _, offset in told()] == [-1]


def test_each_offset_is_told_once_over_the_days(clerk, deadline):
    for day in range(9, 30):
        services.remind_due(on=november(day))

    assert [offset for _, _, offset in told()] == [5, 2, 0, -1]
    assert Delivery.objects.count() == 4


def test_a_reminder_takes_the_place_of_what_was_said_before(clerk, deadline):
    services.remind_due(on=november(13))
    first = Notice.objects.get()
    assert (first.is_calling, first.standing) == (True, "")

    services.remind_due(on=november(18))

    first.refresh_from_db()
    assert (first.is_calling, first.standing) == (False, "已有新的提醒")
    assert [n.offset for n in Notice.objects.calling()] == [2]


def test_three_days_without_a_beat_cost_no_flood(clerk, deadline):
    services.remind_due(on=november(13))
    services.remind_due(on=november(20))

    assert [offset for _, _, offset in told()] == [5, 0]


def test_a_second_run_adds_none(clerk, deadline):
    with clock.at(datetime(2026, 11, 18, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        assert [tasks.remind_due(), tasks.remind_due()] == [1, 0]


@pytest.mark.parametrize("change", [{"met_at": OPENED}, {"paused_on": DUE, "days_left_when_paused": 3}])
def test_what_is_met_or_paused_is_not_reminded_of(clerk, change):
    DeadlineFactory(opened_at=OPENED, due_on=DUE, **change)

    assert services.remind_due(on=DUE) == 0


def test_what_was_opened_after_the_day_of_a_reminder_is_not_reminded_of(clerk):
    late = datetime(2026, 11, 17, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    DeadlineFactory(opened_at=late, due_on=DUE)

    assert [services.remind_due(on=november(day)) for day in (17, 18, 20)] == [0, 1, 1]


def test_a_due_day_that_moved_is_reminded_of_anew(clerk):
    subject = OrganisationFactory()
    deadlines.open_for(subject, label="形式审查", role=Role.BUREAU_CLERK, at=OPENED, due_on=DUE)
    services.remind_due(on=november(18))
    deadlines.move(subject, due_on=november(27))

    assert services.remind_due(on=november(25)) == 1


def test_a_state_that_waits_for_its_day_is_told_of_when_that_is_over(clerk):
    """A publicity that runs asks nothing of its officer: not five days before, nor on its last day."""
    edition = ReminderEdition.objects.get(kind="reminders")
    case = {"kinds": ["state"], "to": "holder", "mail": True}
    edition.terms["reminders"] = [
        case | {"code": "case", "before": [5, 2, 0], "after": [1], "other_than": ["publicity"]},
        case | {"code": "waiting", "before": [], "after": [1], "states": ["publicity"], "late": "已期满"},
    ]
    ReminderEdition.objects.filter(pk=edition.pk).update(terms=edition.terms)
    runs = DeadlineFactory(opened_at=OPENED, due_on=DUE, subject_state="publicity", label="公示中")
    asks = DeadlineFactory(opened_at=OPENED, due_on=DUE, subject_state="county_review", label="待推荐")

    for day in (13, 18, 20, 21, 23, 24):
        services.remind_due(on=november(day))

    assert [offset for _, pk, offset in told() if pk == runs.pk] == [-1]
    assert [offset for _, pk, offset in told() if pk == asks.pk] == [5, 2, 0, -1]
    assert Notice.objects.get(deadline=runs).title == f"已期满：公示中（{runs.subject_label}）"


def test_reach_decides_who_is_reminded():
    unit = OrganisationFactory(division__code="130102")
    reminded = {
        Role.ENT_ADMIN: person(Role.ENT_ADMIN, organisation=unit),
        Role.COUNTY_STAFF: person(Role.COUNTY_STAFF, division="130102"),
        Role.BUREAU_CLERK: person(Role.BUREAU_CLERK),
    }
    person(Role.ENT_ADMIN)
    person(Role.COUNTY_STAFF, division="130104")
    by_name = UserFactory()
    rows = {role: reminder_for(unit, role) for role in reminded}
    rows[Role.EXPERT] = reminder_for(unit, Role.EXPERT, holder_user=by_name)

    services.remind_due(on=DUE)

    expected = {(person_, rows[role].pk) for role, person_ in reminded.items()}
    assert {(who, pk) for who, pk, _ in told()} == expected | {(by_name, rows[Role.EXPERT].pk)}


def reminder_for(unit, role, **fields):
    return DeadlineFactory(
        subject=unit,
        kind=f"window-{role}",
        holder_role=role,
        host=unit,
        division=unit.division,
        opened_at=OPENED,
        due_on=DUE,
        **fields,
    )


def test_an_agency_is_reminded_of_what_it_is_engaged_for():
    holder = person(Role.AGENCY)
    person(Role.AGENCY)
    engaged = holder.memberships.get().organisation
    DeadlineFactory(holder_role=Role.AGENCY, holder_organisation=engaged, opened_at=OPENED, due_on=DUE)

    services.remind_due(on=DUE)

    assert [who for who, _, _ in told()] == [holder]


def test_who_cannot_act_is_not_reminded(deadline):
    gone = person(Role.BUREAU_CLERK)
    gone.memberships.update(until="2026-11-01")
    person(Role.BUREAU_CLERK, is_active=False)

    assert services.remind_due(on=DUE) == 0


def test_holidays_move_the_reminders(clerk):
    DayOverrideFactory(day="2026-11-19")
    DeadlineFactory(opened_at=OPENED, due_on=DUE)
    calendar.forget()

    assert [services.remind_due(on=november(day)) for day in (16, 17)] == [1, 1]
    assert [offset for _, _, offset in told()] == [5, 2]


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_tell_once():
    publish_rules()
    person(Role.BUREAU_CLERK)
    DeadlineFactory(opened_at=OPENED, due_on=DUE)
    start = Barrier(2)

    def beat(_):
        try:
            with connection.cursor():
                start.wait()
            return services.remind_due(on=DUE)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(beat, range(2))) == [0, 1]
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


def test_due_days_leave_no_gap_and_overlap_nowhere():
    for day in range(1, 31):
        span = reminders.span_of((5, 2, 0, -1), on=november(day))
        days = sorted(one.due for one in span.days)
        assert days == [span.end + timedelta(days=n) for n in range(len(days))]
        assert sorted((one.due for one in span.days), reverse=True)[0] >= november(day)


def test_a_sweep_costs_one_statement_for_each_rule(clerk, django_assert_num_queries):
    DeadlineFactory.create_batch(30, opened_at=OPENED, due_on=DUE)
    calendar.load()
    # The rules; whom they pass by, in two tables that come and go; of each its statement. How to plan, and a
    # transaction's two, for each.
    with django_assert_num_queries(1 + 7 + 4 * 4):
        services.remind_due(on=DUE)


def test_a_sweep_that_broke_down_is_in_no_other_s_way(clerk, monkeypatch):
    DeadlineFactory(opened_at=OPENED, due_on=DUE)
    with monkeypatch.context() as broken:
        broken.setattr(reminders, "ring", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            services.remind_due(on=DUE)

    assert services.remind_due(on=DUE) == 1


# --- rules of a kind ------------------------------------------------------------------------------------------------


def test_a_kind_has_its_own_days_and_says_whether_it_is_mailed(clerk):
    deadline = DeadlineFactory(
        kind="stage-7", opened_at=OPENED - timedelta(days=60), due_on=DUE, label="阶段目标：样机"
    )

    assert [services.remind_due(on=november(day)) for day in (5, 6, 18)] == [0, 1, 0]
    assert (told(), Delivery.objects.count()) == ([(clerk, deadline.pk, 10)], 0)


def test_a_rule_for_long_terms_leaves_short_ones_alone(clerk):
    DeadlineFactory(kind="stage-7", opened_at=OPENED, due_on=DUE)

    assert services.remind_due(on=november(6)) == 0


def test_a_kind_without_a_rule_is_not_reminded_of(clerk):
    DeadlineFactory(kind="publicity-end", opened_at=OPENED, due_on=DUE)

    assert services.remind_due(on=DUE) == 0


# --- escalation -----------------------------------------------------------------------------------------------------


def overdue():
    return [
        (n.recipient, n.offset) for n in Notice.objects.filter(event=reminders.OVERDUE_EVENT).order_by("pk")
    ]


def test_who_is_late_for_days_has_it_told_to_the_superior_once_for_each_offset(clerk, deadline):
    chief = person(Role.BUREAU_APPROVER)

    for day in (25, 26, 27, 30):
        services.remind_due(on=november(day))
    assert overdue() == [(chief, -3)]
    services.remind_due(on=date(2026, 12, 4))

    assert overdue() == [(chief, -3), (chief, -10)]
    notice = Notice.objects.filter(recipient=chief).last()
    assert (notice.title, notice.deadline) == (f"逾期督办：形式审查（{deadline.subject_label}）", deadline)
    assert "已于2026年11月20日到期，由市科技局经办办理，尚未办结" in notice.body


def test_a_superior_is_told_within_reach_and_never_of_oneself():
    unit = OrganisationFactory(division__code="130102")
    lead = person(Role.COUNTY_LEAD, division="130102")
    person(Role.COUNTY_LEAD, division="130104")
    both = person(Role.ENT_FILLER, organisation=unit)
    MembershipFactory(user=both, organisation=unit, role=Role.ENT_ADMIN)
    other = person(Role.ENT_ADMIN, organisation=unit)
    for role in (Role.COUNTY_STAFF, Role.ENT_FILLER):
        DeadlineFactory(holder_role=role, host=unit, division=unit.division, opened_at=OPENED, due_on=DUE)

    services.remind_due(on=november(27))

    assert set(overdue()) == {(lead, -3), (other, -3)}


def test_what_is_done_calls_the_superior_no_more(clerk, deadline):
    person(Role.BUREAU_APPROVER)
    services.remind_due(on=november(27))
    Deadline.objects.filter(pk=deadline.pk).update(met_at=OPENED)

    assert not Notice.objects.calling().exists()
