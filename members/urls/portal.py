"""Addresses of the portal, where members see their card."""

from django.urls import URLPattern, path

from members.views.portal import card, entrance, joining, person, privacy, promises, recovery

urlpatterns: list[URLPattern] = [
    path("", card.home, name="portal-home"),
    path("history/", card.history, name="portal-history"),
    path("history/<int:entry_id>/", card.entry_why, name="portal-entry-why"),
    path("you/", person.you, name="portal-you"),
    path("you/consents/", privacy.consents, name="portal-consents"),
    path("you/data/", privacy.data, name="portal-data"),
    path("you/leave/", privacy.leave, name="portal-leave"),
    path("how/", promises.how, name="portal-how"),
    path("terms/", promises.terms, name="portal-terms"),
    path("sign-in/", entrance.sign_in, name="portal-sign-in"),
    path("join/", joining.join, name="portal-join"),
    path("card/", recovery.card_find, name="portal-card-find"),
    path("card/code/", recovery.card_code, name="portal-card-code"),
    path("card/found/", recovery.card_found, name="portal-card-found"),
]
