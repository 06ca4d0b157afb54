"""The formal review as data: the sheet item by item, and several passes confirmed at once."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from institutes import services
from institutes.forms.formal import PassesForm
from institutes.permissions import may_confirm_passes
from institutes.views.formal_sheet import sheet_for
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import LifecycleViewSet
from portal.api.serializers import Named


class HintSerializer(serializers.Serializer):
    """What the portal notices; ``sound`` speaks for the item. It never decides."""

    text = serializers.CharField()
    place = serializers.CharField()
    clause = serializers.CharField()
    url = serializers.CharField()
    sound = serializers.BooleanField()


class PlaceOfItemSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()


class FormalItemSerializer(serializers.Serializer):
    """An item with what is noticed and what the last round found; ``places`` are what a defect may point to."""

    item = serializers.CharField(source="code")
    label = serializers.CharField()
    clause = serializers.CharField()
    hints = serializers.SerializerMethodField()
    places = PlaceOfItemSerializer(many=True)
    changed = serializers.BooleanField()
    result = serializers.CharField(source="former.result", default="")
    note = serializers.CharField(source="former.note", default="")
    defects = serializers.ListField(source="former.places", child=serializers.CharField(), default=list)

    @extend_schema_field(HintSerializer(many=True))
    def get_hints(self, item) -> list:
        return HintSerializer([*item["hints"], *item["sound"]], many=True).data


class PassEffectSerializer(serializers.Serializer):
    """What a pass would do: by when the experts have to find, and who would read what."""

    application = Named()
    due_on = serializers.DateField(source="deadline.due_on", default=None, allow_null=True)
    messages = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_messages(self, effect) -> list[dict]:
        return [
            {"title": one.title, "body": one.body, "recipients": [str(who.name) for who in one.recipients]}
            for one in effect.messages
        ]


class FormalActions(LifecycleViewSet):
    """What the bureau does in the formal review, beside the moves of a case."""

    @extend_schema(responses=FormalItemSerializer(many=True), filters=False)
    @action(detail=True, url_path="formal-sheet", pagination_class=None)
    def formal_sheet(self, request: Request, pk=None) -> Response:
        """The formal review item by item: hints, places, and what the last round found. For the bureau and auditors."""
        sheet = sheet_for(request, self.get_object().pk)
        form = self.desk.form("propose_formal", subject=sheet.application, user=request.user)
        return Response(FormalItemSerializer(sheet.items(form), many=True).data)

    def _passes(self, request: Request) -> dict:
        if not may_confirm_passes(request.user):
            raise PermissionDenied
        return cleaned(PassesForm(body_of(request), user=request.user))

    @extend_schema(request=schema_of(PassesForm), responses=PassEffectSerializer(many=True), filters=False)
    @action(detail=False, methods=["post"], url_path="preview-passes", pagination_class=None)
    def preview_passes(self, request: Request) -> Response:
        """What confirming these passes of the formal review would send to whom; nothing of it stays."""
        effects = services.preview_passes(**self._passes(request), by=request.user)
        return Response(PassEffectSerializer(effects, many=True).data)

    @extend_schema(request=schema_of(PassesForm), filters=False)
    @action(detail=False, methods=["post"], url_path="confirm-passes", pagination_class=None)
    def confirm_passes(self, request: Request) -> Response:
        """Confirm several passes of the formal review at once: all of them, or none."""
        done = services.confirm_passes(**self._passes(request), by=request.user)
        rows = self.visible(request.user).filter(pk__in=[one.pk for one in done]).order_by("pk")
        return Response(self.get_serializer(rows, many=True).data)
