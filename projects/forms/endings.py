"""What bureau and unit bring to stopping a project or ending it early. Shape only; the services decide."""

from decimal import InvalidOperation

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from accounts.selectors import recommending_divisions
from institutes.forms.files import FILES, ManyFilesField, ManyFilesInput
from institutes.forms.rows import Column, RowsField
from projects import selectors
from projects.enums.ending import EndingKind, EndingState
from projects.forms import TEXT, ReasonForm
from projects.forms.proposals import amount_in_yuan
from projects.models import Project, ProjectEnding
from records.desk import MoveForm

LONG = 8000


def _files(label, *, required: bool = False) -> ManyFilesField:
    return ManyFilesField(
        label=label,
        required=required,
        widget=ManyFilesInput(attrs={**FILES}),
        help_text=_("可一次选择多份。"),
    )


def _until(label) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
    )


class ProposeEndingForm(forms.Form):
    """The bureau's clerk proposes to stop a project, or to end it early."""

    kind = forms.ChoiceField(label=_("拟处理为"), choices=EndingKind.choices, widget=forms.RadioSelect)
    ground = forms.ChoiceField(label=_("情形"))
    facts = forms.CharField(
        label=_("事实和依据"),
        max_length=LONG,
        widget=TEXT,
        help_text=_("写入告知书：时间、经过、证据、所依据的任务书条款或者规定。"),
    )
    until = _until(_("中止至"))
    measures = forms.CharField(
        label=_("整改要求"),
        max_length=4000,
        required=False,
        widget=TEXT,
        help_text=_("中止的填写，写入中止通知书。"),
    )
    files = _files(_("证据材料"))

    def __init__(self, *args, project: Project | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].required = False
        self.fields["until"].help_text = _("中止的必填。")
        if project is not None:
            self.fields["ground"].choices = [("", _("请选择")), *selectors.grounds_of_ending(project)]

    def clean(self):
        found = super().clean()
        if found.get("kind") == EndingKind.SUSPEND and not found.get("until"):
            self.add_error("until", _("请填写中止至哪一天。"))
        return found


class GiveUpForm(forms.Form):
    """The unit gives a project up itself."""

    facts = forms.CharField(
        label=_("终止的原因"),
        max_length=LONG,
        widget=TEXT,
        help_text=_("写明项目进展、不能继续实施的原因和已完成的工作。"),
    )
    files = _files(_("加盖公章的终止申请"), required=True)


class StatementForm(MoveForm):
    statement = forms.CharField(
        label=_("陈述申辩意见"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("只能提交一次；没有异议的写明“无异议”。"),
    )
    files = _files(_("证据材料"))


class SettleForm(MoveForm):
    """What was found, and of a project to be ended how much of what was spent is recognised, line by line."""

    finding = forms.CharField(
        label=_("核查情况和处理意见"),
        max_length=LONG,
        widget=TEXT,
        help_text=_("写入通知书：认定的事实、对陈述申辩是否采纳及理由。"),
    )
    lines = RowsField(
        label=_("财政资金支出逐科目认定"),
        required=False,
        least=0,
        help_text=_(
            "单位元；已列支的全部认定的不用改，不予认定的写明理由。已拨付减去认定支出，为应退回的结余。"
        ),
        columns=(
            Column("recognised", _("认定支出（元）"), longest=20),
            Column("note", _("不予认定的理由"), required=False, longest=500, wide=True),
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is None or not self.subject.is_termination:
            del self.fields["lines"]
            return
        rows = selectors.execution_of(self.subject.project)
        self.fields["lines"].set_fixed(
            [(row.code, f"{row.label}（已列支 {row.grant_spent:,.2f} 元）") for row in rows]
        )
        self.fields["lines"].initial = [
            {"item": row.code, "recognised": str(row.grant_spent), "note": ""} for row in rows
        ]

    def clean_lines(self):
        found = {}
        for row in self.cleaned_data["lines"]:
            try:
                found[row["item"]] = (amount_in_yuan(row["recognised"]), row["note"])
            except InvalidOperation:
                raise forms.ValidationError(_("认定支出请只填数字，最多两位小数。")) from None
        return found


class MinuteForm(MoveForm):
    minute_number = forms.CharField(label=_("会议纪要号"), max_length=60)


class ResumptionForm(MoveForm):
    checked = forms.CharField(
        label=_("整改核查情况"), max_length=4000, widget=TEXT, help_text=_("恢复实施的，写入通知书。")
    )
    files = _files(_("整改报告等材料"))


class ExtendForm(ReasonForm):
    until = _until(_("继续中止至"))


class EndingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("项目、单位或编号"), method="search")
    kind = django_filters.ChoiceFilter(label=_("类型"), choices=EndingKind.choices, empty_label=_("全部"))
    state = django_filters.ChoiceFilter(label=_("状态"), choices=EndingState.choices, empty_label=_("全部"))
    division = ModelChoiceFilter(
        label=_("归口"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    sort = SortFilter(
        fields={
            "project__title": "title",
            "division__code": "division",
            "proposed_at": "proposed",
            "due_on": "due",
        },
        widget=forms.HiddenInput,
    )

    class Meta:
        model = ProjectEnding
        fields = ()

    def search(self, rows, name, value):
        return selectors.search_endings(rows, value.strip())
