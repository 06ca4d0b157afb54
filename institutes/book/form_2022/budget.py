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
            columns=_amount,
            sums=True,
            lines=(
                Money(code="host", label=_("依托单位自筹")),
                Money(code="partners", label=_("共建单位投入"), help=_("与第三部分投入资金合计一致。")),
                Money(code="municipal", label=_("市级建设资金"), clause="四(三)"),
                Money(code="county", label=_("县级配套"), clause="五(二)"),
                Money(code="other", label=_("其他来源")),
            ),
        ),
        Grid(
            code="uses",
            label=_("经费支出"),
            columns=_amount,
            sums=True,
            lines=(
                Money(code="equipment", label=_("设备购置")),
                Money(code="materials", label=_("材料费")),
                Money(code="labour", label=_("人员费")),
                Money(code="testing", label=_("测试、化验与加工费")),
                Money(code="other", label=_("其他支出")),
            ),
        ),
        Money(
            code="bonuses",
            label=_("其中用于奖金、福利"),
            example="0",
            help=_("已计入上面的支出；只能由自筹、共建单位投入和其他来源列支，没有的可不填。"),
            required=False,
        ),
        LongText(code="budget_note", label=_("预算说明"), required=False, longest=2000),
    ),
    rules=(partners_money_is_in_budget, sources_equal_uses, bonuses_from_own_money),
    hints=(sources_since_last,),
)
