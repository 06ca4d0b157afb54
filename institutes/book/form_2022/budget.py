"""9 经费预算."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.kinds import Grid, LongText, Money
from institutes.book.rules.budget import (
    bonuses_from_own_money,
    partners_money_is_in_budget,
    sources_equal_uses,
    sources_since_last,
)
from institutes.book.values import Setting


def _amount(setting: Setting) -> list[tuple[str, object]]:
    return [("amount", _("金额"))]


BUDGET = Section(
    code="budget",
    number="9",
    title=_("经费预算"),
    intro=_("建设期内的全部经费，单位万元。来源合计与支出合计应相等；财政资金不得用于奖金、福利。"),
    entries=(
        Grid(
            code="sources",
            label=_("经费来源"),
            help=_("建设期内确定能够到位的资金，没有的填 0。"),
            columns=_amount,
            sums=True,
            lines=(
                Money(
                    code="host",
                    label=_("依托单位自筹"),
                    help=_("依托单位投入研究院的自有资金，含银行贷款。"),
                ),
                Money(code="partners", label=_("共建单位投入"), help=_("与第三部分各家“投入资金”合计一致。")),
                Money(
                    code="municipal",
                    label=_("市级建设资金"),
                    help=_("新认定后市财政给予的建设资金，标准见实施意见四(三)。"),
                    clause="四(三)",
                ),
                Money(
                    code="county",
                    label=_("县级配套"),
                    help=_("县（市、区）已书面同意安排的资金；填有金额的须上传县级支持文件。"),
                    clause="五(二)",
                ),
                Money(
                    code="other",
                    label=_("其他来源"),
                    help=_("其他财政项目、社会投资、服务收入等，在预算说明中逐项列明。"),
                ),
            ),
        ),
        Grid(
            code="uses",
            label=_("经费支出"),
            help=_("建设期内的全部支出，合计与来源合计相等；没有的填 0。"),
            columns=_amount,
            sums=True,
            lines=(
                Money(
                    code="equipment", label=_("设备购置"), help=_("购置、试制、改造、租赁研发和中试设备。")
                ),
                Money(
                    code="materials", label=_("材料费"), help=_("研发和中试消耗的原料、试剂、低值易耗品。")
                ),
                Money(
                    code="labour",
                    label=_("人员费"),
                    help=_("研究院人员的工资、社保和劳务费；奖金、福利不得用财政资金。"),
                ),
                Money(
                    code="testing",
                    label=_("测试、化验与加工费"),
                    help=_("委托外单位检测、分析、加工的费用。"),
                ),
                Money(
                    code="other",
                    label=_("其他支出"),
                    help=_("场地改造、差旅会议、知识产权等，在预算说明中逐项列明。"),
                ),
            ),
        ),
        Money(
            code="bonuses",
            label=_("其中用于奖金、福利"),
            example="0",
            help=_("已计入上面的支出；只能由自筹、共建单位投入和其他来源列支，没有的可不填。"),
            required=False,
        ),
        LongText(
            code="budget_note",
            label=_("预算说明"),
            help=_("大额支出的测算依据，财政资金用在哪几项，“其他来源”“其他支出”的明细。"),
            required=False,
            longest=2000,
        ),
    ),
    rules=(partners_money_is_in_budget, sources_equal_uses, bonuses_from_own_money),
    hints=(sources_since_last,),
)
