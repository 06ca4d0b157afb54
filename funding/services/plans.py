"""Allocation plans: proposed, reviewed by finance, signed by the bureau, issued by both under one number.

Locks: AllocationPlan → Budget → PayeeAccount → Award → NumberSeries.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from funding import notifications, policy, selectors, tasks
from funding.enums import AwardState, PayeeState, PlanState
from funding.lifecycle import PLAN
from funding.models import AllocationPlan, Award, Budget, GrantEdition, PayeeAccount, PlanItem
from funding.selectors.holdbacks import failures_against
from funding.services import publicities
from funding.services.bars import hold_units
from funding.services.keys import was_done
from funding.services.orders import place_order
from records import audit, calendar, clock, deadlines, numbering
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import lock


@transaction.atomic(durable=True)
def draft_plan(
    *, budget: Budget, title: str, awards: Iterable[Award], by: User, at: datetime | None = None
) -> AllocationPlan:
    """Put the next instalment of each of ``awards`` into a new plan. Raises ``Conflict`` naming each that cannot."""
    at = at or clock.now()
    lock(budget)
    chosen = _choose(budget, awards)
    day = timezone.localdate(at)
    plan = AllocationPlan(
        budget=budget, year=budget.year, title=_title(title), proposed_at=at, proposed_by=by
    )
    pattern = GrantEdition.number_pattern("plan", on=day)
    plan.number = numbering.take_number("funding.plan", pattern=pattern, year=day.year)
    plan.save()
    _fill(plan, chosen)
    event = PLAN.begin(plan, by=by, at=at, amount=str(_total(plan)), awards=[award.pk for award in chosen])
    notifications.tell_of_plan(plan, event)
    return plan


@transaction.atomic(durable=True)
def revise_plan(
    *, plan: AllocationPlan, title: str, awards: Iterable[Award], by: User, at: datetime | None = None
) -> AllocationPlan:
    """Change what a draft holds."""
    at = at or clock.now()
    lock(plan)
    if not plan.is_editable:
        raise Conflict("该方案已提交，不能修改；需要修改的，由财政退回后再改。")
    lock(plan.budget)
    plan.items.all().delete()
    chosen = _choose(plan.budget, awards)
    plan.title = _title(title)
    plan.save(update_fields=["title"])
    _fill(plan, chosen)
    amount = str(_total(plan))
    audit.record(
        "funding.allocationplan.revise", plan, by=by, at=at, amount=amount, awards=[a.pk for a in chosen]
    )
    return plan


def _title(title: str) -> str:
    if not title.strip():
        raise Incomplete(Reason("请填写方案名称。", field="title"))
    return title.strip()


def _choose(budget: Budget, awards: Iterable[Award]) -> list[Award]:
    """The awards, locked in the order of their keys; refuses with the names of those that cannot be planned."""
    keys = sorted({award.pk for award in awards})
    if not keys:
        raise Incomplete(Reason("请至少选择一项已批准的资金。", field="awards"))
    rows = Award.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
    locked = list(rows.select_related("institute").order_by("pk"))
    free = set(selectors.awards_to_plan(budget).filter(pk__in=keys).values_list("pk", flat=True))
    Conflict.unless_empty(
        Reason(_why_not_planned(award), field="awards") for award in locked if award.pk not in free
    )
    return locked


def _why_not_planned(award: Award) -> str:
    if award.barrier:
        return f"“{award}”：{award.barrier}，不能列入方案。"
    if award.state == AwardState.APPROVED and award.held_back and not award.left_to_order:
        return f"“{award}”：{next_in_words(award)}，尚未到拨付条件。"
    return f"“{award}”未批准、不属本预算，或已列入其他方案。"


def next_in_words(award: Award) -> str:
    """The first instalment that is held back, by the label of the award's own terms: 第 2 期（结题验收后）."""
    parts = policy.split(award.amount, policy.shares_of(award.terms))
    due = Decimal(0)
    for number, (one, part) in enumerate(zip(award.terms["instalments"], parts, strict=True), start=1):
        due += part
        if due > award.payable:
            return f"第 {number} 期（{one['label']}）"
    return ""


def _fill(plan: AllocationPlan, awards: list[Award]) -> None:
    PlanItem.objects.bulk_create(
        PlanItem(plan=plan, award=award, instalment=number, amount=amount, key=uuid4())
        for award in awards
        for number, amount in [next_instalment(award)]
    )


def next_instalment(award: Award) -> tuple[int, Decimal]:
    """The first instalment that is not ordered, with its amount by the award's own terms."""
    ordered = set(selectors.live_orders(award).values_list("instalment", flat=True))
    parts = policy.split(award.amount, policy.shares_of(award.terms))
    for number, amount in enumerate(parts, start=1):
        if number not in ordered:
            if award.ordered + amount > award.payable:
                raise Conflict(f"“{award}”：{next_in_words(award)}，尚未到拨付条件。")
            return number, amount
    raise Conflict(f"“{award}”各期均已列支。")


def _total(plan: AllocationPlan) -> Decimal:
    return sum((item.amount for item in plan.items.standing()), Decimal(0))


