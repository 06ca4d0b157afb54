"""What counties keep of their own: their cultivation pools, their supporting policies."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Division, User
from institutes import permissions, selectors, services
from institutes.desk import COUNTY_POLICY_DESK, CULTIVATION_DESK
from institutes.forms.county_policies import CountyPolicyFilter, CountyPolicyForm, stored
from institutes.forms.cultivation import EntryForm, MeasureForm, PoolFileForm, PoolFilter
from institutes.models import CountyPolicy, CountyPolicyMeasure, CultivationEntry, CultivationMeasure
from institutes.views.cultivation import STORED
from portal.api.forms import Sent, body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place, ReadOnly


def division_of(user: User) -> Division:
    """The county in which this person works as its staff: 403 for everybody else."""
    division = selectors.division_to_propose_for(user)
    if division is None:
        raise PermissionDenied
    return division


class MeasureSerializer(ReadOnly):
    """Something that was done for an enterprise."""

    class Meta:
        model = CultivationMeasure
        fields = ("id", "done_on", "what", "provider", "file", "recorded_at")


class CultivationSerializer(CaseSerializer):
    """``contact_phone`` is whole for the county's own people and masked for everybody else."""

    division = Place()
    chain = Named()
    segment = Named(allow_null=True)
    application = Named(allow_null=True)
    registered = serializers.SerializerMethodField()
    contact_phone = serializers.SerializerMethodField()
    last_measure_on = serializers.DateField(allow_null=True)

    class Meta:
        model = CultivationEntry
        fields = (
            *CaseSerializer.CASE,
            "division",
            "name",
            "uscc",
            "registered",
            "chain",
            "segment",
            "direction",
            "intended_year",
            "contact_person",
            "contact_phone",
            "grounds",
            "application",
            "last_measure_on",
            "drafted_at",
            "entered_at",
            "left_at",
        )

    @extend_schema_field(bool)
    def get_registered(self, entry: CultivationEntry) -> bool:
        return entry.unit_id is not None

    def get_contact_phone(self, entry: CultivationEntry) -> str:
        may = permissions.may_read_contact(self.context["request"].user, entry)
        return entry.contact_phone if may else entry.masked_phone


def _draft(*, by: User, **facts) -> CultivationEntry:
    """Put down for the county in which this person works."""
    return services.draft_entry(division=division_of(by), **facts, by=by)


ROWS = ("chain", "segment")


class CultivationViewSet(LifecycleViewSet, CreatingViewSet):
    """培育库：县级摸底、培育拟申报企业，登记帮扶措施；企业申报和认定后记录自动转入相应阶段。"""

    desk = CULTIVATION_DESK
    serializer_class = CultivationSerializer
    filterset_class = PoolFilter
    creator = Creator(permissions.may_keep_the_pool, EntryForm, _draft, takes_user=True)

    def own(self) -> CultivationEntry:
        """The entry, for whoever keeps it: 403 for others who see it."""
        entry = self.get_object()
        if not permissions.may_revise_entry(self.request.user, entry):
            raise PermissionDenied
        return entry

    @extend_schema(request=schema_of(EntryForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Mend what is said about an enterprise: the fields that are sent."""
        entry = self.own()
        stored = {name: getattr(entry, name) for name in STORED if name not in ROWS}
        stored |= {name: getattr(entry, f"{name}_id") for name in ROWS}
        form = EntryForm(Sent(stored | dict(body_of(request).items())), user=request.user)
        services.revise_entry(entry=entry, **cleaned(form), by=request.user)
        return self.fresh(entry.pk)

    @extend_schema(responses=MeasureSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def measures(self, request: Request, pk=None) -> Response:
        """What was done for the enterprise, the latest first."""
        return Response(MeasureSerializer(selectors.measures_of(self.get_object()), many=True).data)

    @extend_schema(request=schema_of(MeasureForm), responses={201: MeasureSerializer}, filters=False)
    @measures.mapping.post
    def record_measure(self, request: Request, pk=None) -> Response:
        """Put on record what was done for it."""
        entry = self.own()
        facts = cleaned(MeasureForm(body_of(request), request.FILES))
        measure = services.record_measure(entry=entry, **facts, by=request.user)
        return Response(MeasureSerializer(measure).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=schema_of(PoolFileForm), responses={201: Named(many=True)}, filters=False)
    @action(detail=False, methods=["post"], url_path="import", url_name="import", pagination_class=None)
    def import_entries(self, request: Request) -> Response:
        """Put down every enterprise of a workbook, or none: 409 names row and column of every fault."""
        if not permissions.may_keep_the_pool(request.user):
            raise PermissionDenied
        file = cleaned(PoolFileForm(body_of(request), request.FILES))["file"]
        found = services.import_candidates(division=division_of(request.user), file=file, by=request.user)
        return Response(Named(found, many=True).data, status=status.HTTP_201_CREATED)


class GivenSerializer(ReadOnly):
    """What a county gives for a measure of the municipal policy; ``amount`` in yuan as its document names it."""

    class Meta:
        model = CountyPolicyMeasure
        fields = ("item", "label", "clause", "content", "amount")


class CountyPolicySerializer(CaseSerializer):
    division = Place()
    replaces = Named(allow_null=True)
    measures = GivenSerializer(many=True)

    class Meta:
        model = CountyPolicy
        fields = (
            *CaseSerializer.CASE,
            "division",
            "title",
            "number",
            "issued_on",
            "valid_from",
            "valid_to",
            "summary",
            "file",
            "version",
            "replaces",
            "measures",
            "drafted_at",
            "published_at",
            "repealed_on",
            "repeal_reason",
        )


def _draft_policy(*, by: User, **facts) -> CountyPolicy:
    """Register for the county in which this person works."""
    return services.draft_county_policy(division=division_of(by), **facts, by=by)


class CountyPolicyViewSet(LifecycleViewSet, CreatingViewSet):
    """县级配套政策：县级登记、审签后公开发布；修订为新版本，或废止。"""

    desk = COUNTY_POLICY_DESK
    serializer_class = CountyPolicySerializer
    filterset_class = CountyPolicyFilter
    creator = Creator(permissions.may_draft_county_policies, CountyPolicyForm, _draft_policy, takes_user=True)

    def visible(self, user: User):
        return super().visible(user).prefetch_related("measures")

    @extend_schema(request=schema_of(CountyPolicyForm, partial=True))
    def partial_update(self, request: Request, pk=None) -> Response:
        """Change what is still a draft: the fields that are sent."""
        policy = self.get_object()
        if not permissions.may_revise_county_policy(request.user, policy):
            raise PermissionDenied
        sent = Sent(stored(policy) | dict(body_of(request).items()))
        form = CountyPolicyForm(sent, request.FILES, user=request.user)
        services.revise_county_policy(policy=policy, **cleaned(form), by=request.user)
        return self.fresh(policy.pk)

    @extend_schema(
        request=schema_of(CountyPolicyForm), responses={201: CountyPolicySerializer}, filters=False
    )
    @action(detail=True, methods=["post"], pagination_class=None)
    def version(self, request: Request, pk=None) -> Response:
        """Draft the next version of what is published; the version before it steps back once this is published."""
        former = self.get_object()
        if not permissions.may_renew_county_policy(request.user, former):
            raise PermissionDenied
        facts = cleaned(CountyPolicyForm(body_of(request), request.FILES, user=request.user))
        policy = _draft_policy(by=request.user, replaces=former, **facts)
        response = self.fresh(policy.pk)
        response.status_code = status.HTTP_201_CREATED
        return response
