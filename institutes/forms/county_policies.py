"""What a county says about a policy of its own; and the filters of its pages."""

from decimal import Decimal, InvalidOperation

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, SortFilter, offer
from accounts.selectors import recommending_divisions
from institutes import selectors
from institutes.enums import CountyPolicyState
from institutes.forms.chains import day_field
from institutes.forms.officers import ReasonForm
from institutes.forms.rows import Column, RowsField
from institutes.models import CountyPolicy
from institutes.selectors.county_policies import PENDING
from records import clock

MOST = Decimal("999999999999.99")


def support_choices() -> list[tuple[str, str]]:
    """The measures of the municipal policy in force, with their clauses."""
    items = selectors.support_measures_on(clock.today()).values()
    return [(item["code"], f"{item['clause']} {item['label']}") for item in items]


class CountyPolicyForm(forms.Form):
    title = forms.CharField(label=_("文件名称"), max_length=150)
    number = forms.CharField(label=_("文号"), max_length=80)
    issued_on = day_field(_("印发日期"))
    valid_from = day_field(_("施行日期"))
    valid_to = forms.DateField(
        label=_("有效期至"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("没有写明有效期的留空；写明的，到期前提醒经办。"),
    )
    measures = RowsField(
        label=_("对应的市级措施"),
        help_text=_("只填本级给予支持的各项；金额按文件登记，平台不计算，没有金额的留空。"),
        columns=(
            Column("content", _("本级给予的支持"), required=False, longest=500, wide=True),
            Column("amount", _("金额（元）"), required=False, longest=20),
        ),
    )
    summary = forms.CharField(
        label=_("要点说明"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("面向企业，写清谁能享受、怎么办理。"),
    )
    file = forms.FileField(
        label=_("文件原件"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf"}),
        help_text=_("PDF；送审前必须上传，发布后供公众下载。再次上传替换原来的。"),
    )

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.division = selectors.division_to_propose_for(user) if user else None
        self.fields["measures"].set_fixed(support_choices())

    def clean_measures(self) -> list[dict]:
        found, faults = [], []
        labels = dict(self.fields["measures"].fixed)
        for row in self.cleaned_data["measures"]:
            if not row["content"] and not row["amount"]:
                continue
            label = labels.get(row["item"], row["item"])
            amount = _amount_of(row["amount"])
            if not row["content"]:
                faults.append(_("{label}：请写明本级给予的支持。").format(label=label))
            if row["amount"] and amount is None:
                faults.append(_("{label}：金额请填数字，单位为元，最多两位小数。").format(label=label))
            found.append({"item": row["item"], "content": row["content"], "amount": amount})
        if faults:
            raise forms.ValidationError(faults)
        return found


def _amount_of(said: str) -> Decimal | None:
    """Yuan as people write them: ``200,000`` or ``200000.00``; None where it is no such number."""
    try:
        amount = Decimal(said.replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    exponent = amount.as_tuple().exponent
    is_money = isinstance(exponent, int) and exponent >= -2 and 0 < amount <= MOST
    return amount if is_money else None


def stored(policy: CountyPolicy) -> dict:
    """What a draft says now, as its form takes it."""
    names = ("title", "number", "issued_on", "valid_from", "valid_to", "summary")
    rows = [
        {"item": one.item, "content": one.content, "amount": "" if one.amount is None else str(one.amount)}
        for one in policy.measures.all()
    ]
    return {name: getattr(policy, name) for name in names} | {"measures": rows}


class RepealForm(ReasonForm):
    repealed_on = day_field(_("废止日期"))
    field_order = ("repealed_on", "reason")


STANDINGS = [(selectors.IN_FORCE, _("现行有效")), (selectors.FORMER, _("已失效"))]


class PublicPolicyFilter(django_filters.FilterSet):
    """How everybody looks for a policy."""

    q = django_filters.CharFilter(label=_("文件名称、文号或内容"), method="search")
    division = ModelChoiceFilter(
        label=_("县（市、区）"), queryset=lambda request: recommending_divisions(), empty_label=_("全部")
    )
    item = django_filters.ChoiceFilter(
        label=_("对应的市级措施"), choices=[], method="of_item", empty_label=_("全部")
    )
    standing = django_filters.ChoiceFilter(
        label=_("效力"),
        choices=STANDINGS,
        method="of_standing",
        empty_label=_("全部"),
    )

    class Meta:
        model = CountyPolicy
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self, "item", support_choices())

    def search(self, rows, name, value):
        return selectors.search_county_policies(rows, value)

    def of_item(self, rows, name, value: str):
        return selectors.giving(rows, value)

    def of_standing(self, rows, name, value):
        return selectors.policies_standing(rows, value, on=clock.today())


class CountyPolicyFilter(PublicPolicyFilter):
    standing = django_filters.ChoiceFilter(
        label=_("效力"),
        choices=[*STANDINGS, (PENDING, _("起草中"))],
        method="of_standing",
        empty_label=_("全部"),
    )
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=CountyPolicyState.choices, empty_label=_("全部")
    )
    sort = SortFilter(
        fields={
            "title": "title",
            "division__code": "division",
            "issued_on": "issued",
            "valid_to": "until",
        },
        widget=forms.HiddenInput,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request and not self.request.user.holds(*selectors.CITY_READERS):
            del self.filters["division"]  # a county meets its own alone
