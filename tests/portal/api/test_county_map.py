"""The figures of the counties by program: public measures for whoever signs in, the others by rights."""

import pytest

from accounts.roles import Role
from portal.selectors.measures import MEASURES
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import ApplicationFactory
from tests.portal.test_tilemap import institute_in

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/map/"


def test_a_program_reads_the_ranking_and_which_measures_it_may_ask_for(program):
    institute_in("130102")

    found = program(person(Role.ENT_ADMIN)).get(ADDRESS).data

    first = found["figures"][0]
    assert (first["code"], first["value"], first["rank"]) == ("130102", "1", 1)
    assert (found["measure"]["code"], found["year"], len(found["figures"])) == ("institutes", None, 24)
    assert [measure["code"] for measure in found["measures"]] == [
        code for code, measure in MEASURES.items() if not measure.readers
    ]


def test_a_county_reads_its_own_figure_of_an_internal_measure(program):
    for code in ("130102", "130104"):
        ApplicationFactory(host=OrganisationFactory(division__code=code), state="county_review")

    found = program(person(Role.COUNTY_STAFF, division="130104")).get(ADDRESS, {"measure": "applied"}).data

    known = {figure["code"] for figure in found["figures"] if figure["value"] is not None}
    assert known == {"130104"}
    assert found["figures"][-1]["reason"] == "不在您的查看范围"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"measure": "paid"}, 403),
        ({"measure": "nonsense"}, 422),
        ({"measure": "recognised", "year": "never"}, 422),
    ],
)
def test_what_is_not_to_be_known_or_not_to_be_understood_is_refused(program, asked, status):
    assert program(person(Role.ENT_ADMIN)).get(ADDRESS, asked).status_code == status
