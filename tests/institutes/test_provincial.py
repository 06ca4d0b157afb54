"""From the filing to the province: what each step does and leaves behind, and what is refused with which reason."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from institutes import integrity
from institutes import services as others
from institutes.documents import provincial as papers
from institutes.enums.provincial import FilingState as F
from institutes.enums.provincial import Level
from institutes.models import Institute, ProvincialFiling
from institutes.selectors import provincial as reads
from institutes.services import inspections, province, provincial
from institutes.services.standing_papers import issue_paper
from notices.models import Notice
from records import attachments, audit, calendar, clock, deadlines
from records.errors import BadFile, Conflict, Incomplete
from records.models import AuditEvent, Document
from tests.factories.accounts import person
from tests.factories.institutes import RecognitionFactory
from tests.factories.provincial import FilingFactory, people_asked, publish_provincial_rules
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db
WORDS = {
    "proposed_name": "河北省示例产业技术研究院",
    "host_government": "示例区人民政府",
    "grounds": "示例。",
}


def clerk():
    return person(Role.BUREAU_CLERK)


def approver():
    return person(Role.BUREAU_APPROVER)


def said(refusal) -> list[tuple[str, str]]:
    return [(reason.field, reason.clause) for reason in refusal.value.reasons]


def draft(recognition, **more):
    publish_provincial_rules()
    filler = person(Role.ENT_FILLER, organisation=recognition.institute.host)
    return provincial.draft_filing(institute=recognition.institute, by=filler, **WORDS | more)


def soon(filing, days: int = 3):
    return calendar.add_working_days(clock.today(), days)


def arrange(filing, **more):
    terms = {
        "inspects_on": soon(filing),
        "starts": time(9),
        "place": "示例会议室",
        "participants": people_asked(),
    }
    return inspections.schedule_inspection(filing=filing, by=clerk(), **terms | more)


def conclude(filing, conclusion="support", *, absent: str = "", **more):
    people = reads.current_inspection(filing).participants.all()
    terms = {
        "held_on": reads.current_inspection(filing).inspects_on,
        "attendance": {row.pk: row.role != absent for row in people},
        "conclusion": conclusion,
        "opinion": "示例意见。",
        "sign_in_sheet": pdf_upload("签到表.pdf"),
    }
    return inspections.record_inspection(filing=filing, by=clerk(), **terms | more)


# --- the unit and its county ------------------------------------------------------------------------------------------


def test_a_filing_is_drafted_completed_and_taken_in_with_a_number():
    filing = draft(RecognitionFactory())
    admin = person(Role.ENT_ADMIN, organisation=filing.host)
    with pytest.raises(Incomplete) as refusal:
        provincial.hand_up_filing(filing=filing, by=admin)
    assert [reason.field for reason in refusal.value.reasons] == ["file_materials", "file_support_letter"]
    files = {"materials": pdf_upload("材料.pdf"), "support_letter": pdf_upload("意见.pdf")}
    provincial.revise_filing(filing=filing, by=admin, files=files, **WORDS | {"grounds": "示例二。"})
    provincial.hand_up_filing(filing=filing, by=admin)
    provincial.hand_in_filing(filing=filing, by=admin)
    staff = person(Role.COUNTY_STAFF, division=filing.division.code)
    lead = person(Role.COUNTY_LEAD, division=filing.division.code)
    provincial.draft_filing_opinion(filing=filing, position="agrees", opinion="属实。", by=staff)
    due = deadlines.current(filing).due_on
    provincial.return_filing_opinion(filing=filing, reason="再核。", by=lead)
    assert deadlines.current(filing).due_on == due
    provincial.draft_filing_opinion(filing=filing, position="agrees", opinion="属实，支持。", by=staff)
    provincial.sign_filing_opinion(filing=filing, by=lead)
    provincial.accept_filing(filing=filing, by=clerk())
    filing.refresh_from_db()

    assert (filing.state, filing.number) == (F.FILED, f"SJZ-BB-{clock.today().year}-001")
    assert (filing.filed_on, filing.county_opinion) == (clock.today(), "属实，支持。")
    assert Notice.objects.filter(recipient=admin, title__startswith="省级申报已报备").count() == 1
    assert filing.number in Notice.objects.get(recipient=admin, title__startswith="省级申报已报备").body


@pytest.mark.parametrize("missing", WORDS)
def test_a_filing_says_what_it_is_about(missing):
    with pytest.raises(Incomplete) as refusal:
        draft(RecognitionFactory(), **{missing: " "})

    assert said(refusal) == [(missing, "")]
    assert not ProvincialFiling.objects.exists()


@pytest.mark.parametrize(("trait", "words"), [("suspended", "资格已暂停"), ("revoked", "认定已撤销")])
def test_only_an_institute_that_stands_files(trait, words):
    with pytest.raises(Conflict, match=words):
        draft(RecognitionFactory(**{trait: True}))

    assert not ProvincialFiling.objects.exists()


def test_a_second_filing_is_refused_while_one_is_open_and_after_the_province_recognised_it():
    first = FilingFactory(state=F.FILED)
    with pytest.raises(Conflict, match="已有一件省级申报在办"):
        draft(first.institute.recognition)
    ProvincialFiling.objects.filter(pk=first.pk).update(state=F.WITHDRAWN)
    draft(first.institute.recognition)
    done = FilingFactory(state=F.RECOGNISED)
    with pytest.raises(Conflict, match="已获省级认定（示例省科〔2026〕9号），奖励每家 1 次") as refusal:
        draft(done.institute.recognition)
    assert said(refusal) == [("institute", "四(五)")]


def test_a_file_that_is_none_is_refused_at_its_box():
    with pytest.raises(BadFile) as refusal:
        draft(RecognitionFactory(), files={"materials": pdf_upload("x.pdf", b"MZ not a pdf")})

    assert {reason.field for reason in refusal.value.reasons} == {"file_materials"}
    filing = FilingFactory(state=F.IMPROVING)
    bad = pdf_upload("x.pdf", b"MZ not a pdf")
    with pytest.raises(BadFile) as refusal:
        inspections.report_improvement(filing=filing, report=bad, by=person(Role.ENT_ADMIN))
    assert {reason.field for reason in refusal.value.reasons} == {"report"}


def test_a_stop_in_the_meantime_bars_the_filing_but_not_its_record():
    filing = FilingFactory(state=F.ACCEPTANCE)
    recognition = filing.institute.recognition
    recognition.suspended_at, recognition.suspended_by = clock.now(), clerk()
    recognition.suspended_until = clock.today()
    recognition.save()

    with pytest.raises(Conflict, match="资格已暂停"):
        provincial.accept_filing(filing=filing, by=clerk())
    filing.refresh_from_db()
    assert (filing.state, filing.number, audit.history(filing).count()) == (F.ACCEPTANCE, "", 0)


def test_a_filing_ends_with_its_institute():
    filing = FilingFactory(state=F.APPLIED)
    recognition = filing.institute.recognition
    revocation = others.propose_revocation(
        institute=filing.institute, cause="misuse", facts="示例。", by=clerk()
    )
    others.notify_unit(revocation=revocation, by=(boss := approver()))
    admin = person(Role.ENT_ADMIN, organisation=filing.host)
    others.state_case(revocation=revocation, statement="无异议", by=admin)
    others.revoke_recognition(revocation=revocation, minute_number="示例1号", decision="示例。", by=boss)
    filing.refresh_from_db()
    recognition.refresh_from_db()

    assert (filing.state, recognition.revoked_at is not None) == (F.WITHDRAWN, True)
    assert Notice.objects.filter(recipient=admin, title__startswith="省级申报已失效").exists()


# --- the inspection ---------------------------------------------------------------------------------------------------


def test_an_inspection_is_arranged_with_its_people_its_notice_and_its_day():
    filing = arrange(FilingFactory(state=F.FILED))
    inspection = reads.current_inspection(filing)
    event = audit.history(filing).last()
    context = papers.inspection_notice(filing, event)

    assert (inspection.round, inspection.participants.count()) == (1, 3)
    due = calendar.add_working_days(inspection.inspects_on, 5)
    assert deadlines.current(filing).due_on == due
    assert context["addressee"].startswith("示例市工业和信息化局、示例区人民政府、示例市科学技术局")
    assert [row[2] for row in context["people"]] == ["示例甲", "示例乙", "示例丙"]
    assert event.data["paper"]["kind"] == "inspection_notice"


@pytest.mark.parametrize("role", ["industry_department", "host_government_leader", "science_department_head"])
def test_each_part_of_the_policy_has_to_be_asked(role):
    filing = FilingFactory(state=F.FILED)
    with pytest.raises(Incomplete, match="须邀请") as refusal:
        arrange(filing, participants=people_asked(but=role))

    assert said(refusal) == [("participants", "四(五)")]
    assert not filing.inspections.exists()


def test_an_inspection_is_announced_in_time_at_a_place_to_different_people():
    filing = FilingFactory(state=F.FILED)
    with pytest.raises(Conflict, match="提前 3 个工作日"):
        arrange(filing, inspects_on=soon(filing, 2))
    with pytest.raises(Incomplete, match="请填写地点"):
        arrange(filing, place=" ")
    with pytest.raises(Incomplete, match="同一人只列一次"):
        arrange(filing, participants=[*people_asked(), people_asked()[0]])


def test_another_day_takes_the_place_of_the_first_with_a_notice_of_its_own():
    filing = arrange(FilingFactory(state=F.FILED))
    later = soon(filing, 8)
    people = [{**row, "name": "示例丁"} if row["post"] == "副区长" else row for row in people_asked()]
    inspections.reschedule_inspection(
        filing=filing,
        inspects_on=later,
        starts=time(14, 30),
        place="示例二会议室",
        participants=people,
        reason="副区长公务。",
        by=clerk(),
    )
    inspection = reads.current_inspection(filing)
    first, second = AuditEvent.objects.filter(data__has_key="paper").order_by("pk")
    newer, again = issue_paper(event=second), issue_paper(event=second)
    older = Document.objects.get(number=first.data["paper"]["number"])

    assert (inspection.inspects_on, inspection.round, filing.inspections.count()) == (later, 1, 1)
    assert "示例丁" in {row.name for row in inspection.participants.all()}
    assert (newer.replaces, again) == (older, newer)
    assert newer.context["changed"] == "副区长公务。"


@pytest.mark.parametrize("role", ["industry_department", "host_government_leader", "science_department_head"])
def test_without_one_of_the_parts_present_the_inspection_does_not_count(role):
    filing = FilingFactory(state=F.SCHEDULED)
    with pytest.raises(Conflict, match="到场不足 1 方") as refusal:
        conclude(filing, absent=role)
    missing = reads.current_inspection(filing).participants.get(role=role)

    assert said(refusal) == [(f"present_{missing.pk}", "四(五)")]
    filing.refresh_from_db()
    assert (filing.state, missing.present) == (F.SCHEDULED, None)


def test_a_record_is_whole_and_of_the_day():
    filing = FilingFactory(state=F.SCHEDULED)
    today = clock.today()
    tomorrow = today + timedelta(days=1)
    with pytest.raises(Incomplete) as refusal:
        conclude(filing, "", opinion=" ", sign_in_sheet=None, held_on=tomorrow)
    assert [field for field, _clause in said(refusal)] == [
        "held_on",
        "conclusion",
        "opinion",
        "sign_in_sheet",
    ]
    with pytest.raises(Conflict, match="请先改期"):
        conclude(filing, held_on=today - timedelta(days=1))


def test_a_conclusion_is_confirmed_by_another_and_no_other_conclusion_is():
    filing = conclude(FilingFactory(state=F.SCHEDULED))
    with pytest.raises(Conflict, match="登记的结论为“支持申报”"):
        inspections.confirm_refusal(filing=filing, by=approver())
    due = deadlines.current(filing).due_on
    inspections.return_conclusion(filing=filing, reason="意见过简。", by=(boss := approver()))
    assert deadlines.current(filing).due_on == due
    conclude(filing, opinion="示例意见：\n各方一致支持。")
    inspections.confirm_support(filing=filing, by=boss)
    event = audit.history(filing).last()
    context = papers.inspection_opinion(filing, event)

    assert (filing.state, filing.confirmed_by) == (F.INSPECTED, boss)
    assert context["opinion"] == ["示例意见：", "各方一致支持。"]
    assert {row[-1] for row in context["people"]} == {"到场"}
    assert issue_paper(event=event).number.startswith("SJZ-LZ-")
    kinds = {row.kind for row in reads.files_of_filing(filing)}
    assert "sign_in_sheet" in kinds


def test_what_has_to_improve_is_inspected_once_more_and_then_decided():
    filing = conclude(FilingFactory(state=F.SCHEDULED), "improve")
    inspections.confirm_improvement(filing=filing, by=approver())
    admin = person(Role.ENT_ADMIN, organisation=filing.host)
    with pytest.raises(Incomplete):
        inspections.report_improvement(filing=filing, report=None, by=admin)
    inspections.report_improvement(filing=filing, report=pdf_upload("报告.pdf"), by=admin)
    arrange(filing)
    day = reads.current_inspection(filing).inspects_on
    with clock.at(timezone.now() + (day - clock.today())):
        with pytest.raises(Conflict, match="最多 2 次"):
            conclude(filing, "improve")
        conclude(filing, "not_support")
        filing.refresh_from_db()
        assert (filing.confirmed_at, filing.inspections.count()) == (None, 2)
        inspections.confirm_refusal(filing=filing, by=approver())
    opinions = AuditEvent.objects.filter(data__paper__kind="inspection_opinion").order_by("pk")
    last = issue_paper(event=opinions[1])

    assert filing.state == F.NOT_SUPPORTED
    assert (last.context["round"], last.replaces.context["round"]) == (2, 1)
    assert reads.live_filing_of(filing.institute) is None


# --- the province -----------------------------------------------------------------------------------------------------


def result(filing, **more):
    terms = {
        "outcome": "recognised",
        "document_number": "示例省科〔2026〕9号",
        "document_on": clock.today(),
        "document": pdf_upload("省级文件.pdf"),
    }
    return province.record_result(filing=filing, by=clerk(), **terms | more)


def test_it_is_sent_to_the_province_after_the_inspection_by_a_letter():
    filing = FilingFactory(state=F.INSPECTED)
    held = reads.current_inspection(filing).held_on
    with pytest.raises(Incomplete) as refusal:
        province.apply_to_province(
            filing=filing, applied_on=held - timedelta(days=1), dispatch_number=" ", by=clerk()
        )
    assert [field for field, _clause in said(refusal)] == ["dispatch_number", "applied_on"]
    later = clock.today() + timedelta(days=1)
    with pytest.raises(Incomplete, match="不能晚于今天"):
        province.apply_to_province(filing=filing, applied_on=later, dispatch_number="示例", by=clerk())
    letter = pdf_upload("报省文件.pdf")
    terms = {"applied_on": clock.today(), "dispatch_number": "石科〔2026〕5号", "dispatch": letter}
    province.apply_to_province(filing=filing, by=clerk(), **terms)

    assert (filing.state, filing.dispatch_number) == (F.APPLIED, "石科〔2026〕5号")


def test_a_recognition_needs_number_day_and_file_of_the_document():
    filing = FilingFactory(state=F.APPLIED)
    with pytest.raises(Incomplete) as refusal:
        result(filing, document_number="", document_on=None, document=None)

    assert said(refusal) == [
        ("document_number", "四(五)"),
        ("document_on", "四(五)"),
        ("document", "四(五)"),
    ]
    with pytest.raises(Incomplete, match="请写明未认定"):
        result(filing, outcome="not_recognised")
    with pytest.raises(Incomplete, match="请选择省级结果"):
        result(filing, outcome="")


def test_a_document_before_filing_or_municipal_recognition_entitles_to_nothing():
    filing = FilingFactory(state=F.APPLIED)
    with pytest.raises(Conflict, match="须晚于报备日期"):
        result(filing, document_on=filing.filed_on)
    with pytest.raises(Conflict, match="须晚于市级认定日期"):
        result(filing, document_on=filing.institute.recognition.recognised_on)
    filing.refresh_from_db()
    held = {row.kind for row in attachments.Attachment.objects.about(filing).current()}

    assert (filing.state, filing.outcome, "province_document" in held) == (F.APPLIED, "", False)


def test_a_provincial_recognition_is_settled_by_another_and_said_everywhere():
    filing = result(FilingFactory(state=F.APPLIED))
    admin = person(Role.ENT_ADMIN, organisation=filing.host)
    with pytest.raises(Conflict, match="登记的省级结果为“认定”"):
        province.settle_refusal(filing=filing, by=approver())
    province.return_result(filing=filing, reason="文号有误。", by=(boss := approver()))
    result(filing, document_number="示例省科〔2026〕10号")
    province.settle_recognition(filing=filing, by=boss)
    rows = Institute.objects.all()

    assert (filing.state, filing.document_number) == (F.RECOGNISED, "示例省科〔2026〕10号")
    assert reads.provincial_recognition_of(filing.institute) == filing
    assert list(reads.at_level(rows, Level.PROVINCIAL)) == [filing.institute]
    assert list(reads.at_level(rows, Level.MUNICIPAL)) == []
    assert [one.level for one in reads.with_level(rows)] == [Level.PROVINCIAL]
    assert Notice.objects.filter(recipient=admin, title__startswith="省级已认定").exists()


def test_what_the_province_refused_stays_municipal_and_may_come_again():
    filing = FilingFactory(state=F.APPLIED)
    result(
        filing, outcome="not_recognised", document_number="", document_on=None, document=None, note="未入选。"
    )
    province.settle_refusal(filing=filing, by=approver())
    admin = person(Role.ENT_ADMIN, organisation=filing.host)

    assert (filing.state, audit.history(filing).last().reason) == (F.NOT_RECOGNISED, "未入选。")
    assert reads.provincial_recognition_of(filing.institute) is None
    assert list(reads.institutes_to_file(admin)) == [filing.institute]


def test_the_nightly_check_finds_what_went_to_the_province_without_everybody_present():
    filing = FilingFactory(state=F.APPLIED)
    assert integrity.filings_were_inspected() == []
    people = reads.current_inspection(filing).participants
    people.filter(role="host_government_leader").update(present=False)

    (finding,) = integrity.filings_were_inspected()
    assert filing.number in finding
