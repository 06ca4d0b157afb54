"""What unit, county, tax, finance and bureau bring to an evaluation. Shape only; the services decide."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter, YearFilter
from accounts.models import Organisation
from accounts.selectors import recommending_divisions
from evaluation.enums.performance import (
    GRADED_STATES,
    OPEN_EVALUATIONS,
    EvaluationGrade,
    EvaluationState,
    Exemption,
    RoundState,
)
from evaluation.forms.acceptances import LookupForm
from evaluation.forms.panels import ReasonForm
from evaluation.models import Cycle, Evaluation, Round
from evaluation.selectors import cycles as cycle_selectors
from evaluation.selectors import performance as selectors
from institutes.enums import CountyPosition
from institutes.forms.files import FILES, ManyFilesField, ManyFilesInput
from institutes.models import IndustryChain
from records import clock
from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 4})
LONG = forms.Textarea(attrs={"rows": 6})
NOTE = forms.Textarea(attrs={"rows": 2})
PICTURES = {"accept": ".pdf,.jpg,.jpeg,.png"}


class SelfReportForm(forms.Form):
    """The unit's words by dimension, its objections to figures; ``only`` names the boxes sent (autosave)."""

    def __init__(self, *args, evaluation: Evaluation, only=None, **kwargs):
        super().__init__(*args, **kwargs)
        terms = evaluation.edition.terms
        for part in terms["dimensions"]:
            self._box(f"text_{part['code']}", only, evaluation.texts.get(part["code"], ""), LONG, 8000, part)
        for one in terms["indicators"]:
            if one["scale"] != "expert":
                said = evaluation.doubts.get(one["code"], {}).get("note", "")
                self._box(f"doubt_{one['code']}", only, said, NOTE, 1000, one)

    def _box(self, name: str, only, initial: str, widget, length: int, labelled) -> None:
        if only is not None and name not in only:
            return
        self.fields[name] = forms.CharField(
            label=labelled["label"], max_length=length, required=False, initial=initial, widget=widget
        )


class EvidenceForm(forms.Form):
    """Evidence files. Their bytes are checked by the service."""

    uploads = ManyFilesField(
        label=_("佐证材料"),
        widget=ManyFilesInput(attrs={**FILES}),
        help_text=_("可一次选择多份；已核实成果和年度报告的材料不需重复上传。"),
    )


