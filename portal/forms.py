"""Forms of the roof."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Division
from evaluation.models import ReviewEdition
from evaluation.selectors.what_if import Asked, faults_asked
from institutes.enums import ChainRole, Standing
from institutes.enums.provincial import Level
from portal.policy.entitlement import Case
from portal.selectors import public
from portal.selectors import search as found_by
from records import holiday_notice
from records.services import DayEntry

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""Between which years the calculator takes days."""


class VerifyForm(forms.Form):
    """The code under a QR."""

    code = forms.CharField(
        label=_("核验码"),
        max_length=32,
        help_text=_("文书二维码旁的 16 位核验码，不区分大小写；也可以直接扫描二维码。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CompareForm(forms.Form):
    """A file to hold against the one that was issued."""

    file = forms.FileField(
        label=_("比对电子文件"),
        help_text=_("选择手中的 PDF 文件，系统逐字节比对是否与签发时一致；文件不会被保存。"),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
    )


class DirectoryFilter(forms.Form):
    """Search of the directory."""

    q = forms.CharField(label=_("名称、曾用名、单位或证书编号"), required=False, max_length=60)
    division = forms.ChoiceField(label=_("所在县（市、区）"), required=False)
    chain = forms.ChoiceField(label=_("产业链"), required=False)
    year = forms.TypedChoiceField(label=_("认定年度"), required=False, coerce=int, empty_value=None)
    level = forms.ChoiceField(label=_("级别"), required=False, choices=[("", _("全部")), *Level.choices])
    standing = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("有效")),
            (public.COUNTED, _("有效和暂停资格")),
            *((value, label) for value, label in Standing.choices if value != Standing.IN_FORCE),
            ("all", _("全部")),
        ],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        divisions = Division.objects.active().values_list("code", "name")
        self.fields["division"].choices = [("", _("全部")), *divisions]
        self.fields["chain"].choices = [("", _("全部")), *public.chains().values_list("code", "name")]
        self.fields["year"].choices = [("", _("全部")), *((year, year) for year in public.years())]

    def asked(self) -> dict:
        """What was asked for, as the selector takes it; what of it is malformed asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        standing = given.get("standing") or public.IN_FORCE
        return {
            "text": given.get("q", ""),
            "division": given.get("division", ""),
            "chain": given.get("chain", ""),
            "year": given.get("year"),
            "standing": "" if standing == "all" else standing,
            "level": given.get("level", ""),
        }


class MapForm(forms.Form):
    """What the counties are compared by on the map, and of which year."""

    measure = forms.ChoiceField(label=_("指标"), required=False)
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, measures, years, **kwargs):
        super().__init__(*args, **kwargs)
        groups = [(_("公开指标"), False), (_("内部指标"), True)]
        self.fields["measure"].choices = [
            (label, [(each.code, each.label) for each in measures if bool(each.readers) is internal])
            for label, internal in groups
            if any(bool(each.readers) is internal for each in measures)
        ]
        self.fields["year"].choices = [("", _("全部年度")), *((year, f"{year} 年") for year in years)]

    def asked(self) -> tuple[str, int | None]:
        """The measure and the year; what is malformed asks for the institutes of all years."""
        self.is_valid()
        found = self.cleaned_data
        return found.get("measure") or "institutes", found.get("year")


ALL = "all"


class PictureForm(forms.Form):
    """Which chain is drawn, and whose part of it."""

    chain = forms.ChoiceField(label=_("产业链"), required=False)
    division = forms.ChoiceField(label=_("县（市、区）"), required=False)

    def __init__(self, data, *, chains):
        given = data.copy()
        given.setdefault("chain", ALL if given.get("division") or not chains else chains[0].code)
        super().__init__(given)
        self.fields["chain"].choices = [
            *((chain.code, chain.name) for chain in chains),
            (ALL, _("全部产业链")),
        ]
        counties = Division.objects.active().values_list("code", "name")
        self.fields["division"].choices = [("", _("全市")), *counties]

    def asked(self) -> tuple[str, str]:
        """The codes of the chain and of the county; what is malformed asks for the first chain, of all counties."""
        self.is_valid()
        return self.cleaned_data.get("chain", ""), self.cleaned_data.get("division", "")


class AnnouncementFilter(forms.Form):
    """Search of what was decided about institutes after their recognition."""

    q = forms.CharField(label=_("研究院（含曾用名）、依托单位或证书编号"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=_("事项"),
        required=False,
        choices=[
            ("", _("全部")),
            ("change", _("变更和退出")),
            ("suspension", _("暂停资格")),
            ("restoration", _("恢复资格")),
            ("revocation", _("撤销认定")),
            ("province", _("省级认定")),
        ],
    )

    def asked(self) -> dict:
        """What was asked for, as the selector takes it; what of it is malformed asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        return {"text": given.get("q", ""), "kind": given.get("kind", "")}


