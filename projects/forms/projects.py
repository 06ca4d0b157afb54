"""What people bring to a contract, and how lists of projects are searched."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter, YearFilter
from accounts.selectors import recommending_divisions
from institutes.models import IndustryChain
from projects import selectors
from projects.enums.running import ProjectState
from projects.models import ContractClause, ContractParty, Project
from records import clock

SCANS = {"accept": ".pdf,.jpg,.jpeg,.png"}


class ClauseForm(forms.Form):
    """A clause anew, and why. ``seen`` is how many changes its editor knew of."""

    text = forms.CharField(
        label=_("条款内容"), max_length=30000, strip=False, widget=forms.Textarea(attrs={"rows": 14})
    )
    reason = forms.CharField(
        label=_("修改理由"),
        max_length=500,
        help_text=_("对方核对时连同修改前后的内容一起看到。"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput, label=_("已知修改次数"))

    def __init__(self, *args, clause: ContractClause | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if clause is not None:
            self.fields["text"].initial = clause.text
            self.fields["seen"].initial = clause.changes.count


class CopyForm(forms.Form):
    """The copy that one party signed."""

    party = forms.ModelChoiceField(
        label=_("签署方"), queryset=ContractParty.objects.none(), empty_label=_("请选择")
    )
    signatory = forms.CharField(
        label=_("签字人"), max_length=40, help_text=_("法定代表人或者委托代理人，与文本签字一致。")
    )
    signed_on = forms.DateField(
        label=_("签署日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    copy = forms.FileField(
        label=_("签字盖章的任务书"),
        required=False,
        help_text=_("PDF 或图片；各方签在同一份上的，分别选择同一文件即可。"),
        widget=forms.ClearableFileInput(attrs=SCANS),
    )

    def __init__(self, *args, parties=None, **kwargs):
        super().__init__(*args, **kwargs)
        if parties is not None:
            self.fields["party"].queryset = parties


LATE = [
    ("unsigned", _("任务书逾期未签")),
    ("stage", _("阶段目标逾期未报")),
    ("overdue", _("到期未结题")),
    ("late", _("有事项逾期")),
    ("risk", _("有事项逾期或即将到期")),
]


class ProjectFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("项目、编号、单位、研究院或负责人"), method="search")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ProjectState.choices, empty_label=_("全部"))
    year = YearFilter(label=_("立项年度"))
    chain = ModelChoiceFilter(
        label=_("产业链"),
        queryset=lambda request: IndustryChain.objects.order_by("name"),
        empty_label=_("全部"),
    )
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    late = django_filters.ChoiceFilter(
        label=_("逾期"), choices=LATE, method="by_lateness", empty_label=_("全部")
    )
    sort = SortFilter(
        fields={
            "title": "title",
            "division__code": "division",
            "grant": "grant",
            "ends_on": "ends",
            "due_on": "due",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Project
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_projects(rows, value.strip())

    def by_lateness(self, rows, name, value):
        today = clock.today()
        if value == "stage":
            return selectors.with_late_stage(rows, today)
        if value in ("late", "risk"):
            return selectors.at_risk(rows, today, late_only=value == "late")
        return rows.unsigned(today) if value == "unsigned" else rows.overdue(today)
