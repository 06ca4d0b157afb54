"""Supporting policies of the counties of the demo: each state once at least; two counties have none. With them goes
what is told to everybody: services of institutes, common questions."""

from datetime import timedelta
from decimal import Decimal

from institutes import services
from institutes.models import CountyPolicy
from portal.demo.books import sample_pdf
from portal.demo.openness import Openness
from portal.demo.steps import Days
from portal.demo.world import World
from records import clock

BUILDING = {
    "item": "construction",
    "content": "新认定的研究院，县级财政给予一次性建设支持。",
    "amount": Decimal("100000.00"),
}
REWARD = {
    "item": "provincial",
    "content": "新认定的省级研究院，县级财政给予奖励。",
    "amount": Decimal("300000.00"),
}
BUDGET = {"item": "county_budget", "content": "研究院支持资金列入县级年度科技预算。", "amount": None}
HELP = {"item": "cultivation", "content": "建立培育库，安排专人联系，优先保障场地和用能。", "amount": None}


class Policies:
    """What six of the eight counties of the demo have issued."""

    def __init__(self, world: World, days: Days) -> None:
        self.world, self.days, self.n = world, days, 0

    def live(self) -> None:
        chang_an, qiao_xi, xin_hua, yuhua, lu_quan, gaoxin = "", "2", "3", "4", "5", "8"
        first = self.published(chang_an, 300, "支持产业技术研究院建设若干措施（试行）", BUILDING, BUDGET)
        self.published(
            chang_an, 60, "支持产业技术研究院建设若干措施", BUILDING, REWARD, BUDGET, HELP, replaces=first
        )
        self.published(qiao_xi, 200, "科技创新平台扶持办法", BUILDING, HELP, years=1)
        self.published(yuhua, 150, "产业技术研究院培育工作方案", HELP, BUDGET)
        self.published(gaoxin, 120, "研发平台奖励办法", BUILDING, REWARD, BUDGET)
        old = self.published(lu_quan, 280, "产学研合作补助办法", BUILDING)
        with clock.at(self.days.ago(40)):
            services.repeal_county_policy(
                policy=old,
                repealed_on=clock.today(),
                reason="补助事项并入区科技创新综合政策，不再单独执行。",
                by=self.lead(lu_quan),
            )
        self.handed_up(xin_hua, 2, "支持产业技术研究院发展实施细则", BUILDING, BUDGET)
        self.drafted(yuhua, 1, "研究院人才引进支持措施", HELP)
        Openness(self.world, self.days).live()

    def staff(self, county: str):
        return self.world[f"county_staff{county}"]

    def lead(self, county: str):
        return self.world[f"county_lead{county}"]

    def drafted(
        self, county: str, ago: int, title: str, *measures: dict, years: int = 3, replaces=None
    ) -> CountyPolicy:
        self.n += 1
        division = self.staff(county).memberships_active[0].organisation.division
        with clock.at(self.days.ago(ago, 9)):
            issued_on = clock.today() - timedelta(days=3)
            return services.draft_county_policy(
                division=division,
                title=f"{division}{title}",
                number=f"示政发〔{issued_on.year}〕{self.n}号",
                issued_on=issued_on,
                valid_from=issued_on + timedelta(days=2),
                valid_to=issued_on.replace(year=issued_on.year + years, day=min(issued_on.day, 28)),
                measures=measures,
                summary="辖区内新认定的市级研究院由依托单位向区科技管理部门提出，核对认定文件后办理。",
                file=sample_pdf(f"{title}{self.n}"),
                replaces=replaces,
                by=self.staff(county),
            )

    def handed_up(self, county: str, ago: int, *of, **more) -> CountyPolicy:
        policy = self.drafted(county, ago, *of, **more)
        with clock.at(self.days.ago(ago, 11)):
            return services.hand_up_county_policy(policy=policy, by=self.staff(county))

    def published(self, county: str, ago: int, *of, **more) -> CountyPolicy:
        policy = self.handed_up(county, ago, *of, **more)
        with clock.at(self.days.ago(ago, 16)):
            return services.publish_county_policy(policy=policy, by=self.lead(county))
