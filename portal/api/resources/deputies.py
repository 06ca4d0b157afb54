"""Who stands in for the caller, and for whom the caller does."""

from django.db.models import Q
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.forms import DeputyForm
from accounts.models import Deputy
from accounts.selectors import deputies_of, principals_of
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import ReadViewSet
from portal.api.serializers import Named, ReadOnly
from records import clock


class DeputySerializer(ReadOnly):
    """``deputy`` is told and reminded in the place of ``user`` on these days, unless it was ended before."""

    user = serializers.CharField(source="user.name")
    deputy = serializers.CharField(source="deputy.name")
    organisation = Named()

    class Meta:
        model = Deputy
        fields = ("id", "user", "deputy", "organisation", "since", "until", "named_at", "ended_at")


class DeputyViewSet(ReadViewSet):
    """代办：请同事在一段时间内代收点名发给本人的通知和提醒，以及本人正在代谁办理。不增加任何权限。"""

    serializer_class = DeputySerializer

    def get_queryset(self):
        if self.is_described:
            return Deputy.objects.none()
        user = self.request.user
        standing = principals_of(user, on=clock.today()).values("pk")
        rows = Deputy.objects.filter(Q(user=user) | Q(pk__in=standing))
        return rows.select_related("user", "deputy", "organisation")

    @extend_schema(request=schema_of(DeputyForm), responses={201: DeputySerializer}, summary="登记代办")
    def create(self, request: Request) -> Response:
        """Let a colleague stand in."""
        facts = cleaned(DeputyForm(body_of(request), user=request.user))
        named = services.name_deputy(user=request.user, by=request.user, **facts)
        return Response(self.get_serializer(named).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, filters=False, summary="提前结束代办")
    @action(detail=True, methods=["post"], pagination_class=None)
    def end(self, request: Request, pk=None) -> Response:
        """End it before its last day; 404 for whoever stands in."""
        mine = get_object_or_404(deputies_of(request.user), pk=self.get_object().pk)
        return Response(self.get_serializer(services.end_deputy(deputy=mine, by=request.user)).data)
