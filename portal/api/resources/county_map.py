"""What the counties are compared by, by program: public measures for whoever signs in, the others by rights."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.selectors import measures
from records import clock


class MapMeasureSerializer(serializers.Serializer):
    """Something the counties are compared by; ``by_year``: a year may be asked for."""

    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    about = serializers.CharField()
    by_year = serializers.BooleanField()


class CountyFigureSerializer(serializers.Serializer):
    """The figure of one county, by its code; null with a reason where there is none for this reader."""

    code = serializers.CharField()
    name = serializers.CharField()
    value = serializers.DecimalField(max_digits=20, decimal_places=6, allow_null=True, normalize_output=True)
    rank = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class CountyMapSerializer(serializers.Serializer):
    measure = MapMeasureSerializer()
    year = serializers.IntegerField(allow_null=True)
    figures = CountyFigureSerializer(many=True)
    measures = MapMeasureSerializer(many=True, help_text="本人可查看的指标")


class AskedSerializer(serializers.Serializer):
    """Which measure, and of which year; without a year those that go by years count all of them."""

    measure = serializers.ChoiceField(choices=[*measures.MEASURES], default="institutes")
    year = serializers.IntegerField(
        min_value=2000, max_value=2100, required=False, allow_null=True, default=None
    )


class CountyMapView(APIView):
    """分布地图，只读：一个指标在各县（市、区）的数；内部指标按本人权限。"""

    @extend_schema(
        responses=CountyMapSerializer,
        summary="分布地图",
        parameters=[
            OpenApiParameter("measure", str, enum=[*measures.MEASURES], description="指标，默认 institutes"),
            OpenApiParameter("year", int, description="年度，只对分年度的指标"),
        ],
    )
    def get(self, request: Request) -> Response:
        """The figures of the measure that is asked for, the highest first."""
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        measure, year = measures.MEASURES[asked.validated_data["measure"]], asked.validated_data["year"]
        if not measure.open_to(request.user):
            raise PermissionDenied
        drawn = measures.map_of(request.user, measure.code, year=year, on=clock.today())
        found = {
            "measure": measure,
            "year": year if measure.by_year else None,
            "figures": [
                {"code": one.code, "name": one.name, "value": one.value, "rank": rank, "reason": one.reason}
                for rank, one in drawn.ranking
            ],
            "measures": measures.measures_open_to(request.user),
        }
        return Response(CountyMapSerializer(found).data)
