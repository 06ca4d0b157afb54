"""What people bring to a clawback: suspicion, finding, statement, decision, the parts that come back."""

from decimal import Decimal

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, Searching, SortFilter, YesNoFilter
from accounts.models import Division
from funding.enums import ClawbackState, Finality, RepaymentState
from funding.forms.moves import DAY, ReasonForm
from funding.models import Award, Clawback, Repayment
from funding.models.columns import DIGITS, PLACES
from funding.selectors import clawbacks as reads
from institutes.forms.chains import PAPERS
from institutes.forms.files import ManyFilesField, ManyFilesInput
from records import clock
from records.desk import MoveForm

TEXT = forms.Textarea(attrs={"rows": 5})
LONG = 8000


def _files(label) -> ManyFilesField:
    return ManyFilesField(
        label=label,
        required=False,
        widget=ManyFilesInput(attrs={**PAPERS}),
        help_text=_("可一次选择多份，PDF、JPG、PNG 或 XLSX。"),
    )


def _yuan(label, **options) -> forms.DecimalField:
    field = forms.DecimalField(
        label=label, max_digits=DIGITS, decimal_places=PLACES, min_value=Decimal("0.01"), **options
    )
    field.unit = "元"
    return field


class AwardChoice(forms.ModelChoiceField):
    def label_from_instance(self, award):
        return f"{award}（{award.number}，已拨付 {award.paid:,.2f} 元）"


class SuspectForm(forms.Form):
    """A suspicion about one award; the page of an award names it in the address."""

    award = AwardChoice(
        Award.objects.none(),
        label=_("资金事项"),
        empty_label=_("请选择"),
        widget=forms.Select(attrs={"data-searchable": ""}),
    )
    ground = forms.ChoiceField(label=_("追回情形"), widget=forms.RadioSelect)
    facts = forms.CharField(
        label=_("事实和线索来源"), max_length=LONG, widget=TEXT, help_text=_("时间、经过、线索来自何处。")
    )
    files = _files(_("证据材料"))

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = reads.grounds_of_clawback(clock.today())
        if user is not None:
            self.fields["award"].queryset = reads.awards_to_claim(user)


class ProposeForm(MoveForm):
    ground = forms.ChoiceField(label=_("追回情形"), widget=forms.RadioSelect)
    facts = forms.CharField(
        label=_("认定的事实"), max_length=LONG, widget=TEXT, help_text=_("写入告知书和决定书。")
    )
    amount = _yuan(_("拟追回金额"), help_text=_("全部或者部分，不超过已拨付且未追回的金额。"))
    files = _files(_("调查材料"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        case = self.subject
        self.fields["ground"].choices = [(one["code"], one["label"]) for one in case.edition.terms["grounds"]]
        self.fields["ground"].initial, self.fields["facts"].initial = case.ground, case.facts
        unspent = reads.unspent_of(case.award) if case.ground == reads.TERMINATED else None
        self.fields["amount"].initial = unspent or reads.base_of(case.award)


class StateForm(MoveForm):
    statement = forms.CharField(
        label=_("陈述申辩意见"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("只能提交一次；没有异议的写明“无异议”。"),
    )
    files = _files(_("证据材料"))


class DecideForm(MoveForm):
    amount = _yuan(_("决定追回金额"), help_text=_("不超过告知书所载金额。"))
    minute_number = forms.CharField(label=_("会议纪要号"), max_length=60)
    decision = forms.CharField(
        label=_("决定理由"),
        max_length=LONG,
        widget=TEXT,
        help_text=_("对陈述申辩意见是否采纳及理由，写入决定书。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = self.subject.amount


class ServeForm(MoveForm):
    served_on = forms.DateField(label=_("送达日期"), widget=forms.DateInput(**DAY))
    proof = forms.FileField(label=_("送达回证"), help_text=_("PDF、JPG 或 PNG。"))


class ListCreditForm(ReasonForm):
    years = forms.IntegerField(label=_("限制申报年限"), min_value=1)
    years.unit = "年"
    field_order = ("years", "reason")


class EnforceForm(MoveForm):
    enforcement_number = forms.CharField(label=_("法院受理文号"), max_length=80)
    paper = forms.FileField(label=_("受理通知书"), help_text=_("PDF、JPG 或 PNG。"))


class SignClosingForm(MoveForm):
    note = forms.CharField(label=_("结案意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class EndEnforcementForm(SignClosingForm):
    ruling_number = forms.CharField(label=_("终结执行裁定书文号"), max_length=80)
    paper = forms.FileField(label=_("裁定书"), help_text=_("PDF、JPG 或 PNG。"))
    field_order = ("ruling_number", "paper", "note")


class PublishForm(forms.Form):
    finality = forms.ChoiceField(label=_("终局依据"), choices=Finality.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("文号"),
        max_length=200,
        required=False,
        help_text=_("经复议或者诉讼维持的，填写决定书、判决书文号。"),
    )


class RepaymentForm(forms.Form):
    """A part that was paid back, of one case."""

    amount = _yuan(_("退还金额"))
    paid_on = forms.DateField(label=_("退还日期"), widget=forms.DateInput(**DAY))
    bank_reference = forms.CharField(label=_("银行回单编号"), max_length=64)
    voucher = forms.FileField(label=_("退还凭证"), help_text=_("银行回单扫描件，PDF、JPG 或 PNG。"))

    def __init__(self, *args, clawback=None, **kwargs):
        super().__init__(*args, **kwargs)
        if clawback is not None:
            self.fields["amount"].initial = clawback.left


class _CaseFilter(Searching):
    division = ModelChoiceFilter(
        label=_("县（市、区）"), queryset=Division.objects.active(), empty_label=_("全部")
    )


class ClawbackFilter(_CaseFilter):
    search_in = ("number", "institute__name", "host__name", "award__number")
    state = django_filters.ChoiceFilter(label=_("状态"), choices=ClawbackState.choices, empty_label=_("全部"))
    ground = django_filters.ChoiceFilter(
        label=_("情形"), choices=lambda: reads.grounds_of_clawback(clock.today()), empty_label=_("全部")
    )
    owed = YesNoFilter(
        label=_("尚未退还"),
        method=lambda rows, name, value: (
            rows.filter(pk__in=Clawback.objects.owed().values("pk"))
            if value
            else rows.exclude(pk__in=Clawback.objects.owed().values("pk"))
        ),
    )
    sort = SortFilter(
        fields={"number": "number", "amount": "amount", "repay_by": "until", "due_on": "due"},
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Clawback
        fields = ["q", "state", "ground", "division", "owed"]


class RepaymentFilter(_CaseFilter):
    search_in = ("clawback__number", "clawback__institute__name", "host__name", "bank_reference")
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=RepaymentState.choices, empty_label=_("全部")
    )
    sort = SortFilter(
        fields={"amount": "amount", "paid_on": "paid", "due_on": "due"}, widget=forms.HiddenInput
    )

    class Meta:
        model = Repayment
        fields = ["q", "state", "division"]
