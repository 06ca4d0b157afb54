"""What counties recommend in a call, as they issued it."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from institutes import selectors, services
from institutes.forms.county import SummaryFilter, SummaryForm
from institutes.models import RecommendationList
from institutes.permissions import may_rank
from institutes.views.summaries import paper_file
from portal.api.lifecycles import CreatingViewSet, Creator
from portal.api.serializers import Named, Place, ReadOnly


class RecommendedSerializer(serializers.Serializer):
    """One application as the list tells it; ``support_amount`` is in units of 10,000 yuan."""

    place = serializers.IntegerField()
    name = serializers.CharField()
    number = serializers.CharField()
    host = serializers.CharField()
    uscc = serializers.CharField()
    chain = serializers.CharField()
    co_builders = serializers.ListField(child=serializers.CharField())
    opinion = serializers.CharField()
    support = serializers.CharField()
    support_amount = serializers.CharField()
    support_document = serializers.CharField()
    letter = serializers.CharField()


class SummarySerializer(ReadOnly):
    call = Named()
    division = Place()
    rows = RecommendedSerializer(many=True)

    class Meta:
        model = RecommendationList
        fields = ("id", "number", "call", "division", "version", "size", "issued_at", "rows")


def reads_summaries(user) -> bool:
    return user.holds(*selectors.SUMMARY_READERS)


class SummaryViewSet(CreatingViewSet):
    """县级推荐汇总表。县级分管领导签发全部推荐函、排定顺序后出具；县级只看本县（市、区）的。"""

    serializer_class = SummarySerializer
    filterset_class = SummaryFilter
    may_list = staticmethod(reads_summaries)
    creator = Creator(may_rank, SummaryForm, services.issue_recommendation_list, takes_user=True)

    def get_queryset(self):
        if self.is_described:
            return RecommendationList.objects.none()
        return selectors.summaries_visible_to(self.request.user)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, pagination_class=None)
    def file(self, request: Request, pk=None) -> FileResponse:
        """The paper."""
        return paper_file(self.get_object())
