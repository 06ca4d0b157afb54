"""Each constraint provoked by name, by ``update()``, as no form would; the ledger's triggers by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from funding.models import (
    AllocationPlan,
    Award,
    BankLine,
    BankStatement,
    Budget,
    BudgetAdjustment,
    BudgetChange,
    CountyBudget,
    Disbursement,
    LedgerEntry,
    LedgerPosting,
    PayeeAccount,
    PlanItem,
)
from records import clock
from tests.factories import funding as factories
from tests.factories.accounts import UserFactory
from tests.factories.funding import (
    AllocationPlanFactory,
    AwardFactory,
    BankLineFactory,
    BankStatementFactory,
    BudgetAdjustmentFactory,
    BudgetChangeFactory,
    BudgetFactory,
    CountyBudgetFactory,
    DisbursementFactory,
    GrantEditionFactory,
    LedgerEntryFactory,
    LedgerPostingFactory,
    PayeeAccountFactory,
    PlanItemFactory,
    a_disbursement,
)
from tests.factories.institutes import a_user

pytestmark = pytest.mark.django_db


def refused(name, model, pk, **values):
    """Storing ``values`` breaks the constraint ``name``."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.filter(pk=pk).update(**values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("funding_budget_not_overcommitted", {"total": -1}),
        ("funding_budget_committed_not_negative", {"committed": -1}),
        ("funding_budget_ordered_not_negative", {"ordered": -1}),
        ("funding_budget_paid_not_negative", {"paid": -1}),
        ("funding_budget_not_overcommitted", {"committed": F("total") + Decimal("0.01")}),
        ("funding_budget_ordered_within_committed", {"ordered": 1}),
        ("funding_budget_paid_within_ordered", {"committed": 2, "ordered": 1, "paid": 2}),
        ("funding_budget_programme_known", {"programme": "other"}),
    ],
)
def test_budget(name, values):
    refused(name, Budget, BudgetFactory().pk, **values)


def test_one_budget_per_year_and_programme():
    BudgetFactory(year=2026)
    refused("funding_budget_one_per_year", Budget, BudgetFactory(year=2027).pk, year=2026)


