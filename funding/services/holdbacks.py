"""Unpaid money of an institute that failed a year waits, and goes on after the next better grade (I-18)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.services import system_user
from funding import notifications
from funding.lifecycle import AWARD
from funding.models import Award
from funding.selectors.holdbacks import awards_to_hold_back, awards_to_release, grade_against
from funding.services.awards import tell_once
from funding.services.payees import UNCONFIRMED
from records import clock
from records.lifecycle import lock

BETTER = "该研究院最近一次公布的年度考核已不是不合格，暂缓解除。"


def hold_back_awards(*, at: datetime | None = None) -> int:
    """Suspend what is unpaid of institutes that failed, release what may go on; returns how many changed."""
    at = at or clock.now()
    on = timezone.localdate(at)
    held = sum(_hold_back(award, at) for award in awards_to_hold_back(on))
    return held + sum(_release(award, at) for award in awards_to_release(on))


@transaction.atomic
def _hold_back(award: Award, at: datetime) -> bool:
    lock(award)
    words = grade_against(award, timezone.localdate(at))
    if not words or not AWARD.allows(award, "suspend"):
        return False
    by = system_user()
    event = AWARD.move(award, "suspend", by=by, at=at, reason=f"{words}。", suspended_at=at, suspended_by=by)
    notifications.tell_of_award(award, event)
    return True


@transaction.atomic
def _release(award: Award, at: datetime) -> bool:
    """As far as it was: before its approval the unit confirms anew, after it payment goes on."""
    lock(award)
    approved = award.budget_id is not None
    action = "resume_payment" if approved else "resume"
    if not AWARD.allows(award, action) or award.suspended_by != system_user() or award.barrier:
        return False
    stamps: dict[str, Any] = {"suspended_at": None, "suspended_by": None}
    if not approved:
        stamps = UNCONFIRMED | stamps
    event = AWARD.move(award, action, by=system_user(), at=at, reason=BETTER, **stamps)
    tell_once(award, event, at=at)
    return True
