"""12 回避申请."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.kinds import Rows, Text
from institutes.book.rules.recusal import somebody_is_named
from institutes.book.values import Setting


def _most(setting: Setting) -> int:
    return setting.terms["limits"]["exclusions_max"]


RECUSAL = Section(
    code="recusal",
    number="12",
    title=_("回避申请"),
    intro=_(
        "可以申请不由某位专家或某单位的专家评审本申报，须写明理由。选填。"
        "仅本单位和市科技局可见，抽取专家时自动排除，不向评审机构和专家提供。"
    ),
    optional=True,
    confidential=True,
    entries=(
        Rows(
            code="exclusions",
            label=_("申请回避"),
            row_label=_("回避对象"),
            help=_("填专家姓名或工作单位，至少一项。"),
            most=_most,
            columns=(
                Text(
                    code="expert",
                    label=_("专家姓名"),
                    help=_("全名；可能重名的同时填工作单位。"),
                    longest=50,
                    required=False,
                    example=_("示例专家"),
                ),
                Text(
                    code="employer",
                    label=_("工作单位"),
                    help=_("全称；只填单位的，该单位的专家全部回避。"),
                    longest=100,
                    required=False,
                    example=_("示例大学"),
                ),
                Text(
                    code="reason",
                    label=_("理由"),
                    help=_("具体事实，例如竞争关系、未结纠纷、师生或亲属关系。"),
                    longest=300,
                    example=_("与本单位有未结合同纠纷"),
                ),
            ),
        ),
    ),
    rules=(somebody_is_named,),
)
