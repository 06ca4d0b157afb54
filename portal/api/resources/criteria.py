"""The self-check as data: every criterion with its clause, what is found, what is asked and how much is lacking."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from institutes import policy
from institutes.book import standing
from institutes.views.casefile import criteria_of
from portal.api.lifecycles import LifecycleViewSet


class AlternativeSerializer(serializers.Serializer):
    """One way to meet a criterion. Yes or no for ``is``, else a number; empty where it is not filled in yet.

    ``gap`` is in the ``unit`` of the value, ``gap_amount`` says a lacking percentage in yuan; ``url`` is the box.
    """

    fact = serializers.CharField()
    op = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    threshold = serializers.CharField()
    met = serializers.BooleanField(allow_null=True)
    gap = serializers.CharField(allow_null=True)
    gap_amount = serializers.CharField(allow_null=True)
    url = serializers.CharField()


class CriterionSerializer(serializers.Serializer):
    """A criterion of the call's edition: one alternative is enough. ``said`` is what people read.

    ``kind`` is ``hard`` or ``soft``, ``outcome`` is ``met``, ``unmet`` or ``unknown``.
    """

    code = serializers.CharField(source="finding.code")
    label = serializers.CharField(source="finding.label")
    kind = serializers.CharField(source="finding.kind")
    clause = serializers.CharField(source="finding.clause")
    outcome = serializers.CharField(source="finding.outcome")
    said = serializers.CharField()
    alternatives = serializers.SerializerMethodField()

    @extend_schema_field(AlternativeSerializer(many=True))
    def get_alternatives(self, told: standing.Told) -> list[dict]:
        pairs = zip(told.finding.comparisons, told.lines, strict=True)
        return [
            {
                "fact": one.fact,
                "op": one.op,
                "unit": one.unit,
                "value": as_text(one.value),
                "threshold": as_text(one.threshold),
                "met": one.met,
                "gap": as_text(one.gap),
                "gap_amount": None if one.gap_amount is None else f"{one.gap_amount:.2f}",
                "url": line.url,
            }
            for one, line in pairs
        ]


def as_text(value: policy.Fact) -> str | None:
    """A number as the API writes numbers; ``true`` or ``false`` for a fact that holds or does not."""
    return None if value is None else str(value).lower() if isinstance(value, bool) else f"{value:f}"


class CriteriaActions(LifecycleViewSet):
    """What the pages of the self-check and of the case tell of the criteria."""

    @extend_schema(responses=CriterionSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def criteria(self, request: Request, pk=None) -> Response:
        """Every criterion: of the draft for the unit that fills it in, of what was handed in for county and bureau."""
        found = criteria_of(self.get_object(), request.user)
        if found is None:
            raise PermissionDenied
        return Response(CriterionSerializer(found, many=True).data)
