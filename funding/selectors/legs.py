"""Where the money stands on its way, and how long a county has kept it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from funding import policy
from funding.enums import (
    PAID_STATES,
    AwardState,
    DisbursementState,
    Leg,
    MoneyLeg,
)
from funding.models import (
    Award,
    Budget,
    Disbursement,
    GrantEdition,
)

AWARD_LEGS = {
    MoneyLeg.WAITING: Q(
        state__in=(AwardState.ENTITLED, AwardState.ACCOUNT_CHECK, AwardState.PENDING_APPROVAL)
    ),
    MoneyLeg.TO_ORDER: Q(state=AwardState.APPROVED, ordered__lt=F("amount") - F("freed")),
    MoneyLeg.SUSPENDED: Q(state=AwardState.SUSPENDED),
}
DISBURSEMENT_LEGS = {
    MoneyLeg.ON_THE_WAY: Q(
        state__in=(
            DisbursementState.ORDERED,
            DisbursementState.SENDING,
            DisbursementState.UNKNOWN,
            DisbursementState.ISSUED,
            DisbursementState.ISSUED_DIRECT,
        )
    ),
    MoneyLeg.AT_COUNTY: Q(state=DisbursementState.COUNTY_RECEIVED),
    MoneyLeg.PAID: Q(state__in=PAID_STATES),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Money that stands on one leg of its way: yuan, and the count of awards or disbursements."""

    leg: MoneyLeg
    amount: Decimal
    count: int

    @property
    def is_of_awards(self) -> bool:
        """Whether its rows are awards, and not orders to pay."""
        return self.leg in AWARD_LEGS


def money_by_leg(divisions: Iterable[int]) -> list[Standing]:
    """Where the money of awards of these divisions stands, in the order of its way. No yuan is counted twice."""
    keys = list(divisions)
    awards, orders = Award.objects.filter(division__in=keys), Disbursement.objects.filter(division__in=keys)
    return [
        *_standings(awards, AWARD_LEGS, F("amount") - F("freed") - F("ordered")),
        *_standings(orders, DISBURSEMENT_LEGS, F("amount")),
    ]


def _standings(rows: QuerySet, legs: dict[MoneyLeg, Q], amount: F | CombinedExpression) -> list[Standing]:
    sums = {leg.value: Coalesce(Sum(amount, filter=here), Decimal(0)) for leg, here in legs.items()}
    counts = {f"{leg}_count": Count("pk", filter=here) for leg, here in legs.items()}
    found = rows.aggregate(**sums, **counts)
    return [Standing(leg, found[leg.value], found[f"{leg}_count"]) for leg in legs]


def retained(rows: QuerySet[Disbursement], *, on: date, colour: str = Leg.AMBER) -> QuerySet[Disbursement]:
    """Those that a county has kept beyond the limit of ``colour``, longest first."""
    amber, red = retention_limits(on)
    since = _days_before(on, red if colour == Leg.RED else amber)
    kept = rows.filter(state=DisbursementState.COUNTY_RECEIVED, received_on__lt=since)
    return kept.order_by("received_on", "pk")


def retained_in(divisions: Iterable[int], *, on: date) -> dict[str, int]:
    """How many disbursements these counties have kept beyond each limit: ``amber`` counts the red ones too."""
    limits = dict(zip((Leg.AMBER.value, Leg.RED.value), retention_limits(on), strict=True))
    rows = Disbursement.objects.filter(division__in=list(divisions), state=DisbursementState.COUNTY_RECEIVED)
    counted = {
        colour: Count("pk", filter=Q(received_on__lt=_days_before(on, days)))
        for colour, days in limits.items()
    }
    return rows.aggregate(**counted)


def retention_of(disbursement: Disbursement, *, on: date, limits: tuple[int, int]) -> tuple[int, str]:
    """For how many days the county has held it, and the colour of that."""
    if disbursement.state != DisbursementState.COUNTY_RECEIVED:
        return 0, Leg.GREEN
    days = policy.retention_days(disbursement.received_on, on=on)
    return days, policy.retention_colour(days, amber_days=limits[0], red_days=limits[1])


def retention_limits(on: date) -> tuple[int, int]:
    """From how many days on money at a county is shown in amber and in red."""
    terms = GrantEdition.paying_out(on)["retention"]
    return int(terms["amber_days"]), int(terms["red_days"])


def _days_before(on: date, days: int) -> date:
    return date.fromordinal(on.toordinal() - days)


def budget_overview(year: int) -> dict[str, Decimal]:
    """The sums of all budgets of a year."""
    names = ("total", "committed", "ordered", "paid")
    return Budget.objects.filter(year=year).aggregate(**{n: Coalesce(Sum(n), Decimal(0)) for n in names})
