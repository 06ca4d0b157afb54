"""Many units in one year of money: what each of them, the bureau, finance and the counties do with every award."""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from funding.models import Award, Budget, Disbursement, PayeeAccount
from portal.demo.books import sample_pdf
from tests.factories.institutes import RecognitionFactory
from tests.funding.services.bank import line_of, lines_text
from tests.journeys.money import CODE, MoneyWalk


class Unit(MoneyWalk):
    """One of many units: its own people, the city's officers and the day of the year they share."""

    def __init__(self, year: "Year", firm: int):
        super().__init__(year.world, firm)
        self.people, self.kinds = year.people, year.kinds
        self.number = f"62220212345678{firm:05d}"

    @property
    def awards(self):
        rows = Award.objects.filter(host=self.firm.organisation).order_by("pk")
        return rows.filter(kind__in=self.kinds) if self.kinds else rows


class Year(MoneyWalk):
    """The year of all of them; ``kinds`` of award are what is walked, all where nothing is said."""

    kinds: tuple[str, ...] = ()

    def __init__(self, world):
        super().__init__(world)
        units = [Unit(self, n) for n in range(len(world.firms))]
        # The zones, which have no county between, come last: what happens at a county happens to the first ones.
        self.units = sorted(units, key=lambda unit: unit.firm.organisation.division.direct_pay)

    def each(self, units, step) -> None:
        """Let every unit take a step on the present day."""
        for unit in units:
            unit.day = self.day
            step(unit)

    def named(self, *places: int) -> list[Unit]:
        return [self.units[n] for n in places]

    def but(self, *places: int) -> list[Unit]:
        return [unit for n, unit in enumerate(self.units) if n not in places]

    def recognise(self) -> None:
        """An institute of every unit, recognised by a row: how that comes about is walked elsewhere."""
        for unit in self.units:
            firm = unit.firm.organisation
            facts = {"host": firm, "division": firm.division, "chain": unit.firm.segment.chain}
            unit.institute = RecognitionFactory(**{f"institute__{k}": v for k, v in facts.items()}).institute


def name_account(unit: Unit, number: str = "") -> None:
    number = number or unit.number
    with unit.hour(10):
        done = unit.admin.send(
            unit.admin.open("/payees/new/"),
            account_name=unit.firm.organisation.name,
            bank="示例银行",
            branch="石家庄示例支行",
            number=number,
            cnaps=CODE,
            proof=sample_pdf(f"开户证明{number}"),
        )
    unit.payee_url = done.path


def confirm(unit: Unit) -> None:
    account = PayeeAccount.objects.get(organisation=unit.firm.organisation)
    with unit.hour(11):
        for award in unit.awards.filter(state="entitled"):
            page = unit.admin.open(award.get_absolute_url())
            unit.admin.send(page, "/moves/confirm/", account=str(account.pk), wish="on")
    unit.check_account()


def approve(unit: Unit) -> None:
    for award in unit.awards.filter(state="pending_approval"):
        unit.award_url = award.get_absolute_url()
        MoneyWalk.approve(unit)


def orders_of(unit: Unit):
    return Disbursement.objects.live().filter(host=unit.firm.organisation).order_by("pk")


def arrive(unit: Unit) -> None:
    """What was issued arrives at the county; the zones have it paid directly."""
    county = unit[unit.county.finance.username]
    with unit.hour(10):
        for order in orders_of(unit).filter(state="issued"):
            county.take(
                order.get_absolute_url(),
                "receive",
                received_on=unit.day.isoformat(),
                amount=str(order.amount),
                slip=sample_pdf(f"到账凭证{order.pk}"),
            )


def pay(unit: Unit) -> None:
    for order in orders_of(unit).filter(state__in=("county_received", "issued_direct")):
        payer = unit["finance2"] if order.direct_pay else unit[unit.county.finance.username]
        if order.ordered_by.username == payer.username:
            payer = unit["finance"]
        with unit.hour(14):
            payer.take(
                order.get_absolute_url(),
                "pay",
                paid_on=unit.day.isoformat(),
                amount=str(order.amount),
                bank_reference=f"示例回单{order.pk:04d}",
                voucher=sample_pdf(f"拨款凭证{order.pk}"),
            )


def receipt(unit: Unit) -> None:
    with unit.hour(16):
        for order in orders_of(unit).filter(state="paid"):
            unit.admin.take(
                order.get_absolute_url(),
                "confirm_receipt",
                receipted_on=unit.day.isoformat(),
                amount=str(order.amount),
                receipt=sample_pdf(f"收款收据{order.pk}"),
            )


def pay_out(year: Year, units: list[Unit]) -> None:
    """What was issued comes to the counties, to the units, and is receipted."""
    for step in (arrive, pay, receipt):
        year.each(units, step)


def issue(year: Year, number: str, *, programme: str = "institutes") -> None:
    """A plan of what waits in the year's budget of a programme, through all four hands."""
    year.pass_days()
    year.draft_plan(Budget.objects.get(year=2026, programme=programme))
    year.review_plan()
    year.cosign()
    with year.hour(16):
        year["finance2"].take(year.plan_url, "issue", document_number=number)


def settle(year: Year) -> None:
    """One statement of the bank that shows every order: one of finance proposes, another confirms."""
    year.pass_days()
    with year.hour(9):
        lines = [
            line_of(order, account=order.account.number)
            for order in Disbursement.objects.live().filter(settled=0).select_related("account")
        ]
        file = SimpleUploadedFile("对账单.csv", lines_text(lines=lines).encode("utf-8-sig"))
        page = year["finance"].send(year["finance"].open("/statements/import/"), upload=file)
        year["finance"].send(page, "/propose/")
    with year.hour(10):
        year["finance2"].send(year["finance2"].open(page.path), "/confirm/")


# --- money that is claimed back ---------------------------------------------------------------------------------------


def decide_claim(unit: Unit, url: str, *, ground: str, facts: str, amount: Decimal) -> None:
    """A case that was entered: investigated, notified, stated upon, decided and served."""
    clerk, approver = unit["bureau_clerk"], unit["bureau_approver"]
    with unit.hour(9, 30):
        clerk.take(url, "investigate")
        clerk.take(url, "propose", ground=ground, facts=facts, amount=str(amount))
    with unit.hour(10):
        approver.take(url, "notify")
    with unit.hour(11):
        unit.admin.take(url, "state", statement="已知悉，愿意退还。")
    unit.pass_days()
    minute = "石科党组纪要〔2026〕12号"
    with unit.hour(9):
        approver.take(url, "decide", amount=str(amount), minute_number=minute, decision="追回应退资金。")
    with unit.hour(15):
        clerk.take(url, "serve", served_on=unit.day.isoformat(), proof=sample_pdf("送达回证"))


def repay(unit: Unit, url: str, amount: Decimal, number: str) -> None:
    with unit.hour(10):
        page, day = unit.admin.open(f"{url}repay/"), unit.day.isoformat()
        voucher = sample_pdf(f"退还凭证{number}")
        unit.admin.send(page, amount=str(amount), paid_on=day, bank_reference=number, voucher=voucher)
    with unit.hour(14):
        part = unit["finance"].open("/repayments/").link(r"/repayments/\d+/$")
        unit["finance"].take(part, "confirm")


def close_claim(year: Year, url: str) -> None:
    """Repaid in full: signed by the bureau and closed by finance."""
    with year.hour(16):
        year["bureau_approver"].take(url, "sign_closing", note="全额退还，同意结案。")
        year["finance"].take(url, "close")
