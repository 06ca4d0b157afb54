"""Calls for applications, and the institutes that came of them."""

from dataclasses import asdict

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from institutes import selectors, services
from institutes.desk import CALL_DESK, EXTENSION_DESK
from institutes.enums.provincial import Level
from institutes.forms.calls import CallForm, GuideFileForm
from institutes.forms.certificates import BatchForm
from institutes.forms.filters import InstituteFilter
from institutes.models import Call, CallExtension, CertificateBatch, Institute
from institutes.permissions import may_draft_calls, may_order_certificates, may_preview, may_rank
from institutes.selectors import (
    DECISION_READERS,
    certificate_batches_visible_to,
    comparison,
    institutes_visible_to,
    own_division,
    recommended_by,
    stages_of,
)
from institutes.selectors.provincial import saying_level
from institutes.views.calls import window_of
from portal.api.filters import CallApiFilter, ExtensionFilter
from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet, ReadViewSet
from portal.api.problems import Malformed
from portal.api.resources.applications import FILE, AttachmentSerializer
from portal.api.serializers import CaseSerializer, Named, Place, ReadOnly
from records import clock
from records.models import Attachment
from records.views import send_file


class OrderSerializer(serializers.Serializer):
    applications = serializers.ListField(child=serializers.IntegerField())


class CallSerializer(CaseSerializer):
    edition = Named()
    window = serializers.SerializerMethodField()

    class Meta:
        model = Call
        fields = (
            *CaseSerializer.CASE,
            "kind",
            "number",
            "title",
            "year",
            "opens_at",
            "closes_at",
            "first_closes_at",
            "window",
            "edition",
            "form_edition",
            "guide",
            "published_at",
        )

    def get_window(self, call: Call) -> str:
        return window_of(call)


class AudienceSerializer(serializers.Serializer):
    """Whom a publication reaches, counted."""

    units = serializers.IntegerField()
    people_of_units = serializers.IntegerField()
    counties = serializers.IntegerField()
    people_of_counties = serializers.IntegerField()
    files = AttachmentSerializer(many=True)


