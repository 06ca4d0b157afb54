"""What bank and counties say in the demo: budgets adjusted, a statement half settled, an order nobody knows of."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Division
from funding import services as funding
from funding.gateway import TreasuryFolder
from funding.models import BankStatement, Budget, Disbursement, GrantEdition
from funding.services.statement_files import HEAD
from portal.demo.books import sample_pdf
from portal.demo.steps import Days, Steps
from portal.demo.world import Firm
from records import clock

SILENT = "portal.demo.bank.SilentTreasury"
WITH_SUPPORT = ("长安区", "裕华区", "藁城区", "正定县")


class SilentTreasury(TreasuryFolder):
    """A treasury that neither answers nor says that it has nothing."""

    absence_is_final = False

    def send(self, reference: str, content: bytes) -> str:
        raise TimeoutError("the treasury does not answer")

    def ask(self, reference: str) -> str | None:
        return None


class Bank:
    """Finance at its desk: budgets, statements, and what the counties report of their own money."""

    def __init__(self, steps: Steps, firms: dict[int, Firm], days: Days) -> None:
        self.steps, self.firms, self.days = steps, firms, days
        self.finance, self.other = steps.world["finance"], steps.world["finance2"]

    def adjust(self, budget: Budget, earlier: Budget) -> None:
        """What was left of the year before is carried over; a raise was entered, a cut waits for the second person."""
        year = budget.year
        with clock.at(self.days.ago(60)):
            self._enter(earlier, "carry_over", "200000.00", f"石财教〔{year}〕9号", "上年结余结转")
        with clock.at(self.days.ago(150)):
            self._enter(budget, "raise", "400000.00", f"石财教〔{year}〕21号", "追加建设资金")
        with clock.at(self.days.ago(2)):
            self._propose(budget, "cut", "200000.00", f"石财教〔{year}〕88号", "压减一般性支出")

    def _propose(self, budget: Budget, kind: str, amount: str, number: str, note: str):
        return funding.propose_adjustment(
            budget=budget,
            kind=kind,
            amount=Decimal(amount),
            document_number=number,
            document=sample_pdf("预算调整文件"),
            note=note,
            key=uuid4(),
            by=self.finance,
        )

    def _enter(self, *terms) -> None:
        funding.enter_adjustment(adjustment=self._propose(*terms), key=uuid4(), by=self.other)

    def lose_track(self, plan) -> None:
        """The treasury took a batch, or not: it gave no answer."""
        with silent_treasury():
            try:
                funding.export_plan(plan_id=plan.pk)
            except TimeoutError:
                funding.ask_treasury(plan_id=plan.pk, at=clock.now() + timedelta(minutes=6))

    def import_statements(self) -> None:
        """One statement settled by two people; of another some lines wait, one is of another payee, one not ours."""
        with clock.at(self.days.ago(55)):
            orders = [self.steps.order_of(self.firms[n]) for n in (8, 9, 10)]
            first = self._import([self._line(order) for order in orders], since=90)
            funding.propose_matches(statement=first, by=self.finance)
            funding.confirm_matches(statement=first, key=uuid4(), by=self.other)
        with clock.at(self.days.ago(1)):
            seventh, third = (self.steps.order_of(self.firms[n]) for n in (7, 3))
            lines = [
                self._line(seventh),
                self._line(third, payee="示例建材有限公司"),
                self._line(third, reference="", payee="示例供电公司", amount="1860.50", summary="电费"),
            ]
            self._import(lines, since=30)

    def _line(self, order: Disbursement, **changes: str) -> list[str]:
        cells = {
            "serial": f"示例{uuid4().hex[:10]}",
            "booked_on": clock.today().isoformat(),
            "direction": "付",
            "amount": f"{order.amount:.2f}",
            "payee": order.host.name if order.direct_pay else f"{order.division.name}财政局",
            "account": "",
            "reference": order.number,
            "summary": "拨付产业技术研究院扶持资金",
        }
        return list((cells | changes).values())

    def _import(self, lines: list[list[str]], *, since: int) -> BankStatement:
        account = GrantEdition.paying_out(clock.today())["bank"]["account"]
        first, last = clock.today() - timedelta(days=since), clock.today()
        paid = sum((Decimal(line[3]) for line in lines), Decimal("0.00"))
        opening = Decimal("8000000.00")
        rows = [
            ["对账单", "账号", account, "起止", str(first), str(last), "期初余额", str(opening)],
            list(HEAD),
            *lines,
            ["合计", str(len(lines)), "付出", str(paid), "收入", "0.00", "期末余额", str(opening - paid)],
        ]
        text = "\r\n".join(",".join(row) for row in rows) + "\r\n"
        upload = SimpleUploadedFile(f"国库付款账户{last:%Y%m%d}.csv", text.encode("utf-8-sig"))
        return funding.import_statement(upload=upload, by=self.finance)

    def counties_report(self) -> None:
        """Some counties have set money aside themselves, and paid a part of it; the others have reported none."""
        year = self.days.today.year
        for n, division in enumerate(Division.objects.filter(name__in=WITH_SUPPORT).order_by("code"), 1):
            county = self.steps.world.counties.get(division.pk)
            if county is None:
                continue
            with clock.at(self.days.ago(160 - n)):
                row = funding.record_county_budget(
                    division=division,
                    year=year,
                    amount=Decimal(300_000 + 100_000 * n),
                    document_number=f"示县财〔{year}〕{n}号",
                    document=sample_pdf("县级预算文件"),
                    by=county.finance,
                )
            with clock.at(self.days.ago(20)):
                funding.revise_county_budget(
                    county_budget=row,
                    amount=row.amount,
                    document_number=row.document_number,
                    paid=Decimal(100_000 * (n % 3)),
                    paid_until=clock.today(),
                    by=county.finance,
                )


@contextmanager
def silent_treasury() -> Iterator[None]:
    """While this lasts, nobody at the treasury answers."""
    kept = getattr(settings, "TREASURY_GATEWAY", None)
    settings.TREASURY_GATEWAY = SILENT
    try:
        yield
    finally:
        if kept is None:
            del settings.TREASURY_GATEWAY
        else:
            settings.TREASURY_GATEWAY = kept
