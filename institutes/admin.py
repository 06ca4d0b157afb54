"""Recognition, to read: services write."""

from django.contrib import admin

from institutes.models import (
    Application,
    ApplicationSection,
    ApplicationVersion,
    Call,
    CallExtension,
    ChainMember,
    ChainProposal,
    ChainSegment,
    ChainSource,
    Commitment,
    DecisionBatch,
    DecisionItem,
    FormalCheck,
    IndustryChain,
    Institute,
    Milestone,
    ProgressReport,
    ProgressValue,
    Recognition,
    RecognitionEdition,
    RecommendationList,
    ReturnReason,
    SiteVisit,
    StageReached,
)


class ReadOnly(admin.ModelAdmin):
    """A table to look at."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Call)
class CallAdmin(ReadOnly):
    list_display = ("title", "number", "year", "state", "opens_at", "closes_at")
    list_filter = ("state", "year")


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    list_display = ("institute_name", "number", "host", "division", "state", "state_since")
    list_filter = ("state", "division")
    list_select_related = ("host", "division")
    search_fields = ("institute_name", "number", "host__name")


@admin.register(Recognition)
class RecognitionAdmin(ReadOnly):
    list_display = ("certificate_number", "institute", "recognised_on", "revoked_at")
    list_filter = ("year",)
    list_select_related = ("institute",)
    search_fields = ("certificate_number", "institute__name")


admin.site.register(
    [
        ApplicationSection,
        ApplicationVersion,
        CallExtension,
        ChainMember,
        ChainProposal,
        ChainSegment,
        ChainSource,
        Commitment,
        DecisionBatch,
        DecisionItem,
        FormalCheck,
        IndustryChain,
        Institute,
        Milestone,
        ProgressReport,
        ProgressValue,
        RecognitionEdition,
        RecommendationList,
        ReturnReason,
        SiteVisit,
        StageReached,
    ],
    ReadOnly,
)
