"""Stops and revocations: what they need, what they do, who hears of it, what the clock does."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from institutes import selectors, services, tasks
from institutes.enums import Standing
from institutes.models import Institute, Recognition, Revocation
from notices.models import Notice
from portal.selectors import public
from records import audit, calendar, clock, deadlines
from records.errors import Conflict, Incomplete, TooLate
from records.models import Attachment, AuditEvent, Document
from tests.factories.accounts import person
from tests.factories.institutes import (
    ChangeFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
    RevocationFactory,
    SuspensionFactory,
)
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db
FACTS = "示例事实：验收未通过，限期整改后仍不合格。"


@pytest.fixture
def institute():
    RecognitionEditionFactory()
    return RecognitionFactory().institute


def propose_stop(institute, **facts):
    given = {"grounds": "示例事由。", "until": clock.today() + timedelta(days=60)} | facts
    return services.propose_suspension(institute=institute, by=person(Role.BUREAU_CLERK), **given)


def propose_end(institute, **facts):
    given = {"cause": "failed_acceptance", "facts": FACTS} | facts
    return services.propose_revocation(institute=institute, by=person(Role.BUREAU_CLERK), **given)


def stands(institute) -> str:
    return Recognition.objects.get(institute=institute).standing


# --- stops ----------------------------------------------------------------------------------------------------------


def test_a_stop_needs_grounds_and_a_day_within_bounds(institute):
    with pytest.raises(Incomplete) as error:
        propose_stop(institute, grounds=" ", until=clock.today())
    assert [reason.field for reason in error.value.reasons] == ["grounds", "until"]
    with pytest.raises(Incomplete, match="最长 365 日"):
        propose_stop(institute, until=clock.today() + timedelta(days=400))


def test_a_proposal_stops_nothing_and_the_unit_does_not_see_it(institute):
    suspension = propose_stop(institute)

    assert stands(institute) == Standing.IN_FORCE
    unit = person(Role.ENT_ADMIN, organisation=institute.host)
    assert suspension not in selectors.suspensions_visible_to(unit)
    assert not Notice.objects.filter(recipient=unit).exists()


def test_a_stop_is_told_published_and_undone_by_two(institute):
    unit, staff = person(Role.ENT_ADMIN, organisation=institute.host), person(Role.COUNTY_STAFF)
    clerk = person(Role.BUREAU_CLERK)
    suspension = propose_stop(institute, files=[pdf_upload("示例证据.pdf")])
    services.approve_suspension(suspension=suspension, by=person(Role.BUREAU_APPROVER))

    assert stands(institute) == Standing.SUSPENDED
    assert deadlines.current(suspension).due_on == suspension.until
    assert list(public.directory(standing="suspended")) == [institute]
    assert institute in Institute.objects.recognised()
    assert institute.recognition not in selectors.recognitions_entitling()
    asked = Notice.objects.get(recipient=clerk, title__startswith="暂停中：")
    assert f"请于{deadlines.day_in_words(suspension.until)}前核查整改情况，提出恢复意见" in asked.body
    for reader, title in ((unit, "资格已暂停"), (staff, "抄告：资格已暂停")):
        assert Notice.objects.filter(recipient=reader, title__startswith=title).exists()
        assert suspension in selectors.suspensions_visible_to(reader)
    services.propose_restoration(
        suspension=suspension,
        findings="示例：已整改。",
        files=[pdf_upload("示例报告.pdf")],
        by=person(Role.BUREAU_CLERK),
    )
    assert stands(institute) == Standing.SUSPENDED
    services.restore_standing(suspension=suspension, by=person(Role.BUREAU_APPROVER))

    assert stands(institute) == Standing.IN_FORCE
    kinds = [line.data["paper"]["kind"] for line in audit.history(suspension) if "paper" in line.data]
    assert kinds == ["suspension_notice", "restoration_notice"]
    assert Attachment.objects.about(suspension).count() == 1


def test_a_stop_goes_on_until_another_day(institute):
    suspension = SuspensionFactory(institute=institute, state="restoring")
    later = clock.today() + timedelta(days=90)
    services.extend_suspension(
        suspension=suspension, until=later, reason="整改不到位。", by=person(Role.BUREAU_APPROVER)
    )

    institute.recognition.refresh_from_db()
    assert (suspension.state, suspension.until, institute.recognition.suspended_until) == (
        "in_force",
        later,
        later,
    )
    assert (suspension.checked_at, deadlines.current(suspension).due_on) == (None, later)


def test_the_day_alone_restores_nothing(institute):
    suspension = SuspensionFactory(institute=institute, state="in_force", until=clock.today())
    for sweep in (tasks.sweep_statements, tasks.sweep_publicity):
        sweep()

    suspension.refresh_from_db()
    assert (suspension.state, stands(institute)) == ("in_force", Standing.SUSPENDED)


def test_what_is_over_is_not_stopped():
    RecognitionEditionFactory()
    with pytest.raises(Conflict, match="认定已撤销"):
        propose_stop(RecognitionFactory(revoked=True).institute)


def test_a_refused_stop_stays_on_record(institute):
    suspension = propose_stop(institute)
    services.refuse_suspension(suspension=suspension, reason="情节轻微。", by=person(Role.BUREAU_APPROVER))

    assert (suspension.state, stands(institute)) == ("refused", Standing.IN_FORCE)
    assert suspension not in selectors.suspensions_visible_to(
        person(Role.ENT_ADMIN, organisation=institute.host)
    )


# --- revocations ----------------------------------------------------------------------------------------------------


def test_a_revocation_needs_a_cause_of_the_edition_and_facts(institute):
    with pytest.raises(Incomplete) as error:
        propose_end(institute, cause="dislike", facts="")
    assert [reason.field for reason in error.value.reasons] == ["cause", "facts"]
    propose_end(institute)
    with pytest.raises(Conflict, match="在办"):
        propose_end(institute)


def test_the_unit_is_heard_before_anything_is_decided(institute):
    unit = person(Role.ENT_ADMIN, organisation=institute.host)
    revocation = propose_end(institute)
    assert revocation not in selectors.revocations_visible_to(unit)
    assert not Notice.objects.filter(recipient=unit).exists()
    services.notify_unit(revocation=revocation, by=person(Role.BUREAU_APPROVER))

    days = revocation.time_limit("revocation_statement")
    assert revocation.statement_until == calendar.add_working_days(clock.today(), days)
    assert deadlines.current(revocation).due_on == revocation.statement_until
    assert revocation in selectors.revocations_visible_to(unit)
    assert Notice.objects.filter(recipient=unit, title__startswith="拟撤销认定").exists()
    services.state_case(
        revocation=revocation, statement="示例：不属实。", files=[pdf_upload("示例.pdf")], by=unit
    )

    assert revocation.state == "decision"
    assert Attachment.objects.about(revocation).get().kind == "statement"
    assert stands(institute) == Standing.IN_FORCE


def test_a_late_statement_is_not_taken(institute):
    revocation = RevocationFactory(institute=institute, state="statement")
    after = clock.now() + timedelta(days=20)

    with pytest.raises(TooLate, match="视为放弃"):
        services.state_case(
            revocation=revocation,
            statement="示例。",
            by=person(Role.ENT_ADMIN, organisation=institute.host),
            at=after,
        )


def test_the_clock_lets_it_go_on_once_the_days_ran_out(institute):
    revocation = RevocationFactory(institute=institute, state="statement")
    assert services.lapse_statements() == 0
    with clock.at(clock.now() + timedelta(days=20)):
        assert (tasks.sweep_statements(), tasks.sweep_statements()) == (1, 0)

    revocation.refresh_from_db()
    assert (revocation.state, revocation.stated_at) == ("decision", None)


def test_a_revocation_ends_everything_and_is_published(institute, client):
    change, stop = (
        ChangeFactory(institute=institute),
        SuspensionFactory(institute=institute, state="in_force"),
    )
    unit = person(Role.ENT_ADMIN, organisation=institute.host)
    revocation = RevocationFactory(institute=institute, state="decision")
    services.revoke_recognition(
        revocation=revocation,
        minute_number="示例纪要〔2026〕5号",
        decision="陈述意见不予采纳。",
        by=person(Role.BUREAU_APPROVER),
    )
    services.issue_missing_papers(before=clock.now() + timedelta(seconds=1))

    change.refresh_from_db()
    stop.refresh_from_db()
    assert (stands(institute), change.state, stop.state) == (Standing.REVOKED, "withdrawn", "ended")
    assert institute not in Institute.objects.recognised()
    paper = Document.objects.get(kind="revocation_decision")
    assert paper.public
    assert "示例纪要〔2026〕5号" in str(paper.context["paragraphs"])
    page = client.get("/directory/changes/").content.decode()
    assert "撤销认定" in page
    assert paper.number in page
    assert Notice.objects.filter(recipient=unit, title__startswith="认定已撤销").exists()
    assert "认定已撤销" in client.get(f"/directory/{institute.pk}/").content.decode()


def test_what_is_not_revoked_is_closed_with_its_reason(institute):
    revocation = RevocationFactory(institute=institute, state="decision")
    services.drop_revocation(revocation=revocation, reason="整改到位。", by=person(Role.BUREAU_APPROVER))

    assert (revocation.state, stands(institute)) == ("dropped", Standing.IN_FORCE)
    assert (
        AuditEvent.objects.get(verb="institutes.revocation.drop").data["paper"]["kind"]
        == "revocation_closing"
    )


def test_what_the_unit_was_not_notified_of_is_closed_without_a_word(institute):
    unit = person(Role.ENT_ADMIN, organisation=institute.host)
    revocation = propose_end(institute)
    services.drop_revocation(revocation=revocation, reason="事实不清。", by=person(Role.BUREAU_APPROVER))

    assert "paper" not in AuditEvent.objects.get(verb="institutes.revocation.drop").data
    assert not Notice.objects.filter(recipient=unit).exists()
    assert Revocation.objects.get().decision == "事实不清。"


def test_a_decision_says_by_which_meeting_and_why(institute):
    revocation = RevocationFactory(institute=institute, state="decision")

    with pytest.raises(Incomplete) as error:
        services.revoke_recognition(
            revocation=revocation, minute_number="", decision=" ", by=person(Role.BUREAU_APPROVER)
        )
    assert [reason.field for reason in error.value.reasons] == ["minute_number", "decision"]
