"""Addresses of programs outside the three areas; each area has its own module beside this one."""

from django.urls import URLPattern, path

from programs.views import theme

urlpatterns: list[URLPattern] = [
    path("theme/<slug:merchant>.css", theme.theme_css, name="theme-css"),
]
