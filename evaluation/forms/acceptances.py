"""What unit, county and bureau bring to an acceptance. Shape only; the services decide."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.models import Organisation
from accounts.selectors import recommending_divisions
from evaluation.enums import UNITS_FILES, AcceptanceOutcome, AcceptanceState
from evaluation.forms.panels import ReasonForm
from evaluation.models import Acceptance
from evaluation.selectors import acceptances as selectors
from institutes.enums import CountyPosition, IntegrityResult
from institutes.forms.files import FILES, ManyFilesField, ManyFilesInput
from records import clock
from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 4})
LONG = forms.Textarea(attrs={"rows": 8})
PICTURES = {"accept": ".pdf,.jpg,.jpeg,.png"}


class SummaryForm(forms.Form):
    """The unit's words, part by part; ``only`` names the boxes that were sent (autosave)."""

    def __init__(self, *args, acceptance: Acceptance, only=None, **kwargs):
        super().__init__(*args, **kwargs)
        for part in acceptance.edition.terms["summary_parts"]:
            name = f"text_{part['code']}"
            if only is not None and name not in only:
                continue
            self.fields[name] = forms.CharField(
                label=part["label"],
                help_text=part.get("guide", ""),
                max_length=8000,
                required=False,
                initial=acceptance.texts.get(part["code"], ""),
                widget=LONG,
            )


class FilesForm(forms.Form):
    """Files of one kind. Their bytes are checked by the service."""

    kind = forms.ChoiceField(label=_("材料类别"), choices=[(one.value, one.label) for one in UNITS_FILES])
    uploads = ManyFilesField(
        label=_("文件"),
        widget=ManyFilesInput(attrs={**FILES}),
        help_text=_("报告和方案各一份，再次上传的替换前一份；佐证材料可一次选择多份。"),
    )


class CountyOpinionForm(MoveForm):
    position = forms.ChoiceField(
        label=_("县级意见"), choices=CountyPosition.choices, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("核实情况"),
        max_length=2000,
        widget=TEXT,
        help_text=_("核实了哪些目标、材料和现场；签发后单位和市科技局可以看到。"),
    )


class LookupForm(forms.Form):
    """What a look-up of the host in one list brought, with the proof."""

    item = forms.ChoiceField(label=_("查询项目"))
    result = forms.ChoiceField(label=_("查询结果"), choices=IntegrityResult.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("记录内容"), required=False, max_length=500, help_text=_("存在记录时必填。")
    )
    checked_on = forms.DateField(
        label=_("查询日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    source = forms.CharField(label=_("查询来源"), max_length=200, help_text=_("网站、系统或出具证明的单位。"))
    evidence = forms.FileField(
        label=_("查询凭证"),
        widget=forms.ClearableFileInput(attrs={**PICTURES}),
        help_text=_("查询结果的截图或文件，PDF、JPG 或 PNG。"),
    )

    def __init__(self, *args, acceptance: Acceptance | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        items = acceptance.edition.terms["lookups"] if acceptance else []
        self.fields["item"].choices = [(one["code"], one["label"]) for one in items]
        self.fields["checked_on"].initial = clock.today


class EntrustForm(MoveForm):
    agency = forms.ModelChoiceField(
        label=_("第三方机构"),
        queryset=Organisation.objects.none(),
        empty_label=_("请选择"),
        help_text=_("只列评审委托已生效、且委托范围包含建设期验收的机构。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = selectors.agencies_for_acceptance(clock.today())


class EntrustAnewForm(EntrustForm, ReasonForm):
    field_order = ("agency", "reason")


class OutcomeForm(MoveForm):
    outcome = forms.ChoiceField(label=_("验收结论"), widget=forms.RadioSelect)
    minute_number = forms.CharField(label=_("会议纪要号"), max_length=60)
    grounds = forms.CharField(
        label=_("理由"), max_length=2000, widget=TEXT, help_text=_("写入验收通知书，单位可以看到。")
    )
    requirements = forms.CharField(
        label=_("整改要求"),
        max_length=4000,
        required=False,
        widget=TEXT,
        help_text=_("限期整改的必填，逐项写明；写入验收通知书。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        outcomes = dict(AcceptanceOutcome.choices)
        at_work = self.subject is not None and self.subject.state == AcceptanceState.DECISION
        open_ones = selectors.outcomes_of(self.subject) if at_work else list(outcomes)
        self.fields["outcome"].choices = [(code, outcomes[code]) for code in open_ones]


class AcceptanceFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院（含曾用名）、单位或验收编号"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=AcceptanceState.choices, empty_label=_("全部")
    )
    period = django_filters.ChoiceFilter(
        label=_("建设期"),
        choices=[("soon", _("即将届满")), ("over", _("已届满未申请")), ("late", _("逾期可提请撤销"))],
        method="by_period",
        empty_label=_("全部"),
    )
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    sort = SortFilter(
        fields={
            "institute__name": "institute",
            "division__code": "division",
            "period_ends_on": "ends",
            "due_on": "due",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Acceptance
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_acceptances(rows, value.strip())

    def by_period(self, rows, name, value):
        return selectors.by_period(rows, value, on=clock.today())
