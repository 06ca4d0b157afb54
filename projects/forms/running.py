"""What unit and bureau bring to a running project: reports of stages, findings, invoices, spreadsheets of them."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter
from institutes.forms.files import FILES, ManyFilesField, ManyFilesInput
from projects.enums.running import Source
from projects.forms import NOTE, TEXT
from projects.models import ProjectExpense, ProjectLine, ProjectStage
from projects.services.running import Invoice


class StageReportForm(forms.Form):
    """How a stage was reached, with proof."""

    report = forms.CharField(
        label=_("完成情况"),
        max_length=2000,
        widget=TEXT,
        help_text=_("对照阶段目标写明达到了什么、依据是什么。"),
    )
    uploads = ManyFilesField(
        label=_("证明材料"),
        required=False,
        help_text=_("检测报告、试制记录、应用证明等；已上传的不必重传。"),
        widget=ManyFilesInput(attrs={**FILES}),
    )

    def __init__(self, *args, stage: ProjectStage | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        if stage is not None:
            self.fields["report"].initial = stage.report


CONFIRM, RETURN = "confirm", "return"


class StageCheckForm(forms.Form):
    """What the bureau finds about a report."""

    result = forms.ChoiceField(
        label=_("意见"),
        choices=[(CONFIRM, _("确认完成")), (RETURN, _("退回补充"))],
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=NOTE, help_text=_("退回的必须写明理由。")
    )

    def clean(self):
        found = super().clean()
        if found.get("result") == RETURN and not found.get("finding", "").strip():
            self.add_error("finding", _("请写明退回的理由。"))
        return found


class ExpenseForm(forms.Form):
    """One invoice with its scan."""

    line = forms.ModelChoiceField(
        label=_("科目"), queryset=ProjectLine.objects.none(), empty_label=_("请选择")
    )
    source = forms.ChoiceField(label=_("资金来源"), choices=Source.choices)
    number = forms.CharField(
        label=_("发票号码"), max_length=40, help_text=_("同一发票在全部项目中只能列支一次。")
    )
    paid_on = forms.DateField(
        label=_("支付日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    payee = forms.CharField(label=_("收款单位"), max_length=100)
    purpose = forms.CharField(label=_("用途"), max_length=200)
    amount = forms.DecimalField(label=_("金额（元）"), max_digits=14, decimal_places=2, min_value=0)
    proof = forms.FileField(
        label=_("凭证扫描件"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def __init__(self, *args, project=None, **kwargs):
        super().__init__(*args, **kwargs)
        if project is not None:
            self.fields["line"].queryset = project.lines.order_by("pk")

    def invoice(self) -> Invoice:
        """What was typed, as the service takes it."""
        facts = {name: value for name, value in self.cleaned_data.items() if name != "proof"}
        return Invoice(**facts)


class ExpenseImportForm(forms.Form):
    """A spreadsheet of invoices."""

    file = forms.FileField(
        label=_("支出明细表"),
        help_text=_("XLSX，用本页下载的模板填写；有一处错误就全部不列入。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("撤销理由"), max_length=500, widget=NOTE)


def _lines_of(request):
    """The lines of the project that the address speaks of."""
    pk = request.resolver_match.kwargs.get("pk") if request else None
    return ProjectLine.objects.filter(project=pk).order_by("pk")


class ExpenseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("发票号码、收款单位或用途"), method="search")
    line = ModelChoiceFilter(
        label=_("科目"), queryset=lambda request: _lines_of(request), empty_label=_("全部")
    )
    source = django_filters.ChoiceFilter(label=_("资金来源"), choices=Source.choices, empty_label=_("全部"))
    sort = SortFilter(fields={"paid_on": "paid", "amount": "amount"}, widget=forms.HiddenInput)

    class Meta:
        model = ProjectExpense
        fields = ()

    def search(self, rows, name, value):
        text = value.strip()
        found = Q(number__icontains=text) | Q(payee__icontains=text) | Q(purpose__icontains=text)
        return rows.filter(found)
