"""What the institutes of the demo brought about: achievements in every state, two of them suspiciously alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from institutes import services
from institutes.enums import AchievementKind as K
from institutes.models import Achievement, Institute
from institutes.policy import patent_check
from institutes.selectors import achievements as reads
from portal.demo.books import sample_pdf
from portal.demo.steps import Days
from portal.demo.world import Firm, World, sample_uscc
from records import clock

DRAFT, UNIT, COUNTY, BUREAU, VERIFIED = "draft", "unit", "county", "bureau", "verified"
RETURNED, REJECTED, WITHDRAWN, ANNULLING, ANNULLED = (
    "returned",
    "rejected",
    "withdrawn",
    "annulling",
    "annulled",
)
CODES = 95_000
"""From here on run the codes of the firms with which the institutes work."""
LOOKED_AT = "到现场查看并与合作单位核对，材料与实际一致。"


@dataclass(frozen=True, slots=True)
class Made:
    """One achievement of a firm's institute: since how many days, and how far it is."""

    firm: int
    kind: str
    title: str
    days: int
    until: str = VERIFIED
    amount: str = ""
    quantity: int = 0


MADE = (
    Made(7, K.NEW_TECHNOLOGY, "工业软件实时仿真求解技术", 110),
    Made(7, K.SERVICE_CLIENT, "产线仿真与优化服务", 70),
    Made(7, K.TECHNICAL_INCOME, "控制软件定制开发服务", 50, amount="640000"),
    Made(8, K.TRAINED_PEOPLE, "食品检测人员培训", 60, quantity=26),
    Made(9, K.KILLER_PRODUCT, "JY-1200 型大尺寸光电晶体", 100),
    Made(9, K.INVENTION_PATENT, "一种晶体生长的温场控制方法", 90),
    Made(9, K.TRANSFER, "晶体生长工艺专利许可", 80, amount="1800000"),
    Made(9, K.CHAIN_REVENUE, "采用新晶体后配套企业新增收入", 45, amount="5200000"),
    Made(9, K.EXTERNAL_PROJECT, "大尺寸光电晶体制备关键技术研究", 85, amount="1500000"),
    Made(10, K.INCUBATED_FIRM, "孵化精密检测企业", 75),
    Made(10, K.NEW_PRODUCT, "ZC-20 型轴承自动检测线", 12, BUREAU),
    Made(10, K.NEW_PRODUCT, "ZC-20B 型轴承自动检测线", 3, COUNTY),
    Made(11, K.STRATEGY_STUDY, "体外诊断产业技术进步路线图", 65),
    Made(11, K.NEW_TECHNOLOGY, "多靶标快速检测技术", 40, REJECTED),
    Made(11, K.LOCAL_SUPPLY, "新增本地试剂原料配套", 20, WITHDRAWN),
    Made(12, K.NEW_PRODUCT, "YT-3 型时空数据一体机", 55, ANNULLING),
    Made(12, K.TRANSFER, "高精度定位算法许可", 78, ANNULLED, amount="300000"),
    Made(2, K.STANDARD, "生物制剂杂质测定方法", 3, UNIT),
    Made(3, K.TRANSFER, "卫星授时模块技术转让", 2, DRAFT, amount="900000"),
    Made(5, K.KEY_TECHNOLOGY, "重载输送在线监测关键共性技术", 10, RETURNED),
)


