"""Standing in, by program."""

import pytest

from accounts.roles import Role
from records import clock
from tests.factories.accounts import AccountEditionFactory, DeputyFactory, OrganisationFactory, person
from tests.factories.notices import NoticeFactory
from tests.factories.records import DeadlineFactory

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


def test_what_is_a_persons_own_reaches_the_program_of_who_stands_in_and_says_whose_it_is(program):
    standing = DeputyFactory(role=Role.COUNTY_STAFF, organisation__kind="county_government")
    row = DeadlineFactory(holder_user=standing.user, holder_role=Role.COUNTY_STAFF, due_on=clock.today())
    NoticeFactory(recipient=standing.deputy, on_behalf_of=standing.user)

    told = {
        user: program(user).get("/api/v1/deadlines/").data["results"]
        for user in (standing.user, standing.deputy)
    }
    (notice,) = program(standing.deputy).get("/api/v1/notices/").data["results"]

    assert {user: [(one["id"], one["principal"]) for one in rows] for user, rows in told.items()} == {
        standing.user: [(row.pk, "")],
        standing.deputy: [(row.pk, standing.user.name)],
    }
    assert notice["on_behalf_of"] == standing.user.name
