"""The programme at a glance: by chain, by year, in money, and every project on the line of time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from institutes.models import Institute
from projects.enums import CLOSED, ProposalState
from projects.models import Project, Proposal
from projects.policy.risks import Risk
from projects.selectors.risks import risks_of, with_what_is_owed


@dataclass(frozen=True, slots=True)
class ChainLine:
    """What the programme did on one chain."""

    chain: str
    proposals: int
    projects: int
    asked: Decimal
    granted: Decimal


def by_chain(proposals: QuerySet[Proposal]) -> list[ChainLine]:
    """Of these proposals, how many and how much by chain; the chain with the most projects first. One query."""
    handed_in = Proposal.objects.filter(pk__in=proposals.order_by().values("pk"), number__isnull=False)
    approved = Q(state=ProposalState.APPROVED)
    rows = (
        handed_in.order_by()
        .values("topic__chain__name")
        .annotate(
            n=Count("pk"),
            approved=Count("pk", filter=approved),
            asked=Sum("asked", filter=~Q(state__in=CLOSED)),
            granted=Sum("grant", filter=approved),
        )
    )
    found = [
        ChainLine(
            row["topic__chain__name"],
            row["n"],
            row["approved"],
            row["asked"] or Decimal(0),
            row["granted"] or Decimal(0),
        )
        for row in rows
    ]
    return sorted(found, key=lambda line: (-line.projects, -line.proposals, line.chain))


def approved_projects_of(institute: Institute, years: Iterable[int]) -> QuerySet[Project]:
    """What an institute was approved to carry out in these years, for whoever judges what it did."""
    return Project.objects.filter(institute=institute, year__in=list(years)).order_by("year", "pk")


def figures_of_year(projects: QuerySet[Project], year: int) -> dict[str, int | Decimal]:
    """How many of these projects were approved in that year, and with how much."""
    found = projects.filter(year=year).aggregate(n=Count("pk"), granted=Sum("grant"), own=Sum("own"))
    return {
        "projects": found["n"],
        "granted": found["granted"] or Decimal(0),
        "own": found["own"] or Decimal(0),
    }


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone on the line of a project: how far along it stands, in per cent."""

    title: str
    due_on: date
    at: Decimal
    is_midterm: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One project on the line of time: where it begins and how long it is, in per cent of what is shown."""

    project: Project
    start: Decimal
    width: Decimal
    marks: tuple[Mark, ...]
    is_overdue: bool
    risks: tuple[Risk, ...]


def lanes(projects: QuerySet[Project], *, on: date) -> tuple[list[Lane], date | None, date | None]:
    """Every one of these projects by chain and begin, with the days between which they lie. Two queries."""
    rows = list(
        with_what_is_owed(projects)
        .select_related("host", "chain", "proposal__call__edition", "midterm")
        .order_by("chain__name", "starts_on", "pk")
    )
    if not rows:
        return [], None, None
    first = min(row.starts_on for row in rows).replace(month=1, day=1)
    last = max(row.ends_on for row in rows).replace(month=12, day=31)
    span = (last - first).days or 1

    def place(day: date) -> Decimal:
        return (Decimal((day - first).days) * 100 / span).quantize(Decimal("0.01"))

    found = [
        Lane(
            project=row,
            start=place(row.starts_on),
            width=place(row.ends_on) - place(row.starts_on),
            marks=tuple(
                Mark(
                    stage.title,
                    stage.due_on,
                    place(stage.due_on),
                    stage.is_midterm,
                    row.ended_at is None and stage.is_late(on),
                )
                for stage in row.stages.all()
            ),
            is_overdue=row.ended_at is None and row.ends_on < on,
            risks=tuple(risks_of(row, on=on)),
        )
        for row in rows
    ]
    return found, first, last
