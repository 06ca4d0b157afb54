"""Changes of budgets, statements of the bank and their lines, counties' own budgets, the trial balance."""

from django import forms
from django.core.exceptions import PermissionDenied
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from funding import permissions, selectors, services
from funding.desk import ADJUSTMENT_DESK, LINE_DESK
from funding.forms import (
    AdjustmentFilter,
    AdjustmentForm,
    BalanceForm,
    CountyBudgetFilter,
    CountyBudgetForm,
    CountyBudgetRevisionForm,
    LedgerFilter,
    LineFilter,
    StatementFilter,
    StatementForm,
)
from funding.models import BankLine, BankStatement, Budget, BudgetAdjustment, CountyBudget, LedgerEntry
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import KEY, PROOF, CreatingViewSet, Creator, LifecycleViewSet, ReadViewSet, key_of
from portal.api.paging import Stream
from portal.api.resources.funding import Numbered, lists
from portal.api.serializers import CaseSerializer, Named, Place, ReadOnly
from portal.api.token import require_proof
from records import clock

YUAN = {"max_digits": 14, "decimal_places": 2}


class AdjustmentSerializer(CaseSerializer):
    budget = Named()
    target = Named(allow_null=True)
    kind = serializers.CharField()
    kind_label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = BudgetAdjustment
        fields = (
            *CaseSerializer.CASE,
            "budget",
            "target",
            "kind",
            "kind_label",
            "amount",
            "document_number",
            "note",
            "proposed_at",
            "entered_at",
            "rejected_at",
        )


class ProposeAdjustmentForm(AdjustmentForm):
    """An adjustment with the budget that it changes."""

    budget = forms.ModelChoiceField(label="预算", queryset=Budget.objects.none())

    def __init__(self, data, files=None, *, user):
        seen = selectors.budgets_visible_to(user)
        asked = str(data.get("budget", ""))
        chosen = seen.filter(pk=asked).first() if asked.isdecimal() else None
        if chosen is None:
            forms.Form.__init__(self, data, files)
        else:
            super().__init__(data, files, budget=chosen)
        self.fields["budget"].queryset = seen


class AdjustmentViewSet(LifecycleViewSet, CreatingViewSet):
    """预算安排和调整：安排（随预算建立）、追加、调减、调剂、结转，一人提出，另一人复核入账。"""

    desk = ADJUSTMENT_DESK
    serializer_class = AdjustmentSerializer
    filterset_class = AdjustmentFilter
    may_list = lists("adjustments")
    creator = Creator(
        permissions.may_keep_budgets,
        ProposeAdjustmentForm,
        services.propose_adjustment,
        keyed=True,
        takes_user=True,
    )


class BankLineSerializer(CaseSerializer):
    statement = serializers.IntegerField(source="statement_id")
    disbursement = Numbered(allow_null=True)
    finding_label = serializers.CharField(source="get_finding_display")

    class Meta:
        model = BankLine
        fields = (
            *CaseSerializer.CASE,
            "statement",
            "row",
            "serial",
            "booked_on",
            "direction",
            "amount",
            "reference",
            "payee",
            "payee_last4",
            "summary",
            "finding",
            "finding_label",
            "treatment",
            "disbursement",
            "note",
            "proposed_at",
            "settled_at",
        )


class LineViewSet(LifecycleViewSet):
    """银行流水：一人提出核对结果，另一人复核。"""

    desk = LINE_DESK
    serializer_class = BankLineSerializer
    filterset_class = LineFilter
    may_list = lists("lines")


class StatementSerializer(ReadOnly):
    account_masked = serializers.CharField()
    waiting = serializers.IntegerField()

    class Meta:
        model = BankStatement
        fields = (
            "id",
            "account_masked",
            "since",
            "until",
            "opening",
            "paid",
            "received",
            "closing",
            "line_count",
            "waiting",
            "file_name",
            "sha256",
            "imported_at",
        )


class OutcomeSerializer(serializers.Serializer):
    """What became of many lines at once."""

    done = serializers.IntegerField()
    refused = serializers.ListField(child=serializers.CharField())


