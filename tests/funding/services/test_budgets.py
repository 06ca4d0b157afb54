"""A document gives money to a budget once, and its sums are the database's own."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from funding import services
from funding.models import Budget, LedgerEntry
from funding.services.ledger import shift
from records.errors import Conflict
from tests.factories.accounts import UserFactory
from tests.factories.funding import GRANT, a_budget
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


@db
def test_create_budget_once_per_key():
    key, by = uuid4(), UserFactory()
    first = services.create_budget(**BUDGET, key=key, by=by)

    assert services.create_budget(**BUDGET, key=key, by=by) == first
    assert (first.total, LedgerEntry.objects.count()) == (D("100.00"), 1)
    with pytest.raises(Conflict, match="另一笔"):
        services.create_budget(**BUDGET | {"amount": D("101.00")}, key=key, by=by)
    with pytest.raises(Conflict) as refusal:
        services.create_budget(**BUDGET, key=uuid4(), by=by)
    assert [reason.field for reason in refusal.value.reasons] == ["document_number", "programme"]
    assert Budget.objects.get() == first


@db
def test_a_sum_read_before_another_commit_does_not_hide_it():
    budget = a_budget(D("300000.00"))
    stale = Budget.objects.get(pk=budget.pk)
    shift(budget, committed=GRANT)

    with pytest.raises(IntegrityError, match="funding_budget_not_overcommitted"), transaction.atomic():
        shift(stale, committed=GRANT)
    assert sums(budget)["committed"] == GRANT
