"""Addresses of members outside the three areas; each area has its own module beside this one."""

from django.urls import URLPattern, path

from members.views import entrance

urlpatterns: list[URLPattern] = [
    path("me/", entrance.me_cards, name="me-cards"),
]
