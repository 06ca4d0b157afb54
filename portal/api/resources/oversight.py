"""The work behind the pages: long jobs, the record of being up, and the register, for who may read them."""

from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.desk import JOB_DESK
from accounts.permissions import may
from portal.api.filters import RegisterFilter
from portal.api.lifecycles import LifecycleViewSet, ReadViewSet
from portal.api.paging import Stream
from portal.api.serializers import CaseSerializer, ReadOnly, Subject
from portal.selectors import availability
from portal.views.availability import reads_availability
from records import downloads, exports
from records.models import AuditEvent, Job, UpInterval
from records.views import table_answer


class JobSerializer(CaseSerializer):
    subject = Subject(source="*")

    class Meta:
        model = Job
        fields = (
            *CaseSerializer.CASE,
            "kind",
            "title",
            "subject",
            "total",
            "done",
            "error",
            "begun_at",
            "finished_at",
        )


class TableSerializer(serializers.Serializer):
    """A list that can be ordered as a file, by its name."""

    name = serializers.CharField()
    title = serializers.CharField()


class ExportOrderSerializer(serializers.Serializer):
    """Which list is wanted as a file, what of it, and in which order."""

    table = serializers.CharField(max_length=40)
    format = serializers.ChoiceField(choices=downloads.KINDS, default="csv")
    query = serializers.CharField(
        max_length=2000, allow_blank=True, default="", help_text="筛选和排序，与列表地址中“?”之后的部分相同。"
    )
    within = serializers.DictField(
        child=serializers.IntegerField(), default=dict, help_text="列表地址中的编号，例如 {“pk”: 3}。"
    )

    def validate(self, data: dict) -> dict:
        table = exports.tables().get(data["table"])
        if table is None:
            raise serializers.ValidationError({"table": _("没有这个列表。")})
        if not table.fits(data["within"]):
            raise serializers.ValidationError({"within": _("与列表地址中的编号不符。")})
        order = exports.Order(table, data["format"], QueryDict(data["query"]), data["within"])
        return {"order": order}


class JobViewSet(LifecycleViewSet):
    """批量任务：下达后由系统分步完成，可查看进度；中断后从中断处继续。各列表均可下达导出，完成后下载文件。"""

    desk = JOB_DESK
    serializer_class = JobSerializer

    @extend_schema(responses=TableSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def tables(self, request: Request) -> Response:
        """The lists that can be ordered as files; whoever may not read one is refused when ordering it."""
        return Response(TableSerializer(exports.tables().values(), many=True).data)

    @extend_schema(request=ExportOrderSerializer, responses={201: JobSerializer})
    @action(detail=False, methods=["post"], pagination_class=None)
    def export(self, request: Request) -> Response:
        """Order a list as a file; the job's ``file`` is to be fetched once it is done."""
        asked = ExportOrderSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        job = exports.order_export(order=asked.validated_data["order"], by=request.user)
        return Response(self.get_serializer(job).data, status=201)

    @extend_schema(request=None, responses={(200, "text/csv"): OpenApiTypes.STR}, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def file(self, request: Request, pk=None):
        """Fetch the file that the job wrote, for whoever ordered it; 404 until it is done, and once it is kept no more.

        That it was fetched is written into the register.
        """
        job = self.get_object()
        if not exports.may_fetch(request.user, job):
            raise Http404
        return table_answer(job, by=request.user)


class UpIntervalSerializer(ReadOnly):
    """An unbroken time in which the portal answered."""

    class Meta:
        model = UpInterval
        fields = ("id", "begun_at", "seen_at")


class AvailabilityViewSet(ReadViewSet):
    """平台运行记录，只读：每段连续运行的起止时间，两段之间即为系统中断。"""

    serializer_class = UpIntervalSerializer
    may_list = staticmethod(reads_availability)

    def get_queryset(self):
        if self.is_described or not reads_availability(self.request.user):
            return UpInterval.objects.none()
        return availability.intervals()


class RegisterSerializer(ReadOnly):
    """A line of the register; ``position`` and ``hash`` are its place in the chain."""

    subject = Subject(source="*")
    actor = serializers.CharField(source="actor_label")

    class Meta:
        model = AuditEvent
        fields = (
            "id",
            "position",
            "at",
            "verb",
            "subject",
            "actor",
            "from_state",
            "to_state",
            "reason",
            "previous_hash",
            "hash",
        )


def reads_register(user) -> bool:
    return may(user, "records.view_register")


class RegisterViewSet(ReadViewSet):
    """登记簿，只读：何人、何时、何事。"""

    serializer_class = RegisterSerializer
    filterset_class = RegisterFilter
    pagination_class = Stream
    may_list = staticmethod(reads_register)

    def get_queryset(self):
        if self.is_described or not reads_register(self.request.user):
            return AuditEvent.objects.none()
        return AuditEvent.objects.order_by("-pk")
