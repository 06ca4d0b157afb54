"""A document gives money to a budget once, and its sums are the database's own."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from funding import services
from funding.models import Budget, BudgetAdjustment, BudgetChange, LedgerEntry
from funding.services.ledger import shift
from records.errors import BadFile, Conflict, OverBudget, SamePerson
from tests.factories.accounts import UserFactory
from tests.factories.funding import (
    GRANT,
    a_budget,
    a_budget_proposed,
    a_pending_award,
    a_proposed_adjustment,
    a_scan,
)
from tests.factories.institutes import a_user
from tests.funding.services.steps import sums

D = Decimal
db = pytest.mark.django_db


BUDGET = {
    "year": 2026,
    "programme": "institutes",
    "item": "示例科目",
    "amount": D("100.00"),
    "document_number": "示财〔2026〕1号",
}


def create(by, key=None, **changes):
    return services.create_budget(**BUDGET | {"document": a_scan()} | changes, key=key or uuid4(), by=by)


def enter(budget, by):
    return services.enter_adjustment(adjustment=budget.adjustments.get(state="proposed"), key=uuid4(), by=by)


@db
def test_create_budget_once_per_key(terms):
    key, by = uuid4(), UserFactory()
    first = create(by, key)

    assert create(by, key) == first
    assert (sums(first)["total"], BudgetAdjustment.objects.count()) == (D("0.00"), 1)
    with pytest.raises(Conflict, match="另一笔"):
        create(by, key, amount=D("101.00"))
    for refused in ("待另一人复核入账", "已建立"):
        with pytest.raises(Conflict, match=refused) as refusal:
            create(by)
        assert [reason.field for reason in refusal.value.reasons] == ["document_number", "programme"]
        if refused != "已建立":
            enter(first, UserFactory())
    assert (Budget.objects.get(), LedgerEntry.objects.count()) == (first, 1)
    assert sums(first)["total"] == D("100.00")


@db
def test_a_budget_holds_nothing_before_another_person_has_entered_its_document():
    budget, award = a_budget_proposed(GRANT), a_pending_award()
    terms = {"award": award, "budget": budget, "by": a_user("the-approver")}
    with pytest.raises(OverBudget):
        services.approve_award(**terms, key=uuid4())
    with pytest.raises(Conflict, match="尚未复核入账"):
        a_proposed_adjustment(budget, "raise", D(1))
    with pytest.raises(SamePerson):
        enter(budget, a_user("the-finance"))

    enter(budget, a_user("the-reviewer"))
    assert services.approve_award(**terms, key=uuid4()).state == "approved"
    assert list(BudgetChange.objects.values_list("kind", "made_by__username")) == [
        ("appropriate", "the-reviewer")
    ]


@db
def test_what_was_not_entered_is_proposed_anew_in_the_same_budget():
    first = a_budget_proposed(D("100.00"))
    proposal = first.adjustments.get()
    services.reject_adjustment(adjustment=proposal, reason="金额与文件不符", by=a_user("the-reviewer"))

    again = a_budget_proposed(D("90.00"), item="示例另一科目", document_number=proposal.document_number)
    enter(again, a_user("the-reviewer"))
    assert (again.pk, again.item, sums(again)["total"]) == (first.pk, "示例另一科目", D("90.00"))


@db
def test_without_its_file_there_is_no_budget(terms):
    with pytest.raises(BadFile):
        create(UserFactory(), document=a_scan("x.exe"))
    assert not Budget.objects.exists()


@db
def test_the_database_refuses_a_second_opening_and_money_that_nobody_proposed():
    budget = a_budget(D("100.00"))
    with pytest.raises(IntegrityError, match="opened_once"), transaction.atomic():
        BudgetAdjustment.objects.create(
            budget=budget,
            kind="appropriate",
            amount=D(1),
            document_number="示例另一文号",
            key=uuid4(),
            proposed_at=budget.created_at,
            proposed_by=budget.created_by,
        )
    with pytest.raises(IntegrityError, match="proposed_and_entered"), transaction.atomic():
        BudgetChange.objects.create(
            budget=budget,
            amount=D(1),
            document_number="示例再一文号",
            key=uuid4(),
            made_at=budget.created_at,
            made_by=budget.created_by,
        )


@db
def test_a_sum_read_before_another_commit_does_not_hide_it():
    budget = a_budget(D("300000.00"))
    stale = Budget.objects.get(pk=budget.pk)
    shift(budget, committed=GRANT)

    with pytest.raises(IntegrityError, match="funding_budget_not_overcommitted"), transaction.atomic():
        shift(stale, committed=GRANT)
    assert sums(budget)["committed"] == GRANT
