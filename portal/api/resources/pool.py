"""The pool of experts: who is in it, what bars them from what, when they are away; a phone number for a reason."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation import permissions, selectors, services
from evaluation.desk.pool import CHANGES, Change, lines_of
from evaluation.forms import ExpertFilter
from evaluation.forms.pool import (
    AbsenceForm,
    ProfileForm,
    QualificationForm,
    ReadPoolForm,
    TieForm,
    WhyForm,
)
from evaluation.models import Absence, Expert, Tie
from portal.api.forms import Sent, body_of, cleaned, describe_field, schema_of
from portal.api.lifecycles import ReadViewSet
from portal.api.problems import Malformed
from portal.api.serializers import LineSerializer, MoveSerializer, Named, ReadOnly
from records.models import Attachment
from records.views import send_file

MOVES = ("suspend", "reinstate", "availability")
TIE = OpenApiParameter("tie", int, OpenApiParameter.PATH)
ABSENCE = OpenApiParameter("absence", int, OpenApiParameter.PATH)
PROOF_OF_TITLE = OpenApiParameter("file", int, OpenApiParameter.PATH)


class ExpertSerializer(ReadOnly):
    """An expert as the pool's list shows them; ``load`` are sheets still to be handed in."""

    name = serializers.CharField(source="user.name")
    drawable = serializers.BooleanField(source="is_drawable")
    load = serializers.IntegerField()

    class Meta:
        model = Expert
        fields = (
            "id",
            "name",
            "seat",
            "field",
            "other_fields",
            "title",
            "employer",
            "employer_code",
            "employed_since",
            "region",
            "outside_city",
            "languages",
            "is_available",
            "drawable",
            "load",
            "suspended_at",
            "suspension_reason",
        )


class OneExpertSerializer(ExpertSerializer):
    """With the phone number, masked, for whoever may read it: an agency once the expert was drawn for it."""

    phone = serializers.SerializerMethodField()

    class Meta(ExpertSerializer.Meta):
        fields = (*ExpertSerializer.Meta.fields, "phone")

    def get_phone(self, expert: Expert) -> str | None:
        may = permissions.may_reveal_phone(self.context["request"].user, expert)
        return expert.user.mobile_masked if may else None


class TieSerializer(ReadOnly):
    """What an expert had to do with a unit or a person."""

    class Meta:
        model = Tie
        fields = ("id", "kind", "whom", "code", "note", "since", "until", "declared_at", "withdrawn_at")


class AbsenceSerializer(ReadOnly):
    class Meta:
        model = Absence
        fields = ("id", "first_day", "last_day", "note", "cancelled_at")


class QualificationSerializer(ReadOnly):
    class Meta:
        model = Attachment
        fields = ("id", "name", "size", "sha256", "uploaded_at")


class ExpertSeatSerializer(serializers.Serializer):
    """A panel on which the expert sat, as far as the caller sees it."""

    id = serializers.IntegerField(source="pk")
    code = serializers.CharField(source="__str__")
    seat = serializers.CharField()
    state = serializers.CharField()
    invited_at = serializers.DateTimeField()


class PhoneSerializer(serializers.Serializer):
    phone = serializers.CharField()


