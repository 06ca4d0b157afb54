"""Searching, filtering and sorting of this room's lists; what is chosen stands in the address."""

import django_filters
from django.db.models import Q
from django.forms import DateField, DateInput, Form, IntegerField, ModelChoiceField
from django.utils.translation import gettext_lazy as _

from accounts.forms.filters import ModelChoiceFilter, Searching, SortFilter, YearFilter, YesNoFilter
from accounts.models import Division
from funding import selectors
from funding.enums import (
    DEAD_DISBURSEMENT_STATES,
    OPEN_PLAN_STATES,
    Account,
    AdjustmentKind,
    AdjustmentState,
    AwardState,
    Direction,
    DisbursementState,
    EntryKind,
    GrantKind,
    Leg,
    LineFinding,
    LineState,
    LineTreatment,
    MoneyLeg,
    PayeeState,
    PlanState,
    Programme,
    programme_of,
)
from funding.models import (
    AllocationPlan,
    Award,
    BankLine,
    BankStatement,
    Budget,
    BudgetAdjustment,
    CountyBudget,
    Disbursement,
    LedgerEntry,
    PayeeAccount,
)
from funding.selectors import standing
from institutes.models import IndustryChain
from records import clock

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
    return ModelChoiceFilter(
        label=_("县（市、区）"),
        field_name=field_name,
        queryset=Division.objects.active(),
        empty_label=_("全部"),
    )


def _order(*names, **labels):
    return SortFilter(
        label=_("排序"),
        empty_label=_("默认"),
        fields=[(path, name) for name, path in names],
        choices=[
            (sign + name, f"{labels[name]}{arrow}")
            for name, _p in names
            for sign, arrow in (("", "↑"), ("-", "↓"))
        ],
    )


def _chain(field_name="institute__chain"):
    return ModelChoiceFilter(
        label=_("产业链"),
        field_name=field_name,
        queryset=IndustryChain.objects.order_by("name"),
        empty_label=_("全部"),
    )


def _programme(field_name="kind"):
    """From which special funds it is paid."""
    return _choice(
        _("专项"),
        Programme.choices,
        method=lambda rows, name, value: rows.filter(
            **{f"{field_name}__in": [kind for kind in GrantKind if programme_of(kind) == value]}
        ),
    )


def _budget(field_name="budget"):
    """One budget, as its figures open their rows."""
    return ModelChoiceFilter(
        label=_("预算"), field_name=field_name, queryset=Budget.objects.all(), empty_label=_("全部")
    )


class AwardFilter(Searching):
    search_in = ("number", "institute__name", "host__name")
    state = _choice(_("状态"), AwardState.choices)
    leg = _leg(selectors.AWARD_LEGS)
    kind = _choice(_("类别"), GrantKind.choices)
    programme = _programme()
    year = YearFilter(label=_("预算年度"), field_name="budget__year")
    division = _county()
    chain = _chain()
    budget = _budget()
    approved = YesNoFilter(label=_("计入已批准"), method=lambda rows, name, value: _counted(rows, value))
    standing = django_filters.ChoiceFilter(
        label=_("研究院变动"),
        choices=[("barred", _("不能批准、下达")), ("clawback", _("追回线索"))],
        method="by_standing",
        empty_label=_("全部"),
    )
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
        fields = [
            *("q", "state", "leg", "kind", "programme", "year"),
            *("division", "chain", "budget", "approved", "standing"),
        ]

    def by_standing(self, rows, name, value):
        return standing.clawback_candidates(rows) if value == "clawback" else standing.awards_barred(rows)


def _counted(rows, value):
    """What a budget counts as committed; the others where the answer is no."""
    states = (AwardState.APPROVED, AwardState.SUSPENDED, AwardState.CLOSED)
    counted = Q(state__in=states, approved_at__isnull=False)
    return rows.filter(counted) if value else rows.exclude(counted)


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
    year = YearFilter(label=_("年度"))
    budget = _budget()
    open = YesNoFilter(
        label=_("尚未下达"),
        method=lambda rows, name, value: (
            rows.filter(state__in=OPEN_PLAN_STATES) if value else rows.exclude(state__in=OPEN_PLAN_STATES)
        ),
    )
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
        fields = ["q", "state", "year", "budget", "open"]


class PlanPublicityFilter(Searching):
    search_in = ("number", "title")
    year = YearFilter(label=_("年度"))
    running = YesNoFilter(
        label=_("公示中"),
        method=lambda rows, name, value: (
            rows.filter(publicity_until__gte=clock.today())
            if value
            else rows.filter(publicity_until__lt=clock.today())
        ),
    )
    sort = _order(
        ("number", "number"),
        ("amount", "amount"),
        ("until", "publicity_until"),
        number="编号",
        amount="金额",
        until="公示止",
    )

    class Meta:
        model = AllocationPlan
        fields = ["q", "year", "running"]