class CallViewSet(LifecycleViewSet, CreatingViewSet):
    """申报通知。经办人员起草，审批人员发布；发布后不能再改。"""

    desk = CALL_DESK
    serializer_class = CallSerializer
    filterset_class = CallApiFilter
    creator = Creator(may_draft_calls, CallForm, services.draft_call)

    @extend_schema(request=schema_of(CallForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Change a call that is still a draft: the fields that are sent."""
        call = self.get_object()
        if not may_draft_calls(request.user):
            raise PermissionDenied
        stored = {name: getattr(call, name) for name in CallForm.base_fields} | {"edition": call.edition_id}
        facts = cleaned(CallForm(Sent(stored | dict(body_of(request).items()))))
        services.revise_call(call=call, by=request.user, **facts)
        return self.fresh(call.pk)

    @extend_schema(responses=AudienceSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def preview(self, request: Request, pk=None) -> Response:
        """Whom the publication of a draft reaches, and which files go with it: for who changes or publishes it."""
        call = self.get_object()
        if not may_preview(request.user, call):
            raise PermissionDenied
        reached = asdict(selectors.audience())
        return Response(AudienceSerializer(reached | {"files": selectors.guide_files(call)}).data)

    @extend_schema(responses=AttachmentSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def files(self, request: Request, pk=None) -> Response:
        """The files of the guide as they are now."""
        return Response(AttachmentSerializer(selectors.guide_files(self.get_object()), many=True).data)

    @extend_schema(request=schema_of(GuideFileForm), responses={201: AttachmentSerializer}, filters=False)
    @files.mapping.post
    def attach(self, request: Request, pk=None) -> Response:
        """Add a file to a draft's guide as multipart form data; with ``replaces`` as the next version of that one."""
        call = self.drawn_up()
        facts = cleaned(GuideFileForm(body_of(request), request.FILES, call=call))
        kept = services.attach_guide_file(call=call, **facts, by=request.user)
        return Response(AttachmentSerializer(kept).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, parameters=[FILE], filters=False
    )
    @action(detail=True, url_path=r"files/(?P<file>\d+)", pagination_class=None)
    def file(self, request: Request, pk=None, file: str = "") -> FileResponse:
        """The bytes of a file of the guide."""
        rows = Attachment.objects.about(self.get_object()).filter(kind=selectors.GUIDE)
        found = get_object_or_404(rows if selectors.handles_calls(request.user) else rows.current(), pk=file)
        return send_file(found.file, name=found.name, content_type=found.content_type)

    @extend_schema(responses={204: None}, parameters=[FILE], filters=False)
    @file.mapping.delete
    def detach(self, request: Request, pk=None, file: str = "") -> Response:
        """Take a file out of a draft's guide."""
        call = self.drawn_up()
        found = get_object_or_404(Attachment.objects.about(call), pk=file)
        services.remove_guide_file(call=call, attachment=found, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def drawn_up(self) -> Call:
        """The call, for whoever draws calls up: 403 for others who see it."""
        call = self.get_object()
        if not may_draft_calls(self.request.user):
            raise PermissionDenied
        return call

    @extend_schema(request=OrderSerializer, responses=OrderSerializer, filters=False)
    @action(detail=True, methods=["put"], url_path="recommendation-order", pagination_class=None)
    def recommendation_order(self, request: Request, pk=None) -> Response:
        """Set the order of the caller's county in this call: all that it recommends, the first in front."""
        call, division = self.get_object(), own_division(request.user)
        if not may_rank(request.user) or division is None:
            raise PermissionDenied
        asked = OrderSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data["applications"]
        known = recommended_by(request.user).filter(call=call).in_bulk()
        if unknown := [pk for pk in wanted if pk not in known]:
            raise Malformed({"applications": [f"不在本县（市、区）推荐名单内：{unknown}"]})
        chosen = [known[pk] for pk in wanted]
        services.rank_recommendations(call=call, division=division, applications=chosen, by=request.user)
        return Response({"applications": wanted})


class ExtensionSerializer(CaseSerializer):
    call = Named()

    class Meta:
        model = CallExtension
        fields = (
            *CaseSerializer.CASE,
            "call",
            "closes_from",
            "closes_to",
            "reason",
            "number",
            "outage_minutes",
            "published_at",
        )


class ExtensionViewSet(LifecycleViewSet):
    """申报延期。经办人员对申报通知拟写（calls 的 draft_extension），或系统中断后由平台建议；审批人员发布。"""

    desk = EXTENSION_DESK
    serializer_class = ExtensionSerializer
    filterset_class = ExtensionFilter


class TenureSerializer(serializers.Serializer):
    """What held from a day to a day."""

    kind = serializers.CharField()
    value = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True)


class InstituteSerializer(ReadOnly):
    host = Named()
    division = Place()
    chain = Named()
    certificate_number = serializers.CharField(source="recognition.certificate_number")
    recognised_on = serializers.DateField(source="recognition.recognised_on")
    standing = serializers.CharField(source="recognition.standing")
    revoked_at = serializers.DateTimeField(source="recognition.revoked_at", allow_null=True)
    withdrawn_at = serializers.DateTimeField(source="recognition.withdrawn_at", allow_null=True)
    suspended_until = serializers.DateField(source="recognition.suspended_until", allow_null=True)
    level = serializers.SerializerMethodField()
    tenures = TenureSerializer(many=True)
    co_builders = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Institute
        fields = (
            "id",
            "name",
            "host",
            "division",
            "chain",
            "co_builders",
            "certificate_number",
            "recognised_on",
            "standing",
            "level",
            "revoked_at",
            "withdrawn_at",
            "suspended_until",
            "tenures",
            "build_from",
            "build_to",
        )

    def get_level(self, institute: Institute) -> str:
        """Provincial once the province recognised it; it stays municipal, too."""
        return Level.PROVINCIAL if getattr(institute, "is_provincial", False) else Level.MUNICIPAL


class BuildTargetSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    base = serializers.DecimalField(max_digits=16, decimal_places=2)
    year_1 = serializers.DecimalField(max_digits=16, decimal_places=2, source="commitment.year_1")
    planned = serializers.DecimalField(max_digits=16, decimal_places=2)
    due = serializers.DecimalField(max_digits=16, decimal_places=2)
    reported = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    verified = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    share = serializers.DecimalField(max_digits=12, decimal_places=2)
    is_met = serializers.BooleanField()
    is_behind = serializers.BooleanField()


class BuildStageSerializer(serializers.Serializer):
    milestone = serializers.IntegerField(source="milestone.pk")
    content = serializers.CharField(source="milestone.content")
    due_on = serializers.DateField(source="milestone.due_on")
    reached_on = serializers.DateField(allow_null=True)
    is_late = serializers.BooleanField()


class InstituteViewSet(ReadViewSet):
    """已认定的产业技术研究院。"""

    serializer_class = InstituteSerializer
    filterset_class = InstituteFilter

    def get_queryset(self):
        if self.is_described:
            return Institute.objects.none()
        return saying_level(institutes_visible_to(self.request.user)).prefetch_related("tenures")

    @extend_schema(responses=BuildTargetSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def build(self, request: Request, pk=None) -> Response:
        """What the institute promised for its build period beside what it has reached; amounts in yuan."""
        targets = comparison(self.get_object(), on=clock.today())
        return Response(BuildTargetSerializer(targets, many=True).data)

    @extend_schema(responses=BuildStageSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def stages(self, request: Request, pk=None) -> Response:
        """The stages of its build period, and since when they are done."""
        stages = stages_of(self.get_object(), on=clock.today())
        return Response(BuildStageSerializer(stages, many=True).data)


class BatchSerializer(ReadOnly):
    certificate_numbers = serializers.SerializerMethodField()

    class Meta:
        model = CertificateBatch
        fields = ("id", "number", "title", "issuers", "size", "ordered_at", "certificate_numbers")

    def get_certificate_numbers(self, batch: CertificateBatch) -> list[str]:
        return sorted(one.certificate_number for one in batch.recognitions.all())


def reads_batches(user) -> bool:
    return user.holds(*DECISION_READERS)


class BatchViewSet(CreatingViewSet):
    """认定通知：审批人员选定研究院、填写文号后下达，证书由批量任务生成。"""

    serializer_class = BatchSerializer
    may_list = staticmethod(reads_batches)
    creator = Creator(may_order_certificates, BatchForm, services.order_certificates)

    def get_queryset(self):
        if self.is_described:
            return CertificateBatch.objects.none()
        return certificate_batches_visible_to(self.request.user).prefetch_related("recognitions")
