"""The gallery of presets: a new program begins with one, and one that is not live yet can begin anew with another."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import toast
from programs import beginning, terms
from programs.examples import preset_example
from programs.forms.presets import PresetForm
from programs.furnishing import STEPS
from programs.gallery import GALLERY, Preset
from programs.guards import StaffRequest, staff_required
from programs.models import Program, Role
from programs.stairs import Step, stairs

GET_POST = ["GET", "HEAD", "POST"]
HOLES = 10
FULL = [*[True] * 6, *[False] * (HOLES - 6)]


@dataclass(frozen=True, slots=True)
class Offer:
    """A preset as the shop would have it: its example in the shop's own money, its tiers or its punch row."""

    preset: Preset
    example: list[str]
    steps: list[Step]
    holes: list[bool]


@staff_required(Role.OWNER)
@require_http_methods(GET_POST)
def program_add(request: StaffRequest) -> HttpResponseBase:
    """Begin a program with a preset; it goes on in the studio, and nobody else sees it before it is published."""
    is_first = not request.merchant.programs.exists()
    form = PresetForm(request.POST or None, is_named=not is_first, initial={"preset": GALLERY[0].code})
    if form.is_valid() and (program := begun(request, form)):
        return redirect("dashboard-program-show", request.merchant.slug, program.code)
    context = {"form": form, "offers": offers(request), "is_first": is_first, "steps": STEPS}
    return render_panel(request, "programs/dashboard/program_add.html", context)


def begun(request: StaffRequest, form: PresetForm) -> Program | None:
    """Begin the program; None, with the reason on the form, where its name is taken."""
    name = form.cleaned_data.get("name", "")
    try:
        return beginning.begin(request.merchant, form.choice, name=name, by=request.user, now=clock.now())
    except Refused as refusal:
        form.add_error("name" if "name" in form.fields else None, str(refusal.words))
        return None


@staff_required(Role.OWNER)
@require_http_methods(GET_POST)
def program_preset(request: StaffRequest, code: str) -> HttpResponseBase:
    """Begin a program that is not live yet anew, with another preset."""
    program, now = get_object_or_404(request.merchant.programs.select_related("merchant"), code=code), clock.now()
    if program.versions.exists():
        return refused(request, program)
    present = beginning.preset_of(program, now=now)
    form = PresetForm(request.POST or None, is_named=False, initial={"preset": (present or GALLERY[0]).code})
    if form.is_valid():
        try:
            beginning.begin_anew(program, form.choice, by=request.user, now=now)
        except beginning.AlreadyLive:
            return refused(request, program)
        toast(request, _("The draft begins with “%(preset)s” now.") % {"preset": form.choice.name})
        return redirect("dashboard-program-show", request.merchant.slug, program.code)
    context = {"form": form, "offers": offers(request), "program": program, "is_edited": present is None}
    return render_panel(request, "programs/dashboard/program_preset.html", context)


def refused(request: StaffRequest, program: Program) -> HttpResponse:
    toast(request, str(beginning.AlreadyLive().words))
    return redirect("dashboard-program-show", request.merchant.slug, program.code)


def offers(request: StaffRequest) -> list[Offer]:
    """The gallery in the shop's money and languages."""
    return [offer(preset, request) for preset in GALLERY]


def offer(preset: Preset, request: StaffRequest) -> Offer:
    merchant = request.merchant
    document = preset.document_for(merchant)
    example = preset_example(document, merchant, now=clock.now())
    holes = FULL if preset.code == "stamps" else []
    return Offer(preset, example, stairs(terms.parse(document), merchant.currency), holes)
