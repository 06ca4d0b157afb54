"""What is under way, by program: for whoever oversees it."""

import pytest

from accounts.models import Division
from accounts.roles import Role
from tests.factories.accounts import person
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
