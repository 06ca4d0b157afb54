"""What an institute promised for its build period, and how far it is."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from institutes import policy
from institutes.models import Commitment, Institute


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """One target beside what was reached, all counted from the beginning of the build period; amounts in yuan.

    ``planned`` is what the end of the build period asks for and ``due`` what is asked for by now. ``reported`` is
    what the institute said last, None before it said anything; ``verified`` what its county and the bureau have
    verified as achievements, None where the target is none that is verified one by one. ``actual`` is the one that
    counts: the verified one where there is one. ``share``: how much of ``planned`` that is, in per cent.
    """

    commitment: Commitment
    due: Decimal
    reported: Decimal | None = None
    verified: Decimal | None = None

    @property
    def code(self) -> str:
        return self.commitment.code

    @property
    def label(self) -> str:
        return self.commitment.label

    @property
    def unit(self) -> str:
        return self.commitment.unit

    @property
    def is_amount(self) -> bool:
        return self.commitment.is_amount

    @property
    def base(self) -> Decimal:
        return self.commitment.base

    @property
    def planned(self) -> Decimal:
        return self.commitment.year_2

    @property
    def actual(self) -> Decimal:
        return self.verified if self.verified is not None else self.reported or Decimal(0)

    @property
    def share(self) -> Decimal:
        return policy.share_reached(self.actual, self.planned)

    @property
    def is_met(self) -> bool:
        return self.actual >= self.planned

    @property
    def is_behind(self) -> bool:
        """Whether less was reached than what the days that have passed ask for."""
        return self.actual < self.due


def comparison(institute: Institute, *, on: date) -> list[TargetProgress]:
    """Every target of the institute beside what it had reached by ``on``, in the order of the book."""
    return [
        TargetProgress(commitment, due=_due(institute, commitment, on))
        for commitment in institute.commitments.all()
    ]


def _due(institute: Institute, commitment: Commitment, on: date) -> Decimal:
    """What is asked for by ``on``: the second year's target from the end of the build period on."""
    if institute.build_from is None or institute.build_to is None:
        return Decimal(0)
    years = policy.years_due(institute.build_from, institute.build_to, on)
    return (Decimal(0), commitment.year_1, commitment.year_2)[years]
