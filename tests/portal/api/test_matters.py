"""What is under way, by program: for whoever oversees it."""

import pytest

from accounts.models import Division
from accounts.roles import Role
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import ApplicationFactory
from tests.factories.records import DeadlineFactory

pytestmark = pytest.mark.django_db


def test_a_program_reads_what_its_owner_oversees(program):
    for code in ("130102", "130104"):
        county = Division.objects.get(code=code)
        DeadlineFactory(label=code, holder_role=Role.COUNTY_STAFF, division=county)
    someone = person(Role.COUNTY_STAFF, division="130102")

    rows = program(someone).get("/api/v1/matters/?role=county_staff").json()["results"]

    assert [row["label"] for row in rows] == ["130102"]
    assert program(person(Role.ENT_ADMIN)).get("/api/v1/matters/").json()["results"] == []


def test_a_program_reads_no_name_that_its_owner_may_not_read(program):
    host = OrganisationFactory(division__code="130102")
    draft = ApplicationFactory(state="draft", host=host)
    about = {"subject": draft, "subject_state": "draft", "host": host, "division": host.division}
    row = DeadlineFactory(holder_role=Role.ENT_FILLER, **about)
    county = program(person(Role.COUNTY_LEAD, division="130102"))

    (listed,), one = (
        county.get("/api/v1/matters/").json()["results"],
        county.get(f"/api/v1/matters/{row.pk}/"),
    )

    assert listed["subject"]["label"] == "认定申报（不在您的查看范围）"
    assert listed["holder"]["within"] == ""
    assert one.json() == listed
