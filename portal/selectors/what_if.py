"""What other rules of evaluation would have cost: a round weighed anew, and the reward for the best grade (四(四))."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from evaluation.models import ReviewEdition, Round
from evaluation.selectors.what_if import Asked, Outcome, tried
from funding.enums import GrantKind
from funding.models import GrantEdition

KIND = "performance"


@dataclass(frozen=True, slots=True)
class Trial:
    """A round before and after, with what the rewards would come to."""

    outcome: Outcome
    amount: Decimal

    @property
    def cost_before(self) -> Decimal:
        return self.amount * self.outcome.best_before

    @property
    def cost_after(self) -> Decimal:
        return self.amount * self.outcome.best_after

    @property
    def difference(self) -> Decimal:
        return self.cost_after - self.cost_before


def editions_to_try() -> QuerySet[ReviewEdition]:
    """Every edition of the rules of evaluation, the newest first."""
    return ReviewEdition.objects.filter(kind=KIND).order_by("-valid_from")


def trial(round_: Round, edition: ReviewEdition, asked: Asked) -> Trial:
    """Weigh a round anew; the reward is that of the edition in force in the year of the round."""
    grant = GrantEdition.objects.in_force(GrantKind.PERFORMANCE, timezone.localdate(round_.opened_at))
    return Trial(tried(round_, edition, asked), Decimal(grant.terms["grant"]["amount"]))
