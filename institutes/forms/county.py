"""What a county brings: look-ups of a host, the order of its recommendations, those to be signed together."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.selectors import recommending_divisions
from institutes import selectors
from institutes.enums import ApplicationState, IntegrityResult
from institutes.forms.officers import PICTURES
from institutes.models import Application, Call, RecommendationList
from records import clock


class IntegrityForm(forms.Form):
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
        widget=forms.ClearableFileInput(attrs=PICTURES),
        help_text=_("查询结果的截图或文件，PDF、JPG 或 PNG。"),
    )

    def __init__(self, *args, application: Application, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = list(selectors.integrity_items(application).items())
        self.fields["checked_on"].initial = clock.today


class OrderForm(forms.Form):
    """A place for each application that a county recommends in a call: 1 to n, each once."""

    def __init__(self, *args, applications: list[Application], **kwargs):
        super().__init__(*args, **kwargs)
        self.applications = applications
        for place, one in enumerate(applications, 1):
            self.fields[f"rank_{one.pk}"] = forms.IntegerField(
                label=_("{name}的推荐排序").format(name=one),
                min_value=1,
                max_value=len(applications),
                initial=one.county_rank or place,
                widget=forms.NumberInput(attrs={"class": "form-control short"}),
            )

    def clean(self):
        cleaned = super().clean()
        places = [cleaned[f"rank_{one.pk}"] for one in self.applications if f"rank_{one.pk}" in cleaned]
        if len(places) == len(self.applications) != len(set(places)):
            raise forms.ValidationError(_("推荐排序不能重复，请按 1、2、3 依次填写。"))
        return cleaned

    def in_order(self) -> list[Application]:
        return sorted(self.applications, key=lambda one: self.cleaned_data[f"rank_{one.pk}"])


class SignManyForm(forms.Form):
    applications = forms.ModelMultipleChoiceField(
        label=_("签发"), queryset=Application.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = selectors.recommended_by(user).filter(state=ApplicationState.COUNTY_SIGNING)
        self.fields["applications"].queryset = waiting


class SummaryForm(forms.Form):
    """In which call the list of the person's own county is issued."""

    call = forms.ModelChoiceField(label=_("申报通知"), queryset=Call.objects.none())

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["call"].queryset = selectors.calls_visible_to(user)

    def clean(self):
        return super().clean() | {"division": selectors.own_division(self.user)}


class SummaryFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("编号、县（市、区）或申报通知"), method="search")
    call = ModelChoiceFilter(
        label=_("申报通知"),
        queryset=lambda request: selectors.calls_visible_to(request.user),
        empty_label=_("全部"),
    )
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    sort = SortFilter(
        fields={"number": "number", "division__code": "division", "issued_at": "issued", "size": "size"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = RecommendationList
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_summaries(rows, value)
