"""Registrations of units, and grants of roles."""

from rest_framework import serializers

from accounts.desk import MEMBERSHIP_DESK, REGISTRATION_DESK
from accounts.forms.filters import MemberFilter, RegistrationFilter
from accounts.models import Membership, Organisation
from portal.api.lifecycles import LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place


class RegistrationSerializer(CaseSerializer):
    kind = serializers.CharField()
    division = Place(allow_null=True)

    class Meta:
        model = Organisation
        fields = (
            *CaseSerializer.CASE,
            "name",
            "uscc",
            "kind",
            "division",
            "address",
            "registered_on",
            "applied_at",
            "confirmed_at",
            "refused_at",
            "refusal_reason",
        )


class RegistrationViewSet(LifecycleViewSet):
    """单位注册：归口科技管理部门确认。"""

    desk = REGISTRATION_DESK
    serializer_class = RegistrationSerializer
    filterset_class = RegistrationFilter


class MembershipSerializer(CaseSerializer):
    person = serializers.CharField(source="user.name")
    organisation = Named()
    role = serializers.CharField()
    role_label = serializers.CharField(source="label")

    class Meta:
        model = Membership
        fields = (
            *CaseSerializer.CASE,
            "person",
            "organisation",
            "role",
            "role_label",
            "since",
            "until",
            "granted_at",
            "approved_at",
            "ended_at",
        )


class MembershipViewSet(LifecycleViewSet):
    """授权：谁在哪个单位担任什么角色。"""

    desk = MEMBERSHIP_DESK
    serializer_class = MembershipSerializer
    filterset_class = MemberFilter
