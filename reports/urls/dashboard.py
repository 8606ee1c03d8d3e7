"""The dashboard pages of reports."""

from django.urls import path

from reports.views import dashboard, replay

urlpatterns = [
    path("", dashboard.home, name="dashboard-home"),
    path("figures/<slug:code>/", dashboard.figure_show, name="dashboard-figure-show"),
    path("program/<slug:code>/holdings/", dashboard.program_holdings, name="dashboard-program-holdings"),
    path("expiring/", dashboard.points_expiring, name="dashboard-points-expiring"),
    path("program/<slug:code>/replay/", replay.program_replay, name="dashboard-program-replay"),
    path("program/<slug:code>/replay/summary/", replay.program_replay_summary, name="dashboard-program-replay-summary"),
    path("waiting-refunds/", dashboard.refunds_waiting, name="dashboard-refunds-waiting"),
]
