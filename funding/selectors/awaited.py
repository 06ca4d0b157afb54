"""What the system has still to propose: awards to which institutes are entitled by now."""

from django.db.models import Exists, F, OuterRef, QuerySet

from evaluation.models import Evaluation
from evaluation.selectors.performance import excellent_evaluations
from funding.enums import GrantKind
from funding.models import Award
from funding.selectors.standing import ENDED_AWARDS
from funding.selectors.waiting import recognitions_awaiting_award
from institutes.models import ProvincialFiling
from institutes.selectors import provincial, recognitions_entitling
from projects.models import Project
from projects.selectors import accepted_projects, contracted_projects


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


def projects_awaiting_award() -> QuerySet[Project]:
    """Joint projects whose contract is confirmed and whose grant is not proposed yet; those stopped wait."""
    return contracted_projects().filter(award__isnull=True, ended_at__isnull=True, suspended_at__isnull=True)


def awards_of_accepted_projects() -> QuerySet[Award]:
    """Awards of joint projects that passed their final acceptance, with an instalment that still waits for that."""
    rows = Award.objects.filter(project__in=accepted_projects(), payable__lt=F("amount"))
    return rows.exclude(state__in=ENDED_AWARDS).select_related("project", "institute").order_by("pk")


def awards_awaited() -> int:
    """How many awards the system has still to propose."""
    waiting = (
        recognitions_awaiting_award(),
        filings_awaiting_award(),
        evaluations_awaiting_award(),
        projects_awaiting_award(),
    )
    return sum(rows.count() for rows in waiting)
