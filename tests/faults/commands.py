"""What a click or a worker does, by plain values: each is one call of a service."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from funding import services
from funding.models import AllocationPlan, Award, BankStatement, Budget, Clawback, Disbursement, Repayment
from records import clock
from tests.factories.funding import a_scan
from tests.faults.world import person


def approve(*, award: int, budget: int, by: str, key: UUID) -> None:
    services.approve_award(
        award=Award.objects.get(pk=award), budget=Budget.objects.get(pk=budget), key=key, by=person(by)
    )


def issue(*, plan: int, document_number: str, by: str, key: UUID) -> None:
    chosen = AllocationPlan.objects.get(pk=plan)
    services.issue_plan(plan=chosen, document_number=document_number, key=key, by=person(by))


def free(*, award: int) -> None:
    services.free_rest_of_ended_project(award=Award.objects.get(pk=award))


def propose_void(*, order: int, by: str, key: UUID) -> None:
    services.propose_void(disbursement=_order(order), reason="示例作废", by=person(by))


def void(*, order: int, by: str, key: UUID) -> None:
    services.void_disbursement(disbursement=_order(order), key=key, by=person(by))


def export(*, plan: int) -> None:
    services.export_plan(plan_id=plan)


def sweep(*, plan: int, at: datetime) -> None:
    services.ask_treasury(plan_id=plan, at=at)
    services.export_plan(plan_id=plan, at=at)


def settle(*, statement: int, by: str, key: UUID) -> None:
    chosen = BankStatement.objects.get(pk=statement)
    services.confirm_matches(statement=chosen, key=key, by=person(by))


def confirm_unpaid(*, order: int, by: str, key: UUID, at: datetime) -> None:
    services.confirm_unpaid(
        disbursement=_order(order), reason="示例：银行未付", key=key, by=person(by), at=at
    )


def receive(*, order: int, by: str, key: UUID) -> None:
    row = _order(order)
    services.county_receive(
        disbursement=row,
        received_on=clock.today(),
        amount=row.amount,
        slip=a_scan(f"arrival-{order}.pdf"),
        key=key,
        by=person(by),
    )


def pay(*, order: int, by: str, key: UUID) -> None:
    row = _order(order)
    services.pay_unit(
        disbursement=row,
        paid_on=clock.today(),
        amount=row.amount,
        bank_reference=f"示例回单{order}",
        voucher=a_scan(f"voucher-{order}.pdf"),
        key=key,
        by=person(by),
    )


def tell_of_return(*, order: int, by: str, key: UUID) -> None:
    services.propose_return(disbursement=_order(order), reason="示例：户名有误", by=person(by))


def give_back(*, order: int, by: str, key: UUID) -> None:
    services.return_disbursement(disbursement=_order(order), key=key, by=person(by))


def decide(*, clawback: int, amount: Decimal, by: str, key: UUID) -> None:
    services.decide_clawback(
        clawback=Clawback.objects.get(pk=clawback),
        amount=amount,
        minute_number="示例纪要〔2026〕9号",
        decision="示例决定理由。",
        key=key,
        by=person(by),
    )


def report(*, clawback: int, amount: Decimal, number: int, by: str, key: UUID) -> None:
    services.report_repayment(
        clawback=Clawback.objects.get(pk=clawback),
        amount=amount,
        paid_on=clock.today(),
        bank_reference=f"示例退还{clawback}-{number}",
        voucher=a_scan(f"repayment-{clawback}-{number}.pdf"),
        key=key,
        by=person(by),
    )


def confirm_repayment(*, repayment: int, by: str, key: UUID) -> None:
    services.confirm_repayment(repayment=Repayment.objects.get(pk=repayment), key=key, by=person(by))


def close(*, clawback: int, by: str, key: UUID) -> None:
    services.close_clawback(clawback=Clawback.objects.get(pk=clawback), key=key, by=person(by))


def _order(pk: int) -> Disbursement:
    return Disbursement.objects.get(pk=pk)


COMMANDS: dict[str, Callable] = {
    "approve": approve,
    "issue": issue,
    "free": free,
    "propose_void": propose_void,
    "void": void,
    "export": export,
    "sweep": sweep,
    "settle": settle,
    "confirm_unpaid": confirm_unpaid,
    "receive": receive,
    "pay": pay,
    "tell_of_return": tell_of_return,
    "give_back": give_back,
    "decide": decide,
    "report": report,
    "confirm_repayment": confirm_repayment,
    "close": close,
}
