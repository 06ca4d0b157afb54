"""Calls and awards as other portals read them: held against the models of CommonGrants, and found by their ids."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from common_grants_sdk.schemas.pydantic.models import AwardBase, OpportunityDetails
from common_grants_sdk.schemas.pydantic.responses.award import AwardResponse, AwardsListResponse
from common_grants_sdk.schemas.pydantic.responses.error import Error
from common_grants_sdk.schemas.pydantic.responses.opportunity import (
    OpportunitiesListResponse,
    OpportunityResponse,
)
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pydantic import ValidationError

from funding.models import Award
from institutes.models import Call
from portal.selectors.open_data.addresses import identifier_of, key_of
from projects.models import ProjectCall
from records import clock
from tests.factories.institutes import CallFactory
from tests.factories.projects import ProjectCallFactory
from tests.portal.open_data.world import City

pytestmark = pytest.mark.django_db
BASE = "/open-data/common-grants"
SPACE = "sample-city"


def asked(client, path: str, **terms) -> dict:
    answer = client.get(f"{BASE}/{path}", terms)
    assert answer.status_code == 200
    return answer.json()


def opportunity_of(client, call: Call | ProjectCall) -> dict:
    return asked(client, f"opportunities/{identifier_of(type(call), call.pk, space=SPACE)}")["data"]


def test_published_calls_of_both_programmes_are_opportunities(city: City, client):
    found = asked(client, "opportunities", pageSize=100)

    listed = OpportunitiesListResponse.model_validate(found)
    assert {one.title for one in listed.items} >= {city.call.title, city.project_call.title}
    assert listed.pagination_info.total_items == len(listed.items) == len({one.id for one in listed.items})
    for item in found["items"]:
        one = OpportunityResponse.model_validate(asked(client, f"opportunities/{item['id']}"))
        assert one.data == OpportunityDetails.model_validate(item)


def test_a_call_for_projects_says_how_much_there_is_until_when(city: City, client):
    call = city.project_call

    found = OpportunityDetails.model_validate(opportunity_of(client, call))

    local = timezone.localtime(call.closes_at)
    close = found.key_dates.close_date
    assert (close.date, close.time) == (local.date(), local.time().replace(microsecond=0))
    assert (found.funding.total_amount_available.amount, found.funding.total_amount_available.currency) == (
        "12000000.00",
        "CNY",
    )
    assert (found.funding.min_award_amount.amount, found.funding.max_award_amount.amount) == (
        "800000.00",
        "1200000.00",
    )
    assert found.identifiers.other_ids["opp:cn:document-number"].id == call.number
    assert str(found.source) == f"http://127.0.0.1:8000/projects/calls/{call.pk}/"
    assert found.description == call.text
    assert (found.funders.primary.name, found.created_at.tzinfo) == ("示例市科学技术局", UTC)
    assert found.custom_fields["clause"].value == "四(六)"


def test_a_call_for_recognition_says_what_the_policy_pays(city: City, client):
    found = OpportunityDetails.model_validate(opportunity_of(client, city.call))

    assert (found.funding.min_award_amount.amount, found.funding.max_award_amount.amount) == (
        "200000.00",
        "200000.00",
    )
    assert found.accepted_applicant_types[0].custom_value == "enterprise"
    assert found.custom_fields["programme"].value == "研究院认定"


@pytest.mark.parametrize(
    ("opens", "closes", "status"), [(5, 9, "forecasted"), (-5, 9, "open"), (-9, -1, "closed"), (0, 9, "open")]
)
@pytest.mark.parametrize("make", [CallFactory, ProjectCallFactory])
def test_its_status_is_that_of_the_moment(city, client, make, opens, closes, status):
    with clock.at(timezone.make_aware(datetime(2026, 11, 27, 12))):
        now = clock.now()
        call = make(opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes))

        assert opportunity_of(client, call)["status"]["value"] == status


def test_an_extended_call_says_when_it_was_to_close_first(city, client):
    call = ProjectCallFactory(first_closes_at=clock.now() + timedelta(days=1))

    dates = opportunity_of(client, call)["keyDates"]

    assert (
        dates["otherDates"]["firstClosing"]["date"] == f"{timezone.localtime(call.first_closes_at):%Y-%m-%d}"
    )


def test_issued_awards_name_what_was_given_to_whom_and_by_which_call(city: City, client):
    listed = AwardsListResponse.model_validate(asked(client, "awards"))

    (one,) = listed.items
    award = city.award
    assert (one.funding.awarded_amount.amount, one.funding.disbursed_amount.amount) == (
        "200000.00",
        "200000.00",
    )
    assert one.recipient_organizations.primary.name == award.host.name
    assert one.recipient_organizations.primary.identifiers.other_ids["org:cn:uscc"].id == award.host.uscc
    assert one.opportunity.id == identifier_of(Call, city.call.pk, space=SPACE)
    assert one.recipient_individual is None
    assert AwardResponse.model_validate(asked(client, f"awards/{one.id}")).data == one
    assert str(one.source) == f"http://127.0.0.1:8000{BASE}/awards/{one.id}"


def test_the_models_refuse_what_is_not_in_the_form(city, client):
    """The control: that they accept ours is worth something only where they refuse others."""
    (award,) = asked(client, "awards")["items"]
    call = asked(client, "opportunities")["items"][0]

    for broken in (
        {"funding": {"awardedAmount": {"amount": 200000}}},
        {"status": {"value": "paid"}},
        {"phone": "1"},
    ):
        with pytest.raises(ValidationError):
            AwardBase.model_validate(award | broken)
    for broken in ({"id": "12"}, {"status": {"value": "running"}}, {"createdAt": "2026-11-27 12:00"}):
        with pytest.raises(ValidationError):
            OpportunityDetails.model_validate(call | broken)


def test_pages_are_as_long_as_asked_for(city, client):
    total = asked(client, "opportunities")["paginationInfo"]["totalItems"]

    first, second = (asked(client, "opportunities", page=page, pageSize=1) for page in (1, 2))

    assert first["items"] != second["items"]
    assert first["paginationInfo"] == {"page": 1, "pageSize": 1, "totalItems": total, "totalPages": total}
    assert asked(client, "opportunities", page=99)["items"] == []
    assert asked(client, "opportunities", pageSize=5000)["paginationInfo"]["pageSize"] == 100


@pytest.mark.parametrize("terms", [{"page": "0"}, {"page": "x"}, {"pageSize": "-1"}, {"pageSize": "1.5"}])
@pytest.mark.parametrize("path", ["opportunities", "awards"])
def test_a_page_that_is_none_is_malformed(city, client, path, terms):
    assert client.get(f"{BASE}/{path}", terms).status_code == 422


@pytest.mark.parametrize("path", ["opportunities", "awards"])
def test_what_is_not_published_is_not_found(city: City, client, path):
    draft, waiting = CallFactory(drafted=True), Award.objects.exclude(pk=city.award.pk).first()
    unknown = [
        identifier_of(Call, draft.pk, space=SPACE),
        identifier_of(Award, waiting.pk, space=SPACE),
        identifier_of(Call, city.call.pk, space="another-city"),
        UUID("12345678-1234-4234-8234-123456789abc"),
    ]
    for identifier in unknown:
        answer = client.get(f"{BASE}/{path}/{identifier}")
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (404, "*")
        assert Error.model_validate(answer.json()).status == 404


def test_identifiers_are_found_again_and_belong_to_one_kind_in_one_city():
    every = {
        identifier_of(model, key, space=space)
        for model in (Call, ProjectCall, Award)
        for space in (SPACE, "another-city")
        for key in (0, 1, 2**62 - 1)
    }

    assert len(every) == 18
    for one in every:
        assert (one.version, one.variant) == (8, "specified in RFC 4122")
    found = identifier_of(Call, 77, space=SPACE)
    assert key_of(found, Call, space=SPACE) == 77
    assert key_of(found, ProjectCall, space=SPACE) is None
    assert key_of(found, Call, space="another-city") is None
    assert json.dumps(str(found)) == json.dumps(str(identifier_of(Call, 77, space=SPACE)))


@pytest.mark.parametrize(
    ("path", "more"), [("opportunities", CallFactory), ("opportunities", ProjectCallFactory)]
)
def test_a_list_asks_the_database_as_often_for_many_as_for_few(city, client, path, more):
    def look() -> int:
        with CaptureQueriesContext(connection) as queries:
            asked(client, path, pageSize=100)
        return len(queries)

    few = look()
    more.create_batch(3)

    assert look() == few
