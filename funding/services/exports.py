"""From orders to the treasury: claim (commit) → send under our reference → record (commit)."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from funding import gateway, notifications, selectors
from funding.enums import DisbursementState, PlanState
from funding.lifecycle import DISBURSEMENT
from funding.models import AllocationPlan, Disbursement
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
    """Send what a plan has ordered to the treasury; returns what was issued now. Twice does once."""
    at = at or clock.now()
    issued: list[Disbursement] = []
    for reference in _claim(plan_id, at):
        digest = gateway.treasury().send(reference, gateway.content_of(_orders(reference)))
        issued += _record(reference, digest, at)
    return issued


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
        export_plan(plan_id=plan.pk, at=at)
    except gateway.TreasuryRefused as refused:
        raise Conflict("国库已有同一批次号、内容不同的文件，请与国库核对后再办理。") from refused
    references = selectors.treasury_references(plan)
    if not references or (reference and reference not in references):
        raise Conflict("没有这一批次的国库文件，请刷新页面查看。")
    chosen = reference or references[-1]
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
    """Export what has waited for five minutes; one plan's trouble does not hold up the others."""
    at = at or clock.now()
    issued: list[Disbursement] = []
    for plan in selectors.plans_unsent(at - PATIENCE):
        try:
            issued += export_plan(plan_id=plan.pk, at=at)
        except (OSError, gateway.TreasuryRefused):
            log.exception("plan %s did not reach the treasury; the next sweep tries again", plan.number)
    return issued


@transaction.atomic(durable=True)
def _claim(plan_id: int, at: datetime) -> list[str]:
    """Give every order that waits a reference; from here it cannot be voided. Returns the references to send."""
    plan = AllocationPlan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan_id)
    waiting = plan.disbursements.filter(state=DisbursementState.ORDERED)
    new = list(
        waiting.filter(claimed_at__isnull=True).order_by("pk").select_for_update(of=("self",), no_key=True)
    )
    if new:
        taken = plan.disbursements.exclude(export_reference="").values("export_reference").distinct().count()
        Disbursement.objects.filter(pk__in=[order.pk for order in new]).update(
            claimed_at=at,
            claimed_by=system_user(),
            export_reference=f"{plan.number}-{taken + 1:02d}-{new[0].key.hex[:8]}",
        )
    return sorted(set(waiting.values_list("export_reference", flat=True)))


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
    related = ("award__institute", "host", "division", "account")
    rows = Disbursement.objects.filter(export_reference=reference, state=DisbursementState.ORDERED)
    issued = []
    for order in rows.select_related(*related).defer("account__number").order_by("pk"):
        lock(order)
        if order.state != DisbursementState.ORDERED:
            continue
        action = "issue_direct" if order.direct_pay else "issue"
        stamps: dict[str, Any] = {"issued_at": at, "issued_by": by, "issued_on": day, "export_digest": digest}
        event = DISBURSEMENT.move(
            order, action, by=by, at=at, data={"export": reference, "sha256": digest}, **stamps
        )
        notifications.tell_of_disbursement(order, event)
        issued.append(order)
    return issued
