"""Money: accounts, plans, disbursements, budgets. Account numbers only ever masked."""

import io
from functools import partial

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from funding import permissions, selectors, services
from funding.desk import DISBURSEMENT_DESK, PAYEE_DESK, PLAN_DESK
from funding.forms import (
    BudgetFilter,
    BudgetForm,
    DisbursementFilter,
    PayeeFilter,
    PayeeForm,
    PlanFilter,
    PlanForm,
)
from funding.models import AllocationPlan, Budget, Disbursement, PayeeAccount
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place, ReadOnly
from portal.api.token import require_proof


def lists(name: str):
    """Who opens that list, as its page asks."""
    return staticmethod(partial(permissions.may_list, name=name))


class Numbered(serializers.Serializer):
    """A case of money, by its key and its number."""

    id = serializers.IntegerField(source="pk")
    number = serializers.CharField()


class DisbursementSerializer(CaseSerializer):
    award = Numbered()
    institute = Named(source="award.institute")
    host = Named()
    division = Place()
    plan = Numbered()
    account_masked = serializers.CharField(source="account.number_masked")

    class Meta:
        model = Disbursement
        fields = (
            *CaseSerializer.CASE,
            "number",
            "award",
            "institute",
            "host",
            "division",
            "plan",
            "direct_pay",
            "instalment",
            "amount",
            "settled",
            "account_masked",
            "issued_on",
            "received_on",
            "received_amount",
            "paid_on",
            "paid_amount",
            "receipted_on",
            "receipt_amount",
            "ending_reason",
            "ending_proposed_at",
            "ended_at",
            "ended_reason",
        )


class StageSerializer(serializers.Serializer):
    """One leg of the way of an instalment."""

    label = serializers.CharField()
    holder = serializers.CharField()
    on = serializers.DateField(allow_null=True)
    paper = serializers.CharField()
    state = serializers.ChoiceField(choices=["done", "now", "next"])
    document_id = serializers.IntegerField(
        source="document.pk", default=None, allow_null=True, help_text="可在 documents 中下载的文书"
    )


class DisbursementViewSet(LifecycleViewSet):
    """资金拨付：市级列支、县级到账、拨付到企、确认收款。"""

    desk = DISBURSEMENT_DESK
    serializer_class = DisbursementSerializer
    filterset_class = DisbursementFilter
    may_list = lists("disbursements")

    @extend_schema(responses=StageSerializer(many=True), filters=False, summary="资金去向")
    @action(detail=True, pagination_class=None)
    def way(self, request: Request, pk=None) -> Response:
        """Each leg of the money: who has it, since when, by which paper."""
        sees_bank = permissions.may_see_bank(request.user)
        stages = selectors.legs_of(self.get_object(), sees_bank=sees_bank)
        return Response(StageSerializer(stages, many=True).data)


class PayeeSerializer(CaseSerializer):
    organisation = Named()

    class Meta:
        model = PayeeAccount
        fields = (
            *CaseSerializer.CASE,
            "organisation",
            "account_name",
            "bank",
            "branch",
            "number_masked",
            "submitted_at",
            "first_checked_at",
            "verified_at",
            "rejected_at",
            "superseded_at",
        )


class PayeeViewSet(LifecycleViewSet, CreatingViewSet):
    """收款账户：单位提交，市科技局两人核对。账号只显示后四位。"""

    desk = PAYEE_DESK
    serializer_class = PayeeSerializer
    filterset_class = PayeeFilter
    may_list = lists("payees")
    creator = Creator(
        permissions.may_submit_account, PayeeForm, services.submit_payee_account, takes_user=True
    )


class PlanSerializer(CaseSerializer):
    budget = Named()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    awards = serializers.IntegerField()

    class Meta:
        model = AllocationPlan
        fields = (
            *CaseSerializer.CASE,
            "number",
            "title",
            "year",
            "budget",
            "amount",
            "awards",
            "document_number",
            "issued_on",
            "submitted_at",
            "reviewed_at",
            "review_opinion",
            "cosigned_at",
            "publicity_from",
            "publicity_until",
            "issued_at",
            "discarded_at",
        )


class PlanItemSerializer(serializers.Serializer):
    award = Numbered()
    institute = Named(source="award.institute")
    host = Named(source="award.host")
    division = Place(source="award.division")
    instalment = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)


class DraftPlanForm(PlanForm):
    """A plan with the budget that it allocates."""

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


class PlanViewSet(LifecycleViewSet, CreatingViewSet):
    """拨付方案：编制、财政审核、会签、联合下达。"""

    desk = PLAN_DESK
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    may_list = lists("plans")
    creator = Creator(permissions.may_draft_plan, DraftPlanForm, services.draft_plan, takes_user=True)

    @extend_schema(request=schema_of(PlanForm))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Change what a draft holds: its title and its awards."""
        plan = self.get_object()
        if not permissions.may_draft_plan(request.user):
            raise PermissionDenied
        facts = cleaned(PlanForm(body_of(request), budget=plan.budget, plan=plan))
        services.revise_plan(plan=plan, **facts, by=request.user)
        return self.fresh(plan.pk)

    @extend_schema(
        request={"application/json": {"type": "object", "properties": {"reference": {"type": "string"}}}},
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
        filters=False,
        summary="国库文件",
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def treasury(self, request: Request, pk=None) -> FileResponse:
        """The file for the treasury, drawn now if the worker has not yet; each time goes into the register."""
        plan = self.get_object()
        if not permissions.may_fetch_treasury_file(request.user):
            raise PermissionDenied
        require_proof(request)
        wanted = str(body_of(request).get("reference", ""))
        found = services.fetch_treasury_file(plan=plan, reference=wanted, by=request.user)
        return FileResponse(io.BytesIO(found.content), as_attachment=True, filename=found.name)

    @extend_schema(responses=PlanItemSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def items(self, request: Request, pk=None) -> Response:
        """What stands in the plan, in the order of the counties."""
        return Response(PlanItemSerializer(selectors.items_of(self.get_object()), many=True).data)


class BudgetSerializer(ReadOnly):
    programme = serializers.CharField()
    programme_label = serializers.CharField(source="get_programme_display")
    planned = serializers.DecimalField(max_digits=14, decimal_places=2)
    left = serializers.DecimalField(max_digits=14, decimal_places=2)
    used_percent = serializers.IntegerField()

    class Meta:
        model = Budget
        fields = (
            "id",
            "year",
            "programme",
            "programme_label",
            "item",
            "total",
            "committed",
            "planned",
            "ordered",
            "paid",
            "left",
            "used_percent",
            "created_at",
        )


class BudgetViewSet(CreatingViewSet):
    """预算：财政部门一人按文件建立，另一人在 adjustments 复核入账；追加、调减、调剂、结转也见 adjustments。"""

    serializer_class = BudgetSerializer
    filterset_class = BudgetFilter
    may_list = lists("budgets")
    creator = Creator(permissions.may_keep_budgets, BudgetForm, services.create_budget, keyed=True)

    def get_queryset(self):
        seen = Budget.objects.none() if self.is_described else selectors.budgets_visible_to(self.request.user)
        return selectors.with_planned(seen)
