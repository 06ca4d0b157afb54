"""The application book as data."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from institutes import book
from institutes.book import standing
from institutes.book.contrast import ADDED, CHANGED, REMOVED, SAME
from institutes.views.workbench import Workbench


class CellSerializer(serializers.Serializer):
    path = serializers.CharField()
    label = serializers.CharField()
    text = serializers.CharField()


class ItemSerializer(serializers.Serializer):
    """A fact, or a table in ``rows``; ``notes`` are the reasons for which it was returned."""

    path = serializers.CharField()
    label = serializers.CharField()
    text = serializers.CharField()
    rows = serializers.SerializerMethodField()
    notes = serializers.ListField(child=serializers.CharField())

    @extend_schema_field(serializers.ListField(child=CellSerializer(many=True)))
    def get_rows(self, item) -> list:
        return [CellSerializer(row, many=True).data for row in item.rows]


class ChapterSerializer(serializers.Serializer):
    """A section as it is read."""

    code = serializers.CharField()
    number = serializers.CharField()
    title = serializers.CharField()
    items = ItemSerializer(many=True)


class ProgressSerializer(serializers.Serializer):
    """``filled`` of what is ``asked`` as it stands."""

    filled = serializers.IntegerField()
    asked = serializers.IntegerField()


class SectionSerializer(serializers.Serializer):
    """A section as it is filled in. ``version`` goes back with the changes."""

    code = serializers.CharField()
    title = serializers.CharField()
    version = serializers.CharField()
    saved_at = serializers.DateTimeField(allow_null=True)
    completeness = serializers.CharField()
    said = serializers.CharField()
    progress = ProgressSerializer()
    answers = serializers.JSONField()


class FaultSerializer(serializers.Serializer):
    """Something missing or wrong, and its box."""

    section = serializers.CharField()
    path = serializers.CharField()
    label = serializers.CharField()
    text = serializers.CharField()
    clause = serializers.CharField()
    url = serializers.CharField()


class BookSerializer(serializers.Serializer):
    """``sections``, ``faults`` and ``progress`` are for the unit; others read ``chapters``.

    ``watermark`` names the reader on what an agency reads blinded; empty for everybody else.
    """

    edition = serializers.CharField(source="application.call.form_edition")
    version = serializers.IntegerField(source="shown.number", default=None, allow_null=True)
    versions = serializers.SerializerMethodField()
    chapters = ChapterSerializer(many=True)
    watermark = serializers.CharField(default="")
    sections = serializers.SerializerMethodField()
    faults = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()

    def get_versions(self, shown) -> list[int]:
        return [version.number for version in shown["versions"]]

    @extend_schema_field(SectionSerializer(many=True))
    def get_sections(self, shown) -> list:
        bench = self.context["bench"]
        rows = [section_as_data(bench, section) for section in bench.declared.sections] if bench else []
        return SectionSerializer(rows, many=True).data

    @extend_schema_field(ProgressSerializer(allow_null=True))
    def get_progress(self, shown) -> dict | None:
        bench = self.context["bench"]
        return ProgressSerializer(bench.progress()).data if bench else None

    @extend_schema_field(FaultSerializer(many=True))
    def get_faults(self, shown) -> list:
        bench = self.context["bench"]
        rows = [fault_as_data(bench, fault) for fault in bench.faults] if bench else []
        return FaultSerializer(rows, many=True).data


def section_as_data(bench: Workbench, section: book.Section) -> dict:
    """A section of the draft with its version and how complete it is."""
    row = bench.rows.get(section.code)
    complete = book.completeness(section, bench.answers, bench.setting)
    return {
        "code": section.code,
        "title": str(section.title),
        "version": str(row.version if row else 0),
        "saved_at": row.saved_at if row else None,
        "completeness": complete.state,
        "said": str(complete.said),
        "progress": book.progress_of(section, bench.answers, bench.setting),
        "answers": row.answers if row else {},
    }


def fault_as_data(bench: Workbench, fault: book.Fault) -> dict:
    """A fault with the way to its box."""
    return {
        "section": fault.section,
        "path": fault.path,
        "label": str(fault.label),
        "text": str(fault.text),
        "clause": fault.clause,
        "url": standing.address_of(bench.application, fault),
    }


class VersionSerializer(serializers.Serializer):
    """A version that was handed in; ``digest`` stands on every page of its paper."""

    number = serializers.IntegerField()
    frozen_at = serializers.DateTimeField()
    digest = serializers.CharField()


class ContrastSerializer(serializers.Serializer):
    path = serializers.CharField()
    label = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()
    kind = serializers.ChoiceField(choices=[SAME, CHANGED, ADDED, REMOVED])
    reasons = serializers.ListField(child=serializers.CharField())


class PartSerializer(serializers.Serializer):
    """A section as two versions have it; the annexes come last."""

    code = serializers.CharField()
    number = serializers.CharField()
    title = serializers.CharField()
    lines = ContrastSerializer(many=True)
