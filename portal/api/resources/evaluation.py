"""Engagements, panels for agencies and officers, assignments for experts.

Nobody reads scores before the panel has concluded.
"""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Role
from evaluation import documents, permissions, selectors, services
from evaluation.desk import ASSIGNMENT_DESK, ENGAGEMENT_DESK, PANEL_DESK
from evaluation.enums import ReviewKind
from evaluation.forms import EngagementFilter, EngagementForm, PanelFilter, SheetForm
from evaluation.kinds import all_kinds, kind_of
from evaluation.models import Assignment, Engagement, Panel
from portal.api.filters import AssignmentFilter
from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.problems import Malformed
from portal.api.resources.books import ChapterSerializer
from portal.api.resources.results import PanelResults
from portal.api.serializers import CaseSerializer, Named
from records.views import send_bytes

NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH)
RESULT = ("score", "spread", "passed", "opinion")
"""Shown once the panel has concluded, and to nobody before."""


class EngagementBatchSerializer(serializers.Serializer):
    """A batch that an engagement covers."""

    kind = serializers.CharField()
    call = Named(allow_null=True)


class EngagementSerializer(CaseSerializer):
    agency = Named()
    batches = EngagementBatchSerializer(many=True)

    class Meta:
        model = Engagement
        fields = (
            *CaseSerializer.CASE,
            "number",
            "title",
            "agency",
            "begins_on",
            "ends_on",
            "scope",
            "batches",
            "drafted_at",
            "approved_at",
            "ended_at",
        )


class EngagementViewSet(LifecycleViewSet, CreatingViewSet):
    """评审委托。经办起草，另一人审批；期满或提前结束，第三方机构不能再查阅。"""

    desk = ENGAGEMENT_DESK
    serializer_class = EngagementSerializer
    filterset_class = EngagementFilter
    creator = Creator(permissions.may_draft_engagements, EngagementForm, services.draft_engagement)

    def visible(self, user):
        return selectors.with_batches(super().visible(user))

    @extend_schema(request=schema_of(EngagementForm, partial=True), responses=EngagementSerializer)
    def partial_update(self, request: Request, pk=None) -> Response:
        """Change a draft that waits for its approval: the fields that are sent."""
        engagement = self.get_object()
        if not permissions.may_revise_engagement(request.user, engagement):
            raise PermissionDenied
        sent = Sent(stored_of(engagement) | dict(body_of(request).items()))
        facts = cleaned(EngagementForm(sent, request.FILES, revised=True))
        services.revise_engagement(engagement=engagement, **facts, by=request.user)
        return self.fresh(engagement.pk)


def stored_of(engagement: Engagement) -> dict:
    """A draft as its form holds it."""
    names = ("title", "number", "begins_on", "ends_on", "scope")
    batches = list(engagement.batches.all())
    return {name: getattr(engagement, name) for name in names} | {
        "agency": engagement.agency_id,
        "calls": [batch.call_id for batch in batches if batch.call_id],
        **({"kinds": kinds} if (kinds := [batch.kind for batch in batches if not batch.call_id]) else {}),
    }


class CaseOfPanel(Named):
    number = serializers.CharField()


class SeatSerializer(serializers.Serializer):
    """A seat by its position: who sits on it is not said."""

    position = serializers.IntegerField()
    seat = serializers.CharField()
    state = serializers.CharField()


class ExclusionSerializer(serializers.Serializer):
    """Somebody of the pool who was left out of a draw of the panel, and why."""

    round = serializers.IntegerField()
    expert = serializers.IntegerField(source="expert.pk")
    name = serializers.CharField(source="expert.user.name")
    employer = serializers.CharField(source="expert.employer")
    ground = serializers.CharField()
    reason = serializers.CharField()


