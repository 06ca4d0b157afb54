"""4 治理结构."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.form_2022.shared import DEGREES, TIMES
from institutes.book.kinds import Choice, Date, LongText, Rows, Text, YesNo
from institutes.book.rules.governance import (
    COMMITTEE,
    COUNCIL,
    DIRECTOR,
    bodies_are_complete,
    charter_is_adopted,
    council_has_every_partner,
    people_are_of_age,
    seats_are_held_once,
)

GOVERNANCE = Section(
    code="governance",
    number="4",
    title=_("治理结构"),
    intro=_("理事会决策、专家指导委员会指导、院长负责制，人财物相对独立（二(三)4）。"),
    entries=(
        Rows(
            code="people",
            label=_("组成人员"),
            row_label=_("人员"),
            help=_(
                "理事会不少于 {council_min} 人且各共建单位均有代表；"
                "专家指导委员会不少于 {expert_committee_min} 人；院长 {directors} 人。"
            ),
            clause="二(三)4",
            least=7,
            most=60,
            columns=(
                Choice(
                    code="body",
                    label=_("职务"),
                    help=_("一人兼两职的填两行，例如院长兼理事会成员。"),
                    example=_("理事会成员"),
                    options=(
                        (COUNCIL, _("理事会成员")),
                        (COMMITTEE, _("专家指导委员会成员")),
                        (DIRECTOR, _("院长")),
                    ),
                ),
                Text(
                    code="name",
                    label=_("姓名"),
                    help=_("与身份证件一致；不公开，不提供给评审专家。"),
                    longest=50,
                    example=_("示例甲"),
                    private=True,
                    identifying=True,
                ),
                Date(
                    code="born_on",
                    label=_("出生日期"),
                    help=_("与身份证件一致，用于核对年龄（{age_min} 至 {age_max} 岁）。"),
                    example="1975-05-01",
                    private=True,
                    identifying=True,
                ),
                Choice(
                    code="degree",
                    label=_("学历"),
                    help=_("已取得的最高学历，在读的不算。"),
                    example=_("博士"),
                    options=DEGREES,
                ),
                Text(
                    code="title",
                    label=_("职称"),
                    help=_("专业技术职称；没有职称的填行政职务。"),
                    longest=40,
                    example=_("教授"),
                ),
                Text(
                    code="employer",
                    label=_("工作单位"),
                    help=_("人事关系所在单位全称；共建单位的代表须与第三部分的单位名称一字不差。"),
                    longest=100,
                    example=_("示例大学"),
                    identifying=True,
                ),
                Choice(
                    code="time",
                    label=_("全职或兼职"),
                    help=_("专门在研究院任职的为全职，在原单位另有岗位的为兼职。"),
                    example=_("兼职"),
                    options=TIMES,
                ),
            ),
        ),
        Date(
            code="charter_on",
            label=_("章程通过日期"),
            help=_("理事会或共建各方会议通过章程的日期；章程全文作为附件上传。"),
            clause="二(三)4",
        ),
        YesNo(
            code="independent_accounting",
            label=_("是否单独核算"),
            help=_("经费单独建账、收支能单独列报的选“是”。这是认定的必备条件。"),
            clause="二(三)4",
        ),
        LongText(
            code="independence",
            label=_("人财物相对独立的安排"),
            help=_("人员聘用、经费管理、资产归属如何与依托单位分开。"),
            longest=2000,
            clause="二(三)4",
        ),
    ),
    rules=(
        bodies_are_complete,
        council_has_every_partner,
        people_are_of_age,
        seats_are_held_once,
        charter_is_adopted,
    ),
)
