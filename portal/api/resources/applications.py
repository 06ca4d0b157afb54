"""Applications: the case, its book section by section, its annexes."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Organisation
from institutes import book, selectors, services
from institutes.desk import APPLICATION_DESK
from institutes.forms.county import IntegrityForm
from institutes.forms.files import AnnexForm
from institutes.forms.filters import ApplicationFilter
from institutes.models import Application, Call, IntegrityCheck
from institutes.permissions import may, may_read_integrity, may_record_integrity
from institutes.selectors import calls_visible_to, takeover_of
from institutes.views.annexes import limit_of
from institutes.views.applicant import book_context
from institutes.views.calls import units_of
from institutes.views.rows import PRESENT, TEMPLATE, RowsBench, sent
from institutes.views.versions import Choice, choices_for, compared
from institutes.views.workbench import Workbench
from portal.api.forms import body_of, cleaned, schema_of
from portal.api.lifecycles import CreatingViewSet, Creator, LifecycleViewSet
from portal.api.problems import Malformed
from portal.api.resources.books import (
    BookSerializer,
    PartSerializer,
    SectionSerializer,
    VersionSerializer,
    section_as_data,
)
from portal.api.resources.criteria import CriteriaActions
from portal.api.resources.formal import FormalActions
from portal.api.resources.rows import RowsSerializer, store_rows
from portal.api.serializers import CaseSerializer, Named, Place, ReadOnly
from records.attachments import former_versions
from records.models import Attachment
from records.sheets import XLSX
from records.views import send_file

VERSIONS = [
    *(OpenApiParameter(name, int, OpenApiParameter.PATH) for name in ("old", "new")),
    OpenApiParameter("whole", bool, OpenApiParameter.QUERY),
]
TELLING = ("segment", "chain_role", "closing_reason", "county_rank")
"""What may tell an agency whose application it is, besides the name, the host and the county."""


class ApplicationSerializer(CaseSerializer):
    """Name, host and county stay empty for the agency until the experts have found for it."""

    call = Named()
    institute_name = serializers.CharField(source="shown_name")
    host = Named(source="shown_host", allow_null=True)
    division = Place(source="shown_division", allow_null=True)
    chain = Named(allow_null=True)
    segment = Named(allow_null=True)
    chain_role = serializers.CharField(allow_null=True)
    closing_reason = serializers.CharField(allow_null=True)

    class Meta:
        model = Application
        fields = (
            *CaseSerializer.CASE,
            "number",
            "institute_name",
            "call",
            "host",
            "division",
            "chain",
            "segment",
            "chain_role",
            "begun_at",
            "submitted_at",
            "received_at",
            "county_rank",
            "reviewed_at",
            "review_score",
            "review_opinion",
            "decided_at",
            "minute_number",
            "recognised_at",
            "closed_at",
            "closing_reason",
        )

    def to_representation(self, application: Application) -> dict:
        found = super().to_representation(application)
        if not application.county_signed_at and not may_read_integrity(
            self.context["request"].user, application
        ):
            found["county_rank"] = None
        return found | dict.fromkeys(TELLING) if application.is_blinded else found


class BeginForm(forms.Form):
    """In which call, for which of the person's units."""

    call = forms.ModelChoiceField(label="申报通知", queryset=Call.objects.none())
    host = forms.ModelChoiceField(label="申报单位", queryset=Organisation.objects.none())

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["call"].queryset = calls_visible_to(user)
        units = [unit.pk for unit in units_of(user)]
        self.fields["host"].queryset = Organisation.objects.filter(pk__in=units)


class ChangesSerializer(serializers.Serializer):
    """``version`` is that of the section as it was read; ``changes`` are values by path, as the book names them."""

    section = serializers.CharField()
    version = serializers.CharField()
    changes = serializers.DictField()


class TakeoverSerializer(serializers.Serializer):
    """Sections that can be taken over from the unit's last application, and how many boxes each would fill."""

    sections = serializers.DictField(child=serializers.IntegerField())


class ChosenSerializer(serializers.Serializer):
    sections = serializers.ListField(child=serializers.CharField(), allow_empty=False)


class AttachmentSerializer(ReadOnly):
    uploaded_by = serializers.CharField(source="uploaded_by.name")

    class Meta:
        model = Attachment
        fields = (
            "id",
            "kind",
            "name",
            "content_type",
            "size",
            "sha256",
            "uploaded_at",
            "uploaded_by",
            "version",
        )


class IntegritySerializer(ReadOnly):
    class Meta:
        model = IntegrityCheck
        fields = ("id", "item", "result", "note", "checked_on", "source", "evidence", "recorded_at")


UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "required": ["kind", "file"],
        "properties": {
            "kind": {"type": "string"},
            "file": {"type": "string", "format": "binary"},
            "replaces": {"type": "integer", "description": "the annex whose next version this is"},
        },
    }
}
FILE = OpenApiParameter("file", int, OpenApiParameter.PATH)
TABLE = [
    OpenApiParameter("section", str, OpenApiParameter.PATH),
    OpenApiParameter("table", str, OpenApiParameter.PATH),
]
FILLED = OpenApiParameter("filled", bool, OpenApiParameter.QUERY, description="with the present rows")


@extend_schema_view(confirm_passes=extend_schema(responses=ApplicationSerializer(many=True)))
class ApplicationViewSet(FormalActions, CriteriaActions, LifecycleViewSet, CreatingViewSet):
    """认定申报。单位分节填报、提交；以后各环节的办理都是 moves。"""

    desk = APPLICATION_DESK
    serializer_class = ApplicationSerializer
    filterset_class = ApplicationFilter
    creator = Creator(
        lambda user: bool(units_of(user)), BeginForm, services.begin_application, takes_user=True
    )

    def own(self) -> Application:
        """The application, for whoever fills it in: 403 for others who see it."""
        application = self.get_object()
        if not may(self.request.user, "submit", application):
            raise PermissionDenied
        return application

    def files_of(self, application: Application) -> list[Attachment]:
        """The annexes that this person may open."""
        found, reader = Attachment.objects.about(application).current(), self.request.user
        return [file for file in found if self.desk.opens_files(reader, application, file.kind)]

    @extend_schema(request=ChangesSerializer, responses=SectionSerializer)
    def partial_update(self, request: Request, pk=None) -> Response:
        """Store what was changed in one section. 409 with ``clashes`` where somebody changed the same boxes."""
        application = self.own()
        asked = ChangesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = asked.validated_data
        refuse_malformed(Workbench(application, facts["section"]), facts["changes"])
        services.save_section(application=application, by=request.user, **facts)
        bench = Workbench(application, facts["section"])
        return Response(SectionSerializer(section_as_data(bench, bench.section)).data)

    @extend_schema(responses=BookSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def book(self, request: Request, pk=None) -> Response:
        """The application book as the caller may read it; for its unit also the answers, what is missing and where."""
        application = self.get_object()
        shown = book_context(request, application)
        bench = Workbench(application) if may(request.user, "submit", application) else None
        return Response(BookSerializer(shown, context={"bench": bench}).data)

    @extend_schema(responses=TakeoverSerializer, filters=False)
    @action(detail=True, pagination_class=None)
    def prefill(self, request: Request, pk=None) -> Response:
        """What could be taken over from the unit's last application now, by section."""
        found = takeover_of(self.own())
        return Response({"sections": {code: len(values) for code, values in found.items()}})

    @extend_schema(request=ChosenSerializer, responses=TakeoverSerializer, filters=False)
    @prefill.mapping.post
    def take_over(self, request: Request, pk=None) -> Response:
        """Fill the empty boxes of ``sections`` from the unit's last application."""
        application = self.own()
        asked = ChosenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        filled = services.prefill_application(
            application=application, by=request.user, **asked.validated_data
        )
        return Response({"sections": filled})

    @extend_schema(responses={(200, XLSX): OpenApiTypes.BINARY}, parameters=[*TABLE, FILLED], filters=False)
    @action(
        detail=True, url_path=r"tables/(?P<section>[a-z0-9_]+)/(?P<table>[a-z0-9_]+)", pagination_class=None
    )
    def table(self, request: Request, pk=None, section: str = "", table: str = "") -> HttpResponse:
        """The workbook of a table: empty to fill in, or ``filled=true`` with the present rows."""
        desk = RowsBench(Workbench(self.own(), section), table)
        return sent(desk, PRESENT if request.query_params.get("filled") == "true" else TEMPLATE)

    @extend_schema(
        request={"application/json": RowsSerializer, "multipart/form-data": RowsSerializer},
        responses=SectionSerializer,
        parameters=TABLE,
        filters=False,
    )
    @table.mapping.post
    def fill_table(self, request: Request, pk=None, section: str = "", table: str = "") -> Response:
        """Add rows to a table or replace them all: a list of objects, or the workbook. All or nothing."""
        application = self.own()
        store_rows(request, RowsBench(Workbench(application, section), table))
        bench = Workbench(application, section)
        return Response(SectionSerializer(section_as_data(bench, bench.section)).data)

    def handed_in(self) -> tuple[Application, list[Choice]]:
        """The application with its versions, for who may keep the book: 404 for others."""
        mine = selectors.applications_with_book(self.request.user)
        application = get_object_or_404(mine, pk=self.get_object().pk)
        return application, [one for one in choices_for(self.request.user, application) if one.version]

    @extend_schema(responses=VersionSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def versions(self, request: Request, pk=None) -> Response:
        """The versions of the book that were handed in, oldest first."""
        _application, choices = self.handed_in()
        return Response(VersionSerializer([one.version for one in choices], many=True).data)

    @extend_schema(responses=PartSerializer(many=True), parameters=VERSIONS, filters=False)
    @action(
        detail=True,
        url_path=r"versions/(?P<old>\d+)/compare/(?P<new>\d+)",
        url_name="versions-compare",
        pagination_class=None,
    )
    def compare(self, request: Request, pk=None, old: str = "", new: str = "") -> Response:
        """What differs between two versions, section by section; ``?whole=1`` also what does not."""
        application, choices = self.handed_in()
        by_code = {one.code: one for one in choices}
        if not {old, new} <= set(by_code):
            raise Http404
        whole = bool(request.query_params.get("whole"))
        parts = compared(request.user, application, by_code[old], by_code[new], whole=whole)
        return Response(PartSerializer(parts, many=True).data)

    @extend_schema(responses=IntegritySerializer(many=True), filters=False)
    @action(detail=True, url_path="integrity-checks", pagination_class=None)
    def integrity_checks(self, request: Request, pk=None) -> Response:
        """What the county looked up about the host, the oldest first; of an item the last one counts."""
        application = self.get_object()
        if not may_read_integrity(request.user, application):
            raise PermissionDenied
        return Response(IntegritySerializer(application.integrity_checks.order_by("pk"), many=True).data)

    @extend_schema(
        request={"multipart/form-data": schema_of(IntegrityForm)["multipart/form-data"]},
        responses={201: IntegritySerializer},
        filters=False,
    )
    @integrity_checks.mapping.post
    def record_integrity(self, request: Request, pk=None) -> Response:
        """Enter a look-up with its proof, as multipart form data."""
        application = self.get_object()
        if not may_record_integrity(request.user, application):
            raise PermissionDenied
        facts = cleaned(IntegrityForm(body_of(request), request.FILES, application=application))
        check = services.record_integrity(application=application, by=request.user, **facts)
        return Response(IntegritySerializer(check).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=AttachmentSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def attachments(self, request: Request, pk=None) -> Response:
        """The annexes as they are now."""
        files = self.files_of(self.get_object())
        return Response(AttachmentSerializer(files, many=True).data)

    @extend_schema(request=UPLOAD, responses={201: AttachmentSerializer}, filters=False)
    @attachments.mapping.post
    def attach(self, request: Request, pk=None) -> Response:
        """Add an annex: ``kind`` and ``file`` as multipart form data; with ``replaces``, in the place of another."""
        bench = Workbench(self.own())
        facts = cleaned(
            AnnexForm(
                body_of(request),
                request.FILES,
                declared=bench.declared,
                limit=limit_of(bench),
                present=bench.files,
            )
        )
        kept = services.attach(
            application=bench.application,
            kind=facts["kind"],
            upload=facts["file"],
            by=request.user,
            replaces=facts["replaces"],
        )
        return Response(AttachmentSerializer(kept).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, parameters=[FILE], filters=False
    )
    @action(detail=True, url_path=r"attachments/(?P<file>\d+)", pagination_class=None)
    def attachment(self, request: Request, pk=None, file: str = "") -> FileResponse:
        """The bytes of an annex."""
        found = get_object_or_404(Attachment.objects.about(self.get_object()), pk=file)
        if not self.desk.opens_files(request.user, self.get_object(), found.kind):
            raise Http404
        return send_file(found.file, name=found.name, content_type=found.content_type)

    @extend_schema(responses=AttachmentSerializer(many=True), parameters=[FILE], filters=False)
    @action(
        detail=True,
        url_path=r"attachments/(?P<file>\d+)/versions",
        url_name="attachment-versions",
        pagination_class=None,
    )
    def attachment_versions(self, request: Request, pk=None, file: str = "") -> Response:
        """An annex and what it stands in the place of, the newest first; each can be opened by its id."""
        application = self.get_object()
        rows = Attachment.objects.about(application).select_related("uploaded_by")
        found = get_object_or_404(rows, pk=file)
        if not self.desk.opens_files(request.user, application, found.kind):
            raise Http404
        every = [found, *former_versions([found])[found.pk]]
        return Response(AttachmentSerializer(every, many=True).data)

    @extend_schema(responses={204: None}, parameters=[FILE], filters=False)
    @attachment.mapping.delete
    def detach(self, request: Request, pk=None, file: str = "") -> Response:
        """Take an annex out of the draft."""
        application = self.own()
        found = get_object_or_404(Attachment.objects.about(application), pk=file)
        services.remove(application=application, attachment=found, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def refuse_malformed(bench: Workbench, changes: dict) -> None:
    """422 for a section that the book does not have and for values that cannot be what their box asks for."""
    section = bench.declared.section(bench.code)
    if section is None:
        raise Malformed({"section": [_("申报书中没有这一部分。")]})
    row = bench.rows.get(bench.code)
    if errors := book.checked(section, changes, bench.setting, row.answers if row else {}).errors:
        raise Malformed({path: [str(text) for text in texts] for path, texts in errors.items()})
