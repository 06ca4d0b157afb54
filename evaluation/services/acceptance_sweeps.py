"""What time and other rooms bring about: notices that a period ends, a county that changed, an institute that ended."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.services import system_user
from evaluation.enums import AcceptanceState
from evaluation.lifecycle import ACCEPTANCE
from evaluation.models import Acceptance
from evaluation.notifications.acceptances import tell_of_acceptance, tell_period_ends, tell_period_is_over
from evaluation.selectors.acceptances import (
    acceptances_out_of_step,
    acceptances_to_tell,
    acceptances_without_institute,
)
from records import audit, clock, deadlines
from records.lifecycle import lock


def tell_of_periods(*, at: datetime | None = None) -> int:
    """Tell, once for each day on which a period ends, that it is about to end or ended long ago; returns how many."""
    on = timezone.localdate(at or clock.now())
    return sum(_tell(acceptance, late, on) for acceptance, late in acceptances_to_tell(on))


@transaction.atomic
def _tell(acceptance: Acceptance, late: bool, on: date) -> bool:
    lock(acceptance)
    if late:
        acceptance.late_told_for = acceptance.ends_on
        tell_period_is_over(acceptance)
    else:
        acceptance.soon_told_for = acceptance.ends_on
        tell_period_ends(acceptance)
    acceptance.save(update_fields=["late_told_for", "soon_told_for"])
    return True


def follow_institutes() -> int:
    """Let what is being prepared be the case of whoever hosts the institute now, and due when its period ends now."""
    return sum(_follow(acceptance) for acceptance in acceptances_out_of_step())


@transaction.atomic
def _follow(acceptance: Acceptance) -> bool:
    now, institute = clock.now(), acceptance.institute
    lock(acceptance)
    if acceptance.state != AcceptanceState.PREPARING:
        return False
    acceptance.host_id, acceptance.division_id = institute.host_id, institute.division_id
    acceptance.save(update_fields=["host", "division"])
    held = deadlines.current(acceptance)
    days = [day for day in (acceptance.ends_on, held and held.due_on) if day]
    due_on = max(days) if days else None
    deadlines.open_for(
        acceptance, label=ACCEPTANCE.label(acceptance.state), role=Role.ENT_FILLER, at=now, due_on=due_on
    )
    said = {"host": institute.host_id, "division": institute.division_id, "due_on": str(due_on)}
    audit.record("evaluation.acceptance.follow", acceptance, by=system_user(), at=now, **said)
    return True


def lapse_acceptances() -> int:
    """End the acceptances of institutes that are none any more; returns how many."""
    return sum(_lapse(acceptance) for acceptance in acceptances_without_institute())


@transaction.atomic
def _lapse(acceptance: Acceptance) -> bool:
    lock(acceptance)
    if not acceptance.is_open:
        return False
    reason = f"该研究院的{acceptance.institute.recognition.barrier}。"
    event = ACCEPTANCE.move(acceptance, "lapse", by=system_user(), reason=reason)
    tell_of_acceptance(acceptance, event)
    return True
