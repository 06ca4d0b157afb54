"""What the bureau brings to an engagement, and the filter of the list."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import SortFilter
from evaluation import selectors
from evaluation.enums import EngagementState
from evaluation.forms.panels import ReasonForm
from evaluation.kinds import kinds_engaged_as_a_whole
from evaluation.models import Engagement
from institutes.models import Call
from records import clock

PAPERS = {"accept": ".pdf,.jpg,.jpeg,.png"}


def day_field(label, **more) -> forms.DateField:
    box = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=box, **more)


class EngagementForm(forms.Form):
    """An engagement as it is drafted. ``revised``: the contract that is there stays unless another is chosen."""

    agency = forms.ModelChoiceField(
        selectors.agencies_to_engage(), label=_("第三方机构"), empty_label=_("请选择")
    )
    title = forms.CharField(
        label=_("委托事项"), max_length=120, help_text=_("如“2026年度市级产业技术研究院认定评审”。")
    )
    number = forms.CharField(label=_("合同编号"), max_length=60)
    begins_on = day_field(_("委托起始日"), initial=clock.today)
    ends_on = day_field(_("委托截止日"), help_text=_("次日起该机构不能再查阅任何申报和材料。"))
    calls = forms.ModelMultipleChoiceField(
        Call.objects.none(),
        label=_("委托批次"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只有所选批次的申报可以交该机构评审。"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("委托类别"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不分批次的评审，按类别整体委托。"),
    )
    scope = forms.CharField(
        label=_("委托范围说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    contract = forms.FileField(
        label=_("委托合同"), required=False, widget=forms.ClearableFileInput(attrs=PAPERS)
    )

    def __init__(self, *args, revised=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["calls"].queryset = Call.objects.order_by("-opens_at")
        whole = [(kind.code, kind.label) for kind in kinds_engaged_as_a_whole()]
        self.fields["kinds"].choices, self.fields["calls"].required = whole, not whole
        if not whole:
            del self.fields["kinds"]
        self.fields["contract"].required = not revised
        if revised:
            self.fields["contract"].help_text = _("不选择文件则保留已上传的合同。")


class HandOverForm(ReasonForm):
    successor = forms.ModelChoiceField(
        Engagement.objects.none(), label=_("接手的委托"), empty_label=_("请选择")
    )
    field_order = ("successor", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            self.fields["successor"].queryset = selectors.successors_of(self.subject, clock.today())


class EngagementFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("合同编号、事项或机构"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=EngagementState.choices, empty_label=_("全部")
    )
    running = django_filters.ChoiceFilter(
        label=_("期限"),
        choices=[("yes", _("在委托期内")), ("no", _("不在委托期内"))],
        method="in_period",
        empty_label=_("全部"),
    )
    sort = SortFilter(
        fields={"number": "number", "agency__name": "agency", "begins_on": "begins", "ends_on": "ends"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Engagement
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_engagements(rows, value.strip())

    def in_period(self, rows, name, value):
        running = Engagement.objects.in_force(clock.today())
        return rows.filter(pk__in=running) if value == "yes" else rows.exclude(pk__in=running)
