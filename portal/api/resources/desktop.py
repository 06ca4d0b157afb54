"""What lies on a person's desk: deadlines, messages, papers, objections."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import held_by, held_by_principals
from institutes.desk import INQUIRY_DESK, OBJECTION_DESK, PUBLICITY_EXTENSION_DESK
from notices import services
from notices.forms import ObjectionFilter
from notices.models import Inquiry, Notice, Objection, PublicityExtension
from notices.permissions import may_see_objector
from notices.selectors import notices_of, unread_by_subject
from portal.api.filters import (
    DeadlineFilter,
    DocumentFilter,
    InquiryFilter,
    NoticeFilter,
    PublicityExtensionFilter,
)
from portal.api.lifecycles import LifecycleViewSet, ReadViewSet
from portal.api.paging import Stream
from portal.api.serializers import CaseSerializer, Holder, Named, ReadOnly, Subject, holder_of
from portal.filters import MatterFilter
from portal.selectors.matters import matters_visible_to
from portal.selectors.oversight import veiled
from portal.selectors.papers import papers_visible_to
from records import calendar, clock
from records.models import Deadline, Document
from records.views import send_file


class DeadlineSerializer(ReadOnly):
    """What must be done by when; ``days_left`` are working days, negative when late.

    ``principal`` names the person whose own it is, where the caller stands in for them.
    """

    subject = Subject(source="*")
    principal = serializers.SerializerMethodField()
    holder = serializers.SerializerMethodField()
    days_left = serializers.SerializerMethodField()
    paused = serializers.SerializerMethodField()

    class Meta:
        model = Deadline
        fields = (
            "id",
            "subject",
            "kind",
            "label",
            "holder",
            "principal",
            "opened_at",
            "due_on",
            "days_left",
            "provisional",
            "paused",
        )

    @extend_schema_field(Holder)
    def get_holder(self, deadline: Deadline) -> dict[str, str] | None:
        return holder_of(deadline)

    def get_principal(self, deadline: Deadline) -> str:
        person = deadline.holder_user
        return person.name if person and person != self.context["request"].user else ""

    def get_days_left(self, deadline: Deadline) -> int | None:
        if deadline.due_on is None or deadline.paused_on:
            return None
        return self.context["days"].left(clock.today(), deadline.due_on)

    def get_paused(self, deadline: Deadline) -> bool:
        return deadline.paused_on is not None


class DeadlineViewSet(ReadViewSet):
    """待办：等待本人办理和本人代办的事项，按期限排列。"""

    serializer_class = DeadlineSerializer
    filterset_class = DeadlineFilter

    def get_queryset(self):
        if self.is_described:
            return Deadline.objects.none()
        user, opened = self.request.user, Deadline.objects.open()
        rows = held_by(user, opened) | held_by_principals(user, opened, on=clock.today())
        return rows.select_related("host", "division", "holder_user", "holder_organisation")

    def get_serializer_context(self):
        return super().get_serializer_context() | ({} if self.is_described else {"days": calendar.load()})


class MatterViewSet(ReadViewSet):
    """在办事项：本县或全市正在办理的事项，由谁办理、到什么时候，供督办的人查看。"""

    serializer_class = DeadlineSerializer
    filterset_class = MatterFilter

    def get_queryset(self):
        if self.is_described:
            return Deadline.objects.none()
        return matters_visible_to(self.request.user)

    def paginate_queryset(self, queryset):
        """A page of matters; of cases that the caller may not open neither name nor unit."""
        page = super().paginate_queryset(queryset)
        return None if page is None else [row for row, _is_open in veiled(self.request.user, page)]

    def get_object(self):
        ((row, _is_open),) = veiled(self.request.user, [super().get_object()])
        return row

    def get_serializer_context(self):
        return super().get_serializer_context() | ({} if self.is_described else {"days": calendar.load()})


class NoticeSerializer(ReadOnly):
    """A message; ``calling`` says whether it still waits to be read: what is done, or said anew, calls nobody.

    ``on_behalf_of`` names the person in whose place the caller is told.
    """

    subject = Subject(source="*")
    calling = serializers.BooleanField(source="is_calling")
    url = serializers.CharField(source="link")
    on_behalf_of = serializers.CharField(source="on_behalf_of.name", default="")

    class Meta:
        model = Notice
        fields = (
            "id",
            "event",
            "title",
            "body",
            "subject",
            "url",
            "on_behalf_of",
            "created_at",
            "read_at",
            "calling",
        )


class GroupSerializer(serializers.Serializer):
    """What waits to be read about one subject; ``latest`` is its newest message."""

    subject = Subject(source="latest")
    unread = serializers.IntegerField()
    latest = NoticeSerializer()


class UnreadSerializer(serializers.Serializer):
    """How many messages wait to be read, by subject, the newest first."""

    unread = serializers.IntegerField()
    subjects = GroupSerializer(many=True)


class ReadSerializer(serializers.Serializer):
    read = serializers.IntegerField()


class NoticeViewSet(ReadViewSet):
    """本人的消息，新的在前。"""

    serializer_class = NoticeSerializer
    filterset_class = NoticeFilter
    pagination_class = Stream

    def get_queryset(self):
        return Notice.objects.none() if self.is_described else notices_of(self.request.user)

    @extend_schema(request=None, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def read(self, request: Request, pk=None) -> Response:
        """Note that the message was read; the first time counts."""
        notice = services.mark_read(notice=self.get_object(), by=request.user)
        return Response(self.get_serializer(notice).data)

    @extend_schema(responses=UnreadSerializer, filters=False)
    @action(detail=False, pagination_class=None)
    def subjects(self, request: Request) -> Response:
        """What waits to be read, gathered by subject as on the page."""
        return Response(UnreadSerializer(unread_by_subject(request.user)).data)

    @extend_schema(request=None, responses=ReadSerializer, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None, url_path="read-subject")
    def read_subject(self, request: Request, pk=None) -> Response:
        """Note that everything about the subject of this message was read."""
        return Response({"read": services.mark_subject_read(notice=self.get_object(), by=request.user)})

    @extend_schema(request=None, responses=ReadSerializer, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None, url_path="read-all")
    def read_all(self, request: Request) -> Response:
        """Note that every message was read."""
        return Response({"read": services.mark_all_read(by=request.user)})


class DocumentSerializer(ReadOnly):
    """A paper as it was issued; ``code`` is what anybody verifies it by."""

    subject = Subject(source="*")
    in_force = serializers.BooleanField()

    class Meta:
        model = Document
        fields = (
            "id",
            "kind",
            "title",
            "number",
            "subject",
            "issued_at",
            "size",
            "sha256",
            "code",
            "public",
            "in_force",
        )


class DocumentViewSet(ReadViewSet):
    """文书：本人可见事项的文书和公开的文书。签发后不能更改。"""

    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter

    def get_queryset(self):
        return Document.objects.none() if self.is_described else papers_visible_to(self.request.user)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, pagination_class=None)
    def file(self, request: Request, pk=None) -> FileResponse:
        """The paper itself."""
        paper = self.get_object()
        return send_file(paper.file, name=f"{paper.title}.pdf", content_type="application/pdf")


class ObjectionSerializer(CaseSerializer):
    """An objection without its author."""

    notice = serializers.CharField(source="item.notice.number")
    about = serializers.CharField(source="item.name")
    finding = serializers.CharField()

    class Meta:
        model = Objection
        fields = (
            *CaseSerializer.CASE,
            "number",
            "notice",
            "about",
            "grounds",
            "filed_at",
            "original_asked_at",
            "original_received_at",
            "accepted_at",
            "refused_at",
            "extensions",
            "finding",
            "correction",
            "decided_at",
            "reply",
        )


class ObjectionViewSet(LifecycleViewSet):
    """公示异议：市科技局经办查核、审批人决定。不含异议人身份。"""

    desk = OBJECTION_DESK
    serializer_class = ObjectionSerializer
    filterset_class = ObjectionFilter
    may_list = staticmethod(may_see_objector)


class InquirySerializer(CaseSerializer):
    """A question to a unit about an objection, and its answer; nothing of who objected."""

    about = serializers.CharField(source="item.name")

    class Meta:
        model = Inquiry
        fields = (*CaseSerializer.CASE, "about", "question", "asked_at", "answer", "answered_at")


class InquiryViewSet(LifecycleViewSet):
    """异议情况说明：市科技局就异议询问申报单位，单位管理员答复。"""

    desk = INQUIRY_DESK
    serializer_class = InquirySerializer
    filterset_class = InquiryFilter


class PublicityExtensionSerializer(CaseSerializer):
    notice = Named()

    class Meta:
        model = PublicityExtension
        fields = (
            *CaseSerializer.CASE,
            "notice",
            "ends_from",
            "ends_to",
            "reason",
            "outage_minutes",
            "published_at",
        )


class PublicityExtensionViewSet(LifecycleViewSet):
    """公示延期。公示最后一个工作日系统中断后由平台建议，经办人员拟写，审批人员发布。"""

    desk = PUBLICITY_EXTENSION_DESK
    serializer_class = PublicityExtensionSerializer
    filterset_class = PublicityExtensionFilter
