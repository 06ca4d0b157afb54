"""Entitlements come from the system, without an application (免申即享); what nobody took up in time ends by itself."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from evaluation.models import Evaluation
from evaluation.selectors.acceptances import accepted_on
from funding import notifications, policy, selectors
from funding.enums import AwardState, EntryKind, GrantKind
from funding.lifecycle import AWARD
from funding.models import Award, GrantEdition
from funding.services.ledger import locked_budget, release_commitment
from institutes.models import ProvincialFiling, Recognition
from projects.models import Project, ProjectEdition
from records import clock, numbering
from records.errors import NotEligible, Reason
from records.lifecycle import lock


def propose_awards(*, by: User | None = None, at: datetime | None = None) -> list[Award]:
    """Propose what recognitions, grades and contracts entitle to and nobody proposed yet: construction awards, the
    rewards of whoever the province recognised or was evaluated as excellent, the grants of joint projects. Repeating
    it adds nothing.

    The clock does it by itself; ``by`` is whoever did not wait for it.
    """
    at = at or clock.now()
    waiting = selectors.recognitions_awaiting_award()
    proposed = [propose_award(recognition=each, by=by, at=at) for each in waiting]
    proposed += [_propose_for_filing(each, by, at) for each in selectors.filings_awaiting_award()]
    proposed += [_propose_for_evaluation(each, by, at) for each in selectors.evaluations_awaiting_award()]
    proposed += [
        propose_project_award(project=each, by=by, at=at) for each in selectors.projects_awaiting_award()
    ]
    return [award for award in proposed if award is not None]


@transaction.atomic
def propose_award(
    *, recognition: Recognition, by: User | None = None, at: datetime | None = None
) -> Award | None:
    """Propose one construction award, by the edition in force on the day of recognition, its terms copied.

    None where there is one already, or where the recognition ended or was stopped in the meantime. Raises
    ``NotEligible`` for an institute from before the portal.
    """
    if recognition.application_id is None:
        words = "该研究院在本平台启用前认定，不发放新认定的建设资金。"
        raise NotEligible(Reason(words, clause="四(三)"))
    return _propose(recognition, GrantKind.CONSTRUCTION, recognition.recognised_on, by, at)


@transaction.atomic
def propose_performance_award(
    *,
    recognition: Recognition,
    cycle: int,
    grade: str,
    accepted_on: date | None,
    graded_on: date,
    by: User | None = None,
    at: datetime | None = None,
) -> Award | None:
    """Propose the reward for the grade of a cycle (四(四)), by the edition in force on that day: once a cycle.

    ``cycle`` is the cycle's last year. None where there is one already, or where the recognition ended or is stopped.
    Raises ``NotEligible`` for another grade than the edition rewards, or where the institute had not passed acceptance.
    """
    terms, found = (
        GrantEdition.objects.in_force(GrantKind.PERFORMANCE, graded_on).terms["grant"],
        list[Reason](),
    )
    if grade != terms["grade"]:
        found.append(Reason("评价等次不是优秀，不享受绩效后补助奖励。", clause="四(四)"))
    if accepted_on is None or accepted_on > graded_on:
        found.append(Reason("该研究院评价前未通过验收，不享受绩效后补助奖励。", clause="四(四)"))
    NotEligible.unless_empty(found)
    return _propose(recognition, GrantKind.PERFORMANCE, graded_on, by, at, cycle=cycle)


@transaction.atomic
def propose_provincial_award(
    *,
    recognition: Recognition,
    filed_on: date | None,
    inspected_on: date | None,
    provincial_on: date,
    by: User | None = None,
    at: datetime | None = None,
) -> Award | None:
    """Propose the reward for a provincial recognition (四(五)), by the edition in force on its day: once per institute.

    None where there is one already, or where the recognition ended or is stopped. Raises ``NotEligible`` where the
    institute had not filed and been inspected before, or the province's paper is not later than filing and recognition.
    """
    found, first = [], max(recognition.recognised_on, filed_on or date.min)
    if filed_on is None or inspected_on is None:
        found.append(Reason("未经报备和考察论证，不享受省级认定奖励。", clause="四(五)"))
    elif inspected_on < filed_on or inspected_on > provincial_on:
        found.append(Reason("考察论证应当在报备之后、省级认定之前。", clause="四(五)"))
    if provincial_on <= first:
        found.append(Reason("省级文件日期须晚于报备和市级认定。", clause="四(五)"))
    NotEligible.unless_empty(found)
    return _propose(recognition, GrantKind.PROVINCIAL, provincial_on, by, at)


def _propose_for_evaluation(evaluation: Evaluation, by: User | None, at: datetime) -> Award | None:
    """The reward for the cycle of an excellent evaluation, by the day on which its result was published."""
    if evaluation.released_at is None:
        return None
    return propose_performance_award(
        recognition=evaluation.institute.recognition,
        cycle=evaluation.cycle.last_year,
        grade=evaluation.grade,
        accepted_on=accepted_on(evaluation.institute),
        graded_on=timezone.localdate(evaluation.released_at),
        by=by,
        at=at,
    )


def _propose_for_filing(filing: ProvincialFiling, by: User | None, at: datetime) -> Award | None:
    """The reward that a filing came to: by the days on which it was filed, inspected and recognised."""
    if filing.document_on is None:
        return None
    return propose_provincial_award(
        recognition=filing.institute.recognition,
        filed_on=filing.filed_on,
        inspected_on=filing.inspected_on,
        provincial_on=filing.document_on,
        by=by,
        at=at,
    )


@transaction.atomic
def propose_project_award(
    *, project: Project, by: User | None = None, at: datetime | None = None
) -> Award | None:
    """Propose the grant of a joint project once its contract is confirmed (四(六)), in the instalments of its edition.

    The first one is due by the contract, a later one by what the edition says of it. None where there is one already,
    or where the project or the recognition of its institute has ended or is stopped.
    """
    lock(project)
    if project.contract_confirmed_at is None or project.ended_at or project.suspended_at:
        return None
    edition = project.edition
    amount = policy.to_fen(project.grant)
    terms = {
        "kind": GrantKind.JOINT_PROJECT,
        "project": project,
        "project_edition": edition,
        "terms": edition.terms,
        "citation": citation_of(edition),
        "amount": amount,
        "payable": policy.payable_by(amount, edition.terms, {policy.first_event(edition.terms)}),
    }
    return _begin(project.institute.recognition, terms, by, at)


def _propose(
    recognition: Recognition,
    kind: GrantKind,
    on: date,
    by: User | None,
    at: datetime | None,
    *,
    cycle: int | None = None,
) -> Award | None:
    """One award of ``kind`` by the edition in force on that day, or None where there is one, or nothing may come."""
    edition = GrantEdition.objects.in_force(kind, on)
    amount = policy.amount_for(edition.terms)
    terms = {
        "kind": edition.kind,
        "cycle": cycle,
        "edition": edition,
        "terms": edition.terms,
        "citation": citation_of(edition),
        "amount": amount,
        "payable": policy.payable_by(amount, edition.terms, {policy.first_event(edition.terms)}),
    }
    return _begin(recognition, terms, by, at)


def _begin(
    recognition: Recognition, terms: Mapping[str, Any], by: User | None, at: datetime | None
) -> Award | None:
    """Begin one award, numbered and told; None where there is one, or the recognition has ended or is stopped."""
    at, by = at or clock.now(), by or system_user()
    lock(recognition)
    if recognition.barrier:
        return None
    award = _insert(recognition, terms, by, at)
    if award is None:
        return None
    pattern = GrantEdition.number_pattern("award", on=timezone.localdate(at))
    year = timezone.localdate(at).year
    event = AWARD.begin(award, by=by, at=at, amount=str(award.amount), citation=award.citation)
    award.number = numbering.take_number("funding.award", pattern=pattern, year=year)
    award.save(update_fields=["number"])
    notifications.tell_of_award(award, event)
    return award


def _insert(recognition: Recognition, terms: Mapping[str, Any], by: User, at: datetime) -> Award | None:
    """INSERT … ON CONFLICT DO NOTHING: of two that propose at once, one finds nothing to do."""
    institute, key = recognition.institute, uuid4()
    award = Award(
        key=key,
        institute=institute,
        recognition=recognition,
        host_id=institute.host_id,
        division_id=institute.division_id,
        proposed_at=at,
        proposed_by=by,
        **terms,
    )
    Award.objects.bulk_create([award], ignore_conflicts=True)
    rows = Award.objects.select_related("institute", "host", "division", "project")
    return rows.filter(key=key).first()


def citation_of(edition: GrantEdition | ProjectEdition) -> str:
    """The clause on which the amount rests."""
    return str(edition.citations["grant.amount"]["clause"])


def lapse_awards(*, on: date | None = None, at: datetime | None = None) -> list[Award]:
    """End what was not confirmed in time, and what was not ordered within its budget's year."""
    at = at or clock.now()
    on = on or timezone.localdate(at)
    late = [forfeit_award(award=award, at=at) for award in selectors.awards_unconfirmed(on)]
    past = [lapse_award(award=award, on=on, at=at) for award in selectors.awards_past_their_year(on)]
    return [award for award in [*late, *past] if award is not None]


