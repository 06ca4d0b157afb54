"""Whom a unit asks to stay away: read by the unit, the bureau and the auditor; never by county, agency or experts."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from institutes import book, permissions
from institutes.enums import ApplicationState as S
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import ApplicationFactory, ApplicationVersionFactory

pytestmark = pytest.mark.django_db
UNWANTED = "诱饵评委单位"
READERS = {Role.ENT_FILLER, Role.ENT_ADMIN, Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR}


@pytest.fixture
def application():
    """Handed in twice, the wish changed in between; its agency may by now know whose it is."""
    found = ApplicationFactory(state=S.SITE_VISIT)
    for number, employer in enumerate(("诱饵原先单位", UNWANTED), start=1):
        rows = [{"key": "0", "employer": employer, "reason": "示例"}]
        ApplicationVersionFactory(application=found, number=number, answers={"recusal": {"exclusions": rows}})
    return found


def insider(role, application):
    match role:
        case Role.ENT_FILLER | Role.ENT_ADMIN:
            return person(role, organisation=application.host)
        case Role.COUNTY_STAFF | Role.COUNTY_LEAD:
            kind = {"kind": "county_government", "division": application.division}
            return person(role, organisation=OrganisationFactory(**kind))
        case Role.AGENCY:
            return person(role, organisation=application.agency)
    return person(role)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_who_may_read_it(application, role):
    assert permissions.may_read_recusal(insider(role, application), application) == (role in READERS)


def test_another_unit_may_not(application):
    assert not permissions.may_read_recusal(person(Role.ENT_ADMIN), application)


@pytest.mark.parametrize(
    "role",
    [Role.ENT_FILLER, Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.AGENCY, Role.AUDITOR],
)
def test_where_it_is_read(application, role, client):
    client.force_login(insider(role, application))
    pages = [
        application.get_absolute_url(),
        reverse("institutes:application-book", args=[application.pk]),
        f"/api/v1/applications/{application.pk}/book/",
    ]

    found = [client.get(page) for page in pages]

    assert {response.status_code for response in found} == {200}
    assert [UNWANTED in response.content.decode() for response in found] == [role in READERS] * 3


def test_experts_do_not_read_it(application):
    version = application.versions.last()

    chapters = book.read_blind(book.of_edition("2022"), application, version.answers)

    assert "诱饵" not in str(chapters)
    assert "recusal" not in {chapter.code for chapter in chapters}


@pytest.mark.parametrize(
    ("rows", "unwanted"),
    [
        ([], set()),
        ([{"expert": " 示例甲 ", "employer": "示例大学"}], {"示例甲"}),
        ([{"employer": "示例大学"}, {"expert": "示例乙"}, {"reason": "示例"}], {"示例大学", "示例乙"}),
    ],
)
def test_a_named_person_is_meant_else_the_whole_employer(rows, unwanted):
    assert book.unwanted_by({"recusal": {"exclusions": rows}}) == unwanted
