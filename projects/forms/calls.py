"""Guides and calls: what a clerk draws up, how lists of calls are searched."""

import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import Searching, SortFilter, YearFilter
from institutes.forms.rows import Column, RowsField
from institutes.models import IndustryChain
from projects.forms import ReasonForm
from projects.models import Guide, ProjectCall
from records import clock
from records.desk import MoveForm


def _moment_box() -> forms.DateTimeInput:
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


class GuideForm(forms.Form):
    """The guide of a year with its topics."""

    year = forms.IntegerField(label=_("年度"), min_value=2022, max_value=2100)
    title = forms.CharField(label=_("指南名称"), max_length=120)
    number = forms.CharField(label=_("文号"), max_length=60)
    foreword = forms.CharField(
        label=_("总体要求"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    topics = RowsField(
        label=_("支持方向"),
        help_text=_("每个方向写明所属产业链、技术需求和预期目标；申报单位只能从中选择一个。"),
        columns=(
            Column("chain", _("产业链")),
            Column("code", _("编号"), longest=12),
            Column("title", _("方向名称"), longest=120),
            Column("need", _("技术需求"), longest=1000, wide=True),
            Column("targets", _("预期目标"), longest=1000, wide=True),
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chains = IndustryChain.objects.order_by("name")
        self.fields["topics"].set_choices("chain", [(str(one.pk), one.name) for one in chains])

    def clean_topics(self):
        rows = self.cleaned_data["topics"]
        chains = IndustryChain.objects.in_bulk([int(row["chain"]) for row in rows])
        return [row | {"chain": chains[int(row["chain"])]} for row in rows]


class ProjectCallForm(forms.Form):
    """A call by a guide: window, money, words."""

    guide = forms.ModelChoiceField(
        label=_("年度指南"), queryset=Guide.objects.none(), empty_label=_("请选择")
    )
    title = forms.CharField(label=_("名称"), max_length=120)
    number = forms.CharField(label=_("文号"), max_length=60)
    opens_at = forms.DateTimeField(label=_("开始时间"), widget=_moment_box())
    closes_at = forms.DateTimeField(
        label=_("截止时间"),
        widget=_moment_box(),
        help_text=_("以平台数据库服务器的时钟为准；发布后只能延后，不能提前。"),
    )
    budget = forms.DecimalField(
        label=_("本次专项资金额度"),
        min_value=1,
        max_digits=14,
        decimal_places=2,
        help_text=_("单位元；立项决定合计不得超过。"),
    )
    text = forms.CharField(label=_("通知正文"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["guide"].queryset = Guide.objects.order_by("-year", "-pk")
        self.fields["budget"].unit = "元"

    def clean(self):
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("截止时间须晚于开始时间。"))
        return cleaned


class ProjectExtensionForm(MoveForm):
    """A later end, why, and by which document."""

    closes_at = forms.DateTimeField(label=_("新的截止时间"), widget=_moment_box())
    number = forms.CharField(label=_("延期通知文号"), max_length=60)
    reason = forms.CharField(label=_("延期理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            until = f"{timezone.localtime(self.subject.closes_at):%Y-%m-%d %H:%M}"
            self.fields["closes_at"].help_text = _("现在的截止时间为 {until}，只能延后。").format(until=until)


class ProjectCallFilter(Searching):
    """The search of calls, for pages and programs alike."""

    search_in = ("title", "number", "guide__title")
    window = django_filters.ChoiceFilter(
        label=_("申报时间"),
        choices=[("open", _("申报中")), ("upcoming", _("即将开始")), ("over", _("已截止"))],
        method="within",
        empty_label=_("全部"),
    )
    year = YearFilter(label=_("年度"))
    sort = SortFilter(
        fields={"opens_at": "opens", "closes_at": "closes", "number": "number", "year": "year"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = ProjectCall
        fields = ()

    def within(self, rows, name, value):
        at = clock.now()
        if value == "upcoming":
            return rows.published().filter(opens_at__gt=at)
        return rows.open(at) if value == "open" else rows.published().filter(closes_at__lte=at)


__all__ = ["GuideForm", "ProjectCallFilter", "ProjectCallForm", "ProjectExtensionForm", "ReasonForm"]
