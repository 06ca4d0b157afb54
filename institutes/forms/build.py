"""What a unit reports of its build period, and how the reports and the institutes are found."""

from collections.abc import Iterator
from decimal import Decimal

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.selectors import recommending_divisions
from institutes import selectors
from institutes.book.kinds import Integer, Money
from institutes.book.values import Malformed
from institutes.enums import ProgressState
from institutes.forms.files import FILES, ManyFilesField, ManyFilesInput
from institutes.models import Commitment, Institute, Milestone, ProgressReport
from records import clock
from records.amounts import grouped, in_wan
from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 4})
DAY = {"format": "%Y-%m-%d", "attrs": {"type": "date", "autocomplete": "off"}}
VALUE, STAGE = "value_", "stage_"


class TargetField(forms.Field):
    """What was reached of a target, read as the book reads it: 万元 for amounts, whole numbers else."""

    def __init__(self, commitment: Commitment, **kwargs):
        self.kind = (
            Money(code=commitment.code, label=commitment.label)
            if commitment.is_amount
            else Integer(code=commitment.code, label=commitment.label, unit=commitment.unit)
        )
        self.unit = str(self.kind.unit)
        box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=commitment.label, required=False, widget=box, **kwargs)

    def to_python(self, value: object) -> Decimal | None:
        try:
            read = self.kind.clean([str(value if value is not None else "")], None)
        except Malformed as fault:
            raise forms.ValidationError(str(fault)) from fault
        return None if read is None else Decimal(str(read))


class ProgressForm(forms.Form):
    """Targets and stages of one institute. What stands in no box is not reported; 0 is."""

    institute = forms.ModelChoiceField(Institute.objects.none(), label=_("研究院"), empty_label=_("请选择"))
    as_of = forms.DateField(
        label=_("截止日期"),
        widget=forms.DateInput(**DAY),
        help_text=_("以下各数统计到哪一天，都从建设期开始累计。"),
    )
    note = forms.CharField(
        label=_("进展说明"),
        max_length=4000,
        required=False,
        widget=TEXT,
        help_text=_("做了什么、与计划的差距和下一步安排。"),
    )
    files = ManyFilesField(
        label=_("证明材料"),
        required=False,
        widget=ManyFilesInput(attrs=FILES),
        help_text=_("合同、证书、检测报告等，可一次选择多份；完成数增加或者阶段完成的必须上传。"),
    )

    def __init__(self, *args, user=None, institute: Institute | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        own = selectors.institutes_to_change(user) if user else Institute.objects.none()
        self.fields["institute"].queryset = own
        self.institute = institute or self._named(own)
        if institute is not None:
            self.fields["institute"].widget = forms.HiddenInput()
        self.targets = list(self.institute.commitments.all()) if self.institute else []
        self.stages = list(selectors.stages_open(self.institute)) if self.institute else []
        for commitment in self.targets:
            self.fields[f"{VALUE}{commitment.code}"] = TargetField(commitment)
        for milestone in self.stages:
            self.fields[f"{STAGE}{milestone.pk}"] = _stage_field(milestone)
        self.order_fields(["institute", "as_of", *self._own_boxes(), "note", "files"])

    def _named(self, own) -> Institute | None:
        named = self.data.get("institute")
        return own.filter(pk=named).first() if str(named or "").isdigit() else None

    def _own_boxes(self) -> list[str]:
        return [name for name in self.fields if name.startswith((VALUE, STAGE))]

    def rows(self) -> Iterator[dict]:
        """Each target with what was promised and reported last, in the unit of its box, and the box."""
        before = selectors.values_reported(self.institute, on=clock.today())
        for commitment in self.targets:
            name = f"{VALUE}{commitment.code}"
            yield {
                "commitment": commitment,
                "unit": self.fields[name].unit,
                "planned": said(commitment, commitment.year_2),
                "before": said(commitment, before.get(commitment.code)),
                "box": self[name],
            }

    def stage_rows(self) -> Iterator[tuple[Milestone, forms.BoundField]]:
        for milestone in self.stages:
            yield milestone, self[f"{STAGE}{milestone.pk}"]

    def clean(self):
        cleaned = super().clean()
        values = {n.removeprefix(VALUE): cleaned.pop(n) for n in list(cleaned) if n.startswith(VALUE)}
        stages = {int(n.removeprefix(STAGE)): cleaned.pop(n) for n in list(cleaned) if n.startswith(STAGE)}
        cleaned["values"] = {code: value for code, value in values.items() if value is not None}
        cleaned["stages"] = {pk: day for pk, day in stages.items() if day is not None}
        return cleaned


def said(commitment: Commitment, value: Decimal | None) -> str:
    """A figure in the unit that people type it in; "—" where there is none."""
    if value is None:
        return "—"
    return in_wan(value) if commitment.is_amount else grouped(value)


def _stage_field(milestone: Milestone) -> forms.DateField:
    return forms.DateField(label=milestone.content, required=False, widget=forms.DateInput(**DAY))


class AnswerForm(MoveForm):
    answer = forms.CharField(label=_("说明"), max_length=4000, widget=TEXT)
    files = ManyFilesField(
        label=_("补充材料"),
        required=False,
        widget=ManyFilesInput(attrs=FILES),
        help_text=_("可一次选择多份。"),
    )


class ProgressFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院（含曾用名）、单位或证书编号"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ProgressState.choices, empty_label=_("全部"))
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    sort = SortFilter(
        fields={"as_of": "as_of", "reported_at": "reported", "division__code": "division", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = ProgressReport
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_cases(rows, value)


class BuildFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院（含曾用名）、单位或证书编号"), method="search")
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    ends = django_filters.ChoiceFilter(
        label=_("建设期"),
        choices=[("running", _("建设中")), ("over", _("已到期"))],
        empty_label=_("全部"),
        method="by_end",
    )
    sort = SortFilter(
        fields={
            "build_to": "build_to",
            "reported_on": "reported",
            "next_stage_on": "stage",
            "division__code": "division",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Institute
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_institutes(rows, value)

    def by_end(self, rows, name, value):
        today = clock.today()
        return rows.filter(build_to__gte=today) if value == "running" else rows.filter(build_to__lt=today)
