"""Decisions of a meeting on a call: drafted by a clerk within the budget, released by another person, or given up."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes.models import RecognitionEdition
from notices.enums import PublicNoticeKind
from notices.models import PublicNotice
from notices.services import Entry, post_public_notice
from projects import policy, selectors
from projects.enums import DecisionOutcome, ProposalState
from projects.lifecycle import PROJECT_DECISION, PROPOSAL
from projects.models import ProjectCall, ProjectDecision, ProjectDecisionItem, Proposal
from projects.notifications import tell_of_decision
from projects.services.moving import close, take
from records import calendar, clock
from records.amounts import grouped, in_wan
from records.errors import Conflict, Incomplete, NotEligible, OverBudget, Reason, Refusal
from records.lifecycle import Stamps, lock, lock_all

Items = Sequence[Mapping[str, Any]]
"""``proposal``, ``outcome``, of a supported one its ``grant``, and a ``reason`` where one is due."""
TITLE = "关于{year}年度产业技术研究院联合攻关专项拟立项项目的公示"
BASIS = (
    "根据《关于加快建设市级产业技术研究院 促进主导产业快速发展的实施意见》和"
    "《{call}》（{number}），经{minute}审议，现将拟立项项目予以公示。"
)


@transaction.atomic
def draft_project_decision(
    *,
    call: ProjectCall,
    minute_number: str,
    meeting_on: date,
    items: Items,
    by: User,
    note: str = "",
    at: datetime | None = None,
) -> ProjectDecision:
    """Put down what a meeting decided on proposals of ``call``; nobody outside the bureau learns of it.

    Raises ``Incomplete``, ``Conflict`` or ``OverBudget`` with every reason about every proposal.
    """
    at = at or clock.now()
    found = [] if items else [Reason("请至少列入一项。", field="items")]
    if not minute_number.strip():
        found.append(Reason("请填写局务会会议纪要号。", field="minute_number"))
    if meeting_on > timezone.localdate(at):
        found.append(Reason("会议日期不能晚于今天。", field="meeting_on"))
    Incomplete.unless_empty(found + [fault for item in items for fault in _faults_of(call, item)])
    lock(call)
    lock_all([item["proposal"] for item in items])
    Conflict.unless_empty(_clashes(call, items))
    _refuse_beyond_budget(call, items)
    decision = ProjectDecision.objects.create(
        call=call,
        minute_number=minute_number.strip(),
        meeting_on=meeting_on,
        note=note.strip(),
        drafted_at=at,
        drafted_by=by,
    )
    ProjectDecisionItem.objects.bulk_create(
        ProjectDecisionItem(
            decision=decision,
            proposal=item["proposal"],
            outcome=item["outcome"],
            grant=item["grant"] if item["outcome"] == DecisionOutcome.SUPPORT else None,
            reason=(item.get("reason") or "").strip(),
        )
        for item in items
    )
    event = PROJECT_DECISION.begin(decision, by=by, at=at, call=call.number, items=len(items))
    tell_of_decision(decision, event)
    return decision


def _faults_of(call: ProjectCall, item: Mapping[str, Any]) -> list[Reason]:
    """An amount in the band, with a reason where it is not what the budget review accepted; a refusal with its own."""
    proposal, reason = item["proposal"], (item.get("reason") or "").strip()
    if item["outcome"] not in DecisionOutcome.values:
        return [Reason(f"“{proposal}”请选择拟立项或不予立项。", field="items")]
    if item["outcome"] == DecisionOutcome.REJECT:
        words = f"“{proposal}”不予立项，须写明理由，将告知申报单位。"
        return [] if reason else [Reason(words, field="items")]
    grant = item.get("grant")
    if grant is None:
        return [Reason(f"“{proposal}”请填写支持金额。", field="items")]
    least, most, usual = (call.edition.money(key) for key in ("amount_min", "amount_max", "amount"))
    if not policy.is_in_band(grant, least, most):
        words = f"“{proposal}”支持 {in_wan(grant)} 万元，应在 {in_wan(least)} 至 {in_wan(most)} 万元之间"
        return [Reason(f"{words}（系统默认，待确认）。", field="items", clause="四(六)")]
    found = []
    if grant not in (usual, proposal.accepted) and not reason:
        words = (
            f"“{proposal}”支持 {in_wan(grant)} 万元，既不是通常标准 {in_wan(usual)} 万元，"
            "也不是预算评审核定金额，须写明理由。"
        )
        found.append(Reason(words, field="items", clause="四(六)"))
    if proposal.own is not None:
        ratio = Decimal(str(call.edition.terms["grant"]["own_funds_ratio_min"]))
        if proposal.own < (needed := policy.own_funds_needed(grant, ratio)):
            words = f"“{proposal}”自筹 {in_wan(proposal.own)} 万元，低于须有的 {in_wan(needed)} 万元。"
            found.append(Reason(words, field="items"))
    return found


def _clashes(call: ProjectCall, items: Items) -> list[Reason]:
    """What is not before the meeting any more, belongs to another call, or stands in another decision."""
    proposals = [item["proposal"] for item in items]
    found = [
        Reason(f"“{one}”现为“{PROPOSAL.label(one.state)}”，不在审议中。", field="items")
        for one in proposals
        if one.state != ProposalState.DECISION
    ]
    found += [
        Reason(f"“{one}”不属于《{call}》。", field="items") for one in proposals if one.call_id != call.pk
    ]
    if len({one.pk for one in proposals}) < len(proposals):
        found.append(Reason("同一申报列入了两次。", field="items"))
    elsewhere = ProjectDecisionItem.objects.filter(proposal__in=proposals, dropped_at__isnull=True)
    return found + [
        Reason(f"“{one.proposal}”已列入{one.decision}。", field="items")
        for one in elsewhere.select_related("proposal", "decision")
    ]


def _refuse_beyond_budget(call: ProjectCall, items: Items) -> None:
    wanted = sum((item["grant"] for item in items if item["outcome"] == DecisionOutcome.SUPPORT), Decimal(0))
    if wanted > call.left:
        raise OverBudget(
            Reason(
                f"拟支持合计 {grouped(wanted)} 元，超过本次专项剩余额度 {grouped(call.left)} 元，"
                f"差 {grouped(wanted - call.left)} 元。",
                field="items",
            )
        )


@transaction.atomic
def discard_project_decision(
    *, project_decision: ProjectDecision, reason: str, by: User, at: datetime | None = None
) -> ProjectDecision:
    """Give up a draft: it stays on record, and its proposals can be put into another."""
    at = at or clock.now()
    stamps: Stamps = {"discarded_at": at, "discarded_by": by}
    event = PROJECT_DECISION.move(project_decision, "discard", by=by, at=at, reason=reason, **stamps)
    project_decision.items.update(dropped_at=at, dropped_by=by)
    tell_of_decision(project_decision, event)
    return project_decision


@transaction.atomic
def release_project_decision(
    *, project_decision: ProjectDecision, by: User, at: datetime | None = None
) -> ProjectDecision:
    """Release every decision at once: supported ones onto the public notice, refused ones with their reasons; or none.

    The money is bound under the lock of the call. Another than who drafted it.
    """
    at = at or clock.now()
    lock(project_decision)
    for refusal in PROJECT_DECISION.blocks(project_decision, "release", by):
        raise refusal
    call = ProjectCall.objects.select_for_update(of=("self",), no_key=True).get(pk=project_decision.call_id)
    items = list(project_decision.items.select_related(*_ITEM).order_by("pk"))
    lock_all([item.proposal for item in items])
    _refuse_what_has_moved(items, by, at)
    supported = [item for item in items if item.outcome == DecisionOutcome.SUPPORT]
    _refuse_beyond_budget(call, [{"grant": item.grant, "outcome": item.outcome} for item in supported])
    call.committed += sum((item.grant or Decimal(0) for item in supported), Decimal(0))
    call.save(update_fields=["committed"])
    notice = _support(project_decision, call, supported, by=by, at=at) if supported else None
    for item in items:
        if item.outcome == DecisionOutcome.REJECT:
            _reject(project_decision, item, by=by, at=at)
    event = PROJECT_DECISION.move(
        project_decision, "release", by=by, at=at, notice=notice, released_at=at, released_by=by
    )
    tell_of_decision(project_decision, event)
    return project_decision


_ITEM = (
    "proposal__call__edition",
    "proposal__host",
    "proposal__division",
    "proposal__institute__recognition",
    "proposal__topic",
)


def _refuse_what_has_moved(items: Sequence[ProjectDecisionItem], by: User, at: datetime) -> None:
    found: list[Refusal] = [
        refusal for item in items for refusal in PROPOSAL.blocks(item.proposal, item.outcome, by)
    ]
    if found:
        raise type(found[0])(*(reason for refusal in found for reason in refusal.reasons))
    day = timezone.localdate(at)
    NotEligible.unless_empty(
        Reason(f"“{item.proposal}”：{reason.text}", clause=reason.clause)
        for item in items
        if item.outcome == DecisionOutcome.SUPPORT
        for reason in selectors.barriers(item.proposal, on=day)
    )


def _stamps(decision: ProjectDecision, *, by: User, at: datetime) -> Stamps:
    return {"minute_number": decision.minute_number, "decided_at": at, "decided_by": by}


def _support(
    decision: ProjectDecision,
    call: ProjectCall,
    items: Sequence[ProjectDecisionItem],
    *,
    by: User,
    at: datetime,
) -> PublicNotice:
    days = publicity_days(timezone.localdate(at))
    last_day = calendar.last_day_counting_first(timezone.localdate(at), days)
    for item in items:
        take(
            item.proposal,
            "shortlist",
            by=by,
            at=at,
            due_on=last_day,
            data={"minute": decision.minute_number, "grant": str(item.grant)},
            grant=item.grant,
            grant_reason=item.reason,
            **_stamps(decision, by=by, at=at),
        )
    ranked = sorted(items, key=lambda item: (-(item.proposal.score or 0), item.proposal_id))
    return post_public_notice(
        kind=PublicNoticeKind.PROJECT,
        title=TITLE.format(year=call.year),
        basis=BASIS.format(call=call, number=call.number, minute=decision.minute_number),
        items=[
            Entry(
                subject=item.proposal,
                name=item.proposal.title,
                host_name=item.proposal.host.name,
                county=item.proposal.division.name,
                co_builders=_partners_of(item.proposal),
            )
            for item in ranked
        ],
        working_days=days,
        by=by,
        at=at,
    )


def _partners_of(proposal: Proposal) -> list[str]:
    version = selectors.latest_version(proposal)
    rows = version.answers.get("partners", {}).get("partners") if version else None
    return [row["name"] for row in rows or () if row.get("name")]


def publicity_days(on: date) -> int:
    """For how many working days the city publishes what it is about to decide: as in recognition."""
    edition = RecognitionEdition.objects.in_force("recognition", on)
    return int(edition.terms["time_limits"]["publicity"])


def _reject(decision: ProjectDecision, item: ProjectDecisionItem, *, by: User, at: datetime) -> None:
    close(item.proposal, "reject", by=by, at=at, reason=item.reason, **_stamps(decision, by=by, at=at))
