"""Institutes that the city had before the portal: entered when it went live, with what they brought along.

Of 22 that were recognised first 17 had passed their acceptance, as provincial ones did (domain I-22); the five that
had not were struck off on paper and are not entered. They are evaluated for the first time in the decided round.
A second generation, accepted a year later, is in the running round.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from accounts import services as accounts
from accounts.models import Division, Organisation, User
from evaluation.models import ReviewEdition
from evaluation.selectors import cycles
from institutes.models import ChainSegment, Institute
from institutes.selectors.above import measures_on
from institutes.services import earlier
from portal.demo.accounts import PASSWORD
from portal.demo.books import sample_pdf
from portal.demo.steps import ZONE, Days
from portal.demo.world import COUNTIES, Firm, World, sample_uscc
from records import clock

CODES = 80_000
"""From here on run the codes of these firms."""
SETTLED = 80
"""So many days after its opening a round is far enough to be shown in every state."""
TRADES = (
    ("特种钢丝", "equipment", 0),
    ("兽用生物药", "biomedicine", 1),
    ("北斗终端", "electronic_information", 1),
    ("杂粮加工", "food", 0),
    ("医药中间体", "biomedicine", 0),
    ("液压元件", "equipment", 0),
    ("显示驱动", "electronic_information", 0),
    ("肉品加工", "food", 1),
    ("工程机械", "equipment", 1),
    ("中药饮片", "biomedicine", 1),
    ("物联网芯片", "electronic_information", 0),
    ("输配电设备", "equipment", 2),
    ("诊断试剂", "biomedicine", 2),
    ("低温物流", "food", 2),
    ("信息安全", "electronic_information", 2),
    ("焊接装备", "equipment", 1),
    ("维生素", "biomedicine", 0),
    ("射频器件", "electronic_information", 0),
    ("烘焙食品", "food", 1),
    ("泵阀", "equipment", 0),
    ("抗体药物", "biomedicine", 1),
    ("软件服务", "electronic_information", 2),
    ("环保装备", "equipment", 2),
    ("植物蛋白", "food", 0),
    ("医用材料", "biomedicine", 2),
    ("光通信", "electronic_information", 1),
    ("轨道配件", "equipment", 1),
    ("乳酸菌", "food", 1),
)
FIRST, SECOND = range(17), range(17, 28)
"""Places in the table: whoever was recognised first, and a year later."""


def running_round(today: date) -> int:
    """The year whose round is under way: this one, once it has been open for some time."""
    opened = cycles.opening_day(today.year)
    return today.year if (today - opened).days >= SETTLED else today.year - 1


def early_firm(world: World, n: int) -> Firm:
    """The firm at this place of the table, with its one person, once it was registered."""
    trade, chain, segment = TRADES[n]
    admin = world[f"early_admin{n + 1}"]
    place = ChainSegment.objects.select_related("chain").filter(chain__code=chain).order_by("pk")[segment]
    return Firm(admin.memberships_active[0].organisation, admin, admin, trade, place)


@dataclass(slots=True)
class Entered:
    """An institute with its firm, and how much of the full marks it reaches."""

    firm: Firm
    institute: Institute
    share: Decimal


class Generations:
    """Registers the firms and enters the institutes, a clerk first and another person after."""

    def __init__(self, world: World, days: Days, shares: dict[int, str]) -> None:
        self.world, self.days, self.shares = world, days, shares
        self.running = running_round(days.today)
        self.entered: dict[int, Entered] = {}

    def live(self) -> dict[int, Entered]:
        """Every place in the table, as it stands in the register."""
        for generation, year in ((FIRST, self.running - 1), (SECOND, self.running)):
            day = date(year, 1, 20)
            self.edition = ReviewEdition.objects.in_force("performance", day)
            self.measures = measures_on(day)
            with clock.at(datetime.combine(day, time(10), ZONE)):
                self.entered |= {n: self._enter(n) for n in generation}
        return self.entered

    def _firm(self, n: int) -> Firm:
        trade, chain, segment = TRADES[n]
        division = Division.objects.get(code=COUNTIES[n % len(COUNTIES)])
        username = f"early_admin{n + 1}"
        organisation = accounts.register_enterprise(
            name=f"石家庄市示例{trade}有限公司",
            short_name=f"示例{trade}",
            uscc=sample_uscc(CODES + n, "130100"),
            division=division,
            address=f"石家庄市{division.name}示例大街{n + 1}号",
            legal_rep=f"示例法人{CODES + n}",
            registered_on=date(2008, 1, 1 + n),
            username=username,
            person=f"示例管理员{CODES + n}",
            email=f"{username}@demo.example",
            mobile=f"1381000{n:04d}",
            password=PASSWORD,
        )
        accounts.confirm_organisation(
            organisation=organisation, by=self.world.counties[organisation.division_id].staff
        )
        organisation = Organisation.objects.select_related("division").get(pk=organisation.pk)
        admin = User.objects.get(username=username)
        place = ChainSegment.objects.filter(chain__code=chain).order_by("pk")[segment]
        self.world.people[username] = admin
        return Firm(organisation, admin, admin, trade, place)

    def _enter(self, n: int) -> Entered:
        """Recognised two years before its acceptance; the three years that are evaluated come with it."""
        firm, share = self._firm(n), Decimal(self.shares[n])
        accepted = self.running - 5 if n in FIRST else self.running - 4
        begun, number = accepted - 2, n + 1 if n in FIRST else n + 1 - len(FIRST)
        entry = earlier.draft_earlier(
            host=firm.organisation,
            institute_name=f"石家庄市{firm.industry}产业技术研究院",
            chain=firm.segment.chain,
            segment=firm.segment,
            certificate_number=f"石科〔{begun}〕11号-{number:02d}",
            document_number=f"石科〔{begun}〕11号",
            recognised_on=date(begun, 4, 16),
            director=f"示例院长{n + 1}",
            co_builders=["示例理工大学", f"示例{firm.industry}应用有限公司"],
            build_from=date(begun, 4, 16),
            build_to=date(accepted, 4, 15),
            accepted_on=date(accepted, 6, 18),
            acceptance_document=f"石科〔{accepted}〕20号",
            figures=self._figures(firm, accepted + 1, share, n),
            files={kind: sample_pdf(f"{kind}{n}") for kind in ("earlier_recognition", "earlier_acceptance")},
            by=self.world["bureau_clerk"],
        )
        earlier.hand_up_earlier(earlier=entry, by=self.world["bureau_clerk"])
        recognition = earlier.record_earlier(earlier=entry, by=self.world["bureau_approver"])
        return Entered(firm, recognition.institute, share)

    def _figures(self, firm: Firm, first: int, share: Decimal, n: int) -> list[dict]:
        """Three years that come to about so much of each full mark; every institute is better at something else."""
        terms, kind = self.edition.terms, firm.segment.chain.kind
        own = {one["indicator"]: one for one in terms["by_chain_kind"] if one["chain_kind"] == kind}
        by_code = {one["code"]: one for one in terms["indicators"]}
        found = []
        for place, measure in enumerate(self.measures):
            asked = by_code[measure.code]
            mark = Decimal(str(own.get(measure.code, asked)["full_mark"]))
            reached = mark * share * (Decimal(92 + (n * 7 + place * 5) % 17) / 100)
            for year, value in enumerate(
                _spread(asked["measure"], reached, whole=asked["unit"] in "项件家人")
            ):
                found.append({"code": measure.code, "year": first + year, "value": str(value)})
        return found


def _spread(measure: str, reached: Decimal, *, whole: bool) -> list[Decimal]:
    """A figure of three years, year by year and growing; of a growth the heads that come to it."""
    if measure == "growth":
        return [Decimal(40), Decimal(44), (40 + 40 * reached / 100).quantize(Decimal(1))]
    parts = [Decimal("0.9"), Decimal(1), Decimal("1.1")]
    if measure != "avg":
        parts = [one / 3 for one in parts]
    if not whole:
        return [(reached * one).quantize(Decimal("0.01")) for one in parts]
    total = reached.quantize(Decimal(1))
    first = (total * parts[0]).quantize(Decimal(1))
    second = (total * parts[1]).quantize(Decimal(1))
    return [first, second, total - first - second]
