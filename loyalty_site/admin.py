"""The operator's view of the ground."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from loyalty_site.models import AuditEvent, Job, User

admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = "Regulars"


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Facts that nobody edits."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["email", "name", "is_active", "is_staff", "joined_at"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "is_active", "is_staff", "is_superuser", "last_login", "joined_at"]
    readonly_fields = ["last_login", "joined_at"]


@admin.register(Job)
class JobAdmin(LookOnly):
    list_display = ["kind", "merchant_id", "business_on", "state", "started_at", "finished_at"]
    list_filter = ["kind", "state"]


@admin.register(AuditEvent)
class AuditEventAdmin(LookOnly):
    list_display = ["at", "merchant_id", "actor", "action", "subject"]
    list_filter = ["action"]
    date_hierarchy = "at"
