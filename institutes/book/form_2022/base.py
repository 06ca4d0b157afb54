"""7 研发基础."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Section
from institutes.book.form_2022.shared import LEVELS
from institutes.book.kinds import Choice, Date, LongText, Money, PatentNumber, Rows, Text
from institutes.book.rules.base import (
    AWARDS,
    DAYS,
    KINDS,
    LABELS,
    PATENTS,
    PROJECTS,
    SOFTWARE,
    STANDARDS,
    happened,
    named_once,
    patent_is_of_its_kind,
    projects_since_last,
    results_too_old_to_count,
)

_DAYS_TOLD = {
    PATENTS: _("证书上的授权公告日，不是申请日；近 {recent_years} 年的计入认定条件。"),
    SOFTWARE: _("登记证书上的登记日期；近 {recent_years} 年的计入认定条件。"),
    STANDARDS: _("标准封面上的发布日期，不是实施日期。"),
    AWARDS: _("获奖证书或授奖文件的日期。"),
    PROJECTS: _("立项文件的日期，没有的填任务书签订日期。"),
}


def _day(table: str) -> Date:
    code, label = DAYS[table]
    return Date(code=code, label=label, help=_DAYS_TOLD[table], example="2025-03-14", marks_recent=True)


BASE = Section(
    code="base",
    number="7",
    title=_("研发基础"),
    intro=_("依托单位和共建单位在本产业方向已有的成果。没有的表可以空着。"),
    entries=(
        LongText(
            code="overview",
            label=_("研发基础概述"),
            help=_("主要成果、水平和应用情况；暂无成果的如实说明。"),
            longest=2000,
        ),
        Rows(
            code=PATENTS,
            label=LABELS[PATENTS],
            row_label=_("专利"),
            help=_("只填已授权的，专利号与证书一致；同一专利只填一次。"),
            most=200,
            columns=(
                Choice(
                    code="kind",
                    label=_("类型"),
                    help=_("与专利证书一致；与专利号不符的会提示更正。"),
                    options=KINDS,
                    example=_("发明专利"),
                ),
                PatentNumber(
                    code="number",
                    label=_("专利号"),
                    help=_("ZL 开头，含小数点后的校验位；不是公告号（CN 开头、字母结尾）。"),
                    example="ZL202110000001.6",
                    identifying=True,
                ),
                Text(
                    code="title",
                    label=_("名称"),
                    help=_("证书上的发明创造名称。"),
                    longest=120,
                    example=_("一种示例材料的制备方法"),
                ),
                _day(PATENTS),
                Text(
                    code="owner",
                    label=_("专利权人"),
                    help=_("证书上的全部专利权人，用顿号隔开。"),
                    longest=200,
                    example=_("示例科技有限公司"),
                    identifying=True,
                ),
            ),
        ),
        Rows(
            code=SOFTWARE,
            label=LABELS[SOFTWARE],
            row_label=_("软件著作权"),
            help=_("只填已取得登记证书的；分别登记的版本各填一行。"),
            most=200,
            columns=(
                Text(
                    code="name",
                    label=_("软件名称"),
                    help=_("证书上的全称和版本号。"),
                    longest=120,
                    example=_("示例检测软件 V1.0"),
                ),
                Text(
                    code="number",
                    label=_("登记号"),
                    help=_("年份加 SR 的登记号，不是“软著登字”开头的证书号。"),
                    longest=40,
                    example="2025SR0000001",
                    identifying=True,
                ),
                _day(SOFTWARE),
                Text(
                    code="owner",
                    label=_("著作权人"),
                    help=_("证书上的全部著作权人，用顿号隔开。"),
                    longest=200,
                    example=_("示例科技有限公司"),
                    identifying=True,
                ),
            ),
        ),
        Rows(
            code=STANDARDS,
            label=LABELS[STANDARDS],
            row_label=_("标准"),
            help=_("已发布、前言中列有依托单位或共建单位的标准。"),
            most=100,
            columns=(
                Text(
                    code="number",
                    label=_("标准号"),
                    help=_("连同年代号。"),
                    longest=40,
                    example="GB/T 00000-2025",
                    identifying=True,
                ),
                Text(
                    code="name",
                    label=_("标准名称"),
                    help=_("封面上的中文名称。"),
                    longest=120,
                    example=_("示例材料技术规范"),
                ),
                Choice(
                    code="level",
                    label=_("级别"),
                    help=_("看标准号：GB 国家，DB 地方，T/ 团体，其余字母多为行业。"),
                    example=_("国家标准"),
                    options=(
                        ("international", _("国际标准")),
                        ("national", _("国家标准")),
                        ("industry", _("行业标准")),
                        ("local", _("地方标准")),
                        ("group", _("团体标准")),
                    ),
                ),
                Choice(
                    code="role",
                    label=_("作用"),
                    help=_("起草单位中排第一的为主持，其他为参与。"),
                    example=_("参与"),
                    options=(("lead", _("主持")), ("take_part", _("参与"))),
                ),
                _day(STANDARDS),
            ),
        ),
        Rows(
            code=AWARDS,
            label=LABELS[AWARDS],
            row_label=_("奖励"),
            help=_("与本产业方向有关的科学技术奖励，荣誉称号、竞赛名次不填。"),
            most=100,
            columns=(
                Text(
                    code="name",
                    label=_("奖励名称"),
                    help=_("证书上的奖励名称。"),
                    longest=120,
                    example=_("示例省科学技术进步奖"),
                ),
                Choice(
                    code="level",
                    label=_("级别"),
                    help=_("按授奖机关；学会、协会设立的选“其他”。"),
                    options=LEVELS,
                    example=_("省级"),
                ),
                Text(
                    code="grade",
                    label=_("等次"),
                    help=_("不分等次的可不填。"),
                    longest=20,
                    required=False,
                    example=_("二等奖"),
                ),
                _day(AWARDS),
                Text(
                    code="winner",
                    label=_("获奖单位或人员"),
                    help=_("属于依托单位、共建单位的获奖单位或人员，用顿号隔开。"),
                    longest=200,
                    example=_("示例科技有限公司"),
                    identifying=True,
                ),
            ),
        ),
        Rows(
            code=PROJECTS,
            label=LABELS[PROJECTS],
            row_label=_("项目"),
            help=_("政府科技计划项目，在研和已结题的都可以填；企业自立和横向项目不填。"),
            most=100,
            columns=(
                Choice(
                    code="level",
                    label=_("级别"),
                    help=_("按下达项目的部门。"),
                    options=LEVELS,
                    example=_("省级"),
                ),
                Text(
                    code="number",
                    label=_("项目编号"),
                    help=_("立项文件或任务书上的编号。"),
                    longest=40,
                    example="SAMPLE-2025-001",
                    identifying=True,
                ),
                Text(
                    code="name",
                    label=_("项目名称"),
                    help=_("任务书上的全称。"),
                    longest=120,
                    example=_("示例关键技术研究"),
                ),
                Money(
                    code="amount",
                    label=_("财政资金"),
                    help=_("批复的财政资金总额，不含自筹；没有请填 0。"),
                    example="100",
                ),
                Choice(
                    code="role",
                    label=_("作用"),
                    help=_("任务书的第一承担单位为牵头，其他为参加。"),
                    example=_("牵头"),
                    options=(("lead", _("牵头")), ("take_part", _("参加"))),
                ),
                _day(PROJECTS),
            ),
        ),
    ),
    rules=(*happened, *named_once, patent_is_of_its_kind),
    hints=(results_too_old_to_count, projects_since_last),
)
