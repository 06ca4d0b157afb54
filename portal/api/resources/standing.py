"""What follows recognition: changes that units ask for, stops and revocations by the bureau."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from institutes import permissions, services
from institutes.desk import CHANGE_DESK, PROGRESS_DESK, REVOCATION_DESK, SUSPENSION_DESK
from institutes.forms.build import ProgressFilter, ProgressForm
from institutes.forms.changes import ChangeFilter, ChangeForm
from institutes.forms.endings import RevocationFilter, RevocationForm, SuspensionFilter, SuspensionForm
from institutes.models import Change, ProgressReport, ProgressValue, Revocation, StageReached, Suspension
from institutes.selectors import READERS
from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place, ReadOnly


def reads_cases(user) -> bool:
    return user.holds(*READERS)


class OfInstituteSerializer(CaseSerializer):
    institute = Named()
    host = Named()
    division = Place()

    ABOUT = (*CaseSerializer.CASE, "institute", "host", "division")


class ChangeSerializer(OfInstituteSerializer):
    new_host = Named(allow_null=True)
    finding = serializers.SerializerMethodField()
    opinion = serializers.SerializerMethodField()

    class Meta:
        model = Change
        fields = (
            *OfInstituteSerializer.ABOUT,
            "kind",
            "former",
            "value",
            "uscc",
            "new_host",
            "grounds",
            "county_position",
            "county_opinion",
            "finding",
            "opinion",
            "drafted_at",
            "handed_in_at",
            "opined_at",
            "decided_at",
        )

    def get_finding(self, change: Change) -> str:
        """What officers settle among themselves is not for the unit."""
        return "" if change.host_id in self.context["units"] else change.finding

    def get_opinion(self, change: Change) -> str:
        return "" if change.host_id in self.context["units"] else change.opinion


class ChangeViewSet(LifecycleViewSet, CreatingViewSet):
    """变更和退出：单位起草、报送，县级出具意见，市科技局两人先后核查、审批。"""

    desk = CHANGE_DESK
    serializer_class = ChangeSerializer
    filterset_class = ChangeFilter
    may_list = staticmethod(reads_cases)
    creator = Creator(permissions.may_draft_changes, ChangeForm, services.draft_change, takes_user=True)

    @extend_schema(request=schema_of(ChangeForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Edit a request that is still a draft: the fields that are sent."""
        change = self.get_object()
        if not permissions.may_revise_change(request.user, change):
            raise PermissionDenied
        asked = ChangeForm(user=request.user, change=change).fields
        stored = {name: getattr(change, name) for name in ("value", "uscc", "grounds") if name in asked}
        sent = Sent(stored | dict(body_of(request).items()))
        facts = cleaned(ChangeForm(sent, request.FILES, user=request.user, change=change))
        services.revise_change(change=change, **facts, by=request.user)
        return self.fresh(change.pk)


class SuspensionSerializer(OfInstituteSerializer):
    class Meta:
        model = Suspension
        fields = (
            *OfInstituteSerializer.ABOUT,
            "grounds",
            "measures",
            "until",
            "findings",
            "proposed_at",
            "decided_at",
            "checked_at",
            "ended_at",
        )


class SuspensionViewSet(LifecycleViewSet, CreatingViewSet):
    """暂停资格：经办提出，审批人员批准；整改核查后由另一人恢复或者继续暂停。"""

    desk = SUSPENSION_DESK
    serializer_class = SuspensionSerializer
    filterset_class = SuspensionFilter
    may_list = staticmethod(reads_cases)
    creator = Creator(
        permissions.may_propose_ending, SuspensionForm, services.propose_suspension, takes_user=True
    )


class RevocationSerializer(OfInstituteSerializer):
    class Meta:
        model = Revocation
        fields = (
            *OfInstituteSerializer.ABOUT,
            "cause",
            "facts",
            "proposed_at",
            "noticed_at",
            "statement_until",
            "statement",
            "stated_at",
            "minute_number",
            "decision",
            "decided_at",
        )


class RevocationViewSet(LifecycleViewSet, CreatingViewSet):
    """撤销认定：经办提出，告知单位并听取陈述申辩，审批人员凭会议纪要决定。"""

    desk = REVOCATION_DESK
    serializer_class = RevocationSerializer
    filterset_class = RevocationFilter
    may_list = staticmethod(reads_cases)
    creator = Creator(
        permissions.may_propose_ending, RevocationForm, services.propose_revocation, takes_user=True
    )


class ProgressValueSerializer(ReadOnly):
    code = serializers.CharField(source="commitment.code")
    label = serializers.CharField(source="commitment.label")
    unit = serializers.CharField(source="commitment.unit")

    class Meta:
        model = ProgressValue
        fields = ("code", "label", "unit", "value")


class StageReachedSerializer(ReadOnly):
    content = serializers.CharField(source="milestone.content")
    due_on = serializers.DateField(source="milestone.due_on")

    class Meta:
        model = StageReached
        fields = ("milestone", "content", "due_on", "reached_on")


class BuildProgressSerializer(OfInstituteSerializer):
    """Amounts among the values are yuan; in the form that creates a report they are 万元, as its help says."""

    values = ProgressValueSerializer(many=True)
    stages = StageReachedSerializer(many=True)

    class Meta:
        model = ProgressReport
        fields = (
            *OfInstituteSerializer.ABOUT,
            "as_of",
            "note",
            "values",
            "stages",
            "question",
            "answer",
            "reported_at",
            "questioned_at",
            "answered_at",
            "withdrawn_at",
        )


class ProgressViewSet(LifecycleViewSet, CreatingViewSet):
    """建设进展报告：单位报告目标和阶段的累计完成，县级、市科技局可以要求说明，报错的可以撤回。"""

    desk = PROGRESS_DESK
    serializer_class = BuildProgressSerializer
    filterset_class = ProgressFilter
    may_list = staticmethod(reads_cases)
    creator = Creator(
        permissions.may_report_progress, ProgressForm, services.report_progress, takes_user=True
    )

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.prefetch_related("values__commitment", "stages__milestone")
