"""8 建设方案."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.form_2022.shared import limit
from institutes.book.kinds import Date, Field, Grid, Integer, LongText, Money, Rows, Text
from institutes.book.rules.plan import (
    TARGETS,
    every_year_has_a_milestone,
    milestones_in_build_period,
    targets_grow,
    targets_leap,
    targets_since_last,
)
from institutes.book.values import Setting


def _columns(setting: Setting) -> list[tuple[str, object]]:
    return [("base", _("现有")), ("year_1", _("第一年")), ("year_2", _("第二年（累计）"))]


def _target(code: str, unit, help_text) -> Field:
    return Integer(code=code, label=TARGETS[code], unit=unit, help=help_text)


PLAN = Section(
    code="plan",
    number="8",
    title=_("建设方案与目标"),
    intro=_("研究方向要有限目标、有所为有所不为；五项主要任务逐项写明怎么做、做到什么程度（二(二)）。"),
    entries=(
        LongText(
            code="background",
            label=_("建设背景与必要性"),
            help=_(
                "产业链在我市的规模和短板，卡在哪些共性技术上，为什么须联合攻关，"
                "依托单位凭什么能带动上下游。用数据说明，注明出处和年份。"
            ),
            clause="二(一)",
        ),
        Rows(
            code="directions",
            label=_("研究方向"),
            row_label=_("研究方向"),
            help=_("{directions_min} 至 {directions_max} 个，每个方向对准一个要突破的瓶颈，不求齐全。"),
            clause="二(三)2",
            least=limit("directions_min"),
            most=limit("directions_max"),
            columns=(
                Text(
                    code="name",
                    label=_("方向名称"),
                    help=_("一个短语，写到技术，不写“其他”“综合”。"),
                    longest=60,
                    example=_("关键工艺与稳定性"),
                ),
                Text(
                    code="content",
                    label=_("主要内容与预期突破"),
                    help=_("解决什么问题、走什么技术路线、建设期末做到什么指标。"),
                    longest=500,
                    example=_("突破共性难题，形成样机"),
                ),
            ),
        ),
        LongText(
            code="task_common_technology",
            label=_("产业共性关键技术研发"),
            help=_("拟突破哪几项技术，每项的现有指标和目标指标，由谁牵头、谁参加，成果怎样让链上企业共享。"),
            clause="二(二)",
        ),
        LongText(
            code="task_integration",
            label=_("技术集成与成套工艺、装备、产品开发"),
            help=_("把哪些技术集成为什么成套工艺、重大装备或产品，在哪里验证，何时能够推广。"),
            clause="二(二)",
        ),
        LongText(
            code="task_second_development",
            label=_("科技成果二次开发与中试熟化"),
            help=_("成果从哪里来，中试的场地、产线和投入，从小试到中试放大的步骤，熟化后转给谁用。"),
            clause="二(二)",
        ),
        LongText(
            code="task_public_service",
            label=_("公共技术服务"),
            help=_(
                "向哪些企业提供技术开发、咨询、检测、培训，每年服务多少家；已能提供的服务再列入第十部分。"
            ),
            clause="二(二)",
        ),
        LongText(
            code="task_strategy",
            label=_("产业发展战略研究"),
            help=_("编制哪些技术进步路线图、产业发展规划或咨询建议，何时完成，交给谁用。"),
            clause="二(二)",
        ),
        Rows(
            code="milestones",
            label=_("阶段安排"),
            row_label=_("阶段"),
            help=_("建设期内每年至少一项。"),
            least=2,
            most=20,
            columns=(
                Date(
                    code="due_on",
                    label=_("完成时间"),
                    help=_("在第一部分所填的建设期内。"),
                    example="2027-06-30",
                ),
                Text(
                    code="content",
                    label=_("完成内容"),
                    help=_("到期能够核实的结果，例如“中试线建成并连续试产三批”，不写“推进”“加强”。"),
                    longest=300,
                    example=_("完成中试验证"),
                ),
            ),
        ),
        Grid(
            code="targets",
            label=_("建设目标"),
            help=_(
                "“现有”填组建前的情况；第一年、第二年（累计）都从建设期开始算起。没有的填 0。"
                "验收时逐项对照，请量力而行。"
            ),
            clause="二(三)2",
            columns=_columns,
            lines=(
                _target("new_technologies", _("项"), _("研究院开发、经检测或用户验证可用的技术。")),
                _target("new_products", _("项"), _("用研究院技术定型、可以销售的产品。")),
                _target("killer_products", _("项"), _("新产品中替代进口或国内领先的，也计入新产品。")),
                _target("transfers", _("项"), _("签订转让、许可或作价投资合同的成果。")),
                _target("invention_patents", _("件"), _("研究院作为专利权人或由其成果形成、已授权的。")),
                _target("service_clients", _("家"), _("签有合同或有服务记录的企业，一家只计一次。")),
                _target("incubated_firms", _("家"), _("由研究院孵化或引进、在石家庄市注册的企业。")),
                Money(
                    code="new_revenue",
                    label=TARGETS["new_revenue"],
                    help=_("依托单位和链上企业因采用研究院成果增加的收入。"),
                ),
                Money(code="tax", label=TARGETS["tax"], help=_("与上一项对应、在石家庄市缴纳的税金。")),
                _target("trained_people", _("人"), _("研究院引进和为企业培训的技术人员，按人数不按人次。")),
            ),
        ),
    ),
    rules=(milestones_in_build_period, every_year_has_a_milestone, targets_grow),
    hints=(targets_leap, targets_since_last),
)
