"""Whether a program runs: one page that says what a pause and an end mean, and the four ways on."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_failed
from loyalty_site.web.toasts import toast
from programs import stopping, wording
from programs.forms.stopping import CloseForm, StateForm, add_faults
from programs.guards import StaffRequest, staff_required
from programs.models import ProgramVersion, Role
from programs.phases import ENDED, phase_of
from programs.stopping import State
from programs.terms import TermsRefused
from programs.views.dashboard.studio import Context, studio

PAGE = "programs/dashboard/program_state.html"


@staff_required(Role.OWNER)
@require_safe
def program_state(request: StaffRequest, code: str) -> HttpResponse:
    """Say how the program stands, and what a pause or an end would mean."""
    context = page(request, code)
    if context["working"].live is None:
        toast(request, _("This program is not live yet."))
        return redirect("dashboard-program-show", request.merchant.slug, code)
    return render(request, PAGE, context)


def page(request: StaffRequest, code: str, **bound: Form) -> Context:
    """The state of the program, with its forms; `bound` ones take the place of empty ones."""
    context, now = studio(request, code), clock.now()
    working = context["working"]
    if working.live is None:
        return context
    live, seen = working.live.terms, {"after": working.base_number}
    phase = phase_of(live, now, request.merchant.zone)
    forms: dict[str, Any] = {
        "state_form": StateForm(initial=seen),
        "reopen_form": StateForm(initial=seen, auto_id="reopen_%s"),
        "close_form": CloseForm(initial=seen, merchant=request.merchant, terms=live, now=now, auto_id="close_%s"),
    }
    sentences = wording.in_parts(live, request.merchant.currency)["state"]
    return context | forms | bound | {"phase": phase, "sentences": sentences, "has_ended": phase in ENDED}


def changed(request: StaffRequest, code: str, form: Form, state: State) -> ProgramVersion | None:
    """Publish the state; None, with the reason on the form, when that is refused."""
    program, given = studio(request, code)["program"], form.cleaned_data
    try:
        return stopping.change_state(
            program,
            state,
            after=given["after"],
            by=request.user,
            now=clock.now(),
            note=given["note"],
            notifies=given["notifies"],
        )
    except TermsRefused as refusal:
        add_faults(form, refusal)
    except Refused as refusal:
        form.add_error(None, str(refusal.words))
    return None


def answer(request: StaffRequest, code: str, form: Form, state: State, words: str) -> HttpResponseBase:
    if form.is_valid() and (version := changed(request, code, form, state)):
        toast(request, words, effect=_("Version %(number)s") % {"number": version.number})
        return redirect("dashboard-program-state", request.merchant.slug, code)
    return render_failed(request, PAGE, page(request, code, state_form=form))


@staff_required(Role.OWNER)
@require_POST
def program_pause(request: StaffRequest, code: str) -> HttpResponseBase:
    """Stop earning from now on; everything else goes on."""
    return answer(request, code, StateForm(request.POST), stopping.PAUSED, _("The program is paused."))


@staff_required(Role.OWNER)
@require_POST
def program_resume(request: StaffRequest, code: str) -> HttpResponseBase:
    """Earn again from now on."""
    return answer(request, code, StateForm(request.POST), stopping.RESUMED, _("The program runs again."))


@staff_required(Role.OWNER)
@require_POST
def program_reopen(request: StaffRequest, code: str) -> HttpResponseBase:
    """Take an announced end back, or open a closed program again; points that have ended stay ended."""
    return answer(request, code, StateForm(request.POST), stopping.OPEN, _("The program does not close."))


@staff_required(Role.OWNER)
@require_POST
def program_close(request: StaffRequest, code: str) -> HttpResponseBase:
    """Promise an end: the last day to earn, and what becomes of points that are left."""
    working = studio(request, code)["working"]
    if working.live is None:
        return redirect("dashboard-program-show", request.merchant.slug, code)
    terms, now = working.live.terms, clock.now()
    form = CloseForm(request.POST, merchant=request.merchant, terms=terms, now=now, auto_id="close_%s")
    if form.is_valid() and (version := changed(request, code, form, form.state)):
        toast(request, _("The end of the program is announced."), effect=version.note)
        return redirect("dashboard-program-state", request.merchant.slug, code)
    return render_failed(request, PAGE, page(request, code, close_form=form))
