"""The table of working days: read by everybody who signs in, changed and previewed by whoever keeps it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import may
from notices.services import change_working_days
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import ReadViewSet
from portal.api.serializers import Named, ReadOnly
from portal.forms import DayForm, YearForm
from portal.selectors import days as table
from portal.views.days import EDIT
from records.models import CalendarChange, DayOverride
from records.services import DayEntry, Preview, preview_days


class DaySerializer(ReadOnly):
    """A day that is off although it is a weekday, or worked although it is a weekend."""

    class Meta:
        model = DayOverride
        fields = ("id", "day", "is_working", "name", "source")


class DayEffectSerializer(serializers.Serializer):
    """A day that changes; null: as its weekday says."""

    day = serializers.DateField(source="entry.day")
    name = serializers.CharField(source="entry.name")
    was_working = serializers.BooleanField(source="was", allow_null=True)
    is_working = serializers.BooleanField(source="entry.is_working", allow_null=True)


class MovedSerializer(serializers.Serializer):
    """An open deadline that moves, from when to when."""

    deadline = serializers.IntegerField(source="deadline.pk")
    subject = serializers.CharField(source="deadline.subject_label")
    label = serializers.CharField(source="deadline.label")
    due_from = serializers.DateField()
    due_to = serializers.DateField()


class DaysPreviewSerializer(serializers.Serializer):
    """What would follow; ``moves`` names the first of ``moved`` deadlines."""

    days = DayEffectSerializer(many=True)
    moved = serializers.IntegerField()
    moves = MovedSerializer(many=True)


class CalendarChangeSerializer(ReadOnly):
    """A change of the table as it was made; ``moved`` counts the deadlines that moved with it."""

    made_by = Named()
    moved = serializers.IntegerField()

    class Meta:
        model = CalendarChange
        fields = ("id", "source", "days", "made_at", "made_by", "moved")


def keeps_the_table(user) -> bool:
    return may(user, EDIT)


def _told(preview: Preview) -> dict[str, Any]:
    moves = [line["move"] for line in table.lines_of_preview(preview)]
    return {"days": preview.effects, "moved": len(preview.moved), "moves": moves}


class WorkingDayViewSet(ReadViewSet):
    """工作日历：放假和调休上班的日期。登记前可先查看随之改期的事项；全年可按放假通知一次登记。"""

    serializer_class = DaySerializer

    def get_queryset(self):
        return DayOverride.objects.none() if self.is_described else DayOverride.objects.all()

    def _entries(self, form) -> tuple[list[DayEntry], str]:
        if not keeps_the_table(self.request.user):
            raise PermissionDenied
        given = cleaned(form)
        return form.entries, given["source"]

    def _change(self, entries: list[DayEntry], source: str) -> Response:
        change = change_working_days(days=entries, source=source, by=self.request.user)
        told = CalendarChangeSerializer(table.changes().get(pk=change.pk)).data
        return Response(told, status=status.HTTP_201_CREATED)

    @extend_schema(request=schema_of(DayForm), responses={201: CalendarChangeSerializer}, summary="登记一天")
    def create(self, request: Request) -> Response:
        """Enter one day; open deadlines are counted again and their holders told."""
        return self._change(*self._entries(DayForm(body_of(request))))

    @extend_schema(request=schema_of(DayForm), responses={200: DaysPreviewSerializer}, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None)
    def preview(self, request: Request) -> Response:
        """What would follow if this day were entered; nothing is stored."""
        entries, _source = self._entries(DayForm(body_of(request)))
        return Response(DaysPreviewSerializer(_told(preview_days(days=entries))).data)

    @extend_schema(request=schema_of(YearForm), responses={201: CalendarChangeSerializer}, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None)
    def year(self, request: Request) -> Response:
        """Enter a whole year by the text of the State Council's notice."""
        return self._change(*self._entries(YearForm(body_of(request))))

    @extend_schema(request=schema_of(YearForm), responses={200: DaysPreviewSerializer}, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None, url_path="year/preview")
    def year_preview(self, request: Request) -> Response:
        """What would follow if the notice were entered; nothing is stored."""
        entries, _source = self._entries(YearForm(body_of(request)))
        return Response(DaysPreviewSerializer(_told(preview_days(days=entries))).data)

    @extend_schema(responses={201: CalendarChangeSerializer}, summary="撤销一天")
    def destroy(self, request: Request, pk=None) -> Response:
        """Take a day back: it is again what its weekday says."""
        if not keeps_the_table(request.user):
            raise PermissionDenied
        row = self.get_object()
        return self._change([DayEntry(row.day, None, "")], f"撤销：{row.source}"[:120])


class CalendarChangeViewSet(ReadViewSet):
    """工作日历调整：每次登记的日期、依据，以及随之改期的事项。"""

    serializer_class = CalendarChangeSerializer
    may_list = staticmethod(keeps_the_table)

    def get_queryset(self):
        if self.is_described or not keeps_the_table(self.request.user):
            return CalendarChange.objects.none()
        return table.changes()

    @extend_schema(responses=MovedSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def moves(self, request: Request, pk=None) -> Response:
        """The deadlines that moved with this change, by their new day."""
        return Response(MovedSerializer(table.moves_of(self.get_object()), many=True).data)
