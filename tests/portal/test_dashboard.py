"""Figures: of one's own county, or of the city."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.roles import Role
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.funding import a_disbursement, load_terms
from tests.factories.institutes import ApplicationFactory

pytestmark = pytest.mark.django_db
ROLES = {
    Role.COUNTY_STAFF: 200,
    Role.COUNTY_LEAD: 200,
    Role.COUNTY_FIN: 200,
    Role.BUREAU_CLERK: 200,
    Role.BUREAU_APPROVER: 200,
    Role.FINANCE: 200,
    Role.AUDITOR: 200,
    Role.ENT_FILLER: 403,
    Role.ENT_ADMIN: 403,
    Role.TAX: 403,
    Role.AGENCY: 403,
    Role.EXPERT: 403,
    Role.SYSADMIN: 403,
    Role.SECADMIN: 403,
}


@pytest.fixture(autouse=True)
def terms(db):
    """What the policy says about money that counties keep."""
    load_terms()


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_who_reads_figures(role, status, client):
    client.force_login(person(role))

    assert client.get("/dashboard/").status_code == status


def test_a_county_reads_its_own_and_no_other(client):
    client.force_login(person(Role.COUNTY_LEAD, division="130102"))

    assert client.get("/dashboard/130102/").status_code == 200
    assert client.get("/dashboard/130104/").status_code == 404


def test_the_city_reads_each(client):
    client.force_login(person(Role.BUREAU_APPROVER))

    assert client.get("/dashboard/130104/").status_code == 200
    assert client.get("/dashboard/000000/").status_code == 404


@pytest.mark.parametrize("role", [Role.COUNTY_STAFF, Role.BUREAU_APPROVER])
def test_figures_lead_to_just_the_rows_they_count(client, role):
    a_disbursement("county_received")
    for state, code in (("county_review", "130102"), ("recognised", "130102"), ("reviewing", "130104")):
        ApplicationFactory(state=state, host=OrganisationFactory(division__code=code))
    ApplicationFactory(state="draft", host=OrganisationFactory(division__code="130102"))
    client.force_login(person(role, division="130102") if role == Role.COUNTY_STAFF else person(role))

    page = client.get("/dashboard/130102/")

    figures = re.findall(r'<a class="stat[^"]*"\s+href="([^"]+)".*?stat__value">([\d.]+)', page.text, re.S)
    assert len(figures) == 6
    counts = {}
    for url, value in figures:
        if not url.startswith("#"):
            counts[unescape(url).split("/")[1] + parse_qs(urlsplit(url).query).get("leg", [""])[0]] = (
                value,
                client.get(unescape(url)).context["page"].paginator.count,
            )
    assert counts == {
        "applications": ("1", 1),
        "institutes": ("1", 1),
        "awardswaiting": ("0", 0),
        "disbursementsat_county": ("20", 1),
        "disbursementspaid": ("0", 0),
    }


def test_states_lead_to_the_rows(client):
    ApplicationFactory(state="county_review", host=OrganisationFactory(division__code="130102"))
    client.force_login(person(Role.COUNTY_STAFF, division="130102"))

    assert "?state=county_review" in client.get("/dashboard/").text


def test_more_applications_ask_no_more_of_the_database(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(person(Role.BUREAU_APPROVER))
    ApplicationFactory(state="county_review")
    client.get("/dashboard/")
    with django_assert_max_num_queries(20) as few:
        client.get("/dashboard/")
    for _more in range(9):
        ApplicationFactory(state="county_review")

    with django_assert_num_queries(len(few)):
        client.get("/dashboard/")
