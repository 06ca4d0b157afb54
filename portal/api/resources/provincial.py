"""The way to the province: filings with their inspections, and what the province decided."""

from datetime import date

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from institutes.desk import FILING_DESK
from institutes.forms.provincial import FilingFilter, FilingForm
from institutes.models import Inspection, InspectionParticipant, ProvincialFiling
from institutes.permissions.provincial import may_draft_filings, may_revise_filing
from institutes.services import provincial as services
from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.resources.standing import OfInstituteSerializer, reads_cases
from portal.api.serializers import ReadOnly


class ParticipantSerializer(ReadOnly):
    class Meta:
        model = InspectionParticipant
        fields = ("id", "role", "role_label", "organisation", "name", "post", "present")


class InspectionSerializer(ReadOnly):
    """One inspection; what it came to only once this reader may know."""

    participants = ParticipantSerializer(many=True)
    conclusion = serializers.SerializerMethodField()
    opinion = serializers.SerializerMethodField()

    class Meta:
        model = Inspection
        fields = (
            "round",
            "inspects_on",
            "starts",
            "place",
            "held_on",
            "conclusion",
            "opinion",
            "participants",
        )

    def _settled(self, row: Inspection) -> bool:
        """The last one is the unit's to read once it is confirmed; those before it were."""
        filing = row.filing
        last = max(one.round for one in filing.inspections.all())
        return filing.host_id not in self.context["units"] or bool(filing.confirmed_at) or row.round < last

    def get_conclusion(self, row: Inspection) -> str:
        return row.conclusion if self._settled(row) else ""

    def get_opinion(self, row: Inspection) -> str:
        return row.opinion if self._settled(row) else ""


class ProvincialFilingSerializer(OfInstituteSerializer):
    inspections = InspectionSerializer(many=True)
    county_position = serializers.SerializerMethodField()
    county_opinion = serializers.SerializerMethodField()
    conclusion = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()
    document_number = serializers.SerializerMethodField()
    document_on = serializers.SerializerMethodField()

    class Meta:
        model = ProvincialFiling
        fields = (
            *OfInstituteSerializer.ABOUT,
            "number",
            "proposed_name",
            "host_government",
            "grounds",
            "drafted_at",
            "handed_in_at",
            "county_position",
            "county_opinion",
            "signed_at",
            "filed_on",
            "inspections",
            "conclusion",
            "confirmed_at",
            "dispatch_number",
            "applied_on",
            "outcome",
            "document_number",
            "document_on",
            "settled_at",
        )

    def _shown(self, row: ProvincialFiling, settled: object) -> bool:
        """What officers weigh among themselves is the unit's to read once it is settled."""
        return row.host_id not in self.context["units"] or settled is not None

    def get_county_position(self, row: ProvincialFiling) -> str:
        return row.county_position if self._shown(row, row.signed_at) else ""

    def get_county_opinion(self, row: ProvincialFiling) -> str:
        return row.county_opinion if self._shown(row, row.signed_at) else ""

    def get_conclusion(self, row: ProvincialFiling) -> str:
        return row.conclusion if self._shown(row, row.confirmed_at) else ""

    def get_outcome(self, row: ProvincialFiling) -> str:
        return row.outcome if self._shown(row, row.settled_at) else ""

    def get_document_number(self, row: ProvincialFiling) -> str:
        return row.document_number if self._shown(row, row.settled_at) else ""

    def get_document_on(self, row: ProvincialFiling) -> date | None:
        return row.document_on if self._shown(row, row.settled_at) else None


class FilingViewSet(LifecycleViewSet, CreatingViewSet):
    """省级申报：单位报备、县级意见、考察论证、报省和省级结果，结论和结果各由两人办理。"""

    desk = FILING_DESK
    serializer_class = ProvincialFilingSerializer
    filterset_class = FilingFilter
    may_list = staticmethod(reads_cases)
    creator = Creator(may_draft_filings, FilingForm, services.draft_filing, takes_user=True)

    def get_queryset(self):
        return super().get_queryset().prefetch_related("inspections__participants")

    @extend_schema(request=schema_of(FilingForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Edit a filing that is still a draft: the fields that are sent."""
        filing = self.get_object()
        if not may_revise_filing(request.user, filing):
            raise PermissionDenied
        stored = {name: getattr(filing, name) for name in services.WORDS}
        sent = Sent(stored | dict(body_of(request).items()))
        facts = cleaned(FilingForm(sent, request.FILES, user=request.user, filing=filing))
        services.revise_filing(filing=filing, **facts, by=request.user)
        return self.fresh(filing.pk)
