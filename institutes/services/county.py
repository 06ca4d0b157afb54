"""The county's part: return to the unit, draft an opinion, sign or refuse (two people)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import notifications
from institutes.enums import CountyProposal
from institutes.lifecycle import APPLICATION
from institutes.models import Application
from institutes.services.papers import issue_after_commit, paper
from institutes.services.returning import raise_reasons
from records import calendar, clock, deadlines
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import Stamps, lock


@transaction.atomic
def county_return(
    *,
    application: Application,
    reasons: Iterable[Mapping[str, str]],
    by: User,
    at: datetime | None = None,
) -> Application:
    """Return the book to the unit; each reason names its section and, where it has one, its field."""
    at, reasons = at or clock.now(), list(reasons)
    lock(application)
    event = APPLICATION.move(
        application,
        "county_return",
        by=by,
        at=at,
        due_on=_due_on(application, at),
        data={"reasons": len(reasons)},
    )
    raise_reasons(application, reasons, by=by, at=at)
    notifications.tell_of_move(application, event)
    return application


def _due_on(application: Application, at: datetime) -> date:
    """The call's last day, or as long as a supplement takes where that is later: what was received may come back."""
    closes_on, days = (
        timezone.localdate(application.call.closes_at),
        application.time_limit("supplement") or 0,
    )
    return max(closes_on, calendar.add_working_days(timezone.localdate(at), days))


@transaction.atomic
def propose_recommendation(
    *,
    application: Application,
    proposal: str,
    opinion: str,
    by: User,
    support: str = "",
    at: datetime | None = None,
) -> Application:
    """Draft the county's opinion: recommend or not, with its grounds and the support it will give."""
    at = at or clock.now()
    if proposal not in CountyProposal.values:
        raise Incomplete(Reason("请选择推荐或不推荐。", field="proposal"))
    stamps: Stamps = {
        "county_proposal": proposal,
        "county_opinion": opinion.strip(),
        "county_support": support.strip(),
        "county_proposed_at": at,
        "county_proposed_by": by,
    }
    event = APPLICATION.move(
        application, "propose_recommendation", by=by, at=at, data={"proposal": proposal}, **stamps
    )
    Incomplete.unless_empty(_faults(application))
    notifications.tell_of_move(application, event)
    return application


def _faults(application: Application) -> list[Reason]:
    terms, found = application.call.edition.terms["county"], list[Reason]()
    least, written = int(terms["opinion_min_chars"]), len(application.county_opinion)
    if written < least:
        found.append(
            Reason(
                f"推荐意见不少于 {least} 字，现为 {written} 字，还差 {least - written} 字。", field="opinion"
            )
        )
    recommends = application.county_proposal == CountyProposal.RECOMMEND
    if recommends and terms["support_statement"] and not application.county_support:
        found.append(Reason("推荐须写明县级支持措施。", field="support", clause="二(三)1"))
    return found


@transaction.atomic
def send_back_recommendation(
    *, application: Application, reason: str, by: User, at: datetime | None = None
) -> Application:
    """Let the clerk of the county draft the opinion anew."""
    at = at or clock.now()
    held = deadlines.current(application)
    event = APPLICATION.move(
        application,
        "send_back_recommendation",
        by=by,
        at=at,
        reason=reason,
        due_on=held.due_on if held else None,
    )
    notifications.tell_of_move(application, event)
    return application


@transaction.atomic
def sign_recommendation(*, application: Application, by: User, at: datetime | None = None) -> Application:
    """Recommend the application to the bureau; the letter of recommendation is issued after the commit."""
    at = at or clock.now()
    lock(application)
    _must_propose(
        application,
        CountyProposal.RECOMMEND,
        "经办拟不推荐，不能签发推荐函；请签发不予推荐意见或退回经办重拟。",
    )
    data = {"paper": paper(application, "recommendation", year=timezone.localdate(at).year)}
    stamps: Stamps = {"county_signed_at": at, "county_signed_by": by}
    event = APPLICATION.move(application, "sign_recommendation", by=by, at=at, data=data, **stamps)
    notifications.tell_of_move(application, event)
    issue_after_commit(event)
    return application


@transaction.atomic
def refuse_recommendation(
    *, application: Application, reason: str, by: User, at: datetime | None = None
) -> Application:
    """Close the application without a recommendation, and give the unit the reasons."""
    at = at or clock.now()
    lock(application)
    _must_propose(
        application, CountyProposal.REFUSE, "经办拟推荐，不能签发不予推荐意见；请签发推荐函或退回经办重拟。"
    )
    data = {"paper": paper(application, "result_notice", year=timezone.localdate(at).year)}
    stamps: Stamps = {
        "county_signed_at": at,
        "county_signed_by": by,
        "closed_at": at,
        "closed_by": by,
        "closing_reason": reason.strip(),
    }
    event = APPLICATION.move(
        application, "refuse_recommendation", by=by, at=at, reason=reason, data=data, **stamps
    )
    notifications.tell_of_move(application, event)
    issue_after_commit(event)
    return application


def _must_propose(application: Application, proposal: str, words: str) -> None:
    """The signature follows the draft. In another state the table of moves has the better answer."""
    if application.state == "county_signing" and application.county_proposal != proposal:
        raise Conflict(words)