class DayForm(forms.Form):
    """An exception to the week: a holiday, or a day that is worked instead."""

    day = forms.DateField(label=_("日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    is_working = forms.TypedChoiceField(
        label=_("当天"),
        choices=[("0", _("放假")), ("1", _("上班（调休）"))],
        coerce=lambda value: value == "1",
        empty_value=False,
    )
    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("例如“春节”“国庆节调休上班”。"))
    source = forms.CharField(
        label=_("依据"), max_length=120, help_text=_("国务院办公厅放假通知的文号，或市政府通知。")
    )

    @property
    def entries(self) -> list[DayEntry]:
        """The day as it is to stand in the table."""
        given = self.cleaned_data
        return [DayEntry(given["day"], given["is_working"], given["name"].strip())]


class YearForm(forms.Form):
    """A whole year's holidays at once: the text of the State Council's notice, or a table of days."""

    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    source = forms.CharField(label=_("依据"), max_length=120, help_text=_("放假通知的名称和文号。"))
    text = forms.CharField(
        label=_("通知内容"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "粘贴通知中逐项列出节日的部分，例如“二、春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）上班。”；"
            "也可以每行写一天：日期、放假或上班、名称，例如“2027-02-08 放假 春节”。"
        ),
    )

    def clean(self):
        given = super().clean()
        if {"year", "text"} <= given.keys():
            self.reading = holiday_notice.read(given["text"], year=given["year"])
            for fault in self.reading.faults:
                self.add_error("text", fault)
        return given

    @property
    def entries(self) -> list[DayEntry]:
        """The days of the notice of which the weekday alone would say otherwise."""
        return [DayEntry(one.day, one.is_working, one.name) for one in self.reading.exceptions]


class EditionField(forms.ModelChoiceField):
    """An edition of the rules of evaluation, said by the day it begins."""

    def label_from_instance(self, edition):
        return f"{edition.valid_from} 起施行"


class WhatIfForm(forms.Form):
    """Other weights, cut-offs and limits for a round that is over. What is left empty stays as the edition has it."""

    edition = EditionField(
        ReviewEdition.objects.none(), label=_("评价标准"), required=False, empty_label=None
    )
    scale = forms.ChoiceField(
        label=_("等次级数"),
        required=False,
        choices=[("", _("按标准")), ("four", _("四级")), ("three", _("三级"))],
    )
    limited = forms.ChoiceField(
        label=_("限制优秀比例"),
        required=False,
        choices=[("", _("按标准")), ("yes", _("限制")), ("no", _("不限制"))],
    )
    share = forms.DecimalField(
        label=_("优秀比例上限（%）"), required=False, min_value=0, max_value=100, decimal_places=2
    )

    def __init__(self, data, *, edition: ReviewEdition, editions):
        super().__init__(data)
        self.edition = edition
        self.fields["edition"].queryset = editions
        self.fields["edition"].initial = edition.pk
        three = data.get("scale") == "three" or (
            not data.get("scale") and edition.terms["grading"].get("grade_scale") == "three"
        )
        self.grades = edition.terms["grades_three" if three else "grades"][:-1]
        for row in self.grades:
            self.fields[f"cut_{row['code']}"] = _number(_("“{label}”分数线"), row, row["from"])
        for row in edition.terms["indicators"]:
            self.fields[f"w_{row['code']}"] = _number("{label}", row, row["weight"])

    @property
    def basic(self):
        """The boxes about grades."""
        return [self[name] for name in self.fields if not name.startswith("w_")]

    @property
    def weights(self):
        """The boxes of the weights."""
        return [self[name] for name in self.fields if name.startswith("w_")]

    @property
    def asked(self) -> Asked:
        """The numbers that were asked, once they are valid."""
        given = self.cleaned_data
        return Asked(
            weights=_given(given, "w_"),
            cut_offs=_given(given, "cut_"),
            top_share=given.get("share"),
            limited={"yes": True, "no": False}.get(given.get("limited", "")),
            scale=given.get("scale", ""),
        )

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            for fault in faults_asked(self.edition.terms, self.asked):
                self.add_error(None, fault)
        return cleaned


