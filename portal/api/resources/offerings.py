"""What institutes offer to others."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from institutes.desk import OFFERING_DESK
from institutes.forms.offerings import OfferingFilter, OfferingForm, OfferingPageForm
from institutes.models import ServiceOffering
from institutes.permissions import offerings as permissions
from institutes.services import offerings as services
from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place


class OfferingSerializer(CaseSerializer):
    institute = Named()
    division = Place()

    class Meta:
        model = ServiceOffering
        fields = (
            *CaseSerializer.CASE,
            "institute",
            "division",
            *services.COLUMNS,
            "drafted_at",
            "handed_in_at",
            "published_at",
        )


def _draft(*, by: User, **facts) -> ServiceOffering:
    return services.draft_offering(**facts, by=by)


class OfferingViewSet(LifecycleViewSet, CreatingViewSet):
    """开放服务：单位填报，县级核对后公开；可修改、下架、停止。"""

    desk = OFFERING_DESK
    serializer_class = OfferingSerializer
    filterset_class = OfferingFilter
    creator = Creator(permissions.may_draft_offerings, OfferingPageForm, _draft, takes_user=True)

    @extend_schema(request=schema_of(OfferingForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Change what is still a draft: the fields that are sent."""
        offering = self.get_object()
        if not permissions.may_revise_offering(request.user, offering):
            raise PermissionDenied
        stored = {name: getattr(offering, name) for name in services.COLUMNS}
        facts = cleaned(OfferingForm(Sent(stored | dict(body_of(request).items()))))
        services.revise_offering(offering=offering, **facts, by=request.user)
        return self.fresh(offering.pk)
