"""What the demo's institutes offer, and what the bureau answers to common questions: each state once at least."""

from dataclasses import dataclass
from datetime import timedelta

from accounts.models import Membership
from accounts.roles import Role
from institutes.models import Institute
from institutes.services import offerings, questions
from portal.demo.steps import Days
from portal.demo.world import World
from records import clock

DRAFT, WAITING, PUBLISHED, WITHDRAWN = "draft", "waiting", "published", "withdrawn"


@dataclass(frozen=True, slots=True)
class Offered:
    """A service: of which kind, what, for how much, how far it is."""

    kind: str
    title: str
    content: str
    price: str
    until: str = PUBLISHED


OFFERED = (
    Offered(
        "testing",
        "材料成分和微观结构检测",
        "扫描电镜、能谱、X 射线衍射，三个工作日出具报告。",
        "按样品和项目收费，价目表备索；产业链成员八折。",
    ),
    Offered(
        "instrument",
        "高低温环境试验箱共享",
        "温度范围零下 70 至 180 摄氏度，可连续运行 240 小时。",
        "每小时 120 元，含操作指导。",
    ),
    Offered(
        "pilot",
        "百公斤级中试线",
        "提供从小试到百公斤级的工艺放大，含清洗验证和批记录。",
        "按批次协商，一般每批 3 万元起。",
    ),
    Offered(
        "development",
        "控制软件定制开发",
        "需求分析、原型、联调和现场验证，交付源代码和文档。",
        "按合同约定。",
    ),
    Offered(
        "training",
        "检测人员上岗培训",
        "每季度一期，三天，含实操考核，发结业证明。",
        "每人 800 元；本市中小企业免费两人。",
    ),
    Offered(
        "consulting",
        "工艺诊断和质量改进咨询",
        "专家到现场一天，十个工作日内提交诊断报告。",
        "免费。",
        WAITING,
    ),
    Offered("testing", "可靠性加速寿命试验", "按用户标准设计试验方案。", "按合同约定。", DRAFT),
    Offered("instrument", "旧型光谱仪共享", "原子吸收光谱仪，限常规元素。", "每样 60 元。", WITHDRAWN),
)
ASKED = (
    (
        "conditions",
        "高校能不能牵头申报？",
        "不能。牵头单位须是在本市注册的企业，且为产业链“链主”企业或骨干企业；高校、科研院所作为共建单位参加。",
        "二(一)",
        PUBLISHED,
    ),
    (
        "conditions",
        "我们不知道自己算不算骨干企业，怎么办？",
        (
            "先查产业链图谱。没有列入的，可以在申报书中附证明材料，也可以向所在县（市、区）科技管理部门提出，"
            "由其建议列入图谱。"
        ),
        "四(一)",
        PUBLISHED,
    ),
    (
        "procedure",
        "错过了受理时间还能提交吗？",
        "不能。受理期以平台时间为准，截止后不再接收；因平台故障无法提交的，市科技局会发布延期通知。",
        "",
        PUBLISHED,
    ),
    (
        "procedure",
        "补正有几次机会？",
        "一次。市科技局会一次性告知全部问题，请在规定的工作日内补齐，逾期视为放弃。",
        "",
        PUBLISHED,
    ),
    (
        "money",
        "建设资金要申请吗？",
        "不要。认定后由系统提出，单位只需确认意愿和收款账户，资金经县级财政拨付。",
        "四(三)",
        PUBLISHED,
    ),
    (
        "money",
        "已经是省级研究院了，再获市级认定，还能拿省级奖励吗？",
        "不能。省级认定文件的日期须晚于市级认定和报备。",
        "四(五)",
        PUBLISHED,
    ),
    (
        "evaluation",
        "什么时候开始三年绩效评价？",
        "通过验收后的次年起算，每三个完整公历年为一个评估周期，周期结束后的次年启动评价。",
        "四(四)",
        PUBLISHED,
    ),
    (
        "projects",
        "联合攻关项目有没有申报数量限制？",
        "没有。依托单位申报联合攻关专项不受申报项目数量限制。",
        "四(七)",
        WAITING,
    ),
    ("other", "平台的账号能几个人共用吗？", "不能。每人一个账号，由单位管理员邀请。", "", DRAFT),
)


class Openness:
    """Enters them at the moments when their people did, through the services."""

    def __init__(self, world: World, days: Days) -> None:
        self.world, self.days = world, days

    def live(self) -> None:
        found = Institute.objects.recognised().filter(recognition__suspended_at__isnull=True)
        hosts = Membership.objects.filter(role=Role.ENT_FILLER, state="active").values("organisation_id")
        rows = list(found.filter(host_id__in=hosts).select_related("host").order_by("pk")[: len(OFFERED)])
        for n, (offered, institute) in enumerate(zip(OFFERED, rows, strict=False)):
            self._offer(offered, institute, ago=30 - n)
        for n, asked in enumerate(ASKED):
            self._answer(n, *asked)

    def _offer(self, offered: Offered, institute: Institute, *, ago: int) -> None:
        staff = self.world.counties[institute.division_id].staff
        filler = Membership.objects.filter(organisation=institute.host, role=Role.ENT_FILLER).first().user
        with clock.at(self.days.ago(1 if offered.until in (DRAFT, WAITING) else ago, 9)):
            row = offerings.draft_offering(
                institute=institute,
                kind=offered.kind,
                title=offered.title,
                content=offered.content,
                price=offered.price,
                booking="电话预约，一般三个工作日内安排。",
                contact_office="技术服务中心",
                contact_phone="0311-88880000",
                address="示例产业园 1 号楼",
                by=filler,
            )
            if offered.until != DRAFT:
                offerings.hand_in_offering(offering=row, by=filler)
        if offered.until in (PUBLISHED, WITHDRAWN):
            with clock.at(self.days.ago(ago - 2, 15)):
                offerings.publish_offering(offering=row, by=staff)
        if offered.until == WITHDRAWN:
            with clock.at(self.days.ago(3, 10)):
                offerings.withdraw_offering(offering=row, reason="设备已报废。", by=filler)

    def _answer(self, n: int, topic: str, question: str, answer: str, clause: str, until: str) -> None:
        clerk, approver = self.world["bureau_clerk"], self.world["bureau_approver"]
        moment = self.days.ago(1 if until != PUBLISHED else 60, 9) + timedelta(minutes=10 * n)
        with clock.at(moment):
            row = questions.draft_question(
                topic=topic, question=question, answer=answer, clause=clause, place=10 * (n + 1), by=clerk
            )
            if until != DRAFT:
                questions.propose_question(common_question=row, by=clerk)
        if until == PUBLISHED:
            with clock.at(moment + timedelta(days=1)):
                questions.publish_question(common_question=row, by=approver)
