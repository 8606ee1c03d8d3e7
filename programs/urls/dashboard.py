"""The dashboard's addresses of programs, below /m/<merchant>/."""

from django.urls import URLPattern, path

from programs.views import dashboard

urlpatterns: list[URLPattern] = [
    path("program/", dashboard.program_show, name="dashboard-program-show"),
    path("program/<slug:code>/", dashboard.program_show, name="dashboard-program-show"),
    path("program/<slug:code>/edit/", dashboard.program_edit, name="dashboard-program-edit"),
    path("program/<slug:code>/versions/", dashboard.versions, name="dashboard-versions"),
]
