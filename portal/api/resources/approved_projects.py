"""Approved projects: their contract clause by clause, who signed it, the money and what is to be reached."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place
from projects import permissions, selectors, services
from projects.desk import PROJECT_DESK
from projects.enums.running import PartyRole
from projects.forms.projects import ClauseForm, CopyForm, ProjectFilter
from projects.forms.running import (
    CONFIRM,
    ExpenseForm,
    ExpenseImportForm,
    StageCheckForm,
    StageReportForm,
    VoidForm,
)
from projects.models import Project
from projects.permissions import projects as may
from projects.services.contract_text import payments_of
from projects.views.projects import may_list


class ApprovedProjectSerializer(CaseSerializer):
    institute = Named()
    host = Named()
    division = Place()
    chain = Named()

    class Meta:
        model = Project
        fields = (
            *CaseSerializer.CASE,
            "proposal",
            "number",
            "year",
            "title",
            "institute",
            "host",
            "division",
            "chain",
            "leader_name",
            "grant",
            "own",
            "months",
            "starts_on",
            "ends_on",
            "sign_by",
            "contract_number",
            "contract_signed_on",
            "contract_confirmed_at",
            "ended_at",
        )


class ClauseChangeSerializer(serializers.Serializer):
    """One change of a clause: by which side, from what to what, and why."""

    number = serializers.IntegerField()
    side = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    reason = serializers.CharField()
    changed_at = serializers.DateTimeField()


class ContractClauseSerializer(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    is_fixed = serializers.BooleanField()
    changes = serializers.SerializerMethodField()

    def get_changes(self, row) -> list[dict]:
        rows = row.changes.all() if self.context["negotiates"] else ()
        return ClauseChangeSerializer(rows, many=True).data  # type: ignore[return-value]


class ContractPartySerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    role = serializers.CharField()
    name = serializers.CharField()
    signatory = serializers.CharField()
    signed_on = serializers.DateField(allow_null=True)
    copy = serializers.IntegerField(source="copy_id", allow_null=True)
    has_left = serializers.BooleanField()


class ProjectLineSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    grant = serializers.DecimalField(max_digits=14, decimal_places=2)
    own = serializers.DecimalField(max_digits=14, decimal_places=2)


class ProjectTargetSerializer(serializers.Serializer):
    kind = serializers.CharField()
    name = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField()
    proof = serializers.CharField()


class ApprovedStageSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    due_on = serializers.DateField()
    is_midterm = serializers.BooleanField()
    report = serializers.CharField()
    reported_at = serializers.DateTimeField(allow_null=True)
    finding = serializers.CharField()
    confirmed_at = serializers.DateTimeField(allow_null=True)


class ExecutionSerializer(serializers.Serializer):
    """One line of the budget beside what was spent of it."""

    code = serializers.CharField()
    label = serializers.CharField()
    grant = serializers.DecimalField(max_digits=14, decimal_places=2)
    grant_spent = serializers.DecimalField(max_digits=14, decimal_places=2)
    grant_left = serializers.DecimalField(max_digits=14, decimal_places=2)
    own = serializers.DecimalField(max_digits=14, decimal_places=2)
    own_spent = serializers.DecimalField(max_digits=14, decimal_places=2)
    own_left = serializers.DecimalField(max_digits=14, decimal_places=2)


class ProjectExpenseSerializer(serializers.Serializer):
    """One invoice, on its line and out of its source."""

    id = serializers.IntegerField(source="pk")
    line = serializers.CharField(source="line.code")
    source = serializers.CharField()
    number = serializers.CharField()
    paid_on = serializers.DateField()
    payee = serializers.CharField()
    purpose = serializers.CharField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    proof = serializers.IntegerField(source="proof_id", allow_null=True)
    voided_at = serializers.DateTimeField(allow_null=True)
    void_reason = serializers.CharField()


class PaymentSerializer(serializers.Serializer):
    """One instalment of the grant: after what, which share, how much."""

    code = serializers.CharField()
    label = serializers.CharField()
    share = serializers.DecimalField(max_digits=5, decimal_places=2)
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)


class ProjectTermsSerializer(serializers.Serializer):
    """What the contract fixes: budget by line and source, payments, targets, stages."""

    lines = ProjectLineSerializer(many=True)
    payments = PaymentSerializer(many=True)
    targets = ProjectTargetSerializer(many=True)
    stages = ApprovedStageSerializer(many=True)


class ApprovedProjectViewSet(LifecycleViewSet):
    """联合攻关项目：立项后任务书由单位和市科技局轮流核对条款，各方签署，核对审定后开始实施。"""

    desk = PROJECT_DESK
    serializer_class = ApprovedProjectSerializer
    filterset_class = ProjectFilter
    may_list = staticmethod(may_list)

    @extend_schema(responses=ProjectTermsSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def terms(self, request: Request, pk=None) -> Response:
        """Budget by line and source, payments, targets, stages."""
        subject = self.get_object()
        found = {
            "lines": subject.lines.order_by("pk"),
            "payments": [one | {"amount": part} for one, part in payments_of(subject)],
            "targets": subject.targets.order_by("order"),
            "stages": subject.stages.order_by("due_on", "pk"),
        }
        return Response(ProjectTermsSerializer(found).data)

    @extend_schema(responses=ContractClauseSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def clauses(self, request: Request, pk=None) -> Response:
        """The clauses as they stand, to the two sides with every change; to others once they are agreed on."""
        subject = self.get_object()
        negotiates = may.may_read_negotiation(request.user, subject)
        if not negotiates and subject.contract_version is None:
            raise PermissionDenied
        rows = selectors.clauses_of(subject)
        context = {"negotiates": negotiates}
        return Response(ContractClauseSerializer(rows, many=True, context=context).data)

    @extend_schema(request=schema_of(ClauseForm), responses=ClauseChangeSerializer)
    @action(detail=True, methods=["patch"], url_path=r"clauses/(?P<code>[a-z0-9_]+)", pagination_class=None)
    def change_clause(self, request: Request, pk=None, code: str = "") -> Response:
        """Change one clause in the turn of one's side; ``seen`` is how many changes the caller knew of."""
        subject = self.get_object()
        if not may.writes_contracts(request.user, subject):
            raise PermissionDenied
        clause = get_object_or_404(subject.clauses, code=code)
        facts = cleaned(ClauseForm(body_of(request), clause=clause))
        found = services.change_clause(project=subject, clause=clause, **facts, by=request.user)
        return Response(ClauseChangeSerializer(found).data)

    @extend_schema(responses=ContractPartySerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def parties(self, request: Request, pk=None) -> Response:
        """Who signs the contract, and who has."""
        subject = self.get_object()
        return Response(ContractPartySerializer(selectors.parties_of(subject), many=True).data)

    @extend_schema(request=schema_of(CopyForm), responses={201: ContractPartySerializer})
    @parties.mapping.post
    def add_copy(self, request: Request, pk=None) -> Response:
        """Bring the copy that one party signed: the unit of itself and its partners, the bureau its own."""
        subject = self.get_object()
        if not may.writes_contracts(request.user, subject):
            raise PermissionDenied
        bureau = permissions.CLERK(request.user, subject)
        rows = subject.parties.filter(role=PartyRole.BUREAU)
        rows = rows if bureau else subject.parties.exclude(role=PartyRole.BUREAU)
        facts = cleaned(CopyForm(body_of(request), request.FILES, parties=rows))
        found = services.record_copy(project=subject, **facts, by=request.user)
        return Response(ContractPartySerializer(found).data, status=status.HTTP_201_CREATED)

    def _reported_by(self, user) -> Project:
        found = self.get_object()
        if not permissions.FILLER(user, found):
            raise PermissionDenied
        return found

    @extend_schema(request=schema_of(StageReportForm), responses=ApprovedStageSerializer)
    @action(detail=True, methods=["post"], url_path=r"stages/(?P<stage>\d+)/report", pagination_class=None)
    def report_stage(self, request: Request, pk=None, stage: str = "") -> Response:
        """Report a stage with its proof (multipart)."""
        subject = self._reported_by(request.user)
        found = get_object_or_404(subject.stages, pk=stage)
        facts = cleaned(StageReportForm(body_of(request), request.FILES, stage=found))
        services.report_stage(project=subject, stage=found, **facts, by=request.user)
        return Response(ApprovedStageSerializer(found).data)

    @extend_schema(request=schema_of(StageCheckForm), responses=ApprovedStageSerializer)
    @action(detail=True, methods=["post"], url_path=r"stages/(?P<stage>\d+)/check", pagination_class=None)
    def check_stage(self, request: Request, pk=None, stage: str = "") -> Response:
        """Confirm what was reported, or have it reported anew."""
        subject = self.get_object()
        if not permissions.CLERK(request.user, subject):
            raise PermissionDenied
        found = get_object_or_404(subject.stages, pk=stage)
        facts = cleaned(StageCheckForm(body_of(request)))
        deed = services.confirm_stage if facts["result"] == CONFIRM else services.return_stage
        deed(project=subject, stage=found, finding=facts["finding"], by=request.user)
        return Response(ApprovedStageSerializer(found).data)

    @extend_schema(responses=ExecutionSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def execution(self, request: Request, pk=None) -> Response:
        """The budget line by line beside what was spent, and what is left."""
        return Response(ExecutionSerializer(selectors.execution_of(self.get_object()), many=True).data)

    @extend_schema(responses=ProjectExpenseSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def expenses(self, request: Request, pk=None) -> Response:
        """The invoices, those taken back among them."""
        rows = selectors.expenses_of(self.get_object())
        return Response(ProjectExpenseSerializer(rows, many=True).data)

    @extend_schema(request=schema_of(ExpenseForm), responses={201: ProjectExpenseSerializer})
    @expenses.mapping.post
    def enter_expense(self, request: Request, pk=None) -> Response:
        """List one invoice, with its scan where there is one."""
        subject = self._reported_by(request.user)
        form = ExpenseForm(body_of(request), request.FILES, project=subject)
        proof = cleaned(form)["proof"]
        (found,) = services.enter_expenses(
            project=subject, invoices=[form.invoice()], proof=proof, by=request.user
        )
        return Response(ProjectExpenseSerializer(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=schema_of(ExpenseImportForm), responses={201: ProjectExpenseSerializer(many=True)})
    @action(detail=True, methods=["post"], url_path="expenses/import", pagination_class=None)
    def import_expenses(self, request: Request, pk=None) -> Response:
        """List all invoices of a spreadsheet, or none, with every fault."""
        subject = self._reported_by(request.user)
        facts = cleaned(ExpenseImportForm(body_of(request), request.FILES))
        found = services.import_expenses(project=subject, upload=facts["file"], by=request.user)
        return Response(ProjectExpenseSerializer(found, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=schema_of(VoidForm), responses=ProjectExpenseSerializer)
    @action(detail=True, methods=["post"], url_path=r"expenses/(?P<expense>\d+)/void", pagination_class=None)
    def void_expense(self, request: Request, pk=None, expense: str = "") -> Response:
        """Take an invoice back that was entered wrongly."""
        subject = self._reported_by(request.user)
        found = get_object_or_404(subject.expenses, pk=expense)
        facts = cleaned(VoidForm(body_of(request)))
        services.void_expense(project=subject, expense=found, **facts, by=request.user)
        return Response(ProjectExpenseSerializer(found).data)
