"""What unit, county, tax, finance and bureau bring to an annual assessment. Shape only; the services decide."""

from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter, offer
from accounts.selectors import recommending_divisions
from evaluation.enums.assessment import AssessmentGrade, AssessmentState
from evaluation.models import Assessment
from evaluation.policy import assessment as policy
from evaluation.selectors import assessments as selectors
from institutes.forms.achievements import WanField
from records import clock
from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 3})
PREFIX = "box_"


def field_of(box: dict[str, Any], *, in_yuan: bool, value: str = "", before: str = "") -> forms.Field:
    """The field in which one box of the edition is filled in; ``before`` is what it said the year before."""
    said = [box["help"]] if box["help"] else []
    if box["kind"] == policy.TEXT:
        help_text = "".join([*said, _("例如：%(example)s") % {"example": box["example"]}])
        return forms.CharField(
            label=box["label"],
            help_text=help_text,
            required=False,
            max_length=policy.TEXT_MAX,
            initial=value,
            widget=TEXT,
        )
    if before:
        said.append(_("上年 %(value)s。") % {"value": policy.said(box, before)})
    money = box["kind"] == policy.MONEY
    example = box["example"] if not (money and in_yuan) else f"{Decimal(box['example']) * 10_000:.2f}"
    said.append(_("例如 %(example)s。") % {"example": example})
    known: dict[str, Any] = {
        "label": box["label"],
        "help_text": "".join(map(str, said)),
        "required": False,
        "min_value": 0,
    }
    number = policy.as_number(value)
    if money and not in_yuan:
        return WanField(**known, initial=number)
    places = 2 if money else int(box["places"])
    plain = forms.DecimalField(**known, max_digits=16, decimal_places=places, initial=value or None)
    plain.unit = "元" if money else box["unit"]  # type: ignore[attr-defined]
    return plain


class BlockForm(forms.Form):
    """One part of the report, or with ``block`` empty all of it; ``only`` names the boxes that were sent.

    Boxes that achievements or other offices fill in are not in it. Pages take money in 万元, programs in yuan. Every
    box has to be filled in before the report is handed up, so none is marked; while it is written some are empty.
    """

    unmarked = True

    def __init__(
        self, *args, assessment: Assessment, block: str = "", only=None, in_yuan: bool = False, **kwargs
    ):
        super().__init__(*args, **kwargs)
        former = selectors.former_of(assessment) if not in_yuan else None
        before = former.values if former else {}
        for box in selectors.typed_boxes(assessment):
            code = box["code"]
            if (block and box["block"] != block) or (only is not None and PREFIX + code not in only):
                continue
            self.fields[PREFIX + code] = field_of(
                box, in_yuan=in_yuan, value=assessment.values.get(code, ""), before=before.get(code, "")
            )


class CheckForm(MoveForm):
    opinion = forms.CharField(
        label=_("核实情况"),
        max_length=2000,
        widget=TEXT,
        help_text=_("核实了哪些数据、材料和现场；送出后单位和各部门可以看到。"),
    )


class SignForm(MoveForm):
    """The boxes that one office fills in, in yuan, and what it says."""

    office = ""
    opinion = forms.CharField(label=_("意见"), max_length=2000, widget=TEXT)
    field_order: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is None:
            return
        opinion = self.fields.pop("opinion")
        for box in selectors.boxes_of(self.subject, by=self.office):
            value = self.subject.values.get(box["code"], "")
            self.fields[PREFIX + box["code"]] = field_of(box, in_yuan=True, value=value)
            self.fields[PREFIX + box["code"]].required = True
        self.fields["opinion"] = opinion
        opinion.initial = getattr(self.subject, f"{self.office}_opinion")


class TaxForm(SignForm):
    office = "tax"
    opinion = forms.CharField(
        label=_("税务意见"),
        max_length=2000,
        widget=TEXT,
        help_text=_("纳税、欠税情况；写入年度考核结果。"),
    )


class FinanceForm(SignForm):
    office = "finance"
    opinion = forms.CharField(
        label=_("财政意见"),
        max_length=2000,
        widget=TEXT,
        help_text=_("市级资金到账、使用和账务检查情况；写入年度考核结果。"),
    )


class GradeForm(MoveForm):
    grade = forms.ChoiceField(label=_("考核等次"), choices=AssessmentGrade.choices, widget=forms.RadioSelect)
    grounds = forms.CharField(
        label=_("理由"),
        max_length=2000,
        widget=TEXT,
        help_text=_("公布后写入年度考核结果，单位可以看到。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            grades = self.subject.edition.terms["grades"]
            self.fields["grade"].choices = [(one["code"], one["label"]) for one in grades]
            self.fields["grade"].initial = self.subject.grade or None
            self.fields["grounds"].initial = self.subject.grounds


class PublishForm(forms.Form):
    """By which meeting the results of a year are published."""

    minute_number = forms.CharField(
        label=_("会议纪要号"), max_length=60, help_text=_("例如：局务会纪要〔2026〕12 号。")
    )


class AssessmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院（含曾用名）、单位或报告编号"), method="search")
    year = django_filters.ChoiceFilter(label=_("年度"), choices=[], empty_label=_("全部"))
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=AssessmentState.choices, empty_label=_("全部")
    )
    grade = django_filters.ChoiceFilter(
        label=_("等次"), choices=AssessmentGrade.choices, method="by_grade", empty_label=_("全部")
    )
    late = django_filters.ChoiceFilter(
        label=_("报送"),
        choices=[("late", _("逾期")), ("missing", _("缺报")), ("in_time", _("按期"))],
        method="by_lateness",
        empty_label=_("全部"),
    )
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    sort = SortFilter(
        fields={
            "institute__name": "institute",
            "year": "year",
            "division__code": "division",
            "submitted_on": "submitted",
            "due_on": "due",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Assessment
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self, "year", [(str(year), str(year)) for year in selectors.years_of_assessments()])

    def search(self, rows, name, value):
        return selectors.search_assessments(rows, value.strip())

    def by_grade(self, rows, name, value):
        """By the grade, as far as whoever asks may know it."""
        return rows.filter(grade=value, **selectors.grade_known_to(self.request.user))

    def by_lateness(self, rows, name, value):
        if value == "missing":
            return rows.missing()
        if value == "late":
            return rows.late(clock.today())
        return rows.in_time()
