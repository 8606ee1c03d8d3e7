"""The levels that members climb: the ladder, what counts for it, beginning and ending it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_failed
from loyalty_site.web.toasts import toast
from programs import drafts
from programs.drafts import Change, Working
from programs.editing import ladders, tiers
from programs.forms.tiers import CountingForm, LadderForm
from programs.guards import StaffRequest, staff_required
from programs.models import Merchant, Role
from programs.stairs import stairs_of
from programs.terms import parse
from programs.views.dashboard.parts import Tab, edit_tab
from programs.views.dashboard.studio import Context, back, studio
from programs.wording import in_parts

WHOLE = ("tiers", "rules")
MOST_LEVELS = 6  # have shapes of their own


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def program_tiers(request: StaffRequest, code: str) -> HttpResponseBase:
    """Show and edit the levels and what counts for them; without any, offer ladders to begin with."""
    context = studio(request, code, "tiers")
    if context["working"].terms.tiers is None:
        context["ladders"] = offered(context["working"], request.merchant)
        return render(request, "programs/dashboard/program_tiers_empty.html", context)
    return edit_tab(request, context, TAB)


def around(working: Working, merchant: Merchant) -> Context:
    """The stairs above the forms, and which levels rules name."""
    named = {code for rule in working.terms.rules for code in rule.when.tiers}
    return {**stairs_of(working, merchant.currency), "named": named, "most_levels": MOST_LEVELS}


TAB = Tab("tiers", (LadderForm, CountingForm), around)


def offered(working: Working, merchant: Merchant) -> list[Context]:
    """Ladders to begin with, each with its levels in words."""
    found = ladders.ladders(working.document, merchant.currency)
    return [
        {
            "basis": basis,
            "sentences": in_parts(parse(working.document | {"tiers": made}), merchant.currency)["tiers"][:-1],
        }
        for basis, made in found.items()
    ]


@staff_required(Role.MANAGER)
@require_POST
def tiers_start(request: StaffRequest, code: str) -> HttpResponseBase:
    """Give the draft a ladder to begin with; one that it has already stays."""
    context = studio(request, code)
    found = ladders.ladders(context["working"].document, request.merchant.currency)
    chosen = found.get(request.POST.get("basis", ""))
    if chosen is None:
        raise Http404
    keep(request, context, partial(ladders.with_tiers, tiers=chosen), seen=drafts.mark(context["working"].document))
    return ladder(request, context)


def keep(request: StaffRequest, context: Context, change: Change, *, seen: str, paths: tuple[str, ...] = ()) -> None:
    program, now = context["program"], clock.now()
    context["working"] = drafts.edit(program, change, paths=paths, seen=seen, by=request.user, now=now)


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def tiers_stop(request: StaffRequest, code: str) -> HttpResponseBase:
    """Say what goes with the tiers, and take them out of the draft."""
    context = with_tiers_or_404(request, code)
    document = context["working"].document
    context["named"] = [rule for rule in document["rules"] if rule["when"]["tiers"]]
    if request.method == "POST" and taken_out(request, context, tiers.without_tiers):
        toast(request, _("The draft has no tiers any more."))
        return ladder(request, context)
    return page(request, context, "programs/dashboard/tiers_stop.html")


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def tier_remove(request: StaffRequest, code: str, level: str) -> HttpResponseBase:
    """Ask what becomes of the rules that name a level, and take it out of the draft."""
    context = with_tiers_or_404(request, code)
    document = context["working"].document
    levels = {known["code"]: known for known in document["tiers"]["levels"]}
    if level not in levels or len(levels) == 1:
        raise Http404
    others = [known for known in levels.values() if known["code"] != level]
    context |= {"level": levels[level], "others": others, "named": tiers.rules_naming(document, level)}
    instead = chosen_level(request, others)
    if request.method == "POST" and taken_out(
        request, context, partial(tiers.without_level, code=level, instead=instead)
    ):
        toast(request, _("%(level)s is no longer in the draft.") % {"level": levels[level]["name"]})
        return ladder(request, context)
    return page(request, context, "programs/dashboard/tier_remove.html")


def ladder(request: StaffRequest, context: Context) -> HttpResponseBase:
    """Go to the tab with the ladder."""
    answer: HttpResponseBase = back(request, context["program"], "tiers")
    return answer


def with_tiers_or_404(request: StaffRequest, code: str) -> Context:
    context = studio(request, code)
    if context["working"].terms.tiers is None:
        raise Http404
    return context


def chosen_level(request: StaffRequest, others: list[dict[str, Any]]) -> str:
    """The level that rules are to name instead, as the form says; empty for none."""
    said = request.POST.get("instead", "")
    return said if said in {known["code"] for known in others} else ""


def taken_out(request: StaffRequest, context: Context, change: Change) -> bool:
    """Carry a removal out; where somebody changed tiers or rules meanwhile, say so and show what it would do now."""
    try:
        keep(request, context, change, seen=request.POST.get("seen", ""), paths=WHOLE)
        return True
    except Refused as refusal:
        context["refusal"] = str(refusal.words)
        return False


def page(request: StaffRequest, context: Context, template: str) -> HttpResponseBase:
    context["seen"] = drafts.mark(context["working"].document, *WHOLE)
    return (render_failed if "refusal" in context else render)(request, template, context)