@transaction.atomic
def submit_plan(
    *, plan: AllocationPlan, integrity_checked_on: date, by: User, at: datetime | None = None
) -> AllocationPlan:
    """Hand a draft to finance, with the day on which the units' integrity was checked and the targets annexed."""
    at = at or clock.now()
    lock(plan)
    items, day = selectors.items_of(plan), timezone.localdate(at)
    found = [] if items else [Reason("方案中没有资金项目。", field="awards")]
    Incomplete.unless_empty(found + _integrity_faults(integrity_checked_on, day))
    stamps: dict[str, Any] = {
        "submitted_at": at,
        "submitted_by": by,
        "integrity_checked_on": integrity_checked_on,
        "targets": _targets(items, day),
    }
    event = PLAN.move(plan, "submit", by=by, at=at, data={"amount": str(_total(plan))}, **stamps)
    notifications.tell_of_plan(plan, event)
    return plan


def _targets(items: list[PlanItem], day: date) -> list[list]:
    """The performance targets of what is paid out, as the annex lists them."""
    targets = policy.performance_targets(
        (item.amount for item in items),
        institutes=len({item.award.institute_id for item in items}),
        counties=len({item.award.division_id for item in items}),
        is_joint=any(item.award.project_id for item in items),
        pay_days=int(GrantEdition.paying_out(day)["retention"]["amber_days"]),
    )
    return [list(target) for target in targets]


def _integrity_faults(checked_on: date, day: date) -> list[Reason]:
    valid = int(GrantEdition.paying_out(day)["guards"]["integrity_valid_days"])
    if checked_on > day:
        return [Reason("科研诚信核查日期不能晚于今天。", field="integrity_checked_on")]
    if (day - checked_on).days > valid:
        text = f"科研诚信核查距今 {(day - checked_on).days} 日，超过 {valid} 日有效期，请重新核查。"
        return [Reason(text, field="integrity_checked_on")]
    return []


@transaction.atomic
def return_plan(*, plan: AllocationPlan, reason: str, by: User, at: datetime | None = None) -> AllocationPlan:
    """Send a plan back to its draft; what was reviewed and signed must be so anew."""
    at = at or clock.now()
    cleared: dict[str, Any] = dict.fromkeys(("reviewed_at", "reviewed_by", "cosigned_at", "cosigned_by"))
    cleared |= publicities.NONE
    event = PLAN.move(plan, "send_back", by=by, at=at, reason=reason.strip(), review_opinion="", **cleared)
    publicities.end(plan, at=at)
    notifications.tell_of_plan(plan, event)
    return plan


@transaction.atomic
def strike_item(
    *, plan: AllocationPlan, item: PlanItem, reason: str, by: User, at: datetime | None = None
) -> AllocationPlan:
    """Finance sends one line back without the rest: the plan goes on without it, the award may be planned anew.

    The targets annexed are those of what is left. The same line again does nothing. Raises ``Conflict`` for the last
    line, which the plan is returned for.
    """
    at, reason = at or clock.now(), reason.strip()
    lock(plan)
    struck = PlanItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk, plan=plan)
    if struck.struck_at is not None:
        return plan
    left = [each for each in selectors.items_of(plan) if each.pk != struck.pk]
    if PLAN.allows(plan, "strike") and not left:
        raise Conflict("方案中只有这一项，请退回整个方案修改。")
    event = PLAN.move(
        plan,
        "strike",
        by=by,
        at=at,
        reason=reason,
        data={"award": struck.award.number, "amount": str(struck.amount)},
        targets=_targets(left, timezone.localdate(at)),
    )
    struck.struck_at = struck.released_at = at
    struck.struck_by = struck.released_by = by
    struck.struck_reason = reason
    struck.save(update_fields=["struck_at", "struck_by", "struck_reason", "released_at", "released_by"])
    notifications.tell_of_struck_item(struck, event)
    return plan


@transaction.atomic
def review_plan(
    *, plan: AllocationPlan, opinion: str, by: User, at: datetime | None = None
) -> AllocationPlan:
    """Finance agrees to the plan, with an opinion."""
    at = at or clock.now()
    if not opinion.strip():
        raise Incomplete(Reason("请填写审核意见。", field="opinion"))
    stamps: dict[str, Any] = {"reviewed_at": at, "reviewed_by": by, "review_opinion": opinion.strip()}
    event = PLAN.move(plan, "review", by=by, at=at, reason=opinion.strip(), **stamps)
    notifications.tell_of_plan(plan, event)
    return plan


@transaction.atomic
def cosign_plan(*, plan: AllocationPlan, by: User, at: datetime | None = None) -> AllocationPlan:
    """The bureau signs; finance may issue, once the plan was shown to the officers where the edition asks for it."""
    at = at or clock.now()
    shown = publicities.days_of_publicity(timezone.localdate(at))
    due_on = _issue_by(shown["publicity_until"])
    event = PLAN.move(plan, "cosign", by=by, at=at, due_on=due_on, cosigned_at=at, cosigned_by=by, **shown)
    publicities.begin(plan, event)
    notifications.tell_of_plan(plan, event)
    return plan


