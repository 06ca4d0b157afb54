"""The ground tables, to read. Nothing is written here: services write, and the register never changes."""

from django.contrib import admin

from records.models import Attachment, AuditEvent, DayOverride, Deadline, Document, NumberSeries, UpInterval


class ReadOnly(admin.ModelAdmin):
    """A table to look at."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


admin.site.register(
    [Attachment, AuditEvent, DayOverride, Deadline, Document, NumberSeries, UpInterval], ReadOnly
)
