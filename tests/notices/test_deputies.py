"""Whoever stands in is told and reminded of what is a person's own, within their own rights, and says for whom."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Deputy, Membership
from accounts.roles import Role
from accounts.services import end_deputy
from notices import services
from notices.models import Delivery, Notice
from portal.selectors import agenda
from portal.selectors.workbasket import workbasket
from records import audit, clock
from tests.factories.accounts import DeputyFactory, OrganisationFactory
from tests.factories.institutes import ApplicationFactory
from tests.factories.records import DeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
OPENED = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
DUE = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def on_the_day():
    with clock.at(datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        yield


@pytest.fixture
def standing():
    return DeputyFactory(role=Role.COUNTY_STAFF, organisation__kind="county_government")


def personal(standing, **given):
    role = Role.COUNTY_STAFF
    return DeadlineFactory(
        opened_at=OPENED, due_on=DUE, holder_user=standing.user, holder_role=role, label="确认参加", **given
    )


def told():
    return {(notice.recipient, notice.on_behalf_of) for notice in Notice.objects.all()}


def test_the_deputy_is_reminded_of_what_is_a_persons_own_and_is_told_for_whom(standing):
    deadline = personal(standing)

    assert services.remind_due(on=DUE) == 2

    assert told() == {(standing.user, None), (standing.deputy, standing.user)}
    copy = Notice.objects.get(on_behalf_of=standing.user)
    assert copy.title == f"代{standing.user.name}办理，今天到期：确认参加（{deadline.subject_label}）"
    assert copy.body.endswith(f"您正在代{standing.user.name}办理，请代为跟进。")
    assert Delivery.objects.filter(notice=copy).exists()
    assert services.remind_due(on=DUE) == 0


def test_what_a_role_holds_is_told_once_to_each(standing):
    subject = OrganisationFactory(division=standing.organisation.division)
    DeadlineFactory(
        subject=subject,
        opened_at=OPENED,
        due_on=DUE,
        holder_role=Role.COUNTY_STAFF,
        division=subject.division,
    )

    assert services.remind_due(on=DUE) == 2
    assert told() == {(standing.user, None), (standing.deputy, None)}


@pytest.mark.parametrize("case", ["over", "ended", "left"])
def test_nothing_reaches_a_deputy_whose_time_is_over(standing, case):
    personal(standing)
    if case == "over":
        Deputy.objects.update(since=DUE - timedelta(days=3), until=DUE - timedelta(days=1))
    elif case == "ended":
        end_deputy(deputy=standing, by=standing.user)
    else:
        Membership.objects.filter(user=standing.deputy).update(until=DUE - timedelta(days=1))

    assert services.remind_due(on=DUE) == 1


def test_a_message_to_the_person_reaches_the_deputy_where_they_see_the_case(standing):
    seen = ApplicationFactory(host__division=standing.organisation.division, state="county_review")
    unseen = ApplicationFactory(host__division__code="130104", state="county_review")

    for case in (seen, unseen):
        services.tell(
            recipients=[standing.user], event="sample.told", subject=case, title="示例标题", body="示例内容"
        )

    copy = Notice.objects.get(recipient=standing.deputy)
    assert (copy.subject_id, copy.on_behalf_of) == (seen.pk, standing.user)
    assert copy.title == f"代{standing.user.name}办理：示例标题"


def test_who_is_told_anyway_is_not_told_twice(standing):
    case = ApplicationFactory(host__division=standing.organisation.division, state="county_review")

    services.tell(
        recipients=[standing.user, standing.deputy],
        event="sample.told",
        subject=case,
        title="示例标题",
        body="示例内容",
    )

    assert told() == {(standing.user, None), (standing.deputy, None)}


def test_the_workbasket_and_the_calendar_say_whose_it_is(standing):
    personal(standing)

    (task,) = [task for group in workbasket(standing.deputy, on=DUE) for task in group.tasks]
    (entry,) = [
        one for one in agenda.entries_between(standing.deputy, DUE, DUE, on=DUE) if one.kind == "mine"
    ]

    assert (task.principal, task.next_step) == (standing.user.name, "")
    assert entry.title == f"代{standing.user.name}：确认参加"


def test_the_colleague_is_told_that_they_were_named_and_that_it_was_ended(standing):
    audit.record("accounts.deputy.name", standing, by=standing.user)
    end_deputy(deputy=standing, by=standing.user)
    audit.chain_now()

    assert services.tell_of_registrations() == 2

    titles = list(Notice.objects.filter(recipient=standing.deputy).values_list("title", flat=True))
    assert titles == [
        f"代{standing.user.name}办理已提前结束",
        f"请您代{standing.user.name}办理：2026年11月20日至2026年11月27日",
    ]
