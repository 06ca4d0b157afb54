"""How people and groups are reached outside the portal: one's own choice, robots, and the outbox."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import may
from notices import selectors, services
from notices.forms import DeliveryFilter, NewRobotForm, PreferenceForm, RobotForm
from notices.models import Delivery, Preference, Robot
from notices.selectors.bulletins import MANAGE_ROBOTS, robots_visible_to
from notices.views.outbox import MANAGE
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, ReadViewSet
from portal.api.serializers import Named, ReadOnly


class PreferenceSerializer(ReadOnly):
    """How the caller wants mail and text messages; hours are those of a day."""

    class Meta:
        model = Preference
        fields = ("mail", "daily_hour", "quiet_from", "quiet_until", "sms")


class PreferenceView(APIView):
    """消息设置：本人的邮件和短信怎样发送。具有法律效力的通知总是立即发送。"""

    @extend_schema(responses=PreferenceSerializer, summary="消息设置")
    def get(self, request: Request) -> Response:
        """What the caller chose."""
        return Response(PreferenceSerializer(selectors.preference_of(request.user)).data)

    @extend_schema(request=schema_of(PreferenceForm), responses=PreferenceSerializer, summary="修改消息设置")
    def put(self, request: Request) -> Response:
        """Choose anew; 409 with every reason where the office does not leave it to people."""
        chosen = services.choose_mail(by=request.user, **cleaned(PreferenceForm(body_of(request))))
        return Response(PreferenceSerializer(chosen).data)


class RobotSerializer(ReadOnly):
    """A group robot; of its address the end alone is told."""

    organisation = Named()
    address = serializers.CharField(source="address_masked")

    class Meta:
        model = Robot
        fields = (
            "id",
            "organisation",
            "messenger",
            "name",
            "address",
            "hour",
            "tells_overdue",
            "tells_due",
            "tells_arrived",
            "is_on",
            "registered_at",
        )


class SaidSerializer(serializers.Serializer):
    """What became of a test message stands in the outbox and on the robot's page."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    body = serializers.CharField()
    created_at = serializers.DateTimeField()


def looks_after_robots(user) -> bool:
    return may(user, MANAGE_ROBOTS)


class RobotViewSet(CreatingViewSet):
    """群机器人：每个工作日在办公软件群里报一次本单位待办的件数。"""

    serializer_class = RobotSerializer
    may_list = staticmethod(looks_after_robots)
    creator = Creator(looks_after_robots, NewRobotForm, services.register_robot, takes_user=True)

    def get_queryset(self):
        return Robot.objects.none() if self.is_described else robots_visible_to(self.request.user)

    @extend_schema(request=schema_of(RobotForm), responses=RobotSerializer, summary="修改群机器人")
    def update(self, request: Request, pk=None) -> Response:
        """Change what it says and when; an address or secret that is left out stays."""
        facts = cleaned(RobotForm(body_of(request)))
        return self.fresh(services.change_robot(robot=self.get_object(), by=request.user, **facts).pk)

    @extend_schema(request=None, responses=RobotSerializer, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None, url_path="switch-on")
    def switch_on(self, request: Request, pk=None) -> Response:
        """Let it speak."""
        return self.fresh(services.switch_robot(robot=self.get_object(), on=True, by=request.user).pk)

    @extend_schema(request=None, responses=RobotSerializer, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None, url_path="switch-off")
    def switch_off(self, request: Request, pk=None) -> Response:
        """Silence it."""
        return self.fresh(services.switch_robot(robot=self.get_object(), on=False, by=request.user).pk)

    @extend_schema(request=None, responses={202: SaidSerializer}, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None, url_path="try")
    def let_try(self, request: Request, pk=None) -> Response:
        """Let it say that it works."""
        said = services.try_robot(robot=self.get_object(), by=request.user)
        return Response(SaidSerializer(said).data, status=status.HTTP_202_ACCEPTED)


class DeliverySerializer(ReadOnly):
    """A row of the outbox; ``address`` shows no phone number and no key in full."""

    title = serializers.CharField()
    addressee = serializers.CharField()
    address = serializers.CharField(source="address_shown")

    class Meta:
        model = Delivery
        fields = (
            "id",
            "channel",
            "status",
            "title",
            "addressee",
            "address",
            "attempts",
            "next_try_at",
            "sent_at",
            "last_error",
        )


class RetriedSerializer(serializers.Serializer):
    retried = serializers.IntegerField()


def runs_the_outbox(user) -> bool:
    return may(user, MANAGE)


class DeliveryViewSet(ReadViewSet):
    """发送队列：邮件、短信和群机器人的发送情况；发送失败的可以重发。"""

    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter
    may_list = staticmethod(runs_the_outbox)

    def get_queryset(self):
        if self.is_described or not runs_the_outbox(self.request.user):
            return Delivery.objects.none()
        return selectors.outbox()

    @extend_schema(request=None, responses=DeliverySerializer, filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def retry(self, request: Request, pk=None) -> Response:
        """Let what was given up be tried again."""
        return self.fresh(services.retry_delivery(delivery=self.get_object(), by=request.user).pk)

    @extend_schema(request=None, responses=RetriedSerializer, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None, url_path="retry-all")
    def retry_all(self, request: Request) -> Response:
        """The same for all that was given up."""
        if not runs_the_outbox(request.user):
            self.permission_denied(request)
        return Response({"retried": services.retry_failed(by=request.user)})
