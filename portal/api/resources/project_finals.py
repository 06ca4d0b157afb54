"""Final acceptances of joint projects: what the unit prepares, what offices and experts find, what it comes to."""

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
from projects.desk import FINAL_DESK
from projects.forms.finals import FinalFilesForm, FinalFilter, FinalSummaryForm
from projects.models import ProjectFinal
from projects.permissions import finals as may
from projects.views.finals import may_list


class FinalTargetSerializer(serializers.Serializer):
    """One target of the contract beside what was reached."""

    order = serializers.IntegerField()
    name = serializers.CharField()
    planned = serializers.CharField()
    reached = serializers.CharField()
    met = serializers.BooleanField()
    said = serializers.CharField()


class FinalFigureSerializer(serializers.Serializer):
    """Targets and money as they are judged, and what the rule of the edition makes of them."""

    targets = FinalTargetSerializer(many=True)
    money = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    met = serializers.IntegerField()
    counted = serializers.IntegerField()
    share = serializers.DecimalField(max_digits=5, decimal_places=2)
    least = serializers.DecimalField(max_digits=5, decimal_places=2)
    enough = serializers.BooleanField()


class FinalFileSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class ProjectFinalSerializer(CaseSerializer):
    project = Named()
    host = Named()
    division = Place()
    agency = Named(allow_null=True)
    texts = serializers.SerializerMethodField()
    county_position = serializers.SerializerMethodField()
    county_opinion = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()
    panel_passed = serializers.SerializerMethodField()
    panel_opinion = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()
    minute_number = serializers.SerializerMethodField()
    grounds = serializers.SerializerMethodField()
    requirements = serializers.SerializerMethodField()

    class Meta:
        model = ProjectFinal
        fields = (
            *CaseSerializer.CASE,
            "project",
            "host",
            "division",
            "agency",
            "attempt",
            "former",
            "number",
            "due_by",
            "texts",
            "handed_in_at",
            "county_position",
            "county_opinion",
            "signed_at",
            "entrusted_at",
            "score",
            "panel_passed",
            "panel_opinion",
            "reviewed_at",
            "outcome",
            "minute_number",
            "grounds",
            "requirements",
            "decided_at",
        )

    @property
    def _user(self):
        return self.context["request"].user

    def get_texts(self, row: ProjectFinal) -> dict[str, str]:
        """What is not handed in yet is the unit's alone."""
        return row.texts if may.may_read_material(self._user, row) else {}

    def get_county_position(self, row: ProjectFinal) -> str:
        return row.county_position if may.may_read_county(self._user, row) else ""

    def get_county_opinion(self, row: ProjectFinal) -> str:
        return row.county_opinion if may.may_read_county(self._user, row) else ""

    def get_score(self, row: ProjectFinal) -> str | None:
        return str(row.score) if row.score is not None and may.may_read_review(self._user, row) else None

    def get_panel_passed(self, row: ProjectFinal) -> bool | None:
        return row.panel_passed if may.may_read_review(self._user, row) else None

    def get_panel_opinion(self, row: ProjectFinal) -> str:
        return row.panel_opinion if may.may_read_review(self._user, row) else ""

    def get_outcome(self, row: ProjectFinal) -> str:
        return row.outcome if may.may_read_proposal(self._user, row) else ""

    def get_minute_number(self, row: ProjectFinal) -> str:
        return row.minute_number if may.may_read_proposal(self._user, row) else ""

    def get_grounds(self, row: ProjectFinal) -> str:
        return row.grounds if may.may_read_proposal(self._user, row) else ""

    def get_requirements(self, row: ProjectFinal) -> str:
        return row.requirements if may.may_read_proposal(self._user, row) else ""


class ProjectFinalViewSet(LifecycleViewSet):
    """结题验收：单位申请，县级出具意见，市科技局核查并委托专家验收，两人先后拟定、审定结论。"""

    desk = FINAL_DESK
    serializer_class = ProjectFinalSerializer
    filterset_class = FinalFilter
    may_list = staticmethod(may_list)

    def _prepared_by(self, user) -> ProjectFinal:
        found = self.get_object()
        if not permissions.FILLER(user, found):
            raise PermissionDenied
        return found

    def _read_by(self, user) -> ProjectFinal:
        found = self.get_object()
        if not may.may_read_material(user, found):
            raise PermissionDenied
        return found

    @extend_schema(request={"application/json": {"type": "object"}})
    def partial_update(self, request: Request, pk=None) -> Response:
        """Write the summary (``text_…``) and what was reached (``reached``: rows by ``item``)."""
        subject = self._prepared_by(request.user)
        sent = body_of(request)
        form = FinalSummaryForm(sent, final=subject, only=list(sent))
        cleaned(form)
        services.save_final(final=subject, **form.facts(), by=request.user)
        return self.fresh(subject.pk)

    @extend_schema(responses=FinalFigureSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def figures(self, request: Request, pk=None) -> Response:
        """Targets and money: as they were frozen, or as they stand today."""
        subject = self._read_by(request.user)
        targets = selectors.targets_as_judged(subject)
        verdict = selectors.final_verdict(subject, targets)
        found = {name: getattr(verdict, name) for name in ("met", "counted", "share", "least", "enough")}
        found |= {"targets": targets, "money": selectors.money_as_judged(subject)}
        return Response(FinalFigureSerializer(found).data)

    @extend_schema(responses=FinalFileSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def files(self, request: Request, pk=None) -> Response:
        """What the unit brought."""
        rows = selectors.final_files(self._read_by(request.user))
        return Response(FinalFileSerializer(rows, many=True).data)

    @extend_schema(request=schema_of(FinalFilesForm), responses={201: FinalFileSerializer(many=True)})
    @files.mapping.post
    def add_files(self, request: Request, pk=None) -> Response:
        """Bring files of one kind; a newer report stands in the place of the former."""
        subject = self._prepared_by(request.user)
        facts = cleaned(FinalFilesForm(body_of(request), request.FILES))
        found = services.attach_final_files(final=subject, **facts, by=request.user)
        return Response(FinalFileSerializer(found, many=True).data, status=status.HTTP_201_CREATED)
