"""Addresses of programs outside the three areas; each area has its own module beside this one."""

from django.urls import URLPattern, path

from programs.views import logo, start, start_invitation, theme

urlpatterns: list[URLPattern] = [
    path("start/", start.owner, name="start-owner"),
    path("start/password/", start.password, name="start-password"),
    path("start/shop/", start.shop, name="start-shop"),
    path("start/shop/address/", start.address, name="start-address"),
    path("join/<str:token>/", start_invitation.invitation, name="start-invitation"),
    path("logo/<slug:merchant>/<slug:digest>.webp", logo.logo_webp, name="logo-webp"),
    path("theme/<slug:merchant>.css", theme.theme_css, name="theme-css"),
]
