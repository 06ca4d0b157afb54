"""Money that a county keeps too long: told to the county's leader and finance, the bureau and the city's finance."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from funding import notifications, selectors
from funding.enums import Leg
from funding.models import Disbursement
from records import clock


def warn_retention(*, at: datetime | None = None) -> int:
    """Tell of every disbursement that has passed a limit; each limit is told once. Returns how many are beyond one."""
    at = at or clock.now()
    on = timezone.localdate(at)
    limits = selectors.retention_limits(on)
    related = ("award__institute", "award__project", "host", "division")
    kept = selectors.retained(Disbursement.objects.select_related(*related), on=on)
    for disbursement in kept:
        days, colour = selectors.retention_of(disbursement, on=on, limits=limits)
        _tell(disbursement, days, colour == Leg.RED, at)
    return len(kept)


@transaction.atomic
def _tell(disbursement: Disbursement, days: int, is_red: bool, at: datetime) -> None:
    notifications.warn_of_retention(disbursement, days, is_red=is_red, at=at)
