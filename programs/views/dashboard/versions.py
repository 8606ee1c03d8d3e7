"""The history of a program: every version, any two of them side by side, and what may follow."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.fields import number_in
from loyalty_site.web.htmx import render_failed
from loyalty_site.web.toasts import toast
from programs import lineage, wording
from programs.guards import StaffRequest, staff_required
from programs.lineage import DraftInTheWay, Stage
from programs.models import ProgramVersion, Role
from programs.views.dashboard.studio import Context, studio
from programs.wording import changes


@staff_required(Role.MANAGER)
@require_safe
def versions(request: StaffRequest, code: str) -> HttpResponse:
    """List every version: who published it, when and why, from when it holds, what it changed."""
    return render(request, "programs/dashboard/versions.html", history(request, code))


def history(request: StaffRequest, code: str) -> Context:
    context = studio(request, code)
    return context | {"stages": lineage.stages(context["program"], now=clock.now())}


def stage_of(context: Context, number: int) -> Stage:
    stages: list[Stage] = context["stages"]
    found = next((stage for stage in stages if stage.version.number == number), None)
    if found is None:
        raise Http404
    return found


@staff_required(Role.MANAGER)
@require_safe
def version_show(request: StaffRequest, code: str, version: int) -> HttpResponse:
    """Say all the terms of one version."""
    context = history(request, code)
    stage = stage_of(context, version)
    context |= {"stage": stage, "parts": wording.in_parts(stage.terms, request.merchant.currency)}
    return render(request, "programs/dashboard/version_show.html", context)


@staff_required(Role.MANAGER)
@require_safe
def versions_compare(request: StaffRequest, code: str) -> HttpResponse:
    """Say what lies between two versions, from the one to the other."""
    context = history(request, code)
    last = context["working"].base_number
    old = stage_of(context, asked(request, "from", max(last - 1, 1)))
    new = stage_of(context, asked(request, "to", last))
    between = changes(old.terms, new.terms, request.merchant.currency, places=request.merchant.place_names)
    context |= {"old": old, "new": new, "sides": [old, new], "between": between}
    return render(request, "programs/dashboard/versions_compare.html", context)


def asked(request: StaffRequest, side: str, otherwise: int) -> int:
    """The number of a version that the address names."""
    given = number_in(request.GET.get(side, ""))
    return otherwise if given is None else given


@staff_required(Role.MANAGER)
@require_POST
def version_restore(request: StaffRequest, code: str, version: int) -> HttpResponseBase:
    """Make an old version's terms the draft; asks first where a draft with changes would be lost."""
    context = studio(request, code)
    restored, replaces = version_of(context, version), number_in(request.POST.get("replaces", ""))
    try:
        lineage.restore(restored, replaces=replaces, by=request.user, now=clock.now())
    except DraftInTheWay as refusal:
        context |= {"version": restored, "refusal": refusal}
        return render_failed(request, "programs/dashboard/version_restore.html", context)
    words = _("The terms of version %(number)s are the draft.") % {"number": version}
    toast(request, words, effect=_("Nothing is published yet."))
    return redirect("dashboard-program-show", request.merchant.slug, code)


def version_of(context: Context, number: int) -> ProgramVersion:
    known = ProgramVersion.objects.filter(program=context["program"]).select_related("program__merchant")
    return get_object_or_404(known, number=number)


@staff_required(Role.OWNER)
@require_POST
def version_withdraw(request: StaffRequest, code: str, version: int) -> HttpResponseBase:
    """Keep the terms in force instead of a version that is announced."""
    announced = version_of(studio(request, code), version)
    try:
        made = lineage.withdraw(announced, by=request.user, now=clock.now())
    except Refused as refusal:
        toast(request, str(refusal.words))
    else:
        toast(request, _("Version %(number)s will not begin.") % {"number": version}, effect=made.note)
    return redirect("dashboard-versions", request.merchant.slug, code)
