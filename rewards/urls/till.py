"""The till's addresses of rewards, below /till/<merchant>/."""

from django.urls import URLPattern, path

from rewards.views import till

urlpatterns: list[URLPattern] = [
    path("members/<str:number>/rewards/", till.rewards, name="till-rewards"),
    path("members/<str:number>/rewards/<int:reward_id>/redeem/", till.reward_redeem, name="till-reward-redeem"),
    path("redemptions/<int:redemption_id>/undo/", till.redemption_undo, name="till-redemption-undo"),
    path("vouchers/", till.voucher_use, name="till-voucher-use"),
]
