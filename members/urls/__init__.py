"""Addresses of members outside the three areas; each area has its own module beside this one."""

from django.urls import URLPattern, path

from members.views import me

urlpatterns: list[URLPattern] = [
    path("me/", me.cards, name="me-cards"),
]
