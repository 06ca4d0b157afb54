"""The way of 200,000 yuan through the services, from recognition to the last receipt."""

from decimal import Decimal

import pytest

from funding.models import Award, LedgerEntry
from records import audit
from tests.factories.funding import GRANT, a_disbursement


@pytest.mark.django_db
def test_award_is_walked_to_its_end():
    disbursement = a_disbursement("receipted")

    award = Award.objects.get(pk=disbursement.award_id)
    budget = award.budget
    assert (award.state, award.amount, award.ordered, award.paid) == ("closed", GRANT, GRANT, GRANT)
    assert (budget.committed, budget.ordered, budget.paid) == (GRANT, GRANT, GRANT)
    assert budget.left == Decimal("1800000.00")
    assert [event.verb.rpartition(".")[2] for event in audit.history(award).exclude(to_state="")] == [
        "begin",
        "confirm",
        "pass_account",
        "approve",
        "close",
    ]
    assert [entry.kind for entry in LedgerEntry.objects.order_by("pk")] == [
        "appropriate",
        "commit",
        "order",
        "receive",
        "pay",
    ]
