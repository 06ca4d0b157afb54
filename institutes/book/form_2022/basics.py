"""1 基本信息."""

from django.utils.translation import gettext_lazy as _

from institutes.book.checks import fits_name_pattern
from institutes.book.core import Section
from institutes.book.kinds import Date, Reference, Text
from institutes.book.rules.basics import build_period_fits, established_already, segment_belongs_to_chain

BASICS = Section(
    code="basics",
    number="1",
    title=_("基本信息"),
    intro=_("研究院的名称、所在产业链和建设期。归口管理部门为依托单位注册地的科技管理部门。"),
    entries=(
        Text(
            code="institute_name",
            label=_("研究院名称"),
            help=_("格式：石家庄市＋产业名称＋产业技术研究院，例如“石家庄市示例材料产业技术研究院”。"),
            longest=60,
            identifying=True,
            checks=(fits_name_pattern,),
        ),
        Reference(code="chain", label=_("所属产业链"), source="chains", clause="四(一)"),
        Reference(
            code="segment",
            label=_("产业链环节"),
            help=_("选择所属产业链中的环节。"),
            source="segments",
            clause="四(一)",
        ),
        Text(
            code="industry",
            label=_("产业领域"),
            help=_("研究院服务的具体产业，例如“半导体照明材料”。"),
            longest=60,
            clause="二(一)",
        ),
        Date(code="established_on", label=_("组建日期"), help=_("共建协议生效或决定组建的日期。")),
        Date(code="build_from", label=_("建设期自")),
        Date(code="build_to", label=_("建设期至"), help=_("建设期不超过两年。")),
    ),
    rules=(segment_belongs_to_chain, established_already, build_period_fits),
)
