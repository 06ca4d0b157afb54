"""A county's own policies: drafted by one, published by another, never edited since; versions, repeal, public pages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from institutes import permissions, selectors, services
from institutes.enums import CountyPolicyState as C
from institutes.forms.calls import CallFilter
from institutes.forms.county_policies import PublicPolicyFilter
from institutes.forms.filters import FormalFilter
from institutes.lifecycle import COUNTY_POLICY
from institutes.models import CountyPolicy, CountyPolicyMeasure
from notices.models import Notice
from records import audit, clock, deadlines
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import person, system_user
from tests.factories.institutes import CountyPolicyFactory, RecognitionEditionFactory
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db
LAWFUL = {
    (C.DRAFT, "hand_up"): C.SIGNING,
    (C.DRAFT, "discard"): C.DISCARDED,
    (C.SIGNING, "send_back"): C.DRAFT,
    (C.SIGNING, "publish"): C.PUBLISHED,
    (C.SIGNING, "discard"): C.DISCARDED,
    (C.PUBLISHED, "supersede"): C.SUPERSEDED,
    (C.PUBLISHED, "repeal"): C.REPEALED,
}
MAY = {
    Role.COUNTY_STAFF: {"hand_up"},
    Role.COUNTY_LEAD: {"send_back", "publish", "discard", "repeal"},
    Role.SYSTEM: {"supersede"},
}
PUBLIC = reverse("institutes:local-policies")
LIST = reverse("institutes:county-policy-list")


def facts(**changed) -> dict:
    return {
        "title": "示例区支持产业技术研究院若干措施",
        "number": "示区发〔2026〕7号",
        "issued_on": date(2026, 3, 1),
        "valid_from": date(2026, 3, 10),
        "measures": [
            {"item": "construction", "content": "一次性支持", "amount": Decimal("100000.00")},
            {"item": "county_budget", "content": "列入年度预算", "amount": None},
        ],
        "file": pdf_upload("文件.pdf"),
    } | changed


@pytest.fixture
def staff():
    RecognitionEditionFactory()
    return person(Role.COUNTY_STAFF)


@pytest.fixture
def lead():
    return person(Role.COUNTY_LEAD)


@pytest.fixture
def draft(staff):
    division = selectors.division_to_propose_for(staff)
    return lambda **changed: services.draft_county_policy(division=division, **facts(**changed), by=staff)


def published(policy, staff, lead):
    services.hand_up_county_policy(policy=policy, by=staff)
    return services.publish_county_policy(policy=policy, by=lead)


# --- the table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(COUNTY_POLICY.moves))
@pytest.mark.parametrize("state", C)
def test_policy_table(state, action):
    assert COUNTY_POLICY.allows(CountyPolicy(state=state), action) == ((state, action) in LAWFUL)
    if (state, action) in LAWFUL:
        assert COUNTY_POLICY.moves[action].target == LAWFUL[state, action]


@pytest.mark.parametrize("role", Role)
def test_role_may_take_these_moves_and_no_other(role):
    policy = CountyPolicyFactory(state=C.SIGNING)
    user = system_user() if role == Role.SYSTEM else person(role, division=policy.division.code)
    taken = {action for action, grant in permissions.COUNTY_POLICY_WHO.items() if grant(user, policy)}

    assert taken == MAY.get(role, set())


@pytest.mark.parametrize("state", C)
def test_a_county_sees_its_own_and_the_city_what_was_published(state):
    policy = CountyPolicyFactory(state=state)
    seen = {
        role: selectors.county_policies_visible_to(person(role)).exists()
        for role in (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.AUDITOR, Role.ENT_ADMIN)
    }
    stranger = person(Role.COUNTY_STAFF, division="130104")

    assert list(seen.values()) == [True, True, policy.is_issued, policy.is_issued, False]
    assert not selectors.county_policies_visible_to(stranger).exists()
    assert not permissions.may_revise_county_policy(stranger, policy)
    assert not permissions.may_renew_county_policy(stranger, policy)


# --- what the database refuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "change", "name"),
    [
        (C.DRAFT, {"state": "lost"}, "state_known"),
        (C.DRAFT, {"state": C.PUBLISHED}, "published_by_somebody"),
        (C.PUBLISHED, {"published_by": None}, "published_at_published_by"),
        (C.PUBLISHED, {"file": None}, "published_with_file"),
        (C.PUBLISHED, {"state": C.REPEALED}, "repealed_(by_somebody|with_reason)"),
        (C.REPEALED, {"repealed_on": None}, "repealed_wholly"),
        (C.REPEALED, {"repeal_reason": ""}, "repealed_with_reason"),
        (C.DRAFT, {"valid_from": date(2025, 1, 1)}, "issued_on_not_after_valid_from"),
        (C.DRAFT, {"valid_to": date(2026, 1, 6)}, "valid_from_not_after_valid_to"),
        (C.DRAFT, {"version": 0}, "version_positive"),
    ],
)
def test_a_policy_cannot_be_stored_without_its_evidence(state, change, name):
    row = CountyPolicy.objects.filter(pk=CountyPolicyFactory(state=state).pk)

    with (
        pytest.raises(IntegrityError, match=f'"institutes_countypolicy_{name}"'),
        transaction.atomic(),
    ):
        row.update(**change)


def test_two_people_one_number_one_successor_and_money_above_zero():
    policy = CountyPolicyFactory(state=C.PUBLISHED)
    CountyPolicyFactory(replaces=policy)

    for refused, name in (
        (lambda: CountyPolicy.objects.filter(pk=policy.pk).update(published_by=policy.drafted_by), "drafted_by_not"),
        (lambda: CountyPolicyFactory(number=policy.number), "number_once"),
        (lambda: CountyPolicyFactory(replaces=policy), "one_successor"),
        (lambda: CountyPolicyMeasure.objects.update(amount="0.00"), "amount_positive"),
        (lambda: CountyPolicyMeasure.objects.update(content=""), "measure_says_something"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            refused()


# --- from draft to everybody ------------------------------------------------------------------------------------------


def test_a_document_is_drafted_signed_and_published(draft, staff, lead):
    clerk = person(Role.BUREAU_CLERK)
    policy = draft()
    services.hand_up_county_policy(policy=policy, by=staff)
    waiting = deadlines.current(policy)
    services.publish_county_policy(policy=policy, by=lead)

    policy.refresh_from_db()
    assert (policy.state, policy.drafted_by, policy.published_by) == (C.PUBLISHED, staff, lead)
    assert waiting.holder_role == Role.COUNTY_LEAD
    assert [(m.clause, m.amount) for m in policy.measures.all()] == [
        ("四(三)", Decimal("100000.00")),
        ("五(二)", None),
    ]
    assert Notice.objects.filter(recipient=lead, title=f"配套政策·待县级审签：{policy}").exists()
    assert Notice.objects.filter(recipient=clerk, title=f"县级配套政策已发布：{policy.division}").exists()
    assert audit.history(policy).filter(verb__endswith="publish").count() == 1


def test_who_drafted_does_not_publish_and_what_has_no_document_is_not_handed_up(draft, staff):
    bare, whole = draft(file=None), draft(number="示区发〔2026〕8号")
    services.hand_up_county_policy(policy=whole, by=staff)

    with pytest.raises(Incomplete, match="文件原件"):
        services.hand_up_county_policy(policy=bare, by=staff)
    with pytest.raises(SamePerson):
        services.publish_county_policy(policy=whole, by=staff)


def test_everything_that_is_wrong_is_said_at_once(draft):
    with pytest.raises(Incomplete) as refused:
        draft(
            title=" ",
            issued_on=clock.today() + timedelta(days=1),
            valid_from=date(2026, 1, 1),
            valid_to=date(2025, 1, 1),
            measures=[],
        )

    fields = [reason.field for reason in refused.value.reasons]
    assert fields == ["title", "issued_on", "valid_from", "valid_to", "measures"]


def test_the_document_is_a_pdf_and_a_number_stands_once(draft):
    with pytest.raises(BadFile):
        draft(file=pdf_upload("文件.docx"))
    draft()
    with pytest.raises(Conflict, match="已登记"):
        draft()


def test_only_a_draft_is_changed(draft, staff, lead):
    policy = draft()
    services.revise_county_policy(policy=policy, **facts(title="示例更名措施", file=None), by=staff)
    assert (policy.title, policy.file.name) == ("示例更名措施", "文件.pdf")
    published(policy, staff, lead)

    with pytest.raises(IllegalMove, match="修订为新版本"):
        services.revise_county_policy(policy=policy, **facts(), by=staff)


def test_a_new_version_takes_the_place_of_the_former_when_it_is_published(draft, staff, lead):
    former = published(draft(valid_to=clock.today() + timedelta(days=90)), staff, lead)
    assert deadlines.current(former, kind="county_policy_expiry").holder_role == Role.COUNTY_STAFF

    later = draft(number="示区发〔2026〕9号", replaces=former)
    with pytest.raises(Conflict, match="已有新版本"):
        draft(number="示区发〔2026〕10号", replaces=former)
    former.refresh_from_db()
    assert former.state == C.PUBLISHED
    published(later, staff, lead)

    former.refresh_from_db()
    assert (former.state, later.state, later.version) == (C.SUPERSEDED, C.PUBLISHED, 2)
    assert deadlines.current(former, kind="county_policy_expiry") is None
    assert selectors.versions_of(former) == selectors.versions_of(later) == [later, former]


def test_a_policy_is_repealed_from_a_day_with_a_reason(draft, staff, lead):
    policy = published(draft(), staff, lead)

    for day, words in ((date(2026, 1, 1), "不能早于"), (clock.today() + timedelta(days=1), "不能晚于")):
        with pytest.raises(Conflict, match=words):
            services.repeal_county_policy(policy=policy, repealed_on=day, reason="调整", by=lead)
    services.repeal_county_policy(policy=policy, repealed_on=clock.today(), reason="政策调整", by=lead)

    policy.refresh_from_db()
    assert (policy.state, policy.repeal_reason) == (C.REPEALED, "政策调整")


def test_counties_with_none_come_first(draft, staff, lead):
    expired = CountyPolicyFactory(state=C.PUBLISHED, valid_to=clock.today() - timedelta(days=1))
    assert expired.division in [c for c in selectors.counties_by_policy(on=clock.today()) if not c.in_force]

    policy = published(draft(), staff, lead)

    counties = list(selectors.counties_by_policy(on=clock.today()))
    assert (counties[-1], counties[-1].in_force) == (policy.division, 1)
    assert {county.in_force for county in counties[:-1]} == {0}


# --- pages ------------------------------------------------------------------------------------------------------------


def typed(**changed) -> dict:
    items = list(selectors.support_measures_on(clock.today()))
    content = ["一次性支持" if item == "construction" else "" for item in items]
    amount = ["100,000" if item == "construction" else "" for item in items]
    said = {
        "title": "示例措施",
        "number": "示区发〔2026〕7号",
        "issued_on": "2026-03-01",
        "valid_from": "2026-03-10",
    }
    rows = {"measures_item": items, "measures_content": content, "measures_amount": amount}
    return said | rows | {"file": pdf_upload("文件.pdf")} | changed


def test_staff_registers_a_document_by_page(client, staff):
    client.force_login(staff)

    response = client.post(reverse("institutes:county-policy-new"), typed())

    policy = CountyPolicy.objects.get()
    assert response.url == policy.get_absolute_url()
    assert [(m.item, m.amount) for m in policy.measures.all()] == [("construction", Decimal(100_000))]
    page = client.get(reverse("institutes:county-policy-edit", args=[policy.pk])).text
    assert "100000.00" in page


@pytest.mark.parametrize("amount", ["十万", "-5", "0", "1.234", "NaN", "Infinity", "1e30"])
def test_what_is_no_money_is_refused_at_its_table(client, staff, amount):
    client.force_login(staff)
    wrong = typed()
    wrong["measures_amount"] = [amount if one else "" for one in wrong["measures_amount"]]

    response = client.post(reverse("institutes:county-policy-new"), wrong)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["measures"]


def test_the_city_reads_which_counties_have_none(client, staff, lead):
    CountyPolicyFactory(state=C.PUBLISHED)
    CountyPolicyFactory(title="示例未发布草稿")
    client.force_login(person(Role.BUREAU_CLERK))

    response = client.get(LIST)

    assert "22 个没有现行配套政策" in response.text
    assert "示例未发布草稿" not in response.text
    client.force_login(staff)
    assert "没有现行配套政策" not in client.get(LIST).text


def read(client, policy, part: str) -> int:
    """The status of a public page of it, read to its end."""
    response = client.get(reverse(f"institutes:local-policy{part}", args=[policy.pk]))
    b"".join(response)
    return response.status_code


def test_everybody_reads_what_was_published_and_nothing_else(client):
    RecognitionEditionFactory()
    shown = CountyPolicyFactory(state=C.PUBLISHED, title="示例公开措施")
    hidden = CountyPolicyFactory(state=C.SIGNING, title="示例未公开措施")
    repealed = CountyPolicyFactory(state=C.REPEALED, title="示例废止措施")
    pages = {one: [read(client, one, part) for part in ("", "-file")] for one in (shown, hidden, repealed)}
    text = client.get(PUBLIC).text

    assert pages == {shown: [200, 200], hidden: [404, 404], repealed: [200, 200]}
    assert [word in text for word in ("示例公开措施", "示例未公开措施", "示例废止措施")] == [
        True,
        False,
        True,
    ]
    assert "示例废止措施" not in client.get(f"{PUBLIC}?standing=current").text
    assert "示例公开措施" not in client.get(f"{PUBLIC}?item=provincial").text
    assert "示例公开措施" in client.get(f"{PUBLIC}?item=construction&q=公开").text
    page = client.get(reverse("institutes:local-policy", args=[repealed.pk])).text
    assert "2026年6月1日" in page
    assert "policy_leader" not in page


def test_the_filters_stand_though_the_description_of_the_api_was_asked_before(client):
    """It asks the filters of the class, and what they answered is copied into every page after it."""
    RecognitionEditionFactory()
    CountyPolicyFactory(state=C.PUBLISHED, title="示例公开措施")
    for filters, name in ((PublicPolicyFilter, "item"), (FormalFilter, "item"), (CallFilter, "window")):
        assert filters.base_filters[name].field

    assert "示例公开措施" not in client.get(f"{PUBLIC}?item=provincial").text
    assert "示例公开措施" in client.get(f"{PUBLIC}?item=construction").text
    assert "agreements_valid" in dict(FormalFilter().filters["item"].field.choices)
    assert "draft" not in dict(CallFilter().filters["window"].field.choices)


def test_a_new_version_begins_from_what_stands(client, staff, lead):
    former = CountyPolicyFactory(state=C.PUBLISHED)
    client.force_login(staff)
    url = reverse("institutes:county-policy-version", args=[former.pk])

    form = client.get(url).context["form"]
    client.post(url, typed(number="示区发〔2026〕11号"))

    assert (form.initial["title"], form.initial["number"]) == (former.title, "")
    assert CountyPolicy.objects.get(replaces=former).version == 2
    client.force_login(lead)
    assert client.get(url).status_code == 403


def test_a_program_keeps_policies_as_the_pages_do(client, staff, lead):
    client.force_login(staff)
    rows = [{"item": "construction", "content": "一次性支持", "amount": "100000"}]
    said = {"title": "示例", "number": "示7号", "issued_on": "2026-03-01", "valid_from": "2026-03-10"}
    json = {"content_type": "application/json"}

    made = client.post("/api/v1/county-policies/", said | {"measures": rows}, **json)
    url = f"/api/v1/county-policies/{made.json()['id']}/"
    mended = client.patch(url, {"summary": "谁能享受"}, **json)
    early = client.post(f"{url}moves/hand_up/", {}, **json)

    assert (made.status_code, mended.json()["summary"], early.status_code) == (201, "谁能享受", 409)
    (given,) = mended.json()["measures"]
    assert (given["item"], given["clause"], given["amount"]) == ("construction", "四(三)", "100000.00")
    former = CountyPolicyFactory(state=C.PUBLISHED)
    later = client.post(
        f"/api/v1/county-policies/{former.pk}/version/", said | {"number": "示8号", "measures": rows}, **json
    )
    assert (later.status_code, later.json()["version"]) == (201, 2)
