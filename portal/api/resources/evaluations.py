"""Three-year evaluations, the yearly rounds they stand in, and the cycles they are about."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation import services
from evaluation.desk import EVALUATION_DESK, ROUND_DESK
from evaluation.documents.performance import rows_of_figures
from evaluation.forms.performance import (
    CycleFilter,
    EvaluationFilter,
    EvaluationLookupForm,
    EvidenceForm,
    RoundFilter,
    SelfReportForm,
)
from evaluation.models import Cycle, Evaluation, Round
from evaluation.permissions import performance as permissions
from evaluation.selectors import cycles as cycle_selectors
from evaluation.selectors import performance as selectors
from evaluation.selectors import performance_rounds as round_selectors
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import LifecycleViewSet, ReadViewSet
from portal.api.resources.explain import Explained, Weighing
from portal.api.serializers import CaseSerializer, Named, Place


class EvaluationSourceSerializer(serializers.Serializer):
    """One row that a figure rests on."""

    type = serializers.CharField()
    id = serializers.IntegerField()
    label = serializers.CharField()
    value = serializers.CharField()
    year = serializers.IntegerField()


class EvaluationFigureSerializer(serializers.Serializer):
    """One indicator with its value and where it comes from."""

    code = serializers.CharField()
    label = serializers.CharField()
    dimension = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.CharField()
    is_expert = serializers.BooleanField()
    sources = EvaluationSourceSerializer(many=True)
    doubt = serializers.CharField()
    answer = serializers.CharField()


class EvaluationFileSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class EvaluationLookupSerializer(serializers.Serializer):
    """The last look-up of the host in one list; empty where there was none."""

    item = serializers.CharField(source="item.code")
    label = serializers.CharField(source="item.label")
    result = serializers.CharField(source="check.result", default="")
    note = serializers.CharField(source="check.note", default="")
    checked_on = serializers.DateField(source="check.checked_on", default=None)
    source = serializers.CharField(source="check.source", default="")


class EvaluationSerializer(CaseSerializer):
    institute = Named()
    host = Named()
    division = Place()
    agency = Named(allow_null=True)
    year = serializers.IntegerField(source="round.year")
    ends_on = serializers.DateField()
    texts = serializers.SerializerMethodField()
    county_position = serializers.SerializerMethodField()
    county_opinion = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField()
    grade = serializers.SerializerMethodField()
    deductions = serializers.SerializerMethodField()

    class Meta:
        model = Evaluation
        fields = (
            *CaseSerializer.CASE,
            "institute",
            "host",
            "division",
            "agency",
            "year",
            "round",
            "cycle",
            "attempt",
            "former",
            "number",
            "chain_kind",
            "ends_on",
            "texts",
            "handed_in_at",
            "county_position",
            "county_opinion",
            "signed_at",
            "total",
            "grade",
            "deductions",
            "released_at",
        )

    def _opined(self, row: Evaluation) -> bool:
        """What a county has not signed is not for the unit."""
        return bool(row.signed_at) or row.host_id not in self.context["units"]

    def _told(self, row: Evaluation) -> bool:
        return permissions.may_read_result(self.context["request"].user, row)

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_texts(self, row: Evaluation) -> dict[str, str]:
        """What is not handed in yet is the unit's alone."""
        return row.texts if permissions.may_read_report(self.context["request"].user, row) else {}

    def get_county_position(self, row: Evaluation) -> str:
        return row.county_position if self._opined(row) else ""

    def get_county_opinion(self, row: Evaluation) -> str:
        return row.county_opinion if self._opined(row) else ""

    def get_total(self, row: Evaluation) -> str | None:
        return str(row.total) if row.total is not None and self._told(row) else None

    def get_grade(self, row: Evaluation) -> str:
        return row.grade if self._told(row) else ""

    def get_deductions(self, row: Evaluation) -> list[str]:
        return [one["words"] for one in row.deductions] if self._told(row) else []


