"""The book of a proposal for a joint project (联合攻关项目申报书), as data."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Annex, Book, Section
from institutes.book.kinds import (
    YES_OR_NO,
    Choice,
    Date,
    Field,
    Grid,
    Integer,
    LongText,
    Money,
    MultiChoice,
    Phone,
    Reference,
    Rows,
    Text,
    Uscc,
)
from institutes.book.values import Answers, Setting
from projects.book import rules


def _limit(code: str):
    return lambda setting: setting.limits[code]


def _text(code: str, label, help_text) -> LongText:
    return LongText(code=code, label=label, help=help_text)


def _line(code: str, label) -> Money:
    return Money(code=code, label=label)


BASICS = Section(
    code="basics",
    number="1",
    title=_("项目基本情况"),
    intro=_("同一研究内容只能申报一次；牵头单位申报的项目数量不受限制。"),
    entries=(
        Text(
            code="title",
            label=_("项目名称"),
            help=_("写明研究对象和主要目标，不含单位名称。"),
            example=_("示例：高世代显示用光刻胶关键材料联合攻关"),
            longest=80,
        ),
        Reference(
            code="topic",
            label=_("指南方向"),
            help=_("只能选择本通知所附年度指南中的一个方向。"),
            source="topics",
            clause="四(六)",
        ),
        Integer(
            code="months",
            label=_("实施期限"),
            unit=_("个月"),
            help=_("自立项之月起计算。"),
            example="24",
            least=1,
            most=60,
        ),
        LongText(code="summary", label=_("项目摘要"), help=_("研究什么、达到什么、用在哪里。"), longest=600),
        Text(
            code="grant_reason",
            label=_("申请金额不同于通常标准的理由"),
            help=_("申请财政资金不是通常标准（100 万元左右）的，须写明理由。"),
            required=False,
            longest=500,
            clause="四(六)",
        ),
    ),
    rules=(rules.term_within_limits, rules.title_not_too_long),
)

LEADER = Section(
    code="leader",
    number="2",
    title=_("项目负责人和项目组"),
    intro=_("负责人的证件号码在案卷页单独登记，加密保存，只用于核对是否有逾期未结的项目。"),
    entries=(
        Text(
            code="leader_name",
            label=_("负责人姓名"),
            help=_("与身份证件一致。"),
            example=_("示例甲"),
            longest=40,
            identifying=True,
        ),
        Date(
            code="leader_birth",
            label=_("出生日期"),
            help=_("与身份证件一致。"),
            example="1980-05-01",
            private=True,
        ),
        Text(code="leader_title", label=_("职称或职务"), example=_("正高级工程师"), longest=60),
        Text(code="leader_field", label=_("研究领域"), example=_("电子化学品"), longest=100),
        Phone(
            code="mobile",
            label=_("联系电话"),
            help=_("评审和立项通知用。"),
            example="13800000000",
            private=True,
            identifying=True,
        ),
        Rows(
            code="people",
            label=_("项目组成员"),
            row_label=_("成员"),
            help=_("负责人以外的主要成员，含联合单位的人员。"),
            least=2,
            most=_limit("people_max"),
            columns=(
                Text(code="name", label=_("姓名"), longest=40, example=_("示例乙"), identifying=True),
                Text(code="unit", label=_("所在单位"), longest=100, example=_("示例大学"), identifying=True),
                Text(code="title", label=_("职称"), longest=40, example=_("教授")),
                Text(code="task", label=_("承担任务"), longest=120, example=_("单体合成工艺")),
            ),
        ),
    ),
    rules=(rules.leader_of_age,),
)

PARTNERS = Section(
    code="partners",
    number="3",
    title=_("联合单位和分工"),
    intro=_("产业链优势企业、高校或科研院所，须签订联合协议并写明分工；协议在“附件”中上传。"),
    entries=(
        Rows(
            code="partners",
            label=_("联合单位"),
            row_label=_("联合单位"),
            help=_("牵头单位以外的各方，至少一家。"),
            clause="四(六)",
            least=lambda setting: setting.terms["programme"]["partners_min"],
            most=_limit("partners_max"),
            stacked=True,
            columns=(
                Text(
                    code="name",
                    label=_("单位名称"),
                    help=_("与协议印章一致。"),
                    longest=100,
                    example=_("示例大学"),
                    identifying=True,
                ),
                Choice(code="kind", label=_("单位类型"), source="parties", clause="四(六)"),
                Uscc(
                    code="uscc",
                    label=_("统一社会信用代码"),
                    example="12130000000000000U",
                    identifying=True,
                ),
                LongText(code="task", label=_("承担的任务"), help=_("与协议约定的分工一致。"), longest=500),
                Date(code="signed_on", label=_("协议签订日期"), example="2026-11-01"),
                Money(
                    code="money",
                    label=_("投入资金"),
                    help=_("计入自筹资金的现金；没有请填 0。"),
                    example="20",
                ),
            ),
        ),
        LongText(
            code="sharing",
            label=_("成果和知识产权的归属、利益分配"),
            help=_("与协议的约定一致。"),
            longest=1000,
        ),
    ),
    rules=(rules.partners_are_others, rules.agreements_signed),
)

CONTENT = Section(
    code="content",
    number="4",
    title=_("研究内容"),
    intro=_("各项文字将与以往和同期的申报比对，相同内容较多的由县级和市科技局核实。"),
    entries=(
        _text("background", _("立项背景和产业需求"), _("针对哪条产业链的什么问题，国内外现状。")),
        _text("problems", _("拟解决的关键问题"), _("共性关键技术问题，逐条写明。")),
        _text("route", _("研究内容和技术路线"), _("任务分解、方法、难点和应对。")),
        _text("innovation", _("创新点"), _("与现有技术相比新在哪里。")),
        _text("outcome", _("预期成果和应用"), _("成果形式、应用单位、产业带动。")),
    ),
    rules=(rules.texts_say_enough,),
)

TARGETS = Section(
    code="targets",
    number="5",
    title=_("考核指标和进度"),
    entries=(
        Rows(
            code="targets",
            label=_("量化考核指标"),
            row_label=_("指标"),
            help=_("可以测量、有检验方法；写入任务书，结题时逐项对照。"),
            least=_limit("targets_min"),
            most=30,
            columns=(
                Choice(code="kind", label=_("类型"), source="target_kinds"),
                Text(code="name", label=_("指标名称"), longest=80, example=_("金属离子含量")),
                Text(code="value", label=_("目标值"), longest=60, example=_("≤ 1")),
                Text(code="unit", label=_("单位"), longest=20, example="ppb"),
                Text(code="proof", label=_("检验方法"), longest=120, example=_("第三方检测报告")),
            ),
        ),
        Rows(
            code="milestones",
            label=_("阶段目标"),
            row_label=_("阶段"),
            help=_("按实施月份排列，其中一个为中期检查节点，最后一个不晚于期满。"),
            least=_limit("milestones_min"),
            most=12,
            columns=(
                Text(code="name", label=_("阶段目标"), longest=200, example=_("完成小试，纯度达到 4N")),
                Integer(
                    code="month", label=_("第几个月完成"), unit=_("个月"), least=1, most=60, example="12"
                ),
                Choice(code="midterm", label=_("中期检查节点"), options=YES_OR_NO),
            ),
        ),
    ),
    rules=(rules.stages_within_term, rules.one_midterm),
)


def _sources(setting: Setting) -> list[tuple[str, object]]:
    return [("grant", _("财政资金")), ("own", _("自筹资金"))]


LINES: tuple[Field, ...] = (
    _line("equipment", _("设备费")),
    _line("materials", _("材料费")),
    _line("testing", _("测试化验加工费")),
    _line("fuel", _("燃料动力费")),
    _line("travel", _("差旅、会议、合作交流费")),
    _line("publication", _("知识产权和出版费")),
    _line("labour", _("劳务费")),
    _line("consulting", _("专家咨询费")),
    _line("other", _("其他支出")),
)
BUDGET = Section(
    code="budget",
    number="6",
    title=_("经费预算"),
    intro=_("单位万元。财政资金每个项目 100 万元左右，自筹资金不低于财政资金；预算由财务专家另行评审。"),
    entries=(
        Grid(
            code="lines",
            label=_("预算"),
            help=_("按科目分资金来源填写，没有的填 0。"),
            clause="四(六)",
            columns=_sources,
            sums=True,
            lines=LINES,
        ),
        LongText(
            code="note",
            label=_("测算说明"),
            help=_("大额支出的测算依据，设备逐台列明；自筹资金的来源。"),
            longest=2000,
        ),
    ),
    rules=(rules.grant_in_band, rules.own_funds_enough, rules.labour_share, rules.partners_money_is_own),
)

COMMITMENT = Section(
    code="commitment",
    number="7",
    title=_("承诺"),
    entries=(
        MultiChoice(
            code="promises",
            label=_("本单位承诺"),
            help=_("须全部承诺；签章的承诺书在“附件”中上传。"),
            source="commitments",
        ),
    ),
    rules=(rules.everything_promised,),
)


def _one(answers: Answers, setting: Setting) -> int:
    return 1


def _none(answers: Answers, setting: Setting) -> int:
    return 0


BOOK = Book(
    edition="2022",
    title=_("石家庄市产业技术研究院联合攻关项目申报书"),
    sections=(BASICS, LEADER, PARTNERS, CONTENT, TARGETS, BUDGET, COMMITMENT),
    annexes=(
        Annex(
            code="agreement",
            label=_("联合协议（各方签章，写明分工）"),
            section="partners",
            needed=_one,
            help=_("各方盖章的扫描件，约定任务分工、投入、成果归属和风险责任。"),
            clause="四(六)",
        ),
        Annex(
            code="commitment",
            label=_("承诺书（牵头单位签章）"),
            section="commitment",
            needed=_one,
            help=_("法定代表人签字、单位盖章的扫描件。"),
        ),
        Annex(
            code="funds",
            label=_("自筹资金证明"),
            section="budget",
            needed=_one,
            help=_("银行存款证明或出资承诺。"),
        ),
        Annex(
            code="support",
            label=_("其他佐证材料"),
            section="content",
            needed=_none,
            help=_("前期成果、检测报告、应用意向等，可不传。"),
        ),
    ),
)
