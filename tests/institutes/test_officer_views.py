"""The officers' pages: 404, 403, 409, 422; with htmx and without; lists that cost the same at any length."""

import io
import zipfile

import pytest
from django.urls import reverse

from accounts.roles import Role
from institutes.enums import ApplicationState as S
from institutes.lifecycle import APPLICATION
from institutes.models import ReturnReason
from tests.factories.accounts import person
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    IndustryChainFactory,
    RecognitionFactory,
    SiteVisitFactory,
    looked_up,
    policy_terms,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
OPINION = "该单位为产业链链主企业，共建单位齐备，治理结构完整，建设方案可行，同意推荐申报。"


def address(application, action):
    return reverse("institutes:application-move", args=[application.pk, action])


def sign_in(client, role, application, *, elsewhere=False):
    """Sign in as somebody who holds ``role`` where the application belongs, or elsewhere."""
    if elsewhere:
        user = person(role, division="130104")
    elif role in (Role.ENT_FILLER, Role.ENT_ADMIN):
        user = person(role, organisation=application.host)
    elif role == Role.AGENCY:
        user = person(role, organisation=application.agency)
    else:
        user = person(role, division=application.division.code)
    client.force_login(user)
    return user


PROPOSAL = {"proposal": "recommend", "opinion": OPINION, "support": "配套支持"}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_move_is_taken_with_and_without_htmx(client, headers):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    looked_up(application)
    sign_in(client, Role.COUNTY_STAFF, application)

    response = client.post(address(application, "propose_recommendation"), PROPOSAL, headers=headers)

    application.refresh_from_db()
    assert application.state == S.COUNTY_SIGNING
    if headers:
        assert response.status_code == 200
        assert response.text.lstrip().startswith('<div id="case"')
    else:
        assert response["Location"] == application.get_absolute_url()


def test_the_fragment_is_what_a_fresh_page_shows(client):
    application = ApplicationFactory(state=S.COUNTY_SIGNING)
    sign_in(client, Role.COUNTY_LEAD, application)

    fragment = client.post(address(application, "sign_recommendation"), headers=HTMX).text
    page = client.get(application.get_absolute_url()).text

    assert fragment.strip()[:2000] in page


def test_a_move_can_be_asked_for_on_its_own_page(client):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    sign_in(client, Role.COUNTY_STAFF, application)

    response = client.get(address(application, "county_return"))

    assert response.status_code == 200
    assert 'name="reasons_text"' in response.text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_malformed_move_is_422_and_keeps_what_was_typed(client, headers):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    sign_in(client, Role.COUNTY_STAFF, application)

    response = client.post(
        address(application, "propose_recommendation"), {"opinion": "写到一半的意见"}, headers=headers
    )

    application.refresh_from_db()
    assert (response.status_code, application.state) == (422, S.COUNTY_REVIEW)
    assert "写到一半的意见" in response.text


def test_a_refusal_is_409_with_every_reason(client):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    sign_in(client, Role.COUNTY_STAFF, application)

    response = client.post(
        address(application, "propose_recommendation"), {"proposal": "recommend", "opinion": "同意。"}
    )

    assert response.status_code == 409
    assert "推荐意见不少于 30 字" in response.text
    assert "推荐须写明县级支持措施" in response.text


def test_a_move_that_somebody_was_faster_with_is_409(client):
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    sign_in(client, Role.COUNTY_LEAD, application)

    assert client.post(address(application, "sign_recommendation")).status_code == 409


def test_a_move_that_is_barred_says_why_on_its_page(client):
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    sign_in(client, Role.COUNTY_LEAD, application)

    response = client.get(address(application, "sign_recommendation"))

    assert "现在不能办理此项" in response.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_elses_move_is_403(client, method):
    application = ApplicationFactory(state=S.COUNTY_SIGNING)
    sign_in(client, Role.COUNTY_STAFF, application)

    assert getattr(client, method)(address(application, "sign_recommendation")).status_code == 403


@pytest.mark.parametrize("role", [Role.COUNTY_STAFF, Role.ENT_ADMIN, Role.AGENCY, Role.EXPERT, Role.TAX])
def test_a_case_elsewhere_is_404(client, role):
    application = ApplicationFactory(state=S.REVIEWING)
    sign_in(client, role, application, elsewhere=True)

    assert client.get(application.get_absolute_url()).status_code == 404
    assert client.post(address(application, "county_return")).status_code == 404


@pytest.mark.parametrize("action", ["unknown", "lapse_supplement", "pass_review"])
def test_what_is_no_button_is_404(client, action):
    application = ApplicationFactory(state=S.REVIEWING)
    sign_in(client, Role.AGENCY, application)

    assert client.post(address(application, action)).status_code == 404


def test_strangers_are_sent_to_the_login(client):
    application = ApplicationFactory(state=S.REVIEWING)

    for url in (application.get_absolute_url(), reverse("institutes:application-list")):
        assert client.get(url).status_code == 302


def test_county_return_by_the_form(client):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    sign_in(client, Role.COUNTY_STAFF, application)
    rows = {
        "reasons_where": ["basics.institute_name", "", "budget"],
        "reasons_text": ["名称不符", "", "合计不等"],
    }

    response = client.post(address(application, "county_return"), rows)

    assert response.status_code == 302
    found = ReturnReason.objects.values_list("section", "field", "text")
    assert list(found) == [("basics", "institute_name", "名称不符"), ("budget", "", "合计不等")]


