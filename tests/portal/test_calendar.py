"""The calendar: what stands on which day for whom, and what calendar programs read by a secret address."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from accounts.models import CalendarFeed
from accounts.roles import Role
from accounts.services import close_feed, open_feed
from portal.selectors import agenda
from records import clock
from records.models import AuditEvent
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.institutes import CallFactory
from tests.factories.notices import PublicNoticeFactory
from tests.factories.records import DayOverrideFactory, DeadlineFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY, FIRST, LAST = NOON.date(), date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOON):
        yield


def found(user, first=FIRST, last=LAST):
    return [(e.day.day, e.kind, e.subject) for e in agenda.entries_between(user, first, last, on=TODAY)]


# --- the days -------------------------------------------------------------------------------------------------------


def test_a_person_sees_what_they_and_others_have_to_do_for_their_unit():
    unit = OrganisationFactory(division__code="130102")
    filler = person(Role.ENT_FILLER, organisation=unit)
    local = {"host": unit, "division": unit.division}
    DeadlineFactory(holder_role=Role.ENT_FILLER, subject=unit, due_on="2026-11-26", **local)
    DeadlineFactory(holder_role=Role.COUNTY_STAFF, subject_label="县里的", due_on="2026-11-25", **local)
    DeadlineFactory(holder_role=Role.COUNTY_STAFF, subject_label="别家的", due_on="2026-11-25")
    DeadlineFactory(holder_role=Role.ENT_FILLER, due_on="2026-12-01", **local)
    DeadlineFactory(holder_role=Role.ENT_FILLER, due_on="2026-11-27", met_at=NOON, **local)
    DeadlineFactory(
        holder_role=Role.ENT_FILLER,
        due_on="2026-11-27",
        paused_on="2026-11-20",
        days_left_when_paused=1,
        **local,
    )

    assert found(filler) == [(25, "others", "县里的"), (26, "mine", str(unit))]
    assert found(person(Role.COUNTY_STAFF, division="130102"))[0] == (25, "mine", "县里的")


def test_calls_are_for_whoever_takes_part_and_public_notices_for_everybody():
    call = CallFactory(
        opens_at=NOON - timedelta(days=60), closes_at=NOON + timedelta(days=3), title="示例通知"
    )
    notice = PublicNoticeFactory(posted_at=NOON)

    assert found(person(Role.ENT_FILLER))[0] == (27, "window", call.title)
    assert found(UserFactory()) == [(notice.last_day.day, "window", notice.title)]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("2027-02", date(2027, 2, 1)),
        ("", FIRST),
        ("2026-13", FIRST),
        ("x", FIRST),
        ("0001-01", FIRST),
        ("9999-12", FIRST),
        ("2028-02", date(2028, 2, 1)),
    ],
)
def test_a_month_that_makes_no_sense_is_this_one(asked, first):
    assert agenda.month_asked(asked, today=TODAY) == first


def test_a_month_is_whole_weeks_with_days_off_and_its_neighbours():
    DayOverrideFactory(day="2026-11-25")
    month = agenda.month_of(UserFactory(), FIRST, on=TODAY)

    squares = [square for week in month["weeks"] for square in week]
    assert {len(week) for week in month["weeks"]} == {7}
    assert (squares[0].day, squares[-1].day) == (date(2026, 10, 26), date(2026, 12, 6))
    assert [square.day for square in squares if square.is_today] == [TODAY]
    assert [s.is_working for s in squares if s.day in (date(2026, 11, 24), date(2026, 11, 25))] == [
        True,
        False,
    ]
    assert (month["before"], month["after"]) == (date(2026, 10, 1), date(2026, 12, 1))


def test_the_page_says_what_is_due_and_how_much_more(client):
    clerk = person(Role.BUREAU_CLERK)
    client.force_login(clerk)
    DeadlineFactory.create_batch(5, due_on="2026-11-20", label="形式审查")

    page = client.get("/calendar/")

    assert page.status_code == 200
    for words in ("2026年11月", "形式审查：", "另有 2 件", "由我办理"):
        assert words in page.text
    assert "本月没有期限" in client.get("/calendar/?month=2027-03").text


def test_what_others_hold_for_one_s_unit_is_late_there_as_well(client):
    reader = person(Role.ENT_ADMIN)
    host = reader.organisations[0]
    DeadlineFactory(host=host, holder_role=Role.BUREAU_CLERK, due_on="2026-11-20", label="待核查")
    client.force_login(reader)

    assert "待核查，已逾期" in client.get("/calendar/").text


def test_what_falls_on_a_day_of_the_next_month_that_is_shown_is_listed_as_well(client):
    client.force_login(person(Role.BUREAU_CLERK))
    DeadlineFactory.create_batch(4, due_on="2026-12-02", label="形式审查")

    page = client.get("/calendar/").text

    assert 'href="#day-2026-12-02"' in page
    assert 'id="day-2026-12-02"' in page
    assert "共 4 条" in page


def test_the_page_asks_the_same_for_many_days_as_for_one(client, django_assert_max_num_queries):
    client.force_login(person(Role.ENT_ADMIN))
    counts = []
    for more in (1, 12):
        DeadlineFactory.create_batch(more, due_on="2026-11-26")
        PublicNoticeFactory.create_batch(more, posted_at=NOON)
        client.get("/calendar/")
        with django_assert_max_num_queries(14) as queries:
            client.get("/calendar/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- the feed -------------------------------------------------------------------------------------------------------


def test_calendar_programs_read_one_s_days_by_the_secret(client):
    clerk = person(Role.BUREAU_CLERK)
    deadline = DeadlineFactory(due_on="2026-11-26", label="形式审查", subject_label="示例，研究院；一")
    secret = open_feed(user=clerk)

    answer = client.get(f"/calendar/feed/{secret}.ics")

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["UID"] == f"deadline-{deadline.pk}@127.0.0.1:8000"
    assert event["SUMMARY"] == "形式审查：示例，研究院；一"
    assert (event.start, event.end) == (date(2026, 11, 26), date(2026, 11, 27))
    assert max(len(line) for line in answer.content.splitlines()) <= 75


def test_the_secret_is_said_once_and_kept_nowhere(client):
    user = person(Role.ENT_ADMIN)
    client.force_login(user)

    said = client.post("/calendar/feed/").context["address"]

    secret = said.rpartition("/")[2].removesuffix(".ics")
    assert len(secret) >= 43
    assert secret not in str(list(CalendarFeed.objects.values()))
    assert said not in client.get("/calendar/feed/").text
    assert client.get(said.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_a_new_address_voids_the_old_one_and_closing_voids_it_all(client):
    user = person(Role.ENT_ADMIN)
    first, second = open_feed(user=user), open_feed(user=user)

    assert [client.get(f"/calendar/feed/{one}.ics").status_code for one in (first, second)] == [404, 200]
    client.force_login(user)
    client.post("/calendar/feed/close/")
    close_feed(user=user)
    client.logout()
    assert client.get(f"/calendar/feed/{second}.ics").status_code == 404
    verbs = AuditEvent.objects.filter(verb__contains="feed").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["accounts.user.open_feed", "accounts.user.open_feed", "accounts.user.close_feed"]


def test_who_is_switched_off_is_read_no_more(client):
    user = person(Role.BUREAU_CLERK)
    secret = open_feed(user=user)
    user.is_active = False
    user.save()

    assert client.get(f"/calendar/feed/{secret}.ics").status_code == 404
