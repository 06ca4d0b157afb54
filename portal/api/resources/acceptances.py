"""Acceptances at the end of the building period: what the unit prepares, what offices find, what it comes to."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation import permissions, services
from evaluation.desk import ACCEPTANCE_DESK
from evaluation.documents.acceptances import rows_of
from evaluation.forms.acceptances import AcceptanceFilter, FilesForm, LookupForm, SummaryForm
from evaluation.models import Acceptance
from evaluation.selectors import acceptances as selectors
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place


class AcceptanceTargetSerializer(serializers.Serializer):
    """One target, planned beside what was reached."""

    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    base = serializers.CharField()
    planned = serializers.CharField()
    actual = serializers.CharField()
    share = serializers.CharField()
    verified = serializers.CharField()
    mandatory = serializers.BooleanField()
    counted = serializers.BooleanField()
    met = serializers.BooleanField()


class AcceptanceFigureSerializer(serializers.Serializer):
    """The targets, and what the rule of the edition makes of them."""

    frozen = serializers.BooleanField()
    targets = AcceptanceTargetSerializer(many=True)
    met = serializers.IntegerField()
    counted = serializers.IntegerField()
    share = serializers.DecimalField(max_digits=5, decimal_places=2)
    least = serializers.DecimalField(max_digits=5, decimal_places=2)
    enough = serializers.BooleanField()


class AcceptanceFileSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class AcceptanceLookupSerializer(serializers.Serializer):
    """The last look-up of the host in one list; empty where there was none."""

    item = serializers.CharField(source="item.code")
    label = serializers.CharField(source="item.label")
    result = serializers.CharField(source="check.result", default="")
    note = serializers.CharField(source="check.note", default="")
    checked_on = serializers.DateField(source="check.checked_on", default=None)
    source = serializers.CharField(source="check.source", default="")


class AcceptanceSerializer(CaseSerializer):
    institute = Named()
    host = Named()
    division = Place()
    agency = Named(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    texts = serializers.SerializerMethodField()
    county_position = serializers.SerializerMethodField()
    county_opinion = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()
    panel_passed = serializers.SerializerMethodField()
    panel_opinion = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()
    minute_number = serializers.SerializerMethodField()
    grounds = serializers.SerializerMethodField()
    requirements = serializers.SerializerMethodField()

    class Meta:
        model = Acceptance
        fields = (
            *CaseSerializer.CASE,
            "institute",
            "host",
            "division",
            "agency",
            "attempt",
            "former",
            "number",
            "ends_on",
            "rectify_by",
            "texts",
            "handed_in_at",
            "county_position",
            "county_opinion",
            "signed_at",
            "entrusted_at",
            "score",
            "panel_passed",
            "panel_opinion",
            "reviewed_at",
            "outcome",
            "minute_number",
            "grounds",
            "requirements",
            "decided_at",
        )

    def _officer(self) -> bool:
        return self.context["request"].user.holds(*selectors.OFFICERS)

    def _opined(self, row: Acceptance) -> bool:
        """What a county has not signed is not for the unit."""
        return bool(row.signed_at) or row.host_id not in self.context["units"]

    def _reviewed(self, row: Acceptance) -> bool:
        return self._officer() or bool(row.decided_at) or self.context["request"].user.holds("agency")

    def _proposed(self, row: Acceptance) -> bool:
        return self._officer() or bool(row.decided_at)

    def get_texts(self, row: Acceptance) -> dict[str, str]:
        """What is not handed in yet is the unit's alone."""
        return row.texts if permissions.may_read_material(self.context["request"].user, row) else {}

    def get_county_position(self, row: Acceptance) -> str:
        return row.county_position if self._opined(row) else ""

    def get_county_opinion(self, row: Acceptance) -> str:
        return row.county_opinion if self._opined(row) else ""

    def get_score(self, row: Acceptance) -> str | None:
        return str(row.score) if row.score is not None and self._reviewed(row) else None

    def get_panel_passed(self, row: Acceptance) -> bool | None:
        return row.panel_passed if self._reviewed(row) else None

    def get_panel_opinion(self, row: Acceptance) -> str:
        return row.panel_opinion if self._reviewed(row) else ""

    def get_outcome(self, row: Acceptance) -> str:
        return row.outcome if self._proposed(row) else ""

    def get_minute_number(self, row: Acceptance) -> str:
        return row.minute_number if self._proposed(row) else ""

    def get_grounds(self, row: Acceptance) -> str:
        return row.grounds if self._proposed(row) else ""

    def get_requirements(self, row: Acceptance) -> str:
        return row.requirements if self._proposed(row) else ""


