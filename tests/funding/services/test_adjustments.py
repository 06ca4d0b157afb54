"""A budget changes by a document that two people of finance looked at, and never below what was committed."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from funding import services
from funding.models import Budget, BudgetAdjustment, BudgetChange, LedgerEntry
from notices.models import Notice
from records import clock
from records.errors import BadFile, Conflict, Incomplete, OverBudget, SamePerson
from tests.factories.accounts import person
from tests.factories.funding import (
    GRANT,
    BudgetFactory,
    a_budget,
    a_proposed_adjustment,
    a_scan,
    an_approved_award,
    an_entered_adjustment,
)
from tests.factories.institutes import a_user
from tests.funding.services.steps import sums

D = Decimal
db = pytest.mark.django_db


def told(budget):
    return [(c.kind, c.amount) for c in budget.changes.order_by("pk")]


@db
def test_raise_and_cut_are_rows_and_balanced_entries():
    budget = a_budget(D("100.00"))
    an_entered_adjustment(budget, "raise", D("50.00"))
    an_entered_adjustment(budget, "cut", D("30.00"))

    assert told(budget) == [("appropriate", D("100.00")), ("raise", D("50.00")), ("cut", D("-30.00"))]
    assert sums(budget)["total"] == D("120.00")
    kinds = LedgerEntry.objects.filter(budget=budget).order_by("pk").values_list("kind", "amount")
    assert list(kinds)[1:] == [("raise", D("50.00")), ("cut", D("30.00"))]


@db
def test_nothing_moves_before_another_person_enters_it():
    budget = a_budget(D("100.00"))
    proposed = a_proposed_adjustment(budget, "raise", D("50.00"))

    with pytest.raises(SamePerson):
        services.enter_adjustment(adjustment=proposed, key=uuid4(), by=a_user("the-finance"))
    assert sums(budget)["total"] == D("100.00")
    key, by = uuid4(), a_user("the-reviewer")
    services.enter_adjustment(adjustment=proposed, key=key, by=by)
    services.enter_adjustment(adjustment=proposed, key=key, by=by)
    assert sums(budget)["total"] == D("150.00")


@db
def test_the_same_key_proposes_once_and_with_other_terms_is_a_conflict():
    budget, key = a_budget(D("100.00")), uuid4()
    terms = {"kind": "raise", "amount": D("5.00"), "document_number": "示调1", "document": a_scan()}
    terms |= {"budget": budget, "key": key, "by": a_user("the-finance")}

    first = a_proposed_adjustment(budget, "raise", D("1.00"))
    again = services.propose_adjustment(**terms)
    assert services.propose_adjustment(**terms) == again != first
    with pytest.raises(Conflict, match="另一项"):
        services.propose_adjustment(**terms | {"amount": D("6.00")})
    with pytest.raises(Conflict, match="已登记过"):
        services.propose_adjustment(**terms | {"key": uuid4()})


@db
def test_a_transfer_leaves_one_budget_and_enters_the_other():
    budget, target = a_budget(D("100.00")), BudgetFactory(programme="joint_research", total=D("10.00"))
    an_entered_adjustment(budget, "transfer", D("40.00"), target=target)

    assert (sums(budget)["total"], sums(target)["total"]) == (D("60.00"), D("50.00"))
    assert list(LedgerEntry.objects.order_by("pk").values_list("kind", flat=True))[1:] == [
        "transfer_out",
        "transfer_in",
    ]


@db
def test_what_is_left_of_a_past_year_is_carried_over_as_a_pair():
    year = clock.today().year - 1
    budget = a_budget(D("100.00"), year=year)
    an_entered_adjustment(budget, "carry_over", D("100.00"))

    following = Budget.objects.get(year=year + 1)
    assert (sums(budget)["total"], sums(following)["total"]) == (D("0.00"), D("100.00"))
    assert told(following) == [("carry_in", D("100.00"))]
    assert BudgetAdjustment.objects.get(kind="carry_over").target == following


@db
@pytest.mark.parametrize(
    ("kind", "amount", "refusal", "field"),
    [
        ("cut", D("100000.01"), OverBudget, "amount"),
        ("raise", D(0), Incomplete, "amount"),
        ("raise", D("0.001"), Incomplete, "amount"),
        ("transfer", D(1), Incomplete, "target"),
        ("carry_over", D(1), Conflict, "kind"),
    ],
)
def test_what_is_refused(kind, amount, refusal, field):
    budget = a_budget(GRANT + D("100000.00"))
    an_approved_award(budget)
    budget.refresh_from_db()

    with pytest.raises(refusal) as found:
        a_proposed_adjustment(budget, kind, amount)
    assert [reason.field for reason in found.value.reasons] == [field]
    assert not BudgetAdjustment.objects.exclude(kind="appropriate").exists()


@db
def test_a_target_that_does_not_fit_is_refused():
    budget = a_budget(D("100.00"))
    last_year = BudgetFactory(year=budget.year - 1, programme="joint_research")

    with pytest.raises(Conflict, match="不要选择"):
        a_proposed_adjustment(budget, "raise", D(1), target=last_year)
    with pytest.raises(Conflict, match="结转下年"):
        a_proposed_adjustment(budget, "transfer", D(1), target=last_year)
    with pytest.raises(BadFile):
        a_proposed_adjustment(budget, "raise", D(1), document=a_scan("x.exe"))


@db
def test_what_was_committed_meanwhile_is_looked_at_again():
    budget = a_budget(GRANT)
    cut = a_proposed_adjustment(budget, "cut", GRANT)
    an_approved_award(budget)

    with pytest.raises(OverBudget, match="已批准的资金不能调出"):
        services.enter_adjustment(adjustment=cut, key=uuid4(), by=a_user("the-reviewer"))
    assert BudgetChange.objects.count() == 1


@db
def test_a_rejected_document_may_be_proposed_again_and_the_proposer_hears():
    budget, proposer = a_budget(D("100.00")), a_user("the-finance")
    first = a_proposed_adjustment(budget, "raise", D("50.00"))
    services.reject_adjustment(adjustment=first, reason="金额与文件不符", by=a_user("the-reviewer"))

    again = services.propose_adjustment(
        budget=budget,
        kind="raise",
        amount=D("5.00"),
        document_number=first.document_number,
        document=a_scan(),
        key=uuid4(),
        by=proposer,
    )
    assert again.state == "proposed"
    notice = Notice.objects.get(recipient=proposer, event__endswith=".reject.proposer")
    assert "金额与文件不符" in notice.body


@db
def test_the_database_refuses_one_person_and_a_row_of_the_wrong_sign():
    adjustment = an_entered_adjustment(a_budget(D("100.00")), "raise", D("50.00"))
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        BudgetAdjustment.objects.filter(pk=adjustment.pk).update(entered_by=adjustment.proposed_by)


@db
def test_finance_and_approvers_are_warned_once_before_a_budget_is_used_up():
    finance, approver = person("finance"), person("bureau_approver")
    budget = a_budget(3 * GRANT)
    for _ in range(3):
        an_approved_award(budget)
        budget.refresh_from_db()

    warned = Notice.objects.filter(event="funding.budget.nearly_used")
    assert set(warned.values_list("recipient", flat=True)) == {finance.pk, approver.pk}
    assert warned.count() == 2
    assert "占 100%" in warned.first().body
