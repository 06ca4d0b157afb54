"""5 人才团队."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.form_2022.shared import DEGREES, TIMES, limit
from institutes.book.kinds import Choice, Integer, Rows, Text, Year
from institutes.book.rules.team import (
    ROSTER,
    degrees_as_listed,
    full_time_is_full,
    nobody_twice,
    parts_within_total,
    roster_agrees,
    team_is_of_age,
)

_PEOPLE = _("人")

TEAM = Section(
    code="team",
    number="5",
    title=_("人才团队"),
    intro=_(
        "按研究院（不是依托单位全员）填写人数，没有的填 0；研发人员逐人列入名册，名册人数须与所填人数一致。"
    ),
    entries=(
        Integer(
            code="headcount_total",
            label=_("研究院总人数"),
            help=_("研究院全部人员，含管理、辅助人员和兼职人员。"),
            unit=_PEOPLE,
            least=1,
            most=100_000,
        ),
        Integer(
            code="rd_fulltime",
            label=_("其中全职研发人员"),
            help=_("与名册中“全职”的人数一致。"),
            unit=_PEOPLE,
            most=100_000,
        ),
        Integer(
            code="rd_parttime",
            label=_("其中兼职研发人员"),
            help=_("与名册中“兼职”的人数一致。"),
            unit=_PEOPLE,
            most=100_000,
        ),
        Integer(code="phd", label=_("其中博士"), help=_("按最高学历计。"), unit=_PEOPLE, most=100_000),
        Integer(
            code="master", label=_("其中硕士"), help=_("按最高学历计，不含博士。"), unit=_PEOPLE, most=100_000
        ),
        Integer(
            code="senior_title",
            label=_("其中高级职称"),
            help=_("副高级及以上职称。"),
            unit=_PEOPLE,
            most=100_000,
        ),
        Rows(
            code="roster",
            label=ROSTER,
            row_label=_("人员"),
            help=_("每人一行。人员名册及社保缴纳证明另作为附件上传。"),
            least=1,
            most=limit("roster_max"),
            columns=(
                Text(
                    code="name",
                    label=_("姓名"),
                    longest=50,
                    example=_("示例甲"),
                    private=True,
                    identifying=True,
                ),
                Year(
                    code="birth_year",
                    label=_("出生年份"),
                    help=_("四位数字。"),
                    example="1985",
                    private=True,
                    identifying=True,
                ),
                Choice(code="degree", label=_("学历"), example=_("博士"), options=DEGREES),
                Text(code="title", label=_("职称"), longest=40, required=False, example=_("高级工程师")),
                Text(code="field", label=_("专业"), longest=40, example=_("材料学")),
                Choice(code="time", label=_("全职或兼职"), example=_("全职"), options=TIMES),
                Integer(
                    code="share",
                    label=_("工时占比"),
                    help=_("在研究院的工作时间占其全部工作时间的比例。"),
                    unit="%",
                    example="100",
                    least=1,
                    most=100,
                ),
                Text(
                    code="employer",
                    label=_("工作单位"),
                    help=_("缴纳社保的单位。"),
                    longest=100,
                    example=_("示例科技有限公司"),
                    identifying=True,
                ),
            ),
        ),
    ),
    rules=(parts_within_total, roster_agrees, team_is_of_age),
    hints=(nobody_twice, full_time_is_full, degrees_as_listed),
)
