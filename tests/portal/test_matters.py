"""What is under way, for whoever oversees it: their county or the city, and only kinds of cases that they read."""

from datetime import timedelta

import pytest
from django.core.exceptions import EmptyResultSet

from accounts.models import Division
from accounts.roles import Role
from portal.selectors import matters
from records import calendar, clock
from records.desk import all_desks
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.funding import load_terms
from tests.factories.institutes import ApplicationFactory
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


# --- cases that their overseer may not open -------------------------------------------------------------------------


def of_case(case, **more):
    about = {"subject": case, "subject_state": case.state, "division": division(HOME), "host": case.host}
    return DeadlineFactory(**about, due_on=clock.today() - timedelta(days=3), **more)


@pytest.fixture
def cases():
    """An application that was handed in, and one that its unit still writes; both late, both of one county."""
    host, other = (OrganisationFactory(division__code=HOME) for _one in "ab")
    sent = ApplicationFactory(state="county_review", host=host)
    draft = ApplicationFactory(state="draft", host=other, institute_name="示例未报送产业技术研究院")
    of_case(sent, holder_role=Role.COUNTY_STAFF)
    of_case(draft, holder_role=Role.ENT_FILLER)
    return sent, draft


@pytest.mark.parametrize("role", [Role.COUNTY_LEAD, Role.BUREAU_CLERK])
def test_what_is_not_handed_in_is_counted_and_not_named(client, cases, role):
    sent, draft = cases
    load_terms()
    client.force_login(person(role, **({"division": HOME} if role == Role.COUNTY_LEAD else {})))

    page, board = client.get("/matters/"), client.get(f"/dashboard/{HOME}/")
    exported = b"".join(client.get("/matters/export/csv/")).decode()

    assert page.context["total"] == exported.count("\n") - 1 == 2
    assert [(bool(task.url), task.holder) for task in page.context["tasks"]] == [
        (True, "长安区科技管理部门经办"),
        (False, "申报人"),
    ]
    for text in (page.text, board.text, exported):
        assert "认定申报（不在您的查看范围）" in text
        assert str(sent) in text
        assert (str(draft) in text, str(draft.host) in text) == (False, False)
    assert f'href="{draft.get_absolute_url()}"' not in page.text + board.text


def test_nobody_finds_by_name_who_still_writes(client, cases):
    sent, draft = cases
    client.force_login(person(Role.COUNTY_LEAD, division=HOME))

    found = {case: client.get("/matters/", {"q": str(case)}).context["total"] for case in cases}

    assert found == {sent: 1, draft: 0}


def test_what_the_bureau_looks_into_is_no_matter_of_a_county_before_the_unit_is_notified(client):
    of_county(subject_type="funding.clawback", label="to repay")
    secret = {
        "subject_type": "funding.clawback",
        "holder_role": Role.BUREAU_CLERK,
        "division": division(HOME),
    }
    DeadlineFactory(label="suspected", due_on=clock.today() - timedelta(days=3), **secret)

    seen = {
        role: sorted(row.label for row in matters.matters_visible_to(person(role, **where)))
        for role, where in {
            Role.COUNTY_LEAD: {"division": HOME},
            Role.COUNTY_FIN: {"division": HOME},
            Role.BUREAU_CLERK: {},
        }.items()
    }

    assert seen == {
        Role.COUNTY_LEAD: ["to repay"],
        Role.COUNTY_FIN: ["to repay"],
        Role.BUREAU_CLERK: ["suspected", "to repay"],
    }
    load_terms()
    client.force_login(person(Role.COUNTY_LEAD, division=HOME))
    board = client.get("/dashboard/").context["board"]
    assert [one.value for one in board.questions[0].figures] == [0, 0]


def test_as_many_queries_for_many_kinds_as_for_one(client, cases, django_assert_max_num_queries):
    client.force_login(person(Role.BUREAU_CLERK))
    client.get("/matters/")
    for kind in ("funding.disbursement", "evaluation.evaluation", "institutes.change", "projects.proposal"):
        of_county(subject_type=kind)

    with django_assert_max_num_queries(12):
        client.get("/matters/")
