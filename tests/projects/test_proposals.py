"""A proposal by its services: begun, filled in, handed in, judged, decided, published, approved; what each refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Organisation
from accounts.roles import Role
from institutes.models import Recognition
from notices.models import Notice, PublicNoticeItem
from projects import integrity, selectors, services
from projects.enums import ProposalState as S
from projects.models import Project, ProjectDecision, Proposal, ProposalHint
from projects.services.unit import missing_of
from records import audit, calendar, clock, deadlines
from records.errors import (
    BadFile,
    Conflict,
    IllegalMove,
    Incomplete,
    NotEligible,
    OverBudget,
    SamePerson,
    StaleVersion,
    TooLate,
)
from tests.factories.accounts import OrganisationFactory, person, system_user
from tests.factories.institutes import RecognitionFactory, a_user
from tests.factories.projects import (
    LEADER,
    MILLION,
    ProjectCallFactory,
    ProjectFactory,
    ProposalCheckFactory,
    ProposalFactory,
    ProposalHintFactory,
    TopicFactory,
    complete,
    fill,
    stamps_of,
)
from tests.factories.records import pdf_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("edition", "rung")]

OPINION = "经核实，单位证照齐全，联合协议真实有效，自筹资金已落实，同意推荐申报联合攻关专项项目。"
CHECKLIST = (
    "leader_unit",
    "partners",
    "agreement",
    "topic",
    "leader",
    "content",
    "budget",
    "integrity",
    "annexes",
)
ALL_MET = dict.fromkeys(CHECKLIST, ("met", ""))
D = Decimal


def unit_of(proposal, role=Role.ENT_FILLER):
    return person(role, organisation=proposal.host)


def of_county(proposal, role):
    return person(
        role, organisation=OrganisationFactory(kind="county_government", division=proposal.division)
    )


def texts(error) -> str:
    return "\n".join(reason.text for reason in error.value.reasons)


def fields(error) -> list[str]:
    return [reason.field for reason in error.value.reasons]


def drafted(**facts) -> Proposal:
    """Everything written and brought, the leader named, not handed up yet."""
    facts = {"leader_id": "", "topic": None} | facts
    return fill(ProposalFactory(**facts))


def ready(**facts) -> Proposal:
    return drafted(leader_id=LEADER, **facts)


def handed_in(**facts) -> Proposal:
    found = ready(**facts)
    services.hand_up_proposal(project_proposal=found, by=unit_of(found))
    services.hand_in_proposal(project_proposal=found, by=unit_of(found, Role.ENT_ADMIN))
    return found


def looked_up(proposal, **facts):
    for item in ("abnormal_operation", "serious_dishonesty"):
        ProposalCheckFactory(proposal=proposal, item=item, **facts)


@pytest.fixture
def agency(monkeypatch):
    """An agency engaged for such reviews."""
    found = OrganisationFactory(kind="agency")
    rows = Organisation.objects.filter(pk=found.pk)
    monkeypatch.setitem(selectors.sides._TOLD, "agencies", lambda on: rows)
    return found


# --- begun and filled in ----------------------------------------------------------------------------------------------


def test_a_host_begins_as_often_as_it_likes():
    call, institute = ProjectCallFactory(), RecognitionFactory().institute
    by = person(Role.ENT_FILLER, organisation=institute.host)

    begun = [services.begin_proposal(call=call, institute=institute, by=by) for _n in range(3)]

    assert [(one.state, one.host, one.division) for one in begun] == [
        ("draft", institute.host, institute.division)
    ] * 3
    held = deadlines.current(begun[0])
    assert (held.due_on, held.holder_role) == (timezone.localdate(call.closes_at), "ent_filler")


def test_outside_the_window_nobody_begins():
    institute = RecognitionFactory().institute
    by = person(Role.ENT_FILLER, organisation=institute.host)

    with pytest.raises(TooLate, match="截止"):
        services.begin_proposal(call=ProjectCallFactory(over=True), institute=institute, by=by)
    late = ProjectCallFactory(opens_at=clock.now() + timedelta(days=1))
    with pytest.raises(TooLate, match="尚未开始"):
        services.begin_proposal(call=late, institute=institute, by=by)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"revoked_at": 1, "revocation_reason": "示例"}, "认定已撤销"),
        ({"suspended_at": 1, "suspended_until": "2027-01-01"}, "资格已暂停"),
    ],
)
def test_an_institute_that_does_not_stand_leads_nothing(change, words):
    recognition = RecognitionFactory()
    stamps = {name: clock.now() if value == 1 else value for name, value in change.items()}
    who = {name.replace("_at", "_by"): a_user("approver") for name in change if name.endswith("_at")}
    Recognition.objects.filter(pk=recognition.pk).update(**stamps, **who)
    by = person(Role.ENT_FILLER, organisation=recognition.institute.host)

    with pytest.raises(NotEligible, match=words):
        services.begin_proposal(call=ProjectCallFactory(), institute=recognition.institute, by=by)


def test_what_is_saved_is_kept_by_box_and_brought_into_columns():
    proposal = ProposalFactory(title="", topic=None, asked=None, own=None, months=None, leader_name="")
    topic = TopicFactory(guide=proposal.call.guide)
    changes = {"title": "示例光刻胶联合攻关", "topic": topic.pk, "months": 18}

    row = services.save_proposal_section(
        proposal=proposal, section="basics", changes=changes, version=0, by=unit_of(proposal)
    )
    services.save_proposal_section(
        proposal=proposal,
        section="budget",
        changes={"lines-equipment-grant": "900000.00", "lines-equipment-own": "1205000.00"},
        version=0,
        by=unit_of(proposal),
    )

    proposal.refresh_from_db()
    assert (proposal.title, proposal.topic, proposal.months) == ("示例光刻胶联合攻关", topic, 18)
    assert (proposal.asked, proposal.own) == (D("900000.00"), D("1205000.00"))
    assert row.version == 1


def test_what_somebody_else_wrote_is_not_overwritten_unseen():
    proposal = ProposalFactory()
    save = {"proposal": proposal, "section": "basics", "version": 0}
    services.save_proposal_section(**save, changes={"summary": "甲"}, by=unit_of(proposal))

    with pytest.raises(StaleVersion) as refusal:
        services.save_proposal_section(**save, changes={"summary": "乙"}, by=unit_of(proposal))

    assert [(one.mine, one.theirs) for one in refusal.value.clashes] == [("乙", "甲")]


def test_the_leaders_number_is_checked_and_kept_encrypted():
    proposal = drafted()
    with pytest.raises(Incomplete, match="校验位"):
        services.name_leader(proposal=proposal, id_number="11010119800101001X", by=unit_of(proposal))
    with pytest.raises(Incomplete, match="18 位"):
        services.name_leader(proposal=proposal, id_number="12", by=unit_of(proposal))

    services.name_leader(proposal=proposal, id_number="1101 0119 8001 0100 10", by=unit_of(proposal))

    proposal.refresh_from_db()
    assert (proposal.leader_id, proposal.leader_id_masked) == (LEADER, "110****0010")
    assert LEADER not in str(audit.history(proposal).values_list("data", flat=True))
    assert ProposalFactory(leader_id=LEADER).leader_mark == proposal.leader_mark


def test_annexes_are_taken_together_or_not_at_all():
    proposal = ProposalFactory()
    by = unit_of(proposal)
    with pytest.raises(BadFile):
        services.attach_proposal_files(
            proposal=proposal, kind="agreement", uploads=[pdf_upload(), pdf_upload("坏.pdf", b"x")], by=by
        )
    assert not selectors.files_of(proposal).exists()
    with pytest.raises(BadFile, match="没有"):
        services.attach_proposal_files(proposal=proposal, kind="licence", uploads=[pdf_upload()], by=by)

    (file,) = services.attach_proposal_files(
        proposal=proposal, kind="agreement", uploads=[pdf_upload()], by=by
    )
    services.remove_proposal_file(proposal=proposal, attachment=file, by=by)

    assert not selectors.files_of(proposal).exists()


# --- complete ---------------------------------------------------------------------------------------------------------


def test_a_whole_proposal_lacks_nothing():
    assert missing_of(ready()) == []


@pytest.mark.parametrize(
    ("section", "changes", "place", "words"),
    [
        ("basics", {"months": 25}, "months", "应为 12 至 24 个月"),
        ("basics", {"title": None}, "title", "未填写"),
        ("leader", {"leader_birth": "1960-01-01"}, "leader_birth", "超过 60 岁"),
        ("partners", {"partners": []}, "partners", "至少填写 1 行"),
        ("content", {"route": "太短"}, "route", "不少于 100 字"),
        ("targets", {"milestones": []}, "milestones", "至少填写 2 行"),
        ("budget", {"lines": None}, "lines-equipment-grant", "未填写"),
        ("commitment", {"promises": ["truthful"]}, "promises", "还须承诺"),
    ],
)
def test_every_fault_is_named_at_its_box(section, changes, place, words):
    proposal = ready()
    row = proposal.sections.get(code=section)
    row.answers = {name: value for name, value in (row.answers | changes).items() if value is not None}
    row.save()

    found = [one for one in missing_of(proposal) if (one.section, one.path) == (section, place)]

    assert [words in one.text for one in found] == [True]


@pytest.mark.parametrize(
    ("grant", "own", "reason", "words"),
    [
        ("799999.99", "900000.00", "", "应为 80 至 120 万元"),
        ("1200000.01", "1300000.00", "", "应为 80 至 120 万元"),
        ("900000.00", "900000.00", "", "须在第一部分写明理由"),
        ("900000.00", "900000.00", "示例理由", ""),
        ("1000000.00", "999999.99", "", "须不低于 100 万元"),
        ("1000000.00", "1000000.00", "", ""),
    ],
)
def test_the_grant_lies_in_its_band_and_the_unit_brings_as_much(grant, own, reason, words):
    proposal = ready()
    budget, basics = proposal.sections.get(code="budget"), proposal.sections.get(code="basics")
    lines = {code: {"grant": "0.00", "own": "0.00"} for code in budget.answers["lines"]}
    budget.answers = budget.answers | {"lines": lines | {"equipment": {"grant": grant, "own": own}}}
    basics.answers = basics.answers | ({"grant_reason": reason} if reason else {})
    budget.save()
    basics.save()

    found = "\n".join(one.text for one in missing_of(proposal))

    assert (words in found) if words else found == ""


def test_labour_takes_no_more_of_the_grant_than_allowed():
    proposal = ready()
    row = proposal.sections.get(code="budget")
    lines = row.answers["lines"] | {
        "labour": {"grant": "300000.01", "own": "0.00"},
        "equipment": {"grant": "399999.99", "own": "700000.00"},
    }
    row.answers = row.answers | {"lines": lines}
    row.save()

    assert [one.path for one in missing_of(proposal)] == []

    lines["labour"]["grant"], lines["equipment"]["grant"] = "310000.00", "390000.00"
    row.save()
    assert [one.path for one in missing_of(proposal)] == ["lines-labour-grant"]


def test_what_is_missing_is_refused_all_at_once():
    proposal = ProposalFactory(leader_id="")

    with pytest.raises(Incomplete) as refusal:
        services.hand_up_proposal(project_proposal=proposal, by=unit_of(proposal))

    assert {"basics.title", "content.route", "annexes.annex-agreement", "identity.id_number"} <= {
        *fields(refusal)
    }
    proposal.refresh_from_db()
    assert proposal.state == S.DRAFT


# --- handed in --------------------------------------------------------------------------------------------------------


def test_handing_in_freezes_the_book_and_makes_rows_of_its_budget():
    proposal = handed_in()

    assert proposal.state == S.COUNTY_REVIEW
    assert proposal.number == f"SJZ-LHSB-{clock.today().year}-0001"
    version = proposal.versions.get()
    assert version.answers["content"] == complete(proposal)["content"]
    assert len(version.attachments) == 3
    assert proposal.budget_lines.count() == 9
    assert sum(line.grant for line in proposal.budget_lines.all()) == proposal.asked == MILLION
    event = audit.history(proposal).get(verb="projects.proposal.hand_in")
    assert event.data["paper"] == {"kind": "project_book", "number": proposal.number, "version": 1}


def test_after_the_end_a_draft_stays_a_draft():
    proposal = ready(call=ProjectCallFactory(over=True))

    with pytest.raises(TooLate, match="不再接收"):
        services.hand_up_proposal(project_proposal=proposal, by=unit_of(proposal))


def test_what_the_county_returned_may_come_back_after_the_end():
    proposal = handed_in()
    services.county_return_proposal(
        project_proposal=proposal, reason="协议缺章", by=of_county(proposal, Role.COUNTY_STAFF)
    )
    type(proposal.call).objects.filter(pk=proposal.call_id).update(
        opens_at=clock.now() - timedelta(days=9),
        first_closes_at=clock.now() - timedelta(days=1),
        closes_at=clock.now() - timedelta(days=1),
    )
    proposal = Proposal.objects.get(pk=proposal.pk)

    services.hand_up_proposal(project_proposal=proposal, by=unit_of(proposal))
    services.hand_in_proposal(project_proposal=proposal, by=unit_of(proposal, Role.ENT_ADMIN))

    assert (proposal.state, proposal.versions.count()) == (S.COUNTY_REVIEW, 2)


def test_a_leader_with_an_overdue_project_leads_no_other():
    late = ProjectFactory(ends_on=clock.today() - timedelta(days=1), starts_on="2024-01-01")
    proposal = ready()

    with pytest.raises(NotEligible, match="至今未结"):
        services.hand_up_proposal(project_proposal=proposal, by=unit_of(proposal))

    Project.objects.filter(pk=late.pk).update(ended_at=clock.now(), ended_by=system_user())
    services.hand_up_proposal(project_proposal=proposal, by=unit_of(proposal))


def test_a_copied_proposal_is_pointed_at_and_both_show_it():
    first, second = handed_in(title="示例光刻胶树脂"), ready(title="示例感光材料")
    fill(second, texts=complete(first)["content"], files=False)
    third = handed_in(title="示例灌流培养工艺")
    services.hand_up_proposal(project_proposal=second, by=unit_of(second))
    services.hand_in_proposal(project_proposal=second, by=unit_of(second, Role.ENT_ADMIN))

    hint = ProposalHint.objects.get(proposal=second, other=first)
    assert hint.share == D("100.00")
    assert hint.passages[0]["here_in"] == hint.passages[0]["there_in"]
    assert list(selectors.hints_about(first)) == [hint]
    assert not ProposalHint.objects.filter(other=second).exclude(proposal=first).exists()
    assert third.state == S.COUNTY_REVIEW


# --- the county -------------------------------------------------------------------------------------------------------


def give(proposal, by, **facts):
    services.give_project_opinion(
        project_proposal=proposal, by=by, **({"stand": "recommend", "opinion": OPINION} | facts)
    )


def test_a_recommendation_needs_clean_and_fresh_look_ups():
    proposal = ProposalFactory(state=S.COUNTY_REVIEW)
    staff = of_county(proposal, Role.COUNTY_STAFF)
    with pytest.raises(Incomplete) as refusal:
        give(proposal, staff)
    assert len(refusal.value.reasons) == 2

    looked_up(proposal, checked_on=clock.today() - timedelta(days=31))
    with pytest.raises(Incomplete, match="有效期"):
        give(proposal, staff)
    looked_up(proposal)
    ProposalCheckFactory(proposal=proposal, result="listed", note="示例：地址失联")
    with pytest.raises(Incomplete, match="有记录"):
        give(proposal, staff)

    looked_up(proposal)
    give(proposal, staff)
    services.sign_project_opinion(project_proposal=proposal, by=of_county(proposal, Role.COUNTY_LEAD))

    assert proposal.state == S.FORMAL_REVIEW
    assert proposal.signed_by != proposal.opined_by


def test_a_look_up_is_entered_with_its_proof():
    proposal = ProposalFactory(state=S.COUNTY_REVIEW)
    facts = {"proposal": proposal, "checked_on": clock.today(), "by": of_county(proposal, Role.COUNTY_STAFF)}
    facts |= {"item": "abnormal_operation", "source": "示例网站"}
    with pytest.raises(Incomplete) as refusal:
        services.record_project_lookup(**facts, result="listed", evidence=None)
    assert fields(refusal) == ["note", "evidence"]

    check = services.record_project_lookup(**facts, result="clear", evidence=pdf_upload())

    assert [row["check"] for row in selectors.lookups_of(proposal)] == [check, None]
    assert audit.history(proposal).last().data["item"] == "abnormal_operation"


def test_everything_alike_is_answered_with_a_ground():
    hint = ProposalHintFactory()
    proposal = hint.proposal
    looked_up(proposal)
    staff = of_county(proposal, Role.COUNTY_STAFF)
    with pytest.raises(Incomplete) as refusal:
        give(proposal, staff)
    assert fields(refusal) == [f"hint_{hint.pk}"]
    with pytest.raises(NotEligible, match="同一内容"):
        give(proposal, staff, hints={hint.pk: ("same", "逐段相同")})

    give(proposal, staff, hints={hint.pk: ("different", "材料体系不同")})

    hint.refresh_from_db()
    assert (hint.county_finding, hint.county_note, hint.county_answered_by) == (
        "different",
        "材料体系不同",
        staff,
    )


def test_who_is_not_recommended_gets_the_reasons(rung, django_capture_on_commit_callbacks):
    hint = ProposalHintFactory()
    proposal = hint.proposal
    give(
        proposal,
        of_county(proposal, Role.COUNTY_STAFF),
        stand="refuse",
        hints={hint.pk: ("same", "逐段相同")},
    )
    filler, lead = unit_of(proposal), of_county(proposal, Role.COUNTY_LEAD)
    with pytest.raises(Conflict, match="不一致"):
        services.sign_project_opinion(project_proposal=proposal, by=lead)

    with django_capture_on_commit_callbacks(execute=True):
        services.refuse_project_opinion(project_proposal=proposal, by=lead)

    assert (proposal.state, proposal.closing_reason) == (S.CLOSED_COUNTY, OPINION)
    event = audit.history(proposal).last()
    assert event.data["paper"]["kind"] == "project_refusal"
    assert rung == [event.pk]
    assert Notice.objects.filter(recipient=filler, title__contains="未获推荐").exists()


# --- the formal review ------------------------------------------------------------------------------------------------


def examine(proposal, **facts):
    facts = {"marks": ALL_MET, "finding": "pass", "by": person(Role.BUREAU_CLERK)} | facts
    return services.propose_project_formal(project_proposal=proposal, **facts)


def test_the_finding_follows_from_the_checklist():
    proposal = ProposalFactory(state=S.FORMAL_REVIEW)
    unmet = ALL_MET | {"agreement": ("unmet", "协议未盖章")}
    with pytest.raises(Incomplete, match="有 1 项不符合"):
        examine(proposal, marks=unmet)
    with pytest.raises(Incomplete, match="尚未审查"):
        examine(proposal, marks={})
    with pytest.raises(Incomplete, match="须写明情况"):
        examine(proposal, marks=ALL_MET | {"agreement": ("unmet", "")}, finding="supplement", opinion="补章")
    with pytest.raises(Incomplete, match="不能要求补正"):
        examine(proposal, finding="supplement", opinion="补章")

    examine(proposal, marks=unmet, finding="supplement", opinion="请补盖公章")

    assert proposal.state == S.FORMAL_CONFIRMATION
    assert [mark for mark in proposal.formal_marks if not mark["met"]] == [
        {"code": "agreement", "met": False, "note": "协议未盖章"}
    ]


def test_one_supplement_and_no_more():
    proposal = handed_in()
    Proposal.objects.filter(pk=proposal.pk).update(
        state=S.FORMAL_REVIEW,
        county_stand="recommend",
        opined_at=clock.now(),
        opined_by=a_user("staff"),
        signed_at=clock.now(),
        signed_by=a_user("lead"),
    )
    proposal.refresh_from_db()
    unmet = ALL_MET | {"agreement": ("unmet", "协议未盖章")}
    examine(proposal, marks=unmet, finding="supplement", opinion="请补盖公章")
    services.confirm_project_supplement(project_proposal=proposal, by=person(Role.BUREAU_APPROVER))
    assert (proposal.state, proposal.supplements, proposal.is_editable) == (S.SUPPLEMENT, 1, True)

    services.resubmit_proposal(project_proposal=proposal, by=unit_of(proposal))

    assert (proposal.state, proposal.versions.count()) == (S.FORMAL_REVIEW, 2)
    with pytest.raises(Incomplete, match="以 1 次为限"):
        examine(proposal, marks=unmet, finding="supplement", opinion="请补盖公章")


def test_a_supplement_that_does_not_come_ends_the_proposal():
    proposal = ProposalFactory(state=S.SUPPLEMENT)
    deadlines.open_for(
        proposal, label="待补正", role="ent_filler", at=clock.now(), due_on=clock.today() - timedelta(days=1)
    )

    assert (services.lapse_project_supplements(), services.lapse_project_supplements()) == (1, 0)

    proposal.refresh_from_db()
    assert proposal.state == S.CLOSED_FORMAL
    assert "视为放弃" in proposal.closing_reason


def test_whoever_examined_does_not_confirm(agency):
    proposal, clerk = ProposalFactory(state=S.FORMAL_REVIEW), person(Role.BUREAU_CLERK)
    examine(proposal, by=clerk)

    with pytest.raises(SamePerson):
        services.confirm_project_pass(project_proposal=proposal, agency=agency, by=clerk)
    with pytest.raises(Incomplete, match="评审委托"):
        services.confirm_project_pass(
            project_proposal=proposal,
            agency=OrganisationFactory(kind="agency"),
            by=person(Role.BUREAU_APPROVER),
        )

    services.confirm_project_pass(project_proposal=proposal, agency=agency, by=person(Role.BUREAU_APPROVER))
    assert (proposal.state, proposal.agency) == (S.REVIEWING, agency)


# --- the reviews ------------------------------------------------------------------------------------------------------


def reviewed(proposal, *, passed=True, score="82.00"):
    return services.record_project_review(
        proposal=proposal,
        score=D(score),
        passed=passed,
        opinion="示例意见。",
        tie_break=D("20.00"),
        by=a_user("manager"),
    )


def test_experts_pass_it_on_to_the_budget_review_or_end_it():
    good, bad = ProposalFactory(state=S.REVIEWING), ProposalFactory(state=S.REVIEWING)

    reviewed(good)
    reviewed(bad, passed=False, score="55.00")

    assert (good.state, bad.state) == (S.BUDGET_REVIEW, S.CLOSED_REVIEW)
    assert "55.00 分" in bad.closing_reason
    services.reopen_project_review(proposal=good, reason="示例", by=a_user("approver"))
    assert (good.state, good.score, good.reviewed_at) == (S.REVIEWING, None, None)


def test_the_budget_review_accepts_line_by_line():
    proposal = handed_in()
    agency = OrganisationFactory(kind="agency")
    stamps = stamps_of(S.BUDGET_REVIEW, clock.now(), {"agency": agency})
    kept = {name: value for name, value in stamps.items() if name != "number"}
    Proposal.objects.filter(pk=proposal.pk).update(state=S.BUDGET_REVIEW, **kept)
    proposal.refresh_from_db()
    by = person(Role.AGENCY, organisation=agency)
    whole = {line.code: (line.grant, "") for line in proposal.budget_lines.all()}
    facts = {"project_proposal": proposal, "reviewer": "示例财务专家", "opinion": "示例意见", "by": by}
    with pytest.raises(Incomplete, match="请填写核定金额"):
        services.review_budget(**facts, lines={})
    with pytest.raises(Incomplete, match="核减的，须写明理由"):
        services.review_budget(**facts, lines=whole | {"equipment": (D("1.00"), "")})
    with pytest.raises(Incomplete, match="应在 0 至"):
        services.review_budget(**facts, lines=whole | {"equipment": (D("600000.01"), "多了")})

    services.review_budget(**facts, lines=whole | {"equipment": (D("500000.00"), "一台已有，不再购置")})

    assert (proposal.state, proposal.accepted) == (S.DECISION, D("900000.00"))
    assert proposal.budget_lines.get(code="equipment").cut == D("100000.00")


# --- the decision -----------------------------------------------------------------------------------------------------


def support(proposal, grant="1000000.00", reason=""):
    return {"proposal": proposal, "outcome": "shortlist", "grant": D(grant), "reason": reason}


def refuse(proposal, reason="示例：与产业需求结合不紧密"):
    return {"proposal": proposal, "outcome": "reject", "reason": reason}


def draft(call, *items, by=None, **facts) -> ProjectDecision:
    facts = {"minute_number": "示例局务会纪要〔2026〕9 号", "meeting_on": clock.today()} | facts
    return services.draft_project_decision(
        call=call, items=items, by=by or person(Role.BUREAU_CLERK), **facts
    )


def test_a_decision_keeps_within_the_budget_of_its_call():
    call = ProjectCallFactory(budget=D("2000000.00"), over=True)
    one, two, three = (ProposalFactory(call=call, state=S.DECISION) for _n in range(3))

    with pytest.raises(OverBudget, match="差 1,000,000 元"):
        draft(call, support(one), support(two), support(three))

    found = draft(call, support(one), support(two), refuse(three))
    assert (found.state, found.items.count()) == ("draft", 3)
    assert not selectors.to_decide(call).exists()


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (lambda p: support(p, "1200000.01"), "应在 80 至 120 万元之间"),
        (lambda p: support(p, "799999.99"), "应在 80 至 120 万元之间"),
        (lambda p: support(p, "900000.00"), "须写明理由"),
        (lambda p: support(p, "1100000.00", "示例理由"), "低于须有的 110 万元"),
        (lambda p: refuse(p, ""), "须写明理由"),
        (lambda p: {"proposal": p, "outcome": "", "reason": ""}, "请选择"),
    ],
)
def test_each_amount_has_its_ground(item, words):
    proposal = ProposalFactory(state=S.DECISION)

    with pytest.raises(Incomplete, match=words):
        draft(proposal.call, item(proposal))


def test_released_at_once_by_another_person_the_money_is_bound():
    call = ProjectCallFactory(over=True)
    good, bad = (ProposalFactory(call=call, state=S.DECISION) for _n in range(2))
    clerk, approver = person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)
    found = draft(call, support(good), refuse(bad), by=clerk)
    with pytest.raises(SamePerson):
        services.release_project_decision(project_decision=found, by=clerk)

    services.release_project_decision(project_decision=found, by=approver)

    call.refresh_from_db()
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, good.grant, bad.state, call.committed) == (
        S.PUBLICITY,
        MILLION,
        S.CLOSED_DECISION,
        MILLION,
    )
    item = PublicNoticeItem.objects.about(good).get()
    assert (item.name, item.host_name, item.notice.kind) == (good.title, good.host.name, "project")
    assert integrity.calls_bind_what_their_proposals_get() == []
    with pytest.raises(IllegalMove):
        services.release_project_decision(project_decision=found, by=approver)


def test_two_decisions_never_bind_more_than_the_call_has():
    call = ProjectCallFactory(budget=D("1500000.00"), over=True)
    one, two = (ProposalFactory(call=call, state=S.DECISION) for _n in range(2))
    first, second = draft(call, support(one)), draft(call, support(two))
    services.release_project_decision(project_decision=first, by=person(Role.BUREAU_APPROVER))

    with pytest.raises(OverBudget):
        services.release_project_decision(project_decision=second, by=person(Role.BUREAU_APPROVER))

    two.refresh_from_db()
    assert two.state == S.DECISION
    services.discard_project_decision(project_decision=second, reason="额度不足", by=a_user("project-clerk"))
    assert list(selectors.to_decide(call)) == [two]


def published(call=None) -> Proposal:
    call = call or ProjectCallFactory(over=True)
    found = ProposalFactory(call=call, state=S.DECISION)
    decision = draft(call, support(found))
    services.release_project_decision(project_decision=decision, by=person(Role.BUREAU_APPROVER))
    return Proposal.objects.get(pk=found.pk)


def after_publicity():
    days = 5
    day = calendar.add_working_days(clock.today(), days + 1)
    return clock.now() + (day - clock.today())


def test_what_ran_its_days_becomes_a_project():
    proposal = published()
    assert services.settle_publicities() == 0

    at = after_publicity()
    assert (services.settle_publicities(at=at), services.settle_publicities(at=at)) == (1, 0)

    proposal.refresh_from_db()
    project = Project.objects.get()
    assert (proposal.state, proposal.project_number) == (S.APPROVED, project.number)
    assert (project.grant, project.leader_mark, project.chain) == (
        MILLION,
        proposal.leader_mark,
        proposal.topic.chain,
    )
    assert project.starts_on == timezone.localdate(at)
    assert integrity.approved_proposals_are_projects() == []
    assert audit.history(proposal).last().data["paper"]["kind"] == "project_notice"


def test_a_proposal_whose_institute_ended_is_ended_by_a_person():
    proposal = published()
    Recognition.objects.filter(institute=proposal.institute).update(
        revoked_at=clock.now(), revoked_by=a_user("approver"), revocation_reason="示例"
    )
    assert services.settle_publicities(at=after_publicity()) == 0

    services.bar_proposal(project_proposal=proposal, reason="研究院认定已撤销", by=a_user("approver"))

    call = type(proposal.call).objects.get(pk=proposal.call_id)
    assert (proposal.state, call.committed) == (S.BARRED, 0)
    assert PublicNoticeItem.objects.about(proposal).get().withdrawn_at is not None


def test_a_unit_takes_its_proposal_back():
    proposal = handed_in()
    services.recall_proposal(
        project_proposal=proposal, reason="补充指标", by=unit_of(proposal, Role.ENT_ADMIN)
    )
    assert (proposal.state, proposal.is_editable) == (S.DRAFT, True)

    services.withdraw_proposal(
        project_proposal=proposal, reason="不再申报", by=unit_of(proposal, Role.ENT_ADMIN)
    )
    assert proposal.state == S.WITHDRAWN