def _issue_by(until: date | None) -> date | None:
    """By when finance issues what is shown until a day; None where nothing is shown and the day set before stays."""
    days = GrantEdition.working_days("issue", on=until) if until else None
    return calendar.add_working_days(until, days) if until and days else None


@transaction.atomic
def discard_plan(
    *, plan: AllocationPlan, reason: str, by: User, at: datetime | None = None
) -> AllocationPlan:
    """Give a draft up; its awards may be planned anew."""
    at = at or clock.now()
    event = PLAN.move(plan, "discard", by=by, at=at, reason=reason.strip(), discarded_at=at, discarded_by=by)
    plan.items.filter(released_at__isnull=True).update(released_at=at, released_by=by)
    notifications.tell_of_plan(plan, event)
    return plan


@transaction.atomic(durable=True)
def issue_plan(
    *, plan: AllocationPlan, document_number: str, key: UUID, by: User, at: datetime | None = None
) -> AllocationPlan:
    """Issue a plan under its document number: every item is ordered, or none.

    The same ``key`` or the same number again changes nothing, another number is a ``Conflict``. After the commit the
    treasury file and the papers are made; a sweep finds what fell between.
    """
    at, document_number = at or clock.now(), document_number.strip()
    if was_done(key, "issue", plan, by=by, at=at, document_number=document_number):
        return plan
    hold_units(plan.items.standing().values_list("award__host_id", flat=True))
    lock(plan)
    if plan.state == PlanState.ISSUED:
        return _issued_as(plan, document_number)
    for refusal in PLAN.blocks(plan, "issue", by):
        raise refusal
    budget = Budget.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.budget_id)
    items = _locked_items(plan)
    Conflict.unless_empty(_issue_faults(plan, items, document_number, at))
    stamps: dict[str, Any] = {"issued_at": at, "issued_by": by, "issued_on": timezone.localdate(at)}
    event = PLAN.move(
        plan,
        "issue",
        by=by,
        at=at,
        data={"amount": str(_total(plan))},
        document_number=document_number,
        **stamps,
    )
    publicities.end(plan, at=at)
    for item in items:
        place_order(budget, item.award, plan, item.instalment, item.amount, item.key, by, at)
    notifications.tell_of_plan(plan, event)
    transaction.on_commit(partial(tasks.export_plan.delay, plan.pk), robust=True)
    transaction.on_commit(partial(tasks.issue_papers.delay, plan.pk), robust=True)
    return plan


def _issued_as(plan: AllocationPlan, document_number: str) -> AllocationPlan:
    if plan.document_number != document_number:
        raise Conflict(f"该方案已以“{plan.document_number}”下达，不能再用其他文号下达。")
    return plan


def _locked_items(plan: AllocationPlan) -> list[PlanItem]:
    """The items with their awards, accounts locked first, then awards, each in the order of their keys."""
    accounts = PayeeAccount.objects.without_number().select_for_update(of=("self",), no_key=True)
    standing_items = plan.items.standing()
    accounts = accounts.filter(awards__plan_items__in=standing_items).order_by("pk")
    standing = {account.pk: account for account in accounts}
    rows = Award.objects.select_for_update(of=("self",), no_key=True).filter(plan_items__in=standing_items)
    related = ("institute", "recognition", "host", "division")
    awards = {award.pk: award for award in rows.select_related(*related).order_by("pk")}
    items = list(standing_items.order_by("award_id", "pk"))
    for item in items:
        item.award = awards[item.award_id]
        if item.award.account_id in standing:
            item.award.account = standing[item.award.account_id]
    return items


def _issue_faults(
    plan: AllocationPlan, items: list[PlanItem], document_number: str, at: datetime
) -> list[Reason]:
    found = (
        _integrity_faults(plan.integrity_checked_on, timezone.localdate(at))
        if plan.integrity_checked_on
        else []
    )
    if plan.publicity_until and plan.is_shown(timezone.localdate(at)):
        day = deadlines.day_in_words(plan.publicity_until)
        found.append(Reason(f"分配方案正在内部公示，至{day}24时；期满后方可联合下达。"))
    if not document_number:
        found.append(Reason("请填写下达文号。", field="document_number"))
    elif AllocationPlan.objects.filter(document_number=document_number).exists():
        found.append(Reason(f"文号“{document_number}”已用于其他方案。", field="document_number"))
    for item in items:
        award = item.award
        if award.state != AwardState.APPROVED or award.budget_id != plan.budget_id:
            found.append(Reason(f"“{award}”现为“{award.get_state_display()}”，不能下达，请退回方案删去。"))
        elif award.barrier:
            found.append(Reason(f"“{award}”：{award.barrier}，不能下达，请退回方案删去。", clause="四(二)"))
        elif award.account is None or award.account.state != PayeeState.VERIFIED:
            found.append(Reason(f"“{award}”的收款账户已停用，请单位变更收款账户后再下达。"))
        elif award.account.account_name != award.host.name:
            found.append(Reason(f"“{award}”的收款账户名称与单位现名称不一致，请单位变更收款账户后再下达。"))
    return found + failures_against([item.award for item in items], timezone.localdate(at))
