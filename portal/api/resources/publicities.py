"""Plans as they are shown to the officers before money is issued."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from funding import selectors
from funding.forms import PlanPublicityFilter
from funding.models import AllocationPlan
from funding.selectors.publicities import plan_publicities_visible_to
from portal.api.lifecycles import ReadViewSet
from portal.api.resources.funding import PlanItemSerializer, lists
from portal.api.serializers import ReadOnly


class PlanPublicitySerializer(ReadOnly):
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    awards = serializers.IntegerField()

    class Meta:
        model = AllocationPlan
        fields = (
            "id",
            "number",
            "title",
            "year",
            "amount",
            "awards",
            "publicity_from",
            "publicity_until",
            "document_number",
        )


class PlanPublicityViewSet(ReadViewSet):
    """分配方案内部公示：市、县各部门查阅，期满后联合下达。"""

    serializer_class = PlanPublicitySerializer
    filterset_class = PlanPublicityFilter
    may_list = lists("plan_publicities")

    def get_queryset(self):
        if self.is_described:
            return AllocationPlan.objects.none()
        return plan_publicities_visible_to(self.request.user)

    @extend_schema(responses=PlanItemSerializer(many=True), filters=False, summary="公示的资金")
    @action(detail=True, pagination_class=None)
    def items(self, request: Request, pk=None) -> Response:
        """What the plan pays, in the order of the counties."""
        return Response(PlanItemSerializer(selectors.items_of(self.get_object()), many=True).data)
