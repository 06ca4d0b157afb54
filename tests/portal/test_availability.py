"""The page of the portal's own record, and the minute in which it asks whether the web server answers."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from portal import probe, tasks
from portal.selectors import availability as page
from records import calendar, clock
from records.models import UpInterval
from tests.factories.accounts import person
from tests.factories.institutes import CallFactory
from tests.factories.records import UpIntervalFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def a_night(minutes: int) -> None:
    """Down for so long until ten minutes ago."""
    back = clock.now() - timedelta(minutes=10)
    UpIntervalFactory(begun_at=back - 20 * HOUR, seen_at=back - timedelta(minutes=minutes))
    UpIntervalFactory(begun_at=back, seen_at=clock.now())


def test_outages_are_listed_with_the_calls_whose_last_day_they_hit(client):
    day = calendar.add_working_days(clock.today(), 5)
    with clock.at(datetime.combine(day, time(18), timezone.get_current_timezone())):
        a_night(90)
        hit, later = CallFactory(closes_at=clock.now()), CallFactory()
        client.force_login(person(Role.BUREAU_CLERK))

        shown = client.get("/availability/").text
        (line,) = page.lines(days=7, at=clock.now())
        table = b"".join(client.get("/availability/export/csv/")).decode()

    assert line.hit == [hit]
    assert "90 分钟" in shown
    assert hit.title in shown
    assert later.title not in shown
    assert f",90,{hit.title}" in table


def test_a_record_that_stands_still_is_said_on_top(client):
    UpIntervalFactory(seen_at=clock.now() - HOUR)
    client.force_login(person(Role.SYSADMIN))

    assert "自检已停止" in client.get("/availability/").text


def test_an_empty_record_says_what_to_do(client):
    client.force_login(person(Role.AUDITOR))

    assert "还没有运行记录" in client.get("/availability/", {"days": "abc"}).text


@pytest.mark.parametrize("role", [Role.ENT_FILLER, Role.COUNTY_STAFF, Role.EXPERT, Role.FINANCE])
def test_others_do_not_read_it(client, role):
    client.force_login(person(role))

    assert client.get("/availability/").status_code == 403
    assert client.get("/availability/export/csv/").status_code == 403


def test_what_was_down_is_never_rounded_up():
    assert str(page.percent(0.99999)) == "99.99"


def test_a_minute_without_an_answer_leaves_no_proof(monkeypatch):
    monkeypatch.setattr(probe, "web_answers", lambda: False)
    tasks.note_availability()
    assert not UpInterval.objects.exists()

    monkeypatch.setattr(probe, "web_answers", lambda: True)
    tasks.note_availability()
    tasks.note_availability()
    assert UpInterval.objects.count() == 1


def test_nobody_answers_at_an_address_where_nobody_listens(settings):
    settings.AVAILABILITY_URL = "http://127.0.0.1:9/healthz"
    assert not probe.web_answers()

    settings.AVAILABILITY_URL = ""
    assert probe.web_answers()


def test_the_web_server_is_asked_as_a_reader_would(settings, live_server):
    settings.AVAILABILITY_URL = f"{live_server.url}/healthz"
    settings.PORTAL_URL = live_server.url
    assert probe.web_answers()

    settings.AVAILABILITY_URL = f"{live_server.url}/no-such-page"
    assert not probe.web_answers()
