"""The operator's view of the ground."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty_site import clock, tasks
from loyalty_site.jobs import open_job
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
    actions = ["run_again"]

    @admin.action(description=_("Run again"))
    def run_again(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        """Plan the chosen jobs anew and hand them to the workers; each finds by query what is left to do."""
        now = clock.now()
        for job in chosen:
            again = open_job(job.kind, job.merchant_id, job.business_on, again=True, subject_id=job.subject_id)
            AuditEvent.objects.create(
                at=now, merchant_id=job.merchant_id, actor_id=request.user.pk, action="job-run", subject=str(job)
            )
            tasks.hint(again)
        words = ngettext("%(count)d job starts now.", "%(count)d jobs start now.", len(chosen))
        self.message_user(request, words % {"count": len(chosen)})


@admin.register(AuditEvent)
class AuditEventAdmin(LookOnly):
    list_display = ["at", "merchant_id", "actor", "action", "subject"]
    list_filter = ["action"]
    date_hierarchy = "at"
