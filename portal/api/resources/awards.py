"""Awards, and on what each rests: the rule, the decision, the papers, the entries, the lines of the bank."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from funding import permissions, selectors, services
from funding.desk import AWARD_DESK
from funding.forms import AwardFilter
from funding.models import Award, BankLine
from portal.api.lifecycles import LifecycleViewSet
from portal.api.resources.bank import LedgerSerializer
from portal.api.resources.desktop import DocumentSerializer
from portal.api.resources.funding import Numbered, lists
from portal.api.serializers import CaseSerializer, Named, Place, ReadOnly


class AwardSerializer(CaseSerializer):
    institute = Named()
    host = Named()
    division = Place()
    kind = serializers.CharField()
    kind_label = serializers.CharField(source="get_kind_display")
    project = Numbered(allow_null=True)
    budget = Named(allow_null=True)

    class Meta:
        model = Award
        fields = (
            *CaseSerializer.CASE,
            "number",
            "institute",
            "project",
            "host",
            "division",
            "kind",
            "kind_label",
            "cycle",
            "citation",
            "amount",
            "payable",
            "freed",
            "ordered",
            "paid",
            "budget",
            "account_id",
            "proposed_at",
            "confirmed_at",
            "account_verified_at",
            "approved_at",
            "suspended_at",
            "ended_at",
        )


class BasisLineSerializer(ReadOnly):
    """A line of the bank that paid an order of the award, or brought it back."""

    disbursement = Numbered()

    class Meta:
        model = BankLine
        fields = (
            "id",
            "disbursement",
            "serial",
            "booked_on",
            "direction",
            "amount",
            "payee",
            "payee_last4",
            "state",
            "treatment",
        )


class BasisSerializer(serializers.Serializer):
    """From the clause to the last entry. ``lines`` is null for who does not see the bank."""

    clause = serializers.CharField(source="award.citation")
    edition_from = serializers.DateField(source="basis.edition.valid_from")
    source = serializers.CharField(source="basis.edition.source")
    amount = serializers.DecimalField(source="award.amount", max_digits=14, decimal_places=2)
    minute_number = serializers.CharField(source="basis.minute_number")
    meeting_on = serializers.DateField(source="basis.meeting_on", allow_null=True)
    certificate_number = serializers.CharField(source="award.recognition.certificate_number")
    recognised_on = serializers.DateField(source="award.recognition.recognised_on")
    budget = Named(source="award.budget", allow_null=True)
    approved_by = serializers.CharField(source="award.approved_by.name", default=None, allow_null=True)
    approved_at = serializers.DateTimeField(source="award.approved_at", allow_null=True)
    papers = DocumentSerializer(source="basis.papers", many=True)
    entries = LedgerSerializer(source="basis.entries", many=True)
    lines = BasisLineSerializer(many=True, allow_null=True)


class AwardViewSet(LifecycleViewSet):
    """奖补资金：免申即享，系统提出；单位确认、账户核对、审批、拨付。"""

    desk = AWARD_DESK
    serializer_class = AwardSerializer
    filterset_class = AwardFilter
    may_list = lists("awards")

    @extend_schema(request=None, responses=AwardSerializer(many=True), filters=False, summary="生成应享资金")
    @action(detail=False, methods=["post"], pagination_class=None)
    def propose(self, request: Request) -> Response:
        """Propose what recognitions entitle to, without waiting for the clock; answers with what is new."""
        if not permissions.may_propose_awards(request.user):
            raise PermissionDenied
        proposed = [award.pk for award in services.propose_awards(by=request.user)]
        found = self.get_queryset().filter(pk__in=proposed).order_by("pk")
        return Response(self.get_serializer(found, many=True).data)

    @extend_schema(responses=BasisSerializer, filters=False, summary="依据与分录")
    @action(detail=True, pagination_class=None)
    def basis(self, request: Request, pk=None) -> Response:
        """On what the award rests, for whoever reads the ledger."""
        award = self.get_object()
        if not permissions.may_list(request.user, "ledger"):
            raise PermissionDenied
        sees_bank = permissions.may_see_bank(request.user)
        found = selectors.basis_of(award, sees_bank=sees_bank)
        shown = {"award": award, "basis": found, "lines": found.lines if sees_bank else None}
        return Response(BasisSerializer(shown).data)
