"""A second look at a program's draft, as a panel of the studio: what is hardly meant, and how to mend it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from loyalty_site import clock
from loyalty_site.web.htmx import is_panel_request, render_panel
from members import segments
from programs import drafts, lint
from programs.guards import StaffRequest, staff_required
from programs.lint import Finding, ShopFacts
from programs.models import Merchant, Program, Role
from programs.terms import Terms

TABS = {
    "show": gettext_lazy("Earning"),
    "tiers": gettext_lazy("Tiers"),
    "limits": gettext_lazy("Expiry and limits"),
    "wording": gettext_lazy("Wording"),
}


@staff_required(Role.MANAGER)
@require_safe
def program_lint(request: StaffRequest, code: str) -> HttpResponse:
    """List the findings by tab, or with `tab` those of one; a panel without any is empty, so that it takes no room."""
    program = get_object_or_404(request.merchant.programs.select_related("merchant"), code=code)
    working, now = drafts.working(program, now=clock.now()), clock.now()
    found = lint.findings(working.terms, facts_of(request.merchant, working.terms), now=now)
    tab = request.GET.get("tab", "")
    shown = [finding for finding in found if tab in ("", finding.tab)]
    if not shown and is_panel_request(request):
        return HttpResponse()
    context = {"program": program, "groups": groups(shown, program), "count": len(shown), "tab": tab}
    return render_panel(request, "members/dashboard/program_lint.html", context)


def facts_of(merchant: Merchant, terms: Terms) -> ShopFacts:
    """What the lint asks of a shop; of segments only those that the rules name."""
    wanted = {segment for rule in terms.running_rules for segment in rule.when.segments}
    return ShopFacts(
        currency=merchant.currency,
        zone=merchant.zone,
        country=merchant.country,
        languages=merchant.languages,
        places=merchant.place_names,
        segments=segments.in_use(merchant, wanted),
    )


def groups(found: list[Finding], program: Program) -> list[dict[str, Any]]:
    """The findings by tab, each with the address of what it is about."""
    return [
        {
            "label": label,
            "url": address(program, tab),
            "findings": [linked(one, program) for one in found if one.tab == tab],
        }
        for tab, label in TABS.items()
        if any(one.tab == tab for one in found)
    ]


def linked(finding: Finding, program: Program) -> dict[str, Any]:
    place = f"#rule-{finding.rule_code}" if finding.rule_code else ""
    return {"url": address(program, finding.tab) + place, **finding._asdict()}


def address(program: Program, tab: str) -> str:
    return reverse(f"dashboard-program-{tab}", args=[program.merchant.slug, program.code])
