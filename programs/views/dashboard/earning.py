"""How a program earns: the base rate and the rules, as sentences; and the form of the base rate."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import is_panel_request, render_panel
from programs import drafts
from programs.drafts import Working
from programs.editing import earning
from programs.examples import base_example
from programs.forms.earning import EarningForm
from programs.guards import StaffRequest, staff_required
from programs.models import Role
from programs.rule_rows import base_row, rule_rows
from programs.rule_starts import STARTS
from programs.views.dashboard.edits import kept
from programs.views.dashboard.studio import answer, back, studio
from programs.wording import speech

PAGE = "programs/dashboard/program_show.html"
Context = dict[str, Any]


@staff_required(Role.MANAGER)
@require_safe
def program_show(request: StaffRequest, code: str = "") -> HttpResponse:
    """Show what a program earns; without a code, the shop's first one."""
    first = code or request.merchant.programs.order_by("-is_active", "pk").values_list("code", flat=True).first()
    if not first:
        return render(request, "programs/dashboard/program_show_empty.html")
    return render_panel(request, PAGE, listed(studio(request, first, "show")), partial="earning")


def listed(context: Context) -> Context:
    """Add what the page lists to the context of the studio, as the draft is now; `row` is the one of its `code`."""
    working: Working = context["working"]
    rows = rule_rows(working)
    return context | {
        "base": base_row(working),
        "rows": rows,
        "row": next((row for row in rows if row.rule.code == context.get("code")), None),
        "starts": STARTS,
        "order_seen": drafts.mark(working.document, "rules"),
    }


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "POST"])
def program_base(request: StaffRequest, code: str) -> HttpResponseBase:
    """Edit the base rate in its row; `?closed` shows the row without the form."""
    context = studio(request, code, "show")
    form = earning_form(request, context["working"])
    if request.method == "POST" and form.is_valid() and keep_rate(request, form, context):
        return answered(request, context | {"is_back": True}, partial="base")
    context |= {"is_back": True} if "closed" in request.GET else opened_rate(form, context["working"], request)
    return render_panel(request, PAGE, listed(context), partial="base")


def opened_rate(form: EarningForm, working: Working, request: StaffRequest) -> Context:
    """What the open row of the base rate shows."""
    terms, merchant = working.terms, request.merchant
    slots = form.slots(points=speech(merchant.currency, terms.unit).many, at=request.GET.get("at", "points"))
    return {"base_form": form, "slots": slots, "example": base_example(terms, merchant, now=clock.now())}


def answered(request: StaffRequest, context: Context, *, partial: str) -> HttpResponseBase:
    """Answer an edit that was kept: with the part of the page that it changed, or the way back to the page."""
    if is_panel_request(request):
        return answer(request, PAGE, listed(context), partial=partial)
    return move_back(request, context)


def move_back(request: StaffRequest, context: Context) -> HttpResponseBase:
    answer_of: HttpResponseBase = back(request, context["program"])
    return answer_of


def earning_form(request: StaffRequest, working: Working) -> EarningForm:
    seen = drafts.mark(working.document, *earning.PATHS)
    return EarningForm(request.POST or None, rate=working.document["earning"], seen=seen, auto_id="base-%s")


def keep_rate(request: StaffRequest, form: EarningForm, context: Context) -> bool:
    """Carry the base rate into the draft; its cap, which another form edits, stays as it is there."""

    def change(document: drafts.Document) -> drafts.Document:
        return document | {"earning": earning.earning_of(document["earning"], form.cleaned_data)}

    return kept(request, form, context, change=change, paths=earning.PATHS)
