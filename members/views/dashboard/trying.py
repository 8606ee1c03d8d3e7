"""Trying a basket in the studio: what it would give under the live terms and under the draft, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.htmx import render_panel
from members.forms.trial_lines import Lines
from members.forms.trying import TryForm
from members.reading import tried
from programs import drafts
from programs.guards import StaffRequest, staff_required
from programs.models import Role


@staff_required(Role.MANAGER)
@require_safe
def program_try(request: StaffRequest, code: str) -> HttpResponse:
    """Try what stands in the address; nothing is recorded. While typing, htmx takes the answer alone."""
    program = get_object_or_404(request.merchant.programs.select_related("merchant"), code=code)
    now = clock.now()
    working = drafts.working(program, now=now)
    terms = [*([working.live.terms] if working.live else []), working.terms]
    form = TryForm(request.GET, merchant=request.merchant, terms=terms, now=now)
    lines = Lines(request.GET, currency=request.merchant.currency)
    context: dict[str, Any] = {"program": program, "working": working, "form": form, "lines": lines}
    if form.is_valid() and lines.is_valid():
        try:
            context["tried"] = tried.tried(form.trial(lines.lines), working, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.words))
    partial = "answer" if request.headers.get("HX-Target") == "answer" else "trial"
    return render_panel(request, "members/dashboard/program_try.html", context, partial=partial)
