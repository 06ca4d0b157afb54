"""The pool of experts."""

from django.db import transaction

from accounts.models import User
from evaluation.models import Expert
from records import audit


@transaction.atomic
def enter_expert(
    *,
    user: User,
    seat: str,
    field: str,
    title: str,
    employer: str,
    by: User,
    former_employers: list[str] | None = None,
    outside_city: bool = False,
) -> Expert:
    """Enter a person who holds the expert's role into the pool."""
    expert = Expert.objects.create(
        user=user,
        seat=seat,
        field=field,
        title=title,
        employer=employer,
        former_employers=former_employers or [],
        outside_city=outside_city,
    )
    audit.record("evaluation.expert.enter", expert, by=by, seat=seat, field=field)
    return expert


@transaction.atomic
def set_availability(*, expert: Expert, available: bool, by: User) -> Expert:
    """The expert says whether they can be drawn at present."""
    expert.is_available = available
    expert.save(update_fields=["is_available"])
    audit.record("evaluation.expert.availability", expert, by=by, available=available)
    return expert