class PanelSerializer(CaseSerializer):
    kind = serializers.CharField()
    case_type = serializers.CharField()
    case = CaseOfPanel(source="shown_case")
    application = serializers.SerializerMethodField()
    agency = Named()
    engagement = serializers.CharField(source="engagement.number")
    sitting = serializers.IntegerField()
    locked = serializers.IntegerField()

    class Meta:
        model = Panel
        fields = (
            *CaseSerializer.CASE,
            "code",
            "kind",
            "case_type",
            "case",
            "application",
            "agency",
            "engagement",
            "size",
            "sitting",
            "locked",
            "opened_at",
            "drawn_at",
            "concluded_at",
            *RESULT,
        )

    @extend_schema_field(CaseOfPanel(allow_null=True))
    def get_application(self, panel: Panel) -> dict | None:
        """The case once more, where it is an application."""
        return CaseOfPanel(panel.shown_case).data if panel.application_id else None

    def to_representation(self, panel: Panel) -> dict:
        found = super().to_representation(panel)
        return found if selectors.scores_are_open(panel) else found | dict.fromkeys(RESULT)


class OpenPanelForm(forms.Form):
    """Which case, of which kind; an application may be named by itself."""

    kind = forms.ChoiceField(label="评审类别", required=False)
    case = forms.IntegerField(label="评审对象", required=False)
    application = forms.IntegerField(label="认定申报", required=False)
    size = forms.IntegerField(label="评审组人数", required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in all_kinds()]

    def clean(self) -> dict:
        said = super().clean() or self.cleaned_data
        name = "case" if said.get("case") is not None else "application"
        code = said.get("kind") or ReviewKind.RECOGNITION.value
        if "kind" in self.errors:
            return said
        found = kind_of(code).handed_to(self.user).filter(pk=said.get(name)).first()
        if found is None:
            self.add_error(name, _("没有这一项，或未交贵机构评审。"))
        return {"kind": code, "case": found, "size": said.get("size")}


