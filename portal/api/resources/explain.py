"""Evaluations explained to programs: every line of a sheet, what a round hangs on, other numbers tried on it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation.models import Round
from evaluation.selectors import explain
from evaluation.selectors.explain import Explanation, Weighed
from portal.api.forms import cleaned
from portal.forms import WhatIfForm
from portal.selectors.what_if import Trial, editions_to_try, trial

POINTS = {"max_digits": 7, "decimal_places": 4}
TOTAL = {"max_digits": 6, "decimal_places": 2}
ASKED = [
    OpenApiParameter("edition", int, description="评价标准；缺省为该年度所用标准。"),
    OpenApiParameter("scale", str, enum=["four", "three"], description="等次级数。"),
    OpenApiParameter("limited", str, enum=["yes", "no"], description="是否限制优秀比例。"),
    OpenApiParameter("share", float, description="优秀比例上限，百分数。"),
    OpenApiParameter("cut_excellent", float, description="分数线；另有 cut_good、cut_pass。"),
    OpenApiParameter("w_rd_spend", float, description="权重；w_ 后接指标代码，合计须为 100。"),
]


class SheetSourceSerializer(serializers.Serializer):
    """A row behind a value; ``url`` where this reader may open it."""

    type = serializers.CharField()
    id = serializers.IntegerField()
    label = serializers.CharField()
    value = serializers.CharField()
    year = serializers.IntegerField()
    url = serializers.CharField()


class SheetLineSerializer(serializers.Serializer):
    """One indicator: value, points, what is lost, the place among its like, the value that alone changes the grade."""

    code = serializers.CharField(source="line.code")
    label = serializers.CharField(source="line.label")
    dimension = serializers.CharField(source="line.dimension")
    unit = serializers.CharField(source="line.unit")
    value = serializers.DecimalField(source="line.value", max_digits=18, decimal_places=2, allow_null=True)
    full_mark = serializers.DecimalField(source="line.full_mark", max_digits=12, decimal_places=2)
    weight = serializers.DecimalField(source="line.weight", **TOTAL)
    computed = serializers.DecimalField(source="line.computed", **POINTS)
    expert = serializers.DecimalField(source="line.expert", **POINTS)
    score = serializers.DecimalField(source="line.score", **POINTS)
    lost = serializers.DecimalField(source="line.lost", **POINTS)
    is_false = serializers.BooleanField(source="line.is_false")
    place = serializers.IntegerField(allow_null=True)
    needed = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    note = serializers.CharField()
    sources = SheetSourceSerializer(many=True)


class SheetDimensionSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    weight = serializers.DecimalField(**TOTAL)
    score = serializers.DecimalField(**TOTAL)
    share = serializers.DecimalField(max_digits=5, decimal_places=1)


class SheetDeductionSerializer(serializers.Serializer):
    code = serializers.CharField()
    words = serializers.CharField()
    points = serializers.DecimalField(**TOTAL)
    item = serializers.CharField()


class EvaluationSheetSerializer(serializers.Serializer):
    """An evaluation line by line; ``frozen`` is false while it is only a preview."""

    frozen = serializers.BooleanField(source="standing.is_frozen")
    chain_kind = serializers.CharField(source="standing.facts.chain_kind")
    total = serializers.DecimalField(source="standing.total", **TOTAL)
    grade = serializers.CharField()
    place = serializers.IntegerField(allow_null=True)
    among = serializers.IntegerField()
    next_grade = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField()
    dimensions = SheetDimensionSerializer(source="standing.sheet.dimensions", many=True)
    deductions = SheetDeductionSerializer(source="standing.sheet.deductions", many=True)
    lines = SheetLineSerializer(source="rows", many=True)

    def get_next_grade(self, found: Explanation) -> str:
        return found.nearest.grade if found.nearest else ""

    def get_missing(self, found: Explanation) -> str | None:
        return str(found.nearest.missing) if found.nearest else None


class TurnSerializer(serializers.Serializer):
    """Whose grade turns, from which to which."""

    evaluation = serializers.IntegerField(source="key")
    before = serializers.CharField()
    after = serializers.CharField()


class TippingSerializer(serializers.Serializer):
    """The smallest change of a cut-off or a weight that turns a grade."""

    code = serializers.CharField()
    change = serializers.DecimalField(**TOTAL)
    to = serializers.DecimalField(**TOTAL)
    turns = TurnSerializer(many=True)


class SensitivitySerializer(serializers.Serializer):
    """What the grades of a round hang on."""

    grades = serializers.SerializerMethodField()
    cut_offs = TippingSerializer(many=True)
    weights = TippingSerializer(many=True)

    def get_grades(self, found: Weighed) -> dict[str, str]:
        return {str(key): grade for key, grade in found.grades.items()}


class TrialRowSerializer(serializers.Serializer):
    """One evaluation before and after."""

    evaluation = serializers.IntegerField(source="evaluation.pk")
    total_before = serializers.DecimalField(**TOTAL)
    total = serializers.DecimalField(**TOTAL)
    before = serializers.CharField()
    after = serializers.CharField()


class TrialSerializer(serializers.Serializer):
    """A round by other numbers: how many of each grade, what the rewards come to, who changes."""

    counts = serializers.SerializerMethodField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    cost_before = serializers.DecimalField(max_digits=14, decimal_places=2)
    cost_after = serializers.DecimalField(max_digits=14, decimal_places=2)
    rows = TrialRowSerializer(source="outcome.rows", many=True)

    def get_counts(self, found: Trial) -> dict[str, list[int]]:
        return {label: [before, after] for label, before, after in found.outcome.counts}


class Explained:
    """The points of an evaluation, for whoever reads them on its page."""

    @extend_schema(responses=EvaluationSheetSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def sheet(self, request: Request, pk=None) -> Response:
        """Every line with its rows: officers at any time, the unit and its county once it was released; 404 before."""
        evaluation = get_object_or_404(explain.explained_to(request.user), pk=pk)
        return Response(EvaluationSheetSerializer(explain.explained(evaluation, request.user)).data)


class Weighing:
    """What a round hangs on, and what other numbers would do to it: for the bureau and the auditor."""

    def _to_weigh(self, request: Request, pk) -> Round:
        if not explain.may_weigh(request.user):
            raise PermissionDenied
        return get_object_or_404(Round.objects.select_related("edition"), pk=pk)

    @extend_schema(responses=SensitivitySerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def sensitivity(self, request: Request, pk=None) -> Response:
        """Which change of a cut-off or a weight, by how much, would change whose grade."""
        return Response(SensitivitySerializer(explain.weighed(self._to_weigh(request, pk))).data)

    @extend_schema(responses=TrialSerializer, parameters=ASKED, filters=False)
    @action(detail=True, url_path="what-if", pagination_class=None)
    def what_if(self, request: Request, pk=None) -> Response:
        """The round by other numbers; nothing is stored. 422 where the numbers do not add up."""
        round_, editions = self._to_weigh(request, pk), editions_to_try()
        wanted = request.query_params.get("edition", "")
        edition = editions.filter(pk=wanted).first() if wanted.isdecimal() else None
        form = WhatIfForm(request.query_params, edition=edition or round_.edition, editions=editions)
        cleaned(form)
        return Response(TrialSerializer(trial(round_, form.edition, form.asked)).data)
