"""The program: its terms in words, their history, and editing the simple ones as a new version."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loyalty_site import clock
from loyalty_site.web.htmx import render_panel
from loyalty_site.web.toasts import toast
from programs import terms, wording
from programs.forms.dashboard import TermsForm
from programs.guards import StaffRequest, staff_required
from programs.models import Program, ProgramVersion, Role
from programs.terms import TermsRefused
from programs.versions import PublishedMeanwhile, publish, terms_of
from programs.views.dashboard.studio import program_of


def latest(program: Program) -> Any:
    """The versions of a program, the newest first."""
    return program.versions.select_related("author").order_by("-number")


@staff_required(Role.OWNER)
@require_http_methods(["GET", "POST"])
def program_edit(request: StaffRequest, code: str) -> HttpResponseBase:
    """Edit the simple terms: first say what changes, then, with `publish`, make it the next version."""
    program = program_of(request, code)
    version = latest(program)[0]
    form = TermsForm(request.POST or None, merchant=request.merchant, version=version, now=clock.now())
    found = changes_of(form, version) if request.method == "POST" else None
    if found and "publish" in request.POST and (published := publish_edit(program, form, request)):
        words = _("Version %(number)s published.") % {"number": published.number}
        toast(request, words, effect=form.cleaned_data["note"])
        return redirect("dashboard-program-show", request.merchant.slug, program.code)
    context = {"program": program, "version": version, "form": form, "changes": found, "next": version.number + 1}
    return render_panel(request, "programs/dashboard/program_edit.html", context, partial="savebar")


def changes_of(form: TermsForm, version: ProgramVersion) -> list[wording.Change] | None:
    """What the form would change, in words; None while it has faults, which are then on its fields."""
    if not form.is_valid():
        return None
    try:
        edited = terms.parse(form.document)
    except TermsRefused as refusal:
        form.add_faults(refusal)
        return None
    return wording.changes(terms_of(version.pk), edited, form.merchant.currency)


def publish_edit(program: Program, form: TermsForm, request: StaffRequest) -> ProgramVersion | None:
    """Make the edit the next version; None, with the reason on the form, when somebody was faster."""
    try:
        return publish(
            program,
            form.document,
            effective_at=form.starts_at,
            author=request.staff.user,
            note=form.cleaned_data["note"],
            after=form.version.number,
        )
    except PublishedMeanwhile as refusal:
        form.add_error(None, str(refusal.words))
        return None