@transaction.atomic
def forfeit_award(*, award: Award, at: datetime | None = None) -> Award | None:
    """An entitlement that nobody confirmed in time counts as waived. None where somebody was faster."""
    at, by = at or clock.now(), system_user()
    lock(award)
    if not selectors.awards_unconfirmed(timezone.localdate(at)).filter(pk=award.pk).exists():
        return None
    event = AWARD.move(
        award, "forfeit", by=by, at=at, reason="逾期未确认，视为放弃。", ended_at=at, ended_by=by
    )
    notifications.tell_of_award(award, event)
    return award


@transaction.atomic(durable=True)
def lapse_award(*, award: Award, on: date, at: datetime | None = None) -> Award | None:
    """Give the amount of an award back to its budget whose year is over. None where it is no longer due."""
    at, by = at or clock.now(), system_user()
    budget = locked_budget(award)
    lock(award)
    if (
        award.state not in (AwardState.APPROVED, AwardState.SUSPENDED)
        or award.ordered
        or budget.year >= on.year
    ):
        return None
    reason = f"{budget.year} 预算年度已过，尚未下达，额度收回。"
    event = AWARD.move(award, "lapse", by=by, at=at, reason=reason, ended_at=at, ended_by=by)
    release_commitment(
        EntryKind.RELEASE, budget=budget, award=award, amount=award.amount, by=by, at=at, on=on
    )
    notifications.tell_of_award(award, event)
    return award
