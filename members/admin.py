"""The operator's view of members and what they hold. What the ledger wrote is looked at, never edited.

No list counts its whole table: these are the tables that grow.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from loyalty_site.admin import LookOnly
from members.models import Account, Adjustment, LedgerEntry, Member, Notice, Order, PointsLot, Refund, TierChange


class Large(LookOnly):
    """Facts of a table with millions of rows: newest first, found by number."""

    show_full_result_count = False
    ordering = ("-pk",)
    list_per_page = 50


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Members are enrolled and merged by the shop; here an operator may correct a name or block a card."""

    show_full_result_count = False
    list_display = ("number", "name", "email", "phone", "merchant", "joined_at", "is_blocked")
    list_select_related = ("merchant",)
    list_filter = ("merchant", "is_blocked")
    search_fields = ("=number", "name", "email", "phone")
    fields = (
        "merchant",
        "number",
        "customer_number",
        "name",
        "email",
        "phone",
        "born_on",
        "language",
        "is_blocked",
        "blocked_reason",
        "joined_at",
    )
    readonly_fields = ("merchant", "number", "customer_number", "joined_at")
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Account)
class AccountAdmin(Large):
    list_display = ("member", "program", "balance", "debt", "tier_code", "qualifying", "last_activity_at")
    list_select_related = ("member", "program")
    list_filter = ("program",)
    search_fields = ("=member__number",)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(Large):
    list_display = (
        "pk",
        "member",
        "program",
        "kind",
        "points",
        "balance_after",
        "occurred_at",
        "posted_at",
        "reference",
    )
    list_filter = ("program", "kind")
    search_fields = ("=account__member__number", "=reference")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        return super().get_queryset(request).select_related("account__member", "program")

    @admin.display
    def member(self, entry: LedgerEntry) -> Member:
        return entry.account.member


@admin.register(PointsLot)
class PointsLotAdmin(Large):
    list_display = ("pk", "account_id", "program", "points", "remaining", "available_at", "expires_at")
    list_select_related = ("program",)
    list_filter = ("program",)


@admin.register(TierChange)
class TierChangeAdmin(Large):
    list_display = ("account_id", "program", "from_code", "to_code", "cause", "changed_at")
    list_select_related = ("program",)
    list_filter = ("program", "cause")


@admin.register(Order)
class OrderAdmin(Large):
    list_display = ("reference", "source", "merchant", "member", "amount", "refunded", "placed_at")
    list_select_related = ("merchant", "member")
    list_filter = ("merchant", "source")
    search_fields = ("=reference", "=member__number")


@admin.register(Refund)
class RefundAdmin(Large):
    list_display = ("reference", "order_reference", "source", "merchant", "amount", "refunded_at")
    list_select_related = ("merchant",)
    list_filter = ("merchant", "source")
    search_fields = ("=reference", "=order_reference")


@admin.register(Adjustment)
class AdjustmentAdmin(Large):
    list_display = ("account_id", "merchant", "points", "reason", "state", "author", "decided_by", "created_at")
    list_select_related = ("merchant", "author__user", "decided_by__user")
    list_filter = ("merchant", "state")


@admin.register(Notice)
class NoticeAdmin(Large):
    """The outbox: what waits for the mail server, or was given up, and why. One that failed can be tried again."""

    list_display = (
        "account_id",
        "program",
        "kind",
        "notice_on",
        "subject_on",
        "state",
        "attempt",
        "due_at",
        "sent_at",
        "error",
    )
    list_select_related = ("program",)
    list_filter = ("state", "kind", "program")
    search_fields = ("=account__member__number",)
    actions = ("try_again",)

    @admin.action(description=_("Mail again"))
    def try_again(self, request: HttpRequest, chosen: QuerySet[Notice]) -> None:
        """Put notices that were given up, or that wait for their next attempt, back to the front of the outbox."""
        count = Notice.objects.filter(pk__in=chosen).mail_again()
        words = ngettext("%(count)d notice is mailed now.", "%(count)d notices are mailed now.", count)
        self.message_user(request, words % {"count": count})