class EvaluationViewSet(Explained, LifecycleViewSet):
    """三年绩效评价：单位自评，县级、税务、财政核实，专家评分，按年度一并评定、公示和公布。"""

    desk = EVALUATION_DESK
    serializer_class = EvaluationSerializer
    filterset_class = EvaluationFilter
    may_list = staticmethod(permissions.may_read_evaluations)

    def _written_by(self, user) -> Evaluation:
        found = self.get_object()
        if not permissions.FILLER(user, found):
            raise PermissionDenied
        return found

    def _read_by(self, user) -> Evaluation:
        found = self.get_object()
        if not permissions.may_read_report(user, found):
            raise PermissionDenied
        return found

    @extend_schema(request={"application/json": {"type": "object"}})
    def partial_update(self, request: Request, pk=None) -> Response:
        """Write the self-report: only the parts that are sent (``text_…``, ``doubt_…``)."""
        subject, sent = self._written_by(request.user), body_of(request)
        facts = cleaned(SelfReportForm(sent, evaluation=subject, only=list(sent)))
        services.save_self_report(evaluation=subject, entries=facts, by=request.user)
        return self.fresh(subject.pk)

    @extend_schema(responses=EvaluationFigureSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def figures(self, request: Request, pk=None) -> Response:
        """The figures with the rows they rest on: as they were frozen, or as they stand today."""
        subject = self._read_by(request.user)
        rows = rows_of_figures(subject, selectors.figures_of_evaluation(subject))
        return Response(EvaluationFigureSerializer(rows, many=True).data)

    @extend_schema(responses=EvaluationFileSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def files(self, request: Request, pk=None) -> Response:
        """What the unit brought."""
        subject = self._read_by(request.user)
        return Response(EvaluationFileSerializer(selectors.evidence_of(subject), many=True).data)

    @extend_schema(request=schema_of(EvidenceForm), responses={201: EvaluationFileSerializer(many=True)})
    @files.mapping.post
    def add_files(self, request: Request, pk=None) -> Response:
        """Bring evidence."""
        subject = self._written_by(request.user)
        facts = cleaned(EvidenceForm(body_of(request), request.FILES))
        found = services.attach_evidence(evaluation=subject, **facts, by=request.user)
        return Response(EvaluationFileSerializer(found, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=EvaluationLookupSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def lookups(self, request: Request, pk=None) -> Response:
        """What the look-ups of the host brought; not for the unit."""
        subject = self.get_object()
        if subject.host_id in request.user.reach.organisations:
            raise PermissionDenied
        return Response(EvaluationLookupSerializer(selectors.checks_of(subject), many=True).data)

    @extend_schema(
        request=schema_of(EvaluationLookupForm), responses={201: EvaluationLookupSerializer(many=True)}
    )
    @lookups.mapping.post
    def add_lookup(self, request: Request, pk=None) -> Response:
        """Enter a look-up with its proof."""
        subject = self.get_object()
        if not permissions.CLERK(request.user, subject):
            raise PermissionDenied
        facts = cleaned(EvaluationLookupForm(body_of(request), request.FILES, evaluation=subject))
        services.record_evaluation_check(evaluation=subject, **facts, by=request.user)
        found = EvaluationLookupSerializer(selectors.checks_of(subject), many=True).data
        return Response(found, status=status.HTTP_201_CREATED)


class RoundGradeSerializer(serializers.Serializer):
    """What one evaluation would be graded, before the round is."""

    evaluation = serializers.IntegerField(source="evaluation.pk")
    institute = serializers.CharField(source="evaluation.institute.name")
    total = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    grade = serializers.CharField()


class RoundSerializer(CaseSerializer):
    evaluations = serializers.IntegerField(source="evaluation_count")
    graded = serializers.IntegerField(source="graded_count")

    class Meta:
        model = Round
        fields = (
            *CaseSerializer.CASE,
            "year",
            "number",
            "report_due_on",
            "minute_number",
            "notice",
            "closed_at",
            "closing_reason",
            "evaluations",
            "graded",
        )


class RoundViewSet(Weighing, LifecycleViewSet):
    """评价年度：收集周期期满的研究院，一并评定、审定公示、公布。"""

    desk = ROUND_DESK
    serializer_class = RoundSerializer
    filterset_class = RoundFilter
    may_list = staticmethod(permissions.may_read_rounds)

    @extend_schema(responses=RoundGradeSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def preview(self, request: Request, pk=None) -> Response:
        """What everybody who is ready would be graded now."""
        rows = round_selectors.preview_of(self.get_object())
        return Response(RoundGradeSerializer(rows, many=True).data)


class CycleSerializer(serializers.ModelSerializer):
    institute = Named()
    stage = serializers.CharField()

    class Meta:
        model = Cycle
        fields = (
            "id",
            "institute",
            "number",
            "first_year",
            "last_year",
            "stage",
            "opened_at",
            "ended_at",
            "evaluated_at",
            "closed_at",
        )


class CycleViewSet(ReadViewSet):
    """评估周期：每个通过验收的研究院恰有一个进行中的周期。"""

    serializer_class = CycleSerializer
    filterset_class = CycleFilter
    may_list = staticmethod(permissions.may_read_cycles)
    queryset = Cycle.objects.none()

    def get_queryset(self):
        return cycle_selectors.cycles_visible_to(self.request.user)
