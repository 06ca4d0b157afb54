"""What the system has still to propose: awards to which institutes are entitled by now."""

from django.db.models import Exists, OuterRef, QuerySet

from evaluation.models import Evaluation
from evaluation.selectors.performance import excellent_evaluations
from funding.enums import GrantKind
from funding.models import Award
from funding.selectors.cases import recognitions_awaiting_award
from institutes.models import ProvincialFiling
from institutes.selectors import provincial, recognitions_entitling


def filings_awaiting_award() -> QuerySet[ProvincialFiling]:
    """Institutes that the province recognised after filing and inspection, and whose reward is not proposed yet."""
    proposed = Award.objects.filter(institute=OuterRef("institute"), kind=GrantKind.PROVINCIAL)
    return provincial.filings_entitling().filter(~Exists(proposed))


def evaluations_awaiting_award() -> QuerySet[Evaluation]:
    """Published evaluations with the grade that is rewarded, whose cycle has no reward yet (四(四))."""
    proposed = Award.objects.filter(
        institute=OuterRef("institute"), kind=GrantKind.PERFORMANCE, cycle=OuterRef("cycle__last_year")
    )
    rows = excellent_evaluations().filter(~Exists(proposed))
    return rows.filter(institute__recognition__in=recognitions_entitling())


def awards_awaited() -> int:
    """How many awards the system has still to propose."""
    waiting = (recognitions_awaiting_award(), filings_awaiting_award(), evaluations_awaiting_award())
    return sum(rows.count() for rows in waiting)
