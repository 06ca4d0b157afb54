"""The officers' verbs: what each does, stamps and records; each refusal leaves no trace."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.roles import Role
from institutes import services
from institutes.enums import ApplicationState as S
from institutes.models import Recognition, ReturnReason, SiteVisit
from notices.models import Notice
from notices.selectors import item_of
from notices.services import propose_finding
from records import audit, clock, deadlines
from records.errors import Conflict, Incomplete, SamePerson
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.institutes import (
    PDF,
    ApplicationFactory,
    ApplicationVersionFactory,
    IndustryChainFactory,
    a_pdf,
    decide,
    engage,
    looked_up,
    policy_terms,
)
from tests.factories.notices import ObjectionFactory, publish_rules

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
OPINION = "该单位为产业链链主企业，共建单位齐备，治理结构完整，建设方案可行，同意推荐申报。"
SUPPORT = "纳入本级预算，配套支持。"
PEOPLE = [
    {"name": "示例专家甲", "role": "expert", "employer": "示例大学"},
    {"name": "示例专家乙", "role": "expert", "employer": "示例研究所"},
    {"name": "示例见证人", "role": "county", "employer": "示例区科技管理部门"},
]


@pytest.fixture(autouse=True)
def _monday():
    with clock.at(MONDAY):
        yield


@pytest.fixture
def rules():
    publish_rules()


def checks(**faults):
    """The whole checklist met, but for ``faults`` (item → (result, note))."""
    items = [item["code"] for item in policy_terms()["checklist"]]
    return dict.fromkeys(items, ("met", "")) | faults


def unchanged(application, state):
    """Nothing was written: neither the state nor the register."""
    application.refresh_from_db()
    return application.state == state and not audit.history(application).exists()


def decided(**fields):
    """An application that waits for the decision, with a book that says who builds the institute."""
    application = ApplicationFactory(state=S.PENDING_DECISION, chain=IndustryChainFactory(), **fields)
    answers = {
        "basics": {"build_from": "2026-12-01", "build_to": "2028-11-30"},
        "partners": {"partners": [{"key": "0", "name": "示例大学"}, {"key": "1", "name": "示例配套公司"}]},
        "governance": {
            "people": [
                {"key": "0", "body": "council", "name": "示例理事"},
                {"key": "1", "body": "director", "name": "示例院长"},
            ]
        },
    }
    ApplicationVersionFactory(application=application, answers=answers)
    return application


def published(**fields):
    """An application on a public notice since Monday."""
    application = decided(**fields)
    notice = decide(shortlist=[application])
    return application, notice.items.get()


def titles(user):
    return list(Notice.objects.filter(recipient=user).values_list("title", flat=True))


# --- county ---------------------------------------------------------------------------------------


def test_county_return_ties_reasons_to_fields_and_tells_the_unit():
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    by, filler = UserFactory(), person(Role.ENT_FILLER, organisation=application.host)

    services.county_return(
        application=application,
        reasons=[
            {"section": "basics", "field": "institute_name", "text": "名称与产业不符。"},
            {"section": "budget", "field": "", "text": "来源与支出不等。"},
        ],
        by=by,
    )

    application.refresh_from_db()
    rows = ReturnReason.objects.values_list("section", "field", "text", "raised_by", "raised_at")
    assert application.state == S.DRAFT
    assert list(rows) == [
        ("basics", "institute_name", "名称与产业不符。", by.pk, MONDAY),
        ("budget", "", "来源与支出不等。", by.pk, MONDAY),
    ]
    assert audit.history(application).get().data == {"reasons": 2}
    assert titles(filler) == [f"县级科技管理部门退回了申报书：{application}"]


@pytest.mark.parametrize(
    "reasons", [[], [{"section": "basics", "text": " "}], [{"section": "", "text": "有误"}]], ids=str
)
def test_county_return_needs_reasons(reasons):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)

    with pytest.raises(Incomplete, match="退回须写明理由"):
        services.county_return(application=application, reasons=reasons, by=UserFactory())

    assert unchanged(application, S.COUNTY_REVIEW)


def test_propose_recommendation_keeps_the_due_date_and_tells_the_leader():
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    looked_up(application)
    deadlines.open_for(application, label="待推荐", role=Role.COUNTY_STAFF, working_days=10)
    due_on = deadlines.current(application).due_on
    by, lead = UserFactory(), person(Role.COUNTY_LEAD, division=application.division.code)

    with clock.at(MONDAY + timedelta(days=3)):
        services.propose_recommendation(
            application=application, proposal="recommend", opinion=OPINION, support=SUPPORT, by=by
        )

    application.refresh_from_db()
    deadline = deadlines.current(application)
    assert (application.state, application.county_proposed_by) == (S.COUNTY_SIGNING, by)
    assert (application.county_opinion, application.county_support) == (OPINION, SUPPORT)
    assert (deadline.holder_role, deadline.due_on) == (Role.COUNTY_LEAD, due_on)
    assert titles(lead) == [f"推荐函待签发：{application}"]


def test_propose_recommendation_names_every_fault():
    application = ApplicationFactory(state=S.COUNTY_REVIEW)

    with pytest.raises(Incomplete) as refused:
        services.propose_recommendation(
            application=application, proposal="recommend", opinion="同意。", support="", by=UserFactory()
        )

    assert [(reason.field, reason.clause) for reason in refused.value.reasons] == [
        ("opinion", ""),
        ("support", "二(三)1"),
        *[("integrity", "")] * 4,
    ]
    assert "还差 27 字" in str(refused.value)
    assert unchanged(application, S.COUNTY_REVIEW)


def test_a_county_that_does_not_recommend_promises_no_support():
    application = ApplicationFactory(state=S.COUNTY_REVIEW)

    services.propose_recommendation(
        application=application, proposal="refuse", opinion=OPINION, by=UserFactory()
    )

    assert application.county_proposal == "refuse"


def test_sign_recommendation_takes_a_number_and_starts_the_formal_review():
    application = ApplicationFactory(state=S.COUNTY_SIGNING)
    by, clerk = UserFactory(), person(Role.BUREAU_CLERK)

    services.sign_recommendation(application=application, by=by)

    application.refresh_from_db()
    event, deadline = audit.history(application).get(), deadlines.current(application)
    assert (application.state, application.county_signed_by) == (S.FORMAL_REVIEW, by)
    assert event.data["paper"] == {"kind": "recommendation", "number": "SJZ-TJ-2026-0001"}
    assert (deadline.holder_role, str(deadline.due_on)) == (Role.BUREAU_CLERK, "2026-12-07")
    assert titles(clerk) == [f"待形式审查：{application}"]


def test_who_drafted_the_opinion_does_not_sign_it():
    application = ApplicationFactory(state=S.COUNTY_SIGNING)

    with pytest.raises(SamePerson):
        services.sign_recommendation(application=application, by=application.county_proposed_by)

    assert unchanged(application, S.COUNTY_SIGNING)


def test_the_signature_follows_the_draft():
    positive = ApplicationFactory(state=S.COUNTY_SIGNING)
    negative = ApplicationFactory(state=S.COUNTY_SIGNING, county_proposal="refuse")

    with pytest.raises(Conflict, match="拟推荐"):
        services.refuse_recommendation(application=positive, reason="示例", by=UserFactory())
    with pytest.raises(Conflict, match="拟不推荐"):
        services.sign_recommendation(application=negative, by=UserFactory())

    assert unchanged(positive, S.COUNTY_SIGNING)
    assert unchanged(negative, S.COUNTY_SIGNING)


def test_refuse_recommendation_closes_with_reasons():
    application = ApplicationFactory(state=S.COUNTY_SIGNING, county_proposal="refuse")
    admin, by = person(Role.ENT_ADMIN, organisation=application.host), UserFactory()

    services.refuse_recommendation(application=application, reason="不在本县产业链上", by=by)

    application.refresh_from_db()
    assert (application.state, application.closed_by) == (S.CLOSED_NOT_RECOMMENDED, by)
    assert application.closing_reason == "不在本县产业链上"
    assert audit.history(application).get().data["paper"]["kind"] == "result_notice"
    assert "理由：不在本县产业链上。" in Notice.objects.get(recipient=admin).body


def test_send_back_recommendation_returns_it_to_the_clerk():
    application = ApplicationFactory(state=S.COUNTY_SIGNING)
    staff = person(Role.COUNTY_STAFF, division=application.division.code)
    filler = person(Role.ENT_FILLER, organisation=application.host)

    services.send_back_recommendation(application=application, reason="补充支持措施", by=UserFactory())

    assert application.state == S.COUNTY_REVIEW
    assert titles(staff) == [f"已退回经办重拟：{application}"]
    assert titles(filler) == []


# --- formal review --------------------------------------------------------------------------------


def test_propose_formal_stores_the_checklist_of_the_round():
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    by = UserFactory()
    found = checks(agreements_valid=("unmet", "协议缺少签署日期"), finance_complete=("noted", "成立不足三年"))

    services.propose_formal(application=application, checks=found, finding="supplement", by=by)

    application.refresh_from_db()
    assert (application.state, application.formal_round) == (S.FORMAL_CONFIRMATION, 1)
    assert (application.formal_finding, application.formal_proposed_by) == ("supplement", by)
    stored = {check.item: (check.result, check.note) for check in application.formal_checks.all()}
    assert stored == found


@pytest.mark.parametrize(
    ("faults", "finding", "opinion", "words"),
    [
        ({"in_time": ("unmet", "逾期")}, "pass", "", ["有 1 项不符合，不能提出通过。"]),
        ({}, "supplement", "", ["各项均无不符合，不能提出补正或不通过。"]),
        ({"in_time": ("unmet", "逾期")}, "fail", "", ["不通过须写明审查意见，将随结果告知申报单位。"]),
        (
            {"in_time": ("unmet", " ")},
            "supplement",
            "",
            ["“在受理期内由适格单位提交”不是“符合”，须写明情况。"],
        ),
        ({"in_time": ("", "")}, "pass", "", ["“在受理期内由适格单位提交”请选择符合、不符合或说明。"]),
        ({"unknown": ("met", "")}, "pass", "", ["检查表中没有“unknown”这一项。"]),
        ({}, "perhaps", "", ["请选择审查意见：通过、补正或不通过。"]),
    ],
    ids=[
        "pass-with-defect",
        "nothing-to-mend",
        "fail-without-words",
        "no-note",
        "no-result",
        "strange-item",
        "no-finding",
    ],
)
def test_propose_formal_must_follow_from_the_checklist(faults, finding, opinion, words):
    application = ApplicationFactory(state=S.FORMAL_REVIEW)

    with pytest.raises(Incomplete) as refused:
        services.propose_formal(
            application=application,
            checks=checks(**faults),
            finding=finding,
            opinion=opinion,
            by=UserFactory(),
        )

    assert [str(reason) for reason in refused.value.reasons] == words
    assert unchanged(application, S.FORMAL_REVIEW)
    assert not application.formal_checks.exists()


def test_propose_formal_asks_for_every_item():
    application = ApplicationFactory(state=S.FORMAL_REVIEW)

    with pytest.raises(Incomplete) as refused:
        services.propose_formal(application=application, checks={}, finding="pass", by=UserFactory())

    assert len(refused.value.reasons) == len(policy_terms()["checklist"]) == 12


def test_a_second_supplement_is_not_asked_for():
    application = ApplicationFactory(state=S.FORMAL_REVIEW, supplements=1)

    with pytest.raises(Incomplete, match="补正以 1 次为限"):
        services.propose_formal(
            application=application,
            checks=checks(in_time=("unmet", "仍缺")),
            finding="supplement",
            by=UserFactory(),
        )


def test_confirm_pass_engages_an_agency():
    application = ApplicationFactory(state=S.FORMAL_CONFIRMATION)
    agency = OrganisationFactory(kind=OrganisationKind.AGENCY)
    manager, other, by = person(Role.AGENCY, organisation=agency), person(Role.AGENCY), UserFactory()

    engage(application, agency)
    services.confirm_pass(application=application, agency=agency, by=by)

    application.refresh_from_db()
    deadline = deadlines.current(application)
    assert (application.state, application.agency, application.formal_confirmed_by) == (
        S.REVIEWING,
        agency,
        by,
    )
    assert (deadline.holder_role, deadline.holder_organisation_id) == (Role.AGENCY, agency.pk)
    assert (titles(manager), titles(other)) == ([f"专家评审：{application.alias}"], [])


@pytest.mark.parametrize(
    "fields",
    [{"kind": OrganisationKind.ENTERPRISE}, {"kind": OrganisationKind.AGENCY, "pending": True}],
    ids=["no-agency", "not-confirmed"],
)
def test_confirm_pass_engages_confirmed_agencies_only(fields):
    application = ApplicationFactory(state=S.FORMAL_CONFIRMATION)

    with pytest.raises(Incomplete, match="已确认的第三方机构"):
        services.confirm_pass(application=application, agency=OrganisationFactory(**fields), by=UserFactory())

    assert unchanged(application, S.FORMAL_CONFIRMATION)


def test_confirm_pass_engages_nobody_without_an_engagement_for_the_call():
    application, other = ApplicationFactory(state=S.FORMAL_CONFIRMATION), ApplicationFactory()
    agency = engage(other, OrganisationFactory(kind=OrganisationKind.AGENCY))

    with pytest.raises(Incomplete, match="评审委托"):
        services.confirm_pass(application=application, agency=agency, by=UserFactory())

    assert unchanged(application, S.FORMAL_CONFIRMATION)


@pytest.mark.parametrize("finding", ["pass", "supplement", "fail"])
def test_the_confirmation_follows_the_finding(finding):
    verbs = {
        "pass": lambda a: services.confirm_pass(
            application=a,
            agency=engage(a, OrganisationFactory(kind=OrganisationKind.AGENCY)),
            by=UserFactory(),
        ),
        "supplement": lambda a: services.confirm_supplement(application=a, by=UserFactory()),
        "fail": lambda a: services.confirm_fail(application=a, by=UserFactory()),
    }
    application = ApplicationFactory(state=S.FORMAL_CONFIRMATION, formal_finding=finding)

    for other in verbs.keys() - {finding}:
        with pytest.raises(Conflict, match="退回经办复核"):
            verbs[other](application)

    assert unchanged(application, S.FORMAL_CONFIRMATION)


def proposed(finding, **faults):
    application = ApplicationFactory(state=S.FORMAL_REVIEW)
    services.propose_formal(
        application=application,
        checks=checks(**faults),
        finding=finding,
        opinion="示例意见。",
        by=UserFactory(),
    )
    return application


def test_confirm_supplement_tells_everything_once():
    application = proposed("supplement", in_time=("unmet", "缺一"), agreements_valid=("unmet", "缺二"))
    filler = person(Role.ENT_FILLER, organisation=application.host)

    services.confirm_supplement(application=application, by=UserFactory())

    application.refresh_from_db()
    reasons = list(ReturnReason.objects.values_list("section", "text"))
    assert (application.state, application.supplements) == (S.SUPPLEMENT_REQUESTED, 1)
    assert reasons == [
        ("basics", "在受理期内由适格单位提交：缺一"),
        ("partners", "共建协议有效并已签署：缺二"),
    ]
    assert audit.history(application).last().data["paper"]["kind"] == "supplement_notice"
    assert (
        "2 处，请于2026年11月30日前提交"
        in Notice.objects.get(recipient=filler, event__endswith="supplement").body
    )


def test_confirm_fail_closes_with_the_clerks_words():
    application = proposed("fail", in_time=("unmet", "逾期提交"))

    services.confirm_fail(application=application, by=UserFactory())

    application.refresh_from_db()
    assert (application.state, application.closing_reason) == (S.CLOSED_FORMAL, "示例意见。")


def test_who_checked_does_not_confirm():
    application = proposed("fail", in_time=("unmet", "逾期提交"))

    with pytest.raises(SamePerson):
        services.confirm_fail(application=application, by=application.formal_proposed_by)


def test_send_back_formal_keeps_the_checklist_and_counts_a_new_round():
    application = proposed("fail", in_time=("unmet", "逾期提交"))

    services.send_back_formal(application=application, reason="复核时间", by=UserFactory())
    services.propose_formal(application=application, checks=checks(), finding="pass", by=UserFactory())

    assert application.formal_round == 2
    assert application.formal_checks.count() == 24


def test_lapse_supplement_waits_for_the_last_day_to_end():
    application = proposed("supplement", in_time=("unmet", "缺一"))
    services.confirm_supplement(application=application, by=UserFactory())
    last = datetime(2026, 11, 30, 23, 59, tzinfo=MONDAY.tzinfo)

    with pytest.raises(Conflict, match="尚未届满"):
        services.lapse_supplement(application=application, at=last)
    services.lapse_supplement(application=application, at=last + timedelta(minutes=1))

    application.refresh_from_db()
    assert application.state == S.CLOSED_FORMAL
    assert application.closing_reason == "未在2026年11月30日前提交补正材料，视为放弃本次申报。"


# --- review and visit -----------------------------------------------------------------------------


def test_record_review_passes_on_to_the_visit():
    application, by = ApplicationFactory(state=S.REVIEWING), UserFactory()

    services.record_review(
        application=application, score=Decimal("81.25"), passed=True, opinion="可行。", by=by
    )

    application.refresh_from_db()
    assert (application.state, application.review_score) == (S.SITE_VISIT, Decimal("81.25"))
    assert (application.reviewed_by, application.review_opinion) == (by, "可行。")


def test_record_review_closes_what_does_not_pass():
    application = ApplicationFactory(state=S.REVIEWING)

    services.record_review(
        application=application, score=Decimal("52.00"), passed=False, opinion="目标不清。", by=UserFactory()
    )

    application.refresh_from_db()
    assert (application.state, application.closing_reason) == (S.CLOSED_REVIEW, "目标不清。")
    assert audit.history(application).get().data["paper"]["kind"] == "result_notice"


def visit(application, **changed):
    fields = {
        "visited_on": timezone.localdate(MONDAY),
        "participants": PEOPLE,
        "findings": "设备与清单一致。",
        "consistent": True,
        "sheet": a_pdf("考察表.pdf"),
        "photos": [a_pdf("照片.pdf", PDF + b"%")],
        "by": UserFactory(),
    }
    return services.record_visit(application=application, **(fields | changed))


def test_record_visit_puts_the_case_before_the_decision():
    application = ApplicationFactory(state=S.SITE_VISIT)

    record = visit(application)

    application.refresh_from_db()
    assert application.state == S.PENDING_DECISION
    assert SiteVisit.objects.get() == record
    assert (record.participants, record.consistent, record.recorded_at) == (PEOPLE, True, MONDAY)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"participants": PEOPLE[1:]}, ["参加考察的专家不少于 2 名，现登记 1 名。"]),
        ({"participants": PEOPLE[:2]}, ["须登记县级科技管理部门的见证人。"]),
        ({"participants": [PEOPLE[0], PEOPLE[0], PEOPLE[2]]}, ["参加考察的专家不少于 2 名，现登记 1 名。"]),
        ({"findings": " "}, ["请写明考察情况。"]),
        ({"sheet": None}, ["须上传全体参加人员签字的现场考察表。"]),
        ({"photos": []}, ["须上传至少一张现场照片。"]),
        (
            {"findings": "", "sheet": None, "photos": []},
            ["请写明考察情况。", "须上传全体参加人员签字的现场考察表。", "须上传至少一张现场照片。"],
        ),
        ({"visited_on": MONDAY.date() + timedelta(days=1)}, ["考察日期不能晚于今天。"]),
        ({"visited_on": MONDAY.date() - timedelta(days=1)}, ["考察日期不能早于评审完成之日。"]),
    ],
    ids=[
        "one-expert",
        "no-witness",
        "one-expert-twice",
        "no-words",
        "no-sheet",
        "no-photo",
        "nothing",
        "tomorrow",
        "before-the-review",
    ],
)
def test_record_visit_refusals(changed, words):
    application = ApplicationFactory(state=S.SITE_VISIT)

    with pytest.raises(Incomplete) as refused:
        visit(application, **changed)

    assert [str(reason) for reason in refused.value.reasons] == words
    assert unchanged(application, S.SITE_VISIT)


# --- publicity ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("rules")
def test_an_objection_stops_the_clock_of_its_item_alone():
    application, item = published()
    other, _item = published()
    objection = ObjectionFactory(item=item)

    with clock.at(MONDAY + timedelta(days=1)):
        services.take_up_objection(objection=objection, by=UserFactory())

    for row in (application, other, item):
        row.refresh_from_db()
    assert (application.state, other.state) == (S.OBJECTION_HANDLING, S.PUBLICITY)
    assert (str(item.paused_on), item.days_left) == ("2026-11-24", 3)


def handled(item):
    """An objection that was accepted on Tuesday and waits for the decision since Wednesday."""
    objection = ObjectionFactory(item=item)
    with clock.at(MONDAY + timedelta(days=1)):
        services.take_up_objection(objection=objection, by=UserFactory())
    with clock.at(MONDAY + timedelta(days=2)):
        propose_finding(
            objection=objection, finding="dismiss", reply="经查核，异议不成立。", by=UserFactory()
        )
    return objection


@pytest.mark.usefixtures("rules")
def test_a_dismissed_objection_lets_the_clock_go_on():
    application, item = published()
    objection = handled(item)

    with clock.at(MONDAY + timedelta(days=7)):
        services.dismiss_objection(objection=objection, by=UserFactory())

    application.refresh_from_db()
    item.refresh_from_db()
    assert application.state == S.PUBLICITY
    assert str(item.ends_on) == "2026-12-03"
    assert deadlines.current(application).due_on == item.ends_on


@pytest.mark.usefixtures("rules")
def test_two_objections_must_both_be_dismissed():
    application, item = published()
    first, second = handled(item), handled(item)

    with clock.at(MONDAY + timedelta(days=7)):
        services.dismiss_objection(objection=first, by=UserFactory())
        application.refresh_from_db()
        assert application.state == S.OBJECTION_HANDLING
        services.dismiss_objection(objection=second, by=UserFactory())

    application.refresh_from_db()
    assert application.state == S.PUBLICITY


@pytest.mark.usefixtures("rules")
def test_an_upheld_objection_closes_the_application():
    application, item = published()
    objection = handled(item)

    with clock.at(MONDAY + timedelta(days=7)):
        services.uphold_objection(objection=objection, by=UserFactory())

    application.refresh_from_db()
    item.refresh_from_db()
    assert application.state == S.CLOSED_OBJECTION
    assert item.withdrawn_at is not None
    assert objection.number in application.closing_reason


@pytest.mark.usefixtures("rules")
def test_an_objection_founded_in_part_publishes_the_case_again():
    application, item = published()
    objection = handled(item)

    with clock.at(MONDAY + timedelta(days=7)):
        services.partly_uphold_objection(
            objection=objection, correction="建设地点更正为长安区。", by=UserFactory()
        )

    application.refresh_from_db()
    again = item_of(application)
    assert application.state == S.PUBLICITY
    assert (again.corrects, str(again.notice.first_day), str(again.ends_on)) == (
        item,
        "2026-11-30",
        "2026-12-04",
    )
    assert deadlines.current(application).due_on == again.ends_on
    with clock.at(MONDAY + timedelta(days=12)):
        services.recognise_application(application=application, by=UserFactory())
    assert application.state == S.RECOGNISED


@pytest.mark.usefixtures("rules")
def test_a_case_founded_in_part_waits_for_the_objections_that_are_left():
    application, item = published()
    first, second = handled(item), ObjectionFactory(item=item)

    with clock.at(MONDAY + timedelta(days=7)):
        services.partly_uphold_objection(objection=first, correction="更正。", by=UserFactory())
        application.refresh_from_db()
        assert application.state == S.OBJECTION_HANDLING
        services.refuse_objection(objection=second, reply="与公示内容无关。", by=UserFactory())

    application.refresh_from_db()
    assert application.state == S.PUBLICITY
    assert item_of(application).corrects == item


# --- recognition ----------------------------------------------------------------------------------


AFTER_THE_END = datetime(2026, 11, 28, 0, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.usefixtures("rules")
def test_recognise_creates_institute_and_certificate_number():
    application, item = published()

    with clock.at(AFTER_THE_END):
        recognition = services.recognise_application(application=application, by=UserFactory())

    application.refresh_from_db()
    item.refresh_from_db()
    institute = recognition.institute
    assert application.state == S.RECOGNISED
    assert (recognition.certificate_number, recognition.year, recognition.sequence) == (
        "SJZ-CYY-2026-001",
        2026,
        1,
    )
    assert (institute.name, institute.host) == (application.institute_name, application.host)
    assert (institute.co_builders, institute.director) == (["示例大学", "示例配套公司"], "示例院长")
    assert (str(institute.build_from), str(institute.build_to)) == ("2026-12-01", "2028-11-30")
    assert item.concluded_at == AFTER_THE_END
    paper = audit.history(application).last().data["paper"]
    assert paper == {"kind": "certificate", "number": "SJZ-CYY-2026-001"}


@pytest.mark.usefixtures("rules")
def test_recognise_waits_for_the_last_day_to_end():
    application, _item = published()

    with (
        clock.at(AFTER_THE_END - timedelta(minutes=1)),
        pytest.raises(Conflict, match="公示期至2026年11月27日 24 时"),
    ):
        services.recognise_application(application=application, by=UserFactory())

    application.refresh_from_db()
    assert application.state == S.PUBLICITY
    assert not Recognition.objects.exists()


@pytest.mark.usefixtures("rules")
def test_recognise_waits_for_an_objection_that_nobody_has_looked_at():
    application, item = published()
    ObjectionFactory(item=item)

    with clock.at(AFTER_THE_END), pytest.raises(Conflict, match="尚有 1 件异议未办结"):
        services.recognise_application(application=application, by=UserFactory())


@pytest.mark.usefixtures("rules")
def test_a_refused_recognition_takes_no_number():
    early, _item = published()
    with pytest.raises(Conflict):
        services.recognise_application(application=early, by=UserFactory())

    with clock.at(AFTER_THE_END):
        recognition = services.recognise_application(application=early, by=UserFactory())

    assert recognition.sequence == 1
