"""Changing many members at once: what is to be done, its review, the job at work, and what came of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.tasks import hint
from loyalty_site.web.htmx import render_failed, render_panel
from loyalty_site.web.paging import page_of
from members.bulk import drafting, running, weighing
from members.exporting import work as exporting
from members.forms.bulk import FileForm, PointsForm, TagForm
from members.listing.choices import known_tags
from members.models import Bulk
from members.reading import bulk as reading
from programs.guards import StaffRequest, staff_required
from programs.models import Role

STATE = Bulk.State
STEPS = [_("Choose members"), _("Say what"), _("Review"), _("Done")]


@staff_required(Role.MANAGER)
@require_safe
def bulk(request: StaffRequest) -> HttpResponse:
    """List the shop's changes to many members, the latest first; drafts are shown to whoever drafts them."""
    seen = request.merchant.bulks.filter(~Q(state=STATE.DRAFT) | Q(author=request.staff))
    page = page_of(seen.select_related("author__user", "undoes").annotate(size=Count("rows")).order_by("-pk"), request)
    rows = [(one, reading.title_of(one)) for one in page]
    return render_panel(request, "members/dashboard/bulk.html", {"page": page, "rows": rows})


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def bulk_show(request: StaffRequest, bulk_id: int) -> HttpResponseBase:
    """Show a change: its form, its review, the job at work or what came of it. A POST says what is to be done."""
    one = bulk_of(request, bulk_id)
    is_asked = request.method == "POST" or is_unsaid(one) or "change" in request.GET
    if one.state == STATE.DRAFT and is_asked and not is_by_file(one):
        return bulk_say(request, one)
    if one.kind == Bulk.Kind.EXPORT:
        return redirect("dashboard-exports", request.merchant.slug)
    context: dict[str, Any] = {"bulk": one, "title": reading.title_of(one), "here": request.path, "steps": STEPS}
    context |= before(one) if one.state in (STATE.DRAFT, STATE.WAITING) else after(one)
    context["may_decide"] = request.staff.pk != one.author_id
    return render_panel(request, "members/dashboard/bulk_show.html", context)


def bulk_of(request: StaffRequest, bulk_id: int) -> Bulk:
    """The shop's change of that number; somebody else's draft is not there."""
    mine = ~Q(state=STATE.DRAFT) | Q(author=request.staff)
    whole = request.merchant.bulks.select_related("merchant", "author__user", "decided_by__user", "program", "undoes")
    return get_object_or_404(whole.select_related("undone_by"), mine, pk=bulk_id)


def is_unsaid(one: Bulk) -> bool:
    return not one.tag and one.points is None and not one.reason


def is_by_file(one: Bulk) -> bool:
    """Whether a file has said each member's own points."""
    return bool(one.reason) and one.points is None


def exported(request: StaffRequest, one: Bulk, form: forms.Form) -> HttpResponseBase | None:
    """Have the file written, and show where it will be; where there may be none, the form says why."""
    try:
        export = drafting.export(one, form.cleaned_data["form"], by=request.staff, now=clock.now())
    except Refused as refusal:
        form.add_error(None, str(refusal.words))
        return None
    if job := exporting.job_of(export):
        hint(job)
    return redirect("dashboard-exports", request.merchant.slug)


def bulk_say(request: StaffRequest, one: Bulk) -> HttpResponseBase:
    """Ask what is to be done with everybody who was chosen, and keep it for the review."""
    now = clock.now()
    form = form_of(one, request.POST or None)
    is_file = one.kind == Bulk.Kind.EXPORT and request.method == "POST"
    if is_file and form.is_valid() and (answer := exported(request, one, form)):
        return answer
    if request.method == "POST" and form.is_valid():
        say = drafting.say_points if one.kind == Bulk.Kind.ADJUST else drafting.say_tag
        say(one, **form.cleaned_data)
        return redirect("dashboard-bulk-show", request.merchant.slug, one.pk)
    context = {"bulk": one, "title": reading.title_of(one), "form": form, "steps": STEPS}
    context |= {
        "count": one.rows.count(),
        "examples": reading.examples(one),
        "tags": known_tags(request.merchant, now=now),
    }
    render = render_failed if form.is_bound else render_panel
    return render(request, "members/dashboard/bulk_say.html", context)


def form_of(one: Bulk, data: Any) -> forms.Form:
    if one.kind == Bulk.Kind.ADJUST:
        said = {"points": one.points, "reason": one.reason} | ({"program": one.program} if one.program else {})
        running_now = list(one.merchant.programs.running().order_by("id"))
        return PointsForm(data, programs=running_now, merchant=one.merchant, initial=said)
    if one.kind == Bulk.Kind.EXPORT:
        return FileForm(data)
    return TagForm(data, initial={"tag": one.tag})


def before(one: Bulk) -> dict[str, Any]:
    """What a change would come to."""
    weight = weighing.weigh(one, now=clock.now())
    return {
        "weight": weight,
        "left_out": reading.left_out(weight.left_out),
        "examples": reading.examples(one),
        "step": 3,
    }


def after(one: Bulk) -> dict[str, Any]:
    """How far the job is, and what came of it."""
    states, left_out = reading.outcome(one)
    chosen = sum(states.values())
    context: dict[str, Any] = {"states": states, "chosen": chosen, "left_out": left_out, "step": 4}
    context["settled"] = chosen - states["waiting"]
    if one.state == STATE.DONE:
        context["step"] = 5
    if one.state == STATE.RUNNING:
        context["job"] = running.job_of(one)
    return context
