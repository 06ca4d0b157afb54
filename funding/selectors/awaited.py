"""What the system has still to propose: awards to which institutes are entitled by now."""

from django.db.models import Exists, OuterRef, QuerySet

from funding.enums import GrantKind
from funding.models import Award
from funding.selectors.cases import recognitions_awaiting_award
from institutes.models import ProvincialFiling
from institutes.selectors import provincial


def filings_awaiting_award() -> QuerySet[ProvincialFiling]:
    """Institutes that the province recognised after filing and inspection, and whose reward is not proposed yet."""
    proposed = Award.objects.filter(institute=OuterRef("institute"), kind=GrantKind.PROVINCIAL)
    return provincial.filings_entitling().filter(~Exists(proposed))


def awards_awaited() -> int:
    """How many awards the system has still to propose."""
    return recognitions_awaiting_award().count() + filings_awaiting_award().count()
