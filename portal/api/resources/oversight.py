"""The work behind the pages: long jobs, the record of being up, and the register, for who may read them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
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
from portal.selectors.register import TABLE as REGISTER_TABLE
from portal.views.availability import reads_availability
from records import exports
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


class JobViewSet(LifecycleViewSet):
    """批量任务：下达后由系统分步完成，可查看进度；中断后从中断处继续。"""

    desk = JOB_DESK
    serializer_class = JobSerializer

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR}, filters=False)
    @action(detail=True, pagination_class=None)
    def file(self, request: Request, pk=None):
        """The table that the job wrote, for whoever ordered it; 404 until it is done, and once it is kept no more."""
        job = self.get_object()
        if not exports.may_fetch(request.user, job):
            raise Http404
        return table_answer(job)


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


class ExportOrderSerializer(serializers.Serializer):
    """What of a table is wanted as a file."""

    q = serializers.CharField(max_length=60, allow_blank=True, default="")


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

    @extend_schema(request=ExportOrderSerializer, responses={201: JobSerializer})
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None)
    def export(self, request: Request) -> Response:
        """Order the lines in which ``q`` is found as a file; the job's ``file`` is to be fetched once it is done."""
        if not reads_register(request.user):
            raise PermissionDenied
        asked = ExportOrderSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        job = exports.order_export(table=REGISTER_TABLE, asked=asked.validated_data, by=request.user)
        context = self.get_serializer_context() | {"desk": JOB_DESK, "deadlines": {}, "units": set()}
        return Response(JobSerializer(job, context=context).data, status=201)
