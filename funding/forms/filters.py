"""Searching, filtering and sorting of this room's lists; what is chosen stands in the address."""

import django_filters
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import Searching
from accounts.models import Division
from funding import selectors
from funding.enums import (
    AwardState,
    DisbursementState,
    EntryKind,
    GrantKind,
    MoneyLeg,
    PayeeState,
    PlanState,
    Programme,
)
from funding.models import AllocationPlan, Award, Budget, Disbursement, LedgerEntry, PayeeAccount

DAY = DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _choice(label, choices, **options):
    return django_filters.ChoiceFilter(label=label, choices=choices, empty_label=_("全部"), **options)


def _leg(legs):
    """Where the money stands, as the figures of the dashboard count it."""
    return _choice(
        _("资金环节"),
        [(leg.value, leg.label) for leg in legs],
        method=lambda rows, name, value: rows.filter(legs[MoneyLeg(value)]),
    )


def _county(field_name="division"):
    return django_filters.ModelChoiceFilter(
        label=_("县（市、区）"),
        field_name=field_name,
        queryset=Division.objects.active(),
        empty_label=_("全部"),
    )


def _order(*names, **labels):
    return django_filters.OrderingFilter(
        label=_("排序"),
        empty_label=_("默认"),
        fields=[(path, name) for name, path in names],
        choices=[
            (sign + name, f"{labels[name]}{arrow}")
            for name, _p in names
            for sign, arrow in (("", "↑"), ("-", "↓"))
        ],
    )


class AwardFilter(Searching):
    search_in = ("number", "institute__name", "host__name")
    state = _choice(_("状态"), AwardState.choices)
    leg = _leg(selectors.AWARD_LEGS)
    kind = _choice(_("类别"), GrantKind.choices)
    division = _county()
    sort = _order(
        ("number", "number"),
        ("amount", "amount"),
        ("since", "state_since"),
        number="编号",
        amount="金额",
        since="进入当前状态",
    )

    class Meta:
        model = Award
        fields = ["q", "state", "leg", "kind", "division"]


class PayeeFilter(Searching):
    search_in = ("account_name", "bank", "branch", "last4")
    state = _choice(_("状态"), PayeeState.choices)
    sort = _order(("name", "account_name"), ("submitted", "submitted_at"), name="单位", submitted="提交时间")

    class Meta:
        model = PayeeAccount
        fields = ["q", "state"]


class PlanFilter(Searching):
    search_in = ("number", "title", "document_number")
    state = _choice(_("状态"), PlanState.choices)
    year = django_filters.NumberFilter(label=_("年度"))
    sort = _order(
        ("number", "number"),
        ("amount", "amount"),
        ("issued", "issued_on"),
        number="编号",
        amount="金额",
        issued="下达日期",
    )

    class Meta:
        model = AllocationPlan
        fields = ["q", "state", "year"]


class DisbursementFilter(Searching):
    search_in = ("number", "award__institute__name", "host__name", "plan__document_number")
    state = _choice(_("状态"), DisbursementState.choices)
    leg = _leg(selectors.DISBURSEMENT_LEGS)
    division = _county()
    sort = _order(
        ("number", "number"),
        ("amount", "amount"),
        ("received", "received_on"),
        number="编号",
        amount="金额",
        received="到账日期",
    )

    class Meta:
        model = Disbursement
        fields = ["q", "state", "leg", "division"]


class BudgetFilter(Searching):
    search_in = ("item", "changes__document_number")
    year = django_filters.NumberFilter(label=_("年度"))
    programme = _choice(_("专项"), Programme.choices)
    sort = _order(("year", "year"), ("total", "total"), year="年度", total="安排金额")

    class Meta:
        model = Budget
        fields = ["q", "year", "programme"]

    def search(self, queryset, name, value):
        return super().search(queryset, name, value).distinct()


class LedgerFilter(Searching):
    search_in = (
        "award__number",
        "award__institute__name",
        "award__host__name",
        "disbursement__number",
        "change__document_number",
    )
    kind = _choice(_("类别"), EntryKind.choices)
    year = django_filters.NumberFilter(label=_("预算年度"), field_name="budget__year")
    division = _county("award__division")
    since = django_filters.DateFilter(
        label=_("发生日期自"), field_name="occurred_on", lookup_expr="gte", widget=DAY
    )
    until = django_filters.DateFilter(
        label=_("发生日期至"), field_name="occurred_on", lookup_expr="lte", widget=DAY
    )
    sort = _order(("on", "occurred_on"), ("amount", "amount"), on="发生日期", amount="金额")

    class Meta:
        model = LedgerEntry
        fields = ["q", "kind", "year", "division", "since", "until"]
