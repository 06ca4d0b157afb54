"""Engagements: four eyes, the period as a gate on everything an agency reads, and work that is handed on."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.enums import OrganisationKind
from accounts.roles import Role
from accounts.services import issue_token
from evaluation import permissions, selectors, services
from evaluation.enums import EngagementState as E
from evaluation.lifecycle import ENGAGEMENT
from evaluation.models import Engagement, Expert, Panel
from institutes.models import Application
from notices.models import Notice
from records import audit, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from records.models import Attachment
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.evaluation import (
    AssignmentFactory,
    EngagementFactory,
    PanelFactory,
    ReviewEditionFactory,
    reviewed_application,
)
from tests.factories.institutes import CallFactory, a_pdf

pytestmark = pytest.mark.django_db

TABLE = {
    (E.DRAFT, "approve"): E.IN_FORCE,
    (E.DRAFT, "discard"): E.DISCARDED,
    (E.IN_FORCE, "end"): E.ENDED,
    (E.IN_FORCE, "expire"): E.ENDED,
    (E.ENDED, "hand_over"): E.ENDED,
}
WHO = {
    Role.BUREAU_CLERK: {"discard"},
    Role.BUREAU_APPROVER: {"approve", "discard", "end", "hand_over"},
}


def terms(**changes):
    ReviewEditionFactory()
    return {
        "agency": OrganisationFactory(kind=OrganisationKind.AGENCY),
        "number": "示例合同〔2026〕1号",
        "title": "示例评审",
        "begins_on": clock.today(),
        "ends_on": clock.today() + timedelta(days=30),
        "calls": [CallFactory()],
        "contract": a_pdf(),
        "by": person(Role.BUREAU_CLERK),
    } | changes


@pytest.mark.parametrize("action", sorted(ENGAGEMENT.moves))
@pytest.mark.parametrize("state", E)
def test_the_table_of_moves(state, action):
    assert ENGAGEMENT.allows(Engagement(state=state), action) == ((state, action) in TABLE)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_who_takes_which_move(role):
    engagement = EngagementFactory()
    someone = person(role, organisation=engagement.agency if role == Role.AGENCY else None)

    taken = {a for a, grant in permissions.ENGAGEMENT_WHO.items() if grant(someone, engagement)}

    assert taken == WHO.get(role, set())
    assert permissions.may_draft_engagements(someone) == (role == Role.BUREAU_CLERK)


def test_an_engagement_is_drafted_with_its_contract_and_approved_by_another_person():
    approver = person(Role.BUREAU_APPROVER)
    facts = terms()
    manager = person(Role.AGENCY, organisation=facts["agency"])
    engagement = services.draft_engagement(**facts)

    with pytest.raises(SamePerson):
        services.approve_engagement(engagement=engagement, by=facts["by"])
    services.approve_engagement(engagement=engagement, by=approver)

    told = dict(Notice.objects.values_list("event", "recipient"))
    assert Attachment.objects.about(engagement).get().kind == "contract"
    assert (engagement.state, engagement.approved_by) == (E.IN_FORCE, approver)
    assert told["evaluation.engagement.approved"] == manager.pk
    assert deadlines.current(engagement, kind="engagement_end").due_on == engagement.ends_on
    assert [e.verb.rpartition(".")[2] for e in audit.history(engagement)] == [
        "begin",
        "attach",
        "approve",
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": " "}, "number"),
        ({"title": ""}, "title"),
        ({"calls": []}, "calls"),
        ({"contract": None}, "contract"),
        ({"ends_on": clock.today() - timedelta(days=1)}, "ends_on"),
    ],
)
def test_what_an_engagement_lacks_is_said_at_its_box(changes, field):
    with pytest.raises(Incomplete) as refused:
        services.draft_engagement(**terms(**changes))

    assert [reason.field for reason in refused.value.reasons] == [field]
    assert not Engagement.objects.exists()


def test_a_contract_number_is_used_once_and_only_a_draft_changes():
    engagement = services.draft_engagement(**terms())
    with pytest.raises(Conflict, match="已登记"):
        services.draft_engagement(**terms())
    calls = [CallFactory(), CallFactory()]

    services.revise_engagement(
        engagement=engagement,
        title="改后",
        calls=calls,
        by=person(Role.BUREAU_CLERK),
        contract=a_pdf("新.pdf"),
    )
    services.approve_engagement(engagement=engagement, by=person(Role.BUREAU_APPROVER))

    engagement.refresh_from_db()
    assert (engagement.title, {b.call for b in engagement.batches.all()}) == ("改后", set(calls))
    with pytest.raises(IllegalMove):
        services.revise_engagement(engagement=engagement, title="再改", calls=calls, by=UserFactory())


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_on": clock.today() - timedelta(days=1)},
        {"begins_on": clock.today() + timedelta(days=1)},
        {"ended": True},
        {"draft": True},
    ],
    ids=["over", "not-begun", "ended", "draft"],
)
def test_no_panel_is_opened_outside_an_engagement_in_force(changes):
    application = reviewed_application()
    application.agency.engagements.get().batches.all().delete()
    EngagementFactory(agency=application.agency, calls=[application.call], **changes)

    with pytest.raises(IllegalMove, match="评审委托"):
        services.open_panel(case=application, by=UserFactory())

    assert not Panel.objects.exists()


def addresses_of(seat) -> list[str]:
    panel, application = seat.panel, seat.panel.application
    return [
        panel.get_absolute_url(),
        f"/panels/{panel.pk}/moves/conclude/",
        application.get_absolute_url(),
        seat.get_absolute_url(),
        panel.engagement.get_absolute_url(),
        f"/api/v1/panels/{panel.pk}/",
        f"/api/v1/panels/{panel.pk}/seats/",
        f"/api/v1/applications/{application.pk}/",
        f"/api/v1/assignments/{seat.pk}/",
        f"/api/v1/engagements/{panel.engagement_id}/",
    ]


def answers(manager, urls) -> set[int]:
    browser = Client()
    browser.force_login(manager)
    token = {"authorization": f"Token {issue_token(user=manager).key}"}
    program = Client(headers=token)
    return {(program if url.startswith("/api/") else browser).get(url).status_code for url in urls}


def pool_read_by(manager) -> tuple[list[str], list[int]]:
    """Which expert the list, the export and the API name to them, and whether their own pages open."""
    expert = Expert.objects.get()
    browser = Client()
    browser.force_login(type(manager).objects.get(pk=manager.pk))
    token = {"authorization": f"Token {issue_token(user=manager).key}"}
    said = [
        browser.get("/experts/").text,
        b"".join(browser.get("/experts/export/csv/")).decode(),
        Client(headers=token).get("/api/v1/experts/").content.decode(),
    ]
    own = [browser.get(expert.get_absolute_url()), Client(headers=token).get(f"/api/v1/experts/{expert.pk}/")]
    return [expert.user.name for text in said if expert.user.name in text], [one.status_code for one in own]


@pytest.mark.parametrize("how", ["ended", "run out"])
def test_an_agency_reads_nothing_from_the_end_of_its_engagement_on(how):
    seat = AssignmentFactory(panel=PanelFactory(state="scoring"))
    panel = seat.panel
    manager = person(Role.AGENCY, organisation=panel.agency)
    urls = addresses_of(seat)
    assert answers(manager, urls) == {200}
    assert pool_read_by(manager) == ([seat.expert.user.name] * 3, [200, 200])

    if how == "ended":
        services.end_engagement(
            engagement=panel.engagement, reason="示例理由", by=person(Role.BUREAU_APPROVER)
        )
    else:
        Engagement.objects.update(ends_on=clock.today() - timedelta(days=1))

    assert answers(manager, urls) == {404}
    manager = type(manager).objects.get(pk=manager.pk)
    assert not selectors.panels_visible_to(manager).exists()
    assert pool_read_by(manager) == ([], [404, 404])
    assert selectors.cases_awaiting_panel(manager) == []


def test_an_engagement_that_has_run_out_is_ended_once_and_its_agency_told():
    engagement = EngagementFactory(ends_on=clock.today() - timedelta(days=1))
    EngagementFactory(ends_on=clock.today())
    manager = person(Role.AGENCY, organisation=engagement.agency)

    assert (services.expire_engagements(), services.expire_engagements()) == (1, 0)

    engagement.refresh_from_db()
    told = Notice.objects.filter(event="evaluation.engagement.ended")
    assert (engagement.state, [n.recipient for n in told]) == (E.ENDED, [manager])


def test_what_was_left_waits_for_the_approver_and_goes_on_with_another_agency():
    panel = PanelFactory(state="scoring")
    seat, application = AssignmentFactory(panel=panel), panel.application
    deadlines.open_for(panel, label="示例", role=Role.AGENCY)
    deadlines.open_for(application, label="示例", role=Role.AGENCY)
    approver, former = person(Role.BUREAU_APPROVER), panel.engagement
    services.end_engagement(engagement=former, reason="示例理由", by=approver)
    assert deadlines.current(panel).holder_role == Role.BUREAU_APPROVER
    narrow, successor = EngagementFactory(), EngagementFactory(calls=[application.call])

    with pytest.raises(Conflict):
        services.hand_over_engagement(engagement=former, successor=narrow, reason="示例", by=approver)
    services.hand_over_engagement(engagement=former, successor=successor, reason="示例", by=approver)

    panel.refresh_from_db()
    manager = person(Role.AGENCY, organisation=successor.agency)
    assert (panel.agency, panel.engagement) == (successor.agency, successor)
    assert Application.objects.get(pk=application.pk).agency == successor.agency
    assert deadlines.current(application).holder_organisation == successor.agency
    assert selectors.panels_visible_to(manager).get() == panel
    assert list(panel.assignments.all()) == [seat]
    with pytest.raises(Conflict, match="没有未完成"):
        services.hand_over_engagement(engagement=former, successor=successor, reason="示例", by=approver)


def test_the_pages_of_an_engagement(client):
    facts = terms()
    clerk, approver = facts["by"], person(Role.BUREAU_APPROVER)
    client.force_login(clerk)
    typed = {name: facts[name] for name in ("number", "title", "begins_on", "ends_on")}
    typed |= {"agency": facts["agency"].pk, "calls": [facts["calls"][0].pk], "contract": a_pdf()}

    drafted = client.post("/engagements/new/", typed, follow=True)
    engagement = Engagement.objects.get()
    listed = client.get("/engagements/?q=示例合同")
    edited = client.get(f"/engagements/{engagement.pk}/edit/")
    again = client.post("/engagements/new/", typed | {"contract": a_pdf()})
    client.force_login(approver)
    approved = client.post(f"/engagements/{engagement.pk}/moves/approve/", follow=True)

    assert (drafted.status_code, edited.status_code, again.status_code) == (200, 200, 409)
    assert engagement.number in listed.content.decode()
    assert "已生效" in approved.content.decode()
    assert client.get("/engagements/new/").status_code == 403
    client.force_login(person(Role.COUNTY_STAFF))
    assert client.get("/engagements/").status_code == 403


def test_the_first_page_of_an_agency_says_how_far_its_panels_are(client):
    waiting = reviewed_application()
    manager = person(Role.AGENCY, organisation=waiting.agency)
    panel = PanelFactory(
        application=reviewed_application(agency=waiting.agency, call=waiting.call), state="scoring"
    )
    AssignmentFactory(panel=panel)
    client.force_login(manager)

    text = client.get("/").content.decode()

    assert "我的委托和评审进度" in text
    assert panel.engagement.title in text
    found = selectors.workspace_of(manager)
    assert (found["awaiting"], found["unsigned"], found["concluded"]) == (1, 1, 0)
    assert selectors.workspace_of(person(Role.BUREAU_CLERK)) is None
