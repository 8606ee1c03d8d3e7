"""The ground's pages of a shop's dashboard."""

from django.urls import path

from loyalty_site.views import dashboard

urlpatterns = [
    path("jobs/", dashboard.jobs, name="dashboard-jobs"),
    path("jobs/run/", dashboard.job_run, name="dashboard-job-run"),
]
