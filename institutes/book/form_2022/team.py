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
        Integer(
            code="phd",
            label=_("其中博士"),
            help=_("总人数中最高学历为博士的，不只算研发人员。"),
            unit=_PEOPLE,
            most=100_000,
        ),
        Integer(
            code="master",
            label=_("其中硕士"),
            help=_("总人数中最高学历为硕士的，不含博士。"),
            unit=_PEOPLE,
            most=100_000,
        ),
        Integer(
            code="senior_title",
            label=_("其中高级职称"),
            help=_("总人数中具有副高级及以上职称的。"),
            unit=_PEOPLE,
            most=100_000,
        ),
        Rows(
            code="roster",
            label=ROSTER,
            row_label=_("人员"),
            help=_("每人一行，人多的可以从表格粘贴或导入。人员名册及社保缴纳证明另作为附件上传。"),
            least=1,
            most=limit("roster_max"),
            columns=(
                Text(
                    code="name",
                    label=_("姓名"),
                    help=_("与社保缴纳证明上的姓名一致；不公开，不提供给评审专家。"),
                    longest=50,
                    example=_("示例甲"),
                    private=True,
                    identifying=True,
                ),
                Year(
                    code="birth_year",
                    label=_("出生年份"),
                    help=_("四位数字，用于核对年龄（{age_min} 至 {age_max} 岁）。"),
                    example="1985",
                    private=True,
                    identifying=True,
                ),
                Choice(
                    code="degree",
                    label=_("学历"),
                    help=_("已取得的最高学历，与上面填的博士、硕士人数核对。"),
                    example=_("博士"),
                    options=DEGREES,
                ),
                Text(
                    code="title",
                    label=_("职称"),
                    help=_("专业技术职称；没有可不填。"),
                    longest=40,
                    required=False,
                    example=_("高级工程师"),
                ),
                Text(
                    code="field",
                    label=_("专业"),
                    help=_("现在从事的专业，与研究方向对应。"),
                    longest=40,
                    example=_("材料学"),
                ),
                Choice(
                    code="time",
                    label=_("全职或兼职"),
                    help=_("全职的工时占比一般不低于 {fulltime_share_min}%；两类人数须与上面一致。"),
                    example=_("全职"),
                    options=TIMES,
                ),
                Integer(
                    code="share",
                    label=_("工时占比"),
                    help=_("在研究院的工作时间占其全部工作时间的比例，每周两天填 40。"),
                    unit="%",
                    example="100",
                    least=1,
                    most=100,
                ),
                Text(
                    code="employer",
                    label=_("工作单位"),
                    help=_("缴纳社保的单位全称，依托单位或共建单位。"),
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
