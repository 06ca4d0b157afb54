"""The board by program: the figures of the page, with the same rights."""

import pytest

from accounts.roles import Role
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import ApplicationFactory

pytestmark = pytest.mark.django_db
HOME, AWAY = "130102", "130104"


def figures_of(answer) -> dict[str, str]:
    data = answer.json()
    tables = [*data["tables"], *(question["table"] for question in data["questions"])]
    every = [one for question in data["questions"] for one in question["figures"]]
    every += [one for table in tables for line in table["lines"] for one in line["figures"]]
    return {one["code"]: one["value"] for one in every}


def test_a_program_reads_the_board_of_its_owner(program):
    for code in (HOME, AWAY):
        ApplicationFactory(state="reviewing", host=OrganisationFactory(division__code=code))
    county, city = program(person(Role.COUNTY_LEAD, division=HOME)), program(person(Role.AUDITOR))

    own, whole = county.get("/api/v1/dashboard/"), city.get("/api/v1/dashboard/")
    other = city.get("/api/v1/dashboard/", {"county": AWAY})

    assert (own.json()["title"], whole.json()["title"], other.json()["title"]) == ("长安区", "全市", "桥西区")
    assert figures_of(own)["under-way"] == figures_of(other)["under-way"] == "1.00"
    assert figures_of(own)["state-reviewing"] == "1.00"
    assert whole.json()["assumptions"]
    maps = {one["code"]: one["counties"] for one in whole.json()["maps"]}
    assert (set(maps), own.json()["maps"]) == ({"overdue", "own-budget", "institutes"}, [])
    assert maps["own-budget"][HOME]["value"] == "0.00"


def test_a_program_reads_no_more_than_its_owner(program):
    county = program(person(Role.COUNTY_STAFF, division=HOME))

    assert county.get("/api/v1/dashboard/", {"county": AWAY}).status_code == 404
    assert program(person(Role.ENT_ADMIN)).get("/api/v1/dashboard/").status_code == 403
