"""From orders to the treasury: claim (commit) → send under our reference → record (commit). Never twice."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from funding import gateway, notifications, selectors
from funding.enums import WITH_THE_TREASURY_UNSURE, DisbursementState, PlanState
from funding.lifecycle import DISBURSEMENT
from funding.models import AllocationPlan, Award, Disbursement, GrantEdition, PayeeAccount
from funding.services.bars import hold_units
from records import audit, clock
from records.errors import Conflict
from records.lifecycle import lock


@dataclass(frozen=True, slots=True)
class TreasuryFile:
    """A file as somebody takes it to the treasury."""

    name: str
    content: bytes


log = logging.getLogger(__name__)
PATIENCE = timedelta(minutes=5)


def export_plan(*, plan_id: int, at: datetime | None = None) -> list[Disbursement]:
    """Send what a plan has ordered to the treasury; returns what was issued now.

    What was claimed before is never sent here: whether it arrived, ``ask_treasury`` asks by its reference. What
    something stands in the way of (``Disbursement.barrier``) stays ordered, to be voided or to go later.
    """
    at = at or clock.now()
    issued: list[Disbursement] = []
    for reference in _claim(plan_id, at):
        digest = gateway.treasury().send(reference, gateway.content_of(_orders(reference)))
        issued += _record(reference, digest, at)
    return issued


def ask_treasury(*, plan_id: int, at: datetime | None = None) -> list[Disbursement]:
    """Ask by reference what became of batches whose answer was never recorded; returns what was issued by it.

    The treasury has it: issued. It has not, and its word is final: ordered again, under the same reference. Else,
    and where it gives no answer for longer than the policy allows, *unknown*: from there only the statement leads.
    """
    at, issued = at or clock.now(), list[Disbursement]()
    rows = Disbursement.objects.filter(plan=plan_id, state=DisbursementState.SENDING)
    for reference in sorted(set(rows.values_list("export_reference", flat=True))):
        digest = _answer(reference)
        if digest and digest == _digest_of(reference):
            issued += _record(reference, digest, at)
        elif digest:
            _step_back(reference, "doubt", "国库在该批次号下有内容不同的文件，请与国库核对。", at)
        elif digest is None and gateway.treasury().absence_is_final:
            _step_back(reference, "recall", "国库没有收到该批次文件，按原批次号重新送出。", at)
        elif digest is None or _has_waited_long(reference, at):
            _step_back(reference, "doubt", "国库未确认收到，结果不明；不再重送，凭银行对账单核定。", at)
    return issued


def _answer(reference: str) -> str | None:
    """What the treasury says: a digest, None for “not here”, or nothing at all where it could not be asked."""
    try:
        return gateway.treasury().ask(reference)
    except OSError:
        log.exception("the treasury did not say what became of %s", reference)
        return ""


def _digest_of(reference: str) -> str:
    """What the treasury must hold if it is what was sent."""
    return hashlib.sha256(gateway.content_of(_orders(reference))).hexdigest()


def _has_waited_long(reference: str, at: datetime) -> bool:
    minutes = int(GrantEdition.paying_out(timezone.localdate(at))["bank"]["unknown_minutes"])
    sent = Disbursement.objects.filter(export_reference=reference, state=DisbursementState.SENDING)
    return sent.filter(claimed_at__lt=at - timedelta(minutes=minutes)).exists()


@transaction.atomic(durable=True)
def _step_back(reference: str, action: str, reason: str, at: datetime) -> None:
    """Move a batch out of *sending*, without an answer that it arrived."""
    by = system_user()
    for order in _batch(reference, DisbursementState.SENDING):
        lock(order)
        if order.state != DisbursementState.SENDING:
            continue
        stamps: dict[str, Any] = {"doubted_at": at, "doubted_by": by} if action == "doubt" else {}
        data = {"export": reference}
        event = DISBURSEMENT.move(order, action, by=by, at=at, reason=reason, data=data, **stamps)
        notifications.tell_of_disbursement(order, event)


def fetch_treasury_file(
    *, plan: AllocationPlan, by: User, reference: str = "", at: datetime | None = None
) -> TreasuryFile:
    """The plan's file for the treasury, drawn now if the worker has not yet; the latest, or that of ``reference``.

    It holds account numbers in full: who fetched it goes into the register. Raises ``Conflict`` before the issue,
    for an unknown reference, and where the treasury holds another file under this one.
    """
    at = at or clock.now()
    if plan.state != PlanState.ISSUED:
        raise Conflict("方案尚未联合下达，还没有国库文件。")
    try:
        ask_treasury(plan_id=plan.pk, at=at)
        export_plan(plan_id=plan.pk, at=at)
    except gateway.TreasuryRefused as refused:
        raise Conflict("国库已有同一批次号、内容不同的文件，请与国库核对后再办理。") from refused
    references = selectors.treasury_references(plan)
    if not references:
        raise Conflict(
            "方案中没有可送国库的列支：列支已作废，或者因账户停用、资格暂停等停止拨付，详见各笔拨付。"
        )
    if reference and reference not in references:
        raise Conflict("没有这一批次的国库文件，请刷新页面查看。")
    chosen = reference or references[-1]
    unsure = Disbursement.objects.filter(export_reference=chosen, state__in=WITH_THE_TREASURY_UNSURE)
    if unsure.exists():
        raise Conflict("该批次是否送达尚不明，不再送出；请与国库核对，凭银行对账单核定。")
    content = gateway.treasury().fetch(chosen)
    digest = hashlib.sha256(content).hexdigest()
    _record_fetch(plan, chosen, digest, by, at)
    return TreasuryFile(f"{chosen}.csv", content)


@transaction.atomic
def _record_fetch(plan: AllocationPlan, reference: str, digest: str, by: User, at: datetime) -> None:
    audit.record(
        "funding.allocationplan.fetch_treasury_file", plan, by=by, at=at, export=reference, sha256=digest
    )


def sweep_exports(*, at: datetime | None = None) -> list[Disbursement]:
    """Ask after what has no answer, and export what has waited, for five minutes; one plan's trouble is its own."""
    at = at or clock.now()
    issued: list[Disbursement] = []
    for plan in selectors.plans_unsent(at - PATIENCE):
        try:
            issued += ask_treasury(plan_id=plan.pk, at=at)
            issued += export_plan(plan_id=plan.pk, at=at)
        except (OSError, gateway.TreasuryRefused):
            log.exception("plan %s did not reach the treasury; the next sweep tries again", plan.number)
    return issued


