"""One history: approved by two officers at once, issued by a double click, voided or sent, swept, reconciled."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from funding import services
from funding.enums import DisbursementState as D
from funding.integrity import (
    budgets_are_not_overdrawn,
    issued_orders_were_exported,
    ledger_agrees_with_the_sums,
    makers_are_not_checkers,
    orders_are_within_awards,
    sums_agree_with_the_cases,
    the_bank_agrees,
    unknown_orders_are_looked_after,
)
from funding.models import AllocationPlan, Award, Budget, Disbursement
from records import clock
from tests.factories.funding import a_pending_award
from tests.factories.institutes import RecognitionFactory, a_user
from tests.faults.bank import MOODS, Bank
from tests.faults.children import CUT, POINTS, Fault, run_all
from tests.funding.services.bank import line_of, lines_text

SENT = (D.ISSUED, D.ISSUED_DIRECT)
CHECKS = (
    budgets_are_not_overdrawn,
    issued_orders_were_exported,
    ledger_agrees_with_the_sums,
    makers_are_not_checkers,
    orders_are_within_awards,
    sums_agree_with_the_cases,
    the_bank_agrees,
    unknown_orders_are_looked_after,
)


@dataclass
class History:
    """What happened in one history, drawn from its seed alone, and what was found."""

    seed: int
    early_ack: bool = False
    found: list[str] = field(default_factory=list)
    kills: int = 0
    cuts: int = 0

    def __post_init__(self):
        self.draw = Random(self.seed)

    def live(self, budget: Budget) -> None:
        """From a pending award to what the bank and we say of it in the end."""
        award = a_pending_award(RecognitionFactory())
        self._approve(award, budget)
        award.refresh_from_db()
        if self.found:
            return
        plan = self._issue(award)
        order = Disbursement.objects.filter(plan=plan).first()
        if order is None:
            self.found.append("the plan was issued without an order")
            return
        if self.draw.random() < 0.25:
            self._void(order)
        self._export(plan)
        self._reconcile(order)
        self._compare(award)

    # --- the steps ----------------------------------------------------------------------------------------------------

    def _approve(self, award: Award, budget: Budget) -> None:
        first, other = self._key(), self._key()
        same = self.draw.random() < 0.4
        clicks = [("the-approver", first), ("the-approver", first) if same else ("approver-2", other)]

        def click(name: str, key: UUID) -> Callable:
            by = a_user(name)
            return lambda: services.approve_award(
                award=Award.objects.get(pk=award.pk), budget=budget, key=key, by=by
            )

        calls = [click(name, key) for name, key in clicks]
        self._press(calls, is_same=same, stands=lambda: Award.objects.get(pk=award.pk).approved_by_id)

    def _issue(self, award: Award) -> AllocationPlan:
        plan = services.draft_plan(
            budget=award.budget, title=f"历史 {self.seed}", awards=[award], by=a_user("the-clerk")
        )
        services.submit_plan(plan=plan, integrity_checked_on=clock.today(), by=a_user("the-clerk"))
        services.review_plan(plan=plan, opinion="同意。", by=a_user("the-reviewer"))
        services.cosign_plan(plan=plan, by=a_user("the-cosigner"))
        key, by, number = self._key(), a_user("the-finance"), f"示故〔{self.seed}〕{plan.pk}号"

        def click():
            services.issue_plan(
                plan=AllocationPlan.objects.get(pk=plan.pk), document_number=number, key=key, by=by
            )

        self._press(
            [click, click],
            is_same=True,
            stands=lambda: Disbursement.objects.filter(plan=plan).exists(),
        )
        return plan

    def _void(self, order: Disbursement) -> None:
        key, by = self._key(), a_user("the-finance")

        def click():
            services.void_disbursement(
                disbursement=Disbursement.objects.get(pk=order.pk), reason="示例作废", key=key, by=by
            )

        self._press(
            [click, click],
            is_same=True,
            stands=lambda: Disbursement.objects.get(pk=order.pk).state == D.VOIDED,
        )

    def _export(self, plan: AllocationPlan) -> None:
        """Two workers at once, a bank in some mood; then sweeps, the last ones with a bank that answers."""
        Bank.mood = self.draw.choice(MOODS)
        work = lambda: services.export_plan(plan_id=plan.pk)  # noqa: E731
        self._run([work, work], [self._fault(), self._fault()])
        for turn in range(1, 4):
            Bank.mood = self.draw.choice(MOODS) if turn == 1 else "answers"
            later = clock.now() + timedelta(minutes=6 * turn)

            def sweep(at=later):
                services.ask_treasury(plan_id=plan.pk, at=at)
                services.export_plan(plan_id=plan.pk, at=at)

            self._run([sweep], [self._fault() if turn == 1 else Fault()])

    def _reconcile(self, order: Disbursement) -> None:
        """Of what nobody knows, the bank's statement tells; two people settle it."""
        order.refresh_from_db()
        if order.state != D.UNKNOWN or not Bank().payments()[(order.number, order.amount)]:
            return
        serial = f"故障{self.seed}-{order.pk}"
        text = lines_text(lines=[line_of(order, serial=serial)])
        upload = SimpleUploadedFile(f"{serial}.csv", text.encode(), content_type="text/csv")
        statement = services.import_statement(upload=upload, by=a_user("the-finance"))
        services.propose_matches(statement=statement, by=a_user("the-finance"))
        services.confirm_matches(statement=statement, key=self._key(), by=a_user("finance-2"))

    # --- what is compared ---------------------------------------------------------------------------------------------

    def _compare(self, award: Award) -> None:
        orders = list(Disbursement.objects.filter(award=award))
        paid = Bank().payments()
        if len([order for order in orders if order.state not in (D.VOIDED, D.RETURNED)]) > 1:
            self.found.append("the instalment was ordered twice")
        for order in orders:
            times = paid[(order.number, order.amount)]
            if times > 1:
                self.found.append(f"the bank paid {order.number} {times} times")
            if times and order.state not in SENT:
                self.found.append(f"the bank paid {order.number}, which is {order.state}")
            if not times and order.state in SENT:
                self.found.append(f"{order.number} counts as issued, the bank never paid it")
            if order.state in (D.ORDERED, D.SENDING):
                self.found.append(f"{order.number} was lost on its way: {order.state}")
        self.found += [fault for check in CHECKS for fault in check()]

    # --- pressing -----------------------------------------------------------------------------------------------------

    def _press(self, calls: list[Callable], *, is_same: bool, stands: Callable) -> None:
        """Press at once; who heard nothing presses again. With one key all must hear that it is done."""
        told = self._run(calls, [self._fault(), self._fault()])
        if any(one.is_done for one in told) and not stands():
            self.found.append("what was told as done is not there")
        if all(one.is_silent for one in told):
            told += self._run(calls[:1], [Fault()])
        for one in told:
            if one.told.startswith("error"):
                self.found.append(one.told)
            if is_same and one.told.startswith("refused"):
                self.found.append(f"the same key was not the same request: {one.told}")
        if not stands():
            self.found.append("nothing came of it")

    def _run(self, calls: list[Callable], faults: list[Fault]):
        self.kills += sum(1 for one in faults if one.point and one.point != CUT)
        self.cuts += sum(1 for one in faults if one.point == CUT)
        return run_all(calls, faults, early_ack=self.early_ack)

    def _fault(self) -> Fault:
        if self.draw.random() < 0.55:
            return Fault()
        return Fault(self.draw.choice((*POINTS, CUT)), self.draw.choice((1, 1, 2)))

    def _key(self) -> UUID:
        return UUID(int=self.draw.getrandbits(128), version=4)
