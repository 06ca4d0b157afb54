"""The mid-term check, the offices' part: the bureau checks or has experts check, two people conclude."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from projects import selectors
from projects.documents.midterms import OPINION
from projects.enums.midterm import MidtermOutcome, MidtermState
from projects.lifecycle.midterm import MIDTERM
from projects.models import ProjectMidterm
from projects.services.midterms import due_when_returned, take
from projects.services.moving import issue_after_commit
from records import clock, numbering
from records.deadlines import day_in_words
from records.errors import Conflict, Incomplete, NotEligible, Reason
from records.lifecycle import Stamps, lock


@transaction.atomic
def return_midterm(
    *, midterm: ProjectMidterm, reason: str, by: User, at: datetime | None = None
) -> ProjectMidterm:
    """Have the unit add to its report."""
    at = at or clock.now()
    due_on = due_when_returned(midterm, at)
    take(midterm, "return", by=by, at=at, reason=reason, due_on=due_on, due_by=due_on)
    return midterm


@transaction.atomic
def entrust_midterm(
    *, midterm: ProjectMidterm, agency: Organisation, by: User, at: datetime | None = None
) -> ProjectMidterm:
    """Entrust an agency with the check by experts, where the edition or the clerk wants them."""
    at = at or clock.now()
    if not selectors.may_check_midterms(agency, timezone.localdate(at)):
        words = f"“{agency}”没有覆盖联合攻关项目中期检查的有效评审委托，请先办理委托。"
        raise Incomplete(Reason(words, field="agency", clause="四(二)"))
    stamps: Stamps = {"agency": agency, "entrusted_at": at, "entrusted_by": by}
    take(midterm, "entrust", by=by, at=at, data={"agency": agency.name}, **stamps)
    return midterm


@transaction.atomic
def take_over_midterm(
    *, midterm: ProjectMidterm, agency: Organisation, reason: str, by: User, at: datetime | None = None
) -> ProjectMidterm:
    """Let another agency go on with it where its panel was handed over."""
    at = at or clock.now()
    stamps: Stamps = {"agency": agency, "entrusted_at": at, "entrusted_by": by}
    take(midterm, "entrust_anew", by=by, at=at, reason=reason, data={"agency": agency.name}, **stamps)
    return midterm


@transaction.atomic
def record_midterm_review(
    *,
    midterm: ProjectMidterm,
    score: Decimal,
    passed: bool,
    opinion: str,
    by: User,
    at: datetime | None = None,
) -> ProjectMidterm:
    """Take down what the experts came to; the bureau concludes."""
    at = at or clock.now()
    stamps: Stamps = {
        "score": score,
        "panel_passed": passed,
        "panel_opinion": opinion.strip(),
        "reviewed_at": at,
        "reviewed_by": by,
    }
    take(midterm, "record_review", by=by, at=at, data={"score": str(score), "passed": passed}, **stamps)
    return midterm


@transaction.atomic
def reopen_midterm_review(
    *, midterm: ProjectMidterm, reason: str, by: User, at: datetime | None = None
) -> ProjectMidterm:
    """Take the experts' result back, so that the panel can come to another."""
    stamps: Stamps = dict.fromkeys(("score", "panel_passed", "reviewed_at", "reviewed_by"))
    take(midterm, "reopen_review", by=by, at=at or clock.now(), reason=reason, panel_opinion="", **stamps)
    return midterm


# --- what it comes to -------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_midterm(
    *,
    midterm: ProjectMidterm,
    outcome: str,
    grounds: str,
    by: User,
    requirements: str = "",
    mend_by: date | None = None,
    at: datetime | None = None,
) -> ProjectMidterm:
    """Propose what it comes to: goes on, has to mend by a day, or is to be ended. Another person confirms."""
    at = at or clock.now()
    lock(midterm)
    for refusal in MIDTERM.blocks(midterm, "propose", by):
        raise refusal
    if selectors.needs_experts(midterm):
        raise NotEligible("现行办法规定先由专家检查，请先委托第三方机构。")
    mends = outcome == MidtermOutcome.MEND
    Incomplete.unless_empty(_faults(midterm, outcome, grounds, requirements, mend_by, timezone.localdate(at)))
    stamps: Stamps = {
        "outcome": outcome,
        "grounds": grounds.strip(),
        "requirements": requirements.strip() if mends else midterm.requirements,
        "mend_by": mend_by if mends else midterm.mend_by,
        "proposed_at": at,
        "proposed_by": by,
    }
    take(midterm, "propose", by=by, at=at, data={"outcome": outcome}, **stamps)
    return midterm


