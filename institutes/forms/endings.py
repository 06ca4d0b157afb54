"""What officers bring to stop an institute or to end its recognition, and what the unit says to it."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.selectors import recommending_divisions
from institutes import selectors
from institutes.enums import RevocationState, SuspensionState
from institutes.forms.chains import PAPERS
from institutes.forms.officers import ManyFilesField, ManyFilesInput, ReasonForm
from institutes.models import Institute, Revocation, Suspension
from records import clock
from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 5})


def _until_field(label) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
    )


def _files_field(label) -> ManyFilesField:
    return ManyFilesField(
        label=label,
        required=False,
        widget=ManyFilesInput(attrs={**PAPERS}),
        help_text=_("可一次选择多份，PDF、JPG、PNG 或 XLSX。"),
    )


class InstituteForm(forms.Form):
    """A case about one institute; the page of an institute names it in the address."""

    institute = forms.ModelChoiceField(
        Institute.objects.none(),
        label=_("研究院"),
        empty_label=_("请选择"),
        widget=forms.Select(attrs={"data-searchable": ""}),
    )
    files = _files_field(_("证据材料"))

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None:
            self.fields["institute"].queryset = selectors.institutes_in_force(user)


class SuspensionForm(InstituteForm):
    grounds = forms.CharField(label=_("暂停事由"), max_length=4000, widget=TEXT)
    measures = forms.CharField(
        label=_("整改要求"), max_length=4000, required=False, widget=TEXT, help_text=_("写入通知书。")
    )
    until = _until_field(_("暂停至"))
    field_order = ("institute", "grounds", "measures", "until", "files")


class RevocationForm(InstituteForm):
    cause = forms.ChoiceField(label=_("撤销情形"), widget=forms.RadioSelect)
    facts = forms.CharField(
        label=_("事实和依据"),
        max_length=8000,
        widget=TEXT,
        help_text=_("写入告知书和决定书：时间、经过、证据、所依据的规定。"),
    )
    field_order = ("institute", "cause", "facts", "files")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = selectors.causes_of_revocation(clock.today())


class RestorationForm(MoveForm):
    findings = forms.CharField(label=_("整改核查情况"), max_length=4000, widget=TEXT)
    files = _files_field(_("整改报告等材料"))


class ExtendForm(ReasonForm):
    until = _until_field(_("继续暂停至"))


class StatementForm(MoveForm):
    statement = forms.CharField(
        label=_("陈述申辩意见"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("只能提交一次；没有异议的写明“无异议”。"),
    )
    files = _files_field(_("证据材料"))


class RevokeForm(MoveForm):
    minute_number = forms.CharField(label=_("会议纪要号"), max_length=60)
    decision = forms.CharField(
        label=_("决定理由"),
        max_length=8000,
        widget=TEXT,
        help_text=_("对陈述申辩意见是否采纳及理由，写入决定书。"),
    )


class _CaseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("研究院（含曾用名）、单位或证书编号"), method="search")
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )

    def search(self, rows, name, value):
        return selectors.search_cases(rows, value)


class SuspensionFilter(_CaseFilter):
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=SuspensionState.choices, empty_label=_("全部")
    )
    sort = SortFilter(
        fields={"proposed_at": "proposed", "division__code": "division", "until": "until", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Suspension
        fields = ()


class RevocationFilter(_CaseFilter):
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=RevocationState.choices, empty_label=_("全部")
    )
    cause = django_filters.ChoiceFilter(
        label=_("情形"),
        choices=lambda: selectors.causes_of_revocation(clock.today()),
        empty_label=_("全部"),
    )
    sort = SortFilter(
        fields={"proposed_at": "proposed", "division__code": "division", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Revocation
        fields = ()
