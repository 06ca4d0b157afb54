"""Site visits with their record, photos and signatures; and the reports of agencies."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation import permissions, services
from evaluation.desk import REPORT_DESK, VISIT_DESK
from evaluation.forms.reports import DraftReportForm, ReportFilter, TextsForm
from evaluation.forms.visits import (
    PhotosForm,
    PlanForm,
    RecordForm,
    SignatureForm,
    VisitFilter,
)
from evaluation.models import AgencyReport, VisitPlan
from evaluation.selectors import reports as report_selectors
from evaluation.selectors import visits as visit_selectors
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place

PHOTO = OpenApiParameter("photo", int, OpenApiParameter.PATH)


class VisitMemberSerializer(serializers.Serializer):
    """Somebody who goes along, and whether they signed."""

    id = serializers.IntegerField(source="pk")
    part = serializers.CharField()
    name = serializers.CharField()
    employer = serializers.CharField()
    answer = serializers.CharField()
    signed = serializers.SerializerMethodField()

    def get_signed(self, member) -> bool:
        return member.signature_id is not None


class VisitPhotoSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    caption = serializers.CharField()
    taken_at = serializers.DateTimeField()
    file = serializers.IntegerField(source="file_id")


class VisitCheckSerializer(serializers.Serializer):
    item = serializers.CharField()
    label = serializers.CharField()
    result = serializers.CharField()
    note = serializers.CharField()


class SiteVisitRecordSerializer(serializers.Serializer):
    """What was written at the place."""

    checklist = VisitCheckSerializer(many=True)
    findings = serializers.CharField()
    consistent = serializers.BooleanField(allow_null=True)


class SiteVisitSerializer(CaseSerializer):
    application = Named()
    host = Named()
    division = Place()
    agency = Named()
    experts = serializers.SerializerMethodField()

    class Meta:
        model = VisitPlan
        fields = (
            *CaseSerializer.CASE,
            "application",
            "host",
            "division",
            "agency",
            "starts_at",
            "place",
            "preparation",
            "experts",
            "planned_at",
            "handed_at",
            "witnessed_at",
            "recorded_at",
        )

    def get_experts(self, visit: VisitPlan) -> int:
        """How many experts are asked along."""
        return len(visit_selectors.experts_of(visit))


class SiteVisitViewSet(LifecycleViewSet, CreatingViewSet):
    """现场考察：第三方机构安排，专家答复，现场填写考察表、照片和签字，县级见证人确认后登记。"""

    desk = VISIT_DESK
    serializer_class = SiteVisitSerializer
    filterset_class = VisitFilter
    may_list = staticmethod(lambda user: user.holds(*visit_selectors.READERS))
    creator = Creator(permissions.may_plan_visits, PlanForm, services.plan_visit, takes_user=True)

    def _read_by(self, user) -> VisitPlan:
        """The visit, for those who may know what was found."""
        visit = self.get_object()
        if not permissions.may_read_record(user, visit):
            raise PermissionDenied
        return visit

    def _written_by(self, user) -> VisitPlan:
        visit = self.get_object()
        if not permissions.AGENCY(user, visit):
            raise PermissionDenied
        return visit

    @extend_schema(responses=SiteVisitRecordSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def record(self, request: Request, pk=None) -> Response:
        """The checklist and what was found."""
        return Response(SiteVisitRecordSerializer(record_of(self._read_by(request.user))).data)

    @extend_schema(request={"application/json": {"type": "object"}}, responses=SiteVisitRecordSerializer)
    @record.mapping.patch
    def write_record(self, request: Request, pk=None) -> Response:
        """Write on the record: only the fields that are sent (``check_…``, ``note_…``, ``findings`` …)."""
        visit, sent = self._written_by(request.user), body_of(request)
        facts = cleaned(RecordForm(sent, visit=visit, only=list(sent)))
        services.save_visit(visit=visit, entries=facts, by=request.user)
        visit.refresh_from_db()
        return Response(SiteVisitRecordSerializer(record_of(visit)).data)

    @extend_schema(responses=VisitMemberSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def members(self, request: Request, pk=None) -> Response:
        """Who goes along."""
        members = visit_selectors.going(self._read_by(request.user))
        return Response(VisitMemberSerializer(members, many=True).data)

    @extend_schema(responses=VisitPhotoSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def photos(self, request: Request, pk=None) -> Response:
        """The photos with caption and moment."""
        photos = visit_selectors.photos_of(self._read_by(request.user))
        return Response(VisitPhotoSerializer(photos, many=True).data)

    @extend_schema(request=schema_of(PhotosForm), responses={201: VisitPhotoSerializer(many=True)})
    @photos.mapping.post
    def add_photos(self, request: Request, pk=None) -> Response:
        """Bring photos; the same picture twice is kept once."""
        visit = self._written_by(request.user)
        facts = cleaned(PhotosForm(request.data, request.FILES))
        files = facts.pop("file")
        photos = services.add_photos(visit=visit, files=files, **facts, by=request.user)
        return Response(VisitPhotoSerializer(photos, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=VisitPhotoSerializer(many=True), parameters=[PHOTO], filters=False)
    @action(detail=True, methods=["post"], url_path=r"photos/(?P<photo>\d+)/remove", pagination_class=None)
    def remove_photo(self, request: Request, pk=None, photo: str = "") -> Response:
        """Take a photo out of the record; it stays on file."""
        visit = self._written_by(request.user)
        found = get_object_or_404(visit_selectors.photos_of(visit), pk=photo)
        services.remove_photo(visit=visit, photo=found, by=request.user)
        return Response(VisitPhotoSerializer(visit_selectors.photos_of(visit), many=True).data)

    @extend_schema(request=schema_of(SignatureForm), responses={201: VisitMemberSerializer})
    @action(detail=True, methods=["post"])
    def signatures(self, request: Request, pk=None) -> Response:
        """Bring the signature of one who was there."""
        visit = self._written_by(request.user)
        facts = cleaned(SignatureForm(request.data, request.FILES, visit=visit))
        member = services.sign_visit(visit=visit, **facts, by=request.user)
        return Response(VisitMemberSerializer(member).data, status=status.HTTP_201_CREATED)


def record_of(visit: VisitPlan) -> dict:
    rows = [
        {
            "item": row["item"]["code"],
            "label": row["item"]["label"],
            "result": row["check"].result if row["check"] else "",
            "note": row["check"].note if row["check"] else "",
        }
        for row in visit_selectors.checklist_of(visit)
    ]
    return {"checklist": rows, "findings": visit.findings, "consistent": visit.consistent}


class AgencyReportSerializer(CaseSerializer):
    call = Named(source="batch.call")
    agency = Named()
    engagement = serializers.CharField(source="batch.engagement.number")

    class Meta:
        model = AgencyReport
        fields = (
            *CaseSerializer.CASE,
            "call",
            "agency",
            "engagement",
            "drafted_at",
            "handed_at",
            "accepted_at",
            "opinion",
        )


class ReportVersionSerializer(serializers.Serializer):
    """A version as it was handed over: the agency's words and the figures of that moment."""

    number = serializers.IntegerField()
    handed_at = serializers.DateTimeField()
    texts = serializers.JSONField()
    facts = serializers.JSONField()


class ReportQuestionSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    version = serializers.IntegerField(source="version.number")
    part = serializers.CharField()
    text = serializers.CharField()
    answer = serializers.SerializerMethodField()

    def get_answer(self, question) -> str:
        """What was handed over; an answer that is still being written is nobody's."""
        return question.answer if question.answered_at else ""


class ReportViewSet(LifecycleViewSet, CreatingViewSet):
    """评审报告：第三方机构按批次起草、提交，市科技局退回提问或接收。"""

    desk = REPORT_DESK
    serializer_class = AgencyReportSerializer
    filterset_class = ReportFilter
    may_list = staticmethod(permissions.may_read_reports)
    creator = Creator(permissions.may_plan_visits, DraftReportForm, services.draft_report, takes_user=True)

    @extend_schema(request={"application/json": {"type": "object"}})
    def partial_update(self, request: Request, pk=None) -> Response:
        """Write on the report: only the fields that are sent (``text_…``, ``answer_…``)."""
        report, sent = self.get_object(), body_of(request)
        if not permissions.AGENCY(request.user, report):
            raise PermissionDenied
        facts = cleaned(TextsForm(sent, report=report, only=list(sent)))
        services.save_report(report=report, entries=facts, by=request.user)
        return self.fresh(report.pk)

    @extend_schema(responses=ReportVersionSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def versions(self, request: Request, pk=None) -> Response:
        """Every version that was handed over."""
        return Response(ReportVersionSerializer(self.get_object().versions.all(), many=True).data)

    @extend_schema(responses=ReportQuestionSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def questions(self, request: Request, pk=None) -> Response:
        """What the bureau asked, and what was answered."""
        questions = report_selectors.questions_of(self.get_object())
        return Response(ReportQuestionSerializer(questions, many=True).data)
