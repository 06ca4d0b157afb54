"""The build period: what the book promised becomes the institute's commitments on the day of recognition."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from institutes import book
from institutes.book.kinds import Field, Grid, Money
from institutes.models import Application, Commitment, Institute, Milestone
from institutes.policy import as_decimal
from institutes.selectors import answers_of
from institutes.services.milestones import open_milestones

ZERO = Decimal(0)


def begin_build(institute: Institute, application: Application, *, at: datetime) -> None:
    """Take over targets and stages of the book it was recognised by, as it was last handed in (二(三)2).

    From now on the unit is reminded of each stage until a report says that it is reached.
    """
    plan = answers_of(application).get("plan", {})
    lines = _lines(application.call.form_edition)
    Commitment.objects.bulk_create(_commitments(institute, lines, plan.get("targets") or {}))
    Milestone.objects.bulk_create(
        Milestone(institute=institute, due_on=date.fromisoformat(row["due_on"]), content=row["content"])
        for row in plan.get("milestones") or ()
        if row.get("due_on") and row.get("content")
    )
    open_milestones(institute, at=at)


def _lines(edition: str) -> tuple[Field, ...]:
    """The targets that the book of this edition asks for."""
    plan = book.of_edition(edition).section("plan")
    grid = plan.entry("targets") if plan else None
    return grid.lines if isinstance(grid, Grid) else ()


def _commitments(
    institute: Institute, lines: tuple[Field, ...], targets: Mapping[str, Mapping]
) -> Iterator[Commitment]:
    for position, line in enumerate(lines, 1):
        cells = targets.get(line.code) or {}
        base, first, second = (as_decimal(cells.get(one)) or ZERO for one in ("base", "year_1", "year_2"))
        is_amount = isinstance(line, Money)
        yield Commitment(
            institute=institute,
            code=line.code,
            label=str(line.label),
            unit="元" if is_amount else str(line.unit),
            is_amount=is_amount,
            base=base,
            year_1=first,
            year_2=max(first, second),
            position=position,
        )
