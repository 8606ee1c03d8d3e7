"""The operator's view of shops: their settings, places and people. Shops open by command, terms are published."""

from django.contrib import admin
from django.http import HttpRequest

from loyalty_site.admin import LookOnly
from programs.models import Location, Merchant, ProgramVersion, Staff


class NeverDeleted(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that history points at."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Merchant)
class MerchantAdmin(NeverDeleted):
    list_display = ["name", "slug", "currency", "zone_name", "created_at"]
    fields = [
        "name", "slug", "currency", "zone_name", "language", "other_languages", "country", "accent", "card_prefix",
        "card_digits", "created_at",
    ]  # fmt: skip
    readonly_fields = ["slug", "currency", "zone_name", "created_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Location)
class LocationAdmin(NeverDeleted):
    list_display = ["name", "code", "merchant", "is_online"]
    list_filter = ["merchant"]


@admin.register(Staff)
class StaffAdmin(NeverDeleted):
    list_display = ["user", "merchant", "role", "location", "is_active"]
    list_filter = ["merchant", "role"]
    list_select_related = ["user", "merchant", "location"]
    autocomplete_fields = ["user"]


@admin.register(ProgramVersion)
class ProgramVersionAdmin(LookOnly):
    list_display = ["program", "number", "effective_at", "author", "note"]
    list_filter = ["program__merchant"]
    list_select_related = ["program", "author"]
