"""What an acceptance comes to: proposed by the figures, the experts and a meeting; confirmed by another person."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from evaluation import policy
from evaluation.documents.acceptances import NOTICE
from evaluation.enums import AcceptanceOutcome, AcceptanceState
from evaluation.lifecycle import ACCEPTANCE
from evaluation.models import Acceptance
from evaluation.selectors.acceptances import outcomes_of, verdict_of
from evaluation.services.acceptances import take
from evaluation.services.papers import issue_after_commit
from institutes.models import Recognition
from records import clock, numbering
from records.deadlines import day_in_words
from records.errors import Conflict, Incomplete, NotEligible, Reason
from records.lifecycle import Stamps, lock


@transaction.atomic
def propose_outcome(
    *,
    acceptance: Acceptance,
    outcome: str,
    minute_number: str,
    grounds: str,
    by: User,
    requirements: str = "",
    at: datetime | None = None,
) -> Acceptance:
    """Propose what it comes to, by the targets, the experts and the meeting's minute. Another person confirms.

    Raises ``NotEligible`` where the rule or the experts do not allow it, saying how much is lacking.
    """
    at = at or clock.now()
    lock(acceptance)
    found = [] if outcome in AcceptanceOutcome.values else [Reason("请选择验收结论。", field="outcome")]
    if not minute_number.strip():
        found.append(Reason("请填写会议纪要号。", field="minute_number"))
    if not grounds.strip():
        found.append(Reason("请写明结论的理由。", field="grounds"))
    if outcome == AcceptanceOutcome.CONDITIONAL and not requirements.strip():
        found.append(Reason("限期整改的，请逐项写明整改要求。", field="requirements"))
    Incomplete.unless_empty(found)
    if acceptance.state == AcceptanceState.DECISION and outcome not in outcomes_of(acceptance):
        raise NotEligible(*_why_not(acceptance, outcome))
    stamps: Stamps = {
        "outcome": outcome,
        "minute_number": minute_number.strip(),
        "grounds": grounds.strip(),
        "requirements": requirements.strip() if outcome == AcceptanceOutcome.CONDITIONAL else "",
        "proposed_at": at,
        "proposed_by": by,
    }
    take(acceptance, "propose", by=by, at=at, data={"outcome": outcome}, **stamps)
    return acceptance


def _why_not(acceptance: Acceptance, outcome: str) -> list[Reason]:
    """What speaks against this result, with the figures."""
    if outcome == AcceptanceOutcome.CONDITIONAL:
        times = acceptance.edition.terms["result"]["reacceptances_max"]
        return [
            Reason(f"整改后重新验收以 {times} 次为限（系统默认，待确认），不能再限期整改。", field="outcome")
        ]
    verdict, found = verdict_of(acceptance.comparison, acceptance.edition), []
    if not verdict.enough:
        found.append(
            Reason(
                f"必达目标 {verdict.counted} 项完成 {verdict.met} 项，完成率 {verdict.share}%，"
                f"需不低于 {verdict.least}%（系统默认，待确认），还差 {verdict.lacking} 项，不能通过验收。",
                field="outcome",
            )
        )
    if not acceptance.panel_passed:
        mark = acceptance.edition.terms["scoring"]["pass_mark"]
        found.append(
            Reason(f"专家评分 {acceptance.score} 分，未达到 {mark} 分，不能通过验收。", field="outcome")
        )
    return found


@transaction.atomic
def return_outcome(
    *, acceptance: Acceptance, reason: str, by: User, at: datetime | None = None
) -> Acceptance:
    """Have the conclusion proposed anew; the period goes on."""
    take(acceptance, "return_proposal", by=by, at=at or clock.now(), reason=reason)
    return acceptance


@transaction.atomic
def pass_acceptance(*, acceptance: Acceptance, by: User, at: datetime | None = None) -> Acceptance:
    """Confirm that it has passed, so that it is evaluated (四(四)). Another than who proposed it."""
    at = at or clock.now()
    _lock_to_decide(acceptance, AcceptanceOutcome.PASSED)
    _decide(acceptance, "pass", by=by, at=at)
    return acceptance


@transaction.atomic
def condition_acceptance(*, acceptance: Acceptance, by: User, at: datetime | None = None) -> Acceptance:
    """Confirm that the institute has to mend, until a day, and is accepted or not once more."""
    at = at or clock.now()
    _lock_to_decide(acceptance, AcceptanceOutcome.CONDITIONAL)
    months = int(acceptance.edition.terms["result"]["rectify_months"])
    until = policy.add_months(timezone.localdate(at), months)
    _decide(acceptance, "condition", by=by, at=at, until=until)
    again = Acceptance.objects.create(
        institute_id=acceptance.institute_id,
        attempt=acceptance.attempt + 1,
        former=acceptance,
        rectify_by=until,
        edition_id=acceptance.edition_id,
        host_id=acceptance.institute.host_id,
        division_id=acceptance.institute.division_id,
        texts=acceptance.texts,
        opened_at=at,
        opened_by=by,
    )
    ACCEPTANCE.begin(again, by=by, at=at, due_on=until, former=acceptance.number)
    return acceptance


@transaction.atomic
def fail_acceptance(*, acceptance: Acceptance, by: User, at: datetime | None = None) -> Acceptance:
    """Confirm that the institute has not passed; whether its recognition ends is decided apart from that."""
    at = at or clock.now()
    _lock_to_decide(acceptance, AcceptanceOutcome.FAILED)
    _decide(acceptance, "fail", by=by, at=at)
    return acceptance


def _lock_to_decide(acceptance: Acceptance, outcome: str) -> None:
    """The decision follows the proposal, and an institute that is none any more is not decided about."""
    lock(acceptance)
    recognition = Recognition.objects.select_for_update(of=("self",), no_key=True).get(
        institute_id=acceptance.institute_id
    )
    if acceptance.state != AcceptanceState.CONFIRMATION:
        return
    if acceptance.outcome != outcome:
        said = acceptance.get_outcome_display()
        raise Conflict(f"拟定结论为“{said}”，与本决定不一致；请退回经办复核。")
    if recognition.is_over:
        raise Conflict(f"该研究院的{recognition.barrier}，不能再作出验收结论。")


def _decide(
    acceptance: Acceptance, action: str, *, by: User, at: datetime, until: date | None = None
) -> None:
    day = timezone.localdate(at)
    pattern = acceptance.edition.terms["numbers"][NOTICE]
    blocks = ACCEPTANCE.blocks(acceptance, action, by)
    for refusal in blocks:
        raise refusal
    number = numbering.take_number(f"evaluation.{NOTICE}", pattern=pattern, year=day.year)
    data = {"paper": {"kind": NOTICE, "number": number}, "minute": acceptance.minute_number}
    if until:
        data["rectify_by"] = day_in_words(until)
    event = take(acceptance, action, by=by, at=at, data=data, decided_at=at, decided_by=by)
    issue_after_commit(event)
