"""The way of a three-year evaluation, through the pages of those whose turn it is."""

from datetime import date, datetime, time
from decimal import Decimal

from evaluation.models import Evaluation, Round
from evaluation.tasks import sweep_papers, sweep_performance
from institutes.enums import AchievementKind as K
from institutes.models import Institute
from portal.demo.books import sample_pdf
from portal.demo.steps import ZONE
from portal.demo.world import Firm
from records import clock
from tests.factories.achievements import AchievementFactory
from tests.factories.assessments import AssessmentFactory, AssessmentListFactory, example_values
from tests.factories.evaluation import AcceptanceFactory
from tests.factories.institutes import RecognitionFactory
from tests.journeys.judging import JudgedWalk

MINUTE = "石科党组纪要〔2030〕9号"
WAN = 10_000
MANY = {
    K.KEY_TECHNOLOGY: 4,
    K.NEW_PRODUCT: 5,
    K.INVENTION_PATENT: 8,
    K.EXTERNAL_PROJECT: 4,
    K.TRANSFER: 3,
    K.PRODUCT_SALES: 1,
    K.SERVICE_CLIENT: 12,
    K.INCUBATED_FIRM: 4,
    K.FIRM_QUALIFICATION: 2,
    K.FIRM_FINANCE: 1,
    K.TRAINED_PEOPLE: 1,
    K.CHAIN_REVENUE: 1,
    K.LOCAL_SUPPLY: 10,
}
"""As many verified achievements of each kind as earn its full mark, clients of its services apart."""
LARGE = {
    K.TRANSFER: {"amount": Decimal(400 * WAN)},
    K.PRODUCT_SALES: {"amount": Decimal(8000 * WAN)},
    K.FIRM_FINANCE: {"amount": Decimal(4000 * WAN)},
    K.CHAIN_REVENUE: {"amount": Decimal(15_000 * WAN)},
    K.TRAINED_PEOPLE: {"quantity": 90},
    K.EXTERNAL_PROJECT: {"ends_on": date(2031, 12, 31)},
}


class EvaluationWalk(JudgedWalk):
    """From the round that opens to the letters; each unit has its place in the city's table of firms."""

    round_url = ""

    # --- three years ------------------------------------------------------------------------------------------------

    def accept(self, firm: Firm, on: date) -> Institute:
        """An institute of this firm that was recognised and has passed its acceptance on that day."""
        host, at = firm.organisation, datetime.combine(on, time(9), ZONE)
        facts = {"build_from": date(2024, 3, 1), "build_to": date(2026, 2, 28), "chain": firm.segment.chain}
        facts |= {"host": host, "division": host.division}
        institute = RecognitionFactory(
            year=2024, recognised_on=date(2024, 3, 1), **{f"institute__{k}": v for k, v in facts.items()}
        ).institute
        AcceptanceFactory(institute=institute, state="passed", opened_at=at, decided_at=at)
        return institute

    def live(self, institute: Institute, years: list[int], size: int = 1000) -> None:
        """Its yearly reports: so much spent on research (万元), more people each year."""
        for n, year in enumerate(years):
            values = example_values(rd_spend=f"{size * WAN}.00", staff_key=str(40 + 10 * n), tax_paid="0.00")
            published = AssessmentListFactory(year=year)
            AssessmentFactory(
                institute=institute, year=year, state="published", values=values, published_in=published
            )

    def achieve(self, institute: Institute, on: date) -> None:
        """What county and bureau verified of it."""
        for kind, many in MANY.items():
            for _ in range(many):
                AchievementFactory(
                    recognition=institute.recognition,
                    kind=kind,
                    state="verified",
                    achieved_on=on,
                    **LARGE.get(kind, {}),
                )

    # --- the unit ---------------------------------------------------------------------------------------------------

    @staticmethod
    def evaluation(firm: Firm) -> Evaluation:
        """The last one of a firm's institute."""
        return Evaluation.objects.filter(host=firm.organisation).order_by("pk").last()

    @property
    def round(self) -> Round:
        return Round.objects.get(pk=int(self.round_url.strip("/").rpartition("/")[2]))

    def ring(self) -> None:
        """The clock of the evaluations strikes."""
        with self.hour(8):
            sweep_performance()

    def write(self, firm: Firm, **doubts: str) -> None:
        """The filler looks the figures through, writes a word on each dimension, brings evidence, hands up."""
        filler = self[firm.filler.username]
        with self.hour(9):
            url = filler.open("/evaluations/").link(r"/evaluations/\d+/$")
            page = filler.open(filler.open(url).link(r"/edit/$"))
            parts = [name for name in page.form().names if name.startswith("text_")]
            said = {name: f"示例：{name}三年任务完成。" for name in parts}
            page = filler.send(page, **said, **{f"doubt_{code}": text for code, text in doubts.items()})
            filler.send(page, "/files/", uploads=sample_pdf(f"自评佐证{url}{self.day}"))
        with self.hour(10):
            filler.take(url, "hand_up")
        with self.hour(11):
            self[firm.admin.username].take(url, "hand_in")

    # --- offices ----------------------------------------------------------------------------------------------------

    def sign(self, firm: Firm, **answers: str) -> None:
        """The county answers what the unit objects to, and its leader signs."""
        url, county = self.evaluation(firm).get_absolute_url(), self.world.county_of(firm)
        said = {"position": "agrees", "opinion": "经核对账簿和凭证，数据属实。"}
        said |= {f"answer_{code}": text for code, text in answers.items()}
        with self.hour(14):
            self[county.staff.username].take(url, "give_opinion", **said)
        with self.hour(15):
            self[county.lead.username].take(url, "sign")

    def fill(self, firm: Firm, tax: str) -> None:
        """The tax bureau enters what was paid in the three years, finance how the money was used."""
        url = self.evaluation(firm).get_absolute_url()
        with self.hour(9):
            self["tax"].take(url, "fill_tax", value_tax_paid=tax, note="示例：按征管系统数据填报。")
        with self.hour(10):
            self["finance"].take(url, "fill_finance", note="示例：财政资金专账核算，使用合规。")

    def check(self, firm: Firm) -> None:
        self.look_up(self.evaluation(firm))
        self.entrust(self.evaluation(firm))

    # --- all together -----------------------------------------------------------------------------------------------

    def grade(self) -> None:
        """A clerk grades the whole round by a meeting's minute; another person confirms and shows it to everybody."""
        with self.hour(9):
            self["bureau_clerk"].take(self.round_url, "grade", minute_number=MINUTE)
        with self.hour(15):
            self["bureau_approver"].take(self.round_url, "publish")

    def release(self) -> None:
        with self.hour(10):
            self["bureau_approver"].take(self.round_url, "release")
        with self.hour(11):
            sweep_papers()

    def at(self, hour: int) -> datetime:
        with self.hour(hour):
            return clock.now()
