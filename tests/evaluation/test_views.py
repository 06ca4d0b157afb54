"""The pages of review: who meets what, with htmx and without; and that an expert never reads whose case it is."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from evaluation import services
from evaluation.enums import AssignmentState as A
from evaluation.enums import PanelState as P
from evaluation.models import Panel
from institutes.models import Application
from records import clock
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.evaluation import (
    COMMENT,
    OPINION,
    AssignmentFactory,
    EngagementFactory,
    ExpertFactory,
    PanelFactory,
    drawn,
    fill,
    reviewed_application,
    signed,
)
from tests.factories.institutes import ApplicationFactory, IndustryChainFactory, complete_answers

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
AUTOSAVE = {"X-Autosave": "1"}


def move(subject, action):
    return reverse(f"evaluation:{subject._meta.model_name}-move", args=[subject.pk, action])


def save(seat):
    return reverse("evaluation:sheet-save", args=[seat.pk])


def sign_in(client, seat):
    client.force_login(seat.expert.user)
    return client


# --- nothing tells whose case it is ---------------------------------------------------------------------------------


@pytest.fixture
def bait(edition):
    """An application whose free text is full of everything that must not be read; returns it and the bait."""
    host = OrganisationFactory(
        name="示例晶华光电股份有限公司",
        short_name="晶华光电",
        address="示例大道 88 号",
        legal_rep="王示例",
        contact_name="李示例",
        contact_mobile="13912345678",
        contact_email="owner@jinghua.example",
    )
    chain = IndustryChainFactory(name="示例光电产业链", industry="光电材料")
    draft = ApplicationFactory(host=host, institute_name="石家庄市光电材料产业技术研究院")
    answers = complete_answers(draft)
    answers["basics"]["industry"] = "光电材料"
    partners = answers["partners"]["partners"]
    partners[0]["name"], partners[1]["name"] = "示例滹沱大学", "示例太行新材有限公司"
    answers["governance"]["people"][0]["name"] = "赵示例"
    answers["host"] |= {"mobile": "13700002222", "email": "filler@jinghua.example", "contact": "孙示例"}
    hidden = [
        host.name,
        host.short_name,
        "晶华光电",
        host.uscc,
        host.address,
        host.legal_rep,
        host.contact_name,
        host.contact_mobile,
        host.contact_email,
        draft.institute_name,
        "示例滹沱大学",
        "示例太行新材有限公司",
        "示例太行新材",
        partners[0]["uscc"],
        partners[1]["uscc"],
        "赵示例",
        "孙示例",
        "13700002222",
        "filler@jinghua.example",
        "139-1234-5678",
        "other@elsewhere.example",
        "0311-86001234",
    ]
    free = "，".join([*hidden, host.uscc.lower(), "从事光电材料研发"])
    answers["plan"]["background"] = free
    answers["plan"]["directions"][0]["content"] = free
    answers["governance"]["independence"] = free
    Application.objects.filter(pk=draft.pk).delete()
    application = reviewed_application(
        host=host, institute_name=draft.institute_name, chain=chain, answers=answers
    )
    return application, hidden


@pytest.mark.parametrize("state", A)
def test_no_page_of_an_expert_tells_whose_case_it_is(client, bait, state):
    application, hidden = bait
    panel = PanelFactory(application=application, state=P.SCORING)
    seat = fill(AssignmentFactory(panel=panel, state=state))
    sign_in(client, seat)
    addresses = [
        reverse("evaluation:assignment-list"),
        seat.get_absolute_url(),
        seat.expert.get_absolute_url(),
        reverse("home"),
        reverse("notices:notice-list"),
        move(seat, "lock"),
        move(seat, "recuse"),
        move(seat, "commit"),
    ]

    texts = [client.get(address).text for address in addresses]
    texts.append(client.post(move(seat, "recuse"), {"reason": ""}, headers=HTMX).text)
    texts.append(client.post(save(seat), {"team_points": "99"}).text)

    assert [
        (word, n) for n, text in enumerate(texts) for word in hidden if word.lower() in text.lower()
    ] == []


def test_the_industry_stays_readable(client, bait):
    application, _hidden = bait
    seat = AssignmentFactory(panel=PanelFactory(application=application, state=P.SCORING), state=A.COMMITTED)

    text = sign_in(client, seat).get(seat.get_absolute_url()).text

    assert "从事光电材料研发" in text
    assert "【依托单位】" in text
    assert str(seat) + " · " in text  # the watermark


@pytest.mark.parametrize("page", ["panel", "application"])
def test_an_expert_does_not_reach_the_case_itself(client, bait, page):
    application, _hidden = bait
    seat = AssignmentFactory(panel=PanelFactory(application=application, state=P.SCORING), state=A.COMMITTED)
    subject = seat.panel if page == "panel" else application

    assert sign_in(client, seat).get(subject.get_absolute_url()).status_code == 404


# --- the expert -----------------------------------------------------------------------------------------------------


def test_the_package_opens_with_the_commitment(client, edition):
    seat = AssignmentFactory()
    sign_in(client, seat)
    before = client.get(seat.get_absolute_url())

    response = client.post(
        move(seat, "commit"), {"confidential": "on", "no_conflict": "on", "signature": seat.expert.user.name}
    )
    after = client.get(seat.get_absolute_url())

    assert response["Location"] == seat.get_absolute_url()
    assert (before.context["package"], before.context["form"]) == (None, None)
    assert after.context["package"] is not None
    assert "data-autosave" in after.text


def test_a_commitment_that_is_not_ticked_is_422(client, edition):
    seat = AssignmentFactory()

    response = sign_in(client, seat).post(move(seat, "commit"), {"confidential": "on"})

    seat.refresh_from_db()
    assert (response.status_code, seat.state) == (422, A.INVITED)


@pytest.mark.parametrize("action", ["commit", "recuse", "lock"])
def test_another_experts_assignment_is_404(client, edition, action):
    seat = AssignmentFactory(state=A.COMMITTED)
    sign_in(client, AssignmentFactory(panel=seat.panel, state=A.COMMITTED))

    assert client.get(seat.get_absolute_url()).status_code == 404
    assert client.post(move(seat, action)).status_code == 404
    assert client.get(move(seat, action)).status_code == 404
    assert client.post(save(seat), {"team_points": "1"}).status_code == 404


@pytest.mark.parametrize("role", [Role.AGENCY, Role.BUREAU_CLERK, Role.AUDITOR])
def test_who_follows_reads_neither_package_nor_sheet_and_writes_nothing(client, edition, role):
    seat = fill(AssignmentFactory(state=A.COMMITTED))
    client.force_login(person(role, organisation=seat.panel.agency if role == Role.AGENCY else None))

    page = client.get(seat.get_absolute_url())

    assert (page.status_code, page.context["package"], page.context["form"]) == (200, None, None)
    assert COMMENT not in page.text
    assert client.post(save(seat), {"team_points": "1"}).status_code == 403
    assert client.post(move(seat, "lock")).status_code == 403
    assert client.get(move(seat, "lock")).status_code == 403


def test_autosave_keeps_the_boxes_that_changed(client, edition):
    seat = fill(AssignmentFactory(state=A.COMMITTED))

    response = sign_in(client, seat).post(
        save(seat), {"version": "0", "changed": "team_points", "team_points": "9.5"}, headers=AUTOSAVE
    )

    score = seat.scores.get(dimension="team")
    assert (response.status_code, set(response.json())) == (200, {"version", "saved_at"})
    assert (score.points, score.comment) == (Decimal("9.50"), COMMENT)


def test_autosave_keeps_what_is_right_and_names_what_is_not(client, edition):
    seat = AssignmentFactory(state=A.COMMITTED)
    data = {"changed": ["team_points", "plan_points"], "team_points": "15.01", "plan_points": "25"}

    response = sign_in(client, seat).post(save(seat), data, headers=AUTOSAVE)

    assert response.status_code == 422
    assert set(response.json()["errors"]) == {"team_points"}
    assert list(seat.scores.values_list("dimension", "points")) == [("plan", Decimal("25.00"))]


def test_autosave_after_the_lock_is_409(client, edition):
    seat = AssignmentFactory(state=A.LOCKED)

    response = sign_in(client, seat).post(
        save(seat), {"changed": "team_points", "team_points": "1"}, headers=AUTOSAVE
    )

    assert (response.status_code, response.json()["code"]) == (409, "illegal-move")


@pytest.mark.parametrize(("then", "action"), [("", None), ("lock", "lock")])
def test_the_sheet_is_saved_without_javascript(client, edition, then, action):
    seat = AssignmentFactory(state=A.COMMITTED)

    response = sign_in(client, seat).post(save(seat), {"team_points": "9", "then": then})

    assert response["Location"] == (move(seat, action) if action else seat.get_absolute_url())
    assert seat.scores.get(dimension="team").points == Decimal(9)


def test_a_malformed_sheet_is_422_and_keeps_what_was_typed(client, edition):
    seat = AssignmentFactory(state=A.COMMITTED)

    response = sign_in(client, seat).post(
        save(seat), {"team_points": "九分", "team_comment": "写到一半的评语"}
    )

    assert response.status_code == 422
    assert "九分" in response.text
    assert "写到一半的评语" in response.text
    assert not seat.scores.exists()


def test_what_is_missing_is_said_before_the_lock(client, edition):
    seat = AssignmentFactory(state=A.COMMITTED)
    sign_in(client, seat)

    asked, taken = client.get(move(seat, "lock")), client.post(move(seat, "lock"))

    seat.refresh_from_db()
    assert asked.status_code == 200
    assert "还不能提交" in asked.text
    assert (taken.status_code, seat.state) == (409, A.COMMITTED)
    assert taken.text.count("尚未评分") == 6


def test_a_complete_sheet_is_locked_and_then_only_read(client, edition):
    seat = fill(AssignmentFactory(state=A.COMMITTED))
    sign_in(client, seat)
    assert "任何人都不能修改" in client.get(move(seat, "lock")).text

    client.post(move(seat, "lock"))
    page = client.get(seat.get_absolute_url())

    seat.refresh_from_db()
    assert (seat.state, page.context["editable"]) == (A.LOCKED, False)
    assert "data-autosave" not in page.text
    assert "80.00" in page.text


def test_a_late_conflict_closes_the_page_that_was_open(client, panel, manager):
    seat = drawn(panel, manager).assignments.first()
    services.commit_assignment(assignment=seat, **signed(seat))
    sign_in(client, seat)

    client.post(move(seat, "recuse"), {"ground": "cooperation", "reason": "曾与申报团队合作"})
    page = client.get(seat.get_absolute_url())

    assert (page.status_code, page.context["package"]) == (200, None)
    assert client.post(save(seat), {"team_points": "1"}).status_code == 403


# --- the agency and the officers ------------------------------------------------------------------------------------


def test_a_panel_is_opened_by_the_agency_that_is_engaged(client, edition):
    application = reviewed_application()
    address = reverse("evaluation:panel-open", args=[application.pk])
    client.force_login(person(Role.AGENCY))
    assert client.post(address).status_code == 404
    client.force_login(person(Role.AGENCY, organisation=application.agency))
    assert "组建评审组" in client.get(reverse("evaluation:panel-list")).text

    response = client.post(address)

    assert response["Location"] == Panel.objects.get().get_absolute_url()


def test_a_panel_is_of_five_or_of_seven_as_the_edition_offers(client, edition):
    applications = [reviewed_application() for _n in range(3)]
    addresses = [reverse("evaluation:panel-open", args=[one.pk]) for one in applications]
    client.force_login(person(Role.AGENCY, organisation=applications[0].agency))
    for other in applications[1:]:
        type(other).objects.filter(pk=other.pk).update(agency=applications[0].agency)
        EngagementFactory(agency=applications[0].agency, calls=[other.call])

    page = client.get(reverse("evaluation:panel-list")).text
    none = client.post(addresses[0], {"size": "4"})
    client.post(addresses[0], {"size": "7"})
    client.post(addresses[1])
    program = client.post(
        "/api/v1/panels/", {"application": applications[2].pk, "size": 7}, content_type="application/json"
    )

    assert page.count('<option value="7">7 人</option>') == 3
    assert (none.status_code, "只能选 5、7 人" in none.content.decode()) == (409, True)
    assert [one.panel.size for one in applications[:2]] == [7, 5]
    assert (program.status_code, program.json()["size"]) == (201, 7)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_experts_are_drawn_with_and_without_htmx(client, panel, manager, headers):
    client.force_login(manager)

    promised = client.post(move(panel, "pledge"), headers=headers)
    early = client.post(move(panel, "draw"), headers=headers)
    with clock.at(panel.draws.get().draws_after):
        response = client.post(move(panel, "draw"), headers=headers)
        fresh = client.get(panel.get_absolute_url()).text

    panel.refresh_from_db()
    assert (early.status_code, panel.state, panel.assignments.count()) == (409, P.SCORING, 5)
    if headers:
        assert "承诺已公布" in promised.text
        assert response.text.strip() in fresh
    else:
        assert response["Location"] == panel.get_absolute_url()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.BUREAU_CLERK, 403),
        (Role.AUDITOR, 403),
        (Role.AGENCY, 404),
        (Role.ENT_ADMIN, 404),
        (Role.EXPERT, 404),
    ],
)
def test_who_may_not_draw_is_told_so_or_nothing(client, panel, role, status):
    client.force_login(person(role))

    assert client.post(move(panel, "draw")).status_code == status
    assert client.post(move(panel, "cancel")).status_code == 404


def test_a_refusal_is_409_with_every_reason(client, edition):
    panel = PanelFactory()
    client.force_login(person(Role.AGENCY, organisation=panel.agency))

    response = client.post(move(panel, "pledge"))

    assert response.status_code == 409
    assert "财务专家" in response.text
    assert "技术专家" in response.text


def test_a_conclusion_without_words_is_422(client, edition):
    panel = PanelFactory(state=P.SCORING)
    client.force_login(person(Role.AGENCY, organisation=panel.agency))

    assert client.post(move(panel, "conclude"), {"opinion": ""}).status_code == 422


def concluded(panel, manager):
    for seat in drawn(panel, manager).assignments.all():
        services.commit_assignment(assignment=seat, **signed(seat))
        services.lock_scores(assignment=fill(seat, "0.77"), by=seat.expert.user)


@pytest.mark.parametrize("role", [Role.AGENCY, Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR])
def test_nobody_reads_a_score_before_the_conclusion_and_these_do_after(client, panel, manager, role):
    concluded(panel, manager)
    client.force_login(manager if role == Role.AGENCY else person(role))
    before = client.get(panel.get_absolute_url())

    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)
    after = client.get(panel.get_absolute_url())

    assert before.context["open_scores"] is False
    assert "table" not in before.context
    assert "77.00" not in before.text
    assert COMMENT not in before.text
    assert "77.00" in after.text
    assert COMMENT in after.text


def test_the_bureau_reads_who_was_drawn_once_they_have_accepted(client, panel, manager):
    seats = list(drawn(panel, manager).assignments.select_related("expert__user"))
    first = seats[0]
    services.commit_assignment(assignment=first, **signed(first))
    client.force_login(person(Role.BUREAU_CLERK))

    text = client.get(panel.get_absolute_url()).text

    assert [seat.expert.user.name in text for seat in seats] == [True, False, False, False, False]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_lists_are_open_to_those_whose_business_they_are(client, edition, role):
    client.force_login(person(role))
    readers = {Role.AGENCY, Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR}

    for name in ("panel-list", "expert-list"):
        assert client.get(reverse(f"evaluation:{name}")).status_code == (200 if role in readers else 403)
    assert client.get(reverse("evaluation:assignment-list")).status_code == (
        200 if role == Role.EXPERT else 403
    )


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize("name", ["panel-list", "expert-list", "assignment-list"])
def test_a_list_costs_the_same_at_any_length(client, edition, name):
    expert = ExpertFactory()
    client.force_login(expert.user if name == "assignment-list" else person(Role.BUREAU_APPROVER))
    address = reverse(f"evaluation:{name}")
    AssignmentFactory(expert=expert)
    one = queries_of(client, address)
    for _n in range(29):
        AssignmentFactory(expert=expert)

    assert queries_of(client, address) == one


def test_lists_are_searched_filtered_and_exported_as_shown(client, edition):
    one, other = PanelFactory(), PanelFactory(state=P.SCORING)
    client.force_login(person(Role.AUDITOR))
    address = reverse("evaluation:panel-list")

    assert list(client.get(address, {"q": one.code}).context["page"]) == [one]
    assert list(client.get(address, {"state": "scoring"}).context["page"]) == [other]
    exported = client.get(reverse("evaluation:panel-export", args=["csv"]), {"state": "scoring"})
    text = b"".join(exported.streaming_content).decode()
    assert other.code in text
    assert one.code not in text
    assert client.get(reverse("evaluation:panel-export", args=["xlsx"])).status_code == 200
    assert client.get(reverse("evaluation:panel-export", args=["pdf"])).status_code == 404


def test_the_pool_is_searched_and_filtered(client):
    one = ExpertFactory(field="示例冷门专业", outside_city=True)
    other = ExpertFactory(is_available=False)
    client.force_login(person(Role.AGENCY, organisation=EngagementFactory().agency))
    address = reverse("evaluation:expert-list")

    assert list(client.get(address, {"q": "冷门"}).context["page"]) == [one]
    assert list(client.get(address, {"outside": "no"}).context["page"]) == [other]
    assert list(client.get(address, {"available": "no"}).context["page"]) == [other]
    assert list(client.get(address, {"available": "yes"}).context["page"]) == [one]


def test_an_expert_says_that_they_cannot_be_drawn(client):
    expert, other = ExpertFactory(), ExpertFactory()
    client.force_login(expert.user)

    client.post(reverse("evaluation:expert-availability", args=[expert.pk]), {"available": "no"})

    expert.refresh_from_db()
    assert expert.is_available is False
    assert client.get(other.get_absolute_url()).status_code == 404
    client.force_login(person(Role.AGENCY, organisation=EngagementFactory().agency))
    assert client.post(reverse("evaluation:expert-availability", args=[expert.pk])).status_code == 403
