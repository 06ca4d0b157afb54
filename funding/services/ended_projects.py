"""Awards of joint projects that ended early: what was not ordered goes back to the budget it was promised from."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.services import system_user
from funding.enums import EntryKind
from funding.lifecycle import AWARD
from funding.models import Award
from funding.selectors.projects import awards_with_a_rest_to_free
from funding.services.awards import tell_once
from funding.services.ledger import locked_budget, release_commitment, shift
from projects.selectors import end_in_words
from records import clock
from records.lifecycle import lock


def free_rests_of_ended_projects(*, at: datetime | None = None) -> list[Award]:
    """Give back what ended projects were promised and will not be paid; those of which something was."""
    at = at or clock.now()
    found = [free_rest_of_ended_project(award=award, at=at) for award in awards_with_a_rest_to_free()]
    return [award for award in found if award is not None]


@transaction.atomic(durable=True)
def free_rest_of_ended_project(*, award: Award, at: datetime | None = None) -> Award | None:
    """Free what was not ordered of an award; one of which nothing was ordered ends. An order that comes back later
    is freed then.

    None where nothing is left, it stands in a plan that is not issued yet, or somebody was faster.
    """
    at, by = at or clock.now(), system_user()
    budget = locked_budget(award) if award.budget_id else None
    lock(award)
    if award.budget_id != (budget and budget.pk):  # approved meanwhile: its budget comes first
        return None
    if not awards_with_a_rest_to_free().filter(pk=award.pk).exists():
        return None
    rest, reason = award.amount - award.freed - award.ordered, _reason(award)
    data: dict[str, Any] = {"amount": str(rest)}
    if award.ordered:
        event = AWARD.move(award, "free_rest", by=by, at=at, reason=reason, data=data)
        shift(award, freed=rest)
    else:
        stamps: dict[str, Any] = {"ended_at": at, "ended_by": by}
        event = AWARD.move(award, "end_with_project", by=by, at=at, reason=reason, data=data, **stamps)
    if budget is not None:
        day = timezone.localdate(at)
        release_commitment(EntryKind.FREE, budget=budget, award=award, amount=rest, by=by, at=at, on=day)
    tell_once(award, event, at=at)
    return award


def _reason(award: Award) -> str:
    project = award.project
    if project is None:
        raise ValueError("no award of a joint project")
    return f"联合攻关项目{end_in_words(project)}。"
