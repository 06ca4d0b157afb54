"""3 共建单位."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.kinds import Choice, Date, DecimalNumber, Integer, Money, MultiChoice, Rows, Text, Uscc
from institutes.book.rules.partners import (
    CHINA,
    agreements_cover_build_period,
    agreements_say_everything,
    contributions_since_last,
    everybody_contributes,
    partners_are_others,
)

PARTNERS = Section(
    code="partners",
    number="3",
    title=_("共建单位"),
    intro=_(
        "产业链上下游优势企业、高校、科研院所，以及用户单位和金融机构。每家须签订共建协议并上传；投入资金合计须与经费预算一致。"
    ),
    entries=(
        Rows(
            code="partners",
            label=_("共建单位"),
            row_label=_("共建单位"),
            clause="二(三)1",
            least=1,
            most=20,
            stacked=True,
            columns=(
                Text(code="name", label=_("单位名称"), longest=100, example=_("示例大学"), identifying=True),
                Choice(
                    code="kind",
                    label=_("类型"),
                    source="partner_kinds",
                    example=_("高等院校"),
                    clause="二(三)1",
                ),
                Choice(
                    code="level",
                    label=_("单位层次"),
                    example=_("“双一流”高校"),
                    help=_("没有对应层次的可不填。"),
                    required=False,
                    options=(
                        ("double_first_class", _("“双一流”高校")),
                        ("national_institute", _("国家级科研院所")),
                        ("provincial_institute", _("省级科研院所")),
                        ("listed", _("上市公司")),
                        ("little_giant", _("专精特新“小巨人”")),
                    ),
                    clause="二(三)2",
                ),
                Text(
                    code="country",
                    label=_("国家或地区"),
                    example=_("中国"),
                    help=_("境内单位填“中国”。"),
                    longest=40,
                ),
                Uscc(
                    code="uscc",
                    label=_("统一社会信用代码"),
                    example="12130000000000000U",
                    help=_("境内单位必填；高校一般以 12 开头。"),
                    required=lambda row, setting: row.get("country") == CHINA,
                    identifying=True,
                ),
                Date(code="signed_on", label=_("协议签订日期"), example="2026-03-01"),
                Date(
                    code="valid_to",
                    label=_("协议有效期至"),
                    example="2029-12-31",
                    help=_("不早于建设期结束日。"),
                ),
                MultiChoice(
                    code="clauses",
                    label=_("协议已约定"),
                    example=_("联合开发、优势互补、风险共担、利益共享"),
                    help=_("四项均须在协议中约定。"),
                    source="agreement_clauses",
                    clause="二(三)4",
                ),
                Money(
                    code="money",
                    label=_("投入资金"),
                    example="100",
                    help=_("没有投入资金请填 0。"),
                    clause="二(三)3",
                ),
                Money(
                    code="equipment",
                    label=_("投入设备（折价）"),
                    example="50",
                    required=False,
                    clause="二(三)3",
                ),
                DecimalNumber(
                    code="site_m2",
                    label=_("投入场地"),
                    example="200",
                    unit=_("平方米"),
                    required=False,
                    clause="二(三)3",
                ),
                Integer(
                    code="people",
                    label=_("派驻人员"),
                    example="3",
                    unit=_("人"),
                    most=10_000,
                    required=False,
                    clause="二(三)3",
                ),
                Integer(
                    code="ip",
                    label=_("投入知识产权"),
                    example="2",
                    help=_("作价或许可研究院使用的件数。"),
                    unit=_("件"),
                    most=10_000,
                    required=False,
                    clause="二(三)3",
                ),
                Text(
                    code="other",
                    label=_("其他投入与说明"),
                    example=_("开放实验室"),
                    required=False,
                    longest=300,
                    clause="二(三)3",
                ),
            ),
        ),
    ),
    rules=(partners_are_others, agreements_cover_build_period, agreements_say_everything),
    hints=(everybody_contributes, contributions_since_last),
)
