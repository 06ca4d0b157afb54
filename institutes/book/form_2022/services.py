"""10 开放服务."""

from django.utils.translation import gettext_lazy as _

from institutes.book.checks import is_phone
from institutes.book.core import Section
from institutes.book.kinds import LongText, Phone, Rows, Text
from institutes.book.values import Setting


def _where_offered(services: dict, setting: Setting) -> bool:
    return bool(services.get("catalogue"))


SERVICES = Section(
    code="services",
    number="10",
    title=_("开放服务"),
    intro=_(
        "向行业开放的检测、试验、咨询、培训等服务。申报时选填；填写服务目录的，须写明收费办法和预约方式。"
    ),
    optional=True,
    entries=(
        Rows(
            code="catalogue",
            label=_("服务目录"),
            row_label=_("服务"),
            help=_("现在已能提供的服务；打算开展的写在第八部分“公共技术服务”。"),
            most=60,
            clause="二(二)",
            columns=(
                Text(
                    code="name",
                    label=_("服务名称"),
                    help=_("企业一看就懂的叫法，每项服务一行。"),
                    longest=80,
                    example=_("材料成分检测"),
                ),
                Text(
                    code="content",
                    label=_("服务内容"),
                    help=_("能做到的范围、依据的标准和一般周期。"),
                    longest=300,
                    example=_("常规元素定量分析"),
                ),
                Text(
                    code="audience",
                    label=_("服务对象"),
                    help=_("不限对象的可不填。"),
                    longest=80,
                    required=False,
                    example=_("链上企业"),
                ),
                Text(
                    code="price",
                    label=_("收费标准"),
                    help=_("金额和计价单位；不收费的填“免费”，面议的写明怎样计价。"),
                    longest=80,
                    example=_("300 元/样"),
                ),
            ),
        ),
        LongText(
            code="price_rule",
            label=_("收费办法"),
            help=_("定价依据、优惠对象、公开方式。"),
            required=_where_offered,
            longest=1000,
        ),
        Text(
            code="booking_contact",
            label=_("预约联系人"),
            help=_("接待外单位预约的人，可以不是申报联系人；不提供给评审专家。"),
            longest=50,
            required=_where_offered,
            private=True,
            identifying=True,
        ),
        Phone(
            code="booking_phone",
            label=_("预约电话"),
            help=_("手机，或带区号的座机，例如 0311-00000000。"),
            required=_where_offered,
            private=True,
            identifying=True,
            checks=(is_phone,),
        ),
    ),
)
