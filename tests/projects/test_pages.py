"""Pages of the programme: every one is drawn in every state, says what is refused, and hides what it must."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from projects import selectors
from projects.enums import ProposalState as S
from projects.models import Guide, ProjectCall, ProjectDecision, Proposal
from records import clock
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import RecognitionFactory
from tests.factories.projects import (
    BudgetLineFactory,
    ProjectCallFactory,
    ProjectFactory,
    ProjectStageFactory,
    ProposalFactory,
    ProposalHintFactory,
    ProposalVersionFactory,
    TopicFactory,
    fill,
)
from tests.factories.records import pdf_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("edition", "rung")]


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name, *args) -> str:
    return reverse(f"projects:{name}", args=args)


@pytest.mark.parametrize("state", S.values)
def test_a_case_is_drawn_in_every_state_for_the_unit_and_the_bureau(state):
    proposal = ProposalFactory(state=state)
    unit = as_(person(Role.ENT_ADMIN, organisation=proposal.host))
    officer = as_(person(Role.BUREAU_APPROVER))

    assert unit.get(proposal.get_absolute_url()).status_code == 200
    assert officer.get(proposal.get_absolute_url()).status_code == (200 if proposal.number else 404)


def test_an_agency_does_not_learn_whose_it_is_before_the_experts_have_found():
    agency = OrganisationFactory(kind="agency")
    proposal = ProposalFactory(state=S.REVIEWING, agency=agency)
    ProposalVersionFactory(proposal=proposal)
    client = as_(person(Role.AGENCY, organisation=agency))

    shown = client.get(proposal.get_absolute_url()).content.decode()
    listed = client.get(page("project-proposal-list")).content.decode()
    exported = b"".join(client.get(page("project-proposal-export", "csv"))).decode()

    for text in (shown, listed, exported):
        assert proposal.alias in text
        assert not any(word in text for word in (proposal.title, proposal.host.name, proposal.leader_name))
    assert client.get(page("project-book", proposal.pk)).status_code == 403


def test_strangers_read_a_published_call_with_its_guide_and_no_draft():
    call, draft = ProjectCallFactory(), ProjectCallFactory(draft=True)
    topic = TopicFactory(guide=call.guide)

    text = Client().get(call.get_absolute_url()).content.decode()

    assert topic.title in text
    assert "申报数量不受限制" in text
    assert Client().get(draft.get_absolute_url()).status_code == 404
    assert call.title in Client().get(reverse("home")).content.decode()
    assert Client().get(call.guide.get_absolute_url()).status_code == 200


def test_a_clerk_draws_up_a_guide_and_a_call_and_another_publishes():
    clerk, approver = person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)
    chain = TopicFactory().chain
    form = {"year": 2026, "title": "示例指南", "number": "示例科指〔2026〕9 号", "foreword": ""}
    form |= {"topics_chain": [chain.pk], "topics_code": ["A1"], "topics_title": ["示例方向"]}
    form |= {"topics_need": ["示例需求"], "topics_targets": ["示例目标"]}
    assert as_(clerk).post(page("guide-new"), form | {"topics_need": [""]}).status_code == 422
    assert as_(clerk).post(page("guide-new"), form).status_code == 302
    guide = Guide.objects.get(number=form["number"])
    call = {
        "guide": guide.pk,
        "title": "示例通知",
        "number": "示例科专〔2026〕9 号",
        "opens_at": clock.now().isoformat(),
        "closes_at": (clock.now() + timedelta(days=30)).isoformat(),
        "budget": "12000000",
        "text": "示例正文",
    }
    assert as_(clerk).post(page("project-call-new"), call).status_code == 302
    found = ProjectCall.objects.get(number=call["number"])
    assert as_(clerk).get(page("project-call-edit", found.pk)).status_code == 200
    assert as_(clerk).get(page("guide-edit", guide.pk)).status_code == 200

    move = page("project-call-move", found.pk, "publish")
    assert (as_(clerk).post(move).status_code, as_(approver).post(move).status_code) == (403, 302)

    guide.refresh_from_db()
    found.refresh_from_db()
    assert (found.state, guide.published_by) == ("published", approver)
    assert as_(clerk).post(page("guide-edit", guide.pk), form).status_code == 409


def test_a_unit_begins_fills_in_and_sees_what_is_missing():
    call, institute = ProjectCallFactory(), RecognitionFactory().institute
    TopicFactory(guide=call.guide)
    client = as_(person(Role.ENT_FILLER, organisation=institute.host))
    began = client.post(page("project-call-propose", call.pk), {"institute": institute.pk})
    proposal = Proposal.objects.get()

    assert began.url == page("project-section", proposal.pk, "basics")
    for code in ("basics", "leader", "partners", "content", "targets", "budget", "commitment"):
        assert client.get(page("project-section", proposal.pk, code)).status_code == 200
    saved = client.post(
        page("project-section-save", proposal.pk, "basics"),
        {"changed": ["title"], "title": "示例联合攻关", "version": "0"},
    )
    assert saved.json()["version"] == "1"
    bad = {"changed": ["months"], "months": "很久", "version": "1"}
    assert client.post(page("project-section-save", proposal.pk, "basics"), bad).status_code == 422
    whole = client.post(
        page("project-section", proposal.pk, "basics"), {"version": "1", "summary": "示例摘要", "go": "next"}
    )
    assert whole.url == page("project-section", proposal.pk, "leader")
    number = {"id_number": "110101198001010010"}
    assert client.post(page("project-leader", proposal.pk), number).status_code == 302
    upload = {"kind": "agreement", "uploads": [pdf_upload()]}
    assert client.post(page("project-files", proposal.pk), upload).status_code == 302

    text = client.get(proposal.get_absolute_url()).content.decode()
    assert "提交前还须完成" in text
    assert "110****0010" in text
    assert number["id_number"] not in text
    refused = client.post(page("project-proposal-move", proposal.pk, "hand_up"))
    assert refused.status_code == 409


def test_what_reads_alike_is_side_by_side_and_not_for_the_unit():
    hint = ProposalHintFactory()
    clerk = as_(person(Role.BUREAU_CLERK))

    text = clerk.get(page("project-likeness", hint.proposal.pk)).content.decode()
    turned = clerk.get(page("project-likeness", hint.other.pk)).content.decode()

    for words in (
        "连续 8 个字",
        "30.00%",
        hint.passages[0]["here"],
        hint.passages[0]["there"],
        hint.other.title,
    ):
        assert words in text
    assert hint.proposal.title in turned
    unit = as_(person(Role.ENT_ADMIN, organisation=hint.proposal.host))
    assert unit.get(page("project-likeness", hint.proposal.pk)).status_code == 403


def test_the_county_enters_look_ups_and_its_opinion():
    proposal = ProposalFactory(state=S.COUNTY_REVIEW)
    office = OrganisationFactory(kind="county_government", division=proposal.division)
    client = as_(person(Role.COUNTY_STAFF, organisation=office))
    for item in ("abnormal_operation", "serious_dishonesty"):
        form = {"item": item, "result": "clear", "checked_on": clock.today(), "source": "示例网站"}
        sent = client.post(page("project-lookups", proposal.pk), form | {"evidence": pdf_upload()})
        assert sent.status_code == 302
    move = page("project-proposal-move", proposal.pk, "give_opinion")
    assert client.get(move).status_code == 200
    assert client.post(move, {"stand": "recommend", "opinion": "太短"}).status_code == 409

    assert client.post(move, {"stand": "recommend", "opinion": "示例意见" * 10}).status_code == 302
    assert selectors.find(proposal.pk).state == S.COUNTY_SIGNING


def test_the_agency_reviews_the_budget_line_by_line():
    agency = OrganisationFactory(kind="agency")
    line = BudgetLineFactory(proposal=ProposalFactory(state=S.BUDGET_REVIEW, agency=agency))
    client = as_(person(Role.AGENCY, organisation=agency))
    move = page("project-proposal-move", line.proposal.pk, "review_budget")
    assert client.get(move).status_code == 200
    form = {
        "lines_item": ["equipment"],
        "lines_reason": ["示例理由"],
        "reviewer": "示例专家",
        "opinion": "示例",
    }
    assert client.post(move, form | {"lines_accepted": ["许多"]}).status_code == 422

    assert client.post(move, form | {"lines_accepted": ["900,000"]}).status_code == 302
    line.refresh_from_db()
    assert (line.accepted, line.cut) == (900_000, 100_000)


def test_ranking_and_decision_keep_to_the_money():
    call = ProjectCallFactory(over=True, budget="1000000.00")
    best = ProposalFactory(call=call, state=S.DECISION, score="90.00")
    other = ProposalFactory(call=call, state=S.DECISION, score="80.00")
    clerk = as_(person(Role.BUREAU_CLERK))

    ranked = clerk.get(page("project-ranking", call.pk)).content.decode()
    assert ranked.index(best.title) < ranked.index(other.title)
    assert "额度不足" in ranked
    assert clerk.get(f"{page('project-decision-new')}?call={call.pk}").status_code == 200
    form = {
        "call": call.pk,
        "minute_number": "示例纪要",
        "meeting_on": clock.today(),
        "items_item": [best.pk, other.pk],
        "items_outcome": ["shortlist", "shortlist"],
        "items_grant": ["1000000", "1000000"],
        "items_reason": ["", ""],
    }
    assert clerk.post(page("project-decision-new"), form).status_code == 409
    form |= {"items_outcome": ["shortlist", "reject"], "items_reason": ["", "示例理由"]}
    assert clerk.post(page("project-decision-new"), form).status_code == 302

    decision = ProjectDecision.objects.get()
    approver = as_(person(Role.BUREAU_APPROVER))
    assert approver.get(decision.get_absolute_url()).status_code == 200
    assert approver.post(page("project-decision-move", decision.pk, "release")).status_code == 302
    assert selectors.find(best.pk).state == S.PUBLICITY
    assert approver.get(best.get_absolute_url()).status_code == 200
    assert clerk.get(page("project-decision-list")).status_code == 200


def test_the_overview_counts_and_draws_the_line_of_time():
    stage = ProjectStageFactory(project__starts_on="2025-01-01", project__ends_on="2025-12-31")
    project = stage.project

    text = as_(person(Role.BUREAU_CLERK)).get(page("project-overview") + "?year=2026").content.decode()
    own = as_(person(Role.ENT_FILLER, organisation=project.host)).get(page("project-overview"))
    stranger = as_(person(Role.ENT_FILLER)).get(page("project-overview")).content.decode()

    for words in (project.title, project.number, "逾期未结", "年度目标", project.chain.name):
        assert words in text
    assert project.title in own.content.decode()
    assert project.title not in stranger


def test_papers_say_what_was_decided():
    from projects import documents
    from tests.factories.records import AuditEventFactory

    proposal = fill(ProposalFactory(state=S.APPROVED))
    ProjectFactory(proposal=proposal)
    ProposalVersionFactory(proposal=proposal)
    facts = {"subject": proposal, "verb": "projects.proposal.approve"}
    event = AuditEventFactory(**facts, data={"paper": {"kind": "project_notice", "number": "X"}})

    notice = documents.paper_of(proposal, event)["context"]
    assert (notice["grant"], [one["amount"] for one in notice["instalments"]]) == (
        "1,000,000",
        ["700,000", "300,000"],
    )
    refused = AuditEventFactory(
        subject=proposal,
        verb="projects.proposal.reject",
        reason="一\n二",
        data={"paper": {"kind": "project_refusal", "number": "Y"}},
    )
    assert documents.paper_of(proposal, refused)["context"]["reasons"] == ["一", "二"]
    handed = AuditEventFactory(
        subject=proposal,
        verb="projects.proposal.hand_in",
        data={"paper": {"kind": "project_book", "number": "Z", "version": 1}},
    )
    book = documents.paper_of(proposal, handed)
    assert [chapter["number"] for chapter in book["context"]["chapters"]] == list("1234567")
    assert "110101198001010010" not in str(book)
