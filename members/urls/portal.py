"""Addresses of the portal, where members see their card."""

from django.urls import URLPattern, path

from members.views import entrance, portal

urlpatterns: list[URLPattern] = [
    path("", portal.home, name="portal-home"),
    path("history/", portal.history, name="portal-history"),
    path("history/<int:entry_id>/", portal.entry_why, name="portal-entry-why"),
    path("you/", portal.you, name="portal-you"),
    path("sign-in/", entrance.sign_in, name="portal-sign-in"),
    path("join/", entrance.join, name="portal-join"),
]
