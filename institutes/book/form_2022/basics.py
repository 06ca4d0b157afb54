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
            help=_(
                "格式：石家庄市＋产业名称＋产业技术研究院，例如“石家庄市示例材料产业技术研究院”。"
                "公示和证书用这个名称，请与章程、共建协议一致。"
            ),
            longest=60,
            identifying=True,
            checks=(fits_name_pattern,),
        ),
        Reference(
            code="chain",
            label=_("所属产业链"),
            help=_("研究院主要服务的产业链；依托单位已列入市产业链图谱的，选它所在的链。"),
            source="chains",
            clause="四(一)",
        ),
        Reference(
            code="segment",
            label=_("产业链环节"),
            help=_("研究院主要服务的环节，须属于上面所选的产业链。"),
            source="segments",
            clause="四(一)",
        ),
        Text(
            code="industry",
            label=_("产业领域"),
            help=_("比产业链更具体，写到主要产品或技术，例如“半导体照明材料”。"),
            longest=60,
            clause="二(一)",
        ),
        Date(
            code="established_on", label=_("组建日期"), help=_("共建协议生效或决定组建的日期，不能晚于今天。")
        ),
        Date(
            code="build_from",
            label=_("建设期自"),
            help=_("开始建设的日期；建设目标、阶段安排和经费预算都按建设期填写。"),
        ),
        Date(
            code="build_to",
            label=_("建设期至"),
            help=_("建设期不超过 {build_years_max} 年；共建协议和场地租期须覆盖到这一天。"),
        ),
    ),
    rules=(segment_belongs_to_chain, established_already, build_period_fits),
)
