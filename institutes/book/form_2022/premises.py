"""6 场地与设备."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.form_2022.shared import limit
from institutes.book.kinds import YES_OR_NO, Choice, Date, DecimalNumber, Money, Rows, Text
from institutes.book.rules.premises import (
    OWN,
    area_since_last,
    bought_already,
    devices_since_last,
    equipment_adds_up,
    equipment_since_last,
    is_leased,
    lease_covers_build_period,
    pilot_line_since_last,
    pilot_line_within_area,
)

_SQUARE_METRES = _("平方米")

PREMISES = Section(
    code="premises",
    number="6",
    title=_("场地与设备"),
    intro=_("研究院可以使用的科研场地和仪器设备。设备逐台（套）列入清单，清单合计须与所填原值一致。"),
    entries=(
        DecimalNumber(
            code="area_m2",
            label=_("科研场地面积"),
            help=_("研究院集中、独立使用的建筑面积，含中试场地；须有产权或租赁证明。"),
            unit=_SQUARE_METRES,
        ),
        Choice(
            code="tenure",
            label=_("场地来源"),
            help=_("与附件中的产权证明或租赁合同一致；选“租赁”或“部分租赁”的还要填租期。"),
            options=((OWN, _("自有")), ("lease", _("租赁")), ("mixed", _("部分自有、部分租赁"))),
        ),
        Date(
            code="lease_to",
            label=_("租期至"),
            help=_("租赁场地必填，不早于建设期结束日；有多份合同的填最早到期的。"),
            required=is_leased,
        ),
        DecimalNumber(
            code="pilot_line_m2",
            label=_("其中中试面积"),
            help=_("上面面积中用于中试的部分；没有请填 0。"),
            unit=_SQUARE_METRES,
        ),
        Money(
            code="equipment_value",
            label=_("科研设备原值"),
            help=_("账面原值合计，与设备清单合计一致；没有设备请填 0。"),
        ),
        Rows(
            code="equipment",
            label=_("设备清单"),
            row_label=_("设备"),
            help=_("每台（套）一行，台数多的可以从表格粘贴或导入。设备清单及购置凭证另作为附件上传。"),
            most=limit("equipment_max"),
            columns=(
                Text(
                    code="name",
                    label=_("设备名称"),
                    help=_("与资产台账一致。"),
                    longest=80,
                    example=_("示例扫描电镜"),
                ),
                Text(
                    code="model",
                    label=_("型号规格"),
                    help=_("铭牌上的型号；自制设备可不填。"),
                    longest=80,
                    required=False,
                    example="SEM-100",
                ),
                Date(
                    code="bought_on",
                    label=_("购置日期"),
                    help=_("发票日期；自制设备填验收日期。"),
                    example="2024-06-30",
                ),
                Money(
                    code="original_value",
                    label=_("原值"),
                    help=_("购置时的账面原值，不是折旧后的净值。"),
                    example="86.5",
                ),
                Text(
                    code="owner",
                    label=_("产权单位"),
                    help=_("资产登记在哪家单位名下，写全称。"),
                    longest=100,
                    example=_("示例科技有限公司"),
                    identifying=True,
                ),
                Choice(
                    code="open_share",
                    label=_("开放共享"),
                    help=_("愿意让产业链上其他单位使用的选“是”。"),
                    options=YES_OR_NO,
                    example=_("是"),
                ),
            ),
        ),
    ),
    rules=(pilot_line_within_area, lease_covers_build_period, equipment_adds_up, bought_already),
    hints=(area_since_last, pilot_line_since_last, equipment_since_last, devices_since_last),
)
