"""The dashboard's addresses of rewards, below /m/<merchant>/."""

from django.urls import URLPattern, path

from rewards.views import dashboard

urlpatterns: list[URLPattern] = [
    path("rewards/", dashboard.rewards, name="dashboard-rewards"),
    path("rewards/add/", dashboard.reward_add, name="dashboard-reward-add"),
    path("members/<str:number>/rewards/", dashboard.member_redemptions, name="dashboard-member-redemptions"),
    path("rewards/<int:reward_id>/", dashboard.reward_edit, name="dashboard-reward-edit"),
]
