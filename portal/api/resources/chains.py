"""The map of chains, and what counties propose for it."""

from collections.abc import Collection
from dataclasses import asdict

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from institutes import permissions, selectors, services
from institutes.desk import CHAIN_DESK, CHAIN_PROPOSAL_DESK
from institutes.forms.chain_proposals import ProposalFilter, ProposalForm
from institutes.forms.chains import ChainFilter, ChainForm, ReadForm
from institutes.models import ChainProposal, IndustryChain
from institutes.selectors.chains import Drawn
from institutes.services import chain_import as reading
from institutes.services.tables import Fault
from institutes.views.chain_proposals import STORED
from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.problems import Malformed
from portal.api.serializers import CaseSerializer, Named, Place
from records.sheets import XLSX


class MemberSerializer(serializers.Serializer):
    """An enterprise on a segment."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    uscc = serializers.CharField()
    division = Place(allow_null=True)
    role = serializers.CharField()
    since = serializers.DateField()
    source = Named()


class SegmentSerializer(serializers.Serializer):
    """A segment with whoever stands on it."""

    id = serializers.IntegerField(source="segment.pk")
    name = serializers.CharField(source="segment.name")
    position = serializers.CharField(source="segment.position")
    order = serializers.IntegerField(source="segment.order")
    members = MemberSerializer(many=True)
    institutes = Named(many=True)


class ListedMemberSerializer(serializers.Serializer):
    """An enterprise as a row of a workbook tells it."""

    segment = Named()
    name = serializers.CharField()
    uscc = serializers.CharField()
    division = Place(allow_null=True)
    role = serializers.CharField()
    since = serializers.DateField()


def refuse_cells(faults: Collection[Fault]) -> None:
    """Raise 422 with every fault of a workbook at its row and column; the head is row 1."""
    errors: dict[str, list[str]] = {}
    for fault in faults:
        errors.setdefault(f"{fault.row}.{fault.column}", []).append(fault.text)
    raise Malformed(errors, cells=[asdict(fault) for fault in faults])


class ChainSerializer(CaseSerializer):
    segments = serializers.SerializerMethodField()

    class Meta:
        model = IndustryChain
        fields = (
            *CaseSerializer.CASE,
            "code",
            "name",
            "industry",
            "kind",
            "is_priority",
            "order",
            "segments",
        )

    @extend_schema_field(SegmentSerializer(many=True))
    def get_segments(self, chain: IndustryChain) -> list[dict]:
        return SegmentSerializer(self._drawn(chain).places, many=True).data

    def _drawn(self, chain: IndustryChain) -> Drawn:
        """The chain as it is drawn; all chains of a page in the same four queries."""
        if "drawn" not in self.context:
            listed = self.parent.instance if self.parent is not None else [chain]
            self.context["drawn"] = {one.chain.pk: one for one in selectors.drawn(listed)}
        return self.context["drawn"][chain.pk]


class ChainViewSet(LifecycleViewSet, CreatingViewSet):
    """产业链图谱：产业链、环节、在列企业。市科技局维护，每次调整都是一项办理动作。"""

    desk = CHAIN_DESK
    serializer_class = ChainSerializer
    filterset_class = ChainFilter
    creator = Creator(permissions.may_keep_the_map, ChainForm, services.enter_chain)

    def to_import(self) -> IndustryChain:
        """The chain, for whoever imports enterprises: 403 for others who see it."""
        chain = self.get_object()
        if not self.desk.may(self.request.user, "import_members", chain):
            raise PermissionDenied
        return chain

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY}, filters=False)
    @action(detail=True, pagination_class=None)
    def template(self, request: Request, pk=None) -> HttpResponse:
        """The workbook to fill in for an import, with lists of what can be chosen."""
        return HttpResponse(reading.template_of(self.to_import()), content_type=XLSX)

    @extend_schema(request=schema_of(ReadForm), responses=ListedMemberSerializer(many=True), filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def read(self, request: Request, pk=None) -> Response:
        """What a filled workbook says; nothing is stored. 422 names each cell in ``errors`` and in ``cells``."""
        chain = self.to_import()
        self.desk.refuse_if_barred(user=request.user, subject=chain, action="import_members")
        form = ReadForm(body_of(request), request.FILES, subject=chain, user=request.user)
        sheet = services.read_members(chain=chain, upload=cleaned(form)["file"])
        if sheet.faults:
            refuse_cells(sheet.faults)
        return Response(ListedMemberSerializer(sheet.entries, many=True).data)


class ProposalSerializer(CaseSerializer):
    division = Place()
    chain = Named()
    segment = Named(allow_null=True)
    member = Named(allow_null=True)

    class Meta:
        model = ChainProposal
        fields = (
            *CaseSerializer.CASE,
            "kind",
            "division",
            "chain",
            "segment",
            "member",
            "position",
            "name",
            "uscc",
            "role",
            "effective_on",
            "grounds",
            "finding",
            "opinion",
            "drafted_at",
            "proposed_at",
            "decided_at",
        )


def _draft(*, by: User, **facts) -> ChainProposal:
    """Draft for the county in which this person works."""
    division = selectors.division_to_propose_for(by)
    if division is None:
        raise PermissionDenied
    return services.draft_proposal(division=division, **facts, by=by)


class ProposalViewSet(LifecycleViewSet, CreatingViewSet):
    """图谱调整建议：县级起草、审签、报送，市科技局两人先后审核、审定。"""

    desk = CHAIN_PROPOSAL_DESK
    serializer_class = ProposalSerializer
    filterset_class = ProposalFilter
    creator = Creator(permissions.may_draft_proposals, ProposalForm, _draft, takes_user=True)

    @extend_schema(request=schema_of(ProposalForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Change a proposal that is still a draft: the fields that are sent."""
        proposal = self.get_object()
        if not permissions.may_revise_proposal(request.user, proposal):
            raise PermissionDenied
        stored = {name: getattr(proposal, name) for name in STORED if name not in ROWS}
        stored |= {name: getattr(proposal, f"{name}_id") for name in ROWS}
        form = ProposalForm(Sent(stored | dict(body_of(request).items())), request.FILES, user=request.user)
        services.revise_proposal(proposal=proposal, **cleaned(form), by=request.user)
        return self.fresh(proposal.pk)


ROWS = ("chain", "segment", "member")
