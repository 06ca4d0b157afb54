"""Standing in, by program."""

import pytest

from accounts.roles import Role
from records import clock
from tests.factories.accounts import AccountEditionFactory, DeputyFactory, OrganisationFactory, person

pytestmark = pytest.mark.django_db
API = "/api/v1/deputies/"


def test_a_program_names_a_deputy_and_ends_it(program):
    AccountEditionFactory(kind="deputies")
    office = OrganisationFactory(kind="bureau")
    clerk, colleague = (person(Role.BUREAU_CLERK, organisation=office) for _ in range(2))
    api, theirs, on = program(clerk), program(colleague), str(clock.today())
    given = {"organisation": office.pk, "deputy": colleague.pk, "since": on, "until": on}

    made = api.post(API, given, format="json")
    again = api.post(API, given, format="json")
    seen = theirs.get(API).data["results"]
    not_theirs = theirs.post(f"{API}{made.data['id']}/end/")
    ended = api.post(f"{API}{made.data['id']}/end/")

    answers = [one.status_code for one in (made, again, not_theirs, ended)]
    assert answers == [201, 409, 404, 200]
    assert [one["user"] for one in seen] == [clerk.name]
    assert ended.data["ended_at"]


def test_others_see_nothing_of_it(program):
    DeputyFactory()

    assert program(person(Role.BUREAU_CLERK)).get(API).data["results"] == []
