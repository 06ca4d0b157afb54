"""The joint research programme: calls with their guide, decisions of meetings, projects."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, ReadOnly
from projects import permissions, selectors, services
from projects.desk import PROJECT_CALL_DESK, PROJECT_DECISION_DESK
from projects.forms.calls import ProjectCallFilter, ProjectCallForm
from projects.forms.decisions import ProjectDecisionFilter, ProjectDecisionForm
from projects.forms.proposals import NewProposalForm
from projects.models import (
    ProjectCall,
    ProjectDecision,
    ProjectDecisionItem,
    Topic,
)


class TopicSerializer(ReadOnly):
    """One direction of a guide."""

    chain = Named()

    class Meta:
        model = Topic
        fields = ("id", "code", "title", "chain", "need", "targets")


class ProjectCallSerializer(CaseSerializer):
    guide = Named()
    topics = serializers.SerializerMethodField()

    class Meta:
        model = ProjectCall
        fields = (
            *CaseSerializer.CASE,
            "title",
            "number",
            "year",
            "guide",
            "topics",
            "opens_at",
            "closes_at",
            "first_closes_at",
            "budget",
            "text",
        )

    @extend_schema_field(TopicSerializer(many=True))
    def get_topics(self, call: ProjectCall) -> list[dict]:
        return TopicSerializer(call.guide.topics.all(), many=True).data


class ProjectCallViewSet(LifecycleViewSet, CreatingViewSet):
    """联合攻关专项申报通知。经办人员按年度指南拟写，另一人发布。"""

    desk = PROJECT_CALL_DESK
    serializer_class = ProjectCallSerializer
    filterset_class = ProjectCallFilter
    creator = Creator(permissions.may_draft_calls, ProjectCallForm, services.draft_project_call)

    def visible(self, user):
        return super().visible(user).prefetch_related("guide__topics__chain")

    @extend_schema(request=schema_of(NewProposalForm), responses={201: Named})
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk=None) -> Response:
        """Begin a proposal for one of the caller's institutes; as many as they like (四(七))."""
        call = self.get_object()
        if not selectors.units_open_to(request.user):
            raise PermissionDenied
        facts = cleaned(NewProposalForm(body_of(request), user=request.user))
        found = services.begin_proposal(call=call, **facts, by=request.user)
        return Response(Named(found).data, status=status.HTTP_201_CREATED)


class ProjectDecisionItemSerializer(ReadOnly):
    proposal = Named()

    class Meta:
        model = ProjectDecisionItem
        fields = ("proposal", "outcome", "grant", "reason", "dropped_at")


class ProjectDecisionSerializer(CaseSerializer):
    call = Named()
    items = ProjectDecisionItemSerializer(many=True)
    notice_number = serializers.CharField(source="notice.number", default="", help_text="发布后的公示编号")

    class Meta:
        model = ProjectDecision
        fields = (
            *CaseSerializer.CASE,
            "call",
            "minute_number",
            "meeting_on",
            "note",
            "items",
            "notice_number",
            "drafted_at",
            "released_at",
            "discarded_at",
        )


class ProjectDecisionViewSet(LifecycleViewSet, CreatingViewSet):
    """立项审议决定。经办人员按会议纪要在额度内拟定，审批人员一次发布。"""

    desk = PROJECT_DECISION_DESK
    serializer_class = ProjectDecisionSerializer
    filterset_class = ProjectDecisionFilter
    may_list = staticmethod(permissions.may_read_ranking)
    creator = Creator(permissions.may_draft_decisions, ProjectDecisionForm, services.draft_project_decision)

    def visible(self, user):
        return super().visible(user).prefetch_related("items__proposal")
