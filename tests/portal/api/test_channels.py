"""Choices, robots, outbox, calendar and unread messages by program: what the pages do."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from notices.models import Robot
from records import clock
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.notices import DeliveryFactory, NoticeFactory, RobotFactory
from tests.factories.records import DeadlineFactory

pytestmark = pytest.mark.django_db
API = "/api/v1"
ROBOT = {
    "messenger": "wecom",
    "name": "示例工作群",
    "address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef",
    "hour": 9,
    "tells_overdue": True,
}


def test_a_person_reads_and_changes_how_they_are_reached(program):
    api = program(person(Role.ENT_FILLER))
    before = api.get(f"{API}/preference/").data
    wanted = {"mail": "daily", "daily_hour": 9, "quiet_from": 21, "quiet_until": 7, "sms": False}

    kept = api.put(f"{API}/preference/", wanted, format="json")
    refused = api.put(f"{API}/preference/", wanted | {"daily_hour": 22}, format="json")
    malformed = api.put(f"{API}/preference/", wanted | {"mail": "pigeon"}, format="json")

    assert before == {
        "mail": "at_once", "daily_hour": 8, "quiet_from": None, "quiet_until": None, "sms": True,
    }  # fmt: skip
    assert (kept.status_code, kept.data) == (200, wanted)
    assert (refused.status_code, malformed.status_code) == (409, 422)
    assert api.get(f"{API}/preference/").data == wanted


def test_a_robot_is_registered_changed_tried_and_switched(program):
    office, api = OrganisationFactory(kind="bureau"), program(person(Role.SECADMIN))

    made = api.post(f"{API}/robots/", ROBOT | {"organisation": office.pk}, format="json")
    where = f"{API}/robots/{made.data['id']}/"
    changed = api.put(where, ROBOT | {"address": "", "hour": 10}, format="json")
    tried, off = api.post(f"{where}try/"), api.post(f"{where}switch-off/")
    again, on = api.post(f"{where}switch-off/"), api.post(f"{where}switch-on/")

    answers = [one.status_code for one in (made, changed, tried, off, again, on)]
    assert answers == [201, 200, 202, 200, 409, 200]
    assert made.data["address"] == "https://qyapi.weixin.qq.com/cgi-bin/webhook/…****cdef"
    assert (changed.data["hour"], off.data["is_on"], on.data["is_on"]) == (10, False, True)
    assert Robot.objects.get().address == ROBOT["address"]


def test_robots_are_no_business_of_others(program):
    robot, api = RobotFactory(), program(person(Role.BUREAU_CLERK))

    found = [
        api.get(f"{API}/robots/"),
        api.post(f"{API}/robots/", ROBOT, format="json"),
        api.post(f"{API}/robots/{robot.pk}/try/"),
    ]
    assert [one.status_code for one in found] == [403, 403, 404]


def test_the_outbox_is_read_and_what_failed_is_tried_again_by_who_runs_it(program):
    failed = {"status": "failed", "attempts": 6, "last_error": "SMTPRecipientsRefused: 550"}
    first, second = DeliveryFactory(**failed), DeliveryFactory(channel="sms", **failed)
    api, other = program(person(Role.SYSADMIN)), program(person(Role.BUREAU_CLERK))

    rows = {row["id"]: row for row in api.get(f"{API}/deliveries/").data["results"]}
    one = api.post(f"{API}/deliveries/{first.pk}/retry/")
    rest = api.post(f"{API}/deliveries/retry-all/")

    assert rows[second.pk]["address"] == "138****1234"
    assert (one.data["status"], rest.data) == ("waiting", {"retried": 1})
    refused = [other.get(f"{API}/deliveries/"), other.post(f"{API}/deliveries/retry-all/")]
    assert [answer.status_code for answer in refused] == [403, 403]


def test_the_calendar_is_the_page_s(program):
    clerk = person(Role.BUREAU_CLERK)
    today = clock.today()
    row = DeadlineFactory(holder_role=Role.BUREAU_CLERK, due_on=today, label="形式审查")
    DeadlineFactory(holder_role=Role.COUNTY_STAFF, due_on=today)
    api = program(clerk)

    found = api.get(f"{API}/calendar/", {"first": str(today), "last": str(today)}).data
    later = api.get(f"{API}/calendar/", {"first": str(today + timedelta(days=1))}).data
    wrong = api.get(f"{API}/calendar/", {"first": str(today), "last": str(today - timedelta(days=1))})

    assert [(one["key"], one["kind"], one["title"]) for one in found] == [
        (f"deadline-{row.pk}", "mine", "形式审查")
    ]
    assert (later, wrong.status_code) == ([], 422)


def test_what_waits_to_be_read_is_gathered_by_subject(program):
    reader, subject = person(Role.ENT_ADMIN), OrganisationFactory()
    old, new = (NoticeFactory(recipient=reader, subject=subject) for _ in range(2))
    NoticeFactory(recipient=reader)
    NoticeFactory(subject=subject)
    api = program(reader)

    waiting = api.get(f"{API}/notices/subjects/").data
    about = {group["subject"]["id"]: group for group in waiting["subjects"]}
    read = api.post(f"{API}/notices/{old.pk}/read-subject/").data
    rest = api.post(f"{API}/notices/read-all/").data

    assert (waiting["unread"], about[subject.pk]["unread"]) == (3, 2)
    assert about[subject.pk]["latest"]["id"] == new.pk
    assert (read, rest) == ({"read": 2}, {"read": 1})
    assert api.get(f"{API}/notices/subjects/").data == {"unread": 0, "subjects": []}
