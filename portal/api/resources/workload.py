"""Who holds how much and how long each step takes, by program: for offices and superiors, as their pages say."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.selectors import workload as counted
from portal.selectors import workload_people as people
from records import clock

SPAN = OpenApiParameter("days", int, enum=list(counted.SPANS), description="回看的天数，默认 365")


class HeldSerializer(serializers.Serializer):
    """What is held now; ``soon``: due within five working days; ``latest``: how late the latest is, in working days."""

    open = serializers.IntegerField()
    overdue = serializers.IntegerField()
    soon = serializers.IntegerField()
    latest = serializers.IntegerField()


class OfficeLoadSerializer(HeldSerializer):
    holder = serializers.CharField()


class TimesSerializer(serializers.Serializer):
    """Working days at the median and in nine of ten; of ``bound`` that had a limit, ``kept`` were done in time."""

    done = serializers.IntegerField()
    median = serializers.DecimalField(max_digits=8, decimal_places=1, allow_null=True)
    ninth = serializers.DecimalField(max_digits=8, decimal_places=1, allow_null=True)
    bound = serializers.IntegerField()
    kept = serializers.IntegerField()
    share = serializers.IntegerField(allow_null=True, help_text="按时办结的百分比")


class StepPaceSerializer(TimesSerializer):
    matter = serializers.CharField()
    step = serializers.CharField()
    limit = serializers.IntegerField(allow_null=True, help_text="承诺时限（工作日）")


class WorkloadSerializer(serializers.Serializer):
    days = serializers.IntegerField()
    offices = OfficeLoadSerializer(many=True)
    steps = StepPaceSerializer(many=True)


class PersonLoadSerializer(HeldSerializer, TimesSerializer):
    """What somebody holds and did of late."""


class ColleagueSerializer(serializers.Serializer):
    user_id = serializers.IntegerField()
    name = serializers.CharField()
    office = serializers.CharField()
    place = serializers.CharField()
    figures = PersonLoadSerializer()


class ColleaguesSerializer(serializers.Serializer):
    days = serializers.IntegerField()
    people = ColleagueSerializer(many=True)


class SpanSerializer(serializers.Serializer):
    days = serializers.ChoiceField(choices=counted.SPANS, default=counted.SPANS[-1])


def _days(request: Request) -> int:
    asked = SpanSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return int(asked.validated_data["days"])


class WorkloadView(APIView):
    """办理时效，只读：各岗位在办、逾期件数，各环节用时和承诺时限的兑现情况；县级看本县，市级看全市。"""

    @extend_schema(responses=WorkloadSerializer, summary="办理时效", parameters=[SPAN])
    def get(self, request: Request) -> Response:
        """The two tables of the page, of the counties that the caller reads."""
        if not request.user.holds(*counted.READERS):
            raise PermissionDenied
        days, today, divisions = _days(request), clock.today(), counted.divisions_read_by(request.user)
        found: dict[str, Any] = {
            "days": days,
            "offices": counted.loads(divisions=divisions, on=today),
            "steps": counted.paces(divisions=divisions, days=days, on=today),
        }
        return Response(WorkloadSerializer(found).data)


class ColleaguesView(APIView):
    """成员办理时效，只读：仅供负责人查看其下属人员，按人列出。"""

    @extend_schema(responses=ColleaguesSerializer, summary="成员办理时效", parameters=[SPAN])
    def get(self, request: Request) -> Response:
        """Who below the caller holds how much and how late, by name; 403 for who is nobody's superior."""
        today = clock.today()
        if not people.juniors_of(request.user, on=today):
            raise PermissionDenied
        days = _days(request)
        found = {"days": days, "people": people.colleagues(request.user, days=days, on=today)}
        return Response(ColleaguesSerializer(found).data, headers={"Cache-Control": "private, no-store"})
