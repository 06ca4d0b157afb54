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


def _target(code: str, unit) -> Field:
    return Integer(code=code, label=TARGETS[code], unit=unit)


PLAN = Section(
    code="plan",
    number="8",
    title=_("建设方案与目标"),
    intro=_("研究方向要有限目标、有所为有所不为；五项主要任务逐项写明怎么做、做到什么程度（二(二)）。"),
    entries=(
        LongText(code="background", label=_("建设背景与必要性"), clause="二(一)"),
        Rows(
            code="directions",
            label=_("研究方向"),
            row_label=_("研究方向"),
            help=_("3 至 5 个。"),
            clause="二(三)2",
            least=limit("directions_min"),
            most=limit("directions_max"),
            columns=(
                Text(code="name", label=_("方向名称"), longest=60, example=_("关键工艺与稳定性")),
                Text(
                    code="content",
                    label=_("主要内容与预期突破"),
                    longest=500,
                    example=_("突破共性难题，形成样机"),
                ),
            ),
        ),
        LongText(code="task_common_technology", label=_("产业共性关键技术研发"), clause="二(二)"),
        LongText(code="task_integration", label=_("技术集成与成套工艺、装备、产品开发"), clause="二(二)"),
        LongText(code="task_second_development", label=_("科技成果二次开发与中试熟化"), clause="二(二)"),
        LongText(code="task_public_service", label=_("公共技术服务"), clause="二(二)"),
        LongText(code="task_strategy", label=_("产业发展战略研究"), clause="二(二)"),
        Rows(
            code="milestones",
            label=_("阶段安排"),
            row_label=_("阶段"),
            help=_("建设期内每年至少一项。"),
            least=2,
            most=20,
            columns=(
                Date(code="due_on", label=_("完成时间"), example="2027-06-30"),
                Text(code="content", label=_("完成内容"), longest=300, example=_("完成中试验证")),
            ),
        ),
        Grid(
            code="targets",
            label=_("建设目标"),
            help=_("每项都要有现有值、第一年目标和第二年累计目标，没有的填 0。验收时逐项对照。"),
            clause="二(三)2",
            columns=_columns,
            lines=(
                _target("new_technologies", _("项")),
                _target("new_products", _("项")),
                _target("killer_products", _("项")),
                _target("transfers", _("项")),
                _target("invention_patents", _("件")),
                _target("service_clients", _("家")),
                _target("incubated_firms", _("家")),
                Money(code="new_revenue", label=TARGETS["new_revenue"]),
                Money(code="tax", label=TARGETS["tax"]),
                _target("trained_people", _("人")),
            ),
        ),
    ),
    rules=(milestones_in_build_period, every_year_has_a_milestone, targets_grow),
    hints=(targets_leap, targets_since_last),
)
