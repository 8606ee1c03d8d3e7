"""The operator's view of rewards and of what was redeemed."""

from django.contrib import admin

from loyalty_site.admin import LookOnly
from rewards.models import Redemption, Reward


@admin.register(Reward)
class RewardAdmin(LookOnly):
    """Rewards are the shop's to change, on its dashboard."""

    list_display = ("name", "merchant", "program", "points_price", "stock", "is_active")
    list_select_related = ("merchant", "program")
    list_filter = ("merchant", "is_active")
    search_fields = ("name",)


@admin.register(Redemption)
class RedemptionAdmin(LookOnly):
    show_full_result_count = False
    list_display = ("code", "merchant", "reward", "points", "state", "redeemed_at", "used_at")
    list_select_related = ("merchant", "reward")
    list_filter = ("merchant", "state")
    search_fields = ("=code", "=reference")
    ordering = ("-pk",)
