"""Forms of rows that are entered: accounts, budgets, plans."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Division, Organisation
from funding import policy, selectors
from funding.enums import AdjustmentKind, Programme
from funding.models import Award, Budget, CountyBudget
from funding.models.columns import DIGITS, PLACES
from records import clock

CHANGES = [(kind.value, kind.label) for kind in AdjustmentKind if kind != AdjustmentKind.APPROPRIATE]
AMOUNT = {"max_digits": DIGITS, "decimal_places": PLACES, "min_value": policy.FEN}


def _with_unit(field: forms.Field) -> forms.Field:
    field.unit = "元"
    return field


class PayeeForm(forms.Form):
    """An account of the person's unit."""

    organisation = forms.ModelChoiceField(
        label=_("单位"), queryset=Organisation.objects.none(), empty_label=None
    )
    account_name = forms.CharField(label=_("账户名称"), max_length=100, help_text=_("须与单位名称完全一致。"))
    bank = forms.CharField(label=_("开户银行"), max_length=60, help_text=_("例：中国工商银行。"))
    branch = forms.CharField(
        label=_("开户网点"), max_length=100, help_text=_("写到支行，例：石家庄示例支行。")
    )
    number = forms.CharField(
        label=_("银行账号"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("8 至 30 位数字。加密保存，页面只显示后四位。"),
    )
    cnaps = forms.CharField(
        label=_("联行号"),
        max_length=14,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("开户网点的 12 位支付系统行号，可在开户证明上找到，或向开户网点、银行客服查询。"),
    )
    proof = forms.FileField(
        label=_("开户证明"), help_text=_("基本存款账户信息或开户许可证，PDF、JPG 或 PNG。")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = [m.organisation_id for m in user.memberships_active if m.role == "ent_admin"]
        self.fields["organisation"].queryset = found = Organisation.objects.confirmed().filter(pk__in=units)
        if len(units) == 1 and not self.is_bound:
            self.fields["account_name"].initial = found.first()

    def clean_number(self):
        number = "".join(self.cleaned_data["number"].split())
        if faults := policy.account_number_faults(number):
            raise forms.ValidationError(faults)
        return number

    def clean_cnaps(self):
        cnaps = "".join(self.cleaned_data["cnaps"].split())
        if faults := policy.bank_code_faults(cnaps):
            raise forms.ValidationError(faults)
        return cnaps


class RevealForm(forms.Form):
    reason = forms.CharField(
        label=_("查看理由"), max_length=200, help_text=_("查看人、时间和理由记入登记簿，审计可查。")
    )


class BudgetForm(forms.Form):
    year = forms.IntegerField(label=_("年度"), min_value=2022, max_value=2100)
    programme = forms.ChoiceField(label=_("专项"), choices=Programme.choices)
    item = forms.CharField(
        label=_("预算科目"), max_length=80, help_text=_("例：2060499 其他技术研究与开发支出。")
    )
    amount = _with_unit(forms.DecimalField(label=_("安排金额"), **AMOUNT))
    document_number = forms.CharField(
        label=_("预算文号"), max_length=60, help_text=_("例：石财预〔2026〕3号。")
    )
    document = forms.FileField(label=_("预算文件"), help_text=_("文件扫描件，PDF、JPG 或 PNG。"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = clock.today().year


class AdjustmentForm(forms.Form):
    """A change of a budget, with the document that orders it."""

    kind = forms.ChoiceField(label=_("调整方式"), choices=CHANGES)
    target = forms.ModelChoiceField(
        label=_("调入预算"),
        queryset=Budget.objects.none(),
        required=False,
        empty_label=_("不涉及"),
        help_text=_("只有调剂须选择；结转自动转入下一年度同一专项。"),
    )
    amount = _with_unit(forms.DecimalField(label=_("调整金额"), **AMOUNT))
    document_number = forms.CharField(
        label=_("调整文号"), max_length=60, help_text=_("例：石财预〔2026〕17号。")
    )
    document = forms.FileField(label=_("调整文件"), help_text=_("文件扫描件，PDF、JPG 或 PNG。"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args, budget: Budget, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = selectors.budgets_to_take_in(budget)


class StatementForm(forms.Form):
    upload = forms.FileField(
        label=_("对账单文件"),
        help_text=_("银行按约定格式导出的 XLSX 或 CSV，不超过 5 MB；同一文件只能导入一次。"),
    )


class CountyBudgetForm(forms.Form):
    """What a county has set aside itself in a year."""

    division = forms.ModelChoiceField(
        label=_("县（市、区）"), queryset=Division.objects.none(), empty_label=None
    )
    year = forms.IntegerField(label=_("年度"), min_value=2022, max_value=2100)
    amount = _with_unit(forms.DecimalField(label=_("本级预算安排"), **AMOUNT))
    document_number = forms.CharField(label=_("预算文号"), max_length=60)
    document = forms.FileField(label=_("预算文件"), help_text=_("预算批复或安排文件，PDF、JPG 或 PNG。"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = selectors.divisions_of(user)
        self.fields["year"].initial = clock.today().year


class CountyBudgetRevisionForm(forms.Form):
    """What was paid of it so far, or another amount by another document."""

    paid = _with_unit(
        forms.DecimalField(label=_("已拨付"), max_digits=DIGITS, decimal_places=PLACES, min_value=0)
    )
    paid_until = forms.DateField(
        label=_("统计到"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    amount = _with_unit(forms.DecimalField(label=_("本级预算安排"), **AMOUNT))
    document_number = forms.CharField(label=_("预算文号"), max_length=60)
    document = forms.FileField(
        label=_("预算文件"), required=False, help_text=_("更改预算金额时须上传新的文件。")
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args, county_budget: CountyBudget, **kwargs):
        names = ("paid", "paid_until", "amount", "document_number", "note")
        kwargs.setdefault("initial", {name: getattr(county_budget, name) for name in names})
        super().__init__(*args, **kwargs)


class AwardChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, award):
        return str(award)


class PlanForm(forms.Form):
    """A draft: its name, and which approved awards go into it."""

    title = forms.CharField(label=_("方案名称"), max_length=120)
    awards = AwardChoices(
        label=_("资金项目"),
        queryset=Award.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一项资金。")},
    )

    def __init__(self, *args, budget: Budget, plan=None, **kwargs):
        super().__init__(*args, **kwargs)
        free = selectors.awards_to_plan(budget)
        mine = Award.objects.filter(plan_items__plan=plan) if plan else Award.objects.none()
        keys = [*free.values_list("pk", flat=True), *mine.values_list("pk", flat=True)]
        related = ("institute", "host", "division")
        rows = Award.objects.filter(pk__in=keys).select_related(*related).order_by("division__code", "pk")
        self.fields["awards"].queryset = rows
        self.candidates = list(rows)
        if not self.is_bound:
            self.fields["title"].initial = (
                plan.title if plan else f"{budget}（第{budget.plans.count() + 1}批）"
            )
        given = (
            self.data.getlist("awards") if self.is_bound else [str(a.pk) for a in (mine if plan else rows)]
        )
        self.chosen = set(given)