class EvaluationOpinionForm(MoveForm):
    position = forms.ChoiceField(
        label=_("县级意见"), choices=CountyPosition.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("核实情况"),
        max_length=2000,
        widget=TEXT,
        help_text=_("核实了哪些数据、材料和现场；签发后单位和市科技局可以看到。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is None:
            return
        labels = {one["code"]: one["label"] for one in self.subject.edition.terms["indicators"]}
        for code, said in self.subject.doubts.items():
            self.fields[f"answer_{code}"] = forms.CharField(
                label=_("答复：%(label)s") % {"label": labels.get(code, code)},
                help_text=_("单位异议：%(note)s") % {"note": said.get("note", "")},
                required=False,
                max_length=1000,
                widget=NOTE,
                initial=said.get("answer", ""),
            )

    def clean(self):
        """Put the answers together as one entry."""
        found = super().clean()
        answers = {
            name.removeprefix("answer_"): found.pop(name)
            for name in list(found)
            if name.startswith("answer_")
        }
        return found | {"answers": answers}


class _FigureForm(MoveForm):
    """A number for each indicator that is an office's own."""

    office = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = selectors.indicators_filled_by(self.subject, self.office) if self.subject else []
        for one in rows:
            self.fields[f"value_{one['code']}"] = forms.DecimalField(
                label=_("%(label)s（%(unit)s）") % {"label": one["label"], "unit": one["unit"]},
                min_value=0,
                max_digits=14,
                decimal_places=2,
                initial=one["value"],
                help_text=_("评估周期各年合计；没有的填 0。"),
            )

    def clean(self):
        """Put the numbers together as one entry."""
        found = super().clean()
        values = {
            name.removeprefix("value_"): found.pop(name) for name in list(found) if name.startswith("value_")
        }
        return found | {"values": values}


class TaxFigureForm(_FigureForm):
    office = "tax"
    note = forms.CharField(label=_("说明"), max_length=1000, required=False, widget=NOTE)


class FinanceFigureForm(_FigureForm):
    office = "finance"
    note = forms.CharField(
        label=_("核查意见"),
        max_length=2000,
        widget=TEXT,
        help_text=_("财政资金到位、使用和专账核算的情况。"),
    )


class FalseItemForm(ReasonForm):
    item = forms.ChoiceField(label=_("不实的指标"))
    field_order = ("item", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        terms = self.subject.edition.terms if self.subject else {"indicators": []}
        self.fields["item"].choices = [(one["code"], one["label"]) for one in terms["indicators"]]


class ClearItemForm(FalseItemForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        marked = {one["item"] for one in self.subject.deductions} if self.subject else set()
        self.fields["item"].choices = [one for one in self.fields["item"].choices if one[0] in marked]


class CapForm(ReasonForm):
    evidence = forms.FileField(
        label=_("事故认定材料"),
        widget=forms.ClearableFileInput(attrs={**PICTURES}),
        help_text=_("有权机关的认定文件，PDF、JPG 或 PNG。"),
    )


class EntrustEvaluationForm(MoveForm):
    agency = forms.ModelChoiceField(
        label=_("第三方机构"),
        queryset=Organisation.objects.none(),
        empty_label=_("请选择"),
        help_text=_("只列评审委托已生效、且委托范围包含三年绩效评价的机构。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = selectors.agencies_for_performance(clock.today())


class EntrustEvaluationAnewForm(EntrustEvaluationForm, ReasonForm):
    field_order = ("agency", "reason")


class ExemptionForm(MoveForm):
    exemption = forms.ChoiceField(label=_("类型"), choices=Exemption.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("理由和依据"), max_length=2000, widget=TEXT)
    evidence = forms.FileField(
        label=_("依据文件"),
        required=False,
        widget=forms.ClearableFileInput(attrs={**PICTURES}),
        help_text=_("视同合格的必须上传省级评价结果文件。"),
    )


class MinuteForm(MoveForm):
    minute_number = forms.CharField(label=_("会议纪要号"), max_length=60)


class EvaluationLookupForm(LookupForm):
    """What a look-up of the host in one list brought, before it is scored."""

    def __init__(self, *args, evaluation: Evaluation | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        items = evaluation.edition.terms["lookups"] if evaluation else []
        self.fields["item"].choices = [(one["code"], one["label"]) for one in items]


# --- lists ----------------------------------------------------------------------------------------------------------


class EvaluationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院（含曾用名）、单位或报告编号"), method="search")
    round = ModelChoiceFilter(
        label=_("评价年度"), queryset=Round.objects.order_by("-year"), empty_label=_("全部")
    )
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=EvaluationState.choices, empty_label=_("全部")
    )
    grade = django_filters.ChoiceFilter(
        label=_("等次"), choices=EvaluationGrade.choices, empty_label=_("全部"), method="by_grade"
    )
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    late = django_filters.ChoiceFilter(
        label=_("自评报告"),
        choices=[("late", _("逾期未提交"))],
        method="by_lateness",
        empty_label=_("全部"),
    )
    published = django_filters.ChoiceFilter(
        label=_("结果"),
        choices=[("yes", _("已公布")), ("open", _("评价中"))],
        method="by_publication",
        empty_label=_("全部"),
    )
    year = YearFilter(label=_("年度"), field_name="round__year")
    chain = ModelChoiceFilter(
        label=_("产业链"),
        field_name="institute__chain",
        queryset=lambda request: IndustryChain.objects.order_by("name"),
        empty_label=_("全部"),
    )
    sort = SortFilter(
        fields={
            "institute__name": "institute",
            "division__code": "division",
            "round__year": "round",
            "due_on": "due",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Evaluation
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_evaluations(rows, value.strip())

    def by_grade(self, rows, name, value):
        return selectors.with_grade(rows, value, self.request.user if self.request else None)

    def by_publication(self, rows, name, value):
        return rows.filter(state__in=GRADED_STATES if value == "yes" else OPEN_EVALUATIONS)

    def by_lateness(self, rows, name, value):
        return selectors.overdue_among(rows, clock.today())


class RoundFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("状态"), choices=RoundState.choices, empty_label=_("全部"))
    sort = SortFilter(fields={"year": "year"}, widget=forms.HiddenInput)

    class Meta:
        model = Round
        fields = ()


class CycleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院（含曾用名）或单位"), method="search")
    stage = django_filters.ChoiceFilter(
        label=_("进展"),
        choices=[
            ("open", _("进行中")),
            ("due", _("期满待评价")),
            ("evaluated", _("已评价")),
            ("closed", _("已终止")),
        ],
        method="by_stage",
        empty_label=_("全部"),
    )
    last_year = YearFilter(label=_("期满年度"))
    sort = SortFilter(fields={"institute__name": "institute", "last_year": "ends"}, widget=forms.HiddenInput)

    class Meta:
        model = Cycle
        fields = ()

    def search(self, rows, name, value):
        return cycle_selectors.search_cycles(rows, value.strip())

    def by_stage(self, rows, name, value):
        return cycle_selectors.by_stage(rows, value)
