"""Adjusting points by a file: choosing it; its review is that of any change to many members."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from loyalty_site.web import uploads
from loyalty_site.web.htmx import render_failed, render_panel
from members.bulk import by_file
from members.bulk.by_file import Found
from members.csv_files import Unreadable
from members.forms.bulk_file import PointsFileForm
from members.views.dashboard.bulk import STEPS
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_file(request: StaffRequest) -> HttpResponseBase:
    """Take a file of members and points, and go on to the review; a file with faults changes nothing and names them."""
    form = PointsFileForm(request.POST or None, request.FILES or None, merchant=request.merchant)
    found = read(request, form) if form.is_valid() else None
    if found and not found.faults:
        said = {name: form.cleaned_data[name] for name in ("program", "reason", "reference")}
        drafted = by_file.draft(found, **said, by=request.staff, now=clock.now())
        return redirect("dashboard-bulk-show", request.merchant.slug, drafted.pk)
    context = {"form": form, "steps": STEPS, "faults": found.sentences if found else []}
    answer = render_failed if form.is_bound else render_panel
    return answer(request, "members/dashboard/bulk_file.html", context)


def read(request: StaffRequest, form: PointsFileForm) -> Found | None:
    """What the file holds; None, with the reason on the form, for one that cannot be read."""
    file = form.cleaned_data["file"]
    try:
        with uploads.on_disk(file) as path:
            return by_file.read(path, file.name, merchant=request.merchant)
    except Unreadable as problem:
        form.add_error("file", str(problem))
        return None