@pytest.mark.parametrize(
    ("name", "state", "values"),
    [
        ("funding_award_amount_positive", "entitled", {"amount": 0}),
        ("funding_award_claimed_within_paid", "approved", {"ordered": -1, "paid": -1}),
        ("funding_award_claimed_within_paid", "entitled", {"paid": -1}),
        ("funding_award_not_overdrawn", "approved", {"ordered": F("payable") + Decimal("0.01")}),
        ("funding_award_payable_within_amount", "entitled", {"payable": F("amount") + Decimal("0.01")}),
        ("funding_award_paid_within_ordered", "approved", {"ordered": 1, "paid": 2}),
        ("funding_award_ordered_from_a_budget", "entitled", {"ordered": 1}),
        ("funding_award_closed_means_paid", "closed", {"paid": 0}),
        ("funding_award_freed_not_negative", "entitled", {"freed": -1}),
        ("funding_award_without_project_nothing_freed", "entitled", {"freed": 1}),
        ("funding_award_unordered_is_freed", "entitled", {"freed": F("amount") + Decimal("0.01")}),
        (
            "funding_award_ended_unordered",
            "approved",
            {"state": "lapsed", "ordered": 1, "ended_at": "now", "ended_by": "x"},
        ),
        ("funding_award_performance_has_cycle", "entitled", {"kind": "performance"}),
        ("funding_award_by_an_edition_or_a_project", "entitled", {"edition": None}),
        ("funding_award_by_an_edition_or_a_project", "entitled", {"kind": "joint_project"}),
        ("funding_award_state_known", "entitled", {"state": "paid"}),
        ("funding_award_kind_known", "entitled", {"kind": "gift"}),
        ("funding_award_confirmed_at_confirmed_by", "account_check", {"confirmed_at": None}),
        ("funding_award_confirmed_with_account", "entitled", {"state": "account_check"}),
        ("funding_award_account_checked_before_approval", "account_check", {"state": "pending_approval"}),
        ("funding_award_approved_by_somebody", "pending_approval", {"state": "approved"}),
        ("funding_award_approved_at_approved_by_budget", "approved", {"budget": None}),
        ("funding_award_account_checked_by_two", "entitled", {"account_verified_at": "2026-01-01T00:00Z"}),
        ("funding_award_suspended_by_somebody", "entitled", {"state": "suspended"}),
        ("funding_award_suspended_at_suspended_by", "suspended", {"suspended_by": None}),
        ("funding_award_ended_by_somebody", "entitled", {"state": "waived"}),
        ("funding_award_ended_at_ended_by", "waived", {"ended_by": None}),
        ("funding_award_approver_not_proposer", "approved", {"approved_by": F("proposed_by")}),
        ("funding_award_approver_not_confirmer", "approved", {"approved_by": F("confirmed_by")}),
        (
            "funding_award_approver_not_first_checker",
            "approved",
            {"approved_by": F("account_first_checked_by")},
        ),
        ("funding_award_approver_not_verifier", "approved", {"approved_by": F("account_verified_by")}),
        (
            "funding_award_two_checkers",
            "pending_approval",
            {"account_verified_by": F("account_first_checked_by")},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_award(name, state, values):
    award = AwardFactory(state=state)
    if values.get("ended_at") == "now":
        values = values | {"ended_at": clock.now(), "ended_by": a_user("the-approver")}
    refused(name, Award, award.pk, **values)


@pytest.mark.parametrize("kind", ["construction", "provincial"])
def test_award_once_per_institute(kind):
    first = AwardFactory(kind=kind)
    second = AwardFactory(kind=kind)
    refused("funding_award_once_per_institute", Award, second.pk, institute=first.institute)


def test_award_once_per_cycle():
    first = AwardFactory(kind="performance", cycle=2029)
    again = AwardFactory(kind="performance", cycle=2032, recognition=first.recognition)
    refused("funding_award_once_per_cycle", Award, again.pk, cycle=2029)


@pytest.mark.parametrize(
    ("name", "state", "values"),
    [
        ("funding_payeeaccount_two_checkers", "verified", {"verified_by": F("first_checked_by")}),
        (
            "funding_payeeaccount_unit_does_not_check",
            "first_checked",
            {"first_checked_by": F("submitted_by")},
        ),
        ("funding_payeeaccount_unit_does_not_verify", "verified", {"verified_by": F("submitted_by")}),
        ("funding_payeeaccount_checked_by_somebody", "submitted", {"state": "first_checked"}),
        ("funding_payeeaccount_verified_by_somebody", "first_checked", {"state": "verified"}),
        ("funding_payeeaccount_rejected_by_somebody", "submitted", {"state": "rejected"}),
        ("funding_payeeaccount_superseded_by_somebody", "verified", {"state": "superseded"}),
        (
            "funding_payeeaccount_first_checked_at_first_checked_by",
            "submitted",
            {"first_checked_at": "2026-01-01T00:00Z"},
        ),
        ("funding_payeeaccount_verified_at_verified_by", "verified", {"verified_at": None}),
        ("funding_payeeaccount_rejected_at_rejected_by", "rejected", {"rejected_at": None}),
        ("funding_payeeaccount_superseded_at_superseded_by", "superseded", {"superseded_at": None}),
        ("funding_payeeaccount_cnaps_of_12", "submitted", {"cnaps": "12345678901"}),
        ("funding_payeeaccount_last4", "submitted", {"last4": "12a4"}),
        ("funding_payeeaccount_state_known", "submitted", {"state": "approved"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_payee_account(name, state, values):
    refused(name, PayeeAccount, PayeeAccountFactory(state=state).pk, **values)


def test_payee_account_stands_once_per_unit():
    first = PayeeAccountFactory()
    second = PayeeAccountFactory(
        organisation=first.organisation, number="6222020000000001", state="submitted"
    )
    stamps = {
        f"{step}_{part}": getattr(first, f"{step}_{part}")
        for step in ("first_checked", "verified")
        for part in ("at", "by")
    }
    refused("funding_payeeaccount_once_per_unit", PayeeAccount, second.pk, number_index=first.number_index)
    refused("funding_payeeaccount_one_verified", PayeeAccount, second.pk, state="verified", **stamps)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("funding_allocationplan_state_known", {"state": "other"}),
        ("funding_allocationplan_submitted_by_somebody", {"state": "finance_review"}),
        ("funding_allocationplan_discarded_by_somebody", {"state": "discarded"}),
        ("funding_allocationplan_reviewed_at_reviewed_by", {"reviewed_at": "2026-01-01T00:00Z"}),
        ("funding_allocationplan_cosigned_at_cosigned_by", {"cosigned_at": "2026-01-01T00:00Z"}),
        (
            "funding_allocationplan_issued_with_number",
            {"document_number": "示财〔2026〕1号"},
        ),
        ("funding_allocationplan_discarded_at_discarded_by", {"discarded_at": "2026-01-01T00:00Z"}),
        (
            "funding_allocationplan_submitted_with_check",
            {"submitted_at": "2026-01-01T00:00Z"},
        ),
    ],
)
def test_plan(name, values):
    refused(name, AllocationPlan, AllocationPlanFactory().pk, **values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("funding_allocationplan_proposer_not_reviewer", {"reviewed_by": F("proposed_by")}),
        ("funding_allocationplan_proposer_not_cosigner", {"cosigned_by": F("proposed_by")}),
        ("funding_allocationplan_proposer_not_issuer", {"issued_by": F("proposed_by")}),
        ("funding_allocationplan_reviewer_not_issuer", {"issued_by": F("reviewed_by")}),
        ("funding_allocationplan_cosigner_not_issuer", {"issued_by": F("cosigned_by")}),
        ("funding_allocationplan_reviewed_before_signing", {"reviewed_by": None, "reviewed_at": None}),
        ("funding_allocationplan_cosigned_before_issue", {"cosigned_by": None, "cosigned_at": None}),
    ],
)
def test_issued_plan(name, values):
    plan = a_disbursement("ordered").plan
    refused(name, AllocationPlan, plan.pk, **values)


def test_submitter_does_not_review_and_an_issued_plan_has_its_number():
    plan = a_disbursement("ordered").plan
    other = a_user("another-clerk")
    refused("submitter_not_reviewer", AllocationPlan, plan.pk, submitted_by=other, reviewed_by=other)
    refused("reviewer_not_cosigner", AllocationPlan, plan.pk, cosigned_by=other, reviewed_by=other)
    refused("submitter_not_cosigner", AllocationPlan, plan.pk, submitted_by=other, cosigned_by=other)
    refused("submitter_not_issuer", AllocationPlan, plan.pk, submitted_by=other, issued_by=other)
    gone = {"issued_at": None, "issued_by": None, "issued_on": None, "document_number": None}
    refused("funding_allocationplan_issued_by_somebody", AllocationPlan, plan.pk, **gone)


def test_plan_item():
    item = PlanItemFactory(award=AwardFactory(state="approved"))
    refused("funding_planitem_amount_positive", PlanItem, item.pk, amount=0)
    refused("funding_planitem_instalment_positive", PlanItem, item.pk, instalment=0)
    refused("funding_planitem_released_at_released_by", PlanItem, item.pk, released_at=clock.now())
    refused("funding_planitem_struck_at_struck_by", PlanItem, item.pk, struck_at=clock.now())
    struck = {"struck_at": clock.now(), "struck_by": UserFactory().pk}
    refused("funding_planitem_struck_with_reason", PlanItem, item.pk, **struck, struck_reason="示例")
    released = {"released_at": clock.now(), "released_by": UserFactory().pk}
    refused("funding_planitem_struck_with_reason", PlanItem, item.pk, **struck, **released)
    second = PlanItemFactory(award=item.award, plan=item.plan, instalment=2)
    refused("funding_planitem_planned_once", PlanItem, second.pk, instalment=1)


@pytest.mark.parametrize(
    ("name", "state", "values"),
    [
        ("funding_disbursement_amount_positive", "ordered", {"amount": 0}),
        ("funding_disbursement_instalment_positive", "ordered", {"instalment": 0}),
        ("funding_disbursement_state_known", "ordered", {"state": "sent"}),
        ("funding_disbursement_issued_by_somebody", "ordered", {"state": "issued"}),
        ("funding_disbursement_received_by_somebody", "issued", {"state": "county_received"}),
        ("funding_disbursement_paid_by_somebody", "county_received", {"state": "paid"}),
        ("funding_disbursement_receipted_by_somebody", "paid", {"state": "receipted"}),
        ("funding_disbursement_ended_by_somebody", "ordered", {"state": "voided", "ended_reason": "示例"}),
        ("funding_disbursement_received_amount_equal", "county_received", {"received_amount": 1}),
        ("funding_disbursement_paid_amount_equal", "paid", {"paid_amount": 1}),
        ("funding_disbursement_receipt_amount_equal", "receipted", {"receipt_amount": 1}),
        ("funding_disbursement_claimed_at_claimed_by", "issued", {"claimed_by": None}),
        ("funding_disbursement_issued_at_issued_by_issued_on", "issued", {"issued_on": None}),
        ("funding_disbursement_received_as_a_whole", "county_received", {"received_on": None}),
        ("funding_disbursement_paid_as_a_whole", "paid", {"bank_reference": None}),
        ("funding_disbursement_receipted_as_a_whole", "receipted", {"receipted_on": None}),
        ("funding_disbursement_ended_at_ended_by", "ordered", {"ended_at": "2026-01-01T00:00Z"}),
        (
            "issued_on_not_after_received_on",
            "county_received",
            {"received_on": F("issued_on") - timedelta(days=1)},
        ),
        ("received_on_not_after_paid_on", "paid", {"received_on": F("paid_on") + timedelta(days=1)}),
        (
            "issued_on_not_after_paid_on",
            "paid",
            {"issued_on": F("paid_on") + timedelta(days=1), "received_on": F("paid_on") + timedelta(days=1)},
        ),
        ("paid_on_not_after_receipted_on", "receipted", {"receipted_on": F("paid_on") - timedelta(days=1)}),
        ("funding_disbursement_orderer_not_payer", "paid", {"paid_by": F("ordered_by")}),
        ("funding_disbursement_payer_not_receiver", "receipted", {"receipted_by": F("paid_by")}),
        ("funding_disbursement_direct_skips_county", "county_received", {"direct_pay": True}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_disbursement(name, state, values):
    refused(name, Disbursement, a_disbursement(state).pk, **values)


def test_disbursement_goes_through_the_county_and_ends_with_a_reason():
    paid = a_disbursement("paid")
    skipped = dict.fromkeys(("received_at", "received_by", "received_on", "received_amount"))
    refused("funding_disbursement_through_the_county", Disbursement, paid.pk, **skipped)
    ended = {"state": "voided", "ended_at": clock.now(), "ended_by": paid.ordered_by}
    refused("funding_disbursement_ended_with_reason", Disbursement, paid.pk, **ended)
    ended |= {"ended_reason": "示例"}
    refused("funding_disbursement_voided_after_a_proposal", Disbursement, paid.pk, **ended)
    ended |= {"ending_reason": "示例", "ending_proposed_at": clock.now(), "ending_proposed_by": paid.paid_by}
    refused("funding_disbursement_voided_only_unsent", Disbursement, paid.pk, **ended)


def test_one_live_order_per_instalment():
    first = DisbursementFactory()
    second = DisbursementFactory(award=first.award, plan=first.plan, instalment=2)
    refused("funding_disbursement_one_live_per_instalment", Disbursement, second.pk, instalment=1)
    refused("key", Disbursement, second.pk, key=first.key)


@pytest.mark.parametrize(
    "model", [LedgerEntry, LedgerPosting, BudgetChange], ids=lambda model: model.__name__
)
def test_ledger_is_append_only(model):
    a_disbursement("ordered")
    row = model.objects.first()
    with pytest.raises(IntegrityError, match="append-only: UPDATE refused"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(amount=F("amount") + 1)
    with pytest.raises(IntegrityError, match="append-only: DELETE refused"), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete("default")


def test_entry_balances_at_commit():
    entry = LedgerEntryFactory()
    check_now()
    LedgerPostingFactory(entry=entry, account="paid", amount=Decimal("1.00"))
    with pytest.raises(IntegrityError, match="does not balance"):
        check_now()


def test_entry_without_postings_is_refused_at_commit():
    LedgerEntryFactory(postings=False)
    with pytest.raises(IntegrityError, match="does not balance"):
        check_now()


def check_now():
    """Let the deferred triggers speak, as at a commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def entry_with(**values):
    return LedgerEntryFactory(**values)


def test_entry_is_posted_once_and_about_its_case():
    entry = LedgerEntryFactory()
    for name, values in [
        ("funding_ledgerentry_once_per_award", {"kind": "commit", "award": entry.award}),
        ("funding_ledgerentry_about_its_case", {"kind": "pay", "award": entry.award}),
        ("funding_ledgerentry_about_its_case", {"kind": "appropriate", "award": entry.award}),
        ("funding_ledgerentry_(kind_known|about_its_case)", {"kind": "gift", "award": entry.award}),
        (
            "funding_ledgerentry_amount_positive",
            {"kind": "release", "award": entry.award, "amount": Decimal(-1)},
        ),
    ]:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            entry_with(**values, postings=False)


def test_a_payment_is_posted_once():
    disbursement = a_disbursement("paid")
    with (
        pytest.raises(IntegrityError, match="funding_ledgerentry_once_per_disbursement"),
        transaction.atomic(),
    ):
        LedgerEntryFactory(kind="pay", award=disbursement.award, disbursement=disbursement, postings=False)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("funding_ledgerposting_account_known", {"account": "purse"}),
        ("funding_ledgerposting_moves_something", {"account": "paid", "amount": 0}),
        ("funding_ledgerposting_one_per_account", {"account": "available"}),
    ],
)
def test_posting(name, values):
    entry = LedgerEntryFactory()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        LedgerPostingFactory(entry=entry, **values)


def test_change_gives_something():
    with pytest.raises(IntegrityError, match="funding_budgetchange_sign_of_its_kind"), transaction.atomic():
        BudgetChangeFactory(amount=0, adjustment=BudgetAdjustmentFactory(entered=True))


def test_names():
    budget = BudgetFactory(year=2026)
    award = AwardFactory(number="SJZ-ZJ-2026-0001")
    plan = AllocationPlanFactory(title="示例方案", budget=budget)
    disbursement = DisbursementFactory(number="SJZ-BF-2026-0001")

    assert str(budget) == "2026年度产业技术研究院扶持资金"
    assert str(award) == f"{award.institute}建设资金"
    assert str(plan) == "示例方案"
    assert str(PlanItemFactory(award=award, plan=plan)) == f"{award} 第 1 期"
    assert str(disbursement) == "SJZ-BF-2026-0001 第 1 期"
    assert str(PayeeAccountFactory(organisation=award.host)) == f"{award.host.name} 尾号 0123"
    assert (
        str(BudgetChangeFactory(budget=budget, document_number="示财〔2026〕1号"))
        == "示财〔2026〕1号 2,000,000.00 元"
    )
    assert str(GrantEditionFactory()) == "construction 2022-01-19"
    entry = LedgerEntryFactory(award=disbursement.award)
    assert str(entry) == "批准资金 200,000.00 元"
    assert str(entry.postings.get(account="committed")) == "已批准待下达 +200,000.00 元"


def test_account_number_is_stored_encrypted():
    account = PayeeAccountFactory()
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM funding_payeeaccount WHERE id = %s", [account.pk])
        stored = cursor.fetchone()[0]

    assert factories.NUMBER not in stored
    assert PayeeAccount.objects.get(pk=account.pk).number == factories.NUMBER
    assert account.number_masked == "**** **** 0123"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("funding_bankline_state_known", {"state": "lost", "treatment": "not_ours"}),
        ("funding_bankline_amount_positive", {"amount": 0}),
        ("funding_bankline_direction_known", {"direction": "up"}),
        ("funding_bankline_finding_known", {"finding": "odd"}),
        ("funding_bankline_treatment_known", {"treatment": "odd"}),
        ("funding_bankline_proposed_by_somebody", {"state": "proposed", "treatment": "not_ours"}),
        ("funding_bankline_proposed_as_something", {"state": "settled"}),
        ("funding_bankline_ours_names_its_order", {"treatment": "payment"}),
    ],
)
def test_bank_line(name, values):
    refused(name, BankLine, BankLineFactory().pk, **values)


def test_a_serial_number_of_the_bank_counts_once():
    line = BankLineFactory()
    second = BankLineFactory(statement=line.statement)
    refused("funding_bankline_serial_once", BankLine, second.pk, serial=line.serial)


def test_a_statement_adds_up():
    statement = BankStatementFactory()
    refused("funding_bankstatement_adds_up", BankStatement, statement.pk, closing=1)
    before = statement.since - timedelta(days=1)
    refused("since_not_after_until", BankStatement, statement.pk, until=before)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("funding_countybudget_not_overpaid", {"paid": 10**9, "paid_until": "2026-01-01"}),
        ("funding_countybudget_paid_until_a_day", {"paid": 1}),
        ("funding_countybudget_amount_positive", {"amount": 0}),
    ],
)
def test_county_budget(name, values):
    refused(name, CountyBudget, CountyBudgetFactory().pk, **values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("funding_budgetadjustment_amount_positive", {"amount": 0}),
        ("funding_budgetadjustment_kind_known", {"kind": "odd"}),
        ("funding_budgetadjustment_entered_by_somebody", {"state": "entered"}),
        ("funding_budgetadjustment_rejected_by_somebody", {"state": "rejected"}),
        ("funding_budgetadjustment_transfer_has_target", {"kind": "transfer"}),
        ("funding_budgetadjustment_one_budget_without_target", {"target": F("budget")}),
        (
            "funding_budgetadjustment_target_is_another",
            {"kind": "carry_over", "target": F("budget")},
        ),
    ],
)
def test_budget_adjustment(name, values):
    refused(name, BudgetAdjustment, BudgetAdjustmentFactory().pk, **values)


def test_an_order_is_unknown_since_a_moment_and_settled_within_its_amount():
    order = a_disbursement("issued")
    refused("funding_disbursement_settled_within_amount", Disbursement, order.pk, settled=F("amount") + 1)
    refused("funding_disbursement_settled_not_negative", Disbursement, order.pk, settled=-1)
    refused("funding_disbursement_unknown_since_a_moment", Disbursement, order.pk, state="unknown")
    gone = {"claimed_at": None, "claimed_by": None, "state": "sending"}
    refused("funding_disbursement_sent_after_a_claim", Disbursement, order.pk, **gone)