@transaction.atomic(durable=True)
def _claim(plan_id: int, at: datetime) -> list[str]:
    """Move every order that may go to *sending*, under a reference. Returns the references to send, each once."""
    hold_units(Disbursement.objects.unsent_of(plan_id).values_list("host_id", flat=True))
    plan = AllocationPlan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan_id)
    orders, held = _waiting(plan)
    for order in held:
        _let_go(order, at)
    by, fresh = system_user(), _next_reference(plan, orders)
    for order in orders:
        reference = order.export_reference or fresh
        DISBURSEMENT.move(
            order,
            "send",
            by=by,
            at=at,
            data={"export": reference},
            claimed_at=at,
            claimed_by=by,
            export_reference=reference,
        )
    return sorted({order.export_reference for order in orders})


def _waiting(plan: AllocationPlan) -> tuple[list[Disbursement], list[Disbursement]]:
    """What may go to the treasury now, and what stays here: its account was replaced, say, or its award is stopped.

    Accounts and awards are locked before the orders, so that nothing changes between the look and the claim.
    """
    rows = Disbursement.objects.unsent_of(plan.pk)
    for parents in (
        PayeeAccount.objects.without_number().filter(disbursements__in=rows),
        Award.objects.filter(disbursements__in=rows),
    ):
        list(parents.order_by("pk").select_for_update(of=("self",), no_key=True))
    related = ("award__institute", "award__project", "award__recognition", "award__host", "host", "account")
    locked = rows.select_for_update(of=("self",), no_key=True).select_related(*related)
    orders = list(locked.defer("account__number").order_by("pk"))
    return [order for order in orders if not order.barrier], [order for order in orders if order.barrier]


def _let_go(order: Disbursement, at: datetime) -> None:
    """Take what stays here out of a batch that the treasury never received: it may be voided, and goes anew later."""
    if not order.export_reference:
        return
    former, order.export_reference = order.export_reference, ""
    order.claimed_at = order.claimed_by = None
    order.save(update_fields=["claimed_at", "claimed_by", "export_reference"])
    audit.record(
        "funding.disbursement.let_go", order, by=system_user(), at=at, reason=order.barrier, export=former
    )


def _next_reference(plan: AllocationPlan, orders: list[Disbursement]) -> str:
    """The reference of a new batch: what came back from the treasury keeps its own."""
    new = [order for order in orders if not order.export_reference]
    taken = plan.disbursements.exclude(export_reference="").values("export_reference").distinct().count()
    return f"{plan.number}-{taken + 1:02d}-{new[0].key.hex[:8]}" if new else ""


def _orders(reference: str) -> list[gateway.Order]:
    rows = Disbursement.objects.filter(export_reference=reference)
    return [
        gateway.Order(
            number=row.number,
            document_number=row.plan.document_number or "",
            payee=row.account.account_name,
            bank=row.account.bank,
            branch=row.account.branch,
            cnaps=row.account.cnaps,
            account=row.account.number,
            amount=row.amount,
            division=row.division.name,
            direct=row.direct_pay,
        )
        for row in rows.select_related("plan", "account", "division")
    ]


@transaction.atomic(durable=True)
def _record(reference: str, digest: str, at: datetime) -> list[Disbursement]:
    """Note that the treasury has the batch."""
    by, day = system_user(), timezone.localdate(at)
    issued = []
    for order in _batch(reference, DisbursementState.SENDING):
        lock(order)
        if order.state != DisbursementState.SENDING:
            continue
        action = "issue_direct" if order.direct_pay else "issue"
        stamps: dict[str, Any] = {"issued_at": at, "issued_by": by, "issued_on": day, "export_digest": digest}
        event = DISBURSEMENT.move(
            order, action, by=by, at=at, data={"export": reference, "sha256": digest}, **stamps
        )
        notifications.tell_of_disbursement(order, event)
        issued.append(order)
    return issued


def _batch(reference: str, state: str) -> QuerySet[Disbursement]:
    related = ("award__institute", "award__project", "host", "division", "account")
    rows = Disbursement.objects.filter(export_reference=reference, state=state)
    return rows.select_related(*related).defer("account__number").order_by("pk")
