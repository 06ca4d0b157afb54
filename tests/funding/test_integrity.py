"""The invariants of money: silent after a walk, and each finds the corruption it is there for."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F

from funding import integrity, services
from funding.models import Award, Budget, Disbursement, LedgerEntry
from institutes.models import Recognition
from records import clock
from tests.factories.accounts import UserFactory
from tests.factories.funding import (
    LedgerPostingFactory,
    a_budget,
    a_disbursement,
    an_approved_award,
    sent_back,
    withdrawn,
)

pytestmark = pytest.mark.django_db
CHECKS = (
    integrity.ledger_agrees_with_the_sums,
    integrity.sums_agree_with_the_cases,
    integrity.orders_are_within_awards,
    integrity.makers_are_not_checkers,
    integrity.nothing_was_paid_after_revocation,
    integrity.issued_orders_were_exported,
    integrity.budgets_are_not_overdrawn,
)


@pytest.fixture
def walked():
    """Money in every place: paid, at a county, returned, voided, committed, suspended."""
    budget = a_budget()
    done = a_disbursement("receipted", an_approved_award(budget))
    a_disbursement("county_received", an_approved_award(budget))
    returned = a_disbursement("paid", an_approved_award(budget))
    sent_back(returned)
    voided = a_disbursement("ordered", an_approved_award(budget))
    withdrawn(voided)
    services.suspend_award(award=an_approved_award(budget), reason="示例", by=UserFactory())
    return done


def drop(constraint, table):
    """Corruption that the database itself refuses can only be planted without its constraint."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def test_a_lawful_history_has_no_findings(walked):
    assert [finding for check in CHECKS for finding in check()] == []


@pytest.mark.parametrize("column", ["total", "committed", "ordered", "paid"])
def test_a_sum_of_a_budget_that_strayed(walked, column):
    changed = {"total": {"total": F("total") + 1}, "paid": {"paid": F("paid") - 1}}
    Budget.objects.update(**changed.get(column, {column: F(column) + 1}))
    assert len(integrity.ledger_agrees_with_the_sums()) == (2 if column == "total" else 1)


@pytest.mark.parametrize("column", ["ordered", "paid"])
def test_a_sum_of_an_award_that_strayed(walked, column):
    Award.objects.filter(pk=walked.award_id).update(state="approved")
    Award.objects.filter(pk=walked.award_id).update(
        paid=F("paid") - 1, **({"ordered": F("ordered") - 1} if column == "ordered" else {})
    )
    assert integrity.ledger_agrees_with_the_sums() != []
    assert integrity.sums_agree_with_the_cases() != []


def test_an_entry_that_does_not_balance(walked):
    entry = LedgerEntry.objects.filter(kind="pay").first()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE funding_ledgerposting DISABLE TRIGGER funding_ledgerposting_balances")
    LedgerPostingFactory(entry=entry, account="available", amount=Decimal("1.00"))
    assert f"台账分录 {entry.pk}“{entry}”不平" in integrity.ledger_agrees_with_the_sums()


def test_an_amount_that_is_not_the_editions(walked):
    Award.objects.filter(pk=walked.award_id).update(terms={"grant": {"amount": "300000.00"}})
    assert len(integrity.orders_are_within_awards()) == 1


def test_a_second_live_order(walked):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX funding_disbursement_one_live_per_instalment")
    dead = Disbursement.objects.get(state="voided")
    Disbursement.objects.filter(pk=dead.pk).update(award=walked.award, state="ordered")
    assert f"资金 {walked.award_id} 第 1 期有 2 笔在途拨付" in integrity.orders_are_within_awards()


def test_a_payer_who_ordered(walked):
    drop("funding_disbursement_orderer_not_payer", "funding_disbursement")
    Disbursement.objects.filter(pk=walked.pk).update(paid_by=F("ordered_by"))
    assert len(integrity.makers_are_not_checkers()) == 1


def test_an_approver_who_checked(walked):
    drop("funding_award_approver_not_verifier", "funding_award")
    Award.objects.filter(pk=walked.award_id).update(approved_by=F("account_verified_by"))
    assert len(integrity.makers_are_not_checkers()) == 1


def test_a_payment_after_revocation(walked):
    moment = clock.now().replace(year=clock.today().year - 1)
    revoked = {"revoked_at": moment, "revoked_by": UserFactory(), "revocation_reason": "示例"}
    Recognition.objects.filter(awards=walked.award_id).update(**revoked)
    assert len(integrity.nothing_was_paid_after_revocation()) == 1


def test_an_issue_without_a_file(walked):
    Disbursement.objects.filter(pk=walked.pk).update(export_digest="")
    assert len(integrity.issued_orders_were_exported()) == 1


def test_an_overdrawn_budget(walked):
    drop("funding_budget_not_overcommitted", "funding_budget")
    Budget.objects.update(total=1)
    assert len(integrity.budgets_are_not_overdrawn()) == 1