def _faults(
    midterm: ProjectMidterm, outcome: str, grounds: str, requirements: str, mend_by: date | None, on: date
) -> list[Reason]:
    rule, found = midterm.edition.terms["midterm"], list[Reason]()
    if outcome not in MidtermOutcome.values:
        found.append(Reason("请选择检查意见。", field="outcome"))
    elif outcome not in selectors.midterm_outcomes(midterm):
        words = f"限期整改以 {rule['mend_times_max']} 次为限（系统默认，待确认），不能再限期整改。"
        found.append(Reason(words, field="outcome"))
    if not grounds.strip():
        found.append(Reason("请写明检查情况和理由。", field="grounds"))
    if outcome != MidtermOutcome.MEND:
        return found
    if not requirements.strip():
        found.append(Reason("限期整改的，请逐项写明整改要求。", field="requirements"))
    latest = on + timedelta(days=int(rule["mend_days_max"]))
    if mend_by is None or not on < mend_by <= min(latest, midterm.project.ends_on):
        last = min(latest, midterm.project.ends_on)
        words = f"整改期限须晚于今天，不晚于{day_in_words(last)}（系统默认，待确认）。"
        found.append(Reason(words, field="mend_by"))
    return found


@transaction.atomic
def return_midterm_proposal(
    *, midterm: ProjectMidterm, reason: str, by: User, at: datetime | None = None
) -> ProjectMidterm:
    """Have the conclusion proposed anew."""
    take(midterm, "return_proposal", by=by, at=at or clock.now(), reason=reason)
    return midterm


@transaction.atomic
def continue_midterm(*, midterm: ProjectMidterm, by: User, at: datetime | None = None) -> ProjectMidterm:
    """Confirm that the project goes on."""
    return _decide(midterm, "continue", MidtermOutcome.CONTINUE, by=by, at=at)


@transaction.atomic
def mend_midterm(*, midterm: ProjectMidterm, by: User, at: datetime | None = None) -> ProjectMidterm:
    """Confirm that the unit has to mend until a day, and reports anew by then."""
    lock(midterm)
    more = {"due_by": midterm.mend_by, "due_on": midterm.mend_by, "mended": midterm.mended + 1}
    return _decide(midterm, "mend", MidtermOutcome.MEND, by=by, at=at, **more)


@transaction.atomic
def stop_midterm(*, midterm: ProjectMidterm, by: User, at: datetime | None = None) -> ProjectMidterm:
    """Confirm that the project is to be ended; ending it is a procedure of its own, in which the unit is heard."""
    return _decide(midterm, "stop", MidtermOutcome.STOP, by=by, at=at)


def _decide(
    midterm: ProjectMidterm, action: str, outcome: str, *, by: User, at: datetime | None, **more: Any
) -> ProjectMidterm:
    at = at or clock.now()
    lock(midterm)
    for refusal in MIDTERM.blocks(midterm, action, by):
        raise refusal
    if midterm.state == MidtermState.CONFIRMATION and midterm.outcome != outcome:
        said = MidtermOutcome(midterm.outcome).label
        raise Conflict(f"拟定意见为“{said}”，与本决定不一致；请退回经办复核。")
    pattern, year = midterm.edition.terms["numbers"]["midterm_opinion"], timezone.localdate(at).year
    number = numbering.take_number("project.midterm_opinion", pattern=pattern, year=year)
    suffix = f"_{midterm.mended + 1}" if midterm.mended else ""
    data = {"paper": {"kind": f"{OPINION}{suffix}", "number": number}}
    event = take(midterm, action, by=by, at=at, data=data, decided_at=at, decided_by=by, **more)
    issue_after_commit(event)
    return midterm
