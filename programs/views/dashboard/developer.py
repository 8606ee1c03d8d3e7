"""For the shop's own developers: keys of the API, what was asked with them, and where to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import toast
from programs import keys
from programs.forms.developer import KeyForm
from programs.guards import StaffRequest, staff_required
from programs.models import ApiKey, ApiRequest, Merchant, Role

REQUESTS = 25
FIRST_DIGITS = {"done": 2, "refused": 4, "failed": 5}  # of a status


@dataclass(frozen=True, slots=True)
class RequestSheet:
    """Some requests, the newest first, and the one to ask with for older ones (None at the end)."""

    rows: list[ApiRequest]
    older: int | None


@staff_required(Role.MANAGER)
@require_safe
def developer(request: StaffRequest) -> HttpResponse:
    """Show the keys in use and the latest requests, `?status=` of one kind, `?before=` older ones."""
    status = request.GET.get("status", "")
    context = {
        "keys": request.merchant.api_keys.in_use().select_related("author__user"),
        "status": status,
        "choices": choices(),
        "sheet": sheet(request.merchant, status=status, before=request.GET.get("before", "")),
        **example(request),
    }
    return render_panel(request, "programs/dashboard/developer.html", context, partial="requests")


def choices() -> list[dict[str, str]]:
    labels = {"": _("All"), "done": _("Done"), "refused": _("Refused"), "failed": _("Failed")}
    return [{"status": status, "label": label} for status, label in labels.items()]


def sheet(merchant: Merchant, *, status: str, before: str) -> RequestSheet:
    """Cut a page of the log, whose order is that of its numbers."""
    found = merchant.api_requests.select_related("key")
    if status in FIRST_DIGITS:
        found = found.filter(status__gte=100 * FIRST_DIGITS[status], status__lt=100 * (FIRST_DIGITS[status] + 1))
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: REQUESTS + 1])
    return RequestSheet(rows[:REQUESTS], rows[REQUESTS - 1].pk if len(rows) > REQUESTS else None)


def example(request: StaffRequest) -> dict[str, Any]:
    """What stands in the example: the site's own address, and a card of the shop."""
    member = request.merchant.members.order_by("pk").first()
    return {"base": request.build_absolute_uri("/api/v1"), "card": member.number if member else "BL48217730"}


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def key_make(request: StaffRequest) -> HttpResponseBase:
    """Make a key and show it, this one time; sent again, it leads to the list, where the key is."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = keys.make(**form.cleaned_data, by=request.staff, now=clock.now())
        if made is None:
            toast(request, _("This key is made already. It cannot be shown again."))
            return redirect("dashboard-developer", request.merchant.slug)
        context = {"key": made[0], "text": made[1], **example(request)}
        return render(request, "programs/dashboard/key_make_done.html", context)
    return render_panel(request, "programs/dashboard/key_make.html", {"form": form})


@staff_required(Role.MANAGER)
@require_POST
def key_revoke(request: StaffRequest, key_id: int) -> HttpResponseBase:
    key = get_object_or_404(ApiKey, pk=key_id, merchant=request.merchant)
    keys.revoke(key, by=request.staff, now=clock.now())
    toast(request, _("“%(key)s” is out of use.") % {"key": key.name}, effect=_("What used it gets no answer any more."))
    return redirect("dashboard-developer", request.merchant.slug)
