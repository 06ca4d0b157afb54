"""People and organisations, to read: services write."""

from django.contrib import admin

from accounts.models import AccountEdition, Division, Letter, Membership, Organisation, User


class ReadOnly(admin.ModelAdmin):
    """A table to look at."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(ReadOnly):
    list_display = ("username", "name", "is_active", "last_login")
    search_fields = ("username", "name")
    exclude = ("password", "mobile", "groups", "user_permissions", "is_superuser")


@admin.register(Organisation)
class OrganisationAdmin(ReadOnly):
    list_display = ("name", "kind", "division", "state")
    list_filter = ("kind", "state", "division")
    search_fields = ("name", "uscc")
    exclude = ("contact_mobile",)


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    list_display = ("user", "organisation", "role", "state", "since", "until")
    list_filter = ("role", "state")
    list_select_related = ("user", "organisation")


admin.site.register([AccountEdition, Division, Letter], ReadOnly)
