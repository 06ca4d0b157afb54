"""Money that is claimed back, and the parts that come back."""

from django import forms
from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from funding import permissions, services
from funding.desk.clawbacks import CLAWBACK_DESK, REPAYMENT_DESK
from funding.forms.clawbacks import (
    ClawbackFilter,
    PublishForm,
    RepaymentFilter,
    RepaymentForm,
    SuspectForm,
)
from funding.models import Clawback, Repayment
from funding.selectors import clawbacks as reads
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet, key_of
from portal.api.resources.funding import Numbered, lists
from portal.api.serializers import CaseSerializer, Named, Place

YUAN = {"max_digits": 14, "decimal_places": 2}


class ClawbackSerializer(CaseSerializer):
    award = Numbered()
    institute = Named()
    host = Named()
    division = Place()
    ground_label = serializers.CharField()
    ground_basis = serializers.CharField()
    total = serializers.DecimalField(**YUAN)
    left = serializers.DecimalField(**YUAN)

    class Meta:
        model = Clawback
        fields = (
            *CaseSerializer.CASE,
            "number",
            "award",
            "institute",
            "host",
            "division",
            "ground",
            "ground_label",
            "ground_basis",
            "facts",
            "amount",
            "interest",
            "total",
            "repaid",
            "written_off",
            "left",
            "noticed_at",
            "statement_until",
            "statement",
            "stated_at",
            "minute_number",
            "decision",
            "decided_at",
            "served_on",
            "repay_by",
            "listed_until",
            "enforcement_number",
            "published_at",
            "finality",
            "ruling_number",
            "closing_note",
            "closed_at",
            "drop_reason",
        )


class ClawbackViewSet(LifecycleViewSet, CreatingViewSet):
    """资金追回：线索、调查、告知、陈述申辩、决定、送达、退还、结案；市科技局和市财政局共同签署才能结案。"""

    desk = CLAWBACK_DESK
    serializer_class = ClawbackSerializer
    filterset_class = ClawbackFilter
    may_list = lists("clawbacks")
    creator = Creator(permissions.may_suspect, SuspectForm, services.suspect_clawback, takes_user=True)

    @extend_schema(request=schema_of(PublishForm), filters=False, summary="公开终局的追回决定")
    @action(detail=True, methods=["post"], pagination_class=None)
    def publish(self, request: Request, pk=None) -> Response:
        """Let everybody know of a decision that can no longer be contested."""
        clawback = self.get_object()
        if not permissions.may_publish_clawback(request.user, clawback):
            raise PermissionDenied
        facts = cleaned(PublishForm(body_of(request)))
        services.publish_clawback(clawback=clawback, **facts, by=request.user)
        return self.fresh(clawback.pk)


class ReportRepaymentForm(RepaymentForm):
    """A part that was paid back, with the case that it belongs to."""

    clawback = forms.ModelChoiceField(label="追回案件", queryset=Clawback.objects.none())
    field_order = ("clawback", "amount", "paid_on", "bank_reference", "voucher")

    def __init__(self, data, files=None, *, user):
        super().__init__(data, files)
        self.fields["clawback"].queryset = reads.clawbacks_visible_to(user)


class RepaymentSerializer(CaseSerializer):
    clawback = Numbered()
    host = Named()
    division = Place()

    class Meta:
        model = Repayment
        fields = (
            *CaseSerializer.CASE,
            "clawback",
            "host",
            "division",
            "amount",
            "paid_on",
            "bank_reference",
            "reported_at",
            "confirmed_at",
            "rejected_at",
        )


class RepaymentViewSet(LifecycleViewSet, CreatingViewSet):
    """退还款项：单位或市财政局登记，市财政局另一人核对到账。"""

    desk = REPAYMENT_DESK
    serializer_class = RepaymentSerializer
    filterset_class = RepaymentFilter
    may_list = lists("repayments")
    creator = Creator(
        permissions.may_report_repayments,
        ReportRepaymentForm,
        services.report_repayment,
        keyed=True,
        takes_user=True,
    )

    def create(self, request: Request) -> Response:
        """Report a part; only of a case within reach of the caller's unit or office."""
        if not self.creator.may(request.user):
            raise PermissionDenied
        facts = cleaned(self.creator.bound(request))
        if not permissions.may_report_repayment(request.user, facts["clawback"]):
            raise PermissionDenied
        created = services.report_repayment(**facts, key=key_of(request), by=request.user)
        response = self.fresh(created.pk)
        response.status_code = 201
        return response
