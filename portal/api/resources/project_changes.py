"""Changes of running joint projects: what stands beside what is asked for, what offices say, what became of it."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place
from projects import services
from projects.desk import PROJECT_CHANGE_DESK
from projects.forms.changes import ProjectChangeFilter, ProjectChangeForm, stored
from projects.models import ProjectChange
from projects.permissions import changes as may
from projects.views.changes import may_list


class ComparedSerializer(serializers.Serializer):
    """One thing as it stood and as it is to stand."""

    item = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class ProjectChangeSerializer(CaseSerializer):
    project = Named()
    host = Named()
    division = Place()
    compared = ComparedSerializer(source="comparison", many=True)
    finding = serializers.SerializerMethodField()
    opinion = serializers.SerializerMethodField()

    class Meta:
        model = ProjectChange
        fields = (
            *CaseSerializer.CASE,
            "project",
            "host",
            "division",
            "number",
            "kind",
            "compared",
            "shifted",
            "months",
            "grounds",
            "drafted_at",
            "handed_in_at",
            "county_position",
            "county_opinion",
            "opined_at",
            "finding",
            "opinion",
            "decided_at",
            "contract_version",
        )

    def get_finding(self, row: ProjectChange) -> str:
        """What officers settle among themselves is not for the unit."""
        return row.finding if may.may_read_finding(self.context["request"].user, row) else ""

    def get_opinion(self, row: ProjectChange) -> str:
        return row.opinion if may.may_read_finding(self.context["request"].user, row) else ""


class ProjectChangeViewSet(LifecycleViewSet, CreatingViewSet):
    """项目变更：单位起草、报送，县级出具意见，市科技局两人先后核查、审批；小额预算调剂由单位自行办理。"""

    desk = PROJECT_CHANGE_DESK
    serializer_class = ProjectChangeSerializer
    filterset_class = ProjectChangeFilter
    may_list = staticmethod(may_list)
    creator = Creator(
        may.may_draft_project_changes, ProjectChangeForm, services.draft_project_change, takes_user=True
    )

    @extend_schema(request=schema_of(ProjectChangeForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Write a request anew that is still a draft: the fields that are sent."""
        change = self.get_object()
        if not may.may_revise_project_change(request.user, change):
            raise PermissionDenied
        known = stored(change) | {"grounds": change.grounds}
        sent = Sent(known | dict(body_of(request).items()))
        facts = cleaned(ProjectChangeForm(sent, request.FILES, user=request.user, change=change))
        services.revise_project_change(project_change=change, **facts, by=request.user)
        return self.fresh(change.pk)