class DisbursementFilter(Searching):
    search_in = ("number", "award__institute__name", "host__name", "plan__document_number")
    state = _choice(_("状态"), DisbursementState.choices)
    leg = _leg(selectors.DISBURSEMENT_LEGS)
    programme = _programme("award__kind")
    year = YearFilter(label=_("预算年度"), field_name="award__budget__year")
    division = _county()
    chain = _chain("award__institute__chain")
    budget = _budget("award__budget")
    retained = _choice(
        _("县级滞留"),
        [(Leg.AMBER.value, _("超过提示期")), (Leg.RED.value, _("超过警示期"))],
        method=lambda rows, name, value: selectors.retained(rows, on=clock.today(), colour=value),
    )
    live = YesNoFilter(
        label=_("计入已列支"),
        method=lambda rows, name, value: (
            rows.exclude(state__in=DEAD_DISBURSEMENT_STATES)
            if value
            else rows.filter(state__in=DEAD_DISBURSEMENT_STATES)
        ),
    )
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
        fields = ["q", "state", "leg", "programme", "year", "division", "chain", "budget", "retained", "live"]


class BudgetFilter(Searching):
    search_in = ("item", "changes__document_number")
    year = YearFilter(label=_("年度"))
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
    year = YearFilter(label=_("预算年度"), field_name="budget__year")
    division = _county("award__division")
    budget = _budget()
    account = _choice(_("账户"), Account.choices, field_name="postings__account")
    since = django_filters.DateFilter(
        label=_("发生日期自"), field_name="occurred_on", lookup_expr="gte", widget=DAY
    )
    until = django_filters.DateFilter(
        label=_("发生日期至"), field_name="occurred_on", lookup_expr="lte", widget=DAY
    )
    sort = _order(("on", "occurred_on"), ("amount", "amount"), on="发生日期", amount="金额")

    class Meta:
        model = LedgerEntry
        fields = ["q", "kind", "year", "division", "budget", "account", "since", "until"]


class AdjustmentFilter(Searching):
    search_in = ("document_number", "note", "budget__item")
    state = _choice(_("状态"), AdjustmentState.choices)
    kind = _choice(_("方式"), AdjustmentKind.choices)
    budget = _budget()
    sort = _order(("amount", "amount"), ("at", "proposed_at"), amount="金额", at="提出时间")

    class Meta:
        model = BudgetAdjustment
        fields = ["q", "state", "kind", "budget"]


class StatementFilter(Searching):
    search_in = ("file_name", "sha256")
    since = django_filters.DateFilter(label=_("期间自"), field_name="until", lookup_expr="gte", widget=DAY)
    until = django_filters.DateFilter(label=_("期间至"), field_name="since", lookup_expr="lte", widget=DAY)
    sort = _order(("until", "until"), ("at", "imported_at"), until="截止日期", at="导入时间")

    class Meta:
        model = BankStatement
        fields = ["q", "since", "until"]


class LineFilter(Searching):
    search_in = ("serial", "reference", "payee", "summary", "disbursement__number")
    state = _choice(_("状态"), LineState.choices)
    finding = _choice(_("比对"), LineFinding.choices)
    direction = _choice(_("收付"), Direction.choices)
    treatment = _choice(_("核对结果"), LineTreatment.choices)
    statement = ModelChoiceFilter(
        label=_("对账单"), queryset=BankStatement.objects.all(), empty_label=_("全部")
    )
    sort = _order(("on", "booked_on"), ("amount", "amount"), on="交易日期", amount="金额")

    class Meta:
        model = BankLine
        fields = ["q", "state", "finding", "direction", "treatment", "statement"]


class StatementLineFilter(LineFilter):
    """The lines of one statement: which one is not asked again."""

    statement = None

    class Meta(LineFilter.Meta):
        fields = ["q", "state", "finding", "direction", "treatment"]


class CountyBudgetFilter(Searching):
    search_in = ("division__name", "document_number", "note")
    year = YearFilter(label=_("年度"))
    division = _county()
    sort = _order(("year", "year"), ("amount", "amount"), year="年度", amount="金额")

    class Meta:
        model = CountyBudget
        fields = ["q", "year", "division"]


class BalanceForm(Form):
    """Until which day, of which year's budgets, the trial balance is drawn."""

    on = DateField(label=_("截至日期"), required=False, widget=DAY)
    year = IntegerField(label=_("预算年度"), required=False, min_value=2022, max_value=2100)
    budget = ModelChoiceField(
        label=_("预算"), queryset=Budget.objects.all(), required=False, empty_label=_("全部")
    )
