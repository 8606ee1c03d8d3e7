"""The dashboard's addresses of programs and of the keys to them, below /m/<merchant>/."""

from django.urls import URLPattern, path

from programs.views.dashboard import developer, program

urlpatterns: list[URLPattern] = [
    path("program/", program.program_show, name="dashboard-program-show"),
    path("program/<slug:code>/", program.program_show, name="dashboard-program-show"),
    path("program/<slug:code>/edit/", program.program_edit, name="dashboard-program-edit"),
    path("program/<slug:code>/versions/", program.versions, name="dashboard-versions"),
    path("developer/", developer.developer, name="dashboard-developer"),
    path("developer/keys/add/", developer.key_make, name="dashboard-key-make"),
    path("developer/keys/<int:key_id>/revoke/", developer.key_revoke, name="dashboard-key-revoke"),
]
