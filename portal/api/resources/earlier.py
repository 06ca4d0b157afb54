"""Institutes that the city recognised before the portal."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from institutes.desk import EARLIER_DESK
from institutes.forms.earlier import EarlierFilter, EarlierForm, stored
from institutes.models import EarlierRecognition
from institutes.permissions.earlier import may_enter_earlier, may_revise_earlier
from institutes.selectors.earlier import EARLIER_READERS
from institutes.services.earlier import draft_earlier, revise_earlier
from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place


def reads_entries(user) -> bool:
    return user.holds(*EARLIER_READERS)


class EarlierRecognitionSerializer(CaseSerializer):
    host = Named()
    division = Place()
    chain = Named()
    segment = Named(allow_null=True)

    class Meta:
        model = EarlierRecognition
        fields = (
            *CaseSerializer.CASE,
            "host",
            "division",
            "institute_name",
            "chain",
            "segment",
            "director",
            "co_builders",
            "certificate_number",
            "document_number",
            "recognised_on",
            "build_from",
            "build_to",
            "accepted_on",
            "acceptance_document",
            "evaluated_through",
            "figures",
            "note",
            "drafted_at",
            "recorded_at",
        )


class EarlierRecognitionViewSet(LifecycleViewSet, CreatingViewSet):
    """既有研究院登记：本平台启用前已认定的研究院，经办登记，另一人确认后列入在册。"""

    desk = EARLIER_DESK
    serializer_class = EarlierRecognitionSerializer
    filterset_class = EarlierFilter
    may_list = staticmethod(reads_entries)
    creator = Creator(may_enter_earlier, EarlierForm, draft_earlier, takes_user=True)

    @extend_schema(request=schema_of(EarlierForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Change what is still a draft: the fields that are sent."""
        earlier = self.get_object()
        if not may_revise_earlier(request.user, earlier):
            raise PermissionDenied
        sent = Sent(stored(earlier) | dict(body_of(request).items()))
        revise_earlier(
            earlier=earlier, **cleaned(EarlierForm(sent, request.FILES, user=request.user)), by=request.user
        )
        return self.fresh(earlier.pk)