@pytest.mark.parametrize(
    "rows",
    [
        {},
        {"reasons_where": ["basics"], "reasons_text": [""]},
        {"reasons_where": ["nowhere"], "reasons_text": ["有误"]},
        {"reasons_where": ["basics"], "reasons_text": ["长" * 501]},
    ],
    ids=["none", "no-words", "no-such-place", "too-long"],
)
def test_county_return_by_a_malformed_form(client, rows):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    sign_in(client, Role.COUNTY_STAFF, application)

    assert client.post(address(application, "county_return"), rows).status_code == 422


def test_formal_review_by_the_form(client):
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    sign_in(client, Role.BUREAU_CLERK, application)
    items = [item["code"] for item in policy_terms()["checklist"]]
    data = {f"checks_result_{item}": "met" for item in items}
    data |= {"checks_result_in_time": "unmet", "checks_note_in_time": "逾期一日", "finding": "supplement"}

    assert client.post(address(application, "propose_formal"), data).status_code == 302
    application.refresh_from_db()
    assert application.formal_checks.filter(result="unmet").get().note == "逾期一日"


def test_confirmations_that_do_not_fit_are_no_buttons(client):
    application = ApplicationFactory(state=S.FORMAL_CONFIRMATION, formal_finding="fail")
    sign_in(client, Role.BUREAU_APPROVER, application)

    page = client.get(application.get_absolute_url()).text

    assert address(application, "confirm_fail") in page
    assert address(application, "confirm_pass") not in page
    assert address(application, "confirm_supplement") not in page


@pytest.mark.parametrize("state", S)
def test_every_state_has_a_page_for_every_reader(client, state):
    application = ApplicationFactory(state=state)
    if state in {S.PENDING_DECISION, S.PUBLICITY}:
        SiteVisitFactory(application=application)
    for role in (Role.ENT_ADMIN, Role.AUDITOR):
        sign_in(client, role, application)
        response = client.get(application.get_absolute_url())
        assert response.status_code == 200
    assert str(APPLICATION.label(state)) in response.text


def test_the_unit_reads_no_drafts_of_officers(client):
    application = ApplicationFactory(state=S.COUNTY_SIGNING, county_opinion="内部拟稿意见")
    sign_in(client, Role.ENT_FILLER, application)

    page = client.get(application.get_absolute_url()).text

    assert "内部拟稿意见" not in page
    assert "county-staff" not in page


# --- lists ----------------------------------------------------------------------------------------


def test_the_list_can_be_searched_and_filtered(client):
    mine = ApplicationFactory(state=S.FORMAL_REVIEW, institute_name="石家庄市示例甲产业技术研究院")
    other = ApplicationFactory(state=S.COUNTY_REVIEW, institute_name="石家庄市示例乙产业技术研究院")
    sign_in(client, Role.BUREAU_CLERK, mine)

    for query in (
        {"q": "示例甲"},
        {"state": "formal_review"},
        {"holder": "bureau_clerk"},
        {"call": mine.call_id},
    ):
        page = client.get(reverse("institutes:application-list"), query).text
        assert mine.institute_name in page
        assert other.institute_name not in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_is_what_the_list_shows_as_text(client, kind):
    mine = ApplicationFactory(state=S.FORMAL_REVIEW, institute_name="=示例公式")
    other = ApplicationFactory(state=S.COUNTY_REVIEW)
    sign_in(client, Role.BUREAU_CLERK, mine)

    response = client.get(reverse("institutes:application-export", args=[kind]), {"state": "formal_review"})

    if kind == "csv":
        text = response.getvalue().decode("utf-8-sig")
        assert "'=示例公式" in text
    else:
        text = zipfile.ZipFile(io.BytesIO(response.content)).read("xl/worksheets/sheet1.xml").decode()
        assert '<c t="inlineStr"><is><t xml:space="preserve">=示例公式</t></is></c>' in text
    assert mine.number in text
    assert other.institute_name not in text


def queries(client, url, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.BUREAU_APPROVER])
def test_lists_cost_the_same_at_any_length(client, django_assert_max_num_queries, role):
    chain = IndustryChainFactory()

    def add():
        visited = SiteVisitFactory(application__chain=chain, application__state=S.PENDING_DECISION)
        RecognitionFactory()
        return visited.application

    application = add()
    sign_in(client, role, application)
    names = ("institutes:application-list", "institutes:decision-list", "institutes:institute-list")
    urls = [reverse(name) for name in names]
    before = [queries(client, url, django_assert_max_num_queries) for url in urls]
    for _n in range(29):
        add()

    assert [queries(client, url, django_assert_max_num_queries) for url in urls] == before


@pytest.mark.parametrize("name", ["application-list", "institute-list"])
@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.ENT_FILLER, Role.COUNTY_STAFF, Role.AUDITOR])
def test_empty_lists_say_so(client, name, role):
    client.force_login(person(role))

    assert "还没有" in client.get(reverse(f"institutes:{name}")).text


# --- institutes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.BUREAU_CLERK, 200), (Role.COUNTY_FIN, 200), (Role.EXPERT, 404), (Role.ENT_ADMIN, 404)],
)
def test_institute_page(client, role, status):
    recognition = RecognitionFactory()
    ApplicationVersionFactory(application=recognition.application)
    client.force_login(person(role, division=recognition.institute.division.code))

    response = client.get(recognition.institute.get_absolute_url())

    assert response.status_code == status
    assert (recognition.certificate_number in response.text) == (status == 200)
