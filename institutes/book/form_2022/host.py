"""2 依托单位."""

from django.utils.translation import gettext_lazy as _

from institutes.book.checks import is_email, is_mobile
from institutes.book.core import Section
from institutes.book.kinds import Choice, Date, Email, Grid, LongText, Money, Phone, Rows, Text, Uscc, YesNo
from institutes.book.rules.host import (
    FINANCE,
    amounts_leap,
    asked_years,
    capital_since_last,
    finance_since_last,
    host_is_who_registered,
    qualifications_still_valid,
    rd_within_revenue,
    registered_already,
    role_as_on_the_map,
)
from institutes.book.values import Setting
from institutes.enums import ChainRole
from institutes.policy import financial_years


def _years(setting: Setting) -> list[tuple[str, str]]:
    years = financial_years(setting.year, setting.limits["finance_years"])
    return [(str(year), f"{year} 年") for year in years]


HOST = Section(
    code="host",
    number="2",
    title=_("依托单位"),
    intro=_("名称与统一社会信用代码按单位注册信息预填，须与营业执照一致。"),
    entries=(
        Text(
            code="host_name",
            label=_("单位名称"),
            help=_("营业执照上的全称，不写简称；须与已确认的单位注册信息一致。"),
            longest=100,
            identifying=True,
        ),
        Uscc(code="uscc", label=_("统一社会信用代码"), help=_("18 位，与营业执照一致。"), identifying=True),
        Date(
            code="registered_on",
            label=_("成立日期"),
            help=_("营业执照上的成立日期；成立年限和应填的财务年度按它计算。"),
        ),
        Text(
            code="reg_address",
            label=_("注册地址"),
            help=_("营业执照上的住所，须在石家庄市内。"),
            identifying=True,
            clause="二(一)",
        ),
        Money(
            code="reg_capital",
            label=_("注册资本"),
            help=_("营业执照上的注册资本，5000 万元填 5000；外币折算成人民币。"),
        ),
        Choice(
            code="chain_role",
            label=_("产业链地位"),
            help=_("以市产业链图谱或县级证明为准；图谱中没有的，须上传证明。"),
            options=tuple(ChainRole.choices),
            clause="二(一)",
        ),
        Text(
            code="legal_rep",
            label=_("法定代表人"),
            help=_("与营业执照一致，承诺书由其签字。"),
            longest=50,
            private=True,
            identifying=True,
        ),
        Text(
            code="contact",
            label=_("联系人"),
            help=_("熟悉申报内容的经办人，县、市科技管理部门核对材料时联系。"),
            longest=50,
            private=True,
            identifying=True,
        ),
        Phone(
            code="mobile",
            label=_("联系人手机"),
            help=_("11 位手机号码，只供办理部门联系，不公开。"),
            private=True,
            identifying=True,
            checks=(is_mobile,),
        ),
        Email(
            code="email",
            label=_("电子邮箱"),
            help=_("例如 name@example.com，只供办理部门联系，不公开。"),
            private=True,
            identifying=True,
            checks=(is_email,),
        ),
        Rows(
            code="qualifications",
            label=_("企业资质"),
            row_label=_("资质"),
            help=_("高新技术企业、专精特新等，没有可不填。有效期须覆盖申报截止日。"),
            columns=(
                Choice(
                    code="kind",
                    label=_("资质"),
                    help=_("每项资质一行；换过证的只填现行有效的一期。"),
                    example=_("高新技术企业"),
                    options=(
                        ("high_tech", _("高新技术企业")),
                        ("specialised", _("专精特新中小企业")),
                        ("little_giant", _("专精特新“小巨人”")),
                        ("listed", _("上市公司")),
                        ("tech_sme", _("科技型中小企业")),
                    ),
                ),
                Text(
                    code="certificate",
                    label=_("证书编号"),
                    help=_("与证书一致；上市公司填证券代码。"),
                    longest=60,
                    example="GR202513000001",
                    identifying=True,
                ),
                Date(
                    code="valid_to",
                    label=_("有效期至"),
                    help=_("证书上的截止日期；上市公司不填。"),
                    example="2028-12-31",
                    required=lambda row, setting: row.get("kind") != "listed",
                ),
            ),
            most=10,
        ),
        Grid(
            code="finance",
            label=_("近年财务数据"),
            help=_(
                "以审计报告为准，每年一份作为附件上传；单位万元，没有发生额请填 0。"
                "成立不足 {finance_years} 年的填 {finance_years_young} 年。"
            ),
            lines=(
                Money(code="revenue", label=FINANCE["revenue"], help=_("利润表“营业收入”，不含增值税。")),
                Money(
                    code="profit",
                    label=FINANCE["profit"],
                    help=_("利润表“利润总额”，亏损填负数，例如 -120。"),
                    negative=True,
                ),
                Money(
                    code="tax_paid",
                    label=FINANCE["tax_paid"],
                    help=_("当年实际缴纳的各项税金合计，与完税证明一致。"),
                ),
                Money(
                    code="rd_expense",
                    label=FINANCE["rd_expense"],
                    help=_("审计报告中的研发费用，含资本化部分；最近一年的用于核对认定条件。"),
                ),
                Money(code="assets", label=FINANCE["assets"], help=_("资产负债表年末“资产总计”。")),
                Money(code="liabilities", label=FINANCE["liabilities"], help=_("资产负债表年末“负债合计”。")),
            ),
            columns=_years,
            required_columns=asked_years,
        ),
        LongText(
            code="rd_reason",
            label=_("研发费用超过营业收入的原因"),
            help=_("仅在某一年研发费用大于营业收入时填写，例如产品尚在研发、没有形成销售。"),
            required=False,
            longest=500,
        ),
        YesNo(
            code="similar_platform",
            label=_("是否已有同类省级平台"),
            help=_("依托单位同一方向已建有省级及以上平台的，评审时会考虑重复建设问题。"),
        ),
        YesNo(
            code="clean_record",
            label=_("无严重失信、未列入经营异常名录、无逾期未结项目"),
            help=_("三种情形都没有的选“是”；以“信用中国”和市科技局查询结果为准。"),
        ),
    ),
    rules=(host_is_who_registered, registered_already, qualifications_still_valid, rd_within_revenue),
    hints=(amounts_leap, finance_since_last, capital_since_last, role_as_on_the_map),
)
