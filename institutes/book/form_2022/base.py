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


def _day(table: str) -> Date:
    code, label = DAYS[table]
    return Date(code=code, label=label, example="2025-03-14", marks_recent=True)


BASE = Section(
    code="base",
    number="7",
    title=_("研发基础"),
    intro=_(
        "依托单位和共建单位在本产业方向已有的成果。没有的表可以空着；近三年的授权专利和软件著作权计入认定条件。"
    ),
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
                Choice(code="kind", label=_("类型"), options=KINDS, example=_("发明专利")),
                PatentNumber(code="number", label=_("专利号"), example="ZL202110000001.6", identifying=True),
                Text(code="title", label=_("名称"), longest=120, example=_("一种示例材料的制备方法")),
                _day(PATENTS),
                Text(
                    code="owner",
                    label=_("专利权人"),
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
            most=200,
            columns=(
                Text(code="name", label=_("软件名称"), longest=120, example=_("示例检测软件 V1.0")),
                Text(code="number", label=_("登记号"), longest=40, example="2025SR0000001", identifying=True),
                _day(SOFTWARE),
                Text(
                    code="owner",
                    label=_("著作权人"),
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
            most=100,
            columns=(
                Text(
                    code="number", label=_("标准号"), longest=40, example="GB/T 00000-2025", identifying=True
                ),
                Text(code="name", label=_("标准名称"), longest=120, example=_("示例材料技术规范")),
                Choice(
                    code="level",
                    label=_("级别"),
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
            most=100,
            columns=(
                Text(code="name", label=_("奖励名称"), longest=120, example=_("示例省科学技术进步奖")),
                Choice(code="level", label=_("级别"), options=LEVELS, example=_("省级")),
                Text(code="grade", label=_("等次"), longest=20, required=False, example=_("二等奖")),
                _day(AWARDS),
                Text(
                    code="winner",
                    label=_("获奖单位或人员"),
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
            help=_("政府科技计划项目，金额为财政资金。"),
            most=100,
            columns=(
                Choice(code="level", label=_("级别"), options=LEVELS, example=_("省级")),
                Text(
                    code="number",
                    label=_("项目编号"),
                    longest=40,
                    example="SAMPLE-2025-001",
                    identifying=True,
                ),
                Text(code="name", label=_("项目名称"), longest=120, example=_("示例关键技术研究")),
                Money(code="amount", label=_("财政资金"), example="100"),
                Choice(
                    code="role",
                    label=_("作用"),
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
