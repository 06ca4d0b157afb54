"""The pages of the decision: ranking and cut line, a draft, its preview and release; who gets how far."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.roles import Role
from institutes import services
from institutes.enums import ApplicationState as S
from institutes.models import DecisionBatch
from notices.models import PublicNotice
from records import clock
from tests.factories.accounts import UserFactory, person
from tests.factories.institutes import (
    ApplicationVersionFactory,
    CallFactory,
    IndustryChainFactory,
    RecognitionEditionFactory,
    SiteVisitFactory,
)
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db
LIST = "institutes:decision-list"


@pytest.fixture(autouse=True)
def _rules():
    publish_rules()
    RecognitionEditionFactory()


def waiting(call, **fields):
    fields = {f"application__{name}": value for name, value in fields.items()}
    application = SiteVisitFactory(
        application__call=call,
        application__chain=IndustryChainFactory(),
        application__state=S.PENDING_DECISION,
        **fields,
    ).application
    ApplicationVersionFactory(application=application)
    return application


def a_draft(*applications):
    return services.draft_decisions(
        call=applications[0].call,
        minute_number="示例纪要〔2026〕1 号",
        meeting_on=clock.today(),
        items=[{"application": one, "outcome": "shortlist"} for one in applications],
        by=UserFactory(),
    )


def typed(call, *rows, **fields):
    """The form as a browser sends it: each application with its outcome, cause and reason."""
    codes = ("item", "outcome", "cause", "reason")
    columns = {f"items_{code}": [row[place] for row in rows] for place, code in enumerate(codes)}
    return (
        {"call": call.pk, "minute_number": "示例纪要〔2026〕1 号", "meeting_on": str(clock.today())}
        | columns
        | fields
    )


def sign_in(client, role):
    user = person(role)
    client.force_login(user)
    return user


def test_a_clerk_drafts_and_an_approver_releases_what_was_previewed(client):
    call = CallFactory()
    chosen, out, left = waiting(call), waiting(call), waiting(call)
    sign_in(client, Role.BUREAU_CLERK)
    rows = [
        (chosen.pk, "shortlist", "", ""),
        (out.pk, "reject", "weak_plan", "目标与投入不匹配。"),
        (left.pk, "", "", ""),
    ]

    response = client.post(reverse("institutes:decision-new"), typed(call, *rows))

    batch = DecisionBatch.objects.get()
    assert (response.status_code, response.url) == (302, batch.get_absolute_url())
    assert "申报单位、县级和公众都看不到以下结果" in client.get(batch.get_absolute_url()).text
    sign_in(client, Role.BUREAU_APPROVER)
    page = client.post(reverse("institutes:decision-batch-preview", args=[batch.pk]))
    assert page.status_code == 200
    for words in ("以下内容尚未发出", chosen.institute_name, "结果告知书", "目标与投入不匹配。"):
        assert words in page.text
    url = reverse("institutes:decision-batch-move", args=[batch.pk, "release"])
    key = uuid4()
    for _press in range(2):
        assert client.post(url, {"revision": 1, "key": key}).status_code == 302
    for application in (chosen, out, left):
        application.refresh_from_db()
    assert [one.state for one in (chosen, out, left)] == [
        S.PUBLICITY,
        S.CLOSED_DECISION,
        S.PENDING_DECISION,
    ]
    assert PublicNotice.objects.count() == 1


def test_a_release_is_asked_for_on_its_preview_alone(client):
    batch = a_draft(waiting(CallFactory()))
    sign_in(client, Role.BUREAU_APPROVER)
    url = reverse("institutes:decision-batch-move", args=[batch.pk, "release"])

    for page in (client.get(url), client.get(batch.get_absolute_url())):
        assert page.status_code == 200
        assert reverse("institutes:decision-batch-preview", args=[batch.pk]) in page.text
        assert 'name="revision"' not in page.text
    assert client.post(url, {}).status_code == 422


def test_a_draft_changed_since_its_preview_is_not_released(client):
    batch = a_draft(waiting(CallFactory()))
    DecisionBatch.objects.update(revision=2)
    sign_in(client, Role.BUREAU_APPROVER)
    url = reverse("institutes:decision-batch-move", args=[batch.pk, "release"])

    response = client.post(url, {"revision": 1, "key": uuid4()})

    assert (response.status_code, PublicNotice.objects.count()) == (409, 0)
    assert "重新预览" in response.text


def test_the_form_of_a_draft_shows_what_was_put_down_and_changes_it(client):
    call = CallFactory()
    first, second = waiting(call, review_score="90.00"), waiting(call, review_score="80.00")
    batch = a_draft(first)
    sign_in(client, Role.BUREAU_CLERK)
    url = reverse("institutes:decision-batch-edit", args=[batch.pk])
    page = client.get(url).text
    assert f"1. {first}" in page
    assert '<option value="shortlist" selected>' in page

    client.post(url, typed(call, (first.pk, "", "", ""), (second.pk, "shortlist", "", "")))

    batch.refresh_from_db()
    assert (batch.revision, batch.items.get().application) == (2, second)


def test_what_stands_in_another_draft_is_not_offered(client):
    call = CallFactory()
    drafted, free = waiting(call), waiting(call)
    a_draft(drafted)
    sign_in(client, Role.BUREAU_CLERK)

    page = client.get(reverse("institutes:decision-new"))
    answer = client.post(reverse("institutes:decision-new"), typed(call, (drafted.pk, "shortlist", "", "")))

    assert [one.pk for one in page.context["form"].ranked] == [free.pk]
    assert f'name="call" value="{call.pk}"' in page.text
    assert answer.status_code == 422
    assert "不在待审议名单中" in answer.text


def test_the_list_draws_the_line_of_the_places_left_and_moves_it_to_look(client):
    call = CallFactory()
    for score in ("90.00", "80.00", "80.00", "70.00"):
        waiting(call, review_score=score)
    sign_in(client, Role.BUREAU_APPROVER)

    drawn = {places: client.get(reverse(LIST), {"places": places}).context["cut"] for places in (1, 2, 9)}
    first = client.get(reverse(LIST)).context["cut"]

    assert [(cut.after, cut.tied) for cut in (*drawn.values(), first)] == [
        (1, False),
        (2, True),
        (4, False),
        (4, False),
    ]


def test_the_decision_list_says_what_breaks_a_tie_as_the_review_does(client):
    waiting(CallFactory(), review_tie_label="示例维度")
    sign_in(client, Role.BUREAU_APPROVER)

    assert "得分相同的先比示例维度得分，再比县级推荐时间" in client.get(reverse(LIST)).text


@pytest.mark.parametrize(
    ("role", "read", "draft", "preview"),
    [
        (Role.BUREAU_CLERK, 200, 200, 403),
        (Role.BUREAU_APPROVER, 200, 403, 200),
        (Role.AUDITOR, 200, 403, 403),
        (Role.COUNTY_STAFF, 403, 403, 404),
        (Role.ENT_ADMIN, 403, 403, 404),
        (Role.AGENCY, 403, 403, 404),
    ],
)
def test_who_reads_drafts_and_previews(client, role, read, draft, preview):
    batch = a_draft(waiting(CallFactory()))
    sign_in(client, role)

    assert client.get(reverse(LIST)).status_code == read
    assert client.get(batch.get_absolute_url()).status_code == (200 if read == 200 else 404)
    assert client.get(reverse("institutes:decision-new")).status_code == draft
    assert client.post(reverse("institutes:decision-batch-preview", args=[batch.pk])).status_code == preview
