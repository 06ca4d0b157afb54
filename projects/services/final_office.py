"""Final acceptance, the offices' part: the county opines, the bureau checks and entrusts, two people conclude."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.services import system_user
from institutes.services.opinions import FOUND, faults_of_opinion, opined, signed
from projects import selectors
from projects.documents.finals import CERTIFICATE, NOTICE
from projects.enums.final import FinalOutcome, FinalState
from projects.lifecycle.final import FINAL
from projects.lifecycle.project import PROJECT
from projects.models import Project, ProjectFinal
from projects.notifications.projects import tell_of_project
from projects.policy import last_day
from projects.services.ending_decisions import overtake_endings
from projects.services.finals import due_when_returned, open_final, take
from projects.services.moving import issue_after_commit
from projects.services.results import hand_on_results
from records import clock, numbering
from records.deadlines import day_in_words
from records.errors import Conflict, Incomplete, NotEligible, Reason
from records.lifecycle import Stamps, lock


@transaction.atomic
def county_return_final(
    *, final: ProjectFinal, reason: str, by: User, at: datetime | None = None
) -> ProjectFinal:
    """The county has the unit mend it."""
    at = at or clock.now()
    take(final, "county_return", by=by, at=at, reason=reason, due_on=due_when_returned(final, at))
    return final


@transaction.atomic
def give_final_opinion(
    *, final: ProjectFinal, position: str, opinion: str, by: User, at: datetime | None = None
) -> ProjectFinal:
    """The county's clerk drafts its opinion; its leader signs. Whatever it says, the bureau decides."""
    Incomplete.unless_empty(faults_of_opinion(position, opinion, FOUND))
    at = at or clock.now()
    take(final, "give_opinion", by=by, at=at, **opined(position, opinion, by=by, at=at))
    return final


@transaction.atomic
def return_final_opinion(
    *, final: ProjectFinal, reason: str, by: User, at: datetime | None = None
) -> ProjectFinal:
    """The county's leader has the opinion written anew."""
    take(final, "return_opinion", by=by, at=at or clock.now(), reason=reason)
    return final


@transaction.atomic
def sign_final_opinion(*, final: ProjectFinal, by: User, at: datetime | None = None) -> ProjectFinal:
    """Sign the county's opinion, another than who drafted it, and send it to the bureau."""
    at = at or clock.now()
    take(final, "sign", by=by, at=at, **signed(by=by, at=at))
    return final


@transaction.atomic
def return_final(*, final: ProjectFinal, reason: str, by: User, at: datetime | None = None) -> ProjectFinal:
    """The bureau has the unit mend it; it goes through the county once more."""
    at = at or clock.now()
    take(final, "return", by=by, at=at, reason=reason, due_on=due_when_returned(final, at))
    return final


@transaction.atomic
def entrust_final(
    *, final: ProjectFinal, agency: Organisation, by: User, at: datetime | None = None
) -> ProjectFinal:
    """Find the material complete and entrust an agency with the experts' part."""
    at = at or clock.now()
    if not selectors.may_be_entrusted(agency, timezone.localdate(at)):
        words = f"“{agency}”没有覆盖联合攻关项目结题验收的有效评审委托，请先办理委托。"
        raise Incomplete(Reason(words, field="agency", clause="四(二)"))
    stamps: Stamps = {"agency": agency, "entrusted_at": at, "entrusted_by": by}
    take(final, "entrust", by=by, at=at, data={"agency": agency.name}, **stamps)
    return final


@transaction.atomic
def take_over_final(
    *, final: ProjectFinal, agency: Organisation, reason: str, by: User, at: datetime | None = None
) -> ProjectFinal:
    """Let another agency go on with it where its panel was handed over."""
    at = at or clock.now()
    stamps: Stamps = {"agency": agency, "entrusted_at": at, "entrusted_by": by}
    take(final, "entrust_anew", by=by, at=at, reason=reason, data={"agency": agency.name}, **stamps)
    return final


@transaction.atomic
def record_final_review(
    *, final: ProjectFinal, score: Decimal, passed: bool, opinion: str, by: User, at: datetime | None = None
) -> ProjectFinal:
    """Take down what the experts came to; the bureau concludes."""
    at = at or clock.now()
    stamps: Stamps = {
        "score": score,
        "panel_passed": passed,
        "panel_opinion": opinion.strip(),
        "reviewed_at": at,
        "reviewed_by": by,
    }
    take(final, "record_review", by=by, at=at, data={"score": str(score), "passed": passed}, **stamps)
    return final


@transaction.atomic
def reopen_final_review(
    *, final: ProjectFinal, reason: str, by: User, at: datetime | None = None
) -> ProjectFinal:
    """Take the experts' result back, so that the panel can come to another."""
    stamps: Stamps = dict.fromkeys(("score", "panel_passed", "reviewed_at", "reviewed_by"))
    take(final, "reopen_review", by=by, at=at or clock.now(), reason=reason, panel_opinion="", **stamps)
    return final