class AcceptanceViewSet(LifecycleViewSet):
    """建设期验收：单位申请，县级出具意见，市科技局核查并委托专家验收，两人先后拟定、审定结论。"""

    desk = ACCEPTANCE_DESK
    serializer_class = AcceptanceSerializer
    filterset_class = AcceptanceFilter
    may_list = staticmethod(permissions.may_read_acceptances)

    def _prepared_by(self, user) -> Acceptance:
        found = self.get_object()
        if not permissions.FILLER(user, found):
            raise PermissionDenied
        return found

    @extend_schema(request={"application/json": {"type": "object"}})
    def partial_update(self, request: Request, pk=None) -> Response:
        """Write the summary: only the parts that are sent (``text_…``)."""
        subject, sent = self._prepared_by(request.user), body_of(request)
        facts = cleaned(SummaryForm(sent, acceptance=subject, only=list(sent)))
        services.save_acceptance(acceptance=subject, entries=facts, by=request.user)
        return self.fresh(subject.pk)

    @extend_schema(responses=AcceptanceFigureSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def targets(self, request: Request, pk=None) -> Response:
        """The targets, planned and reached: as they were frozen, or as they stand today."""
        subject = self.get_object()
        figures = selectors.figures_of(subject)
        verdict = selectors.verdict_of(figures, subject.edition)
        found = {name: getattr(verdict, name) for name in ("met", "counted", "share", "least", "enough")}
        found |= {"frozen": figures is subject.comparison, "targets": rows_of(figures)}
        return Response(AcceptanceFigureSerializer(found).data)

    @extend_schema(responses=AcceptanceFileSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def files(self, request: Request, pk=None) -> Response:
        """What the unit brought."""
        subject = self.get_object()
        if not permissions.may_read_material(request.user, subject):
            raise PermissionDenied
        return Response(AcceptanceFileSerializer(selectors.unit_files_of(subject), many=True).data)

    @extend_schema(request=schema_of(FilesForm), responses={201: AcceptanceFileSerializer(many=True)})
    @files.mapping.post
    def add_files(self, request: Request, pk=None) -> Response:
        """Bring files of one kind; a newer report or plan stands in the place of the former."""
        subject = self._prepared_by(request.user)
        facts = cleaned(FilesForm(body_of(request), request.FILES))
        found = services.attach_acceptance_files(acceptance=subject, **facts, by=request.user)
        return Response(AcceptanceFileSerializer(found, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=AcceptanceLookupSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def lookups(self, request: Request, pk=None) -> Response:
        """What the look-ups of the host brought; not for the unit."""
        subject = self.get_object()
        if subject.host_id in request.user.reach.organisations:
            raise PermissionDenied
        return Response(AcceptanceLookupSerializer(selectors.lookups_of(subject), many=True).data)

    @extend_schema(request=schema_of(LookupForm), responses={201: AcceptanceLookupSerializer(many=True)})
    @lookups.mapping.post
    def add_lookup(self, request: Request, pk=None) -> Response:
        """Enter a look-up with its proof."""
        subject = self.get_object()
        if not permissions.CLERK(request.user, subject):
            raise PermissionDenied
        facts = cleaned(LookupForm(body_of(request), request.FILES, acceptance=subject))
        services.record_lookup(acceptance=subject, **facts, by=request.user)
        found = AcceptanceLookupSerializer(selectors.lookups_of(subject), many=True).data
        return Response(found, status=status.HTTP_201_CREATED)
