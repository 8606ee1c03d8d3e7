"""Addresses of reports outside the three areas; each area has its own module beside this one."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
