"""3 共建单位."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.kinds import Choice, Date, Money, MultiChoice, Rows, Text, Uscc
from institutes.book.rules.partners import (
    CHINA,
    agreements_cover_build_period,
    agreements_say_everything,
    partners_are_others,
)

PARTNERS = Section(
    code="partners",
    number="3",
    title=_("共建单位"),
    intro=_("产业链上下游优势企业、高校、科研院所，以及用户单位和金融机构。每家须签订共建协议并上传。"),
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
                Text(code="name", label=_("单位名称"), longest=100, identifying=True),
                Choice(code="kind", label=_("类型"), source="partner_kinds", clause="二(三)1"),
                Text(
                    code="country",
                    label=_("国家或地区"),
                    help=_("境内单位填“中国”。"),
                    longest=40,
                ),
                Uscc(
                    code="uscc",
                    label=_("统一社会信用代码"),
                    help=_("境内单位必填；高校一般以 12 开头。"),
                    required=lambda row, setting: row.get("country") == CHINA,
                    identifying=True,
                ),
                Date(code="signed_on", label=_("协议签订日期")),
                Date(code="valid_to", label=_("协议有效期至"), help=_("不早于建设期结束日。")),
                MultiChoice(
                    code="clauses",
                    label=_("协议已约定"),
                    help=_("四项均须在协议中约定。"),
                    source="agreement_clauses",
                    clause="二(三)4",
                ),
                Money(code="money", label=_("投入资金"), help=_("没有投入资金请填 0。"), clause="二(三)3"),
                Text(
                    code="other",
                    label=_("其他投入"),
                    help=_("设备、场地、人员、知识产权等。"),
                    required=False,
                    longest=300,
                    clause="二(三)3",
                ),
            ),
        ),
    ),
    rules=(partners_are_others, agreements_cover_build_period, agreements_say_everything),
)
