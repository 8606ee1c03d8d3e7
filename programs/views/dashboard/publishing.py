"""The end of a draft: reviewed and published, put on top of what was published meanwhile, or discarded."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loyalty_site import clock
from loyalty_site.refusals import Refused
from loyalty_site.web.fields import number_in
from loyalty_site.web.htmx import render_failed
from loyalty_site.web.toasts import toast
from programs import drafts, publishing
from programs.drafts import EditedMeanwhile
from programs.forms.publishing import PublishForm
from programs.guards import StaffRequest, staff_required
from programs.models import Program, ProgramVersion, Role
from programs.views.dashboard.studio import program_of, studio
from programs.wording import in_parts

PAGE = "programs/dashboard/program_publish.html"
DISCARD = "programs/dashboard/program_draft_discard.html"


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def program_publish(request: StaffRequest, code: str) -> HttpResponseBase:
    """Review what the draft changes and what that means, and publish it; managers review, owners publish."""
    context, now = studio(request, code), clock.now()
    program, working = context["program"], context["working"]
    if not working.is_changed:
        toast(request, _("There is nothing to publish."))
        return redirect("dashboard-program-show", request.merchant.slug, program.code)
    form = PublishForm(request.POST or None, merchant=request.merchant, working=working, now=now)
    if request.method == "POST" and not context["can_publish"]:
        raise PermissionDenied
    if form.is_valid() and (version := published(program, form, request)):
        return done(request, version)
    context |= {"form": form, "parts": in_parts(working.terms, request.merchant.currency)}
    return (render_failed if form.errors else render)(request, PAGE, context)


def published(program: Program, form: PublishForm, request: StaffRequest) -> ProgramVersion | None:
    """Publish as the form says; None, with the reason on the form, when that is refused."""
    given = form.cleaned_data
    try:
        return publishing.publish_draft(
            program,
            revision=given["revision"],
            effective_at=form.effective_at,
            by=request.user,
            now=form.now,
            note=given["note"],
            way=form.way,
        )
    except Refused as refusal:
        form.add_error("starts" if isinstance(refusal, publishing.BeginsEarlier) else None, str(refusal.words))
        form.review_again(drafts.working(program, now=form.now).revision)
        return None


def done(request: StaffRequest, version: ProgramVersion) -> HttpResponseBase:
    words = _("Version %(number)s published.") % {"number": version.number}
    toast(request, words, effect=version.note)
    if not ProgramVersion.objects.filter(program__merchant=request.merchant).exclude(pk=version.pk).exists():
        return redirect("dashboard-home", request.merchant.slug)  # where the guide says what comes next
    return redirect("dashboard-program-show", request.merchant.slug, version.program.code)


@staff_required(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def program_draft_discard(request: StaffRequest, code: str) -> HttpResponseBase:
    """Say what would be lost, and throw the draft away; what never was live goes with it, if an owner says so."""
    context = studio(request, code)
    program, working = context["program"], context["working"]
    if working.base is None and not context["can_publish"]:
        raise PermissionDenied  # the program would go with its draft
    if request.method != "POST":
        return render(request, DISCARD, context)
    try:
        revision = number_in(request.POST.get("revision", "")) or 0
        drafts.discard(program, revision=revision, by=request.user, now=clock.now())
    except EditedMeanwhile as refusal:
        return render_failed(request, DISCARD, context | {"refusal": str(refusal.words)})
    if working.base is None:
        toast(request, _("%(name)s is gone; it never was live.") % {"name": program.name})
        return redirect("dashboard-program-show", request.merchant.slug)
    toast(
        request, _("Draft discarded."), effect=_("The terms are those of version %(n)s.") % {"n": working.base_number}
    )
    return redirect("dashboard-program-show", request.merchant.slug, program.code)


@staff_required(Role.MANAGER)
@require_POST
def program_draft_put_on_top(request: StaffRequest, code: str) -> HttpResponseBase:
    """Let the draft follow the version that was published meanwhile."""
    program = program_of(request, code)
    working = drafts.put_on_top(program, now=clock.now())
    toast(request, _("The draft now follows version %(number)s.") % {"number": working.base_number})
    return redirect("dashboard-program-show", request.merchant.slug, program.code)
