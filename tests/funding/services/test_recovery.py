"""After the decision: served, repaid in parts, late, listed, published, closed by two; the unit's money waits."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.roles import Role
from funding import services
from funding.models import Award, LedgerEntry
from funding.selectors import clawbacks as reads
from funding.selectors import standing
from institutes.models import IntegrityListing
from institutes.selectors import hints_of
from institutes.selectors.county import integrity_faults
from notices.models import Notice
from records import clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, NotEligible, SamePerson
from records.models import Document
from tests.factories.accounts import person
from tests.factories.funding import GRANT, ClawbackFactory, a_disbursement, a_plan_ready, a_scan
from tests.factories.institutes import ApplicationFactory, IntegrityListingFactory, a_user
from tests.funding.services import clawbacks as steps
from tests.funding.services.clawbacks import (
    account,
    another_award_of,
    another_paid_award,
    approve,
    no_findings,
)
from tests.funding.services.steps import pay, verbs

pytestmark = pytest.mark.django_db


def late(case):
    with clock.at(clock.now() + timedelta(days=31)):
        services.let_fall_due()
    case.refresh_from_db()
    return case


def listed(case, years=2):
    return services.list_credit(
        clawback=late(case), years=years, reason="经催缴仍未退还。", by=a_user("claw-approver")
    )


def enforced(case):
    return services.enforce_clawback(
        clawback=case,
        enforcement_number="（2026）示执1号",
        paper=a_scan("court.pdf"),
        by=a_user("claw-approver"),
    )


# --- parts ----------------------------------------------------------------------------------------------------------


def test_the_days_for_repaying_are_counted_from_the_service():
    case = steps.served()
    assert case.repay_by == clock.today() + timedelta(days=30)
    assert deadlines.current(case).due_on == case.repay_by


def test_it_comes_back_in_parts_each_with_an_entry():
    case = steps.served()
    steps.repay(case, "50000.00")
    assert (case.state, case.left, deadlines.current(case).due_on) == (
        "partially_repaid",
        Decimal("150000.00"),
        case.repay_by,
    )
    steps.repay(case, "30000.55")
    assert (case.state, case.left) == ("partially_repaid", Decimal("119999.45"))
    steps.repay(case, "119999.45")

    assert (case.state, case.left, case.repaid) == ("repaid", Decimal(0), GRANT)
    assert (account("receivable"), account("recovered")) == (Decimal(0), GRANT)
    assert LedgerEntry.objects.filter(kind="repay", clawback=case).count() == 3
    assert verbs(case)[-3:] == ["part", "part", "settle"]
    no_findings()


def test_a_part_is_reported_once_per_key_and_voucher_and_never_too_much():
    case, key = steps.served(), uuid4()
    first = steps.report(case, "150000.00", key=key, bank_reference="示例回单甲")
    assert steps.report(case, "150000.00", key=key, bank_reference="示例回单甲") == first
    with pytest.raises(Conflict, match="另一笔退还"):
        steps.report(case, "150000.00", key=key, bank_reference="示例回单乙")
    with pytest.raises(Incomplete) as error:
        steps.report(case, "60000.00", bank_reference="示例回单甲", paid_on=clock.today() + timedelta(days=1))
    assert [reason.field for reason in error.value.reasons] == ["amount", "paid_on", "bank_reference"]


def test_who_reports_does_not_confirm_and_one_key_confirms_once():
    case, key = steps.served(), uuid4()
    part = steps.report(case, "10000.00", by=a_user("claw-finance"))
    with pytest.raises(SamePerson):
        services.confirm_repayment(repayment=part, key=uuid4(), by=a_user("claw-finance"))
    for _ in range(2):
        services.confirm_repayment(repayment=part, key=key, by=a_user("claw-finance2"))
    case.refresh_from_db()
    assert case.repaid == Decimal("10000.00")
    with pytest.raises(IllegalMove):
        services.confirm_repayment(repayment=part, key=uuid4(), by=a_user("claw-finance2"))


def test_a_part_that_came_is_told_once_with_what_is_left():
    case = steps.served()
    unit = person(Role.ENT_ADMIN, organisation=case.host)
    part = steps.report(case, "10000.00")
    services.confirm_repayment(repayment=part, key=uuid4(), by=a_user("claw-finance2"))

    case.refresh_from_db()
    [told] = Notice.objects.filter(recipient=unit, created_at__gte=part.reported_at)
    assert told.event == "funding.clawback.part"
    assert f"本次 10,000.00 元已到账，累计 10,000.00 元，尚余 {case.left:,.2f} 元" in told.body


def test_a_part_that_leaves_the_case_as_late_as_it_was_is_told_as_well():
    case = steps.served()
    unit = person(Role.ENT_ADMIN, organisation=case.host)
    with clock.at(clock.now() + timedelta(days=60)):
        assert services.let_fall_due() == 1
        part = steps.report(case, "10000.00")
        services.confirm_repayment(repayment=part, key=uuid4(), by=a_user("claw-finance2"))

    rows = Notice.objects.filter(recipient=unit, created_at__gte=part.reported_at)
    [told] = rows.exclude(event="funding.clawback.fall_due")
    assert told.event == "funding.repayment.confirm"
    assert "10,000.00 元已确认到账，尚余" in told.body


def test_what_did_not_arrive_counts_for_nothing_and_may_be_reported_anew():
    case = steps.served()
    part = steps.report(case, "200000.00", bank_reference="示例回单丙")
    services.reject_repayment(repayment=part, reason="账户未收到。", by=a_user("claw-finance"))
    case.refresh_from_db()
    assert (case.state, case.repaid) == ("repay_due", Decimal(0))
    steps.report(case, "200000.00", bank_reference="示例回单丙")


# --- late -----------------------------------------------------------------------------------------------------------


def test_it_falls_due_by_the_clock_once():
    case = steps.served()
    assert services.let_fall_due() == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert (services.let_fall_due(), services.let_fall_due()) == (1, 0)
    case.refresh_from_db()
    assert (case.state, deadlines.current(case).holder_role) == ("overdue", "bureau_approver")
    unit = person(Role.ENT_ADMIN, organisation=case.host)
    services.enforce_clawback(
        clawback=case, enforcement_number="示例", paper=a_scan("c.pdf"), by=a_user("claw-approver")
    )
    assert Notice.objects.filter(recipient=unit, title__startswith="已申请强制执行").exists()


def test_a_listed_unit_is_seen_in_the_formal_review_and_by_the_county():
    case = listed(steps.served())
    listing = IntegrityListing.objects.get()
    assert (listing.organisation, listing.until, listing.source) == (
        case.host,
        case.listed_until,
        case.number,
    )
    application = ApplicationFactory(state="formal_review", host=case.host)

    hints = hints_of([application])[application.pk]["clean_record"]
    assert any("本平台失信登记" in hint.text and case.number in hint.text for hint in hints)
    faults = [str(fault) for fault in integrity_faults(application, on=clock.today())]
    assert any("期满前不能申报、推荐" in fault for fault in faults)
    after = integrity_faults(application, on=listing.until + timedelta(days=1))
    assert not any("本平台失信登记" in str(fault) for fault in after)


def test_a_listing_lasts_as_long_as_the_edition_allows():
    case = late(steps.served())
    with pytest.raises(Incomplete, match="1 至 3 年"):
        services.list_credit(clawback=case, years=4, reason="示例", by=a_user("claw-approver"))
    assert not IntegrityListing.objects.exists()


def test_what_is_late_is_still_taken():
    case = listed(steps.served())
    steps.repay(case, "100000.00")
    assert case.state == "credit_listed"
    steps.repay(case, "100000.00")
    assert case.state == "repaid"
    no_findings()


# --- two signatures -------------------------------------------------------------------------------------------------


def test_it_is_closed_by_the_approver_and_finance_together():
    case = steps.served()
    steps.repay(case, GRANT)
    with pytest.raises(IllegalMove):
        services.close_clawback(clawback=case, key=uuid4(), by=a_user("claw-finance"))
    services.sign_closing(clawback=case, note="全额退还。", by=a_user("claw-approver"))
    with pytest.raises(SamePerson):
        services.close_clawback(clawback=case, key=uuid4(), by=a_user("claw-approver"))
    services.close_clawback(clawback=case, key=uuid4(), by=a_user("claw-finance"))

    case.refresh_from_db()
    assert (case.state, case.signed_by, case.closed_by) == (
        "closed",
        a_user("claw-approver"),
        a_user("claw-finance"),
    )
    no_findings()


def test_what_a_court_gave_up_is_written_off_by_both():
    case = enforced(late(steps.served()))
    steps.repay(case, "60000.00")
    with pytest.raises(IllegalMove):
        services.sign_closing(clawback=case, note="示例", by=a_user("claw-approver"))
    services.end_enforcement(
        clawback=case,
        ruling_number="（2026）示执终1号",
        note="被执行人无可供执行的财产。",
        paper=a_scan("ruling.pdf"),
        by=a_user("claw-approver"),
    )
    services.close_clawback(clawback=case, key=uuid4(), by=a_user("claw-finance"))

    assert (case.state, case.written_off, case.left) == ("closed", Decimal("140000.00"), Decimal(0))
    assert (account("receivable"), account("recovered"), account("claims")) == (
        Decimal(0),
        Decimal("60000.00"),
        Decimal("-60000.00"),
    )
    no_findings()


def test_finance_sends_back_what_it_does_not_sign():
    case = steps.served()
    steps.repay(case, GRANT)
    services.sign_closing(clawback=case, note="示例", by=a_user("claw-approver"))
    with pytest.raises(Conflict, match="退回结案"):
        services.resume_enforcement(clawback=case, reason="示例", by=a_user("claw-finance"))
    services.refuse_closing(clawback=case, reason="凭证不清。", by=a_user("claw-finance"))
    assert (case.state, case.signed_by, case.closing_note) == ("repaid", None, "")


# --- what everybody may know ----------------------------------------------------------------------------------------


def test_it_is_published_only_when_final(client):
    case = steps.served()
    with pytest.raises(Conflict, match="期限届满"):
        services.publish_clawback(clawback=case, finality="uncontested", note="", by=a_user("claw-approver"))
    with pytest.raises(Conflict, match="文号"):
        services.publish_clawback(clawback=case, finality="upheld", note=" ", by=a_user("claw-approver"))
    assert case.number not in client.get("/clawbacks/published/").content.decode()
    with clock.at(clock.now() + timedelta(days=190)):
        services.publish_clawback(clawback=case, finality="uncontested", note="", by=a_user("claw-approver"))

    page = client.get("/clawbacks/published/").content.decode()
    assert case.number in page
    assert str(case.host) in page
    assert case.edition.terms["repayment"]["account_number"] not in page


def test_the_papers_say_what_they_must():
    case = steps.served(amount=Decimal("80000.00"))
    services.sweep_papers(at=clock.now() + timedelta(minutes=10))

    papers = {paper.kind: paper for paper in Document.objects.about(case)}
    assert set(papers) == {"clawback_intent", "clawback_decision"}
    said = papers["clawback_decision"].context
    text = "".join([*said["paragraphs"], *(f"{a}{b}" for a, b in said["facts"]), *said["closing"]])
    for word in (
        "捌万元整",
        "财政违法行为处罚处分条例",
        "30 日内",
        "1301000000000094",
        "行政复议",
        "示例纪要",
        "示例事实",
    ):
        assert word in text
    assert "5个工作日" in "".join(papers["clawback_intent"].context["paragraphs"])
    assert not any(paper.public for paper in papers.values())


# --- the unit's other money -----------------------------------------------------------------------------------------


def test_nothing_else_is_approved_while_it_is_owed_and_all_goes_on_after():
    case = steps.served()
    award = another_award_of(case)
    with pytest.raises(NotEligible, match=case.number):
        approve(award)
    assert list(standing.awards_barred(Award.objects.filter(pk=award.pk))) == [award]

    steps.repay(case, GRANT)

    assert approve(award).state == "approved"
    assert not standing.awards_barred(Award.objects.filter(pk=award.pk)).exists()


def test_nothing_else_is_ordered_while_it_is_owed():
    case = steps.heard()
    award = approve(another_award_of(case))
    plan = a_plan_ready(award)
    steps.decide(case)

    with pytest.raises(Conflict, match=case.number):
        services.issue_plan(
            plan=plan, document_number="示财教〔2026〕77号", key=uuid4(), by=a_user("the-finance")
        )
    award.refresh_from_db()
    assert award.ordered == 0


def test_nothing_else_is_paid_while_it_is_owed():
    case = steps.heard()
    other = a_disbursement("county_received", approve(another_award_of(case)))
    steps.decide(case)

    with pytest.raises(NotEligible, match=case.number):
        pay(other)


def test_a_suspicion_alone_stops_nothing():
    case = steps.heard()

    assert approve(another_award_of(case)).state == "approved"


def test_money_that_is_claimed_back_is_not_returned_by_the_bank_too():
    case = steps.decided()
    order = case.award.disbursements.get()
    with pytest.raises((Conflict, IllegalMove)):
        services.propose_return(disbursement=order, reason="示例", by=a_user("the-county-fin"))


def test_another_unit_is_not_touched():
    steps.served()
    other = another_paid_award()

    assert other.barrier == ""
    assert reads.base_of(other) == GRANT
    assert ClawbackFactory(award=other).host == other.host
    assert IntegrityListingFactory().is_in_force(clock.today())
