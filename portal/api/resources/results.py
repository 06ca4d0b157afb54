"""What a panel came to: its scores by seat, what it talked over, and how its experts agree. Nobody is named."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation import permissions, selectors
from evaluation.models import Discussion, Panel
from institutes.models import Call
from portal.api.problems import Malformed

ROUND = OpenApiParameter("round", int, description="1 为合议前的评分，2 为合议后；缺省为计入结果的一轮。")
CALL = OpenApiParameter("call", int, required=True, description="申报通知。")


class SeatPointsSerializer(serializers.Serializer):
    """What the expert of a seat gave on one item, with their words."""

    seat = serializers.CharField()
    points = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    comment = serializers.CharField()


class ScoreRowSerializer(serializers.Serializer):
    dimension = serializers.CharField()
    label = serializers.CharField()
    full_mark = serializers.CharField()
    scores = SeatPointsSerializer(many=True)


class SeatTotalSerializer(serializers.Serializer):
    seat = serializers.CharField()
    total = serializers.DecimalField(max_digits=5, decimal_places=2)
    kept = serializers.BooleanField()


class ScoresSerializer(serializers.Serializer):
    """The sheets of one round."""

    round = serializers.IntegerField()
    totals = SeatTotalSerializer(many=True)
    rows = ScoreRowSerializer(many=True)


class DiscussionSerializer(serializers.Serializer):
    held_at = serializers.DateTimeField()
    participants = serializers.ListField(child=serializers.CharField())
    text = serializers.CharField()
    noted_at = serializers.DateTimeField()


class SeveritySerializer(serializers.Serializer):
    """An expert against the others of the same panels: below zero is severe."""

    expert = serializers.CharField()
    panels = serializers.IntegerField()
    mean = serializers.DecimalField(max_digits=6, decimal_places=2)
    deviation = serializers.DecimalField(max_digits=6, decimal_places=2)


class WithoutSerializer(serializers.Serializer):
    """What would change without one expert: scores and ranks before and after, who would cross the pass mark."""

    expert = serializers.CharField()
    moved = serializers.IntegerField()
    furthest = serializers.IntegerField()
    crossed = serializers.ListField(child=serializers.CharField())
    scores = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    ranks = serializers.DictField(child=serializers.ListField(child=serializers.IntegerField()))


class AnalysisSerializer(serializers.Serializer):
    """Sums by panel and expert, Krippendorff's alpha, severity, and the effect of leaving each expert out."""

    alpha = serializers.CharField(allow_null=True)
    pass_mark = serializers.CharField()
    scores = serializers.DictField(child=serializers.CharField())
    ranks = serializers.DictField(child=serializers.IntegerField())
    sums = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))
    severity = SeveritySerializer(many=True)
    without = WithoutSerializer(many=True)


class PanelResults:
    """The results of a panel, for whoever reads them on its pages; nobody before all have locked."""

    @extend_schema(responses=ScoresSerializer, parameters=[ROUND], filters=False)
    @action(detail=True, pagination_class=None)
    def scores(self, request: Request, pk=None) -> Response:
        """Points and words by seat, once the panel has concluded: 403 before."""
        panel = self.get_object()
        if not selectors.scores_are_open(panel):
            raise PermissionDenied
        return Response(ScoresSerializer(scores_of(panel, _round_asked(request, panel))).data)

    @extend_schema(responses=DiscussionSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def discussion(self, request: Request, pk=None) -> Response:
        """What was talked over because the scores lay too far apart; 404 where there was no need."""
        found = get_object_or_404(Discussion, panel=self.get_object())
        return Response(DiscussionSerializer(found).data)

    @extend_schema(responses=AnalysisSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def analysis(self, request: Request, pk=None) -> Response:
        """One panel: for its agency once all have locked, for others once it has concluded; 403 before."""
        panel = self.get_object()
        round_ = selectors.round_read_by(request.user, panel)
        if not round_:
            raise PermissionDenied
        return Response(AnalysisSerializer(selectors.analysis_of_panel(panel, round_)).data)

    @extend_schema(
        operation_id="panels_of_call_analysis",
        responses=AnalysisSerializer,
        parameters=[CALL],
        filters=False,
    )
    @action(detail=False, url_path="analysis", url_name="call-analysis", pagination_class=None)
    def call_analysis(self, request: Request) -> Response:
        """All concluded panels of a call: the order, and what each expert moves in it; 404 before one has concluded."""
        if not permissions.may_read_panels(request.user):
            raise PermissionDenied
        asked = request.query_params.get("call", "")
        if not asked.isdigit():
            raise Malformed({"call": ["请填写申报通知的编号。"]})
        call = get_object_or_404(Call, pk=asked)
        found = selectors.analysis_of_call(list(selectors.concluded_of_call(request.user, call.pk)))
        if found is None:
            raise Http404
        return Response(AnalysisSerializer(found).data)


def _round_asked(request: Request, panel: Panel) -> int:
    asked = request.query_params.get("round", str(panel.round))
    if asked not in {str(n) for n in range(1, panel.round + 1)}:
        raise Malformed({"round": [f"该评审组有 {panel.round} 轮评分。"]})
    return int(asked)


def scores_of(panel: Panel, round_: int) -> dict:
    """The sheets of a round, item by item in the order of the seats."""
    sheets = list(selectors.sheets_of(panel, round_))
    rows = [
        {
            "dimension": row["dimension"]["code"],
            "label": row["dimension"]["label"],
            "full_mark": row["dimension"]["full_mark"],
            "scores": [
                {
                    "seat": str(sheet.assignment),
                    "points": score.points if score else None,
                    "comment": score.comment if score else "",
                }
                for sheet, score in zip(sheets, row["scores"], strict=True)
            ],
        }
        for row in selectors.score_table(panel, round_)
    ]
    totals = [{"seat": str(sheet.assignment), "total": sheet.total, "kept": sheet.kept} for sheet in sheets]
    return {"round": round_, "totals": totals, "rows": rows}
