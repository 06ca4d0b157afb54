"""A working week as three people live it: whoever fills in for a firm, a county's leader, a clerk of the bureau.

The table says by hand what each of them is mailed on which day. No message is missing, none comes twice, and none is
about what was done before it could leave.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from accounts.roles import Role
from institutes import services
from institutes.enums import ApplicationState as S
from notices import tasks
from notices.models import Delivery, Notice
from records import clock, deadlines
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory, CallFactory, fill
from tests.factories.notices import PreferenceFactory, publish_rules
from tests.journeys.mailbox import carried_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rings")]
CITY = ZoneInfo("Asia/Shanghai")
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2027, 11, day) for day in range(22, 27))
HOURS = [(8, 30), (9, 5), (12, 5), (17, 5)]
SIGNED, WRITTEN, CHECKED = "甲研究院", "乙研究院", "丙研究院"


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CITY)


@pytest.fixture
def rings(monkeypatch):
    """No worker hears the doorbell: what is to be done is found by the timetable, as after a lost message."""
    for name in ("deliver_pending", "issue_letter"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda *_args: None)


@pytest.fixture
def people():
    publish_rules()
    filler = person(Role.ENT_FILLER, name="填报人")
    unit = filler.organisations[0]
    return {
        "filler": filler,
        "admin": person(Role.ENT_ADMIN, organisation=unit),
        "lead": person(Role.COUNTY_LEAD, name="县领导"),
        "clerk": person(Role.BUREAU_CLERK, name="经办"),
        "approver": person(Role.BUREAU_APPROVER),
    }


@pytest.fixture
def cases(people):
    """Begun two weeks ago and due this week: with the leader on Wednesday, the firm on Friday, the clerk on Tuesday."""
    ago, found = moment(date(2027, 11, 8), 9), {}
    held = {
        SIGNED: (S.COUNTY_SIGNING, Role.COUNTY_LEAD, WEDNESDAY),
        WRITTEN: (S.DRAFT, Role.ENT_FILLER, FRIDAY),
        CHECKED: (S.FORMAL_REVIEW, Role.BUREAU_CLERK, TUESDAY),
    }
    with clock.at(ago):
        call = CallFactory(opens_at=ago - timedelta(days=9), closes_at=ago + timedelta(days=40))
        for name, (state, role, due) in held.items():
            of = {"host": people["filler"].organisations[0]} if name == WRITTEN else {}
            found[name] = ApplicationFactory(
                call=call, institute_name=name, state=state, begun_by=people["filler"], **of
            )
            deadlines.open_for(found[name], label="待办", role=role, due_on=due, at=ago)
        fill(found[WRITTEN])
    return found


def live(day: date, *deeds) -> None:
    """A day by the timetable, every hour of it twice, as after a message that came twice; deeds have their hour."""
    for hour, minute, deed in sorted([*((*at, None) for at in HOURS), *deeds], key=lambda one: one[:2]):
        with clock.at(moment(day, hour, minute)):
            if deed is not None:
                deed()
                continue
            for task in (tasks.remind_due, tasks.deliver_pending) * 2:
                task()


def mailed_to(user) -> list[tuple[str, str]]:
    """What left for this person: day by day, in the order in which it was told."""
    rows = Delivery.objects.filter(status="sent", notice__recipient=user).order_by("sent_at", "pk")
    return [(f"{row.sent_at.astimezone(CITY):%a}", row.notice.title) for row in rows.select_related("notice")]


WEEK = {
    "filler": [
        ("Mon", f"还剩 4 个工作日：待办（{WRITTEN}）"),
        ("Wed", f"还剩 2 个工作日：待办（{WRITTEN}）"),
        ("Thu", f"待本单位管理员审核：{WRITTEN}"),  # and nothing on Friday, the last day: it was handed in
        ("Fri", f"申报书已报送县级科技管理部门：{WRITTEN}"),
    ],
    "lead": [
        ("Mon", f"还剩 2 个工作日：待办（{SIGNED}）"),
        ("Wed", f"今天到期：待办（{SIGNED}）"),
        ("Thu", f"已逾期：待办（{SIGNED}）"),
    ],
    "clerk": [
        ("Mon", f"还剩 1 个工作日：待办（{CHECKED}）"),
        ("Tue", f"今天到期：待办（{CHECKED}）"),
        ("Wed", f"已逾期：待办（{CHECKED}）"),
        ("Thu", f"待形式审查：{SIGNED}"),
    ],
    "approver": [("Fri", f"逾期督办：待办（{CHECKED}）")],
}


def lives_the_week(people, cases, *, approved: tuple) -> None:
    day, *hour = approved
    deeds = {
        THURSDAY: [
            (11, 0, lambda: services.sign_recommendation(application=cases[SIGNED], by=people["lead"])),
            (15, 0, lambda: services.submit_application(application=cases[WRITTEN], by=people["filler"])),
        ]
    }
    approve = (*hour, lambda: services.approve_application(application=cases[WRITTEN], by=people["admin"]))
    deeds[day] = [*deeds.get(day, []), approve]
    for each in (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY):
        live(each, *deeds.get(each, []))


def test_a_week_of_three_people_and_a_superior(people, cases):
    lives_the_week(people, cases, approved=(FRIDAY, 10, 0))

    assert {who: mailed_to(people[who]) for who in WEEK} == WEEK
    sent = Delivery.objects.filter(status="sent")
    assert sorted(carried_by(mail.outbox)) == sorted(f"delivery-{row.pk}" for row in sent)
    assert not Delivery.objects.exclude(status="sent").exists()
    assert not Notice.objects.filter(deliveries__isnull=True).exists()


def test_who_reads_mail_once_a_day_is_not_told_of_what_was_done_meanwhile(people, cases):
    """Handed in at three, passed on at four: of the step between them neither reads in the mail of the evening."""
    for who in ("filler", "admin"):
        PreferenceFactory(user=people[who], mail="daily", daily_hour=17)

    lives_the_week(people, cases, approved=(THURSDAY, 16, 0))

    passed_on = ("Thu", f"申报书已报送县级科技管理部门：{WRITTEN}")
    assert mailed_to(people["filler"]) == [
        ("Mon", f"还剩 4 个工作日：待办（{WRITTEN}）"),
        ("Wed", f"还剩 2 个工作日：待办（{WRITTEN}）"),
        passed_on,
    ]
    assert mailed_to(people["admin"]) in ([], [passed_on])
    dropped = Delivery.objects.filter(status="dropped").order_by("notice__recipient")
    assert {(row.notice.title, row.last_error) for row in dropped} == {
        (f"待本单位管理员审核：{WRITTEN}", "所涉事项已办结")
    }