class StatementViewSet(CreatingViewSet):
    """银行对账单：导入后逐行比对；相符的可一并提出、一并复核。"""

    serializer_class = StatementSerializer
    filterset_class = StatementFilter
    may_list = lists("statements")
    creator = Creator(permissions.may_reconcile, StatementForm, services.import_statement)

    def get_queryset(self):
        if self.is_described:
            return BankStatement.objects.none()
        return selectors.statements_visible_to(self.request.user)

    @extend_schema(request=None, responses=OutcomeSerializer, filters=False, summary="提出全部相符行")
    @action(detail=True, methods=["post"], pagination_class=None)
    def propose(self, request: Request, pk=None) -> Response:
        """Propose every line in which reference, amount and payee agree."""
        statement = self._to_reconcile(request)
        outcome = services.propose_matches(statement=statement, by=request.user)
        return Response(OutcomeSerializer(outcome).data)

    @extend_schema(
        request=None,
        responses=OutcomeSerializer,
        parameters=[KEY, PROOF],
        filters=False,
        summary="复核全部相符行",
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def confirm(self, request: Request, pk=None) -> Response:
        """Confirm every line that another person proposed and in which everything agrees."""
        statement = self._to_reconcile(request)
        require_proof(request)
        outcome = services.confirm_matches(statement=statement, key=key_of(request), by=request.user)
        return Response(OutcomeSerializer(outcome).data)

    def _to_reconcile(self, request: Request) -> BankStatement:
        statement = self.get_object()
        if not permissions.may_reconcile(request.user):
            raise PermissionDenied
        return statement


class CountyBudgetSerializer(ReadOnly):
    division = Place()
    left = serializers.DecimalField(**YUAN)

    class Meta:
        model = CountyBudget
        fields = (
            "id",
            "division",
            "year",
            "amount",
            "document_number",
            "paid",
            "paid_until",
            "left",
            "note",
            "recorded_at",
        )


class CountyBudgetViewSet(CreatingViewSet):
    """县级预算：各县（市、区）本级安排的支持资金，县级登记，不计入市级资金。"""

    serializer_class = CountyBudgetSerializer
    filterset_class = CountyBudgetFilter
    may_list = lists("county_budgets")
    creator = Creator(
        permissions.may_record_county_budget, CountyBudgetForm, services.record_county_budget, takes_user=True
    )

    def get_queryset(self):
        if self.is_described:
            return CountyBudget.objects.none()
        return selectors.county_budgets_visible_to(self.request.user)

    @extend_schema(request=schema_of(CountyBudgetRevisionForm))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Bring it up to date: what was paid, or another amount by another document."""
        row = self.get_object()
        if not permissions.may_keep_county_budget(request.user, row):
            raise PermissionDenied
        facts = cleaned(CountyBudgetRevisionForm(body_of(request), request.FILES, county_budget=row))
        services.revise_county_budget(county_budget=row, **facts, by=request.user)
        return self.fresh(row.pk)

    @extend_schema(
        responses=Place(many=True),
        filters=False,
        parameters=[OpenApiParameter("year", OpenApiTypes.INT)],
        summary="未安排预算的县（市、区）",
    )
    @action(detail=False, pagination_class=None)
    def missing(self, request: Request) -> Response:
        """Counties that have recorded no support of their own in a year."""
        if not permissions.may_list(request.user, "budgets"):
            raise PermissionDenied
        asked = request.query_params.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else clock.today().year
        return Response(Place(selectors.counties_without_budget(year), many=True).data)


class PostingSerializer(serializers.Serializer):
    """One side of an entry: what an account gained, or gave."""

    account = serializers.CharField()
    label = serializers.CharField(source="get_account_display")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)


class LedgerSerializer(ReadOnly):
    kind = serializers.CharField()
    kind_label = serializers.CharField(source="get_kind_display")
    budget = Named()
    award = Numbered(allow_null=True)
    institute = Named(source="award.institute", default=None, allow_null=True)
    division = Place(source="award.division", default=None, allow_null=True)
    disbursement = Numbered(allow_null=True)
    line = serializers.IntegerField(source="line_id", allow_null=True)
    postings = PostingSerializer(many=True)

    class Meta:
        model = LedgerEntry
        fields = (
            "id",
            "occurred_on",
            "kind",
            "kind_label",
            "budget",
            "award",
            "institute",
            "division",
            "disbursement",
            "line",
            "amount",
            "postings",
            "posted_at",
        )


class BalanceSerializer(serializers.Serializer):
    """One account of one budget at the end of a day."""

    budget = Named()
    account = serializers.CharField()
    label = serializers.CharField()
    came = serializers.DecimalField(**YUAN)
    went = serializers.DecimalField(**YUAN)
    amount = serializers.DecimalField(**YUAN)


class LedgerViewSet(ReadViewSet):
    """资金台账，只读。"""

    serializer_class = LedgerSerializer
    filterset_class = LedgerFilter
    pagination_class = Stream
    may_list = lists("ledger")

    def get_queryset(self):
        if self.is_described:
            return LedgerEntry.objects.none()
        return selectors.ledger_visible_to(self.request.user)

    @extend_schema(
        responses=BalanceSerializer(many=True),
        filters=False,
        parameters=[
            OpenApiParameter("on", OpenApiTypes.DATE),
            OpenApiParameter("year", OpenApiTypes.INT),
            OpenApiParameter("budget", OpenApiTypes.INT),
        ],
        summary="试算平衡表",
    )
    @action(detail=False, pagination_class=None)
    def balance(self, request: Request) -> Response:
        """Every account of every budget at the end of a day; all of them together are nought."""
        if not permissions.may_list(request.user, "balance"):
            raise PermissionDenied
        return Response(BalanceSerializer(balance_of(request), many=True).data)


def balance_of(request: Request) -> list[selectors.Balance]:
    """The trial balance that the address asks for; 422 where it cannot be read."""
    asked = cleaned(BalanceForm(request.query_params.dict()))
    budget = asked["budget"].pk if asked["budget"] else None
    on = asked["on"] or clock.today()
    return selectors.trial_balance(request.user, on=on, year=asked["year"], budget=budget)
