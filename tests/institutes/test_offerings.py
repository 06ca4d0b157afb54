"""What institutes offer: entered by the unit, checked by the county, read by everybody, hidden with its institute."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from institutes import integrity
from institutes.desk import OFFERING_DESK
from institutes.enums.offerings import OfferingState as S
from institutes.lifecycle.offerings import OFFERING
from institutes.models import OfferingWording, ServiceOffering
from institutes.permissions.offerings import OFFERING_WHO, may_draft_offerings, may_revise_offering
from institutes.selectors import offerings as reads
from institutes.services import offerings as services
from institutes.services.ending import end_what_is_open
from notices.models import Notice
from records import audit, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import person, system_user
from tests.factories.institutes import RecognitionEditionFactory, RecognitionFactory
from tests.factories.offerings import ServiceOfferingFactory

pytestmark = pytest.mark.django_db
LAWFUL = {
    (S.DRAFT, "hand_in"): S.CHECKING,
    (S.CHECKING, "return"): S.DRAFT,
    (S.CHECKING, "publish"): S.PUBLISHED,
    (S.PUBLISHED, "reopen"): S.DRAFT,
    **{(state, "take_down"): S.DRAFT for state in (S.DRAFT, S.CHECKING, S.PUBLISHED)},
    **{(state, move): S.WITHDRAWN for state in (S.DRAFT, S.CHECKING, S.PUBLISHED) for move in ("withdraw", "lapse")},
}  # fmt: skip
MAY = {
    Role.ENT_FILLER: {"hand_in", "reopen", "withdraw"},
    Role.ENT_ADMIN: {"hand_in", "reopen", "withdraw"},
    Role.COUNTY_STAFF: {"return", "publish", "take_down"},
    Role.BUREAU_CLERK: {"take_down"},
    Role.SYSTEM: {"lapse"},
}
CATALOGUE = reverse("institutes:services")
LIST = reverse("institutes:offering-list")


def facts(**changed) -> dict:
    return {
        "kind": "testing",
        "title": "材料成分检测",
        "content": "按国家标准检测。",
        "audience": "",
        "price": "按项目收费",
        "booking": "电话预约",
        "contact_office": "检测中心",
        "contact_phone": "0311-88880000",
        "address": "",
    } | changed


@pytest.fixture
def institute():
    RecognitionEditionFactory()
    return RecognitionFactory().institute


@pytest.fixture
def filler(institute):
    return person(Role.ENT_FILLER, organisation=institute.host)


@pytest.fixture
def staff(institute):
    return person(Role.COUNTY_STAFF, division=institute.division.code)


@pytest.fixture
def draft(institute, filler):
    return lambda **changed: services.draft_offering(institute=institute, **facts(**changed), by=filler)


@pytest.mark.parametrize("action", sorted(OFFERING.moves))
@pytest.mark.parametrize("state", S)
def test_offering_table(state, action):
    assert OFFERING.allows(ServiceOffering(state=state), action) == ((state, action) in LAWFUL)
    if (state, action) in LAWFUL:
        assert OFFERING.moves[action].target == LAWFUL[state, action]


@pytest.mark.parametrize("role", Role)
def test_role_may_take_these_moves_and_no_other(role):
    offering = ServiceOfferingFactory()
    place = {"division": offering.division.code}
    if role in (Role.ENT_FILLER, Role.ENT_ADMIN):
        place = {"organisation": offering.host}
    user = system_user() if role == Role.SYSTEM else person(role, **place)
    stranger = person(Role.ENT_FILLER) if role == Role.ENT_FILLER else None

    assert {action for action, grant in OFFERING_WHO.items() if grant(user, offering)} == MAY.get(role, set())
    assert stranger is None or not any(grant(stranger, offering) for grant in OFFERING_WHO.values())


@pytest.mark.parametrize(
    ("state", "change", "name"),
    [
        (S.DRAFT, {"state": "lost"}, "state_known"),
        (S.DRAFT, {"state": S.PUBLISHED}, "(handed_in|published)_by_somebody"),
        (S.DRAFT, {"state": S.CHECKING}, "handed_in_by_somebody"),
        (S.PUBLISHED, {"published_by": None}, "published_at_published_by"),
        (S.DRAFT, {"price": ""}, "says_what"),
        (S.DRAFT, {"contact_phone": ""}, "says_where"),
    ],
)
def test_a_service_cannot_be_stored_without_its_evidence(state, change, name):
    row = ServiceOffering.objects.filter(pk=ServiceOfferingFactory(state=state).pk)

    with pytest.raises(IntegrityError, match=f'"institutes_serviceoffering_{name}'), transaction.atomic():
        row.update(**change)


def test_from_the_unit_to_everybody(draft, filler, staff, client):
    offering = draft()
    services.hand_in_offering(offering=offering, by=filler)
    waiting = deadlines.current(offering)
    assert offering.title not in client.get(CATALOGUE).text
    services.publish_offering(offering=offering, by=staff)

    assert (waiting.holder_role, waiting.working_days) == (Role.COUNTY_STAFF, 5)
    page = client.get(reverse("institutes:service", args=[offering.pk])).text
    assert "材料成分检测" in page
    assert "0311-88880000" in page
    assert "材料成分检测" in client.get(CATALOGUE, {"kind": "testing"}).text
    assert [event.verb.rpartition(".")[2] for event in audit.history(offering)] == [
        "begin",
        "hand_in",
        "publish",
    ]
    assert Notice.objects.filter(recipient=staff, title__startswith="待县级核对").exists()
    assert Notice.objects.filter(recipient=filler, title__startswith="开放服务已公开").exists()


def test_who_handed_in_does_not_publish(draft, filler):
    offering = draft()
    services.hand_in_offering(offering=offering, by=filler)

    with pytest.raises(SamePerson):
        services.publish_offering(offering=offering, by=filler)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"price": ""}, "price"),
        ({"contact_phone": "13812345678"}, "contact_phone"),
        ({"content": "联系张工 13912345678"}, "contact_phone"),
        ({"booking": "加微信 138 再说"}, ""),
        ({"contact_phone": "来人面谈"}, "contact_phone"),
        ({"contact_phone": "0311-12345678、87654321"}, ""),
    ],
)
def test_what_everybody_may_not_read_is_refused(draft, changed, field):
    if not field:
        assert draft(**changed).pk
        return
    with pytest.raises(Incomplete) as refused:
        draft(**changed)

    assert field in [reason.field for reason in refused.value.reasons]


def test_a_title_stands_once_until_it_is_withdrawn(draft, filler):
    first = draft()
    with pytest.raises(Conflict, match="同名服务"):
        draft()
    services.withdraw_offering(offering=first, reason="设备停用。", by=filler)

    assert draft().pk != first.pk


@pytest.fixture
def published(draft, filler, staff):
    offering = draft()
    services.hand_in_offering(offering=offering, by=filler)
    return services.publish_offering(offering=offering, by=staff)


def test_what_is_public_is_changed_only_after_it_was_opened(published, filler):
    offering = published
    with pytest.raises(IllegalMove, match="修改内容"):
        services.revise_offering(offering=offering, **facts(price="免费"), by=filler)
    services.reopen_offering(offering=offering, by=filler)
    services.revise_offering(offering=offering, **facts(price="免费"), by=filler)

    offering.refresh_from_db()
    assert (offering.state, offering.price) == (S.DRAFT, "免费")


def test_everybody_reads_the_former_words_until_the_new_ones_were_checked(published, filler, staff, client):
    page = reverse("institutes:service", args=[published.pk])

    def told() -> list[bool]:
        texts = [client.get(page).text, client.get(CATALOGUE).text, client.get(CATALOGUE, {"q": "显微"}).text]
        return [word in text for text in texts for word in ("按项目收费", "每样 60 元")]

    services.reopen_offering(offering=published, by=filler)
    changed = facts(price="每样 60 元", content="显微组织检测。")
    services.revise_offering(offering=published, **changed, by=filler)
    services.hand_in_offering(offering=published, by=filler)
    former = told()
    client.force_login(staff)
    card = client.get(published.get_absolute_url()).text
    services.publish_offering(offering=published, by=staff)

    assert former == [True, False, True, False, False, False]
    assert told() == [False, True, False, True, False, True]
    assert "公开页面仍显示" in card
    first, second = published.wordings.order_by("pk")
    assert (first.hidden_at, second.hidden_at) == (second.published_at, None)
    assert integrity.what_stands_is_what_was_published() == []


def test_the_county_takes_down_what_stands_while_a_change_of_it_is_under_way(
    published, filler, staff, client
):
    services.reopen_offering(offering=published, by=filler)
    open_to = {offer.action for offer in OFFERING_DESK.offers(staff, published)}
    services.take_down_offering(offering=published, reason="价格不实。", by=staff)

    assert open_to == {"take_down"}
    assert client.get(reverse("institutes:service", args=[published.pk])).status_code == 404
    assert [offer.action for offer in OFFERING_DESK.offers(staff, published)] == []
    with pytest.raises(Conflict, match="没有公开的内容"):
        services.take_down_offering(offering=published, reason="价格不实。", by=staff)


def test_a_title_that_is_still_shown_is_not_given_to_another(published, filler, draft):
    services.reopen_offering(offering=published, by=filler)
    services.revise_offering(offering=published, **facts(title="新名称"), by=filler)

    with pytest.raises(Conflict, match="同名服务"):
        draft()


def test_the_nightly_check_finds_what_is_shown_without_having_been_checked(published):
    OfferingWording.objects.update(price="面议")
    stopped = ServiceOfferingFactory(state=S.PUBLISHED)
    ServiceOffering.objects.filter(pk=stopped.pk).update(state=S.WITHDRAWN)

    found = integrity.what_stands_is_what_was_published()

    assert [f"{stopped.pk}“" in found[0], f"{published.pk}“" in found[1]] == [True, True]
    assert len(found) == 2


def test_county_and_bureau_take_it_down_at_once(client):
    offering = ServiceOfferingFactory(state=S.PUBLISHED)
    services.take_down_offering(offering=offering, reason="价格已变。", by=person(Role.BUREAU_CLERK))

    assert client.get(reverse("institutes:service", args=[offering.pk])).status_code == 404
    assert offering.title not in client.get(CATALOGUE).text


def test_services_are_hidden_and_end_with_their_institute(client):
    stopped = ServiceOfferingFactory(state=S.PUBLISHED, recognition=RecognitionFactory(suspended=True))
    revoked = ServiceOfferingFactory(state=S.PUBLISHED, recognition=RecognitionFactory(revoked=True))
    kept = ServiceOfferingFactory(state=S.PUBLISHED)
    end_what_is_open(revoked.institute.recognition, "认定已撤销。", by=system_user(), at=clock.now())

    page = client.get(CATALOGUE).text
    assert [one.title in page for one in (stopped, revoked, kept)] == [False, False, True]
    revoked.refresh_from_db()
    assert revoked.state == S.WITHDRAWN


def test_of_an_institute_that_is_none_nothing_is_entered(filler, institute):
    revoked = RecognitionFactory(revoked=True).institute

    with pytest.raises(Conflict, match="不在册"):
        services.draft_offering(institute=revoked, **facts(), by=filler)
    assert list(reads.institutes_to_offer(filler)) == [institute]


@pytest.mark.parametrize("state", S)
def test_a_unit_sees_its_own_county_and_city_what_was_handed_in(state):
    offering = ServiceOfferingFactory(state=state)
    people = {
        "unit": person(Role.ENT_FILLER, organisation=offering.host),
        "other": person(Role.ENT_FILLER),
        "county": person(Role.COUNTY_LEAD, division=offering.division.code),
        "away": person(Role.COUNTY_STAFF, division="130184"),
        "auditor": person(Role.AUDITOR),
        "tax": person(Role.TAX),
    }
    seen = {name: reads.offerings_visible_to(user).exists() for name, user in people.items()}

    told = state != S.DRAFT
    assert seen == {
        "unit": True,
        "other": False,
        "county": told,
        "away": False,
        "auditor": told,
        "tax": False,
    }
    assert may_revise_offering(people["unit"], offering) == (state == S.DRAFT)
    assert not may_draft_offerings(people["other"], offering.institute)


# --- pages and API ----------------------------------------------------------------------------------------------------


def test_the_unit_enters_and_changes_it_on_the_page(client, filler, institute):
    client.force_login(filler)
    wrong = client.post(reverse("institutes:offering-new"), facts(institute=institute.pk, kind="none"))
    response = client.post(reverse("institutes:offering-new"), facts(institute=institute.pk))

    offering = ServiceOffering.objects.get()
    assert (wrong.status_code, response.url) == (422, offering.get_absolute_url())
    edit = reverse("institutes:offering-edit", args=[offering.pk])
    assert "材料成分检测" in client.get(edit).text
    client.post(edit, facts(title="材料性能检测"))
    offering.refresh_from_db()
    assert offering.title == "材料性能检测"
    assert "材料性能检测" in client.get(LIST).text


def test_the_county_checks_on_the_page(client, draft, filler, staff):
    offering = draft()
    services.hand_in_offering(offering=offering, by=filler)
    client.force_login(staff)
    assert "核对无误，公开" in client.get(offering.get_absolute_url()).text

    client.post(reverse("institutes:offering-move", args=[offering.pk, "publish"]))

    offering.refresh_from_db()
    assert offering.state == S.PUBLISHED


def test_the_catalogue_can_be_searched_and_taken_away(client):
    first, second = ServiceOfferingFactory.create_batch(2, state=S.PUBLISHED)

    page = client.get(CATALOGUE, {"q": first.institute.name}).text
    table = b"".join(client.get(reverse("institutes:services-export", args=["csv"]))).decode()

    assert (first.title in page, second.title in page) == (True, False)
    assert first.title in table
    assert second.contact_phone in table


def test_a_program_enters_hands_in_and_the_county_publishes(client, filler, staff, institute):
    client.force_login(filler)
    json = {"content_type": "application/json"}
    made = client.post("/api/v1/service-offerings/", facts(institute=institute.pk), **json)
    url = f"/api/v1/service-offerings/{made.json()['id']}/"
    assert client.patch(url, {"price": "免费"}, **json).json()["price"] == "免费"
    assert client.post(f"{url}moves/hand_in/", {}, **json).status_code == 200
    client.force_login(staff)

    assert client.post(f"{url}moves/publish/", {}, **json).json()["state"] == "published"
    assert client.patch(url, {"price": "1 元"}, **json).status_code == 403