class PanelViewSet(PanelResults, LifecycleViewSet, CreatingViewSet):
    """评审组。第三方机构组建、抽取专家、汇总；汇总前任何人看不到评分。"""

    desk = PANEL_DESK
    serializer_class = PanelSerializer
    filterset_class = PanelFilter
    creator = Creator(
        lambda user: user.holds(Role.AGENCY), OpenPanelForm, services.open_panel, takes_user=True
    )

    def visible(self, user):
        return selectors.with_progress(super().visible(user))

    @extend_schema(responses=SeatSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def seats(self, request: Request, pk=None) -> Response:
        """Every seat there was, those who left included."""
        seats = self.get_object().assignments.order_by("position")
        return Response(SeatSerializer(seats, many=True).data)

    @extend_schema(responses=ExclusionSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def exclusions(self, request: Request, pk=None) -> Response:
        """Who was left out of its draws, and why; for the auditor alone."""
        panel = self.get_object()
        if not permissions.may_read_exclusions(request.user):
            raise PermissionDenied
        return Response(ExclusionSerializer(selectors.exclusions_by_name(panel), many=True).data)


class AnchorSerializer(serializers.Serializer):
    """What earns points from ``low`` to ``high``."""

    level = serializers.CharField()
    low = serializers.CharField()
    high = serializers.CharField()
    words = serializers.CharField()


class DimensionSerializer(serializers.Serializer):
    """An item of the sheet, with what earns how many points."""

    code = serializers.CharField()
    label = serializers.CharField()
    full_mark = serializers.CharField()
    guide = serializers.CharField(default="")
    anchors = AnchorSerializer(many=True)


class SheetSerializer(serializers.Serializer):
    """What the expert has written on a dimension so far."""

    dimension = serializers.CharField()
    points = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
    comment = serializers.CharField()


class PackageFileSerializer(serializers.Serializer):
    """An annex that goes with the book, by its number; opened at ``files/{number}/``."""

    number = serializers.IntegerField()
    name = serializers.CharField(source="shown_name")


class PackageSerializer(serializers.Serializer):
    """The blinded book, and the line that stands on every page of it."""

    watermark = serializers.CharField()
    fingerprint = serializers.CharField()
    chapters = ChapterSerializer(many=True)
    files = PackageFileSerializer(many=True)


class AssignmentSerializer(CaseSerializer):
    """A seat: never whose application it is, nor who else sits on the panel."""

    code = serializers.CharField(source="__str__")
    panel = serializers.CharField(source="panel.code")
    seat = serializers.CharField()
    dimensions = DimensionSerializer(many=True, source="panel.edition.anchored_sheet")

    class Meta:
        model = Assignment
        fields = (
            *CaseSerializer.CASE,
            "code",
            "panel",
            "seat",
            "position",
            "invited_at",
            "committed_at",
            "locked_at",
            "conflict",
            "dimensions",
        )


class OwnAssignmentSerializer(AssignmentSerializer):
    """With the expert's own sheet; nobody else's."""

    sheet = serializers.SerializerMethodField()

    class Meta(AssignmentSerializer.Meta):
        fields = (*AssignmentSerializer.Meta.fields, "sheet")

    @extend_schema_field(SheetSerializer(many=True))
    def get_sheet(self, assignment: Assignment) -> list:
        reads = permissions.may_read_package(self.context["request"].user, assignment)
        return SheetSerializer(selectors.scores_of(assignment) if reads else [], many=True).data


class EntrySerializer(serializers.Serializer):
    points = serializers.DecimalField(max_digits=5, decimal_places=2, required=False, allow_null=True)
    comment = serializers.CharField(required=False, allow_blank=True)


class EntriesSerializer(serializers.Serializer):
    """Points and words by dimension; what is left out stays as it is."""

    entries = serializers.DictField(child=EntrySerializer())


class AssignmentViewSet(LifecycleViewSet):
    """评审任务。专家只见编号、席位和隐去单位的评审包；签署承诺后才能打开。"""

    desk = ASSIGNMENT_DESK
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter

    def get_serializer_class(self):
        return AssignmentSerializer if self.action == "list" else OwnAssignmentSerializer

    def readable(self) -> Assignment:
        """The assignment, for its expert after the commitment: 403 for others who see it."""
        assignment = self.get_object()
        if not permissions.may_read_package(self.request.user, assignment):
            raise PermissionDenied
        return assignment

    @extend_schema(responses=PackageSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def package(self, request: Request, pk=None) -> Response:
        """The application book without everything that tells whose it is."""
        assignment = self.readable()
        package = {
            "watermark": documents.watermark(request.user, assignment),
            "fingerprint": assignment.panel.package.fingerprint,
            "chapters": documents.package_of(assignment),
            "files": selectors.released_files(assignment.panel),
        }
        return Response(PackageSerializer(package).data)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, parameters=[NUMBER], filters=False
    )
    @action(detail=True, url_path=r"files/(?P<number>\d+)", pagination_class=None)
    def package_file(self, request: Request, pk=None, number: str = "") -> HttpResponse:
        """An annex of the package, as a copy with the reader's mark, made for this one answer."""
        assignment = self.readable()
        file = get_object_or_404(selectors.released_files(assignment.panel), number=number)
        content = documents.copy_for(file, user=request.user, assignment=assignment)
        return send_bytes(content, name=file.shown_name, content_type=file.attachment.content_type)

    @extend_schema(request=EntriesSerializer, responses=OwnAssignmentSerializer)
    def partial_update(self, request: Request, pk=None) -> Response:
        """Keep points and words while the sheet is not locked."""
        assignment = self.readable()
        asked = EntriesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        boxes = boxes_of(assignment, asked.validated_data["entries"])
        form = SheetForm(boxes, assignment=assignment, only=boxes)
        cleaned(form)
        services.save_scores(assignment=assignment, entries=form.entries(), by=request.user)
        return self.fresh(assignment.pk)


def boxes_of(assignment: Assignment, entries: dict[str, dict]) -> Sent:
    """What was sent, as the boxes of the sheet; 422 for a dimension that the sheet does not have."""
    known = {dimension["code"] for dimension in assignment.panel.edition.sheet}
    if strange := sorted(entries.keys() - known):
        raise Malformed({code: [_("评分表没有这一项。")] for code in strange})
    return Sent({f"{code}_{name}": value for code, entry in entries.items() for name, value in entry.items()})
