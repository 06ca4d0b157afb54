"""Proposals for joint projects: the book by section, annexes, budget, look-ups, likenesses, and every move."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from institutes.book import Seen
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import LifecycleViewSet
from portal.api.serializers import CaseSerializer, Named, Place, ReadOnly
from projects import book, permissions, selectors, services
from projects.desk import PROPOSAL_DESK
from projects.forms.proposals import LeaderForm, ProjectLookupForm, ProposalFilesForm, ProposalFilter
from projects.models import BudgetLine, Proposal
from projects.services.unit import missing_of


class ProjectBudgetLineSerializer(ReadOnly):
    """One line of the budget by source, and what the budget review accepts of the grant."""

    class Meta:
        model = BudgetLine
        fields = ("code", "label", "grant", "own", "accepted", "reason")


class ProposalFaultSerializer(serializers.Serializer):
    """What keeps a proposal from being handed in, at its box."""

    section = serializers.CharField()
    path = serializers.CharField()
    label = serializers.CharField()
    text = serializers.CharField()
    clause = serializers.CharField()


class ProposalSectionSerializer(serializers.Serializer):
    """One section of the book as it is stored."""

    code = serializers.CharField()
    answers = serializers.DictField()
    version = serializers.IntegerField()


class ProposalFileSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    kind = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class ProposalLookupSerializer(serializers.Serializer):
    """The last look-up of the leading unit in one list; empty where there was none."""

    item = serializers.CharField(source="item.code")
    label = serializers.CharField(source="item.label")
    result = serializers.CharField(source="check.result", default="")
    note = serializers.CharField(source="check.note", default="")
    checked_on = serializers.DateField(source="check.checked_on", default=None)
    source = serializers.CharField(source="check.source", default="")


class ProposalHintSerializer(serializers.Serializer):
    """Another proposal that reads like this one: how much, where, and what offices found."""

    id = serializers.IntegerField(source="pk")
    proposal = Named()
    other = Named()
    share = serializers.DecimalField(max_digits=5, decimal_places=2)
    passages = serializers.ListField(child=serializers.DictField())
    county_finding = serializers.CharField()
    county_note = serializers.CharField()
    bureau_finding = serializers.CharField()
    bureau_note = serializers.CharField()


HIDDEN = ("title", "institute", "host", "division", "leader_name", "county_stand", "county_opinion")
"""What tells whose a proposal is: left empty while its reader must not learn it."""
DRAFTED = ("county_stand", "county_opinion")
JUDGED = ("score", "review_passed", "review_opinion")
BUDGETED = ("accepted", "budget_reviewer", "budget_opinion")


class ProjectProposalSerializer(CaseSerializer):
    call = Named()
    topic = Named(allow_null=True)
    institute = Named(allow_null=True)
    host = Named(allow_null=True)
    division = Place(allow_null=True)
    agency = Named(allow_null=True)

    class Meta:
        model = Proposal
        fields = (
            *CaseSerializer.CASE,
            "number",
            "title",
            "call",
            "topic",
            "institute",
            "host",
            "division",
            "leader_name",
            "asked",
            "own",
            "months",
            "handed_in_at",
            "county_stand",
            "county_opinion",
            "signed_at",
            "agency",
            "score",
            "review_passed",
            "review_opinion",
            "reviewed_at",
            "accepted",
            "budget_reviewer",
            "budget_opinion",
            "grant",
            "grant_reason",
            "decided_at",
            "project_number",
            "approved_at",
            "closed_at",
            "closing_reason",
        )

    def to_representation(self, row: Proposal) -> dict:
        found, user = super().to_representation(row), self.context["request"].user
        hidden: list[str] = [*HIDDEN, "closing_reason"] if row.is_blinded else []
        if not row.signed_at and row.host_id in self.context["units"]:
            hidden += DRAFTED
        if not permissions.may_read_decision(user, row):
            hidden += JUDGED
        if not permissions.may_read_budget_review(user, row):
            hidden += BUDGETED
        return found | dict.fromkeys(hidden)


class ProjectProposalViewSet(LifecycleViewSet):
    """联合攻关项目申报：单位填报、县级推荐、形式审查、专家评审和预算评审、审议、公示、立项。"""

    desk = PROPOSAL_DESK
    serializer_class = ProjectProposalSerializer
    filterset_class = ProposalFilter
    may_list = staticmethod(permissions.may_read_proposals)

    def _mine(self, user) -> Proposal:
        found = self.get_object()
        if not permissions.FILLER(user, found):
            raise PermissionDenied
        return found

    def _read(self, user) -> Proposal:
        found = self.get_object()
        if not permissions.may_read_book(user, found):
            raise PermissionDenied
        return found

    @extend_schema(responses=ProposalSectionSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def sections(self, request: Request, pk=None) -> Response:
        """The book: the draft for the unit, else as it was handed in last."""
        found = self._read(request.user)
        if permissions.is_inside(request.user, found):
            rows = [
                {"code": row.code, "answers": row.answers, "version": row.version}
                for row in found.sections.all()
            ]
        else:
            version = selectors.latest_version(found)
            rows = [
                {"code": code, "answers": answers, "version": version.number}
                for code, answers in (version.answers.items() if version else ())
                if code != book.NAMES
            ]
        return Response(ProposalSectionSerializer(rows, many=True).data)

    @extend_schema(request={"application/json": {"type": "object"}}, responses=ProposalSectionSerializer)
    @action(detail=True, methods=["patch"], url_path=r"sections/(?P<code>[a-z0-9_]+)")
    def section(self, request: Request, pk=None, code: str = "") -> Response:
        """Change boxes of a section: ``version`` as it was read, and the values by path."""
        found, sent = self._mine(request.user), dict(body_of(request))
        if book.of_edition(found.call.form_edition).section(code) is None:
            raise Http404
        version = str(sent.pop("version", "0"))
        row = services.save_proposal_section(
            proposal=found, section=code, changes=sent, version=str(Seen.of(version)), by=request.user
        )
        facts = {"code": row.code, "answers": row.answers, "version": row.version}
        return Response(ProposalSectionSerializer(facts).data)

    @extend_schema(request=schema_of(LeaderForm), responses={204: None})
    @action(detail=True, methods=["put"])
    def leader(self, request: Request, pk=None) -> Response:
        """Enter the leader's identity number: kept encrypted, never given out again."""
        found = self._mine(request.user)
        facts = cleaned(LeaderForm(body_of(request)))
        services.name_leader(proposal=found, **facts, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=ProposalFaultSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def faults(self, request: Request, pk=None) -> Response:
        """Everything that keeps the proposal from being handed in."""
        return Response(ProposalFaultSerializer(missing_of(self._mine(request.user)), many=True).data)

    @extend_schema(responses=ProposalFileSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def files(self, request: Request, pk=None) -> Response:
        """The annexes."""
        found = self._read(request.user)
        return Response(ProposalFileSerializer(selectors.files_of(found), many=True).data)

    @extend_schema(request=schema_of(ProposalFilesForm), responses={201: ProposalFileSerializer(many=True)})
    @files.mapping.post
    def add_files(self, request: Request, pk=None) -> Response:
        """Bring annexes of one kind: ``kind`` and ``uploads``."""
        found = self._mine(request.user)
        kinds = [(annex.code, annex.label) for annex in book.of_edition(found.call.form_edition).annexes]
        facts = cleaned(ProposalFilesForm(body_of(request), request.FILES, kinds=kinds))
        kept = services.attach_proposal_files(proposal=found, **facts, by=request.user)
        return Response(ProposalFileSerializer(kept, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=ProjectBudgetLineSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def budget(self, request: Request, pk=None) -> Response:
        """The budget line by line; what the review accepts for who may read it."""
        found = self._read(request.user)
        rows = ProjectBudgetLineSerializer(found.budget_lines.all(), many=True).data
        if not permissions.may_read_budget_review(request.user, found):
            rows = [row | {"accepted": None, "reason": ""} for row in rows]
        return Response(rows)

    @extend_schema(responses=ProposalLookupSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def lookups(self, request: Request, pk=None) -> Response:
        """What the look-ups of the leading unit brought; not for the unit."""
        found = self._offices(request.user)
        return Response(ProposalLookupSerializer(selectors.lookups_of(found), many=True).data)

    def _offices(self, user) -> Proposal:
        found = self.get_object()
        if not permissions.may_read_lookups(user, found):
            raise PermissionDenied
        return found

    @extend_schema(request=schema_of(ProjectLookupForm), responses={201: ProposalLookupSerializer(many=True)})
    @lookups.mapping.post
    def add_lookup(self, request: Request, pk=None) -> Response:
        """Enter a look-up with its proof."""
        found = self.get_object()
        if not permissions.STAFF(request.user, found):
            raise PermissionDenied
        facts = cleaned(ProjectLookupForm(body_of(request), request.FILES, proposal=found))
        services.record_project_lookup(proposal=found, **facts, by=request.user)
        rows = ProposalLookupSerializer(selectors.lookups_of(found), many=True).data
        return Response(rows, status=status.HTTP_201_CREATED)

    @extend_schema(responses=ProposalHintSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def likeness(self, request: Request, pk=None) -> Response:
        """Proposals that read like this one, with the passages side by side; not for the unit."""
        found = self._offices(request.user)
        return Response(ProposalHintSerializer(selectors.hints_about(found), many=True).data)
