"""Cycles: opened for every accepted institute, ended with their last year, closed with the institute."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from evaluation import policy
from evaluation.models import Cycle, ReviewEdition
from evaluation.selectors.acceptances import accepted_on, entry_of
from evaluation.selectors.cycles import (
    KIND,
    cycles_over,
    cycles_without_institute,
    institutes_without_cycle,
)
from institutes.models import Institute, Recognition
from records import audit, clock
from records.lifecycle import lock


def keep_cycles(*, at: datetime | None = None) -> int:
    """Close what ended with its institute, end what is over, open what is lacking. Repeating it changes nothing."""
    at = at or clock.now()
    done = sum(_close(cycle, at=at) for cycle in cycles_without_institute())
    done += sum(open_cycle(institute=one, at=at) is not None for one in institutes_without_cycle())
    return done + sum(end_cycle(cycle=cycle, at=at) for cycle in cycles_over(timezone.localdate(at).year))


@transaction.atomic
def open_cycle(*, institute: Institute, at: datetime | None = None) -> Cycle | None:
    """Open the first cycle of an institute that has passed acceptance; by how much later it begins, the edition says.

    None where it has one, where it was not accepted, or where its recognition is over.
    """
    at = at or clock.now()
    recognition = _locked_recognition(institute)
    passed = accepted_on(institute)
    if passed is None or recognition.is_over or Cycle.objects.filter(institute=institute).exists():
        return None
    edition = ReviewEdition.objects.in_force(KIND, timezone.localdate(at))
    entry = entry_of(institute)
    first = policy.first_year_of_cycles(
        passed.year,
        edition.terms["cycle"],
        evaluated_through=entry.evaluated_through if entry else None,
        entered_in=timezone.localdate(at).year if entry else None,
    )
    return _create(institute, 1, first, edition, at=at)


@transaction.atomic
def end_cycle(*, cycle: Cycle, at: datetime | None = None) -> bool:
    """End a cycle whose last year is over, and open the next, so that one is always open; as often as years passed."""
    at, by = at or clock.now(), system_user()
    recognition = _locked_recognition(cycle.institute)
    lock(cycle)
    year = timezone.localdate(at).year
    if cycle.ended_at or cycle.closed_at or cycle.last_year >= year or recognition.is_over:
        return False
    while cycle.last_year < year:
        _stamp(cycle, "ended", by=by, at=at)
        edition = ReviewEdition.objects.in_force(KIND, date(cycle.last_year + 1, 1, 1))
        cycle = _create(cycle.institute, cycle.number + 1, cycle.last_year + 1, edition, at=at)
    return True


@transaction.atomic
def _close(cycle: Cycle, *, at: datetime) -> bool:
    lock(cycle)
    if cycle.evaluated_at or cycle.closed_at:
        return False
    _stamp(cycle, "closed", by=system_user(), at=at)
    return True


def conclude_cycle(cycle: Cycle, *, by: User, at: datetime) -> None:
    """Note that the result of a cycle was published: it is evaluated once and for all."""
    lock(cycle)
    if cycle.evaluated_at is None:
        _stamp(cycle, "evaluated", by=by, at=at)


def _stamp(cycle: Cycle, what: str, *, by: User, at: datetime) -> None:
    setattr(cycle, f"{what}_at", at)
    setattr(cycle, f"{what}_by", by)
    cycle.save(update_fields=[f"{what}_at", f"{what}_by"])
    audit.record(f"evaluation.cycle.{what}", cycle, by=by, at=at, years=cycle.years_in_words)


def _create(
    institute: Institute, number: int, first_year: int, edition: ReviewEdition, *, at: datetime
) -> Cycle:
    by = system_user()
    cycle = Cycle.objects.create(
        institute=institute,
        number=number,
        first_year=first_year,
        last_year=first_year + int(edition.terms["cycle"]["years"]) - 1,
        edition=edition,
        opened_at=at,
        opened_by=by,
    )
    audit.record("evaluation.cycle.open", cycle, by=by, at=at, years=cycle.years_in_words)
    return cycle


def _locked_recognition(institute: Institute) -> Recognition:
    rows = Recognition.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(institute=institute)
