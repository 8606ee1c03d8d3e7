"""What the unit is called, and the shop's own texts, in each of its languages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from programs.forms.wording import SmallPrintForm, UnitForm, WelcomeForm
from programs.guards import StaffRequest, staff_required
from programs.models import Role
from programs.terms.texts import LONGEST
from programs.views.dashboard.parts import Tab, edit_tab
from programs.views.dashboard.studio import studio
from programs.wording.prose import prose

TAB = Tab("wording", (UnitForm, WelcomeForm, SmallPrintForm))


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def program_wording(request: StaffRequest, code: str) -> HttpResponse:
    """Show and edit the unit's names, the welcome and the small print."""
    return edit_tab(request, studio(request, code, TAB.name), TAB)


@staff_required(Role.MANAGER)
@require_POST
def text_preview(request: StaffRequest, code: str) -> HttpResponse:
    """Show what a text will look like while it is being written; nothing is kept."""
    text = next((str(text) for name, text in request.POST.items() if ":" in name), "")
    return render(request, "programs/dashboard/text_preview.html", {"html": prose(text[:LONGEST])})
