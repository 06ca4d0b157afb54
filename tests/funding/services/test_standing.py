"""Money follows how the institute stands: stopped, withdrawn, under another host, revoked after it was paid."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from accounts.models import Division
from accounts.roles import Role
from accounts.services import rename_organisation
from funding import selectors, services
from funding.desk import AWARD_DESK
from funding.models import Award
from funding.selectors import recognitions_awaiting_award, standing
from institutes.models import Recognition
from notices.models import Notice
from records import clock
from records.errors import Conflict, NotEligible, SamePerson
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.funding import (
    a_budget,
    a_disbursement,
    a_pending_award,
    a_plan_ready,
    a_scan,
    an_account,
    an_approved_award,
    an_award,
    load_terms,
)
from tests.factories.institutes import RecognitionFactory, a_user
from tests.funding.services.steps import pay

pytestmark = pytest.mark.django_db


def stop(award) -> None:
    until = clock.today() + timedelta(days=30)
    stamps = {"suspended_at": clock.now(), "suspended_by": UserFactory(), "suspended_until": until}
    Recognition.objects.filter(pk=award.recognition_id).update(**stamps)
    award.refresh_from_db()


def withdraw(award) -> None:
    stamps = {"withdrawn_at": clock.now(), "withdrawn_by": UserFactory(), "withdrawal_reason": "示例"}
    Recognition.objects.filter(pk=award.recognition_id).update(**stamps)
    award.refresh_from_db()


def revoke(award, *, at=None) -> None:
    stamps = {"revoked_at": at or clock.now(), "revoked_by": UserFactory(), "revocation_reason": "示例"}
    Recognition.objects.filter(pk=award.recognition_id).update(**stamps)
    award.refresh_from_db()


def hand_over(award):
    """Another host in another county takes the institute over."""
    host = OrganisationFactory(division=Division.objects.get(code="130104"))
    institute = award.institute
    institute.host, institute.division = host, host.division
    institute.save(update_fields=["host", "division"])
    award.refresh_from_db()
    return host


def approve(award, budget):
    return services.approve_award(award=award, budget=budget, key=uuid4(), by=a_user("the-approver"))


BARS = pytest.mark.parametrize(("bar", "words"), [(stop, "资格已暂停"), (withdraw, "主动退出")])


@BARS
def test_nothing_is_proposed_for_it(bar, words):
    load_terms()
    recognition = RecognitionFactory()
    bar(SimpleNamespace(recognition_id=recognition.pk, refresh_from_db=recognition.refresh_from_db))

    assert list(recognitions_awaiting_award()) == []
    assert services.propose_award(recognition=recognition) is None


@BARS
def test_nothing_is_approved_for_it(bar, words):
    award, budget = a_pending_award(), a_budget()
    bar(award)

    with pytest.raises(NotEligible, match=words):
        approve(award, budget)


@BARS
def test_no_plan_takes_it_in(bar, words):
    budget = a_budget()
    award, free = an_approved_award(budget), an_approved_award(budget)
    bar(award)

    assert list(selectors.awards_to_plan(budget)) == [free]
    assert selectors.budgets_to_plan().get().plannable == free.amount
    with pytest.raises(Conflict, match=f"{words}.*不能列入方案"):
        services.draft_plan(budget=budget, title="示例", awards=[award, free], by=a_user("the-clerk"))


@BARS
def test_nothing_is_issued_for_it(bar, words):
    award = an_approved_award()
    plan = a_plan_ready(award)
    bar(award)

    with pytest.raises(Conflict, match=words):
        services.issue_plan(
            plan=plan, document_number="示财教〔2026〕7号", key=uuid4(), by=a_user("the-finance")
        )
    award.refresh_from_db()
    assert award.ordered == 0


@BARS
def test_nothing_is_paid_for_it(bar, words):
    disbursement = a_disbursement("county_received")
    bar(disbursement.award)

    with pytest.raises(NotEligible, match=words):
        pay(disbursement)


def test_what_is_barred_is_found():
    barred, free = an_award(), an_award(RecognitionFactory())
    stop(barred)

    assert list(standing.awards_barred(Award.objects.all())) == [barred]
    assert free.barrier == ""


# --- another host ---------------------------------------------------------------------------------------------------


def test_an_award_of_the_former_host_waits_until_it_is_redirected():
    award, budget = a_pending_award(), a_budget()
    former = award.host
    host = hand_over(award)
    with pytest.raises(NotEligible, match="依托单位已变更"):
        approve(award, budget)

    services.redirect_award(award=award, reason="依托单位变更。", by=a_user("the-approver"))

    award.refresh_from_db()
    assert (award.state, award.host, award.division) == ("entitled", host, host.division)
    assert (award.account, award.confirmed_by, award.barrier) == (None, None, "")
    assert former != host


def test_what_was_approved_goes_to_an_account_of_the_present_host():
    award = an_approved_award()
    committed = award.budget.committed
    host = hand_over(award)
    admin = person(Role.ENT_ADMIN, organisation=host)
    with pytest.raises(Conflict, match="还没有已核实的收款账户"):
        services.redirect_approved_award(award=award, reason="示例。", by=a_user("another-approver"))
    account = services.submit_payee_account(
        organisation=host,
        account_name=host.name,
        bank="示例银行",
        branch="石家庄示例支行",
        number="6222020000009999",
        cnaps="102121000012",
        proof=a_scan("new.pdf"),
        by=admin,
    )
    services.first_check_account(account=account, by=a_user("the-first-checker"))
    services.verify_account(account=account, by=a_user("the-verifier"))

    services.redirect_approved_award(award=award, reason="示例。", by=a_user("another-approver"))

    award.refresh_from_db()
    award.budget.refresh_from_db()
    assert (award.state, award.host, award.account) == ("approved", host, account)
    assert award.budget.committed == committed
    assert Notice.objects.filter(recipient=admin, title__startswith="资金改由贵单位领取").exists()
    plan = a_plan_ready(award)
    services.issue_plan(plan=plan, document_number="示财教〔2026〕8号", key=uuid4(), by=a_user("the-finance"))
    assert plan.disbursements.get().host == host


def test_what_was_ordered_stays_with_whom_it_was_ordered_for():
    disbursement = a_disbursement("county_received")
    award = disbursement.award
    former = award.host
    hand_over(award)

    with pytest.raises(Conflict, match="已下达原依托单位"):
        services.redirect_approved_award(award=award, reason="示例。", by=a_user("another-approver"))
    pay(disbursement)
    disbursement.refresh_from_db()
    assert (disbursement.state, disbursement.host) == ("paid", former)


def test_nothing_is_redirected_under_the_same_host():
    with pytest.raises(Conflict, match="没有变更"):
        services.redirect_award(award=an_award(), reason="示例。", by=a_user("the-approver"))


def test_the_button_stands_there_only_under_another_host():
    award, approver = a_pending_award(), person(Role.BUREAU_APPROVER)
    assert "redirect" not in {offer.action for offer in AWARD_DESK.offers(approver, award)}
    hand_over(award)

    assert "redirect" in {offer.action for offer in AWARD_DESK.offers(approver, award)}


# --- a renamed unit -------------------------------------------------------------------------------------------------


def test_no_money_goes_to_an_account_under_a_former_name():
    award, budget = a_pending_award(), a_budget()
    rename_organisation(organisation=award.host, name="示例改名后有限公司", by=UserFactory())
    award.refresh_from_db()

    with pytest.raises(Conflict, match="已更名"):
        approve(award, budget)


def test_a_plan_waits_for_the_account_in_the_new_name():
    award = an_approved_award()
    plan = a_plan_ready(award)
    rename_organisation(organisation=award.host, name="示例改名后有限公司", by=UserFactory())

    with pytest.raises(Conflict, match="现名称不一致"):
        services.issue_plan(
            plan=plan, document_number="示财教〔2026〕9号", key=uuid4(), by=a_user("the-finance")
        )
    award.refresh_from_db()
    account = an_account(award, number="6222020000008888")
    services.change_account(award=award, account=account, by=a_user("the-ent-admin"))
    services.issue_plan(plan=plan, document_number="示财教〔2026〕9号", key=uuid4(), by=a_user("the-finance"))
    award.refresh_from_db()
    assert award.ordered == award.amount


# --- after a revocation ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("years", "found"), [(0, True), (2, True), (4, False)])
def test_what_was_paid_within_the_years_before_may_be_claimed_back(years, found):
    disbursement = a_disbursement("county_received")
    pay(disbursement)
    revoke(disbursement.award, at=clock.now() + timedelta(days=365 * years))

    assert list(standing.clawback_candidates(Award.objects.all())) == ([disbursement.award] if found else [])


def test_nothing_is_claimed_back_that_was_not_paid():
    revoke(an_approved_award())

    assert list(standing.clawback_candidates(Award.objects.all())) == []


def test_the_page_of_the_award_says_so(client):
    disbursement = a_disbursement("county_received")
    pay(disbursement)
    revoke(disbursement.award)
    client.force_login(person(Role.BUREAU_APPROVER))

    assert "追回线索" in client.get(disbursement.award.get_absolute_url()).content.decode()
    found = client.get("/awards/?standing=clawback").content.decode()
    assert str(disbursement.award.number) in found


def test_the_approver_of_an_award_did_not_check_the_account_it_goes_to():
    award = an_approved_award()
    host = hand_over(award)
    account = services.submit_payee_account(
        organisation=host,
        account_name=host.name,
        bank="示例银行",
        branch="石家庄示例支行",
        number="6222020000007777",
        cnaps="102121000012",
        proof=a_scan("new.pdf"),
        by=person(Role.ENT_ADMIN, organisation=host),
    )
    services.first_check_account(account=account, by=a_user("the-approver"))
    services.verify_account(account=account, by=a_user("the-verifier"))

    with pytest.raises(SamePerson):
        services.redirect_approved_award(award=award, reason="示例。", by=a_user("another-approver"))
