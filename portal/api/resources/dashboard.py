"""The board by program: every figure of the page with what it stands under and the list that has its rows."""

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from portal.boards.county import county_board
from portal.boards.figures import Board, CountyMap, Figure, Table
from portal.boards.forecast import assumptions
from portal.selectors.dashboard import divisions_for
from portal.views.dashboard import board_for
from records import clock

ASKED = [
    OpenApiParameter("county", str, description="县（市、区）代码：只看该县看板；县级用户不填即为本县"),
    OpenApiParameter("year", int, description="年度，不填为本年（全市看板）"),
    OpenApiParameter("division", int, description="县（市、区）编号，用于收窄全市看板"),
    OpenApiParameter("chain", int, description="产业链编号，用于收窄全市看板"),
    OpenApiParameter("programme", str, description="专项代码，用于收窄全市看板"),
]


class FigureSerializer(serializers.Serializer):
    """A figure; money in yuan. ``url`` is the page with its rows, empty where the caller may not open it."""

    code = serializers.CharField()
    label = serializers.CharField()
    value = serializers.DecimalField(max_digits=20, decimal_places=2)
    unit = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)


class BoardLineSerializer(serializers.Serializer):
    label = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    figures = FigureSerializer(many=True)


class BoardTableSerializer(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    heads = serializers.ListField(child=serializers.CharField())
    lines = BoardLineSerializer(many=True)


class QuestionSerializer(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    figures = FigureSerializer(many=True)
    table = BoardTableSerializer()


class BoardMapSerializer(serializers.Serializer):
    """One figure of each county, by the county's code; money in yuan."""

    code = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField()
    counties = serializers.DictField(child=FigureSerializer())


class DashboardSerializer(serializers.Serializer):
    title = serializers.CharField()
    questions = QuestionSerializer(many=True)
    maps = BoardMapSerializer(many=True, help_text="三个问题按县（市、区）的数，只在全市看板")
    tables = BoardTableSerializer(many=True)
    assumptions = serializers.ListField(child=serializers.CharField(), help_text="支出预测的假设")


class DashboardView(APIView):
    """运行看板，只读：县级看本县，市级看全市或任一县；每个数附带其明细所在的列表。"""

    @extend_schema(parameters=ASKED, responses=DashboardSerializer, summary="运行看板")
    def get(self, request: Request) -> Response:
        """The board that the caller's owner reads; 403 for whoever oversees nothing, 404 for another county."""
        board = _board(request.user, request.query_params)
        said = {
            "title": board.title,
            "questions": [
                {
                    "code": question.code,
                    "title": question.title,
                    "figures": _with_more(question.figures),
                    "table": _table(question.table),
                }
                for question in board.questions
            ],
            "maps": [_map(one) for one in board.maps],
            "tables": [_table(table) for table in board.tables],
            "assumptions": assumptions(),
        }
        return Response(DashboardSerializer(said).data)


def _board(user: User, asked: QueryDict) -> Board:
    if not (code := asked.get("county")):
        return board_for(user, asked)
    division = divisions_for(user).filter(code=code).first()
    if division is None:
        raise NotFound
    return county_board(user, division, on=clock.today()).board


def _map(found: CountyMap) -> dict:
    drawn = found.drawn
    counties = {county.code: figure for county, figure in found.figures}
    return {"code": found.code, "title": drawn.title, "unit": drawn.unit, "counties": counties}


def _table(table: Table) -> dict:
    lines = [
        {"label": line.label, "note": line.note, "figures": _with_more(line.figures)} for line in table.lines
    ]
    return {"code": table.code, "title": table.title, "heads": table.heads, "lines": lines}


def _with_more(figures: tuple[Figure | None, ...]) -> list[Figure]:
    """The figures with those that belong to them."""
    return [each for one in figures if one for each in (one, one.more) if each]
