"""The shop itself: its name and place, its colour and logo. The same pages in the first minutes and ever after."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import render_failed, render_panel
from loyalty_site.web.toasts import toast
from programs import colours, furnishing
from programs.forms.shop import SWATCHES, AccentForm, LookForm, SettingsForm
from programs.furnishing import STEPS
from programs.guards import StaffRequest, staff_required
from programs.models import Role

GET_POST = ["GET", "HEAD", "POST"]


@staff_required(Role.OWNER)
@require_http_methods(GET_POST)
def shop_edit(request: StaffRequest) -> HttpResponseBase:
    """Change the shop's name, place and languages; its address stays, for it is printed on cards."""
    is_recorded = furnishing.is_recorded(request.merchant)
    form = SettingsForm(request.POST or None, instance=request.merchant, is_recorded=is_recorded)
    if form.is_valid():
        furnishing.settle(form.instance, form.changed_data, by=request.user, now=clock.now())
        toast(request, _("Saved."))
        return redirect("dashboard-shop-edit", request.merchant.slug)
    if form.errors:
        request.merchant.refresh_from_db()  # the page around the form shows what is kept
    return render_panel(request, "programs/dashboard/shop_edit.html", {"form": form, "is_recorded": is_recorded})


@staff_required(Role.OWNER)
@require_http_methods(GET_POST)
def look_edit(request: StaffRequest) -> HttpResponseBase:
    """Choose colour and logo; a shop without a program goes on to the presets."""
    form = LookForm(request.POST or None, request.FILES or None, merchant=request.merchant)
    if form.is_valid():
        keep(request, form)
        if not request.merchant.programs.exists():
            return redirect("dashboard-program-add", request.merchant.slug)
        toast(request, _("Saved."))
        return redirect("dashboard-look-edit", request.merchant.slug)
    context = {"form": form, "swatches": SWATCHES, "steps": STEPS}
    context["is_starting"] = not request.merchant.programs.exists()
    context |= tried(form.chosen if not form["accent"].errors else request.merchant.accent)
    return (render_failed if form.errors else render)(request, "programs/dashboard/look_edit.html", context)


def keep(request: StaffRequest, form: LookForm) -> None:
    given = form.cleaned_data
    furnishing.furnish(
        request.merchant,
        accent=given["accent"],
        logo=given["logo"],
        drops_logo=bool(given.get("is_logo_removed")),
        by=request.user,
        now=clock.now(),
    )


@staff_required(Role.OWNER)
@require_safe
def look_words(request: StaffRequest) -> HttpResponse:
    """Say how `?accent=` will read; a colour that is not finished yet says nothing."""
    form = AccentForm(request.GET)
    context = tried(form.cleaned_data["accent"]) if form.is_valid() else {}
    return render(request, "programs/dashboard/look_words.html", context)


def tried(accent: str) -> dict[str, Any]:
    """What buttons and cards make of a colour."""
    shown = colours.on_cards(accent)
    contrast = round(colours.contrast_with_white(shown), 1)
    return {"accent": accent, "shown": shown, "is_adjusted": colours.is_adjusted(accent), "contrast": contrast}
