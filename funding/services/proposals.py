"""Entitlements come from the system, without an application (免申即享); what nobody took up in time ends by itself."""

from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from funding import notifications, policy, selectors
from funding.enums import AwardState, EntryKind, GrantKind
from funding.lifecycle import AWARD
from funding.models import Award, GrantEdition
from funding.services.ledger import locked_budget, post, shift
from institutes.models import Recognition
from records import clock, numbering
from records.lifecycle import lock


def propose_awards(*, by: User | None = None, at: datetime | None = None) -> list[Award]:
    """Propose the construction award of every recognition in force that has none. Repeating it adds nothing.

    The clock does it by itself; ``by`` is whoever did not wait for it.
    """
    at = at or clock.now()
    waiting = selectors.recognitions_awaiting_award()
    proposed = [propose_award(recognition=each, by=by, at=at) for each in waiting]
    return [award for award in proposed if award is not None]


@transaction.atomic
def propose_award(
    *, recognition: Recognition, by: User | None = None, at: datetime | None = None
) -> Award | None:
    """Propose one construction award, by the edition in force on the day of recognition, its terms copied.

    None where there is one already, or where the recognition ended or was stopped in the meantime.
    """
    at, by = at or clock.now(), by or system_user()
    lock(recognition)
    if recognition.barrier:
        return None
    award = _insert(recognition, by, at)
    if award is None:
        return None
    pattern = GrantEdition.number_pattern("award", on=timezone.localdate(at))
    year = timezone.localdate(at).year
    event = AWARD.begin(award, by=by, at=at, amount=str(award.amount), citation=award.citation)
    award.number = numbering.take_number("funding.award", pattern=pattern, year=year)
    award.save(update_fields=["number"])
    notifications.tell_of_award(award, event)
    return award


def _insert(recognition: Recognition, by: User, at: datetime) -> Award | None:
    """INSERT … ON CONFLICT DO NOTHING: of two that propose at once, one finds nothing to do."""
    edition = GrantEdition.objects.in_force(GrantKind.CONSTRUCTION, recognition.recognised_on)
    institute, key = recognition.institute, uuid4()
    award = Award(
        key=key,
        institute=institute,
        recognition=recognition,
        host_id=institute.host_id,
        division_id=institute.division_id,
        kind=GrantKind.CONSTRUCTION,
        edition=edition,
        terms=edition.terms,
        citation=citation_of(edition),
        amount=policy.amount_for(edition.terms),
        proposed_at=at,
        proposed_by=by,
    )
    Award.objects.bulk_create([award], ignore_conflicts=True)
    return Award.objects.select_related("institute", "host", "division").filter(key=key).first()


def citation_of(edition: GrantEdition) -> str:
    """The clause on which the amount rests."""
    return str(edition.citations["grant.amount"]["clause"])


def lapse_awards(*, on: date | None = None, at: datetime | None = None) -> list[Award]:
    """End what was not confirmed in time, and what was not ordered within its budget's year."""
    at = at or clock.now()
    on = on or timezone.localdate(at)
    late = [forfeit_award(award=award, at=at) for award in selectors.awards_unconfirmed(on)]
    past = [lapse_award(award=award, on=on, at=at) for award in selectors.awards_past_their_year(on)]
    return [award for award in [*late, *past] if award is not None]


@transaction.atomic
def forfeit_award(*, award: Award, at: datetime | None = None) -> Award | None:
    """An entitlement that nobody confirmed in time counts as waived. None where somebody was faster."""
    at, by = at or clock.now(), system_user()
    lock(award)
    if not selectors.awards_unconfirmed(timezone.localdate(at)).filter(pk=award.pk).exists():
        return None
    event = AWARD.move(
        award, "forfeit", by=by, at=at, reason="逾期未确认，视为放弃。", ended_at=at, ended_by=by
    )
    notifications.tell_of_award(award, event)
    return award


@transaction.atomic(durable=True)
def lapse_award(*, award: Award, on: date, at: datetime | None = None) -> Award | None:
    """Give the amount of an award back to its budget whose year is over. None where it is no longer due."""
    at, by = at or clock.now(), system_user()
    budget = locked_budget(award)
    lock(award)
    if (
        award.state not in (AwardState.APPROVED, AwardState.SUSPENDED)
        or award.ordered
        or budget.year >= on.year
    ):
        return None
    shift(budget, committed=-award.amount)
    reason = f"{budget.year} 预算年度已过，尚未下达，额度收回。"
    event = AWARD.move(award, "lapse", by=by, at=at, reason=reason, ended_at=at, ended_by=by)
    post(EntryKind.RELEASE, budget=budget, award=award, amount=award.amount, by=by, at=at, on=on)
    notifications.tell_of_award(award, event)
    return award
