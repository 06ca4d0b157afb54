"""What meetings decided, before and after it is released."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from institutes import services
from institutes.desk import DECISION_DESK
from institutes.forms.decisions import DecisionsForm
from institutes.models import DecisionBatch, DecisionItem
from institutes.permissions import may_draft_decisions
from institutes.selectors import DECISION_READERS
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, ReadOnly


class DecisionItemSerializer(ReadOnly):
    application = Named()

    class Meta:
        model = DecisionItem
        fields = ("application", "outcome", "cause", "reason", "dropped_at")


class DecisionSerializer(CaseSerializer):
    call = Named()
    items = DecisionItemSerializer(many=True)
    notice_number = serializers.CharField(source="notice.number", default="", help_text="发布后的公示编号")

    class Meta:
        model = DecisionBatch
        fields = (
            *CaseSerializer.CASE,
            "call",
            "minute_number",
            "meeting_on",
            "note",
            "override_reason",
            "revision",
            "items",
            "notice_number",
            "drafted_at",
            "released_at",
            "discarded_at",
        )


class EffectSerializer(serializers.Serializer):
    application = Named()
    outcome = serializers.CharField(source="item.outcome")
    due_on = serializers.DateField(allow_null=True)
    paper = serializers.CharField(source="paper.title", default="")
    messages = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_messages(self, effect) -> list[dict]:
        return [
            {"title": one.title, "body": one.body, "recipients": [str(who.name) for who in one.recipients]}
            for one in effect.messages
        ]


class PreviewNoticeSerializer(serializers.Serializer):
    number = serializers.CharField()
    title = serializers.CharField()
    basis = serializers.CharField()
    body = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    items = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_items(self, notice) -> list[str]:
        return [item.name for item in notice.items.all()]


class PreviewSerializer(serializers.Serializer):
    revision = serializers.IntegerField()
    notice = PreviewNoticeSerializer(allow_null=True)
    effects = EffectSerializer(many=True)


class DecisionViewSet(LifecycleViewSet, CreatingViewSet):
    """审议决定。经办人员拟定，审批人员一次发布；发布前申报单位看不到任何结果。"""

    desk = DECISION_DESK
    serializer_class = DecisionSerializer
    creator = Creator(may_draft_decisions, DecisionsForm, services.draft_decisions, takes_user=True)

    @staticmethod
    def may_list(user) -> bool:
        return user.holds(*DECISION_READERS)

    def visible(self, user):
        return super().visible(user).prefetch_related("items__application")

    @extend_schema(request=schema_of(DecisionsForm))
    def update(self, request: Request, pk=None) -> Response:
        """Put down a draft anew, all of it; who previewed it before has to look again."""
        batch = self.get_object()
        if not may_draft_decisions(request.user):
            raise PermissionDenied
        facts = cleaned(DecisionsForm(body_of(request), user=request.user, batch=batch))
        facts.pop("call")
        services.revise_decisions(batch=batch, **facts, by=request.user)
        return self.fresh(batch.pk)

    @extend_schema(request=None, responses=PreviewSerializer)
    @action(detail=True, methods=["post"])
    def preview(self, request: Request, pk=None) -> Response:
        """Everything that a release would send, to whom, as it would be sent; nothing of it stays."""
        batch = self.get_object()
        if not self.desk.may(request.user, "release", batch):
            raise PermissionDenied
        return Response(PreviewSerializer(services.preview_release(batch=batch, by=request.user)).data)
