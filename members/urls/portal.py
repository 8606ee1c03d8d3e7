"""Addresses of the portal, where members see their card."""

from django.urls import URLPattern, path

from members.views.portal import card, entrance, person, promises

urlpatterns: list[URLPattern] = [
    path("", card.home, name="portal-home"),
    path("history/", card.history, name="portal-history"),
    path("history/<int:entry_id>/", card.entry_why, name="portal-entry-why"),
    path("you/", person.you, name="portal-you"),
    path("how/", promises.how, name="portal-how"),
    path("terms/", promises.terms, name="portal-terms"),
    path("sign-in/", entrance.sign_in, name="portal-sign-in"),
    path("join/", entrance.join, name="portal-join"),
]
