"""One move of a proposal: the table, the register, whoever has to know, the paper it promises."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from projects import tasks
from projects.documents import BOOK, REFUSAL
from projects.lifecycle import PROPOSAL
from projects.models import Proposal
from projects.notifications import tell_of_proposal
from records import calendar, numbering
from records.models import AuditEvent


def take(
    proposal: Proposal, action: str, *, by: User, at: datetime, reason: str = "", **more: Any
) -> AuditEvent:
    """Take ``action``, tell of it, and have the paper made that its ``data`` promises."""
    event = PROPOSAL.move(proposal, action, by=by, at=at, reason=reason.strip(), **more)
    tell_of_proposal(proposal, event)
    if "paper" in event.data:
        issue_after_commit(event)
    return event


def issue_after_commit(event: AuditEvent) -> None:
    """Have the paper that ``event`` promises made once the move is committed."""
    transaction.on_commit(partial(tasks.issue_paper.delay, event.pk), robust=True)


def promise(proposal: Proposal, kind: str, *, at: datetime) -> dict[str, Any]:
    """What the register keeps of a paper to come: its kind and its number, taken now and never again."""
    pattern, year = proposal.call.edition.terms["numbers"][kind], timezone.localdate(at).year
    number = numbering.take_number(f"project.{kind}", pattern=pattern, year=year)
    return {"kind": f"project_{kind}", "number": number}


def promised_book(number: str, version: int) -> dict[str, Any]:
    """The book as a paper: a later version is a paper of its own under the same number."""
    suffix = f"-{version}" if version > 1 else ""
    return {"kind": f"{BOOK}{suffix.replace('-', '_')}", "number": f"{number}{suffix}", "version": version}


def close(
    proposal: Proposal, action: str, *, by: User, at: datetime, reason: str, paper: bool = True, **more: Any
) -> AuditEvent:
    """End a proposal with its reasons; the unit gets them on a paper."""
    data = {"paper": promise(proposal, REFUSAL.removeprefix("project_"), at=at)} if paper else {}
    closed = {"closed_at": at, "closed_by": by, "closing_reason": reason.strip()}
    return take(proposal, action, by=by, at=at, reason=reason, data=data, **closed, **more)


def due_when_returned(proposal: Proposal, at: datetime) -> dict[str, Any]:
    """Until when the unit has it back: the call's last day, or some working days where that comes later."""
    days = proposal.time_limit("supplement") or 0
    later = calendar.add_working_days(timezone.localdate(at), days)
    return {"due_on": max(timezone.localdate(proposal.call.closes_at), later)}
