"""The dashboard pages of reports."""

from django.urls import path

from reports.views.dashboard import home, radar, replay, worth

urlpatterns = [
    path("", home.home, name="dashboard-home"),
    path("figures/<slug:code>/", home.figure_show, name="dashboard-figure-show"),
    path("program/<slug:code>/holdings/", home.program_holdings, name="dashboard-program-holdings"),
    path("expiring/", home.points_expiring, name="dashboard-points-expiring"),
    path("program/<slug:code>/replay/", replay.program_replay, name="dashboard-program-replay"),
    path("program/<slug:code>/replay/summary/", replay.program_replay_summary, name="dashboard-program-replay-summary"),
    path("members/<str:number>/worth/<slug:code>/", worth.member_worth, name="dashboard-member-worth"),
    path("radar/", radar.radar, name="dashboard-radar"),
    path("radar/limits/", radar.radar_limits, name="dashboard-radar-limits"),
    path("radar/<int:alert_id>/", radar.radar_alert, name="dashboard-radar-alert"),
    path("waiting-refunds/", home.refunds_waiting, name="dashboard-refunds-waiting"),
]
