"""What the rows of a list come to, so that a figure and the list that it opens say the same."""

from decimal import Decimal

from django.db.models import F, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from funding.models import Award, Budget, CountyBudget, Disbursement
from funding.selectors.legs import AWARD_LEGS


def sum_of_awards(rows: QuerySet[Award], leg: str = "") -> Decimal:
    """What these awards come to; with ``leg``, what of them stands on it: what was ordered has gone on."""
    standing = F("amount") - F("freed") - F("ordered")
    return _sum(rows, standing if leg in AWARD_LEGS else F("amount"))


def sum_of_orders(rows: QuerySet[Disbursement]) -> Decimal:
    """What these disbursements come to."""
    return _sum(rows, F("amount"))


def sums_of_counties(rows: QuerySet[CountyBudget]) -> dict[str, Decimal]:
    """What counties set aside by these entries (``amount``), and what of it they have ``paid``."""
    return {name: _sum(rows, F(name)) for name in ("amount", "paid")}


def sums_of_budgets(rows: QuerySet[Budget]) -> dict[str, Decimal]:
    """What these budgets come to, and how much of it was committed, ordered and paid."""
    return {name: _sum(rows, F(name)) for name in ("total", "committed", "ordered", "paid")}


def _sum(rows: QuerySet, amount: Combinable) -> Decimal:
    return rows.order_by().aggregate(total=Coalesce(Sum(amount), Decimal(0)))["total"]