class Achievements:
    """Enters each and takes it as far as it goes, at the moments when its people took the steps."""

    def __init__(self, world: World, firms: dict[int, Firm], days: Days) -> None:
        self.world, self.firms, self.days = world, firms, days
        self.serial: Iterator[int] = count(1)

    def live(self) -> None:
        """From what was verified months ago to a draft of the day before yesterday."""
        for made in sorted(MADE, key=lambda one: -one.days):
            self._take(self._draft(made), made)

    def _draft(self, made: Made) -> Achievement:
        firm, n = self.firms[made.firm], next(self.serial)
        moment = self.days.ago(made.days)
        with clock.at(moment):
            terms = reads.kinds_in(reads.achievement_edition(moment.date()))[made.kind]
            partner = bool(terms["partner_required"] or terms["mark_from"] == "partner")
            return services.draft_achievement(
                institute=Institute.objects.get(host=firm.organisation),
                kind=made.kind,
                title=made.title,
                achieved_on=moment.date() - timedelta(days=5),
                number=_number(terms["series"], n, moment),
                partner_name=f"石家庄市示例合作{n}号有限公司" if partner else "",
                partner_uscc=sample_uscc(CODES + n, "130100") if partner else "",
                amount=Decimal(made.amount) if made.amount else None,
                quantity=made.quantity or None,
                description=f"{made.title}：经中试和用户现场验证，主要指标达到建设方案的要求，已在链上企业应用。",
                **_project(terms, moment),
                files={row["code"]: sample_pdf(row["label"]) for row in terms["evidence"]},
                by=firm.filler,
            )

    def _take(self, achievement: Achievement, made: Made) -> None:
        """The steps that its people took, a few hours or days after each other."""
        moment, reached = self.days.ago(made.days), made.until
        if reached == DRAFT:
            return
        self._hand_in(achievement, made, moment)
        if reached in (UNIT, COUNTY):
            return
        if reached == WITHDRAWN:
            with clock.at(moment + timedelta(days=1)):
                reason = "合作单位名称填写有误，核对后重新填报。"
                services.withdraw_achievement(
                    achievement=achievement, reason=reason, by=self.firms[made.firm].admin
                )
            return
        self._county(achievement, made, moment + timedelta(days=1))
        if reached not in (RETURNED, BUREAU):
            self._bureau(achievement, made, moment + timedelta(days=3))

    def _hand_in(self, achievement: Achievement, made: Made, moment: datetime) -> None:
        firm = self.firms[made.firm]
        with clock.at(moment + timedelta(hours=1)):
            services.hand_up_achievement(achievement=achievement, by=firm.filler)
        if made.until != UNIT:
            with clock.at(moment + timedelta(hours=2)):
                services.hand_in_achievement(achievement=achievement, by=firm.admin)

    def _county(self, achievement: Achievement, made: Made, moment: datetime) -> None:
        staff = self.world.county_of(self.firms[made.firm]).staff
        with clock.at(moment):
            if made.until == RETURNED:
                reason = "鉴定材料缺少专家签字页，请补充。"
                services.county_return_achievement(achievement=achievement, reason=reason, by=staff)
                return
            hints = reads.suspected_twins_of(achievement)
            answers = {hint.pk: ("different", "型号和用途不同。") for hint in hints}
            services.county_verify_achievement(
                achievement=achievement, opinion=LOOKED_AT, answers=answers, by=staff
            )

    def _bureau(self, achievement: Achievement, made: Made, moment: datetime) -> None:
        clerk, approver = self.world["bureau_clerk"], self.world["bureau_approver"]
        with clock.at(moment):
            if made.until == REJECTED:
                reason = "检测报告的委托单位不是研究院，不能证明该技术由研究院开发。"
                services.reject_achievement(achievement=achievement, reason=reason, by=clerk)
                return
            hints = reads.suspected_twins_of(achievement)
            answers = {hint.pk: ("different", "型号和用途不同。") for hint in hints}
            services.verify_achievement(achievement=achievement, answers=answers, by=clerk)
        if made.until not in (ANNULLING, ANNULLED):
            return
        last = self.days.ago(2) if made.until == ANNULLING else moment + timedelta(days=20)
        with clock.at(last):
            grounds = "核对发现所附证明与出具单位留存的不一致，涉嫌材料不实。"
            services.propose_annulment(achievement=achievement, grounds=grounds, by=clerk)
        if made.until == ANNULLED:
            with clock.at(last + timedelta(days=2)):
                services.annul_achievement(achievement=achievement, by=approver)


def _project(terms: dict, moment: datetime) -> dict:
    """What is said of a project besides."""
    if "asks" not in terms:
        return {}
    until = moment.date() + timedelta(days=700)
    return {"level": "provincial", "programme": "省级重点研发计划", "part": "leads", "ends_on": until}


def _number(series: str, n: int, moment: datetime) -> str:
    """A number that no patent, contract or standard bears."""
    if series == "patent":
        digits = f"{moment.year - 2}1099{n:04d}"
        return f"ZL{digits}.{patent_check(digits)}"
    return {
        "contract": f"{moment.year}130199{n:06d}",
        "standard": f"T/SJZSL {900 + n}-{moment.year}",
        "project": f"{moment.year % 100}37{n:04d}D",
    }.get(series, "")
