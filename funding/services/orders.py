"""Ordering money, an instalment at a time. Locks: Budget → PayeeAccount → Award → Disbursement → NumberSeries."""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from funding import notifications, policy, selectors, tasks
from funding.enums import AwardState, EntryKind, PayeeState, PlanState
from funding.lifecycle import AWARD, DISBURSEMENT
from funding.models import AllocationPlan, Award, Budget, Disbursement, GrantEdition, PayeeAccount
from funding.selectors.holdbacks import failures_against
from funding.services.bars import hold_units
from funding.services.ledger import post, shift
from records import audit, clock, deadlines, numbering
from records.errors import Conflict, NotEligible
from records.lifecycle import lock


@transaction.atomic(durable=True)
def order_disbursement(
    *,
    award: Award,
    plan: AllocationPlan,
    instalment: int,
    amount: Decimal,
    key: UUID,
    by: User,
    at: datetime | None = None,
) -> Disbursement:
    """Order one instalment of ``award`` under an issued ``plan``.

    Safe to repeat: a second call with the same ``key`` returns the first one's row and orders nothing. The
    same ``key`` with other terms is a ``Conflict``; so is a second order of the same instalment, or more than
    the award holds. ``NotEligible`` where a failed year of the institute was published, however recently.
    """
    at = at or clock.now()
    hold_units([award.host_id])
    budget = Budget.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.budget_id)
    account = PayeeAccount.objects.without_number().select_for_update(of=("self",), no_key=True)
    account = account.filter(awards=award.pk).first()
    lock(award)
    if plan.state != PlanState.ISSUED:
        raise Conflict("方案尚未联合下达，不能列支。")
    if account is None or account.pk != award.account_id or account.state != PayeeState.VERIFIED:
        raise Conflict("收款账户未核实或已停用，不能列支。")
    if not Disbursement.objects.filter(key=key).exists():
        NotEligible.unless_empty(failures_against([award], timezone.localdate(at)))
    order = place_order(budget, award, plan, instalment, amount, key, by, at)
    transaction.on_commit(partial(tasks.export_plan.delay, plan.pk), robust=True)
    return order


def place_order(
    budget: Budget,
    award: Award,
    plan: AllocationPlan,
    instalment: int,
    amount: Decimal,
    key: UUID,
    by: User,
    at: datetime,
) -> Disbursement:
    """Order within the caller's transaction. The caller holds the locks of ``budget`` and ``award``."""
    terms: dict[str, Any] = {
        "award_id": award.pk,
        "plan_id": plan.pk,
        "instalment": instalment,
        "amount": amount,
    }
    if earlier := Disbursement.objects.filter(key=key).first():
        if any(getattr(earlier, name) != value for name, value in terms.items()):
            raise Conflict("该请求已用于另一笔拨付，请刷新页面后重新办理。")
        return earlier
    account = _check_orderable(award, budget, instalment, amount)
    day = timezone.localdate(at)
    pattern = GrantEdition.number_pattern("disbursement", on=day)
    disbursement = Disbursement.objects.create(
        **terms,
        number=numbering.take_number("funding.disbursement", pattern=pattern, year=day.year),
        key=key,
        account_id=account,
        host_id=award.host_id,
        division_id=award.division_id,
        direct_pay=award.division.direct_pay,
        ordered_at=at,
        ordered_by=by,
    )
    shift(award, ordered=amount)
    move_planning_clock(award, at=at)
    shift(budget, ordered=amount)
    event = DISBURSEMENT.begin(disbursement, by=by, at=at, amount=str(amount), key=str(key))
    post(
        EntryKind.ORDER,
        budget=budget,
        award=award,
        disbursement=disbursement,
        amount=amount,
        by=by,
        at=at,
        on=day,
    )
    notifications.tell_of_disbursement(disbursement, event)
    return disbursement


def make_instalments_due(*, at: datetime | None = None) -> list[Award]:
    """Let the last instalment of every joint project be paid that passed its final acceptance (四(六)); once each."""
    at, by = at or clock.now(), system_user()
    waiting = selectors.awards_of_accepted_projects()
    found = [make_instalment_due(award=each, event=policy.ACCEPTANCE, by=by, at=at) for each in waiting]
    return [award for award in found if award is not None]


@transaction.atomic
def make_instalment_due(*, award: Award, event: str, by: User, at: datetime | None = None) -> Award | None:
    """Let what waits for ``event`` (an instalment's ``due`` in the award's terms) be planned and ordered from now on.

    None where it is due already. Raises ``Conflict`` where an earlier instalment still waits, or none asks for it.
    """
    at = at or clock.now()
    lock(award)
    dues = [one["due"] for one in award.terms["instalments"]]
    if event not in dues:
        raise Conflict(f"“{award}”没有以此为条件的分期。")
    reached = set(dues[: dues.index(event) + 1])
    payable = policy.payable_by(award.amount, award.terms, reached)
    if payable <= award.payable:
        return None
    before = set(dues[: dues.index(event)])
    if award.payable < policy.payable_by(award.amount, award.terms, before):
        raise Conflict(f"“{award}”前一期尚未到拨付条件。")
    shift(award, payable=payable - award.payable)
    move_planning_clock(award, at=at)
    said = audit.record("funding.award.instalment_due", award, by=by, at=at, due=event, payable=str(payable))
    notifications.tell_of_award(award, said)
    return award


def move_planning_clock(award: Award, *, at: datetime) -> None:
    """The bureau holds an approved award while money of it is left to order; money that comes back is held again."""
    if award.ordered == award.payable:
        deadlines.close(award, at=at)
    elif award.state == AwardState.APPROVED and deadlines.current(award) is None:
        state = AWARD.states[award.state]
        days = award.time_limit(state.limit)
        deadlines.open_for(award, label=str(state.label), role=state.role, at=at, working_days=days)


def _check_orderable(award: Award, budget: Budget, instalment: int, amount: Decimal) -> int:
    """The account that may be ordered to; refuses with everything that stands against the order."""
    found = []
    if amount <= 0:
        found.append("拨付金额须大于 0。")
    if award.state != AwardState.APPROVED:
        found.append(f"“{award}”现为“{award.get_state_display()}”，不能列支。")
    elif award.budget_id != budget.pk:
        found.append(f"“{award}”由另一预算批准，不能从{budget}列支。")
    if award.barrier:
        found.append(f"“{award}”：{award.barrier}，不能列支。")
    if award.disbursements.live().filter(instalment=instalment).exists():
        found.append(f"“{award}”第 {instalment} 期已列支。")
    if award.ordered + amount > award.payable:
        held = f"，另有 {award.held_back:,.2f} 元未到拨付条件" if award.held_back else ""
        found.append(f"超出可列支金额：“{award}”尚可列支 {award.left_to_order:,.2f} 元{held}。")
    if found or award.account_id is None:
        raise Conflict(*found or [f"“{award}”没有收款账户。"])
    return award.account_id
