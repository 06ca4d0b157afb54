"""What institutes brought about: entered by units, verified by county and bureau, with what may be the same."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from institutes import permissions, services
from institutes.desk import ACHIEVEMENT_DESK
from institutes.forms.achievement_imports import AchievementFileForm
from institutes.forms.achievements import AchievementFilter, AchievementForm
from institutes.models import Achievement, AchievementHint
from institutes.selectors import achievements as reads
from institutes.views.achievements import STORED
from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.resources.standing import OfInstituteSerializer
from portal.api.serializers import Named


def reads_achievements(user) -> bool:
    return user.holds(*reads.ACHIEVEMENT_READERS)


class AchievementSerializer(OfInstituteSerializer):
    task = serializers.CharField(source="terms.task", read_only=True)
    targets = serializers.ListField(child=serializers.CharField(), source="terms.targets", read_only=True)
    goal = serializers.CharField(source="terms.toward", read_only=True)
    counted = serializers.BooleanField(source="counts", read_only=True)

    class Meta:
        model = Achievement
        fields = (
            *OfInstituteSerializer.ABOUT,
            "kind",
            "task",
            "targets",
            "goal",
            "counted",
            "title",
            "number",
            "source_number",
            "partner_name",
            "partner_uscc",
            "achieved_on",
            "amount",
            "quantity",
            "level",
            "programme",
            "part",
            "ends_on",
            "description",
            "county_opinion",
            "opinion",
            "drafted_at",
            "handed_in_at",
            "county_verified_at",
            "verified_at",
            "rejected_at",
            "annulled_at",
        )


class SuspectedTwinSerializer(serializers.ModelSerializer):
    """Another achievement that may be the same, what both say, and what county and bureau answered."""

    other = Named()
    institute = Named(source="other.institute")
    title = serializers.CharField(source="other.title")
    number = serializers.CharField(source="other.number")
    partner_name = serializers.CharField(source="other.partner_name")
    achieved_on = serializers.DateField(source="other.achieved_on")
    description = serializers.CharField(source="other.description")
    county_finding = serializers.CharField()
    bureau_finding = serializers.CharField()

    class Meta:
        model = AchievementHint
        fields = (
            "id",
            "ground",
            "likeness",
            "other",
            "institute",
            "title",
            "number",
            "partner_name",
            "achieved_on",
            "description",
            "county_finding",
            "county_note",
            "bureau_finding",
            "bureau_note",
        )
        read_only_fields = fields


class AchievementViewSet(LifecycleViewSet, CreatingViewSet):
    """成果：单位填报、报送，县级、市科技局先后核实，同一成果只计一次；不实的由两人撤销。金额以元计。"""

    desk = ACHIEVEMENT_DESK
    serializer_class = AchievementSerializer
    filterset_class = AchievementFilter
    may_list = staticmethod(reads_achievements)
    creator = Creator(
        permissions.may_draft_achievements, AchievementForm, services.draft_achievement, takes_user=True
    )

    @extend_schema(request=schema_of(AchievementForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Edit an achievement that is still a draft: the fields that are sent."""
        achievement = self.get_object()
        if not permissions.may_revise_achievement(request.user, achievement):
            raise PermissionDenied
        asked = AchievementForm(user=request.user, achievement=achievement).fields
        stored = {name: getattr(achievement, name) for name in STORED if name in asked}
        sent = Sent(stored | dict(body_of(request).items()))
        facts = cleaned(AchievementForm(sent, request.FILES, user=request.user, achievement=achievement))
        services.revise_achievement(achievement=achievement, **facts, by=request.user)
        return self.fresh(achievement.pk)

    @extend_schema(request=schema_of(AchievementFileForm), responses={201: Named(many=True)}, filters=False)
    @action(detail=False, methods=["post"], url_path="import", url_name="import", pagination_class=None)
    def import_drafts(self, request: Request) -> Response:
        """Enter every achievement of a workbook as a draft, or none: 409 names row and column of every fault."""
        if not permissions.may_draft_achievements(request.user):
            raise PermissionDenied
        facts = cleaned(AchievementFileForm(body_of(request), request.FILES, user=request.user))
        found = services.import_achievements(**facts, by=request.user)
        return Response(Named(found, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=SuspectedTwinSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def twins(self, request: Request, pk=None) -> Response:
        """Achievements that may be the same, as found when it was last handed in; not for the unit."""
        achievement = self.get_object()
        if achievement.host_id in request.user.reach.organisations:
            raise PermissionDenied
        rows = reads.suspected_twins_of(achievement)
        return Response(SuspectedTwinSerializer(rows, many=True).data)
