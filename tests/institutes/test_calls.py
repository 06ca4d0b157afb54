"""Calls: drawn up by one, published by another, refused with every reason, never changed afterwards."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from institutes import services
from institutes.models import Call
from notices.models import Notice
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory, CallFactory, RecognitionEditionFactory

pytestmark = pytest.mark.django_db


def terms(**more):
    now = clock.now()
    return {
        "title": "示例申报通知",
        "number": "示科〔2026〕88 号",
        "year": 2026,
        "opens_at": now,
        "closes_at": now + timedelta(days=30),
        "guide": "示例指南",
        **more,
    }


def test_a_draft_takes_the_edition_in_force_and_tells_the_approver():
    edition, clerk, approver = (
        RecognitionEditionFactory(),
        person(Role.BUREAU_CLERK),
        person(Role.BUREAU_APPROVER),
    )

    call = services.draft_call(**terms(), by=clerk)

    assert (call.edition, call.drafted_by, call.state) == (edition, clerk, "draft")
    assert audit.history(call).get().actor == clerk
    assert Notice.objects.filter(recipient=approver).count() == 1


def test_a_draft_names_everything_that_is_missing():
    RecognitionEditionFactory()

    with pytest.raises(Incomplete) as refused:
        services.draft_call(
            **terms(title=" ", guide="", closes_at=clock.now() - timedelta(days=1)),
            by=person(Role.BUREAU_CLERK),
        )

    assert {reason.field for reason in refused.value.reasons} == {"title", "guide", "closes_at"}
    assert not Call.objects.exists()


def test_a_number_is_used_once():
    earlier = CallFactory()

    with pytest.raises(Conflict):
        services.draft_call(**terms(number=earlier.number), by=person(Role.BUREAU_CLERK))


def test_another_person_publishes_and_units_are_told():
    call, approver, filler = CallFactory(drafted=True), person(Role.BUREAU_APPROVER), person(Role.ENT_FILLER)

    services.publish_call(call=call, by=approver)

    call.refresh_from_db()
    assert (call.state, call.published_by) == ("published", approver)
    assert Notice.objects.filter(recipient=filler).exists()


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.BUREAU_APPROVER, "发布通知"), (Role.BUREAU_CLERK, "可修改，等待审批人发布")],
)
def test_the_page_of_a_draft_says_whose_turn_it_is(client, role, words):
    client.force_login(person(role))

    page = client.get(CallFactory(drafted=True).get_absolute_url()).content.decode()
    said = page.partition("我的下一步")[2].partition("</dd>")[0]

    assert words in said
    assert "待发布，申报截止" in page


def test_who_drew_it_up_does_not_publish():
    call = CallFactory(drafted=True)

    with pytest.raises(SamePerson):
        services.publish_call(call=call, by=call.drafted_by)


def test_a_call_whose_window_is_over_is_not_published():
    call = CallFactory(drafted=True, over=True)

    with pytest.raises(Conflict):
        services.publish_call(call=call, by=person(Role.BUREAU_APPROVER))

    call.refresh_from_db()
    assert (call.state, call.published_at) == ("draft", None)


def test_a_draft_is_revised_and_a_published_call_is_not():
    draft, published, clerk = CallFactory(drafted=True), CallFactory(), person(Role.BUREAU_CLERK)

    services.revise_call(call=draft, by=clerk, title="改过的名称")
    draft.refresh_from_db()
    assert (draft.title, draft.drafted_by) == ("改过的名称", clerk)
    with pytest.raises(IllegalMove):
        services.revise_call(call=published, by=clerk, title="改过的名称")


def test_a_draft_is_discarded_with_a_reason():
    call, clerk = CallFactory(drafted=True), person(Role.BUREAU_CLERK)

    with pytest.raises(Incomplete):
        services.discard_call(call=call, reason=" ", by=clerk)
    services.discard_call(call=call, reason="重复", by=clerk)

    assert audit.history(call).get().reason == "重复"


# --- pages ----------------------------------------------------------------------------------------------------------


def form(**more):
    now = clock.now()
    edition = RecognitionEditionFactory()
    moment = "%Y-%m-%dT%H:%M"
    return {
        "kind": "recognition",
        "title": "示例申报通知",
        "number": "示科〔2026〕99 号",
        "year": 2026,
        "opens_at": now.strftime(moment),
        "closes_at": (now + timedelta(days=30)).strftime(moment),
        "edition": edition.pk,
        "form_edition": "2022",
        "guide": "示例指南",
        **more,
    }


def test_a_clerk_draws_up_a_call_on_the_page(client):
    client.force_login(person(Role.BUREAU_CLERK))

    response = client.post("/calls/new/", form())

    assert response.url == Call.objects.get().get_absolute_url()
    assert client.get(response.url).status_code == 200


def test_a_malformed_call_is_shown_again_with_what_was_typed(client):
    client.force_login(person(Role.BUREAU_CLERK))

    response = client.post("/calls/new/", form(year="abc"))

    assert (response.status_code, Call.objects.count()) == (422, 0)
    assert "示例指南" in response.text


@pytest.mark.parametrize("role", [Role.ENT_FILLER, Role.COUNTY_STAFF, Role.BUREAU_APPROVER])
def test_others_do_not_draw_up_calls(client, role):
    client.force_login(person(role))

    assert client.get("/calls/new/").status_code == 403


def test_a_draft_is_hidden_from_units(client):
    call = CallFactory(drafted=True)
    client.force_login(person(Role.ENT_FILLER))

    assert client.get(f"/calls/{call.pk}/").status_code == 404
    assert call.title not in client.get("/calls/").text


def test_the_list_asks_the_same_number_of_questions_for_one_row_and_for_three(
    client, django_assert_num_queries
):
    client.force_login(person(Role.BUREAU_CLERK))
    CallFactory()
    client.get("/calls/")
    with CaptureQueriesContext(connection) as one:
        client.get("/calls/")
    CallFactory.create_batch(2)

    with django_assert_num_queries(len(one)):
        client.get("/calls/")


def test_the_page_of_a_call_leads_to_one_s_own_application(client):
    filler = person(Role.ENT_FILLER)
    mine = ApplicationFactory(host=filler.organisations[0])
    other = ApplicationFactory(call=mine.call)
    client.force_login(filler)

    page = client.get(mine.call.get_absolute_url()).text

    assert mine.get_absolute_url() in page
    assert other.get_absolute_url() not in page


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("draft", None),
        ("county_review", None),
        ("withdrawn", "重新申报"),
        ("closed_formal", "重新申报"),
        ("recognised", None),
    ],
)
def test_a_unit_may_apply_again_once_its_case_is_over_without_success(client, state, offered):
    filler = person(Role.ENT_FILLER)
    mine = ApplicationFactory(host=filler.organisations[0], state=state)
    client.force_login(filler)

    page = client.get(mine.call.get_absolute_url())

    assert page.context["beginners"] == (filler.organisations if offered else [])
    assert (f"{mine.call.get_absolute_url()}apply/" in page.text) is bool(offered)
    assert ("重新申报" in page.text) is bool(offered)


def test_several_applications_of_a_unit_in_a_call_are_told_apart(client):
    filler = person(Role.ENT_FILLER)
    first = ApplicationFactory(host=filler.organisations[0], state="withdrawn")
    ApplicationFactory(host=first.host, call=first.call, state="county_review")
    client.force_login(filler)

    page = client.get(first.call.get_absolute_url()).text

    assert f"查看我的申报（{first.get_state_display()}）" in page
    assert page.count("查看我的申报（") == 2


def test_a_unit_that_is_busy_in_another_call_is_not_asked_to_begin(client):
    filler = person(Role.ENT_FILLER)
    ApplicationFactory(host=filler.organisations[0], state="county_review")
    client.force_login(filler)

    assert "开始申报</a>" not in client.get(CallFactory().get_absolute_url()).text


def test_the_criteria_say_of_what_where_one_of_several_is_enough(client):
    client.force_login(person(Role.ENT_FILLER))

    page = client.get(CallFactory().get_absolute_url()).text

    assert "发明专利 ≥ 1 件，或其他知识产权 ≥ 3 件" in page
    assert "研发费用占营业收入 ≥ 3 %，或研发费用 ≥ 300 万元" in page
