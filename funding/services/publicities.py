"""Showing an allocation plan to the officers before money is issued (内部公示), where the edition asks for it.

It begins with the bureau's signature. Until its last day is over nothing is issued; either side may send the plan back.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.services import system_user
from funding.enums import PlanState
from funding.models import AllocationPlan, GrantEdition
from funding.notifications.publicities import tell_of_publicity, tell_that_it_is_over
from funding.selectors.publicities import WINDOW, plans_shown_long_enough
from records import audit, calendar, clock, deadlines
from records.lifecycle import lock
from records.models import AuditEvent

NONE: dict[str, Any] = {"publicity_from": None, "publicity_until": None}


def days_of_publicity(on: date) -> dict[str, Any]:
    """From when until when a plan that is signed on that day is shown; the day itself counts as the first."""
    terms = GrantEdition.paying_out(on)["plan_publicity"]
    if not terms["on"]:
        return dict(NONE)
    return {"publicity_from": on, "publicity_until": calendar.last_day_counting_first(on, int(terms["days"]))}


def begin(plan: AllocationPlan, event: AuditEvent) -> None:
    """Open the window of a plan that was just signed, and tell the officers. Nothing where it is not shown."""
    if plan.publicity_until is None:
        return
    deadlines.open_for(
        plan,
        kind=WINDOW,
        label="分配方案内部公示",
        role=Role.BUREAU_CLERK,
        at=event.at,
        due_on=plan.publicity_until,
    )
    tell_of_publicity(plan, event)


def end(plan: AllocationPlan, *, at: datetime) -> bool:
    """Close the window of a plan, if it is open. The caller holds the plan's lock."""
    return deadlines.close(plan, kind=WINDOW, at=at) is not None


def end_plan_publicities(*, at: datetime | None = None) -> int:
    """Tell finance of every plan whose last day is over; returns how many. Repeating it tells nobody again."""
    at = at or clock.now()
    return sum(_is_over(plan, at) for plan in plans_shown_long_enough(timezone.localdate(at)))


@transaction.atomic
def _is_over(plan: AllocationPlan, at: datetime) -> bool:
    lock(plan)
    last = plan.publicity_until
    if (
        plan.state != PlanState.ISSUING
        or last is None
        or timezone.localdate(at) <= last
        or not end(plan, at=at)
    ):
        return False
    event = audit.record("funding.allocationplan.end_publicity", plan, by=system_user(), at=at)
    tell_that_it_is_over(plan, event)
    return True