class ExpertViewSet(ReadViewSet):
    """专家库。专家维护本人信息、回避事项和请假；市科技局维护全部，审批人员暂停和恢复；手机号抽中后方可查看。"""

    serializer_class = ExpertSerializer
    filterset_class = ExpertFilter
    may_list = staticmethod(permissions.may_read_pool)

    def get_queryset(self):
        return Expert.objects.none() if self.is_described else selectors.experts_visible_to(self.request.user)

    def get_serializer_class(self):
        return ExpertSerializer if self.action == "list" else OneExpertSerializer

    def changed(self, request: Request, name: str, *, sent=None) -> object:
        """Take a change of the table: 404 unseen, 403 not theirs, 422 malformed, 409 where the rules say no."""
        expert, change = self.get_object(), CHANGES[name]
        if not change.may(request.user, expert):
            raise PermissionDenied
        form = change.form(sent if sent is not None else body_of(request), request.FILES)
        return change.service(expert=expert, **cleaned(form), by=request.user)

    @extend_schema(request=schema_of(ProfileForm, partial=True), responses=OneExpertSerializer)
    def partial_update(self, request: Request, pk=None) -> Response:
        """Mend the profile: the fields that are sent."""
        stored = CHANGES["profile"].values(self.get_object())
        stored["other_fields"] = "、".join(stored["other_fields"])
        self.changed(request, "profile", sent=Sent(stored | dict(body_of(request).items())))
        return self.fresh(pk)

    @extend_schema(request=schema_of(ReadPoolForm), responses={201: Named(many=True)}, filters=False)
    @action(detail=False, methods=["post"], url_path="import", url_name="import", pagination_class=None)
    def import_experts(self, request: Request) -> Response:
        """Enter every expert of a workbook, or none: 422 names row and column of every fault."""
        self.refuse_unless(permissions.may_import_experts(request.user))
        file = cleaned(ReadPoolForm(body_of(request), request.FILES))["file"]
        sheet = services.read_experts(upload=file)
        if sheet.faults:
            raise Malformed({f"{fault.row}.{fault.column}": [fault.text] for fault in sheet.faults})
        entered = services.enter_experts(entries=sheet.entries, by=request.user)
        return Response(Named(entered, many=True).data, status=status.HTTP_201_CREATED)

    # --- moves ------------------------------------------------------------------------------------------------

    @extend_schema(responses=MoveSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def moves(self, request: Request, pk=None) -> Response:
        """What is the caller's to decide about this expert: lawful now or why not, and what each asks for."""
        expert = self.get_object()
        mine = [name for name in MOVES if CHANGES[name].may(request.user, expert)]
        return Response([described(name, CHANGES[name], expert) for name in mine])

    @extend_schema(request=schema_of(WhyForm), responses=OneExpertSerializer)
    @action(detail=True, methods=["post"], url_path="moves/suspend")
    def take_suspend(self, request: Request, pk=None) -> Response:
        """Bar the expert from being drawn, for a reason; seats they hold stay theirs."""
        self.changed(request, "suspend")
        return self.fresh(pk)

    @extend_schema(request=schema_of(WhyForm), responses=OneExpertSerializer)
    @action(detail=True, methods=["post"], url_path="moves/reinstate")
    def take_reinstate(self, request: Request, pk=None) -> Response:
        """Let a suspended expert be drawn again."""
        self.changed(request, "reinstate")
        return self.fresh(pk)

    @extend_schema(request=schema_of(CHANGES["availability"].form), responses=OneExpertSerializer)
    @action(detail=True, methods=["post"], url_path="moves/availability")
    def take_availability(self, request: Request, pk=None) -> Response:
        """The expert says whether they can be drawn at present."""
        self.changed(request, "availability")
        return self.fresh(pk)

    @extend_schema(responses=LineSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def history(self, request: Request, pk=None) -> Response:
        """The register about the expert, for the bureau, the auditor and the expert."""
        expert = self.get_object()
        self.refuse_unless(permissions.may_open_qualification(request.user, expert))
        return Response(LineSerializer(list(lines_of(expert, reader=request.user)), many=True).data)

    @extend_schema(responses=ExpertSeatSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def seats(self, request: Request, pk=None) -> Response:
        """On which panels the expert sat, as far as the caller sees those panels."""
        seats = selectors.panels_of_expert(self.get_object(), reader=request.user)
        return Response(ExpertSeatSerializer(seats, many=True).data)

    @extend_schema(request=schema_of(WhyForm), responses=PhoneSerializer)
    @action(detail=True, methods=["post"])
    def phone(self, request: Request, pk=None) -> Response:
        """The whole phone number, for a reason that the register keeps; 403 for an agency before the draw."""
        expert = self.get_object()
        self.refuse_unless(permissions.may_reveal_phone(request.user, expert))
        facts = cleaned(WhyForm(body_of(request)))
        return Response({"phone": services.reveal_phone(expert=expert, **facts, by=request.user)})

    # --- what bars them, when they are away ------------------------------------------------------------------

    @extend_schema(responses=TieSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def ties(self, request: Request, pk=None) -> Response:
        """What was declared, withdrawn declarations included."""
        return Response(TieSerializer(self.get_object().ties.all(), many=True).data)

    @extend_schema(request=schema_of(TieForm), responses={201: TieSerializer}, filters=False)
    @ties.mapping.post
    def declare_tie(self, request: Request, pk=None) -> Response:
        """Declare what the expert had to do with a unit or a person; draws keep them away from it."""
        tie = self.changed(request, "tie")
        return Response(TieSerializer(tie).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=schema_of(WhyForm), responses=TieSerializer, parameters=[TIE], filters=False)
    @action(detail=True, methods=["post"], url_path=r"ties/(?P<tie>\d+)/withdraw", pagination_class=None)
    def withdraw_tie(self, request: Request, pk=None, tie: str = "") -> Response:
        """Take back what was declared in error, with the reason."""
        expert = self.get_object()
        found = get_object_or_404(expert.ties.all(), pk=tie)
        self.refuse_unless(permissions.may_keep_expert(request.user, expert))
        facts = cleaned(WhyForm(body_of(request)))
        return Response(TieSerializer(services.withdraw_tie(tie=found, **facts, by=request.user)).data)

    @extend_schema(responses=AbsenceSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def absences(self, request: Request, pk=None) -> Response:
        """When the expert is away, cancelled absences included."""
        return Response(AbsenceSerializer(self.get_object().absences.all(), many=True).data)

    @extend_schema(request=schema_of(AbsenceForm), responses={201: AbsenceSerializer}, filters=False)
    @absences.mapping.post
    def enter_absence(self, request: Request, pk=None) -> Response:
        """Note days on which the expert cannot review."""
        absence = self.changed(request, "absence")
        return Response(AbsenceSerializer(absence).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=AbsenceSerializer, parameters=[ABSENCE], filters=False)
    @action(
        detail=True, methods=["post"], url_path=r"absences/(?P<absence>\d+)/cancel", pagination_class=None
    )
    def cancel_absence(self, request: Request, pk=None, absence: str = "") -> Response:
        """The expert is there after all."""
        expert = self.get_object()
        found = get_object_or_404(expert.absences.all(), pk=absence)
        self.refuse_unless(permissions.may_set_availability(request.user, expert))
        return Response(AbsenceSerializer(services.cancel_absence(absence=found, by=request.user)).data)

    # --- proofs of qualification -----------------------------------------------------------------------------

    @extend_schema(responses=QualificationSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def qualifications(self, request: Request, pk=None) -> Response:
        """The proofs, for the bureau, the auditor and the expert."""
        return Response(QualificationSerializer(self.proofs(), many=True).data)

    @extend_schema(
        request=schema_of(QualificationForm), responses={201: QualificationSerializer}, filters=False
    )
    @qualifications.mapping.post
    def attach_qualification(self, request: Request, pk=None) -> Response:
        """Bring a proof of title or qualification, as multipart form data."""
        kept = self.changed(request, "qualification")
        return Response(QualificationSerializer(kept).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        parameters=[PROOF_OF_TITLE],
        filters=False,
    )
    @action(detail=True, url_path=r"qualifications/(?P<file>\d+)", pagination_class=None)
    def qualification(self, request: Request, pk=None, file: str = "") -> FileResponse:
        """The bytes of a proof."""
        found = get_object_or_404(self.proofs(), pk=file)
        return send_file(found.file, name=found.name, content_type=found.content_type)

    def proofs(self):
        expert = self.get_object()
        self.refuse_unless(permissions.may_open_qualification(self.request.user, expert))
        return Attachment.objects.about(expert).current()

    def refuse_unless(self, granted: bool) -> None:
        if not granted:
            raise PermissionDenied


def described(name: str, change: Change, expert: Expert) -> dict:
    """A change as ``moves/`` lists it."""
    reason = change.bar(expert)
    refusals = [{"text": reason, "field": "", "clause": "", "url": ""}] if reason else []
    return {
        "action": name,
        "label": str(change.title),
        "allowed": not refusals,
        "refusals": refusals,
        "consequence": str(change.consequence),
        "keyed": False,
        "proof": False,
        "fields": [describe_field(field, box) for field, box in change.form.base_fields.items()],
    }
