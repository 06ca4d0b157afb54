"""Joint projects that are stopped or ended early: proposed or applied for, heard, settled by line, decided."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place
from projects import selectors, services
from projects.desk import ENDING_DESK
from projects.forms.endings import EndingFilter, GiveUpForm, ProposeEndingForm
from projects.models import Project, ProjectEnding
from projects.permissions import endings as may
from projects.views.endings import may_list, propose


class SettledLineSerializer(serializers.Serializer):
    """One line of the budget as it was settled: listed as spent, and recognised of that."""

    code = serializers.CharField()
    label = serializers.CharField()
    grant = serializers.DecimalField(max_digits=14, decimal_places=2)
    listed = serializers.DecimalField(max_digits=14, decimal_places=2)
    recognised = serializers.DecimalField(max_digits=14, decimal_places=2)
    note = serializers.CharField(allow_blank=True)


class SettlementSerializer(serializers.Serializer):
    """The money of a project that is to end: received, recognised, and what has to come back."""

    received = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    recognised = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    balance = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    lines = SettledLineSerializer(many=True)


class ProjectEndingSerializer(CaseSerializer):
    project = Named()
    host = Named()
    division = Place()
    ground_label = serializers.CharField()
    finding = serializers.SerializerMethodField()
    balance = serializers.SerializerMethodField()

    class Meta:
        model = ProjectEnding
        fields = (
            *CaseSerializer.CASE,
            "project",
            "host",
            "division",
            "number",
            "kind",
            "by_unit",
            "ground",
            "ground_label",
            "facts",
            "measures",
            "until",
            "proposed_at",
            "noticed_at",
            "statement_until",
            "statement",
            "stated_at",
            "finding",
            "balance",
            "minute_number",
            "decided_at",
            "resumed_at",
        )

    def _shown(self, row: ProjectEnding) -> bool:
        return may.may_read_settlement(self.context["request"].user, row)

    def get_finding(self, row: ProjectEnding) -> str:
        """What is proposed is the bureau's until it was decided."""
        return row.finding if self._shown(row) else ""

    def get_balance(self, row: ProjectEnding) -> str | None:
        return str(row.balance) if row.balance is not None and self._shown(row) else None


class ProjectEndingViewSet(LifecycleViewSet):
    """项目中止、终止：市科技局提出、告知单位并听取陈述申辩，或者单位申请；核定经费后由另一人审定。"""

    desk = ENDING_DESK
    serializer_class = ProjectEndingSerializer
    filterset_class = EndingFilter
    may_list = staticmethod(may_list)

    def _project(self, request: Request) -> Project:
        """The project that the body names, where the caller may see it."""
        sent = str(body_of(request).get("project", ""))
        rows = selectors.projects_visible_to(request.user)
        return get_object_or_404(rows, pk=int(sent) if sent.isdecimal() else 0)

    def _created(self, found: ProjectEnding) -> Response:
        answer = self.fresh(found.pk)
        answer.status_code = status.HTTP_201_CREATED
        return answer

    @extend_schema(request=schema_of(ProposeEndingForm))
    def create(self, request: Request) -> Response:
        """Propose to stop or to end the project named by ``project`` (multipart where files come with it)."""
        project = self._project(request)
        if not may.may_propose(request.user, project):
            raise PermissionDenied
        facts = cleaned(ProposeEndingForm(body_of(request), request.FILES, project=project))
        return self._created(propose(project, facts, by=request.user))

    @extend_schema(request=schema_of(GiveUpForm), responses={201: ProjectEndingSerializer})
    @action(detail=False, methods=["post"], url_path="give-up", pagination_class=None)
    def give_up(self, request: Request) -> Response:
        """The unit gives the project named by ``project`` up itself (multipart, with the sealed application)."""
        project = self._project(request)
        if not may.may_apply(request.user, project):
            raise PermissionDenied
        facts = cleaned(GiveUpForm(body_of(request), request.FILES))
        return self._created(services.apply_for_termination(project=project, **facts, by=request.user))

    @extend_schema(responses=SettlementSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def money(self, request: Request, pk=None) -> Response:
        """What was settled, line by line."""
        found = self.get_object()
        if not may.may_read_settlement(request.user, found):
            raise PermissionDenied
        return Response(SettlementSerializer(found).data)
