"""When the days of a publicity have run: the project is approved and founded; or objections decided otherwise."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from notices.models import PublicNoticeItem
from notices.services import conclude_publicity, post_corrected
from projects import selectors
from projects.models import Project, Proposal
from projects.services.founding import found_project
from projects.services.moving import close, promise, take
from projects.services.review import give_back
from records import audit, clock, numbering
from records.errors import NotEligible, Refusal
from records.lifecycle import Stamps, lock

log = logging.getLogger(__name__)


def settle_publicities(*, at: datetime | None = None) -> int:
    """Do what follows from every publicity: approve, publish as corrected, or end; one failure holds up no other."""
    at, done = at or clock.now(), 0
    for proposal, item in selectors.publicities_upheld():
        done += _try(_uphold, proposal, item=item, at=at)
    for proposal, item in selectors.publicities_to_correct():
        done += _try(_correct, proposal, item=item, at=at)
    for proposal in selectors.publicities_over(on=timezone.localdate(at)):
        done += _try(_approve, proposal, at=at)
    return done


def _try(deed: Callable[..., None], proposal: Proposal, **facts: Any) -> int:
    try:
        deed(proposal, **facts)
    except Refusal as refusal:
        log.warning("proposal %s waits after its publicity: %s", proposal.pk, refusal)
        return 0
    return 1


def _approve(proposal: Proposal, *, at: datetime) -> None:
    approve_proposal(proposal=proposal, by=system_user(), at=at)


@transaction.atomic
def approve_proposal(*, proposal: Proposal, by: User, at: datetime | None = None) -> Project:
    """Approve a proposal whose publicity ran without objection (立项): number, notice, and the project itself.

    Raises ``NotEligible`` where institute or leader may not have a project any more; a person then ends it.
    """
    at = at or clock.now()
    lock(proposal)
    NotEligible.unless_empty(selectors.barriers(proposal, on=timezone.localdate(at)))
    conclude_publicity(subject=proposal, by=by, at=at)
    pattern, year = proposal.call.edition.terms["numbers"]["project"], timezone.localdate(at).year
    stamps: Stamps = {
        "project_number": numbering.take_number("project.project", pattern=pattern, year=year),
        "approved_at": at,
        "approved_by": by,
    }
    data = {"paper": promise(proposal, "notice", at=at), "grant": str(proposal.grant)}
    take(proposal, "approve", by=by, at=at, data=data, **stamps)
    return found_project(proposal=proposal, by=by, at=at)


@transaction.atomic
def _uphold(proposal: Proposal, *, item: PublicNoticeItem, at: datetime) -> None:
    """An objection was founded: the proposal ends, its money is free again."""
    lock(proposal)
    objection = item.objections.upheld().order_by("-pk").first()
    reason = f"公示期间收到的异议（{objection.number}）经核实成立。" if objection else "异议成立。"
    close(proposal, "uphold_objection", by=system_user(), at=at, reason=reason)
    give_back(proposal)


@transaction.atomic
def _correct(proposal: Proposal, *, item: PublicNoticeItem, at: datetime) -> None:
    """An objection was founded in part: the project is published again with what was corrected."""
    lock(proposal)
    notice = post_corrected(item=item, subject=proposal, by=system_user(), at=at)
    audit.record(
        "projects.proposal.correct_publicity", proposal, by=system_user(), at=at, notice=notice.number
    )
