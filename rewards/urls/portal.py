"""Addresses of a member's rewards and vouchers."""

from django.urls import path

from rewards.views import portal

urlpatterns = [
    path("rewards/", portal.rewards, name="portal-rewards"),
    path("rewards/<int:reward_id>/redeem/", portal.reward_redeem, name="portal-reward-redeem"),
    path("vouchers/<slug:code>/", portal.voucher_show, name="portal-voucher-show"),
    path("vouchers/<slug:code>/cancel/", portal.voucher_cancel, name="portal-voucher-cancel"),
]
