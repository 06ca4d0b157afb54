"""On the way to the province in the demo: one paid, one waiting for it, one to be inspected, one not supported."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from funding import services as funding
from funding.models import Award, Budget, PayeeAccount
from institutes.models import Institute, ProvincialFiling
from institutes.selectors.provincial import NEEDED
from institutes.services import inspections, province, provincial
from portal.demo.books import sample_pdf
from portal.demo.steps import Days, Steps
from portal.demo.world import Firm, World
from records import calendar, clock

GROUNDS = "市级认定以来建设任务全部按期完成，关键共性技术已在链上企业应用，人员、场地和投入达到省级申报条件。"
SUPPORT = "研究方向聚焦产业链短板，团队稳定，拟落地政府场地和配套承诺明确，各方一致同意支持申报。"
AGAINST = "独立研发场地和专职团队尚未达到省级要求，拟落地政府的配套措施不明确，本次不予支持。"


@dataclass(frozen=True, slots=True)
class Way:
    """The filing of a firm's institute: since how many days, and how far it is."""

    firm: int
    days: int
    until: str


PAID, WAITING, SCHEDULED, UNSUPPORTED = "paid", "waiting", "scheduled", "unsupported"
WAYS = (
    Way(8, 104, PAID),
    Way(7, 72, UNSUPPORTED),
    Way(9, 60, WAITING),
    Way(11, 14, SCHEDULED),
)


class RewardSteps(Steps):
    """The way of the money, of the reward for a provincial recognition."""

    def award_of(self, firm: Firm) -> Award:
        return Award.objects.get(host=firm.organisation, kind="provincial")


class Provincial:
    """Takes each as far as it goes, at the moments when its people took the steps."""

    def __init__(self, world: World, firms: dict[int, Firm], days: Days) -> None:
        self.world, self.firms, self.days = world, firms, days

    def live(self) -> None:
        """From what was paid to what waits for its inspection."""
        for way in WAYS:
            filing = self._file(way)
            self._arrange(filing, way)
            if way.until == SCHEDULED:
                continue
            self._conclude(filing, way)
            if way.until != UNSUPPORTED:
                self._send(filing, way)
            if way.until == PAID:
                self._settle(filing, way)
                self._pay(self.firms[way.firm], way)

    def _file(self, way: Way) -> ProvincialFiling:
        firm, ago = self.firms[way.firm], self.days.ago
        county = self.world.county_of(firm)
        with clock.at(ago(way.days)):
            files = {kind.value: sample_pdf(kind.label) for kind in NEEDED}
            filing = provincial.draft_filing(
                institute=Institute.objects.get(host=firm.organisation),
                proposed_name=f"河北省{firm.industry}产业技术研究院",
                host_government=f"{county.division}人民政府",
                grounds=GROUNDS,
                files=files,
                by=firm.filler,
            )
            provincial.hand_up_filing(filing=filing, by=firm.filler)
            provincial.hand_in_filing(filing=filing, by=firm.admin)
        with clock.at(ago(way.days - 2)):
            provincial.draft_filing_opinion(
                filing=filing, position="agrees", opinion="经核实，情况属实，同意申报。", by=county.staff
            )
            provincial.sign_filing_opinion(filing=filing, by=county.lead)
        with clock.at(ago(way.days - 5)):
            provincial.accept_filing(filing=filing, by=self.world["bureau_clerk"])
        return filing

    def _arrange(self, filing: ProvincialFiling, way: Way) -> None:
        place = f"{filing.host_government}会议室"
        people = [
            ("industry_department", "石家庄市工业和信息化局", "示例冯某", "副局长"),
            ("industry_department", "石家庄市发展和改革委员会", "示例褚某", "处长"),
            ("host_government_leader", filing.host_government, "示例卫某", "分管领导"),
            ("science_department_head", "石家庄市科学技术局", "示例蒋某", "分管局长"),
        ]
        moment = self.days.ago(way.days - 8)
        with clock.at(moment):
            inspections.schedule_inspection(
                filing=filing,
                inspects_on=calendar.add_working_days(timezone.localdate(moment), 6),
                starts=moment.time().replace(hour=9, minute=0),
                place=place,
                participants=[
                    {"role": role, "organisation": office, "name": name, "post": post}
                    for role, office, name, post in people
                ],
                by=self.world["bureau_clerk"],
            )

    def _conclude(self, filing: ProvincialFiling, way: Way) -> None:
        inspection = filing.inspections.get()
        supported, clerk = way.until != UNSUPPORTED, self.world["bureau_clerk"]
        people = list(inspection.participants.all())
        with clock.at(self.days.ago((self.days.today - inspection.inspects_on).days, 16)):
            inspections.record_inspection(
                filing=filing,
                held_on=inspection.inspects_on,
                attendance={row.pk: row.post != "处长" for row in people},
                conclusion="support" if supported else "not_support",
                opinion=SUPPORT if supported else AGAINST,
                sign_in_sheet=sample_pdf("参加人员签到表"),
                by=clerk,
            )
        with clock.at(self.days.ago(way.days - 22)):
            confirm = inspections.confirm_support if supported else inspections.confirm_refusal
            confirm(filing=filing, by=self.world["bureau_approver"])

    def _send(self, filing: ProvincialFiling, way: Way) -> None:
        moment = self.days.ago(way.days - 26)
        with clock.at(moment):
            province.apply_to_province(
                filing=filing,
                applied_on=timezone.localdate(moment),
                dispatch_number=f"石科〔{moment.year}〕{way.firm + 20}号",
                dispatch=sample_pdf("报省文件"),
                by=self.world["bureau_clerk"],
            )

    def _settle(self, filing: ProvincialFiling, way: Way) -> None:
        moment = self.days.ago(way.days - 46)
        with clock.at(moment):
            province.record_result(
                filing=filing,
                outcome="recognised",
                document_number=f"冀科平〔{moment.year}〕6号",
                document_on=timezone.localdate(moment) - timedelta(days=1),
                document=sample_pdf("省级认定文件"),
                by=self.world["bureau_clerk"],
            )
        with clock.at(self.days.ago(way.days - 48)):
            province.settle_recognition(filing=filing, by=self.world["bureau_approver"])

    def _pay(self, firm: Firm, way: Way) -> None:
        """To the account that was verified for the construction fund, from this year's budget."""
        steps, ago = RewardSteps(self.world), self.days.ago
        account = PayeeAccount.objects.filter(organisation=firm.organisation, state="verified").latest("pk")
        budget = Budget.objects.get(year=self.days.today.year, programme="institutes")
        with clock.at(ago(way.days - 49)):
            funding.propose_awards()
        with clock.at(ago(way.days - 53)):
            funding.confirm_award(award=steps.award_of(firm), account=account, by=firm.admin)
        with clock.at(ago(way.days - 58)):
            steps.approve(firm, budget)
        year = self.days.today.year
        with clock.at(ago(way.days - 62)):
            plan = steps.plan(budget, f"{year}年省级产业技术研究院认定奖励分配方案", [firm])
        with clock.at(ago(way.days - 68)):
            steps.issue(plan, f"石财教〔{year}〕61号")
        for days, step in ((74, steps.receive), (80, steps.pay), (86, steps.receipt)):
            with clock.at(ago(way.days - days)):
                step(firm)
