"""What stands or stood on the public pages: notices with their days and their items."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from notices import selectors
from notices.forms import PublicityFilter
from notices.models import PublicNotice, PublicNoticeItem
from portal.api.lifecycles import ReadViewSet
from portal.api.serializers import ReadOnly
from records import clock


class PublicItemSerializer(ReadOnly):
    """A line of a notice as everybody reads it; ``ends_on`` is its own last day, later where its clock stood still."""

    co_builders = serializers.ListField(source="co_builder_names", child=serializers.CharField())
    status = serializers.SerializerMethodField()

    class Meta:
        model = PublicNoticeItem
        fields = ("id", "place", "name", "host_name", "county", "co_builders", "status", "ends_on")

    def get_status(self, item: PublicNoticeItem) -> str:
        return item.status(clock.today())


class PublicNoticeSerializer(ReadOnly):
    """``first_last_day`` is the last day as it was announced, ``last_day`` the one that binds."""

    kind = serializers.CharField()
    kind_label = serializers.CharField(source="get_kind_display")
    size = serializers.IntegerField(source="item_count")
    is_running = serializers.SerializerMethodField()
    days_left = serializers.SerializerMethodField()
    code = serializers.CharField(source="document.code", default="")

    class Meta:
        model = PublicNotice
        fields = (
            "id",
            "number",
            "kind",
            "kind_label",
            "title",
            "basis",
            "body",
            "size",
            "first_day",
            "first_last_day",
            "last_day",
            "working_days",
            "provisional",
            "is_running",
            "days_left",
            "posted_at",
            "code",
        )

    def get_is_running(self, notice: PublicNotice) -> bool:
        return notice.is_running(clock.today())

    def get_days_left(self, notice: PublicNotice) -> int:
        return notice.days_left(clock.today())


class OnePublicNoticeSerializer(PublicNoticeSerializer):
    items = serializers.SerializerMethodField()

    class Meta(PublicNoticeSerializer.Meta):
        fields = (*PublicNoticeSerializer.Meta.fields, "items")

    @extend_schema_field(PublicItemSerializer(many=True))
    def get_items(self, notice: PublicNotice) -> list[dict]:
        rows = notice.items.select_related("notice", "corrected_by__notice").order_by("place")
        return PublicItemSerializer(rows, many=True).data


class PublicNoticeViewSet(ReadViewSet):
    """公示公告：公示期、事项及其状态，与公开页面相同。"""

    serializer_class = PublicNoticeSerializer
    filterset_class = PublicityFilter

    def get_serializer_class(self):
        return OnePublicNoticeSerializer if self.action == "retrieve" else PublicNoticeSerializer

    def get_queryset(self):
        return PublicNotice.objects.none() if self.is_described else selectors.public_notices()
