"""Acceptance by its services: opened once, prepared, frozen, opined, checked, concluded; what each step refuses."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.roles import Role
from evaluation import services, tasks
from evaluation.enums import AcceptanceState as S
from evaluation.integrity.acceptances import (
    acceptances_follow_their_institutes,
    passed_acceptances_rest_on_experts_targets_and_two_people,
)
from evaluation.kinds import Result
from evaluation.models import Acceptance
from evaluation.selectors import acceptances as selectors
from evaluation.services import sweeps
from institutes.models import Recognition, Revocation
from institutes.services import propose_revocation
from notices.models import Notice
from records import audit, calendar, clock, deadlines
from records.errors import (
    BadFile,
    Conflict,
    IllegalMove,
    Incomplete,
    NotEligible,
    SamePerson,
    StaleVersion,
)
from records.models import Attachment, AuditEvent
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.achievements import AchievementFactory, publish_achievement_rules
from tests.factories.evaluation import (
    FIGURE,
    OPINION,
    AcceptanceCheckFactory,
    AcceptanceFactory,
    ReviewEditionFactory,
    built_institute,
    engaged_for_acceptance,
    promised,
)
from tests.factories.institutes import ProgressReportFactory, ProgressValueFactory, a_user
from tests.factories.records import PDF, pdf_upload

pytestmark = pytest.mark.django_db

BUILT = date(2026, 11, 23)
PARTS = ("tasks", "platform", "governance", "funds", "results", "problems")
WORDS = {f"text_{code}": f"示例：{code} 的情况。" for code in PARTS}
MET = FIGURE
UNMET = FIGURE | {"actual": "1.00", "share": "50.00", "met": False}


@pytest.fixture(autouse=True)
def edition():
    return ReviewEditionFactory(kind="acceptance")


@pytest.fixture
def rung(monkeypatch):
    found = []
    monkeypatch.setattr(tasks.issue_paper, "delay", found.append)
    return found


def unit_of(acceptance, role=Role.ENT_FILLER):
    return person(role, organisation=acceptance.host)


def prepared(**facts) -> Acceptance:
    """Everything written and brought, not handed up yet."""
    found = AcceptanceFactory(**facts)
    by = unit_of(found)
    promised(found.institute, transfers=2, invention_patents=10)
    services.save_acceptance(acceptance=found, entries=WORDS, by=by)
    for n, kind in enumerate(("summary_report", "implementation_plan", "acceptance_evidence")):
        services.attach_acceptance_files(
            acceptance=found, kind=kind, uploads=[pdf_upload(f"示例{n}.pdf", PDF + b"%d" % n)], by=by
        )
    return found


def handed_in(**facts) -> Acceptance:
    found = prepared(**facts)
    services.hand_up_acceptance(acceptance=found, by=unit_of(found))
    services.hand_in_acceptance(acceptance=found, by=unit_of(found, Role.ENT_ADMIN))
    return found


def revoked(rows) -> None:
    by = a_user("approver-elsewhere")
    rows.update(revoked_at=clock.now(), revoked_by=by, revocation_reason="示例：挪用资金。")


def fields(error) -> list[str]:
    return [reason.field for reason in error.value.reasons]


# --- opened by the system -------------------------------------------------------------------------------------------


def test_each_recognised_institute_gets_one_and_a_repetition_adds_nothing():
    institute = built_institute()

    first, second = services.open_acceptances(), services.open_acceptances()

    row = Acceptance.objects.get()
    assert ([one.pk for one in first], second) == ([row.pk], [])
    assert (row.institute, row.state, row.attempt, row.ends_on) == (institute, S.PREPARING, 1, BUILT)
    assert (row.host_id, row.division_id) == (institute.host_id, institute.division_id)
    deadline = deadlines.current(row)
    assert (deadline.due_on, deadline.holder_role) == (BUILT, Role.ENT_FILLER)
    assert audit.history(row).get().verb == "evaluation.acceptance.begin"


def test_an_institute_that_ended_or_has_no_period_gets_none():
    recognition = Recognition.objects.get(institute=built_institute())
    revoked(Recognition.objects.filter(pk=recognition.pk))
    open_end = built_institute(build_to=None)

    assert services.open_acceptances() == []
    recognition.refresh_from_db()
    assert services.open_acceptance(recognition=recognition) is None
    assert services.open_acceptance(recognition=open_end.recognition) is None


# --- prepared by the unit -------------------------------------------------------------------------------------------


def test_what_was_written_stays_and_what_is_unknown_is_dropped():
    case = AcceptanceFactory()
    by = unit_of(case)

    services.save_acceptance(acceptance=case, entries={"text_tasks": "甲"}, by=by)
    services.save_acceptance(acceptance=case, entries={"text_funds": "乙", "text_other": "丙"}, by=by)

    case.refresh_from_db()
    assert case.texts == {"tasks": "甲", "funds": "乙"}
    assert case.saved_by == by


def test_two_who_write_the_same_part_see_both_texts():
    case = AcceptanceFactory()
    first, second = unit_of(case), unit_of(case)
    seen = services.save_acceptance(acceptance=case, entries={"text_tasks": "甲"}, by=first)
    services.save_acceptance(
        acceptance=case, entries={"text_tasks": "乙"}, by=second, at=seen + timedelta(seconds=5)
    )

    with pytest.raises(StaleVersion) as error:
        services.save_acceptance(acceptance=case, entries={"text_tasks": "丙"}, by=first, seen=seen)

    clash = error.value.clashes[0]
    assert (clash.field, clash.mine, clash.theirs) == ("text_tasks", "丙", "乙")
    case.refresh_from_db()
    assert case.texts == {"tasks": "乙"}


def test_what_two_write_in_different_parts_stands_and_a_page_that_is_behind_takes_nothing_away():
    case, seen = AcceptanceFactory(), clock.now()
    first, second = unit_of(case), unit_of(case)
    written = {"text_tasks": "甲", "text_funds": ""}
    services.save_acceptance(acceptance=case, entries=written, by=first, at=seen + timedelta(seconds=5))
    services.save_acceptance(acceptance=case, entries={"text_funds": "乙"}, by=second, seen=seen)

    both = {"text_tasks": "", "text_funds": "乙"}
    with pytest.raises(StaleVersion) as error:
        services.save_acceptance(acceptance=case, entries=both, by=second, seen=seen)

    case.refresh_from_db()
    assert case.texts == {"tasks": "甲", "funds": "乙"}
    assert [one.field for one in error.value.clashes] == ["text_tasks"]


def test_of_report_and_plan_there_is_one_each_and_of_evidence_many():
    case = AcceptanceFactory()
    by = unit_of(case)

    def bring(kind, *contents):
        uploads = [pdf_upload(f"{kind}{n}.pdf", PDF + content) for n, content in enumerate(contents)]
        return services.attach_acceptance_files(acceptance=case, kind=kind, uploads=uploads, by=by)

    bring("summary_report", b"1")
    bring("summary_report", b"2")
    bring("acceptance_evidence", b"3", b"4")
    kinds = list(selectors.unit_files_of(case).values_list("kind", flat=True))
    assert kinds == ["acceptance_evidence", "acceptance_evidence", "summary_report"]
    with pytest.raises(Incomplete, match="只上传一份"):
        bring("implementation_plan", b"5", b"6")
    with pytest.raises(Incomplete, match="材料类别"):
        bring("acceptance_integrity", b"7")
    with pytest.raises(BadFile, match="不接收"):
        services.attach_acceptance_files(
            acceptance=case, kind="acceptance_evidence", uploads=[pdf_upload("坏.exe")], by=by
        )


def test_a_file_is_taken_out_while_it_is_prepared_and_not_after():
    case = prepared()
    file = selectors.unit_files_of(case).filter(kind="acceptance_evidence").get()
    services.hand_up_acceptance(acceptance=case, by=unit_of(case))

    with pytest.raises(IllegalMove, match="材料不能再改"):
        services.remove_acceptance_file(acceptance=case, attachment=file, by=unit_of(case))
    with pytest.raises(IllegalMove):
        services.save_acceptance(acceptance=case, entries={"text_tasks": "晚"}, by=unit_of(case))
    services.send_back_acceptance(acceptance=case, reason="示例", by=unit_of(case, Role.ENT_ADMIN))
    services.remove_acceptance_file(acceptance=case, attachment=file, by=unit_of(case))
    assert not selectors.unit_files_of(case).filter(kind="acceptance_evidence").exists()
    with pytest.raises(Incomplete, match="已不在案卷"):
        services.remove_acceptance_file(acceptance=case, attachment=file, by=unit_of(case))


def test_handing_up_names_all_that_is_missing_and_leaves_no_trace():
    case = AcceptanceFactory()
    before = AuditEvent.objects.count()

    with pytest.raises(Incomplete) as error:
        services.hand_up_acceptance(acceptance=case, by=unit_of(case))

    assert fields(error) == [
        *(f"text_{code}" for code in PARTS),
        "file_summary_report",
        "file_implementation_plan",
        "file_acceptance_evidence",
    ]
    case.refresh_from_db()
    assert (case.state, AuditEvent.objects.count()) == (S.PREPARING, before)


# --- handed in ------------------------------------------------------------------------------------------------------


def test_handing_in_freezes_the_figures_takes_a_number_and_promises_the_paper(
    rung, django_capture_on_commit_callbacks
):
    case = prepared()
    services.hand_up_acceptance(acceptance=case, by=unit_of(case))
    with django_capture_on_commit_callbacks(execute=True):
        services.hand_in_acceptance(acceptance=case, by=unit_of(case, Role.ENT_ADMIN))

    case.refresh_from_db()
    assert (case.state, case.number) == (S.COUNTY_REVIEW, f"SJZ-YS-{clock.today().year}-0001")
    assert [(one["code"], one["planned"], one["mandatory"]) for one in case.comparison] == [
        ("transfers", "2.00", True),
        ("invention_patents", "10.00", True),
    ]
    event = audit.history(case).get(verb="evaluation.acceptance.hand_in")
    assert event.data["paper"] == {"kind": "acceptance_application", "number": case.number}
    assert event.pk in rung
    assert deadlines.current(case).working_days == 10

    promised(case.institute, service_clients=30)
    assert [one["code"] for one in selectors.figures_of(case)] == ["transfers", "invention_patents"]


@pytest.mark.parametrize(("verified_only", "actual", "met"), [(False, "2", True), (True, "1", False)])
def test_the_edition_says_whether_only_verified_achievements_count(edition, verified_only, actual, met):
    publish_achievement_rules()
    edition.terms["result"]["verified_only"] = verified_only
    edition.save()
    institute = built_institute()
    promised(institute, transfers=2, headcount=3)
    report = ProgressReportFactory(institute=institute, as_of=date(2026, 6, 30))
    for one in institute.commitments.all():
        ProgressValueFactory(report=report, commitment=one, value=one.year_2)
    AchievementFactory(institute=institute, kind="transfer", state="verified")

    transfers, headcount = selectors.compared(institute, edition, on=date(2026, 11, 1))

    assert (Decimal(transfers["actual"]), transfers["met"]) == (Decimal(actual), met)
    assert (transfers["reported"], transfers["verified"], transfers["report"]) == ("2.00", "1", report.pk)
    assert transfers["is_verified"] is verified_only
    assert transfers["share"] == ("50.00" if verified_only else "100.00")
    assert (Decimal(headcount["actual"]), headcount["is_verified"]) == (Decimal(3), False)


def test_an_institute_without_targets_cannot_apply():
    case = prepared()
    case.institute.commitments.all().delete()
    services.hand_up_acceptance(acceptance=case, by=unit_of(case))

    with pytest.raises(Incomplete, match="没有登记建设目标"):
        services.hand_in_acceptance(acceptance=case, by=unit_of(case, Role.ENT_ADMIN))

    case.refresh_from_db()
    assert (case.state, case.number) == (S.UNIT_REVIEW, None)


def test_what_is_handed_in_anew_keeps_its_number_has_new_figures_and_is_judged_anew(rung):
    case = handed_in()
    services.give_acceptance_opinion(
        acceptance=case, position="objects", opinion="目标有出入。", by=person(Role.COUNTY_STAFF)
    )
    services.return_acceptance_opinion(acceptance=case, reason="请核实。", by=person(Role.COUNTY_LEAD))
    services.county_return_acceptance(acceptance=case, reason="请补充。", by=person(Role.COUNTY_STAFF))
    promised(case.institute, service_clients=30)
    number = case.number

    services.hand_up_acceptance(acceptance=case, by=unit_of(case))
    services.hand_in_acceptance(acceptance=case, by=unit_of(case, Role.ENT_ADMIN))

    case.refresh_from_db()
    papers = [event.data["paper"] for event in audit.history(case).filter(data__has_key="paper")]
    assert (case.number, len(case.comparison)) == (number, 3)
    assert (case.county_position, case.county_opinion, case.opined_at) == ("", "", None)
    assert papers == [
        {"kind": "acceptance_application", "number": number},
        {"kind": "acceptance_application_2", "number": f"{number}-2"},
    ]


@pytest.mark.parametrize(("ends", "later"), [(400, True), (1, False), (-30, False)])
def test_what_is_returned_is_due_when_the_period_ends_or_after_some_working_days(ends, later):
    today = clock.today()
    case = AcceptanceFactory(
        institute=built_institute(build_to=today + timedelta(days=ends)), state="county_review"
    )

    services.county_return_acceptance(acceptance=case, reason="示例", by=person(Role.COUNTY_STAFF))

    expected = case.ends_on if later else calendar.add_working_days(today, 10)
    assert deadlines.current(case).due_on == expected


def test_the_unit_takes_back_what_its_county_has():
    case = handed_in()

    services.recall_acceptance(acceptance=case, reason="数据有误。", by=unit_of(case, Role.ENT_ADMIN))

    assert case.state == S.PREPARING
    assert selectors.figures_of(case) is not case.comparison


# --- county ---------------------------------------------------------------------------------------------------------


def test_the_county_says_something_and_another_signs():
    case, staff = AcceptanceFactory(state="county_review"), a_user("acceptance-staff")

    with pytest.raises(Incomplete) as error:
        services.give_acceptance_opinion(acceptance=case, position="", opinion=" ", by=staff)
    assert fields(error) == ["position", "opinion"]
    services.give_acceptance_opinion(acceptance=case, position="agrees", opinion="属实。", by=staff)
    with pytest.raises(SamePerson):
        services.sign_acceptance_opinion(acceptance=case, by=staff)
    services.sign_acceptance_opinion(acceptance=case, by=a_user("acceptance-lead"))

    assert (case.state, case.county_position, case.county_opinion) == (S.CHECKING, "agrees", "属实。")


# --- checked and entrusted ------------------------------------------------------------------------------------------


def look_up(case, item="serious_dishonesty", **facts):
    given = {
        "result": "clear",
        "checked_on": clock.today(),
        "source": "示例网站",
        "evidence": pdf_upload(f"{item}.pdf", PDF + item.encode()),
    } | facts
    return services.record_lookup(acceptance=case, item=item, by=person(Role.BUREAU_CLERK), **given)


def test_a_look_up_needs_all_its_parts():
    case = AcceptanceFactory(state="checking")

    with pytest.raises(Incomplete) as error:
        look_up(
            case,
            item="other",
            result="listed",
            checked_on=clock.today() + timedelta(days=1),
            source=" ",
            evidence=None,
        )
    assert fields(error) == ["item", "note", "source", "checked_on", "evidence"]
    assert not case.checks.exists()
    with pytest.raises(IllegalMove, match="不能登记信用查询"):
        look_up(AcceptanceFactory(state="county_review"))


def test_a_later_look_up_stands_in_the_place_of_the_first():
    case = AcceptanceFactory(state="checking")
    look_up(case)
    look_up(case, result="listed", note="示例记录", evidence=pdf_upload("新.pdf", PDF + b"new"))

    row = selectors.lookups_of(case)[0]
    assert (row["check"].result, case.checks.count()) == ("listed", 2)
    assert selectors.lookups_of(case)[1]["check"] is None


def test_experts_are_entrusted_after_every_list_was_looked_up_and_by_an_engaged_agency():
    case, agency = AcceptanceFactory(state="checking"), engaged_for_acceptance().agency
    stranger = OrganisationFactory(kind="agency")

    with pytest.raises(Incomplete) as error:
        services.entrust_acceptance(acceptance=case, agency=stranger, by=person(Role.BUREAU_CLERK))
    said = [reason.text for reason in error.value.reasons]
    assert ["请先查询" in words for words in said] == [True, True, True, False]
    assert "没有覆盖建设期验收的有效评审委托" in said[3]
    for one in case.edition.terms["lookups"]:
        look_up(case, one["code"])
    services.entrust_acceptance(acceptance=case, agency=agency, by=person(Role.BUREAU_CLERK))

    assert (case.state, case.agency, case.holder_organisation) == (S.PANEL_REVIEW, agency, agency)
    assert deadlines.current(case).holder_organisation == agency


def test_a_look_up_from_before_the_countys_opinion_does_not_count():
    case = AcceptanceFactory(state="checking")
    for one in case.edition.terms["lookups"]:
        AcceptanceCheckFactory(
            acceptance=case, item=one["code"], checked_on=clock.today() - timedelta(days=5)
        )

    with pytest.raises(Incomplete, match="请先查询"):
        services.entrust_acceptance(
            acceptance=case, agency=engaged_for_acceptance().agency, by=person(Role.BUREAU_CLERK)
        )


def test_another_agency_is_entrusted_before_a_panel_is_open_and_not_after():
    case = AcceptanceFactory(state="panel_review")
    other, manager = engaged_for_acceptance().agency, person(Role.AGENCY, organisation=case.agency)
    clerk = person(Role.BUREAU_CLERK)

    services.entrust_anew(acceptance=case, agency=other, reason="原机构人手不足。", by=clerk)
    assert case.agency == other
    services.open_panel(case=case, by=person(Role.AGENCY, organisation=other))
    with pytest.raises(Conflict, match="已组建评审组"):
        services.entrust_anew(acceptance=case, agency=other, reason="示例", by=clerk)
    assert not selectors.entrusted_to(manager).exists()


def test_what_the_experts_came_to_is_taken_down_and_can_be_taken_back():
    case, manager = AcceptanceFactory(state="panel_review"), a_user("acceptance-manager")
    result = Result(Decimal("82.00"), True, OPINION, Decimal(0), "")

    services.record_acceptance_review(acceptance=case, result=result, by=manager)
    assert (case.state, case.score, case.panel_passed) == (S.DECISION, Decimal("82.00"), True)
    services.reopen_acceptance_review(acceptance=case, reason="利益冲突。", by=manager)
    assert (case.state, case.score, case.panel_passed, case.panel_opinion) == (
        S.PANEL_REVIEW,
        None,
        None,
        "",
    )


# --- concluded ------------------------------------------------------------------------------------------------------


def propose(case, outcome, **facts):
    given = {"minute_number": "示例纪要 1 号", "grounds": "示例理由。", "requirements": "示例要求。"} | facts
    by = a_user("acceptance-clerk")
    return services.propose_outcome(acceptance=case, outcome=outcome, by=by, **given)


def approve(case, service):
    return service(acceptance=case, by=a_user("acceptance-approver"))


def test_a_result_needs_its_minute_its_grounds_and_what_to_mend():
    case = AcceptanceFactory(state="decision")

    with pytest.raises(Incomplete) as error:
        propose(case, "perhaps", minute_number=" ", grounds="")
    assert fields(error) == ["outcome", "minute_number", "grounds"]
    with pytest.raises(Incomplete) as error:
        propose(case, "conditional", requirements=" ")
    assert fields(error) == ["requirements"]


def test_who_met_too_little_or_failed_before_the_experts_does_not_pass_and_reads_by_how_much():
    case = AcceptanceFactory(state="decision", comparison=[MET, UNMET], panel_passed=False, score="55.00")

    with pytest.raises(NotEligible) as error:
        propose(case, "passed")

    targets, experts = (reason.text for reason in error.value.reasons)
    assert targets == (
        "必达目标 2 项完成 1 项，完成率 50.00%，需不低于 80.00%（系统默认，待确认），还差 1 项，不能通过验收。"
    )
    assert experts == "专家评分 55.00 分，未达到 60.00 分，不能通过验收。"
    propose(case, "conditional")
    assert case.state == S.CONFIRMATION


def test_passing_makes_an_institute_one_that_is_evaluated(rung, django_capture_on_commit_callbacks):
    case = AcceptanceFactory(state="decision")
    propose(case, "passed")
    assert selectors.accepted_on(case.institute) is None
    with pytest.raises(SamePerson):
        services.pass_acceptance(acceptance=case, by=a_user("acceptance-clerk"))
    with django_capture_on_commit_callbacks(execute=True):
        approve(case, services.pass_acceptance)

    event = audit.history(case).get(verb="evaluation.acceptance.pass")
    assert event.data["paper"] == {
        "kind": "acceptance_notice",
        "number": f"SJZ-YST-{clock.today().year}-0001",
    }
    assert event.pk in rung
    assert list(selectors.accepted()) == [case.institute]
    assert selectors.accepted_on(case.institute) == timezone.localdate(case.decided_at)
    assert deadlines.current(case) is None
    assert services.open_acceptances() == []


def test_a_decision_follows_the_proposal(rung):
    case = AcceptanceFactory(state="confirmation")

    for service in (services.condition_acceptance, services.fail_acceptance):
        with pytest.raises(Conflict, match="与本决定不一致"):
            approve(case, service)
    services.return_outcome(acceptance=case, reason="请复核。", by=a_user("acceptance-approver"))
    assert case.state == S.DECISION


def test_an_institute_that_ended_meanwhile_is_not_decided_about():
    case = AcceptanceFactory(state="confirmation")
    Recognition.objects.update(
        revoked_at=clock.now(), revoked_by=a_user("approver-elsewhere"), revocation_reason="示例"
    )

    with pytest.raises(Conflict, match="认定已撤销"):
        approve(case, services.pass_acceptance)


def test_a_time_to_mend_leads_to_one_more_acceptance_and_to_no_third(rung):
    case = AcceptanceFactory(state="decision", texts={"tasks": "甲"}, comparison=[UNMET])
    propose(case, "conditional")
    approve(case, services.condition_acceptance)

    again = Acceptance.objects.get(former=case)
    until = again.rectify_by
    assert (case.state, again.state, again.attempt, again.texts) == (
        S.CONDITIONAL,
        S.PREPARING,
        2,
        {"tasks": "甲"},
    )
    assert (until.month - clock.today().month) % 12 == 6
    assert (again.ends_on, deadlines.current(again).due_on) == (until, until)
    assert services.open_acceptances() == []

    last = AcceptanceFactory(again=True, state="decision", comparison=[UNMET])
    with pytest.raises(NotEligible, match="以 1 次为限"):
        propose(last, "conditional")
    with pytest.raises(NotEligible, match="还差 1 项"):
        propose(last, "passed")
    propose(last, "failed")
    approve(last, services.fail_acceptance)
    assert last.state == S.FAILED
    assert not selectors.accepted().exists()


# --- what time and other rooms bring about --------------------------------------------------------------------------


def told(case, event) -> list[str]:
    rows = Notice.objects.filter(subject_id=case.pk, event__startswith=f"evaluation.acceptance.{event}")
    return sorted(notice.recipient.name for notice in rows)


def test_ninety_days_before_the_unit_and_its_county_are_told_once():
    case = AcceptanceFactory(institute=built_institute(build_to=clock.today() + timedelta(days=90)))
    early = AcceptanceFactory(institute=built_institute(build_to=clock.today() + timedelta(days=91)))
    people = [unit_of(case), unit_of(case, Role.ENT_ADMIN), person(Role.COUNTY_STAFF)]
    deadlines.open_for(case, label="待申请", role=Role.ENT_FILLER, due_on=case.ends_on)

    assert (sweeps.tell_of_periods(), sweeps.tell_of_periods()) == (1, 0)

    assert told(case, "due_soon") == sorted(one.name for one in people)
    assert told(early, "due_soon") == []
    (copy,) = Notice.objects.filter(recipient=people[-1])
    assert (copy.title[:3], copy.body.splitlines()[-1]) == ("抄告：", "以上已告知该单位，由该单位办理。")
    case.refresh_from_db()
    assert case.state == S.PREPARING


def test_a_period_put_off_is_told_of_again_and_moves_the_clock():
    case = AcceptanceFactory(institute=built_institute(build_to=clock.today() + timedelta(days=30)))
    unit_of(case)
    sweeps.tell_of_periods()
    case.institute.build_to += timedelta(days=20)
    case.institute.save(update_fields=["build_to"])

    assert (sweeps.follow_institutes(), sweeps.follow_institutes()) == (1, 0)
    assert deadlines.current(case).due_on == case.institute.build_to
    assert sweeps.tell_of_periods() == 1


def test_more_than_sixty_days_late_is_flagged_and_a_person_proposes(monkeypatch):
    case = AcceptanceFactory(institute=built_institute(build_to=clock.today() - timedelta(days=61)))
    in_time = AcceptanceFactory(institute=built_institute(build_to=clock.today() - timedelta(days=60)))
    clerk = person(Role.BUREAU_CLERK)

    assert (sweeps.tell_of_periods(), sweeps.tell_of_periods()) == (1, 0)

    assert told(case, "overdue") == [clerk.name]
    assert (case.is_overdue(clock.today()), in_time.is_overdue(clock.today())) == (True, False)
    facts = selectors.facts_for_revocation(case, clock.today())
    assert "仍未申请验收，已超过61日（规定为60日）" in facts
    assert selectors.facts_for_revocation(in_time, clock.today()) == ""
    assert not Revocation.objects.exists()
    revocation = propose_revocation(
        institute=case.institute, cause=selectors.FAILED_ACCEPTANCE, facts=facts, by=clerk
    )
    assert selectors.revocation_of(case) == revocation
    assert [
        one.pk for one in selectors.by_period(Acceptance.objects.with_end(), "late", on=clock.today())
    ] == [case.pk]


def test_who_took_over_the_institute_prepares_its_acceptance():
    case = AcceptanceFactory(institute=built_institute(build_to=clock.today() + timedelta(days=300)))
    other = OrganisationFactory()
    case.institute.host, case.institute.division = other, other.division
    case.institute.save(update_fields=["host", "division"])

    assert sweeps.follow_institutes() == 1

    case.refresh_from_db()
    assert (case.host, deadlines.current(case).host) == (other, other)
    assert sweeps.follow_institutes() == 0


@pytest.mark.parametrize(
    "state", [s for s in S if s in ("preparing", "checking", "panel_review", "confirmation")]
)
def test_an_acceptance_ends_with_its_institute(state):
    case = AcceptanceFactory(state=state)
    AcceptanceFactory(state="passed")
    Recognition.objects.update(
        revoked_at=clock.now(), revoked_by=a_user("approver-elsewhere"), revocation_reason="示例"
    )
    assert len(acceptances_follow_their_institutes()) == 1

    assert (sweeps.lapse_acceptances(), sweeps.lapse_acceptances()) == (1, 0)

    case.refresh_from_db()
    assert (case.state, deadlines.current(case)) == (S.WITHDRAWN, None)
    assert audit.history(case).last().reason == "该研究院的认定已撤销。"
    assert acceptances_follow_their_institutes() == []


def test_the_sweep_does_all_of_it_and_twice_does_it_once():
    built_institute(build_to=clock.today() + timedelta(days=30))

    assert tasks.sweep_acceptances() == 2
    assert tasks.sweep_acceptances() == 0


# --- invariants -----------------------------------------------------------------------------------------------------


def test_a_pass_without_panel_or_targets_is_an_alarm():
    case = AcceptanceFactory(state="passed", comparison=[UNMET])

    assert passed_acceptances_rest_on_experts_targets_and_two_people() == [
        f"{case}：通过验收，没有汇总合格的评审组",
        f"{case}：通过验收，必达目标未达到规定",
    ]


def test_a_time_to_mend_without_its_second_acceptance_is_an_alarm():
    case = AcceptanceFactory(state="conditional")

    assert acceptances_follow_their_institutes() == [f"{case}：限期整改，没有重新验收的案卷"]


# --- who sees what --------------------------------------------------------------------------------------------------


def test_who_sees_which_acceptances():
    own, elsewhere = AcceptanceFactory(), AcceptanceFactory(state="panel_review")
    seen = {
        name: sorted(selectors.acceptances_visible_to(user).values_list("pk", flat=True))
        for name, user in {
            "unit": unit_of(own),
            "another unit": person(Role.ENT_ADMIN),
            "county": person(Role.COUNTY_STAFF),
            "another county": person(Role.COUNTY_LEAD, division="130104"),
            "clerk": person(Role.BUREAU_CLERK),
            "auditor": person(Role.AUDITOR),
            "agency": person(Role.AGENCY, organisation=elsewhere.agency),
            "another agency": person(Role.AGENCY),
            "finance": person(Role.FINANCE),
            "expert": person(Role.EXPERT),
        }.items()
    }
    both = [own.pk, elsewhere.pk]

    assert seen == {
        "unit": [own.pk],
        "another unit": [],
        "county": both,
        "another county": [],
        "clerk": both,
        "auditor": both,
        "agency": [elsewhere.pk],
        "another agency": [],
        "finance": [],
        "expert": [],
    }


def test_the_agency_sees_nothing_once_its_engagement_is_over():
    case = AcceptanceFactory(state="panel_review")
    manager = person(Role.AGENCY, organisation=case.agency)
    case.agency.engagements.update(ends_on=clock.today() - timedelta(days=1))

    assert not selectors.acceptances_visible_to(manager).exists()
    assert not selectors.entrusted_to(manager).exists()


def test_files_of_an_acceptance_stay_with_it():
    case = prepared()

    assert Attachment.objects.about(case).count() == 3
