"""The city's targets by program: totals for everybody who signs in, what stands behind them for counties and city."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.selectors import targets as figures
from portal.views.targets import drilled_into_by
from records import clock


class GoalSerializer(serializers.Serializer):
    """A cumulative target: wanted, as its due year left it, as of today; ``gross`` also counts what has ended."""

    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    wanted = serializers.IntegerField()
    due_year = serializers.IntegerField()
    at_due = serializers.IntegerField()
    today = serializers.IntegerField()
    met = serializers.BooleanField()
    gross = serializers.IntegerField(allow_null=True)
    clause = serializers.CharField()


class YearSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    recognised = serializers.IntegerField()
    provincial = serializers.IntegerField()
    least = serializers.IntegerField(allow_null=True)
    most = serializers.IntegerField(allow_null=True)


class ShareSerializer(serializers.Serializer):
    """What of the achievements is in one county (``key`` as in the filter of ``achievements``), chain or year."""

    key = serializers.IntegerField()
    label = serializers.CharField()
    achievements = serializers.IntegerField()
    transfers = serializers.IntegerField()


class TargetsSerializer(serializers.Serializer):
    goals = GoalSerializer(many=True)
    years = YearSerializer(many=True)
    provincial = serializers.IntegerField(help_text="在册研究院中获省级认定的家数")
    by_division = ShareSerializer(many=True)
    by_chain = ShareSerializer(many=True)
    by_year = ShareSerializer(many=True)


class TargetsView(APIView):
    """发展目标，只读：累计目标到期时和截至今天的数、每年新认定数，以及各县、各产业链、各年度的成果数。"""

    @extend_schema(responses=TargetsSerializer, summary="发展目标")
    def get(self, request: Request) -> Response:
        """The targets; the breakdowns are empty for whoever may not read the rows behind them."""
        totals = figures.totals(on=clock.today())
        shares = figures.breakdowns(drilled_into_by(request.user))
        found = {
            "goals": totals.goals,
            "years": totals.years,
            "provincial": figures.provincial_institutes(),
            **{f"by_{name}": rows for name, rows in shares.items()},
        }
        return Response(TargetsSerializer(found).data)