def _number(label, row, value) -> forms.DecimalField:
    return forms.DecimalField(
        label=str(label).format(**row),
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"placeholder": value}),
    )


def _given(cleaned: dict, prefix: str) -> dict:
    return {
        name.removeprefix(prefix): value
        for name, value in cleaned.items()
        if name.startswith(prefix) and value is not None
    }


def _date(label, help_text=""):
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, help_text=help_text, widget=widget)


class CalculatorForm(forms.Form):
    """What the calculator asks of an institute. It is asked by address, so that an answer can be sent."""

    host_kind = forms.ChoiceField(
        label=_("牵头单位（依托单位）是"),
        choices=[
            *(one for one in OrganisationKind.choices if one[0] in ("enterprise", "university", "institute")),
            ("other", _("其他")),
        ],
    )
    in_city = forms.ChoiceField(label=_("在石家庄市注册"), choices=[("yes", _("是")), ("no", _("否"))])
    chain_role = forms.ChoiceField(
        label=_("在产业链中的地位"),
        choices=[*ChainRole.choices, ("other", _("都不是，或不清楚"))],
        help_text=_("以产业链图谱所列为准。"),
    )
    partners = forms.IntegerField(
        label=_("共建单位（家）"),
        min_value=0,
        max_value=99,
        initial=1,
        help_text=_("上下游企业、高校、科研院所。"),
    )
    recognised_on = _date(_("市级认定日期"), _("尚未认定的，填预计日期，或留空。"))
    accepted_on = _date(_("通过验收日期"), _("尚未验收的留空，按建设期满推算。"))
    grade = forms.ChoiceField(label=_("绩效评价等次"), required=False, choices=[("", _("尚未评价"))])
    filed_on = _date(_("申报省级前向市科技局报备的日期"), _("没有报备的留空。"))
    province_on = _date(_("省级认定文件日期"), _("没有获省级认定的留空。"))
    projects = forms.IntegerField(
        label=_("计划申报的联合攻关项目（个）"), min_value=0, max_value=99, initial=0, required=False
    )

    def __init__(self, data=None, *, grades):
        super().__init__(data)
        self.fields["grade"].choices = [("", _("尚未评价")), *grades]

    def clean(self):
        said = super().clean()
        for name in ("recognised_on", "accepted_on", "filed_on", "province_on"):
            day = said.get(name)
            if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
                words = _("年份应在 {first} 至 {last} 之间。")
                self.add_error(name, words.format(first=FIRST_YEAR, last=LAST_YEAR))
        return said

    def case(self):
        """What was said, as the calculation takes it."""
        said = self.cleaned_data
        return Case(**said | {"in_city": said["in_city"] == "yes", "projects": said["projects"] or 0})


class SearchForm(forms.Form):
    """What is looked for over all that is public, and in what alone."""

    q = forms.CharField(
        label=_("搜索内容"),
        min_length=found_by.LEAST,
        max_length=found_by.LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        error_messages={"required": _("请输入要找的内容。"), "min_length": _("请至少输入两个字。")},
    )
    kind = forms.ChoiceField(
        label=_("范围"), required=False, choices=[("", _("全部内容")), *found_by.LABELS.items()]
    )
