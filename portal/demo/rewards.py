"""The rewards of a round: proposed by the system, confirmed, planned together and paid within the year."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from funding import services as funding
from funding.models import Award, Budget
from portal.demo.books import sample_pdf
from portal.demo.steps import Steps, working
from portal.demo.world import Firm
from records import clock


class Rewards(Steps):
    """The steps of money, of the reward for a grade."""

    def award_of(self, firm: Firm) -> Award:
        return Award.objects.get(host=firm.organisation, kind="performance")

    def pay_all(self, firms: list[Firm], year: int) -> None:
        """Every excellent one is paid its reward within the year: one plan, one document."""

        def on(month: int, day: int):
            return clock.at(working(date(year, month, day), 10))

        with on(8, 6):
            funding.propose_awards()
            budget = self._money(firms, year)
        with on(8, 15):
            accounts = [self.confirm(firm, 60 + n) for n, firm in enumerate(firms)]
        with on(8, 20):
            for account in accounts:
                self.check_account(account)
        with on(8, 27):
            for firm in firms:
                self.approve(firm, budget)
        with on(9, 3):
            plan = self.plan(budget, f"{year}年度绩效后补助奖励分配方案", firms)
        with on(9, 12):
            self.issue(plan, f"石财教〔{year}〕52号")
        with on(9, 22):
            for firm in firms:
                if not self.order_of(firm).direct_pay:
                    self.receive(firm)
        with on(10, 10):
            for firm in firms:
                self.pay(firm)
        with on(10, 20):
            for firm in firms:
                self.receipt(firm)

    def _money(self, firms: list[Firm], year: int) -> Budget:
        """The year's budget, raised by what the rewards come to, or a budget of their own where there was none."""
        amount = sum((self.award_of(firm).amount for firm in firms), Decimal(0))
        number = f"石财教〔{year}〕48号"
        budget = Budget.objects.filter(year=year, programme="institutes").first()
        if budget is None:
            return self.budget(year, str(amount), number)
        adjustment = funding.propose_adjustment(
            budget=budget,
            kind="raise",
            amount=amount,
            document_number=number,
            document=sample_pdf(f"预算文件 {number}"),
            key=uuid4(),
            by=self.world["finance"],
        )
        funding.enter_adjustment(adjustment=adjustment, key=uuid4(), by=self.world["finance2"])
        budget.refresh_from_db()
        return budget
