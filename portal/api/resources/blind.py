"""The blinded package: what was found to its officers, its state and fingerprint to whoever runs the review."""

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation import selectors
from evaluation.desk import PACKAGE_DESK
from evaluation.forms import PackageFilter
from evaluation.models import BlindFile, BlindPackage
from portal.api.lifecycles import LifecycleViewSet
from portal.api.serializers import CaseSerializer


class BlindPackageSerializer(CaseSerializer):
    """A package: never what was found in it."""

    code = serializers.CharField(source="panel.code")
    panel = serializers.IntegerField(source="panel_id")
    open_hits = serializers.IntegerField()

    class Meta:
        model = BlindPackage
        fields = (
            *CaseSerializer.CASE,
            "code",
            "panel",
            "open_hits",
            "scanned_at",
            "issue",
            "fingerprint",
            "frozen_at",
        )


class HitSerializer(serializers.Serializer):
    """A place that was found, with its words around it; how it was settled, by whom and why.

    ``kind`` says whose words they are, ``file`` in which annex they stand (null: in the book). A place of the book is
    settled by itself, an annex as a whole.
    """

    id = serializers.IntegerField()
    kind = serializers.CharField()
    file = serializers.IntegerField(source="file.number", default=None, allow_null=True)
    place = serializers.CharField()
    before = serializers.CharField()
    found = serializers.CharField()
    after = serializers.CharField()
    code = serializers.CharField()
    answer = serializers.CharField()
    replacement = serializers.CharField()
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField(allow_null=True)
    asked_by = serializers.CharField(source="asked_by.name", default=None, allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = serializers.CharField(source="answered_by.name", default=None, allow_null=True)


class BlindFileSerializer(serializers.Serializer):
    """An annex by its number: whether it could be searched, and whether it goes to the experts."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    finding = serializers.CharField()
    gap = serializers.CharField()
    choice = serializers.CharField()
    released = serializers.BooleanField(source="is_released")
    reason = serializers.CharField()
    asked_at = serializers.DateTimeField(allow_null=True)
    asked_by = serializers.CharField(source="asked_by.name", default=None, allow_null=True)
    chosen_at = serializers.DateTimeField(allow_null=True)
    chosen_by = serializers.CharField(source="chosen_by.name", default=None, allow_null=True)

    def to_representation(self, file: BlindFile) -> dict:
        """Reasons, and who gave them, only to those who may know whose application it is."""
        found = super().to_representation(file)
        kept_back = {"reason": "", "asked_by": None, "chosen_by": None}
        return found if self.context.get("reads") else found | kept_back


class BlindPackageViewSet(LifecycleViewSet):
    """盲审包。系统检索，市科技局逐处核对后冻结；冻结前不能抽取专家。"""

    desk = PACKAGE_DESK
    serializer_class = BlindPackageSerializer
    filterset_class = PackageFilter

    @extend_schema(responses=HitSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def hits(self, request: Request, pk=None) -> Response:
        """What was found in book and annexes; 403 for whoever must not know whose application it is."""
        package = self.get_object()
        if not selectors.reads_findings(request.user):
            raise PermissionDenied
        return Response(HitSerializer(selectors.all_hits_of(package), many=True).data)

    @extend_schema(responses=BlindFileSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def files(self, request: Request, pk=None) -> Response:
        """Every annex by its number."""
        files, reads = selectors.files_of(self.get_object()), selectors.reads_findings(request.user)
        return Response(BlindFileSerializer(files, many=True, context={"reads": reads}).data)
