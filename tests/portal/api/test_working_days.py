"""The working calendar by program: what would follow, and the change itself."""

import pytest

from accounts.roles import Role
from portal.selectors.days import changes
from records.models import DayOverride
from tests.factories.accounts import person
from tests.portal.test_days import HOLIDAY, YEAR, held

pytestmark = pytest.mark.django_db
API = "/api/v1/working-days/"


def test_a_program_sees_what_would_follow_enters_it_and_takes_it_back(program):
    held()
    api, day = program(person(Role.SYSADMIN)), HOLIDAY | {"is_working": "0"}

    shown = api.post(f"{API}preview/", day, format="json")
    made = api.post(API, day, format="json")
    moved = api.get(f"/api/v1/calendar-changes/{made.data['id']}/moves/").data
    gone = api.delete(f"{API}{DayOverride.objects.get().pk}/")

    assert (shown.status_code, made.status_code, gone.status_code) == (200, 201, 201)
    assert (shown.data["moved"], made.data["moved"], gone.data["moved"]) == (1, 1, 1)
    assert [(each["due_from"], each["due_to"]) for each in moved] == [("2027-02-08", "2027-02-09")]
    assert shown.data["moves"] == moved
    assert not DayOverride.objects.exists()


def test_a_program_enters_a_year_and_others_do_not(program):
    api, other = program(person(Role.SYSADMIN)), program(person(Role.BUREAU_CLERK))

    shown = api.post(f"{API}year/preview/", YEAR, format="json")
    wrong = api.post(f"{API}year/", YEAR | {"year": 2026}, format="json")
    refused = [other.post(f"{API}year/", YEAR, format="json"), other.get("/api/v1/calendar-changes/")]
    made = api.post(f"{API}year/", YEAR, format="json")

    assert [one.status_code for one in (shown, wrong, *refused, made)] == [200, 422, 403, 403, 201]
    assert len(made.data["days"]) == 6
    assert len(other.get(API).data["results"]) == 6


def test_changes_are_told_the_latest_first(program):
    api = program(person(Role.SYSADMIN))
    api.post(f"{API}year/", YEAR, format="json")

    assert changes().ordered
    assert api.get("/api/v1/calendar-changes/").status_code == 200
