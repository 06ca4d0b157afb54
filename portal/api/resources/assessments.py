"""Annual assessments: what the unit reports, what county, tax and finance add, what the year is graded as."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation import permissions, services
from evaluation.desk import ASSESSMENT_DESK
from evaluation.documents.assessments import blocks_of
from evaluation.forms.assessments import AssessmentFilter, BlockForm, PublishForm
from evaluation.models import Assessment, AssessmentList
from evaluation.selectors import assessments as selectors
from portal.api.forms import body_of, cleaned
from portal.api.lifecycles import LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place
from records import clock


class AssessmentBoxSerializer(serializers.Serializer):
    """One box: its figure as stored (money in yuan), in words, and where it comes from."""

    code = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.CharField()
    filled_by = serializers.CharField()
    value = serializers.CharField()
    said = serializers.CharField()
    source = serializers.JSONField()


class AssessmentBlockSerializer(serializers.Serializer):
    """One of the parts of the report."""

    code = serializers.CharField()
    label = serializers.CharField()
    rows = AssessmentBoxSerializer(many=True)


class AssessmentListSerializer(serializers.ModelSerializer):
    """What was published together."""

    class Meta:
        model = AssessmentList
        fields = ("id", "year", "sequence", "number", "minute_number", "published_at")


class PublishSerializer(serializers.Serializer):
    year = serializers.IntegerField(min_value=2000, max_value=2999)
    minute_number = serializers.CharField()


class AssessmentSerializer(CaseSerializer):
    institute = Named()
    host = Named()
    division = Place()
    late = serializers.SerializerMethodField()
    values = serializers.SerializerMethodField()
    grade = serializers.SerializerMethodField()
    grounds = serializers.SerializerMethodField()
    published_in = AssessmentListSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Assessment
        fields = (
            *CaseSerializer.CASE,
            "institute",
            "host",
            "division",
            "year",
            "number",
            "due_by",
            "submitted_on",
            "late",
            "values",
            "handed_in_at",
            "county_opinion",
            "county_checked_at",
            "tax_opinion",
            "tax_signed_at",
            "finance_opinion",
            "finance_signed_at",
            "grade",
            "grounds",
            "published_in",
        )

    def _user(self):
        return self.context["request"].user

    def get_late(self, row: Assessment) -> bool:
        return row.is_late(clock.today())

    def get_values(self, row: Assessment) -> dict[str, str]:
        """What is not handed in yet is the unit's alone."""
        if not permissions.may_read_figures(self._user(), row):
            return {}
        sides = selectors.sides_read_by(self._user())
        mine = {box["code"] for box in selectors.boxes_of(row) if box["filled_by"] in sides}
        return {code: value for code, value in row.values.items() if code in mine}

    def get_grade(self, row: Assessment) -> str:
        return row.grade if permissions.may_read_grade(self._user(), row) else ""

    def get_grounds(self, row: Assessment) -> str:
        return row.grounds if permissions.may_read_grade(self._user(), row) else ""


class AssessmentViewSet(LifecycleViewSet):
    """年度考核：单位填报，县级核实，市税务局、市财政局填报会签，市科技局两人先后拟定、审定等次，按年度公布。"""

    desk = ASSESSMENT_DESK
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter
    may_list = staticmethod(permissions.may_read_assessments)

    @extend_schema(request={"application/json": {"type": "object"}})
    def partial_update(self, request: Request, pk=None) -> Response:
        """Fill in boxes of the report: only those that are sent (``box_…``), money in yuan."""
        subject, sent = self.get_object(), body_of(request)
        if not permissions.may_write_assessment(request.user, subject):
            raise PermissionDenied
        facts = cleaned(BlockForm(sent, assessment=subject, only=list(sent), in_yuan=True))
        services.save_assessment(assessment=subject, entries=facts, by=request.user)
        return self.fresh(subject.pk)

    @extend_schema(responses=AssessmentBlockSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def report(self, request: Request, pk=None) -> Response:
        """The report part by part, with where each figure comes from; before it is handed in as it stands today."""
        subject = self.get_object()
        if not permissions.may_read_figures(request.user, subject):
            raise PermissionDenied
        found = blocks_of(subject, sides=selectors.sides_read_by(request.user))
        return Response(AssessmentBlockSerializer(found, many=True).data)

    @extend_schema(request=PublishSerializer, responses={201: AssessmentListSerializer})
    @action(detail=False, methods=["post"], pagination_class=None)
    def publish(self, request: Request) -> Response:
        """Publish what is confirmed of a year, all at once, and who did not report."""
        if not permissions.may_publish_assessments(request.user):
            raise PermissionDenied
        asked = PublishSerializer(data=body_of(request))
        asked.is_valid(raise_exception=True)
        facts = cleaned(PublishForm({"minute_number": asked.validated_data["minute_number"]}))
        found = services.publish_assessments(year=asked.validated_data["year"], **facts, by=request.user)
        return Response(AssessmentListSerializer(found).data, status=status.HTTP_201_CREATED)