# --- what it comes to -------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_final(
    *,
    final: ProjectFinal,
    outcome: str,
    minute_number: str,
    grounds: str,
    by: User,
    requirements: str = "",
    at: datetime | None = None,
) -> ProjectFinal:
    """Propose what it comes to, by targets, experts and a meeting's minute. Another person confirms.

    Raises ``NotEligible`` where the rule or the experts do not allow it, saying how much is lacking.
    """
    at = at or clock.now()
    lock(final)
    found = [] if outcome in FinalOutcome.values else [Reason("请选择结题结论。", field="outcome")]
    if not minute_number.strip():
        found.append(Reason("请填写会议纪要号。", field="minute_number"))
    if not grounds.strip():
        found.append(Reason("请写明结论的理由。", field="grounds"))
    if outcome == FinalOutcome.CONDITIONAL and not requirements.strip():
        found.append(Reason("限期整改的，请逐项写明整改要求。", field="requirements"))
    Incomplete.unless_empty(found)
    if final.state == FinalState.DECISION and outcome not in selectors.final_outcomes(final):
        raise NotEligible(*_why_not(final, outcome))
    stamps: Stamps = {
        "outcome": outcome,
        "minute_number": minute_number.strip(),
        "grounds": grounds.strip(),
        "requirements": requirements.strip() if outcome == FinalOutcome.CONDITIONAL else "",
        "proposed_at": at,
        "proposed_by": by,
    }
    take(final, "propose", by=by, at=at, data={"outcome": outcome}, **stamps)
    return final


def _why_not(final: ProjectFinal, outcome: str) -> list[Reason]:
    if outcome == FinalOutcome.CONDITIONAL:
        times = final.edition.terms["final"]["attempts_mend_max"]
        return [
            Reason(f"整改后重新验收以 {times} 次为限（系统默认，待确认），不能再限期整改。", field="outcome")
        ]
    verdict, found = selectors.final_verdict(final), []
    if not verdict.enough:
        words = (
            f"考核指标 {verdict.counted} 项完成 {verdict.met} 项，完成率 {verdict.share}%，"
            f"需不低于 {verdict.least}%（系统默认，待确认），不能通过结题。"
        )
        found.append(Reason(words, field="outcome"))
    if not final.panel_passed:
        found.append(Reason(f"专家评分 {final.score} 分，未达到合格线，不能通过结题。", field="outcome"))
    return found


@transaction.atomic
def return_final_proposal(
    *, final: ProjectFinal, reason: str, by: User, at: datetime | None = None
) -> ProjectFinal:
    """Have the conclusion proposed anew; the period goes on."""
    take(final, "return_proposal", by=by, at=at or clock.now(), reason=reason)
    return final


@transaction.atomic
def pass_final(*, final: ProjectFinal, by: User, at: datetime | None = None) -> ProjectFinal:
    """Confirm that it has passed: the certificate is made, the project ends, its last instalment falls due, and what it
    reached becomes drafts of achievements.
    """
    at = at or clock.now()
    project = _lock_to_decide(final, FinalOutcome.PASSED)
    _decide(final, "pass", kind=CERTIFICATE, series="certificate", by=by, at=at)
    hand_on_results(project, final, at=at)
    _end(project, "accept", final, by=by, at=at)
    return final


@transaction.atomic
def condition_final(*, final: ProjectFinal, by: User, at: datetime | None = None) -> ProjectFinal:
    """Confirm that the unit has to mend until a day, and is accepted or not once more."""
    at = at or clock.now()
    project = _lock_to_decide(final, FinalOutcome.CONDITIONAL)
    months = int(final.edition.terms["final"]["mend_months"])
    until = last_day(timezone.localdate(at), months)
    _decide(final, "condition", kind=NOTICE, series="final_notice", by=by, at=at, until=until)
    open_final(project, due_by=until, by=system_user(), at=at, former=final)
    return final


@transaction.atomic
def fail_final(*, final: ProjectFinal, by: User, at: datetime | None = None) -> ProjectFinal:
    """Confirm that it has not passed: the project ends, what is left of the grant is to be returned."""
    at = at or clock.now()
    project = _lock_to_decide(final, FinalOutcome.FAILED)
    _decide(final, "fail", kind=NOTICE, series="final_notice", by=by, at=at)
    _end(project, "fail", final, by=by, at=at)
    return final


def _lock_to_decide(final: ProjectFinal, outcome: str) -> Project:
    """The decision follows the proposal; the project is locked with it."""
    project = Project.objects.select_for_update(of=("self",), no_key=True).get(pk=final.project_id)
    lock(final)
    if final.state == FinalState.CONFIRMATION and final.outcome != outcome:
        said = FinalOutcome(final.outcome).label
        raise Conflict(f"拟定结论为“{said}”，与本决定不一致；请退回经办复核。")
    return project


def _decide(
    final: ProjectFinal,
    action: str,
    *,
    kind: str,
    series: str,
    by: User,
    at: datetime,
    until: date | None = None,
) -> None:
    for refusal in FINAL.blocks(final, action, by):
        raise refusal
    pattern = final.edition.terms["numbers"][series]
    number = numbering.take_number(f"project.{series}", pattern=pattern, year=timezone.localdate(at).year)
    data = {"paper": {"kind": kind, "number": number}, "minute": final.minute_number}
    if until:
        data["mend_by"] = day_in_words(until)
    event = take(final, action, by=by, at=at, data=data, decided_at=at, decided_by=by)
    issue_after_commit(event)


def _end(project: Project, action: str, final: ProjectFinal, *, by: User, at: datetime) -> None:
    event = PROJECT.move(
        project, action, by=by, at=at, data={"final": final.number}, ended_at=at, ended_by=by
    )
    overtake_endings(project, at=at)
    tell_of_project(project, event)
