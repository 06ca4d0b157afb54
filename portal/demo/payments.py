"""What became of the demo's awards: one in every state of the money's way. Firms go by their place in the table."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from funding import services as funding
from funding.models import GrantEdition
from portal.demo.bank import Bank
from portal.demo.books import sample_pdf
from portal.demo.steps import ZONE, Days, Steps, after
from portal.demo.world import Firm
from records import clock

PAID_AND_LAPSED = (14, 15)


class Payments:
    """The way of each award, at the moments when its people took the steps."""

    def __init__(self, steps: Steps, firms: dict[int, Firm], days: Days) -> None:
        self.steps, self.firms, self.days = steps, firms, days

    def of_the_year_before(self) -> None:
        """One was paid in full, one was approved too late and lapsed with its budget's year."""
        year = self.days.today.year - 1
        with clock.at(self.days.last_year(3, 2)):
            self.earlier = budget = self.steps.budget(year, self._amount(4), f"石财教〔{year}〕6号")
        paid, lapsed = (self.firms[n] for n in PAID_AND_LAPSED)
        for n, firm in zip(PAID_AND_LAPSED, (paid, lapsed), strict=True):
            with clock.at(self.days.last_year(7, 14)):
                account = self.steps.confirm(firm, n)
            with clock.at(self.days.last_year(7, 17)):
                self.steps.check_account(account)
        with clock.at(self.days.last_year(7, 22)):
            self.steps.approve(paid, budget)
        with clock.at(self.days.last_year(7, 28)):
            plan = self.steps.plan(budget, f"{year}年产业技术研究院建设资金分配方案", [paid])
        with clock.at(self.days.last_year(8, 5)):
            self.steps.issue(plan, f"石财教〔{year}〕45号")
        for month, day, step in (
            (8, 14, self.steps.receive),
            (8, 24, self.steps.pay),
            (8, 31, self.steps.receipt),
        ):
            with clock.at(self.days.last_year(month, day)):
                step(paid)
        with clock.at(self.days.last_year(12, 22)):
            self.steps.approve(lapsed, budget)
        with clock.at(datetime.combine(date(year + 1, 1, 1), time(2), ZONE)):
            funding.lapse_awards()

    def _amount(self, grants: int) -> str:
        """A budget that holds so many construction grants, by the edition in force."""
        edition = GrantEdition.objects.in_force("construction", self.days.today)
        return str(grants * Decimal(edition.terms["grant"]["amount"]))

    def of_the_first_batch(self) -> None:
        """What became of the first batch: waived, suspended, on its way, returned, received."""
        ago, year, steps = self.days.ago, self.days.today.year, self.steps
        with clock.at(ago(240)):
            self.budget = steps.budget(year, self._amount(20), f"石财教〔{year}〕8号")
        with clock.at(ago(110)):
            funding.waive_award(
                award=steps.award_of(self.firms[12]),
                statement="本单位已获得同类财政资金支持，自愿放弃本项建设资金。",
                sealed=sample_pdf("放弃声明"),
                by=self.firms[12].admin,
            )
        paid = (7, 8, 9, 10, 11, 13)
        for n in paid:
            with after(ago(100), n):
                account = steps.confirm(self.firms[n], n)
            with after(ago(96), n):
                steps.check_account(account)
        for n in paid:
            with after(ago(92), n):
                steps.approve(self.firms[n], self.budget)
        with clock.at(ago(88)):
            funding.suspend_award(
                award=steps.award_of(self.firms[13]),
                reason="依托单位涉及经营异常名录，待核实移出后恢复。",
                by=self.steps.world["bureau_approver"],
            )
        self._pay_out(ago)

    def _pay_out(self, ago) -> None:
        year, steps = self.days.today.year, self.steps
        with clock.at(ago(85)):
            plan = steps.plan(
                self.budget,
                self._title("一"),
                [self.firms[n] for n in (8, 9, 10, 11)],
            )
        with clock.at(ago(78)):
            steps.issue(plan, f"石财教〔{year}〕52号")
        for n in (8, 9, 10, 11):
            with after(ago(64), n):
                steps.receive(self.firms[n])
        for n, days in ((9, 4), (10, 50), (11, 48)):
            with after(ago(days), n):
                steps.pay(self.firms[n])
        with clock.at(ago(43)):
            steps.receipt(self.firms[10])
        with clock.at(ago(40)):
            steps.give_back(self.firms[11], reason="开户行退汇：户名与账号不符。")
        with clock.at(ago(20)):
            second = steps.plan(self.budget, self._title("二"), [self.firms[7]])
        with clock.at(ago(12)):
            steps.issue(second, f"石财教〔{year}〕71号")

    def early_birds(self) -> None:
        """Who was recognised in the running call: on the officers' desks, from the account check to the plan."""
        ago, steps = self.days.ago, self.steps
        accounts = {}
        for n in (3, 4, 5, 6):
            with after(ago(17), n):
                accounts[n] = steps.confirm(self.firms[n], n)
            with after(ago(14), n):
                steps.check_account(accounts[n])
        for n in (3, 5, 6):
            with after(ago(10), n):
                steps.approve(self.firms[n], self.budget)
        self._directly_and_voided()
        with clock.at(ago(5)):
            steps.plan(self.budget, self._title("四"), [self.firms[6]])
        with clock.at(ago(3)):
            steps.confirm(self.firms[35], 35)
        self._once_more()
        self._lost()
        bank = Bank(steps, self.firms, self.days)
        bank.adjust(self.budget, self.earlier)
        bank.import_statements()
        bank.counties_report()
        with clock.at(ago(1)):
            funding.warn_retention()

    def _lost(self) -> None:
        """The treasury gave no answer about one batch: only a statement can tell."""
        ago, steps = self.days.ago, self.steps
        with clock.at(ago(8)):
            plan = steps.plan(self.budget, self._title("六"), [self.firms[5]])
        with clock.at(ago(6)):
            steps.order(plan, f"石财教〔{self.days.today.year}〕83号")
            Bank(steps, self.firms, self.days).lose_track(plan)

    def _title(self, batch: str) -> str:
        return f"{self.days.today.year}年产业技术研究院建设资金分配方案（第{batch}批）"

    def _directly_and_voided(self) -> None:
        """One is on its way from the city itself; one was taken back before the file went out."""
        ago, steps = self.days.ago, self.steps
        with clock.at(ago(9)):
            plan = steps.plan(self.budget, self._title("三"), [self.firms[3], self.firms[6]])
        with clock.at(ago(7)):
            steps.order(plan, f"石财教〔{self.days.today.year}〕79号")
        with clock.at(ago(7) + timedelta(minutes=2)):
            steps.void(self.firms[6], reason="列支科目有误，作废后随下一批重新下达。")
        with clock.at(ago(7) + timedelta(minutes=5)):
            funding.export_plan(plan_id=plan.pk)

    def _once_more(self) -> None:
        """What the bank sent back goes to another account; its file waits for the treasury."""
        ago, steps, firm = self.days.ago, self.steps, self.firms[11]
        with clock.at(ago(30)):
            account = steps.name_account(firm, 11, "6222000099990011")
        with clock.at(ago(27)):
            steps.check_account(account)
        with clock.at(ago(26)):
            funding.change_account(award=steps.award_of(firm), account=account, by=firm.admin)
        with clock.at(ago(4)):
            plan = steps.plan(self.budget, self._title("五"), [firm])
        with clock.at(ago(1)):
            steps.order(plan, f"石财教〔{self.days.today.year}〕86号")
