"""What is under way, for whoever oversees it: their county or the city, and only kinds of cases that they read."""

from datetime import timedelta

import pytest
from django.core.exceptions import EmptyResultSet

from accounts.models import Division
from accounts.roles import Role
from portal.selectors import matters
from records import calendar, clock
from records.desk import all_desks
from tests.factories.accounts import person
from tests.factories.records import DeadlineFactory

pytestmark = pytest.mark.django_db
HOME, AWAY = "130102", "130104"


def division(code):
    return Division.objects.get(code=code)


def of_county(code=HOME, **more):
    return DeadlineFactory(holder_role=Role.COUNTY_STAFF, division=division(code), **more)


@pytest.mark.parametrize("role", matters.OVERSEERS)
def test_kinds_kept_from_a_role_are_those_of_which_it_reads_none(role):
    someone, unread = person(role), set()
    for desk in all_desks():
        try:
            desk.visible(someone).query.sql_with_params()
        except EmptyResultSet:
            unread.add(desk.model._meta.label_lower)

    kept = matters.kept_from(someone) & {desk.model._meta.label_lower for desk in all_desks()}
    assert kept - {"evaluation.assignment"} == unread  # an assignment is its expert's own


def test_a_county_meets_its_own_and_the_city_all(client):
    of_county(HOME, label="ours")
    of_county(AWAY, label="theirs")
    DeadlineFactory(label="of a panel", division=division(HOME), subject_type="evaluation.panel")
    DeadlineFactory(label="by itself", division=division(HOME), holder_role=Role.SYSTEM)
    DeadlineFactory(label="paused", due_on=clock.today(), paused_on=clock.today(), days_left_when_paused=1)
    DeadlineFactory(label="of the city")

    found = {
        role: sorted(row.label for row in matters.matters_visible_to(person(role, **where)))
        for role, where in {
            Role.COUNTY_LEAD: {"division": HOME},
            Role.BUREAU_APPROVER: {},
            Role.ENT_ADMIN: {},
        }.items()
    }

    assert found == {
        Role.COUNTY_LEAD: ["ours"],
        Role.BUREAU_APPROVER: ["of a panel", "of the city", "ours", "theirs"],
        Role.ENT_ADMIN: [],
    }


def test_a_countys_finance_meets_money_alone():
    of_county(label="an application", subject_type="institutes.application")
    of_county(label="a disbursement", subject_type="funding.disbursement")

    rows = matters.matters_visible_to(person(Role.COUNTY_FIN, division=HOME))

    assert [row.label for row in rows] == ["a disbursement"]


@pytest.mark.parametrize(
    ("late", "labels"),
    [
        ("overdue", ["late", "long late"]),
        ("new", ["late"]),
        ("today", ["today"]),
        ("soon", ["soon", "today"]),
        ("", ["far", "late", "long late", "open", "soon", "today"]),
    ],
)
def test_matters_are_found_by_how_urgent_they_are(client, late, labels):
    today = clock.today()
    days = {
        "long late": today - timedelta(days=8),
        "late": today - timedelta(days=7),
        "today": today,
        "soon": calendar.add_working_days(today, 5),
        "far": calendar.add_working_days(today, 6),
        "open": None,
    }
    for label, day in days.items():
        DeadlineFactory(label=label, due_on=day)
    client.force_login(person(Role.AUDITOR))

    page = client.get("/matters/", {"late": late})

    assert sorted(task.label for task in page.context["tasks"]) == labels
    assert f"共 {len(labels)} 件" in page.text
    exported = b"".join(client.get("/matters/export/csv/", {"late": late})).decode()
    assert exported.count("\n") == len(labels) + 1


@pytest.mark.parametrize(("role", "status"), [(Role.FINANCE, 200), (Role.TAX, 403), (Role.SYSADMIN, 403)])
def test_who_reads_matters(client, role, status):
    client.force_login(person(role))

    assert client.get("/matters/").status_code == status
    assert client.get("/matters/export/csv/").status_code == status


def test_a_county_cannot_ask_for_another(client):
    of_county(AWAY, label="theirs")
    client.force_login(person(Role.COUNTY_STAFF, division=HOME))

    page = client.get("/matters/", {"division": division(AWAY).pk})

    assert page.context["total"] == 0
