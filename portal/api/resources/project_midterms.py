"""Mid-term checks of joint projects: what the unit reports, what experts and bureau find, what it comes to."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place
from projects import permissions, selectors, services
from projects.desk import MIDTERM_DESK
from projects.forms.midterms import MidtermFilesForm, MidtermFilter, MidtermReportForm
from projects.models import ProjectMidterm
from projects.permissions import midterms as may
from projects.views.midterms import may_list


class CheckedStageSerializer(serializers.Serializer):
    """One stage as it stood when the report was handed in."""

    title = serializers.CharField()
    due_on = serializers.DateField()
    reported = serializers.BooleanField()
    confirmed = serializers.BooleanField()
    report = serializers.CharField()


class MidtermFigureSerializer(serializers.Serializer):
    """Stages and money as they are checked."""

    stages = CheckedStageSerializer(many=True)
    money = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))


class MidtermFileSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class ProjectMidtermSerializer(CaseSerializer):
    project = Named()
    host = Named()
    division = Place()
    agency = Named(allow_null=True)
    texts = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()
    panel_passed = serializers.SerializerMethodField()
    panel_opinion = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()
    grounds = serializers.SerializerMethodField()
    requirements = serializers.SerializerMethodField()
    mend_by = serializers.SerializerMethodField()

    class Meta:
        model = ProjectMidterm
        fields = (
            *CaseSerializer.CASE,
            "project",
            "host",
            "division",
            "agency",
            "number",
            "due_by",
            "texts",
            "handed_in_at",
            "entrusted_at",
            "score",
            "panel_passed",
            "panel_opinion",
            "reviewed_at",
            "outcome",
            "grounds",
            "requirements",
            "mend_by",
            "mended",
            "decided_at",
        )

    @property
    def _user(self):
        return self.context["request"].user

    def get_texts(self, row: ProjectMidterm) -> dict[str, str]:
        """What is not handed in yet is the unit's alone."""
        return row.texts if may.may_read_report(self._user, row) else {}

    def get_score(self, row: ProjectMidterm) -> str | None:
        return str(row.score) if row.score is not None and may.may_read_review(self._user, row) else None

    def get_panel_passed(self, row: ProjectMidterm) -> bool | None:
        return row.panel_passed if may.may_read_review(self._user, row) else None

    def get_panel_opinion(self, row: ProjectMidterm) -> str:
        return row.panel_opinion if may.may_read_review(self._user, row) else ""

    def get_outcome(self, row: ProjectMidterm) -> str:
        return row.outcome if may.may_read_proposal(self._user, row) else ""

    def get_grounds(self, row: ProjectMidterm) -> str:
        return row.grounds if may.may_read_proposal(self._user, row) else ""

    def get_requirements(self, row: ProjectMidterm) -> str:
        """What has to be mended: the bureau's until it was confirmed."""
        return row.requirements if row.mended or may.may_read_proposal(self._user, row) else ""

    def get_mend_by(self, row: ProjectMidterm) -> str | None:
        shown = row.mend_by and (row.mended or may.may_read_proposal(self._user, row))
        return row.mend_by.isoformat() if shown else None


class ProjectMidtermViewSet(LifecycleViewSet):
    """中期检查：期限过半由系统建立，单位报送，市科技局书面检查或者委托专家检查，两人先后拟定、审定意见。"""

    desk = MIDTERM_DESK
    serializer_class = ProjectMidtermSerializer
    filterset_class = MidtermFilter
    may_list = staticmethod(may_list)

    def _prepared_by(self, user) -> ProjectMidterm:
        found = self.get_object()
        if not permissions.FILLER(user, found):
            raise PermissionDenied
        return found

    def _read_by(self, user) -> ProjectMidterm:
        found = self.get_object()
        if not may.may_read_report(user, found):
            raise PermissionDenied
        return found

    @extend_schema(request={"application/json": {"type": "object"}})
    def partial_update(self, request: Request, pk=None) -> Response:
        """Write the report: the parts that are sent (``text_…``)."""
        subject = self._prepared_by(request.user)
        sent = body_of(request)
        form = MidtermReportForm(sent, midterm=subject, only=list(sent))
        cleaned(form)
        services.save_midterm(midterm=subject, texts=form.texts(), by=request.user)
        return self.fresh(subject.pk)

    @extend_schema(responses=MidtermFigureSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def figures(self, request: Request, pk=None) -> Response:
        """Stages and money: as they were frozen, or as they stand today."""
        subject = self._read_by(request.user)
        found = {"stages": selectors.stages_as_checked(subject), "money": selectors.money_as_checked(subject)}
        return Response(MidtermFigureSerializer(found).data)

    @extend_schema(responses=MidtermFileSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def files(self, request: Request, pk=None) -> Response:
        """What the unit brought."""
        rows = selectors.midterm_files(self._read_by(request.user))
        return Response(MidtermFileSerializer(rows, many=True).data)

    @extend_schema(request=schema_of(MidtermFilesForm), responses={201: MidtermFileSerializer(many=True)})
    @files.mapping.post
    def add_files(self, request: Request, pk=None) -> Response:
        """Bring files of one kind; a newer report stands in the place of the former."""
        subject = self._prepared_by(request.user)
        facts = cleaned(MidtermFilesForm(body_of(request), request.FILES))
        found = services.attach_midterm_files(midterm=subject, **facts, by=request.user)
        return Response(MidtermFileSerializer(found, many=True).data, status=status.HTTP_201_CREATED)
