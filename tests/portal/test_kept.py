"""Dashboards shown as they were drawn last: only to whom they were drawn for, and only until something changes."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Division
from accounts.roles import Role
from records import audit, clock
from tests.factories.accounts import person
from tests.factories.funding import load_terms
from tests.factories.institutes import ApplicationFactory
from tests.factories.records import DeadlineFactory

pytestmark = pytest.mark.django_db
COUNTY = "130102"


@pytest.fixture(autouse=True)
def kept(db, settings):
    load_terms()
    cache.clear()
    settings.BOARDS_KEPT = 60
    yield
    cache.clear()


@pytest.fixture
def leader(client):
    user = person(Role.COUNTY_LEAD, division=COUNTY)
    client.force_login(user)
    return user


def page(client, address="/dashboard/") -> str:
    """What stands on the page, without its frame."""
    return client.get(address).content.decode().partition("<main")[2]


def overdue() -> None:
    """Something overdue, of which neither the register nor a sum has heard."""
    DeadlineFactory(
        division=Division.objects.get(code=COUNTY),
        holder_role=Role.COUNTY_STAFF,
        due_on=clock.today() - timedelta(days=30),
    )


def queries(client) -> int:
    with CaptureQueriesContext(connection) as asked:
        page(client)
    return len(asked)


def test_a_page_opened_again_is_not_counted_again(client, leader):
    first, again = queries(client), queries(client)

    assert again < first / 2


def test_it_is_the_same_page(client, leader):
    assert page(client) == page(client)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda leader: audit.record("login", leader, by=leader), id="a line of the register"),
        pytest.param(lambda leader: ApplicationFactory(state="county_review"), id="a sum"),
    ],
)
def test_it_is_drawn_anew_once_something_changed(client, leader, changed):
    before = page(client)
    overdue()
    assert page(client) == before
    changed(leader)

    assert page(client) != before


def test_it_is_drawn_anew_on_another_day(client, leader):
    before = page(client)

    with clock.at(clock.now() + timedelta(days=1)):
        assert page(client) != before


def test_nobody_reads_what_was_drawn_for_another(client, leader):
    page(client)
    overdue()
    stale = page(client)
    client.force_login(person(Role.COUNTY_LEAD, organisation=leader.organisations[0]))

    assert page(client) != stale


def test_what_is_asked_for_is_not_mixed_up(client):
    client.force_login(person(Role.BUREAU_APPROVER))

    assert page(client, "/dashboard/?year=2025") != page(client, "/dashboard/?year=2024")
    assert page(client, f"/dashboard/{COUNTY}/") != page(client, "/dashboard/130104/")


def test_nothing_is_kept_where_the_office_wants_none(client, leader, settings):
    settings.BOARDS_KEPT = 0
    before = page(client)
    overdue()

    assert page(client) != before
