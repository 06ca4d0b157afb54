"""The self-check by program: each criterion with its clause, what is found, what is asked, how much is lacking."""

import pytest
from rest_framework.test import APIClient

from accounts.roles import Role
from accounts.services import issue_token
from institutes.book import standing
from institutes.enums import ApplicationState as S
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory, ApplicationVersionFactory, fill

pytestmark = pytest.mark.django_db


def api_of(someone) -> APIClient:
    return APIClient(HTTP_AUTHORIZATION=f"Token {issue_token(user=someone)}")


def ask(someone, application):
    return api_of(someone).get(f"/api/v1/applications/{application.pk}/criteria/")


def told(someone, application) -> dict[str, dict]:
    return {row["code"]: row for row in ask(someone, application).json()}


def draft(rd_expense: str) -> tuple:
    application = ApplicationFactory()
    fill(application)
    section = application.sections.get(code="host")
    for year in section.answers["finance"]["rd_expense"]:
        section.answers["finance"]["rd_expense"][year] = rd_expense
    section.save(update_fields=["answers"])
    return application, person(Role.ENT_FILLER, organisation=application.host)


def test_every_criterion_of_the_edition_is_told_in_its_order():
    application, filler = draft("5000000.00")

    rows = ask(filler, application).json()

    terms = application.call.edition.terms["criteria"]
    assert [row["code"] for row in rows] == [criterion["code"] for criterion in terms]
    assert [row["clause"] for row in rows] == [criterion.get("clause", "") for criterion in terms]
    assert {row["outcome"] for row in rows} == {"met"}
    assert {row["kind"] for row in rows} == {"hard", "soft"}


def test_what_is_lacking_is_told_of_each_alternative_with_the_way_to_its_box():
    application, filler = draft("2400000.00")

    row = told(filler, application)["host_rd"]

    url = f"/applications/{application.pk}/sections/host/#id_finance"
    intensity, amount = row["alternatives"]
    assert row["outcome"] == "unmet"
    assert "2 %，需 ≥ 3 %，差 1 %（折合 120 万元）" in row["said"]
    assert intensity == {
        "fact": "host_rd_intensity",
        "op": "ge",
        "unit": "%",
        "value": "2.00",
        "threshold": "3.00",
        "met": False,
        "gap": "1.00",
        "gap_amount": "1200000.00",
        "url": url,
    }
    assert (amount["value"], amount["threshold"], amount["gap"]) == ("2400000.00", "3000000.00", "600000.00")


def test_facts_that_hold_or_not_and_empty_boxes():
    application = ApplicationFactory()
    filler = person(Role.ENT_FILLER, organisation=application.host)

    rows = told(filler, application)

    (holds,), (empty,) = rows["enterprise_host"]["alternatives"], rows["premises"]["alternatives"]
    assert (holds["op"], holds["value"], holds["threshold"], holds["met"]) == ("is", "true", "true", True)
    assert (rows["premises"]["outcome"], empty["value"], empty["met"]) == ("unknown", None, None)


def test_the_program_is_told_what_the_page_tells(client):
    application, filler = draft("2400000.00")
    client.force_login(filler)

    shown = client.get(f"/applications/{application.pk}/check/").context["findings"]

    assert [row["said"] for row in ask(filler, application).json()] == [
        standing.said(one.finding) for one in shown
    ]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.COUNTY_STAFF, 200),
        (Role.BUREAU_CLERK, 200),
        (Role.AUDITOR, 200),
        (Role.AGENCY, 403),
        (Role.EXPERT, 404),
        (Role.FINANCE, 404),
    ],
)
def test_officers_are_told_of_what_was_handed_in_and_an_agency_of_nothing(role, status):
    application = ApplicationFactory(state=S.REVIEWING)
    ApplicationVersionFactory(application=application, answers={"premises": {"area_m2": "10"}})
    home = {"organisation": application.agency} if role == Role.AGENCY else {}

    answer = ask(person(role, **home), application)

    assert answer.status_code == status
    if status == 200:
        (area,) = next(row for row in answer.json() if row["code"] == "premises")["alternatives"]
        assert (area["value"], area["url"]) == ("10", "")


def test_another_county_and_another_unit_do_not_see_it():
    application = ApplicationFactory(state=S.REVIEWING)
    ApplicationVersionFactory(application=application)

    for someone in (person(Role.COUNTY_STAFF, division="130104"), person(Role.ENT_FILLER)):
        assert ask(someone, application).status_code == 404
