"""What a person brings to a move."""

from django import forms
from django.utils.translation import gettext_lazy as _

from funding import selectors
from funding.enums import LineTreatment, PayeeState
from funding.models import BankStatement, Budget, Disbursement, PayeeAccount, PlanItem
from funding.models.columns import DIGITS, PLACES
from records import clock
from records.desk import MoveForm

DAY = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}


class AccountChoice(forms.ModelChoiceField):
    """An account as a person recognises it, the number masked."""

    def label_from_instance(self, account):
        return f"{account.bank} {account.branch} 尾号 {account.last4}（{account.get_state_display()}）"


class BudgetChoice(forms.ModelChoiceField):
    def label_from_instance(self, budget):
        return f"{budget}，可用 {budget.left:,.2f} 元，已批准 {budget.used_percent}%"


class ReasonForm(MoveForm):
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("对方会看到，请写明依据。"),
    )


class ConfirmAwardForm(MoveForm):
    account = AccountChoice(
        label=_("收款账户"),
        queryset=PayeeAccount.objects.none(),
        empty_label=_("请选择"),
        help_text=_("只能选择本单位账户；没有可选账户的，请先在“收款账户”中提交。"),
    )
    wish = forms.BooleanField(
        label=_("本单位愿意领取该项资金，承诺专款专用、单独核算，不截留、不挪用。"),
        error_messages={"required": _("请确认领取意愿；不愿领取的，请办理“放弃领取”。")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = selectors.accounts_to_choose(self.subject.host)

    def clean(self):
        cleaned = super().clean()
        cleaned.pop("wish", None)
        return cleaned


class VerifiedAccountForm(MoveForm):
    account = AccountChoice(
        label=_("变更为"),
        queryset=PayeeAccount.objects.none(),
        empty_label=_("请选择"),
        help_text=_("只能选择已经两人核实的账户。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        accounts = selectors.accounts_to_choose(self.subject.host)
        self.fields["account"].queryset = accounts.filter(state=PayeeState.VERIFIED)


class WaiveForm(MoveForm):
    statement = forms.CharField(label=_("放弃理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    sealed = forms.FileField(label=_("盖章的放弃声明"), help_text=_("PDF、JPG 或 PNG，加盖单位公章。"))


class ApproveForm(MoveForm):
    budget = BudgetChoice(label=_("列支预算"), queryset=Budget.objects.none(), empty_label=_("请选择"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["budget"].queryset = found = selectors.budgets_to_commit(self.subject, clock.today())
        if not self.is_bound:
            self.fields["budget"].initial = found.first()


class SubmitPlanForm(MoveForm):
    integrity_checked_on = forms.DateField(
        label=_("科研诚信核查日期"),
        widget=forms.DateInput(**DAY),
        help_text=_("对方案内全部单位核查失信、经营异常名录的日期，下达时须在有效期内。"),
    )


class ReviewPlanForm(MoveForm):
    opinion = forms.CharField(
        label=_("财政审核意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ItemChoice(forms.ModelChoiceField):
    def label_from_instance(self, item):
        return f"{item.award.institute}（{item.award.host}），第 {item.instalment} 期 {item.amount:,.2f} 元"


class StrikeItemForm(ReasonForm):
    item = ItemChoice(PlanItem.objects.none(), label=_("退回哪一项"), empty_label=_("请选择"))
    field_order = ("item", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.subject is not None:
            rows = self.subject.items.standing().select_related(
                "award__institute", "award__project", "award__host"
            )
            self.fields["item"].queryset = rows.order_by("award__division__code", "pk")


class IssuePlanForm(MoveForm):
    document_number = forms.CharField(
        label=_("下达文号"), max_length=60, help_text=_("例：石财教〔2026〕12号。文号唯一，下达后不能更改。")
    )


class AmountForm(MoveForm):
    """A day and an amount that somebody reports."""

    amount = forms.DecimalField(label=_("金额"), max_digits=DIGITS, decimal_places=PLACES, min_value=0)
    amount.unit = "元"


class CountyReceiveForm(AmountForm):
    received_on = forms.DateField(label=_("到账日期"), widget=forms.DateInput(**DAY))
    slip = forms.FileField(label=_("到账凭证"), help_text=_("国库或银行到账通知扫描件，PDF、JPG 或 PNG。"))
    field_order = ("received_on", "amount", "slip")


class PayUnitForm(AmountForm):
    paid_on = forms.DateField(label=_("拨付日期"), widget=forms.DateInput(**DAY))
    bank_reference = forms.CharField(label=_("银行回单编号"), max_length=64)
    voucher = forms.FileField(label=_("拨付凭证"), help_text=_("银行回单扫描件，PDF、JPG 或 PNG。"))
    field_order = ("paid_on", "amount", "bank_reference", "voucher")


class ReceiptForm(AmountForm):
    receipted_on = forms.DateField(label=_("收款日期"), widget=forms.DateInput(**DAY))
    receipt = forms.FileField(label=_("收款凭证"), help_text=_("银行回单，或加盖财务专用章的收据。"))
    field_order = ("receipted_on", "amount", "receipt")


class ReturnMoneyForm(ReasonForm):
    slip = forms.FileField(
        label=_("退汇凭证"), required=False, help_text=_("银行退汇通知，PDF、JPG 或 PNG。")
    )


class OrderChoice(forms.ModelChoiceField):
    """An order by the number that the bank writes, so that thousands need no list to choose from."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        kwargs["error_messages"] = {
            "invalid_choice": _("没有已送出的该编号拨付，请核对。"),
            **kwargs.get("error_messages", {}),
        }
        super().__init__(queryset=Disbursement.objects.none(), to_field_name="number", **kwargs)


class ProposeLineForm(MoveForm):
    treatment = forms.ChoiceField(label=_("核对结果"), choices=[("", _("请选择")), *LineTreatment.choices])
    disbursement = OrderChoice(
        label=_("拨付编号"), required=False, help_text=_("付款、退汇须填写；与本平台无关的、重复的留空。")
    )
    note = forms.CharField(
        label=_("依据"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("编号、金额、户名没有完全相符的须写明。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["disbursement"].queryset = selectors.orders_on_which_bank_can_speak()
        self.fields["disbursement"].initial = self.subject.reference if not self.is_bound else None
        agreed = {"matched": LineTreatment.PAYMENT, "returned": LineTreatment.RETURN}
        agreed["repeated"] = LineTreatment.REPEAT
        self.fields["treatment"].initial = agreed.get(self.subject.finding, "")
        if self.subject.finding not in ("matched", "returned", "partial"):
            self.fields["disbursement"].initial = ""


class StatementChoiceForm(MoveForm):
    statement = forms.ModelChoiceField(
        label=_("对账单"),
        queryset=BankStatement.objects.none(),
        empty_label=_("请选择"),
        help_text=_("须包含送出日及其后数日的全部流水，且没有提到该拨付的行。"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["statement"].queryset = selectors.statements_about(self.subject)
