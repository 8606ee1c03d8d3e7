"""The frame of the program studio: which program, which tab, what its draft changes; and what an edit answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from loyalty_site import clock
from loyalty_site.web.htmx import is_panel_request, move_on, render_panel
from programs import drafts, wording
from programs.drafts import Working
from programs.guards import StaffRequest
from programs.models import Program, ProgramVersion, Role
from programs.roster import roster

Context = dict[str, Any]
BESIDE = "programs/dashboard/beside.html"
TABS = ("show", "tiers", "limits", "wording")


def program_of(request: StaffRequest, code: str) -> Program:
    """Find a program of the shop; raises Http404 for everything else."""
    return get_object_or_404(request.merchant.programs.select_related("merchant"), code=code)


def studio(request: StaffRequest, code: str, tab: str = "") -> Context:
    """What every page of the studio shows: `program`, `working`, `tabs`, and what the save bar says.

    `tab` is one of TABS, empty on the pages beside them.
    """
    program, now = program_of(request, code), clock.now()
    working, programs = drafts.working(program, now=now), roster(request.merchant, now=now)
    return {
        "program": program,
        "programs": programs,
        "state": next(one.standing for one in programs if one.program == program),
        "working": working,
        "tab": tab,
        "tabs": tabs(request, program, working, tab),
        "coming": announced(program, now=now),
        **consequences(request, working),
    }


def consequences(request: StaffRequest, working: Working) -> Context:
    """What the draft changes, in words, and who may publish it."""
    changes = []
    if working.base and working.is_changed:
        changes = wording.changes(
            working.base.terms, working.terms, request.merchant.currency, places=request.merchant.place_names
        )
    return {"changes": changes, "can_publish": request.staff.role >= Role.OWNER}


def tabs(request: StaffRequest, program: Program, working: Working, current: str) -> list[Context]:
    terms = working.terms
    labels = {"show": _("Earning"), "tiers": _("Tiers"), "limits": _("Expiry and limits"), "wording": _("Wording")}
    counts = {"show": len(terms.rules) + 1, "tiers": len(terms.tiers.levels) if terms.tiers else None}
    return [
        {
            "label": labels[tab],
            "url": reverse(f"dashboard-program-{tab}", args=[request.merchant.slug, program.code]),
            "count": counts.get(tab),
            "is_current": tab == current,
        }
        for tab in TABS
    ]


def announced(program: Program, *, now: datetime) -> list[ProgramVersion]:
    """The versions that are published and begin later."""
    return list(program.versions.filter(effective_at__gt=now).order_by("effective_at", "number"))


def answer(request: StaffRequest, template: str, context: Context, *, partial: str = "panel") -> HttpResponse:
    """Answer an edit: a form with faults again, as 422; else the part that changed, with save bar and tabs beside it.

    Panels of the page hear by the event `draft-changed` that the draft is another. `context` is that of `studio`, with
    a `working` that has been edited. Without htmx, render the page or redirect instead.
    """
    working, tab = context["working"], context["tab"]
    context |= consequences(request, working) | {"tabs": tabs(request, context["program"], working, tab)}
    response = render_panel(request, template, context, partial=partial)
    if not is_panel_request(request) or response.status_code != HttpResponse.status_code:
        return response
    beside = render_to_string(BESIDE, context | {"is_beside": True}, request)
    response.content += beside.encode()
    return trigger_client_event(response, "draft-changed")


def back(request: StaffRequest, program: Program, tab: str = "show") -> Any:
    """Send the browser to a tab of the studio after a POST."""
    return move_on(request, reverse(f"dashboard-program-{tab}", args=[request.merchant.slug, program.code]))
