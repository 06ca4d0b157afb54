"""Each command about money with the case before it, for eight people who press at the same moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from funding import services
from funding.enums import EntryKind
from funding.models import (
    AllocationPlan,
    Award,
    BankLine,
    Budget,
    BudgetAdjustment,
    Clawback,
    Disbursement,
    Repayment,
)
from projects.models import Project
from records import clock
from tests.factories.funding import GRANT, a_budget_proposed, a_proposed_adjustment, a_scan, withdrawn
from tests.faults.world import World, person
from tests.funding.services.bank import line_of, lines_text
from tests.funding.services.test_project_awards import a_project, joint_budget
from tests.funding.services.test_project_awards import approved as approved_for_a_project

CLERK, APPROVER, FINANCE = "the-clerk", "the-approver", "the-finance"
COUNTY, UNIT = "the-county-fin", "the-ent-admin"
Press = Callable[..., object]


@dataclass(frozen=True)
class Race:
    """How the case is made; returns what each presses, with ``by`` and ``key`` or ``n``, who presses.

    ``kind`` is the entry of the ledger that comes of it, once. Without ``keyed`` there is no second way to ask for
    the same; with ``quiet`` whoever comes too late is answered with nothing instead of a refusal.
    """

    make: Callable[[World], Press]
    kind: EntryKind | None = None
    keyed: bool = True
    quiet: bool = False


# --- the cases ------------------------------------------------------------------------------------------------------


def approved(world: World) -> Award:
    award = world.a_pending_award()
    return services.approve_award(award=award, budget=world.budget, key=uuid4(), by=person(APPROVER))


def ordered(world: World) -> Disbursement:
    plan = world.a_plan_ready(approved(world), uuid4())
    services.issue_plan(plan=plan, document_number=f"示财教{plan.pk}号", key=uuid4(), by=person(FINANCE))
    return Disbursement.objects.get(plan=plan)


def issued(world: World) -> Disbursement:
    order = ordered(world)
    services.export_plan(plan_id=order.plan_id)
    order.refresh_from_db()
    return order


def to_withdraw(world: World) -> Disbursement:
    return services.propose_void(disbursement=ordered(world), reason="示例", by=person(CLERK))


def told_of(world: World) -> Disbursement:
    return services.propose_return(disbursement=issued(world), reason="示例", by=person(COUNTY))


def received(world: World) -> Disbursement:
    order = issued(world)
    return services.county_receive(
        disbursement=order,
        received_on=clock.today(),
        amount=GRANT,
        slip=a_scan(f"arrival-{order.pk}.pdf"),
        key=uuid4(),
        by=person(COUNTY),
    )


def paid(world: World) -> Disbursement:
    order = received(world)
    return services.pay_unit(
        disbursement=order,
        paid_on=clock.today(),
        amount=GRANT,
        bank_reference=f"示例回单{order.pk}",
        voucher=a_scan(f"voucher-{order.pk}.pdf"),
        key=uuid4(),
        by=person(COUNTY),
    )


def decided(world: World) -> Clawback:
    case = world.a_clawback_heard(paid(world).award)
    terms = {"amount": GRANT, "minute_number": "示例纪要9号", "decision": "示例理由。"}
    services.decide_clawback(clawback=case, **terms, key=uuid4(), by=person(APPROVER))
    proof = a_scan(f"served-{case.pk}.pdf")
    return services.serve_clawback(clawback=case, served_on=clock.today(), proof=proof, by=person(CLERK))


def reported(world: World) -> Repayment:
    case = decided(world)
    return services.report_repayment(
        clawback=case,
        amount=GRANT,
        paid_on=clock.today(),
        bank_reference=f"示例退还{case.pk}",
        voucher=a_scan(f"repaid-{case.pk}.pdf"),
        key=uuid4(),
        by=person(UNIT),
    )


def statement_text(order: Disbursement, days: int = 0, **changes: str) -> SimpleUploadedFile:
    """A statement with one line about an order, until so many days from now."""
    until = clock.today() + timedelta(days=days)
    text = lines_text(lines=[line_of(order, **changes)], until=until.isoformat())
    return SimpleUploadedFile("statement.csv", text.encode(), content_type="text/csv")


# --- what is pressed ------------------------------------------------------------------------------------------------


def approve(world: World) -> Press:
    pk, budget = world.a_pending_award().pk, world.budget.pk
    return lambda by, key, **_: services.approve_award(
        award=Award.objects.get(pk=pk), budget=Budget.objects.get(pk=budget), key=key, by=by
    )


def draft(world: World) -> Press:
    award = approved(world)
    return lambda by, **_: services.draft_plan(
        budget=Budget.objects.get(pk=world.budget.pk),
        title="示例",
        awards=[Award.objects.get(pk=award.pk)],
        by=by,
    )


def issue(world: World) -> Press:
    pk = world.a_plan_ready(approved(world), uuid4()).pk
    return lambda by, key, n, **_: services.issue_plan(
        plan=AllocationPlan.objects.get(pk=pk), document_number=f"示财教{pk}-{n}号", key=key, by=by
    )


def order_again(world: World) -> Press:
    order = ordered(world)
    withdrawn(order)
    return lambda by, key, **_: services.order_disbursement(
        award=Award.objects.get(pk=order.award_id),
        plan=AllocationPlan.objects.get(pk=order.plan_id),
        instalment=1,
        amount=GRANT,
        key=key,
        by=by,
    )


def export(world: World) -> Press:
    plan = ordered(world).plan_id
    return lambda **_: services.export_plan(plan_id=plan)


def _of(
    make: Callable[[World], Disbursement], service: Callable, *, keyed: bool = True, **terms: Callable
) -> Callable[[World], Press]:
    """A command on a disbursement; each of ``terms`` is made of the order and of who presses."""

    def made(world: World) -> Press:
        pk = make(world).pk

        def press(by, key, n, **_):
            order = Disbursement.objects.get(pk=pk)
            given = {name: term(order, n) for name, term in terms.items()} | ({"key": key} if keyed else {})
            return service(disbursement=order, by=by, **given)

        return press

    return made


def today(_order, _n):
    return clock.today()


def all_of_it(order, _n):
    return order.amount


def scan(order, n):
    return a_scan(f"{order.pk}-{n}.pdf")


def reason(_order, n):
    return f"示例理由{n}"


def settle(world: World) -> Press:
    line = services.import_statement(upload=statement_text(issued(world)), by=person(FINANCE)).lines.get()
    services.propose_line(
        line=line,
        treatment="payment",
        disbursement=Disbursement.objects.get(number=line.reference),
        by=person(FINANCE),
    )
    return lambda by, key, **_: services.confirm_line(line=BankLine.objects.get(pk=line.pk), key=key, by=by)


def take_in(world: World) -> Press:
    text = statement_text(issued(world)).read()
    return lambda by, **_: services.import_statement(
        upload=SimpleUploadedFile("statement.csv", text, content_type="text/csv"), by=by
    )


def find_unpaid(world: World) -> Press:
    order, at = ordered(world), clock.now() + timedelta(days=30)
    services.exports._claim(order.plan_id, clock.now())
    services.ask_treasury(plan_id=order.plan_id)
    order.refresh_from_db()
    upload = statement_text(order, 30, reference=f"其他{order.pk}", payee="示例其他单位")
    statement = services.import_statement(upload=upload, by=person(FINANCE), at=at)
    services.propose_unpaid(disbursement=order, statement=statement, by=person(FINANCE), at=at)
    return lambda by, key, n, **_: services.confirm_unpaid(
        disbursement=Disbursement.objects.get(pk=order.pk), reason=f"示例{n}", key=key, by=by, at=at
    )


def open_budget(world: World) -> Press:
    last = Budget.objects.order_by("-year").first()
    year = (last.year if last else 2030) + 1
    return lambda by, key, n, **_: services.create_budget(
        year=year,
        programme="institutes",
        item="示例科目",
        amount=GRANT,
        document_number=f"示财预{year}-{n}号",
        document=a_scan(f"{year}-{n}.pdf"),
        key=key,
        by=by,
    )


def propose_raise(world: World) -> Press:
    number = uuid4().hex[:8]
    return lambda by, key, n, **_: services.propose_adjustment(
        budget=Budget.objects.get(pk=world.budget.pk),
        kind="raise",
        amount=GRANT,
        document_number=number,
        document=a_scan(f"{number}-{n}.pdf"),
        key=key,
        by=by,
    )


def enter_opening(_world: World) -> Press:
    last = Budget.objects.order_by("-year").first()
    return _enter(a_budget_proposed(year=last.year + 1).adjustments.get())


def enter_raise(world: World) -> Press:
    return _enter(a_proposed_adjustment(world.budget, "raise", GRANT))


def _enter(adjustment: BudgetAdjustment) -> Press:
    return lambda by, key, **_: services.enter_adjustment(
        adjustment=BudgetAdjustment.objects.get(pk=adjustment.pk), key=key, by=by
    )


def suspect(world: World) -> Press:
    award = paid(world).award_id
    return lambda by, n, **_: services.suspect_clawback(
        award=Award.objects.get(pk=award), ground="misuse", facts=f"示例事实{n}", by=by
    )


def decide(world: World) -> Press:
    pk = world.a_clawback_heard(paid(world).award).pk
    return lambda by, key, n, **_: services.decide_clawback(
        clawback=Clawback.objects.get(pk=pk),
        amount=GRANT,
        minute_number=f"示例纪要{n}号",
        decision="示例理由。",
        key=key,
        by=by,
    )


def report(world: World) -> Press:
    pk = decided(world).pk
    return lambda by, key, n, **_: services.report_repayment(
        clawback=Clawback.objects.get(pk=pk),
        amount=GRANT,
        paid_on=clock.today(),
        bank_reference=f"示例退还{pk}-{n}",
        voucher=a_scan(f"repaid-{pk}-{n}.pdf"),
        key=key,
        by=by,
    )


def confirm_part(world: World) -> Press:
    pk = reported(world).pk
    return lambda by, key, **_: services.confirm_repayment(
        repayment=Repayment.objects.get(pk=pk), key=key, by=by
    )


def close(world: World) -> Press:
    part = reported(world)
    services.confirm_repayment(repayment=part, key=uuid4(), by=person("finance-2"))
    case = Clawback.objects.get(pk=part.clawback_id)
    services.sign_closing(clawback=case, note="示例。", by=person(APPROVER))
    return lambda by, key, **_: services.close_clawback(
        clawback=Clawback.objects.get(pk=case.pk), key=key, by=by
    )


def free(_world: World) -> Press:
    """Of a joint project that ended before anything was ordered."""
    budget = Budget.objects.filter(programme="joint_research").first() or joint_budget()
    award = approved_for_a_project(a_project(), budget)
    stamps = {"state": "terminated", "ended_at": clock.now(), "ended_by": person(APPROVER)}
    Project.objects.filter(pk=award.project_id).update(**stamps)
    return lambda **_: services.free_rest_of_ended_project(award=Award.objects.get(pk=award.pk))


def lapse(world: World) -> Press:
    pk, on = approved(world).pk, clock.today() + timedelta(days=366)
    return lambda **_: services.lapse_award(award=Award.objects.get(pk=pk), on=on)


K = EntryKind
RACES = {
    "create_budget": Race(open_budget),
    "propose_adjustment": Race(propose_raise),
    "enter_adjustment of an opening": Race(enter_opening, K.APPROPRIATE),
    "enter_adjustment of a raise": Race(enter_raise, K.RAISE),
    "approve_award": Race(approve, K.COMMIT),
    "free_rest_of_ended_project": Race(free, K.FREE, keyed=False, quiet=True),
    "lapse_award": Race(lapse, K.RELEASE, keyed=False, quiet=True),
    "draft_plan": Race(draft, keyed=False),
    "issue_plan": Race(issue, K.ORDER),
    "order_disbursement": Race(order_again, K.ORDER),
    "export_plan": Race(export, keyed=False, quiet=True),
    "propose_void": Race(_of(ordered, services.propose_void, keyed=False, reason=reason), keyed=False),
    "void_disbursement": Race(_of(to_withdraw, services.void_disbursement), K.VOID),
    "county_receive": Race(
        _of(issued, services.county_receive, received_on=today, amount=all_of_it, slip=scan), K.RECEIVE
    ),
    "pay_unit": Race(
        _of(
            received,
            services.pay_unit,
            paid_on=today,
            amount=all_of_it,
            bank_reference=lambda order, n: f"示例回单{order.pk}-{n}",
            voucher=scan,
        ),
        K.PAY,
    ),
    "confirm_receipt": Race(
        _of(
            paid,
            services.confirm_receipt,
            keyed=False,
            receipted_on=today,
            amount=all_of_it,
            receipt=scan,
        ),
        keyed=False,
    ),
    "propose_return": Race(
        _of(issued, services.propose_return, keyed=False, reason=reason, slip=scan), keyed=False
    ),
    "return_disbursement": Race(_of(told_of, services.return_disbursement), K.RETURN),
    "import_statement": Race(take_in, keyed=False),
    "confirm_line": Race(settle, K.SETTLE),
    "confirm_unpaid": Race(find_unpaid, K.VOID),
    "suspect_clawback": Race(suspect, keyed=False),
    "decide_clawback": Race(decide, K.CLAIM),
    "report_repayment": Race(report),
    "confirm_repayment": Race(confirm_part, K.REPAY),
    "close_clawback": Race(close),
}
